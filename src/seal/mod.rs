//! Sealing of personal data at rest: authenticated encryption, and keyed hashes that find without revealing.
//!
//! Knows no table and no file but its own key file.

mod keys;
mod stream;

pub use keys::{KeyError, Keys};
pub use stream::{BLOCK, SealedReader, SealedWriter};

//! The only room with HTTP: the API under `/api/v1`, access, errors, and the server with its background workers.
//!
//! A handler translates and nothing else: rules live in `ingest` and in `access`. TLS is the gateway's business.

mod access;
mod api;
mod body;
mod clerk;
mod committer;
mod conditional;
mod desk;
mod docs;
mod envelope;
mod error;
mod file_answer;
mod idempotent;
mod looks;
mod metrics;
mod moment;
mod paging;
mod problem;
mod ready;
mod recorded;
mod routes;
mod server;
mod together;
mod unread;

pub use access::{IssuedKey, Role, Sight, Withheld, issue_key, issue_subject_key};
pub use routes::document;
pub use server::{Running, ServeError, Settings, serve, start};

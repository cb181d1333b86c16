//! The keys: from the settings, else a file made at first start beside the database, readable by its owner only.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Why keys could not be had or a seal not be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key text is not 64 hexadecimal digits.
    #[error("the key must be 64 hexadecimal digits")]
    Form,
    /// The key file could not be read or made.
    #[error("the key file {path} could not be used: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random,
    /// The sealed bytes are damaged, were made with another key, or belong to another place.
    #[error("sealed data does not open with this key")]
    Damaged,
}

/// The keys of one installation, derived from one secret of 32 bytes. Losing it loses every sealed value.
#[derive(Clone)]
pub struct Keys {
    cipher: Aes256Gcm,
    blind: [u8; 32],
}

/// Bytes a seal adds: one for the version of the scheme, twelve for the nonce, sixteen for the tag.
const OVERHEAD: usize = 1 + 12 + 16;
const VERSION: u8 = 1;

impl Keys {
    /// The keys that follow from a secret.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let cipher = Aes256Gcm::new_from_slice(&derive(secret, b"seal")).expect("a key of 32 bytes");
        Self { cipher, blind: derive(secret, b"blind") }
    }

    /// Reads a secret written as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError::Form`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        Ok(Self::from_secret(&unhex(text.trim())?))
    }

    /// Reads the key file, or makes one (mode 0600) with fresh random bytes.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be read, made or understood.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let named = |cause| KeyError::File { path: path.display().to_string(), cause };
        match fs::read_to_string(path) {
            Ok(text) => Self::from_hex(&text),
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                let mut secret = [0_u8; 32];
                getrandom::fill(&mut secret).map_err(|_| KeyError::Random)?;
                match make(path, &hex(&secret)) {
                    Ok(()) => Ok(Self::from_secret(&secret)),
                    // Another process made it in the same moment: its key is the installation's.
                    Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {
                        Self::from_hex(&fs::read_to_string(path).map_err(named)?)
                    }
                    Err(err) => Err(named(err)),
                }
            }
            Err(err) => Err(named(err)),
        }
    }

    /// Seals bytes to a place: they open only with the same `place`, so that a sealed value cannot be moved to another row.
    ///
    /// # Panics
    /// Only when the system gives no random bytes: going on would reuse a nonce.
    #[must_use]
    pub fn seal(&self, clear: &[u8], place: &[u8]) -> Vec<u8> {
        let mut nonce = [0_u8; 12];
        getrandom::fill(&mut nonce).expect("the system gives random bytes");
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: place })
            .expect("a value is far below the cipher's limit");
        let mut out = Vec::with_capacity(clear.len() + OVERHEAD);
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what [`Self::seal`] made for the same place.
    ///
    /// # Errors
    /// [`KeyError::Damaged`].
    pub fn open(&self, sealed: &[u8], place: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (Some((&VERSION, rest)), true) = (sealed.split_first(), sealed.len() >= OVERHEAD) else {
            return Err(KeyError::Damaged);
        };
        let (nonce, body) = rest.split_at(12);
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| KeyError::Damaged)?;
        self.cipher.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: place }).map_err(|_| KeyError::Damaged)
    }

    /// The keyed hash (盲索引) of a personal number: equal numbers have equal hashes, and without the key the
    /// numbers cannot be tried out. 32 hexadecimal digits.
    #[must_use]
    pub fn blind(&self, text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.blind).expect("any length is a key");
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes()[..16])
    }

    pub(super) const fn cipher(&self) -> &Aes256Gcm {
        &self.cipher
    }
}

/// Writes the file and only then gives it its name, so that nobody reads half a key.
fn make(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|err| err.error)
}

fn derive(secret: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"credence key 1 ");
    hash.update(purpose);
    hash.update(secret);
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string");
        out
    })
}

fn unhex(text: &str) -> Result<[u8; 32], KeyError> {
    let mut out = [0_u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(KeyError::Form);
    }
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| KeyError::Form)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| KeyError::Form)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let keys = Keys::from_secret(&[7; 32]);
        let sealed = keys.seal("11010519491231002X".as_bytes(), b"record 1");
        assert_eq!(keys.open(&sealed, b"record 1").unwrap(), b"11010519491231002X");
        assert!(matches!(keys.open(&sealed, b"record 2"), Err(KeyError::Damaged)));
        assert!(matches!(keys.open(&sealed[..20], b"record 1"), Err(KeyError::Damaged)));
        assert!(matches!(Keys::from_secret(&[8; 32]).open(&sealed, b"record 1"), Err(KeyError::Damaged)));
    }

    #[test]
    fn equal_numbers_have_equal_hashes_only_under_the_same_key() {
        let keys = Keys::from_secret(&[7; 32]);
        assert_eq!(keys.blind("11010519491231002X"), keys.blind("11010519491231002X"));
        assert_ne!(keys.blind("11010519491231002X"), Keys::from_secret(&[8; 32]).blind("11010519491231002X"));
    }

    #[test]
    fn the_key_file_is_made_once_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("credence.key");
        let made = Keys::from_file(&path).unwrap();
        let read = Keys::from_file(&path).unwrap();
        assert_eq!(made.blind("x"), read.blind("x"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(Keys::from_file(&path), Err(KeyError::Form)));
    }
}

//! The kept bytes of deliveries: sealed files named by the SHA-256 of what is in them.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::seal::{Keys, SealedReader, SealedWriter};

/// Why bytes could not be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There are more bytes than are accepted.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The disk or the sender failed.
    #[error("the bytes could not be kept: {0}")]
    Io(#[from] io::Error),
}

/// The folder of kept bytes. Several processes may share it.
#[derive(Clone)]
pub struct Blobs {
    folder: PathBuf,
    keys: Keys,
}

/// Bytes that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Their SHA-256.
    pub digest: [u8; 32],
    /// How many they are.
    pub size: u64,
}

/// Bytes on their way in. Dropped before [`Deposit::finish`], they leave nothing behind.
pub struct Deposit<'b> {
    blobs: &'b Blobs,
    writer: SealedWriter<'b, BufWriter<NamedTempFile>>,
    hash: Sha256,
    size: u64,
    limit: u64,
}

impl Blobs {
    /// Opens the folder, making it when it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path, keys: Keys) -> Result<Self, BlobError> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), keys })
    }

    /// Begins a deposit of at most `limit` bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn deposit(&self, limit: u64) -> Result<Deposit<'_>, BlobError> {
        let file = BufWriter::with_capacity(1 << 20, NamedTempFile::new_in(&self.folder)?);
        let writer = SealedWriter::new(&self.keys, file)?;
        Ok(Deposit { blobs: self, writer, hash: Sha256::new(), size: 0, limit })
    }

    /// Keeps all that a reader gives.
    ///
    /// # Errors
    /// [`BlobError`].
    pub fn keep(&self, reader: &mut dyn Read, limit: u64) -> Result<Stored, BlobError> {
        let mut deposit = self.deposit(limit)?;
        let mut buffer = vec![0_u8; 1 << 17];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return deposit.finish(),
                Ok(n) => deposit.put(&buffer[..n])?,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err.into()),
            }
        }
    }

    /// Reads kept bytes.
    ///
    /// # Errors
    /// When they are not there, were damaged, or were sealed with another key.
    pub fn read(&self, digest: &[u8; 32]) -> Result<SealedReader<File>, BlobError> {
        Ok(SealedReader::new(self.keys.clone(), File::open(self.path(digest))?)?)
    }

    /// Whether bytes are kept.
    #[must_use]
    pub fn has(&self, digest: &[u8; 32]) -> bool {
        self.path(digest).is_file()
    }

    fn path(&self, digest: &[u8; 32]) -> PathBuf {
        let name: String = digest.iter().map(|it| format!("{it:02x}")).collect();
        self.folder.join(&name[..2]).join(name)
    }
}

impl Deposit<'_> {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`BlobError`].
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(BlobError::TooLarge { limit: self.limit });
        }
        self.hash.update(bytes);
        Ok(self.writer.write_all(bytes)?)
    }

    /// Keeps the bytes for good: they are on the disk when this returns.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(self) -> Result<Stored, BlobError> {
        let digest: [u8; 32] = self.hash.finalize().into();
        let path = self.blobs.path(&digest);
        let file = self.writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        if !path.exists() {
            file.as_file().sync_all()?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            // Two senders of the same bytes both arrive here: either file will do.
            file.persist(&path).map_err(|err| err.error)?;
        }
        Ok(Stored { digest, size: self.size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs(dir: &tempfile::TempDir) -> Blobs {
        Blobs::open(&dir.path().join("blobs"), Keys::from_secret(&[3; 32])).unwrap()
    }

    #[test]
    fn kept_bytes_come_back_and_are_not_readable_on_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = blobs(&dir);
        let clear = "证件号码,11010519491231002X\n".repeat(10_000);
        let stored = blobs.keep(&mut clear.as_bytes(), 1 << 20).unwrap();
        assert_eq!(stored.size, clear.len() as u64);
        assert_eq!(blobs.keep(&mut clear.as_bytes(), 1 << 20).unwrap(), stored);
        let mut back = String::new();
        blobs.read(&stored.digest).unwrap().read_to_string(&mut back).unwrap();
        assert_eq!(back, clear);
        let raw = fs::read(blobs.path(&stored.digest)).unwrap();
        assert!(!raw.windows(18).any(|it| it == b"11010519491231002X"));
    }

    #[test]
    fn too_many_bytes_are_refused_and_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = blobs(&dir);
        let refused = blobs.keep(&mut &vec![0_u8; 2000][..], 1000);
        assert!(matches!(refused, Err(BlobError::TooLarge { limit: 1000 })));
        assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
    }
}

//! Sealed streams: a delivery's bytes are kept encrypted in blocks, and a block can be read without those before it.

use std::io::{self, Read, Seek, SeekFrom, Write};

use aes_gcm::{
    Nonce,
    aead::{Aead, Payload},
};

use super::keys::{KeyError, Keys};

/// Clear bytes in a block.
pub const BLOCK: usize = 64 * 1024;
const TAG: usize = 16;
const HEAD: usize = 16;
/// Names the scheme: sealed stream, version 1.
const MAGIC: &[u8; 8] = b"CRDNCE\x00\x01";

/// Writes a sealed stream: a head with a random prefix, then blocks, each bound to its number and to being last or not.
pub struct SealedWriter<'k, W: Write> {
    keys: &'k Keys,
    inner: W,
    prefix: [u8; 8],
    number: u32,
    pending: Vec<u8>,
}

impl<'k, W: Write> SealedWriter<'k, W> {
    /// Begins a stream.
    ///
    /// # Errors
    /// What writing the head gives.
    pub fn new(keys: &'k Keys, mut inner: W) -> io::Result<Self> {
        let mut prefix = [0_u8; 8];
        getrandom::fill(&mut prefix).map_err(|_| io::Error::other(KeyError::Random))?;
        inner.write_all(MAGIC)?;
        inner.write_all(&prefix)?;
        Ok(Self { keys, inner, prefix, number: 0, pending: Vec::with_capacity(BLOCK) })
    }

    /// Writes the last block and gives the inner writer back. Without it the stream does not open.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(mut self) -> io::Result<W> {
        self.block(true)?;
        Ok(self.inner)
    }

    fn block(&mut self, last: bool) -> io::Result<()> {
        let sealed = self
            .keys
            .cipher()
            .encrypt(&nonce(&self.prefix, self.number), Payload { msg: &self.pending, aad: &[u8::from(last)] })
            .map_err(|_| io::Error::other("sealing failed"))?;
        self.inner.write_all(&sealed)?;
        self.pending.clear();
        self.number = self.number.checked_add(1).ok_or_else(|| io::Error::other("a stream of 256 TiB"))?;
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.pending.len() == BLOCK {
            self.block(false)?;
        }
        let n = bytes.len().min(BLOCK - self.pending.len());
        self.pending.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads a sealed stream from anywhere in it; damage, a cut end or another key is an error, never short data.
pub struct SealedReader<R: Read + Seek> {
    keys: Keys,
    inner: R,
    prefix: [u8; 8],
    blocks: u32,
    size: u64,
    position: u64,
    block: Vec<u8>,
    loaded: Option<u32>,
}

impl<R: Read + Seek> SealedReader<R> {
    /// Opens a stream.
    ///
    /// # Errors
    /// When the head is not one of ours, or reading fails.
    pub fn new(keys: Keys, mut inner: R) -> io::Result<Self> {
        let total = inner.seek(SeekFrom::End(0))?;
        inner.seek(SeekFrom::Start(0))?;
        let mut head = [0_u8; HEAD];
        inner.read_exact(&mut head)?;
        if head[..8] != MAGIC[..] {
            return Err(damaged());
        }
        let body = total.checked_sub(HEAD as u64).ok_or_else(damaged)?;
        let blocks = u32::try_from(body.div_ceil((BLOCK + TAG) as u64)).map_err(|_| damaged())?;
        let size = body.checked_sub(u64::from(blocks) * TAG as u64).ok_or_else(damaged)?;
        let prefix = head[8..].try_into().expect("eight bytes of sixteen");
        Ok(Self { keys, inner, prefix, blocks, size, position: 0, block: Vec::new(), loaded: None })
    }

    /// How many clear bytes the stream has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    fn load(&mut self, number: u32) -> io::Result<()> {
        if self.loaded == Some(number) {
            return Ok(());
        }
        let start = HEAD as u64 + u64::from(number) * (BLOCK + TAG) as u64;
        self.inner.seek(SeekFrom::Start(start))?;
        let last = number + 1 == self.blocks;
        let left = self.size - u64::from(number) * BLOCK as u64;
        let length = usize::try_from(left.min(BLOCK as u64)).expect("at most a block") + TAG;
        let mut sealed = vec![0_u8; length];
        self.inner.read_exact(&mut sealed)?;
        self.block = self
            .keys
            .cipher()
            .decrypt(&nonce(&self.prefix, number), Payload { msg: &sealed, aad: &[u8::from(last)] })
            .map_err(|_| damaged())?;
        self.loaded = Some(number);
        Ok(())
    }
}

impl<R: Read + Seek> Read for SealedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.size || out.is_empty() {
            return Ok(0);
        }
        let number = u32::try_from(self.position / BLOCK as u64).map_err(|_| damaged())?;
        self.load(number)?;
        let offset = usize::try_from(self.position % BLOCK as u64).expect("below a block");
        let n = out.len().min(self.block.len() - offset);
        out[..n].copy_from_slice(&self.block[offset..offset + n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl<R: Read + Seek> Seek for SealedReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => i128::from(position),
            SeekFrom::End(delta) => i128::from(self.size) + i128::from(delta),
            SeekFrom::Current(delta) => i128::from(self.position) + i128::from(delta),
        };
        self.position = u64::try_from(target).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

fn nonce(prefix: &[u8; 8], number: u32) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut bytes = [0_u8; 12];
    bytes[..8].copy_from_slice(prefix);
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Nonce::from(bytes)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, KeyError::Damaged)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn sealed(clear: &[u8]) -> Vec<u8> {
        let keys = Keys::from_secret(&[1; 32]);
        let mut writer = SealedWriter::new(&keys, Vec::new()).unwrap();
        writer.write_all(clear).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn a_stream_of_any_length_comes_back_whole_and_from_anywhere() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let clear: Vec<u8> = (0..length).map(|it| (it % 251) as u8).collect();
            let mut reader = SealedReader::new(Keys::from_secret(&[1; 32]), Cursor::new(sealed(&clear))).unwrap();
            assert_eq!(reader.size(), length as u64);
            let mut back = Vec::new();
            reader.read_to_end(&mut back).unwrap();
            assert!(back == clear, "{length}");
            let middle = length as u64 / 2;
            reader.seek(SeekFrom::Start(middle)).unwrap();
            back.clear();
            reader.read_to_end(&mut back).unwrap();
            assert!(back == clear[length / 2..], "{length}");
        }
    }

    #[test]
    fn a_cut_or_altered_stream_is_an_error() {
        let whole = sealed(&vec![5; 2 * BLOCK + 10]);
        let read = |bytes: Vec<u8>| {
            SealedReader::new(Keys::from_secret(&[1; 32]), Cursor::new(bytes))
                .and_then(|mut it| it.read_to_end(&mut Vec::new()))
        };
        assert!(read(whole.clone()).is_ok());
        assert!(read(whole[..whole.len() - 26].to_vec()).is_err());
        assert!(read(whole[..HEAD + BLOCK + TAG].to_vec()).is_err());
        let mut altered = whole;
        altered[100] ^= 1;
        assert!(read(altered).is_err());
    }
}

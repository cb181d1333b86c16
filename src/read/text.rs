//! A file as a window of decoded text: every encoding becomes UTF-8, broken bytes and U+0000 become U+FFFD.

use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

use encoding_rs::Decoder;

use super::encoding::Encoded;
use super::{ReadError, Source};

/// Bytes fetched at a time: large enough to hide the cost of a call, small enough for the cache.
const CHUNK: usize = 64 << 10;

/// The decoded text that is in memory: what was fetched and not yet consumed.
pub(super) struct Text {
    source: Box<dyn Source>,
    decoder: Decoder,
    name: &'static str,
    raw: Vec<u8>,
    text: String,
    at: usize,
    ended: bool,
    fetched: u64,
    lines: u64,
    /// Bytes that may still be consumed before `BufRead` calls the token endless.
    allowance: usize,
}

impl Text {
    /// Opens a source behind its byte order mark.
    pub(super) fn open(mut source: Box<dyn Source>, encoded: Encoded) -> Result<Self, ReadError> {
        source.seek(SeekFrom::Start(encoded.mark))?;
        Ok(Self {
            source,
            decoder: encoded.encoding.new_decoder_without_bom_handling(),
            name: encoded.name,
            raw: vec![0; CHUNK],
            text: String::new(),
            at: 0,
            ended: false,
            fetched: encoded.mark,
            lines: 0,
            allowance: usize::MAX,
        })
    }

    /// What is in memory and not yet consumed.
    pub(super) fn window(&self) -> &str {
        &self.text[self.at..]
    }

    /// Gives up the first `count` bytes of the window; they end at a character's end.
    pub(super) const fn consume_text(&mut self, count: usize) {
        self.at += count;
        self.allowance = self.allowance.saturating_sub(count);
    }

    /// Whether the window holds the rest of the file.
    pub(super) const fn ended(&self) -> bool {
        self.ended
    }

    /// Makes the window longer; `false` when the file has ended.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        self.text.drain(..self.at);
        self.at = 0;
        while !self.ended {
            let count = fetch(&mut self.source, &mut self.raw)?;
            self.fetched += count as u64;
            self.ended = count == 0;
            let before = self.text.len();
            let bound = self.decoder.max_utf8_buffer_length(count).expect("three times a chunk fits in memory");
            self.text.reserve(bound);
            let (_, _, _) = self.decoder.decode_to_string(&self.raw[..count], &mut self.text, self.ended);
            if memchr::memchr(0, &self.text.as_bytes()[before..]).is_some() {
                // No database keeps U+0000 in a text; it is as broken as a broken byte.
                let repaired = self.text[before..].replace('\0', "\u{FFFD}");
                self.text.replace_range(before.., &repaired);
            }
            let new = &self.text.as_bytes()[before..];
            self.lines += memchr::memchr_iter(b'\n', new).count() as u64;
            if !new.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The line, from 1, of the window's first byte. It counts the window: for messages only.
    pub(super) fn line(&self) -> u64 {
        let ahead = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..]).count() as u64;
        self.lines - ahead + 1
    }

    /// Bytes of the source fetched so far.
    pub(super) const fn fetched(&self) -> u64 {
        self.fetched
    }

    /// The encoding's name for people.
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Sets how many bytes may be consumed from here before `BufRead` fails.
    pub(super) const fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }

    /// Whether the allowance was used up.
    pub(super) const fn overrun(&self) -> bool {
        self.allowance == 0
    }
}

/// Reads once, again when interrupted.
fn fetch(source: &mut dyn Source, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Reads until the buffer is full or the source ends, however little it gives at a time.
pub(super) fn fill(source: &mut dyn Source, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match fetch(source, &mut buffer[length..])? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::other("the row is too long"));
        }
        if self.at == self.text.len() {
            self.more()?;
        }
        Ok(&self.text.as_bytes()[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.consume_text(count);
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Text").field("encoding", &self.name).field("fetched", &self.fetched).finish_non_exhaustive()
    }
}

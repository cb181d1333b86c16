//! The tokens of JSON, taken from a window of text without holding the file.

use memchr::{memchr_iter, memchr2};

use super::super::text::Text;
use super::super::{Limits, ReadError};

/// A cursor over JSON text.
pub(super) struct Tokens {
    pub(super) text: Text,
    limits: Limits,
    line: u64,
}

impl Tokens {
    pub(super) fn new(text: Text, limits: Limits) -> Self {
        let line = text.line();
        Self { text, limits, line }
    }

    /// The line of the next byte, from 1.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The next byte, not taken.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            if let Some(byte) = self.text.window().as_bytes().first() {
                return Ok(Some(*byte));
            }
            if !self.text.more()? {
                return Ok(None);
            }
        }
    }

    /// The next byte behind white space, not taken.
    pub(super) fn peek_token(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let window = self.text.window().as_bytes();
            let space = window.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            let count = space.unwrap_or(window.len());
            if count > 0 {
                self.line += memchr_iter(b'\n', &window[..count]).count() as u64;
                self.text.consume_text(count);
            }
            if space.is_some() || self.peek()?.is_none() {
                return Ok(self.text.window().as_bytes().first().copied());
            }
        }
    }

    /// The next byte behind white space, not taken; the file must not end here.
    pub(super) fn need(&mut self) -> Result<u8, ReadError> {
        self.peek_token()?.ok_or(ReadError::Truncated { line: self.line })
    }

    /// Takes the byte that was seen; it is ASCII.
    pub(super) fn take(&mut self) {
        self.text.consume_text(1);
    }

    /// Takes the byte if it comes next behind white space.
    pub(super) fn accept(&mut self, byte: u8) -> Result<bool, ReadError> {
        let found = self.need()? == byte;
        if found {
            self.take();
        }
        Ok(found)
    }

    /// Takes the byte, which must come next behind white space.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.accept(byte)? { Ok(()) } else { Err(self.broken(&format!("此处应为 {}", char::from(byte)))) }
    }

    /// Appends a string, whose opening quote comes next, without its quotes and escapes.
    pub(super) fn string(&mut self, out: &mut String) -> Result<(), ReadError> {
        self.expect(b'"')?;
        loop {
            let window = self.text.window();
            let end = memchr2(b'"', b'\\', window.as_bytes());
            let piece = &window[..end.unwrap_or(window.len())];
            out.push_str(piece);
            let lines = memchr_iter(b'\n', piece.as_bytes()).count() as u64;
            let closing = end.map(|end| window.as_bytes()[end]);
            self.line += lines;
            self.text.consume_text(end.map_or(window.len(), |end| end + 1));
            if out.len() > self.limits.row_bytes {
                return Err(self.broken("文字过长"));
            }
            match closing {
                Some(b'"') => return Ok(()),
                Some(_) => self.escape(out)?,
                None if self.text.more()? => {}
                None => return Err(ReadError::Truncated { line: self.line }),
            }
        }
    }

    /// Appends the character of an escape behind its backslash.
    fn escape(&mut self, out: &mut String) -> Result<(), ReadError> {
        let Some(byte) = self.peek()? else { return Err(ReadError::Truncated { line: self.line }) };
        let character = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.take();
                return self.code_units(out);
            }
            _ => return Err(self.broken("反斜杠之后的字符不合 JSON 规定")),
        };
        self.take();
        out.push(character);
        Ok(())
    }

    /// Appends the character of `\uXXXX`, or of two that are a pair; a lone half and U+0000 become U+FFFD.
    fn code_units(&mut self, out: &mut String) -> Result<(), ReadError> {
        let first = self.hex()?;
        let mut units = vec![first];
        while (0xD800..0xDC00).contains(units.last().expect("there is a first unit")) && self.follows(b"\\u")? {
            self.text.consume_text(2);
            units.push(self.hex()?);
            if units.len() > 64 {
                return Err(self.broken("连续的代理项过多"));
            }
        }
        out.push_str(&String::from_utf16_lossy(&units).replace('\0', "\u{FFFD}"));
        Ok(())
    }

    fn hex(&mut self) -> Result<u16, ReadError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek()?.and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.broken("\\u 之后应为四位十六进制数字")) };
            unit = unit << 4 | digit;
            self.take();
        }
        Ok(u16::try_from(unit).expect("four hexadecimal digits"))
    }

    /// Whether these bytes come next.
    fn follows(&mut self, bytes: &[u8]) -> Result<bool, ReadError> {
        while self.text.window().len() < bytes.len() && self.text.more()? {}
        Ok(self.text.window().as_bytes().starts_with(bytes))
    }

    /// Appends a number, `true` or `false` as it is written; nothing for `null`.
    pub(super) fn literal(&mut self, out: &mut String) -> Result<(), ReadError> {
        let start = out.len();
        while let Some(byte) = self.peek()?.filter(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) {
            out.push(char::from(byte));
            self.take();
            if out.len() - start > 400 {
                return Err(self.broken("数字过长"));
            }
        }
        match &out[start..] {
            "true" | "false" => Ok(()),
            "null" => {
                out.truncate(start);
                Ok(())
            }
            number if is_number(number) => Ok(()),
            "" if self.peek()?.is_none() => Err(ReadError::Truncated { line: self.line }),
            _ => Err(self.broken("此处应为字符串、数字、true、false 或 null")),
        }
    }

    /// Passes over a value of any shape.
    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        let mut depth = 0_usize;
        let mut ignored = String::new();
        loop {
            ignored.clear();
            match self.need()? {
                b'{' | b'[' => {
                    depth += 1;
                    if depth > 64 {
                        return Err(self.broken("嵌套过深"));
                    }
                    self.take();
                    continue;
                }
                b'}' | b']' | b',' | b':' if depth == 0 => return Err(self.broken("缺少值")),
                b'}' | b']' => {
                    depth -= 1;
                    self.take();
                }
                b',' | b':' => {
                    self.take();
                    continue;
                }
                b'"' => self.string(&mut ignored)?,
                _ => self.literal(&mut ignored)?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    pub(super) fn broken(&self, detail: &str) -> ReadError {
        ReadError::Json { line: self.line, detail: detail.to_owned() }
    }
}

/// Whether a text is a number of JSON; an exponent or a leading zero are judged by the field's own check.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
}

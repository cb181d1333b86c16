//! Digests, their text, and the one way bytes of several fields become one hash.

use sha2::{Digest as _, Sha256};

/// A SHA-256.
pub type Digest = [u8; 32];

/// What stands before the first entry of a chain and before the first root.
pub const UNWRITTEN: Digest = [0; 32];

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|it| [DIGITS[usize::from(it >> 4)] as char, DIGITS[usize::from(it & 15)] as char]).collect()
}

/// The bytes of exactly `N` pairs of hexadecimal digits.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.as_bytes();
    if text.len() != 2 * N {
        return None;
    }
    let digit = |it: u8| char::from(it).to_digit(16);
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).expect("two digits are a byte");
    }
    Some(bytes)
}

/// Fields written one behind the other, each so that no two different lists of fields give the same bytes.
///
/// The first bytes say what is hashed, so that a hash of one kind is never one of another.
pub(super) struct Fields<'b>(&'b mut Vec<u8>);

impl<'b> Fields<'b> {
    /// Begins in an emptied buffer.
    pub(super) fn of(kind: &str, buffer: &'b mut Vec<u8>) -> Self {
        buffer.clear();
        let mut fields = Self(buffer);
        fields.bytes(kind.as_bytes());
        fields
    }

    /// Goes on behind what stands in the buffer.
    pub(super) const fn on(buffer: &'b mut Vec<u8>) -> Self {
        Self(buffer)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(i64::try_from(bytes.len()).expect("a field is small"));
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(super) fn maybe(&mut self, number: Option<i64>) -> &mut Self {
        match number {
            None => self.0.push(0),
            Some(number) => {
                self.0.push(1);
                self.number(number);
            }
        }
        self
    }

    pub(super) fn maybe_bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        match bytes {
            None => self.0.push(0),
            Some(bytes) => {
                self.0.push(1);
                self.bytes(bytes);
            }
        }
        self
    }

    pub(super) fn hash(&self) -> Digest {
        sha256(self.0)
    }
}

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_bytes_gives_them_back_and_other_text_none() {
        assert_eq!(hex(&[0, 0x0f, 0xa5]), "000fa5");
        assert_eq!(unhex::<3>("000Fa5"), Some([0, 0x0f, 0xa5]));
        for bad in ["", "000fa", "000fa50", "000fag", "００"] {
            assert_eq!(unhex::<3>(bad), None, "{bad}");
        }
    }

    #[test]
    fn fields_that_differ_only_in_their_borders_hash_apart() {
        let mut buffer = Vec::new();
        let mut hash = |parts: &[&str]| {
            let mut fields = Fields::of("test", &mut buffer);
            for part in parts {
                fields.bytes(part.as_bytes());
            }
            fields.hash()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["a"]), hash(&["a", ""]));
    }
}

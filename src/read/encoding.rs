//! Which encoding a text file is in: UTF-8, UTF-16 or GB18030, told by its bytes.

use std::io::SeekFrom;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::text::fill;
use super::{ReadError, Source};

/// An encoding found, and where the text begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoded {
    /// The decoder's table; GB2312 and GBK are read as GB18030, which contains both.
    pub(super) encoding: &'static Encoding,
    /// The name for people.
    pub(super) name: &'static str,
    /// Bytes of the byte order mark.
    pub(super) mark: u64,
}

impl Encoded {
    const fn new(encoding: &'static Encoding, name: &'static str, mark: u64) -> Self {
        Self { encoding, name, mark }
    }
}

const UTF8: Encoded = Encoded::new(UTF_8, "UTF-8", 0);
const GB: Encoded = Encoded::new(GB18030, "GB18030", 0);

/// Enough characters beyond ASCII to be sure of the encoding.
const ENOUGH: u64 = 256;

/// Finds the encoding by mark, by zero bytes, else by weighing the bytes against UTF-8.
///
/// # Errors
/// UTF-32, or a declared encoding that is neither UTF nor GB and that the bytes do not contradict.
pub(super) fn recognise(source: &mut dyn Source, head: &[u8]) -> Result<Encoded, ReadError> {
    if let Some(found) = by_mark(head)? {
        return Ok(found);
    }
    match head {
        [0, byte, ..] if *byte != 0 => return Ok(Encoded::new(UTF_16BE, "UTF-16BE", 0)),
        [byte, 0, ..] if *byte != 0 => return Ok(Encoded::new(UTF_16LE, "UTF-16LE", 0)),
        _ => {}
    }
    let weight = weigh(source)?;
    let declared = declared(head);
    let gb = declared.as_deref().is_some_and(|name| name.starts_with("gb"));
    if weight.broken == 0 && weight.sound < 8 && gb {
        return Ok(GB);
    }
    // Chinese text in GB18030 breaks UTF-8 in most characters; UTF-8 with a broken byte breaks it rarely.
    if weight.broken * 4 <= weight.sound {
        return Ok(UTF8);
    }
    match declared {
        Some(name) if !gb && name != "utf-8" && name != "utf8" => Err(ReadError::Encoding(name)),
        _ => Ok(GB),
    }
}

fn by_mark(head: &[u8]) -> Result<Option<Encoded>, ReadError> {
    Ok(match head {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoded { mark: 3, ..UTF8 }),
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(ReadError::Encoding("UTF-32".to_owned())),
        [0xFF, 0xFE, ..] => Some(Encoded::new(UTF_16LE, "UTF-16LE", 2)),
        [0xFE, 0xFF, ..] => Some(Encoded::new(UTF_16BE, "UTF-16BE", 2)),
        [0x84, 0x31, 0x95, 0x33, ..] => Some(Encoded { mark: 4, ..GB }),
        _ => None,
    })
}

/// The encoding an XML declaration names, in lower case. It is a hint: many files name one and use the other.
fn declared(head: &[u8]) -> Option<String> {
    let head = head.trim_ascii_start();
    let end = head.strip_prefix(b"<?xml").and_then(|_| memchr::memchr(b'>', head))?;
    let declaration = String::from_utf8_lossy(&head[..end.min(256)]).to_ascii_lowercase();
    let (_, rest) = declaration.split_once("encoding")?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

/// How the bytes beyond ASCII stand to UTF-8.
#[derive(Debug, Default)]
struct Weight {
    sound: u64,
    broken: u64,
}

/// Weighs the source from its beginning until it is sure; a file of pure ASCII is read to its end.
fn weigh(source: &mut dyn Source) -> Result<Weight, ReadError> {
    source.seek(SeekFrom::Start(0))?;
    let mut weight = Weight::default();
    let mut buffer = vec![0; 64 << 10];
    let mut cut = false;
    while weight.sound + weight.broken < ENOUGH {
        let count = fill(source, &mut buffer)?;
        if count == 0 {
            break;
        }
        let chunk = &buffer[..count];
        if !chunk.is_ascii() {
            cut = add(chunk, cut, &mut weight);
        }
    }
    Ok(weight)
}

/// Adds a chunk; says whether a character is cut off at its end, so that its rest is not counted as broken.
fn add(mut chunk: &[u8], cut: bool, weight: &mut Weight) -> bool {
    if cut {
        let rest = chunk.iter().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
        chunk = &chunk[rest..];
    }
    let mut at = 0;
    for part in chunk.utf8_chunks() {
        weight.sound += part.valid().bytes().filter(|byte| *byte >= 0xC0).count() as u64;
        at += part.valid().len() + part.invalid().len();
        if part.invalid().is_empty() {
            continue;
        }
        if at == chunk.len() && part.invalid()[0] >= 0xC2 {
            return true;
        }
        weight.broken += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn name(bytes: &[u8]) -> &'static str {
        recognise(&mut Cursor::new(bytes.to_vec()), &bytes[..bytes.len().min(64)]).map_or("refused", |found| found.name)
    }

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn an_encoding_is_told_by_its_bytes() {
        assert_eq!(name(b"a,b\n"), "UTF-8");
        assert_eq!(name("文号,名称\n".as_bytes()), "UTF-8");
        assert_eq!(name(&gb("文号,名称\n")), "GB18030");
        assert_eq!(name(b"\xFF\xFEa\0"), "UTF-16LE");
        assert_eq!(name(b"\xFE\xFF\0a"), "UTF-16BE");
        assert_eq!(name(b"<\0?\0"), "UTF-16LE");
        assert_eq!(name(b"\0<\0?"), "UTF-16BE");
        assert_eq!(name(b"\xFF\xFE\0\0a\0\0\0"), "refused");
    }

    #[test]
    fn a_declaration_that_the_bytes_contradict_is_not_believed() {
        assert_eq!(name("<?xml version='1.0' encoding='GBK'?><a>行政处罚决定书文号</a>".as_bytes()), "UTF-8");
        assert_eq!(name(&gb("<?xml version='1.0' encoding='UTF-8'?><a>行政处罚决定书</a>")), "GB18030");
        assert_eq!(name(b"<?xml version='1.0' encoding='Big5'?><a>\xA4\xA4\xA4\xE5</a>"), "refused");
    }

    #[test]
    fn gb18030_that_begins_after_much_ascii_is_found() {
        let mut bytes = vec![b'x'; 200_000];
        bytes.extend(gb("\n示例有限公司"));
        assert_eq!(name(&bytes), "GB18030");
    }

    #[test]
    fn utf8_with_one_broken_byte_stays_utf8_wherever_chunks_are_cut() {
        for shift in 0..3 {
            let mut bytes = vec![b'x'; (64 << 10) - 4 + shift];
            bytes.extend("行政处罚决定书文号".as_bytes());
            bytes.push(0xFF);
            assert_eq!(name(&bytes), "UTF-8");
        }
    }
}

//! What a file is, told by its first bytes: a workbook, text, or something to be refused with a clear reason.

use std::io::{Read, SeekFrom};

use super::encoding::{self, Encoded};
use super::text::{Text, fill};
use super::{ReadError, Source};

/// What the bytes are.
pub(super) enum Kind {
    /// A zip container; whether a workbook is in it shows the scan.
    Workbook,
    /// Text in an encoding.
    Text(Encoded),
}

/// What kind of text it is.
pub(super) enum TextShape {
    /// It begins with `<`.
    Xml,
    /// It begins with `[` or `{`.
    Json,
    /// Anything else.
    Csv,
}

const HEAD: usize = 4096;

/// Formats that hold no rows, by their first bytes.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", " PDF 文件"),
    (b"Rar!", " RAR 压缩文件"),
    (b"7z\xBC\xAF", " 7z 压缩文件"),
    (b"\x1F\x8B", " gzip 压缩文件"),
    (b"\x89PNG", "图片文件"),
    (b"\xFF\xD8\xFF", "图片文件"),
    (b"GIF8", "图片文件"),
    (b"{\\rtf", " RTF 文档"),
];

/// Recognises the source from its first bytes.
///
/// # Errors
/// The file is empty, of a format that is refused by name, or no text.
pub(super) fn recognise(source: &mut dyn Source) -> Result<Kind, ReadError> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = vec![0; HEAD];
    let length = fill(source, &mut head)?;
    head.truncate(length);
    if head.is_empty() {
        return Err(ReadError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Workbook);
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(compound(source, &head)?);
    }
    if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(ReadError::Unsupported(name));
    }
    let encoded = encoding::recognise(source, &head)?;
    if encoded.encoding != encoding_rs::UTF_16LE && encoded.encoding != encoding_rs::UTF_16BE && head.contains(&0) {
        return Err(ReadError::NotText);
    }
    Ok(Kind::Text(encoded))
}

/// An OLE container: an old workbook, or a new one behind a password. Its directory names the streams.
fn compound(source: &mut dyn Source, head: &[u8]) -> Result<ReadError, ReadError> {
    let field = |at: usize| head.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let shift = (field(30) & 0xFFFF).clamp(9, 12);
    source.seek(SeekFrom::Start((u64::from(field(48)) + 1) << shift))?;
    let mut directory = Vec::new();
    (&mut *source).take(HEAD as u64).read_to_end(&mut directory)?;
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(&directory, &wide).is_some()
    };
    Ok(if has("EncryptedPackage") {
        ReadError::Password
    } else if has("WordDocument") {
        ReadError::Unsupported(" Word 文档")
    } else {
        ReadError::OldWorkbook
    })
}

/// Recognises the kind of text by its first character that is no white space.
///
/// # Errors
/// There is none, or the text is a web page.
pub(super) fn shape(text: &mut Text) -> Result<TextShape, ReadError> {
    loop {
        let rest = text.window().trim_start();
        if rest.len() >= HEAD || text.ended() {
            break;
        }
        if rest.is_empty() {
            text.consume_text(text.window().len());
        }
        text.more()?;
    }
    let rest = text.window().trim_start();
    match rest.as_bytes().first() {
        None => Err(ReadError::Empty),
        Some(b'<') if is_web_page(rest) => Err(ReadError::WebPage),
        Some(b'<') => Ok(TextShape::Xml),
        Some(b'[' | b'{') => Ok(TextShape::Json),
        Some(_) => Ok(TextShape::Csv),
    }
}

/// Whether the first element says HTML, or the XML of Excel 2003.
fn is_web_page(rest: &str) -> bool {
    let mut end = rest.len().min(HEAD);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let start = rest[..end].to_ascii_lowercase();
    let roots = ["<html", "<!doctype html", "<table", "<head>", "<meta", "<body", "<style", "<div"];
    roots.iter().any(|root| start.starts_with(root)) || start.contains("urn:schemas-microsoft-com:office:spreadsheet")
}

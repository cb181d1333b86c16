//! The gate before a workbook: its zip container is inflated once into nothing, with every bound counted.
//!
//! Declared sizes lie, so only counted bytes decide. Whatever passes can be held or streamed by the real reader.

use std::io::{Read, Seek};

use memchr::memchr_iter;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::super::{Limits, ReadError, Source};

/// Beyond this an entry's ratio is judged.
const RATIO_FROM: u64 = 1 << 20;

/// Checks the container and gives the source back.
///
/// # Errors
/// It is no workbook, is broken, carries macros, or is larger than the limits.
pub(super) fn check(source: Box<dyn Source>, limits: &Limits) -> Result<Box<dyn Source>, ReadError> {
    let mut zip = ZipArchive::new(source).map_err(explain)?;
    if zip.len() > limits.zip_entries {
        return Err(ReadError::Bomb(format!("内含 {} 个文件", zip.len())));
    }
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(explain)?;
        parts.push(part(&entry)?);
    }
    contents(&parts)?;
    let mut total = 0;
    let mut buffer = vec![0; 64 << 10];
    for (index, name) in parts.iter().enumerate() {
        let mut entry = zip.by_index(index).map_err(explain)?;
        total += inflate(&mut entry, name, limits, &mut buffer)?;
        if total > limits.zip_total_bytes {
            return Err(ReadError::Bomb(format!("合计超过 {} MB", limits.zip_total_bytes >> 20)));
        }
    }
    Ok(zip.into_inner())
}

/// An entry's path in one spelling: lower case, `/` between the parts.
fn part(entry: &ZipFile<'_, impl Read>) -> Result<String, ReadError> {
    if entry.encrypted() {
        return Err(ReadError::Password);
    }
    let name = entry.name().map_err(explain)?.replace('\\', "/").to_lowercase();
    if name.split('/').any(|part| part == "..") || name.contains('\0') {
        return Err(ReadError::Workbook("压缩包内的路径不合规".to_owned()));
    }
    Ok(name.trim_start_matches('/').to_owned())
}

/// Judges a container by the names in it.
fn contents(parts: &[String]) -> Result<(), ReadError> {
    let has = |name: &str| parts.iter().any(|part| part == name);
    if has("xl/workbook.bin") {
        return Err(ReadError::BinaryWorkbook);
    }
    if parts.iter().any(|part| part.ends_with("vbaproject.bin")) {
        return Err(ReadError::Macros);
    }
    if has("content.xml") && has("mimetype") {
        return Err(ReadError::Unsupported(" OpenDocument 文档"));
    }
    if parts.iter().any(|part| part.starts_with("word/")) {
        return Err(ReadError::Unsupported(" Word 文档"));
    }
    let is_workbook = parts.iter().any(|part| part.ends_with("/workbook.xml") || part == "workbook.xml");
    if is_workbook { Ok(()) } else { Err(ReadError::NotWorkbook) }
}

/// Inflates one entry and counts.
fn inflate<R: Read + Seek>(
    entry: &mut ZipFile<'_, R>,
    name: &str,
    limits: &Limits,
    buffer: &mut [u8],
) -> Result<u64, ReadError> {
    let strings = name.ends_with("sharedstrings.xml");
    let sheet = !strings && name.contains("worksheets/");
    let bound = match (strings, sheet) {
        (true, _) => limits.zip_strings_bytes,
        (_, true) => limits.zip_sheet_bytes,
        _ => limits.zip_part_bytes,
    };
    let stored = entry.compressed_size().max(1);
    let mut cells = (strings || sheet).then(|| Cells::new(limits.zip_cell_bytes));
    let mut counts = strings.then(Counts::default);
    let mut size = 0;
    loop {
        let count = entry.read(buffer).map_err(|error| ReadError::Workbook(format!("{name} 解压失败（{error}）")))?;
        if count == 0 {
            break;
        }
        let piece = &buffer[..count];
        if size == 0 && cells.is_some() && piece.iter().take(4).any(|byte| matches!(byte, 0 | 0xFE | 0xFF)) {
            return Err(ReadError::Workbook(format!("{name} 不是 UTF-8 编码")));
        }
        size += count as u64;
        if size > bound {
            return Err(ReadError::Bomb(format!("{name} 超过 {} MB", bound >> 20)));
        }
        if size > RATIO_FROM && size / stored > limits.zip_ratio {
            return Err(ReadError::Bomb(format!("{name} 的压缩比超过 {} 倍", limits.zip_ratio)));
        }
        if cells.as_mut().is_some_and(|cells| cells.add(piece)) {
            return Err(ReadError::Bomb(format!("{name} 中有超长的单元格")));
        }
        if let Some(counts) = &mut counts {
            counts.add(piece);
        }
    }
    match counts {
        Some(counts) if counts.most > size / LEAST => Err(ReadError::Bomb(format!("{name} 声称的字符串数量不实"))),
        _ => Ok(size),
    }
}

/// Bytes of the shortest shared string, `<si/>`.
const LEAST: u64 = 5;

/// Watches for the number of strings a part claims to hold: the reader asks for that much memory before it looks.
#[derive(Default)]
struct Counts {
    /// The largest number claimed.
    most: u64,
    /// The last bytes, in which a claim may begin.
    carry: Vec<u8>,
}

/// The claim's attribute, and the bytes in which its number must stand.
const CLAIM: &[u8] = b"uniqueCount";
const CLAIM_BYTES: usize = 64;

impl Counts {
    fn add(&mut self, piece: &[u8]) {
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(piece);
        for at in memchr::memmem::find_iter(&bytes, CLAIM) {
            let rest = &bytes[at + CLAIM.len()..bytes.len().min(at + CLAIM_BYTES)];
            let digits = rest.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
            let claimed =
                digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
            self.most = self.most.max(claimed);
        }
        self.carry = bytes[bytes.len().saturating_sub(CLAIM_BYTES)..].to_vec();
    }
}

/// Watches the markup of cells go by: one huge cell would be held in memory whole.
struct Cells {
    bound: u64,
    /// Bytes since a cell began or ended.
    run: u64,
    /// Whether a cell is open.
    open: bool,
    /// Whether the text of a cell is open: no cell can begin in it.
    inside: bool,
    /// The last bytes, from a `<` whose name may go on in the next piece.
    carry: Vec<u8>,
}

/// The longest beginning that must be seen to know a tag.
const TAG: usize = 5;

impl Cells {
    const fn new(bound: u64) -> Self {
        Self { bound, run: 0, open: false, inside: false, carry: Vec::new() }
    }

    /// Adds a piece; `true` when a cell is too long or begins inside another.
    fn add(&mut self, piece: &[u8]) -> bool {
        if self.carry.is_empty() {
            return self.pass(piece);
        }
        let mut joined = std::mem::take(&mut self.carry);
        joined.extend_from_slice(piece);
        self.pass(&joined)
    }

    fn pass(&mut self, bytes: &[u8]) -> bool {
        let mut from = 0;
        for at in memchr_iter(b'<', bytes) {
            self.run += (at - from) as u64;
            from = at;
            let Some(tag) = bytes.get(at + 1..at + 1 + TAG) else {
                self.carry = bytes[at..].to_vec();
                return false;
            };
            if self.tag(tag) {
                return true;
            }
        }
        self.run += (bytes.len() - from) as u64;
        self.open && self.run > self.bound
    }

    fn tag(&mut self, tag: &[u8]) -> bool {
        let is =
            |name: &[u8]| tag.strip_prefix(name).is_some_and(|rest| matches!(rest[0], b'>' | b' ' | b'\n' | b'\t'));
        let long = self.open && self.run > self.bound;
        if is(b"c") || is(b"si") {
            let within = self.inside;
            (self.open, self.run, self.inside) = (true, 0, tag[0] == b's');
            return long || within;
        }
        match tag {
            [b'/', b'c', b'>', ..] | [b'/', b's', b'i', b'>', _] | [b'/', b's', b'h', b'e', b'e'] => {
                (self.open, self.run, self.inside) = (false, 0, false);
            }
            [b'/', b'v', b'>', ..] | [b'/', b'i', b's', b'>', _] => self.inside = false,
            _ if is(b"v") || is(b"is") => self.inside = true,
            _ => {}
        }
        long
    }
}

fn explain(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            ReadError::Workbook(format!("压缩结构无法读取（{error}）"))
        }
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::Password,
        error => ReadError::Workbook(format!("压缩结构不完整，可能未传完（{error}）")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(pieces: &[&str]) -> bool {
        let mut cells = Cells::new(20);
        pieces.iter().any(|piece| cells.add(piece.as_bytes()))
    }

    #[test]
    fn a_claim_is_seen_however_the_pieces_are_cut() {
        for size in 1..20 {
            let mut counts = Counts::default();
            b"<sst count='3' uniqueCount = '123456'><si>".chunks(size).for_each(|piece| counts.add(piece));
            assert_eq!(counts.most, 123_456, "{size}");
        }
    }

    #[test]
    fn long_cells_are_seen_however_the_pieces_are_cut() {
        let sheet =
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"/></row></sheetData><mergeCells count=\"1\"/>";
        let huge = "<c r=\"A1\"><v>aaaaaaaaaaaaaaaaaaaaaaaaa</v></c>";
        let nested = "<c r=\"A1\"><is>a<c>a<c>a</is></c>";
        for size in 1..12 {
            let cut = |text: &'static str| -> Vec<&'static str> {
                text.as_bytes().chunks(size).map(|piece| std::str::from_utf8(piece).expect("ASCII")).collect()
            };
            assert!(!refused(&cut(sheet)), "{size}");
            assert!(refused(&cut(huge)), "{size}");
            assert!(refused(&cut(nested)), "{size}");
        }
    }
}

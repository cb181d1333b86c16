//! The fast way through a row: cells of the plain form `<NAME>text</NAME>` are taken straight from the window.
//!
//! It stops in front of anything else (references, CDATA, attributes, a new name, the window's end), which the
//! real parser reads; so it decides nothing about well-formedness, it only skips the work for the common case.

use memchr::{memchr, memchr3};

use super::super::ReadError;
use super::super::columns::Columns;
use super::super::text::Text;
use crate::record::{Row, Shape};

/// With less text than this in the window, more is fetched first: most rows then fit.
const AHEAD: usize = 8 << 10;

/// Takes as many plain cells as follow each other. A cell longer than `limit` bytes is left to the real parser.
pub(super) fn cells(text: &mut Text, columns: &mut Columns, row: &mut Row, limit: usize) -> Result<(), ReadError> {
    if text.window().len() < AHEAD && !text.ended() {
        text.more()?;
    }
    let window = text.window();
    let mut at = 0;
    while let Some(cell) = plain_cell(window, at, columns) {
        if cell.text.len() > limit || !columns.is_free(cell.column) {
            break;
        }
        columns.fill(cell.column)?;
        row.set(cell.column, cell.text, Shape::Text);
        at = cell.after;
    }
    text.consume_text(at);
    Ok(())
}

struct Plain<'w> {
    column: usize,
    text: &'w str,
    after: usize,
}

/// The plain cell at `at`, white space before it passed over.
fn plain_cell<'w>(window: &'w str, at: usize, columns: &Columns) -> Option<Plain<'w>> {
    let bytes = window.as_bytes();
    let start = at + bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[start] != b'<' || bytes.get(start + 1) == Some(&b'/') {
        return None;
    }
    let (column, length) = name(window, start + 1, columns)?;
    let form = &bytes[start + 1..start + 1 + length];
    let content = start + 1 + length + 1;
    match bytes.get(content - 1)? {
        b'>' => {}
        b'/' if bytes.get(content) == Some(&b'>') => return Some(Plain { column, text: "", after: content + 1 }),
        _ => return None,
    }
    let end = content + memchr3(b'<', b'&', b'\r', &bytes[content..])?;
    let tail = bytes[end..].strip_prefix(b"</")?.strip_prefix(form)?;
    (tail.first() == Some(&b'>')).then(|| Plain { column, text: &window[content..end], after: end + form.len() + 3 })
}

/// The column of the element's name at `at` and the name's length; the expected one is compared without a search.
fn name(window: &str, at: usize, columns: &Columns) -> Option<(usize, usize)> {
    let bytes = &window.as_bytes()[at..];
    if let Some((column, form)) = columns.expected()
        && bytes.starts_with(form.as_bytes())
        && matches!(bytes.get(form.len()), Some(b'>' | b'/'))
        && !form.is_empty()
    {
        return Some((column, form.len()));
    }
    let end = memchr(b'>', &bytes[..bytes.len().min(256)])?;
    let form = window.get(at..at + end)?;
    let form = form.strip_suffix('/').unwrap_or(form);
    Some((columns.find(form)?, form.len()))
}

//! The fast way through an object: members of the plain form `"KEY":"text"` are taken straight from the window.
//!
//! It stops in front of anything else (escapes, other values, a new key, a line break, the window's end), which the
//! tokens read; so it decides nothing about what is well formed.

use memchr::{memchr2, memchr3};

use super::super::ReadError;
use super::super::columns::Columns;
use super::super::text::Text;
use crate::record::{Row, Shape};

/// With less text than this in the window, more is fetched first: most rows then fit.
const AHEAD: usize = 8 << 10;

/// Takes as many plain members as follow each other; says whether there was one.
///
/// `first` says that no member, and so no comma, stands before. A text longer than `limit` bytes is left to the tokens.
pub(super) fn members(
    text: &mut Text,
    columns: &mut Columns,
    row: &mut Row,
    limit: usize,
    first: bool,
) -> Result<bool, ReadError> {
    if text.window().len() < AHEAD && !text.ended() {
        text.more()?;
    }
    let window = text.window();
    let mut at = 0;
    while let Some(member) = member(window, at, columns, first && at == 0) {
        if member.text.len() > limit || !columns.is_free(member.column) {
            break;
        }
        columns.fill(member.column)?;
        row.set(member.column, member.text, Shape::Text);
        at = member.after;
    }
    text.consume_text(at);
    Ok(at > 0)
}

struct Member<'w> {
    column: usize,
    text: &'w str,
    after: usize,
}

/// The plain member at `at`.
fn member<'w>(window: &'w str, at: usize, columns: &Columns, first: bool) -> Option<Member<'w>> {
    let bytes = window.as_bytes();
    let at = if first { at } else { after(bytes, at, b',')? };
    let start = after(bytes, at, b'"')?;
    let (column, length) = key(window, start, columns)?;
    let colon = after(bytes, start + length + 1, b':')?;
    let content = after(bytes, colon, b'"')?;
    let end = content + memchr3(b'"', b'\\', b'\n', &bytes[content..])?;
    (bytes[end] == b'"').then(|| Member { column, text: &window[content..end], after: end + 1 })
}

/// The place behind a byte that comes next, spaces before it passed over.
fn after(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    let spaces = bytes[at..].iter().position(|next| *next != b' ')?;
    (bytes[at + spaces] == byte).then_some(at + spaces + 1)
}

/// The column of the key at `at` and the key's length; the expected one is compared without a search.
fn key(window: &str, at: usize, columns: &Columns) -> Option<(usize, usize)> {
    let bytes = &window.as_bytes()[at..];
    let end = memchr2(b'"', b'\\', &bytes[..bytes.len().min(256)])?;
    (bytes[end] == b'"').then_some(())?;
    Some((columns.find(&window[at..at + end])?, end))
}

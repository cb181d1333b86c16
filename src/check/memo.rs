//! Values remembered by their text: agencies and their codes repeat from row to row.

use crate::record::Value;

/// A power of two; deliveries come from few agencies.
const SLOTS: usize = 32;

/// What a text was read as.
#[derive(Debug, Clone)]
enum Kept {
    /// The text itself.
    Whole,
    /// A value that copies without allocating.
    Value(Value<'static>),
}

/// The last texts of one column that were read without a fault. A text that falls on another's slot replaces it.
#[derive(Debug, Default)]
pub(super) struct Memo {
    slots: Vec<(String, Option<Kept>)>,
}

impl Memo {
    /// What the text was read as, if it is remembered.
    pub(super) fn recall<'r>(&self, text: &'r str) -> Option<Value<'r>> {
        let (known, kept) = self.slots.get(slot(text))?;
        match kept {
            Some(Kept::Whole) if known == text => Some(Value::Text(text.into())),
            Some(Kept::Value(value)) if known == text => Some(value.clone()),
            _ => None,
        }
    }

    /// Remembers a text that was read without a fault.
    pub(super) fn keep(&mut self, text: &str, value: &Value<'_>) {
        let kept = match value {
            Value::Text(read) if read == text => Kept::Whole,
            Value::Code(code) => Kept::Value(Value::Code(*code)),
            _ => return,
        };
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, (String::new(), None));
        }
        let (known, slot) = &mut self.slots[slot(text)];
        known.clear();
        known.push_str(text);
        *slot = Some(kept);
    }
}

/// Mixes the length with bytes of the end and the middle: names of agencies differ in the middle, codes at the end.
fn slot(text: &str) -> usize {
    let bytes = text.as_bytes();
    let at = |back: usize| bytes.len().checked_sub(back).map_or(0, |it| usize::from(bytes[it]));
    let half = bytes.len() / 2;
    let mix =
        bytes.len() ^ at(1) ^ (at(2) << 1) ^ (at(half.max(1)) << 2) ^ (at(half + 1) << 1) ^ at(half + half / 2 + 1);
    mix & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_recalled_as_it_was_read_and_no_other_is() {
        let mut memo = Memo::default();
        assert_eq!(memo.recall("示例市公安局"), None);
        memo.keep("示例市公安局", &Value::Text("示例市公安局".into()));
        assert_eq!(memo.recall("示例市公安局"), Some(Value::Text("示例市公安局".into())));
        assert_eq!(memo.recall("示例市教育局"), None);
        assert_eq!(memo.recall(""), None);
    }

    #[test]
    fn a_text_that_was_read_as_another_is_not_remembered() {
        let mut memo = Memo::default();
        memo.keep("01", &Value::Text("法人".into()));
        assert_eq!(memo.recall("01"), None);
    }
}

//! Values remembered by their text: codes of agencies, and regions, repeat from row to row.

use std::cell::Cell;

use crate::record::Value;

/// A power of two; the agencies of a city are some hundreds, those of a delivery few.
const SLOTS: usize = 256;

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

/// Mixes the first, middle and last bytes: some texts differ in the middle, codes at the end.
fn slot(text: &str) -> usize {
    let bytes = text.as_bytes();
    let eight =
        |from: usize| bytes.get(from..from + 8).map_or(0, |it| u64::from_le_bytes(it.try_into().expect("eight")));
    let last = bytes.len().saturating_sub(8);
    let mixed = eight(last) ^ eight(last / 2).rotate_left(23) ^ bytes.len() as u64;
    // The high bits of a product depend on all bits (Fibonacci hashing).
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOTS.ilog2())) as usize
}

/// Regions of codes that were looked up and are in force: a delivery names few, row after row.
#[derive(Debug)]
pub(super) struct RegionsSeen(Vec<Cell<u64>>);

impl Default for RegionsSeen {
    fn default() -> Self {
        Self(vec![Cell::new(0); SLOTS])
    }
}

impl RegionsSeen {
    pub(super) fn contains(&self, region: u64) -> bool {
        self.0[Self::slot(region)].get() == region
    }

    pub(super) fn insert(&self, region: u64) {
        self.0[Self::slot(region)].set(region);
    }

    fn slot(region: u64) -> usize {
        (region.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOTS.ilog2())) as usize
    }
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

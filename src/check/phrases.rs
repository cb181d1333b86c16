//! Several words looked for in a sentence in one pass, for sentences in which mostly none occurs.

/// Words to look for.
#[derive(Debug)]
pub(super) struct Phrases {
    all: Vec<String>,
    /// The first bytes of each word: comparing them spares comparing the words.
    heads: Vec<u32>,
    /// Marks of the words' first characters; a character without a mark begins no word.
    begins: Box<[bool; 256]>,
}

impl Default for Phrases {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl Phrases {
    pub(super) fn of(words: &[String]) -> Self {
        let all: Vec<String> = words.iter().filter(|it| !it.is_empty()).cloned().collect();
        let mut begins = Box::new([false; 256]);
        all.iter().for_each(|it| begins[usize::from(mark(it.as_bytes(), 0))] = true);
        Self { heads: all.iter().map(|it| head(it.as_bytes())).collect(), all, begins }
    }

    /// The word at this index.
    pub(super) fn word(&self, index: usize) -> &str {
        &self.all[index]
    }

    /// Every place where a word begins, with the word's index; where two begin, the longer one.
    pub(super) fn find_in<'t>(&'t self, sentence: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        let bytes = sentence.as_bytes();
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < bytes.len() {
                let start = at;
                at += if bytes[start] < 0xE0 { 1 } else { 3 };
                if self.begins[usize::from(mark(bytes, start))]
                    && let Some(word) = self.longest(&bytes[start..])
                {
                    return Some((start, word));
                }
            }
            None
        })
    }

    fn longest(&self, rest: &[u8]) -> Option<usize> {
        let first = head(rest);
        let same = (0..self.all.len()).filter(|it| self.heads[*it] == first);
        let found = same.filter(|it| rest.starts_with(self.all[*it].as_bytes()));
        found.max_by_key(|it| self.all[*it].len())
    }
}

/// The first character of a text, as far as three bytes hold it.
#[inline]
fn head(text: &[u8]) -> u32 {
    match text {
        [first @ 0xE0..=0xEF, second, third, ..] => u32::from_be_bytes([0, *first, *second, *third]),
        [first, ..] => u32::from(*first),
        [] => 0,
    }
}

/// The last two bytes of a Han character tell most characters apart.
///
/// Inside a character of two or four bytes it marks nothing that matters: no word begins there.
#[inline]
fn mark(bytes: &[u8], at: usize) -> u8 {
    match (bytes[at], bytes.get(at + 2)) {
        (0xE0..=0xEF, Some(third)) => bytes[at + 1].wrapping_mul(7) ^ third,
        (first, _) => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_where_it_begins_and_the_longer_one_wins() {
        let phrases = Phrases::of(&["罚款".to_owned(), "罚款人民币".to_owned(), "fine".to_owned()]);
        let found: Vec<(usize, &str)> =
            phrases.find_in("处罚款，并处罚款人民币；fine é😀罚").map(|(at, it)| (at, phrases.word(it))).collect();
        assert_eq!(found, [(3, "罚款"), (18, "罚款人民币"), (36, "fine")]);
        assert_eq!(phrases.find_in("").count(), 0);
        assert_eq!(Phrases::of(&[]).find_in("罚款").count(), 0);
    }
}

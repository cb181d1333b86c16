//! A set of Chinese words looked for in texts, made ready once: a look at a text costs about a nanosecond a character.

use serde::Deserialize;

/// Words that are looked for (关键词). Each begins with a Chinese character.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Words {
    words: Vec<String>,
    /// By the twelve low bits of a first character, which bucket its words are in; 0 is none. Most characters of a text
    /// are passed over by one look.
    first: Vec<u8>,
    /// Places of words, the longest first.
    buckets: Vec<Vec<u32>>,
}

/// Buckets a byte can tell apart; what is more shares the last.
const BUCKETS: usize = 255;

/// A word that was found in a text: where it stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'w> {
    /// The word.
    pub word: &'w str,
    /// Its first byte.
    pub at: usize,
}

impl Found<'_> {
    /// The first byte after it.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.at + self.word.len()
    }
}

impl From<Vec<String>> for Words {
    /// Longer words are found before shorter ones that begin alike.
    fn from(mut words: Vec<String>) -> Self {
        words.sort_by_key(|it| (std::cmp::Reverse(it.len()), it.clone()));
        words.dedup();
        let mut first = vec![0_u8; 64 * 64];
        let mut buckets: Vec<Vec<u32>> = vec![Vec::new()];
        for (place, word) in (0_u32..).zip(&words) {
            let Some(slot) = slot(word.as_bytes()) else { continue };
            if first[slot] == 0 {
                if buckets.len() <= BUCKETS {
                    buckets.push(Vec::new());
                }
                first[slot] = u8::try_from(buckets.len() - 1).expect("no more buckets than a byte counts");
            }
            buckets[usize::from(first[slot])].push(place);
        }
        Self { words, first, buckets }
    }
}

/// Where a character of three bytes has its bucket.
fn slot(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [_, two, three, ..] => Some(usize::from(two & 63) << 6 | usize::from(three & 63)),
        _ => None,
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.words.fmt(out)
    }
}

impl Words {
    /// The words.
    #[must_use]
    pub fn list(&self) -> &[String] {
        &self.words
    }

    /// Whether a text has one of them in it.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    /// The first of them at or after a byte; of several that begin there, the longest.
    #[must_use]
    pub fn find(&self, text: &str, from: usize) -> Option<Found<'_>> {
        let bytes = text.as_bytes();
        let mut at = from;
        while at + 2 < bytes.len() {
            // Chinese characters are three bytes, the first of them 0xE0 or more.
            if bytes[at] < 0xE0 {
                at += 1;
                continue;
            }
            if let Some(word) = self.begin(&bytes[at..]) {
                return Some(Found { word, at });
            }
            at += if bytes[at] < 0xF0 { 3 } else { 4 };
        }
        None
    }

    /// The longest of them a text begins with.
    #[must_use]
    pub fn begins(&self, text: &str) -> Option<&str> {
        self.begin(text.as_bytes())
    }

    fn begin(&self, bytes: &[u8]) -> Option<&str> {
        let bucket = *self.first.get(slot(bytes)?)?;
        let places = self.buckets.get(usize::from(bucket)).filter(|_| bucket > 0)?;
        let words = places.iter().filter_map(|it| self.words.get(*it as usize));
        words.map(String::as_str).find(|it| bytes.starts_with(it.as_bytes()))
    }

    /// Words that can never be found: such a list is at fault.
    pub fn hopeless(&self) -> impl Iterator<Item = &str> {
        self.words
            .iter()
            .map(String::as_str)
            .filter(|it| it.as_bytes().first().is_none_or(|it| !(0xE0..0xF0).contains(it)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(list: &[&str]) -> Words {
        Words::from(list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_longest_word_that_begins_first_is_found() {
        let words = words(&["食品", "食品安全", "消防"]);
        let text = "经查，违反《食品安全法》及消防规定";
        let found = words.find(text, 0).unwrap();
        assert_eq!((found.word, &text[found.at..found.end()]), ("食品安全", "食品安全"));
        assert_eq!(words.find(text, found.end()).unwrap().word, "消防");
        assert!(!words.are_in("abc 食") && !words.are_in("") && !words.are_in("品食"));
        assert_eq!(Words::from(vec!["abc".to_owned(), "住址".to_owned()]).hopeless().collect::<Vec<_>>(), ["abc"]);
    }

    proptest! {
        #[test]
        fn a_word_is_found_exactly_when_the_text_contains_it(text in "[a食品安全消防𠮷，]{0,12}", list in proptest::collection::vec("[食品安全消防]{1,3}", 1..4)) {
            let list: Vec<&str> = list.iter().map(String::as_str).collect();
            prop_assert_eq!(words(&list).are_in(&text), list.iter().any(|it| text.contains(it)));
        }
    }
}

//! GB18030 by a table: `encoding_rs` searches its tables for every character, far too slowly for a million rows.

use encoding_rs::GB18030;

/// First bytes of the characters of two bytes.
const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;
/// Second bytes; 7F is none.
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

/// Characters of the basic plane with their two bytes; zero where there are none.
pub(super) struct Encoder(Vec<[u8; 2]>);

impl Encoder {
    /// Makes the table, by decoding every pair of bytes.
    pub(super) fn new() -> Self {
        let mut table = vec![[0, 0]; 0x1_0000];
        for lead in LEADS {
            for trail in TRAILS.filter(|trail| *trail != 0x7F) {
                let pair = [lead, trail];
                let (text, broken) = GB18030.decode_without_bom_handling(&pair);
                let mut letters = text.chars();
                if let (false, Some(letter), None) = (broken, letters.next(), letters.next())
                    && let Some(place) = table.get_mut(letter as usize)
                {
                    *place = pair;
                }
            }
        }
        Self(table)
    }

    /// Appends the bytes of a text.
    pub(super) fn encode(&self, text: &str, out: &mut Vec<u8>) {
        for letter in text.chars() {
            match self.0.get(letter as usize) {
                _ if letter.is_ascii() => out.push(letter as u8),
                Some([lead, trail]) if *lead != 0 => out.extend([*lead, *trail]),
                // The four-byte characters are few: the searching encoder will do.
                _ => out.extend_from_slice(&GB18030.encode(letter.encode_utf8(&mut [0; 4])).0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        let encoder = Encoder::new();
        let text: String = "示例〔2026〕，é😀\u{fffd}龦".chars().chain('\u{4e00}'..='\u{9fff}').collect();
        let mut bytes = Vec::new();
        encoder.encode(&text, &mut bytes);
        let (back, broken) = GB18030.decode_without_bom_handling(&bytes);
        assert!(!broken && back == text);
    }
}

//! Texts that match a field's pattern, in the subset of patterns the catalogue allows.

use super::random::Random;

/// A pattern as a sequence of pieces, each with how often it may come.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<(Piece, u64, u64)>);

#[derive(Debug, Clone)]
enum Piece {
    OneOf(Vec<char>),
    Choice(Vec<Pattern>),
}

impl Pattern {
    /// Reads a pattern; `None` if it uses something outside the subset.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.trim_start_matches('^').trim_end_matches('$').chars().collect();
        let mut at = 0;
        let choices = choices(&letters, &mut at)?;
        (at == letters.len()).then_some(Self(vec![(Piece::Choice(choices), 1, 1)]))
    }

    /// Appends a text that matches.
    pub(super) fn write(&self, random: &mut Random, out: &mut String) {
        for (piece, least, most) in &self.0 {
            for _ in 0..least + random.below(most - least + 1) {
                match piece {
                    Piece::OneOf(letters) => out.push(random.pick(letters)),
                    Piece::Choice(patterns) => patterns[random.index(patterns.len())].write(random, out),
                }
            }
        }
    }
}

fn choices(letters: &[char], at: &mut usize) -> Option<Vec<Pattern>> {
    let mut choices = vec![Pattern(Vec::new())];
    while let Some(&letter) = letters.get(*at) {
        match letter {
            ')' => break,
            '|' => {
                *at += 1;
                choices.push(Pattern(Vec::new()));
            }
            _ => {
                let piece = piece(letters, at)?;
                let (least, most) = repetition(letters, at)?;
                choices.last_mut()?.0.push((piece, least, most));
            }
        }
    }
    Some(choices)
}

fn piece(letters: &[char], at: &mut usize) -> Option<Piece> {
    let letter = *letters.get(*at)?;
    *at += 1;
    match letter {
        '(' => {
            let inner = choices(letters, at)?;
            *at += 1;
            (letters.get(*at - 1) == Some(&')')).then_some(Piece::Choice(inner))
        }
        '[' => class(letters, at),
        '\\' => {
            *at += 1;
            Some(Piece::OneOf(escaped(*letters.get(*at - 1)?)))
        }
        '.' => Some(Piece::OneOf(vec!['示'])),
        '{' | '?' | '*' | '+' => None,
        plain => Some(Piece::OneOf(vec![plain])),
    }
}

/// A class behind its `[`; of a negated one, the letters and digits it does not exclude.
fn class(letters: &[char], at: &mut usize) -> Option<Piece> {
    let negated = letters.get(*at) == Some(&'^');
    *at += usize::from(negated);
    let mut found = Vec::new();
    loop {
        let letter = *letters.get(*at)?;
        *at += 1;
        match letter {
            ']' => break,
            '\\' => {
                found.extend(escaped(*letters.get(*at)?));
                *at += 1;
            }
            '-' if !found.is_empty() && letters.get(*at) != Some(&']') => {
                let first = *found.last()?;
                found.extend(first..=*letters.get(*at)?);
                *at += 1;
            }
            plain => found.push(plain),
        }
    }
    if negated {
        found = ('0'..='9').chain('A'..='Z').filter(|letter| !found.contains(letter)).collect();
    }
    (!found.is_empty()).then_some(Piece::OneOf(found))
}

fn escaped(letter: char) -> Vec<char> {
    if letter == 'd' { ('0'..='9').collect() } else { vec![letter] }
}

/// The quantifier behind a piece; an open one ends four repetitions above its least.
fn repetition(letters: &[char], at: &mut usize) -> Option<(u64, u64)> {
    let bounds = match letters.get(*at) {
        Some('?') => (0, 1),
        Some('*') => (0, 4),
        Some('+') => (1, 4),
        Some('{') => {
            let close = *at + letters[*at..].iter().position(|letter| *letter == '}')?;
            let text: String = letters[*at + 1..close].iter().collect();
            *at = close;
            let (least, most) = text.split_once(',').unwrap_or((&text, &text));
            let least: u64 = least.parse().ok()?;
            (least, if most.is_empty() { least + 4 } else { most.parse().ok()? })
        }
        _ => return Some((1, 1)),
    };
    *at += 1;
    (bounds.0 <= bounds.1).then_some(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_shape_of_its_pattern() {
        let written = |pattern: &str| {
            let mut text = String::new();
            Pattern::parse(pattern).expect("in the subset").write(&mut Random::of(1, 1), &mut text);
            text
        };
        assert_eq!(written("20\\d{2}").len(), 4);
        assert!(["A级", "B级"].contains(&written("(A|B)级").as_str()));
        assert!(written("[A-C]{3,}-x?").starts_with(['A', 'B', 'C']));
        assert!(written("[^0-9A-Y]+").chars().all(|letter| letter == 'Z'));
    }

    #[test]
    fn what_is_outside_the_subset_is_no_pattern() {
        for pattern in ["*a", "(a", "[", "a{x}", "a)"] {
            assert!(Pattern::parse(pattern).is_none(), "{pattern}");
        }
    }
}

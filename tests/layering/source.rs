//! Just enough of Rust's lexical grammar to judge a file: its code without comments, literals and test items.

/// A source file, its comments, literals and `#[cfg(test)]` items blanked out; lines keep their numbers.
pub struct Source {
    code: String,
    /// The modules declared as `#[cfg(test)] mod name;`: other files, which are tests.
    pub test_modules: Vec<String>,
}

impl Source {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Self {
        let mut source = Self { code: blank_literals(text), test_modules: Vec::new() };
        while let Some((start, end)) = test_item(&source.code) {
            let item = &source.code[start..end];
            let words: Vec<&str> = item.trim_end_matches(';').split_whitespace().collect();
            if item.ends_with(';') && words.iter().rev().nth(1) == Some(&"mod") {
                source.test_modules.extend(words.last().map(|name| (*name).to_owned()));
            }
            let blank = blanked(item);
            source.code.replace_range(start..end, &blank);
        }
        source
    }

    /// The first segments of all paths from the crate's root, with their lines, for a module at this depth:
    /// `crate::room`, `crate::{room, …}` and `super::super::room`.
    pub fn rooms_named(&self, depth: usize) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let supers = "super::".repeat(depth);
        for root in ["crate::", supers.as_str()] {
            for (at, _) in self.code.match_indices(root) {
                let before = self.code[..at].chars().next_back().unwrap_or(' ');
                if is_word(before) || before == ':' {
                    continue;
                }
                let line = self.line_of(at);
                let rest = &self.code[at + root.len()..];
                found.extend(first_segments(rest).into_iter().map(|name| (line, name)));
            }
        }
        found.sort();
        found
    }

    /// The lines on which a word stands.
    pub fn lines_with_word(&self, word: &str) -> Vec<usize> {
        let code = &self.code;
        let whole = |at: usize| {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            let after = code[at + word.len()..].chars().next().unwrap_or(' ');
            !is_word(before) && !is_word(after)
        };
        code.match_indices(word).filter(|(at, _)| whole(*at)).map(|(at, _)| self.line_of(at)).collect()
    }

    /// The lines on which a text stands.
    pub fn lines_with(&self, text: &str) -> Vec<usize> {
        self.code.match_indices(text).map(|(at, _)| self.line_of(at)).collect()
    }

    /// Every function with a body: its line, its name, and its length in lines.
    pub fn functions(&self) -> Vec<(usize, String, usize)> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            if self.code[..at].chars().next_back().is_some_and(is_word) {
                continue;
            }
            let rest = &self.code[at + 3..];
            let name: String = rest.chars().take_while(|letter| is_word(*letter)).collect();
            let Some(body) = item_body(rest).filter(|body| rest[*body..].starts_with('{')) else { continue };
            if let Some(end) = block_end(&rest[body..]) {
                found.push((self.line_of(at), name, 1 + rest[..body + end].matches('\n').count()));
            }
        }
        found
    }

    fn line_of(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The same text with every character but the ends of lines made a space, byte for byte.
fn blanked(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// `room::…` gives `room`; `{a::…, b}` gives both.
fn first_segments(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|letter| is_word(*letter)).collect::<String>();
    if !rest.starts_with('{') {
        return vec![word(rest)];
    }
    let end = block_end(rest).unwrap_or(rest.len());
    let (mut level, mut segments, mut fresh) = (0, Vec::new(), true);
    for (at, letter) in rest[..end].char_indices() {
        match letter {
            '{' => level += 1,
            '}' => level -= 1,
            ',' if level == 1 => fresh = true,
            _ if fresh && is_word(letter) => {
                segments.push(word(&rest[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    segments
}

/// The offset behind the brace that closes the block the text begins with.
fn block_end(text: &str) -> Option<usize> {
    let mut level = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => level += 1,
            '}' if level == 1 => return Some(at + 1),
            '}' => level -= 1,
            _ => {}
        }
    }
    None
}

/// Where an item's block begins, or the semicolon that ends it; the one in `[u8; 18]` does not.
fn item_body(text: &str) -> Option<usize> {
    let mut level = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => level += 1,
            ')' | ']' => level -= 1,
            '{' | ';' if level == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Where the first `#[cfg(test)]` item begins and ends.
fn test_item(code: &str) -> Option<(usize, usize)> {
    let start = code.find("#[cfg(test)]")?;
    let rest = &code[start..];
    let head = "#[cfg(test)]".len();
    let body = head + item_body(&rest[head..])?;
    let end = if rest[body..].starts_with('{') { body + block_end(&rest[body..])? } else { body + 1 };
    Some((start, start + end))
}

/// The text with its comments and literals blanked out.
fn blank_literals(text: &str) -> String {
    let (mut code, mut at) = (String::with_capacity(text.len()), 0);
    while at < text.len() {
        let rest = &text[at..];
        let previous = code.chars().next_back().unwrap_or(' ');
        let length = literal_length(rest, previous);
        if length > 0 {
            code.push_str(&blanked(&rest[..length]));
            at += length;
        } else {
            let letter = rest.chars().next().expect("the rest is not empty");
            code.push(letter);
            at += letter.len_utf8();
        }
    }
    code
}

/// The length of the comment or literal the text begins with; 0 if it begins with something else.
fn literal_length(text: &str, previous: char) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return comment_length(text);
    }
    if text.starts_with('"') {
        return string_length(text);
    }
    if text.starts_with('r') && !is_word(previous) || text.starts_with('r') && previous == 'b' {
        return raw_string_length(text);
    }
    if text.starts_with('\'') {
        return char_length(text);
    }
    0
}

fn comment_length(text: &str) -> usize {
    let (mut level, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (level, at) = (level + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (level, at) = (level - 1, at + 2);
            if level == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`; 0 for a name that begins with r, or `r#name`.
fn raw_string_length(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let body = 2 + hashes;
    text[body..].find(&close).map_or(text.len(), |end| body + end + close.len())
}

/// `'a'`, `'\n'`; 0 for a lifetime.
fn char_length(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(0, |end| 3 + end + 1),
        Some(_) => letters.next().filter(|(_, letter)| *letter == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

#[test]
fn paths_from_the_root_are_found_however_they_are_written() {
    let code = "use crate::store::Conn;\nuse crate::{read::{self, Rows}, web};\nfn f() { super::super::check::x(); }\n";
    let found = Source::parse(code).rooms_named(2);
    assert_eq!(
        found,
        [(1, "store".to_owned()), (2, "read".to_owned()), (2, "web".to_owned()), (3, "check".to_owned())]
    );
}

#[test]
fn comments_literals_and_tests_do_not_count() {
    let code = "// crate::a\n/* crate::b /* x */ */ let s = \"crate::c \\\" crate::d\"; let r = r#\"crate::e\"#; let q = '\"';\n\
                #[cfg(test)]\nmod tests { use crate::f; fn g() { x.unwrap() } }\nuse crate::h;\n";
    let source = Source::parse(code);
    assert_eq!(source.rooms_named(1), [(5, "h".to_owned())]);
    assert!(source.lines_with(".unwrap()").is_empty());
}

#[test]
fn a_test_module_in_a_file_of_its_own_is_known() {
    assert_eq!(Source::parse("#[cfg(test)]\nmod tests;\npub mod other;\n").test_modules, ["tests"]);
}

#[test]
fn words_are_whole_words() {
    let source = Source::parse("use diesel::x;\nlet diesel_like = 1;\n#[diesel(y)]\n");
    assert_eq!(source.lines_with_word("diesel"), [1, 3]);
}

#[test]
fn a_function_is_measured_from_its_name_to_its_last_brace() {
    let code = "trait T { fn none(&self); }\nfn one() {}\nfn three(x: [u8; 3]) {\n    if x { y }\n}\n";
    assert_eq!(Source::parse(code).functions(), [(2, "one".to_owned(), 1), (3, "three".to_owned(), 3)]);
}

#[test]
fn a_lifetime_is_not_a_character() {
    let source = Source::parse("fn f<'a>(x: &'a str, y: char) -> bool { y == '{' && x.ok() == '\\'' }\n");
    assert_eq!(source.lines_with(".ok()"), [1]);
    assert_eq!(source.functions().len(), 1);
}

//! The text of a pattern to its tree; whatever the three readers would read differently is refused.

use super::{Class, InvalidPattern, refuse};

/// The tree between text and automaton.
pub(super) enum Node {
    One(Class),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat { what: Box<Node>, least: u32, most: Option<u32> },
}

/// A count in braces is at most this, so that a pattern stays small when it is unrolled.
const COUNT_MAX: u32 = 256;
/// Reads the whole text.
pub(super) fn parse(text: &str) -> Result<Node, InvalidPattern> {
    let mut source = Source { rest: text.chars().collect(), at: 0 };
    let node = source.choice()?;
    if source.peek().is_some() { refuse("多余的“)”") } else { Ok(node) }
}

struct Source {
    rest: Vec<char>,
    at: usize,
}

impl Source {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let it = self.peek();
        self.at += usize::from(it.is_some());
        it
    }

    fn skip(&mut self, it: char) -> bool {
        let found = self.peek() == Some(it);
        self.at += usize::from(found);
        found
    }

    fn choice(&mut self) -> Result<Node, InvalidPattern> {
        let mut branches = vec![self.sequence()?];
        while self.skip('|') {
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 { branches.swap_remove(0) } else { Node::Choice(branches) })
    }

    fn sequence(&mut self) -> Result<Node, InvalidPattern> {
        let mut parts = Vec::new();
        while let Some(it) = self.peek() {
            if it == '|' || it == ')' {
                break;
            }
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Ok(Node::Sequence(parts))
    }

    fn atom(&mut self) -> Result<Node, InvalidPattern> {
        match self.take() {
            Some('(') => {
                if self.peek() == Some('?') {
                    return refuse("不支持“(?”");
                }
                let inner = self.choice()?;
                if self.skip(')') { Ok(inner) } else { refuse("缺少“)”") }
            }
            Some('[') => self.class(),
            Some('.') => Ok(one(vec![('\n', '\n'), ('\r', '\r')], true)),
            Some('\\') => self.escape().map(|ranges| one(ranges, false)),
            Some(it @ ('?' | '*' | '+' | '{' | '}' | ']' | '^' | '$')) => refuse(format!("“{it}”前须加反斜线")),
            Some(it) => Ok(one(vec![(it, it)], false)),
            None => refuse("格式不完整"),
        }
    }

    fn escape(&mut self) -> Result<Vec<(char, char)>, InvalidPattern> {
        match self.take() {
            Some('d') => Ok(vec![('0', '9')]),
            Some(it) if ".\\?*+{}()[]|-^$".contains(it) => Ok(vec![(it, it)]),
            Some(it) => refuse(format!("不支持“\\{it}”")),
            None => refuse("末尾多一个反斜线"),
        }
    }

    fn class(&mut self) -> Result<Node, InvalidPattern> {
        let negated = self.skip('^');
        let mut ranges = Vec::new();
        loop {
            match self.take() {
                None => return refuse("缺少“]”"),
                Some(']') if ranges.is_empty() => return refuse("空的“[]”"),
                Some(']') => return Ok(one(ranges, negated)),
                Some('\\') => ranges.extend(self.escape()?),
                Some(it @ ('[' | '-' | '^')) => return refuse(format!("“[]”中的“{it}”前须加反斜线")),
                Some(low) if self.peek() == Some('-') => ranges.push((low, self.range_end(low)?)),
                Some(it) => ranges.push((it, it)),
            }
        }
    }

    fn range_end(&mut self, low: char) -> Result<char, InvalidPattern> {
        self.at += 1;
        match self.take() {
            Some(high) if high.is_alphanumeric() && low <= high => Ok(high),
            _ => refuse(format!("“{low}-”后的范围不对")),
        }
    }

    fn repeated(&mut self, atom: Node) -> Result<Node, InvalidPattern> {
        let (least, most) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => return self.counted(atom),
            _ => return Ok(atom),
        };
        self.at += 1;
        self.once_only(Node::Repeat { what: Box::new(atom), least, most })
    }

    fn counted(&mut self, atom: Node) -> Result<Node, InvalidPattern> {
        self.at += 1;
        let least = self.count()?;
        let most = match (self.skip(','), self.peek()) {
            (false, _) => Some(least),
            (true, Some('}')) => None,
            (true, _) => Some(self.count()?),
        };
        if !self.skip('}') || most.is_some_and(|most| most < least) {
            return refuse("“{}”中的次数不对");
        }
        self.once_only(Node::Repeat { what: Box::new(atom), least, most })
    }

    fn count(&mut self) -> Result<u32, InvalidPattern> {
        let start = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.rest[start..self.at].iter().collect();
        match digits.parse() {
            Ok(count) if count <= COUNT_MAX => Ok(count),
            _ => refuse(format!("“{{}}”中的次数须为 0 至 {COUNT_MAX}")),
        }
    }

    /// `a+?` and `a**` mean different things in different dialects.
    fn once_only(&self, node: Node) -> Result<Node, InvalidPattern> {
        match self.peek() {
            Some(it @ ('?' | '*' | '+' | '{')) => refuse(format!("重复次数后不能再跟“{it}”")),
            _ => Ok(node),
        }
    }
}

const fn one(ranges: Vec<(char, char)>, negated: bool) -> Node {
    Node::One(Class { ranges, negated })
}

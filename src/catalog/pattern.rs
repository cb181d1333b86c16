//! The patterns a resource file may use: the part of regular expressions that XSD, JSON Schema and the check read alike.
//!
//! A pattern matches the whole text. Matching is linear in the text: no text can make it slow.

mod syntax;

use syntax::Node;

/// A parsed pattern (格式).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<Step>,
}

/// A pattern outside the subset, with the reason in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPattern(String);

/// One step of the automaton; targets are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    One(Class),
    Fork(usize, usize),
    Jump(usize),
    Done,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Class {
    fn has(&self, it: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&it)) != self.negated
    }

    /// A character of the class.
    fn first(&self) -> char {
        match self.ranges.first() {
            Some((low, _)) if !self.negated => *low,
            _ => ['示', '例', 'A', '1', ' '].into_iter().find(|it| self.has(*it)).unwrap_or('\u{1F600}'),
        }
    }
}

/// The most steps an unrolled pattern may have.
const STEPS_MAX: usize = 4096;

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// Says what the subset does not know, in Chinese.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        let node = syntax::parse(text)?;
        let mut steps = Vec::new();
        emit(&node, &mut steps)?;
        steps.push(Step::Done);
        Ok(Self { steps })
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let mut now = Threads::new(self.steps.len());
        let mut next = Threads::new(self.steps.len());
        now.add(&self.steps, 0);
        for it in text.chars() {
            next.clear();
            for &at in &now.alive {
                if let Step::One(class) = &self.steps[at]
                    && class.has(it)
                {
                    next.add(&self.steps, at + 1);
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        now.alive.iter().any(|at| self.steps[*at] == Step::Done)
    }

    /// A shortest text that matches, to show what is meant: the first character of each class.
    #[must_use]
    pub fn example(&self) -> String {
        let mut seen = vec![false; self.steps.len()];
        let mut wave = vec![(0, String::new())];
        loop {
            let mut next = Vec::new();
            for (start, text) in wave {
                let mut threads = Threads { alive: Vec::new(), known: std::mem::take(&mut seen) };
                threads.add(&self.steps, start);
                seen = threads.known;
                for at in threads.alive {
                    match &self.steps[at] {
                        Step::One(class) => next.push((at + 1, format!("{text}{}", class.first()))),
                        _ => return text,
                    }
                }
            }
            // Every pattern of the subset has an end, so the waves reach it before they run dry.
            wave = next;
        }
    }
}

/// The steps the automaton is in, each once.
struct Threads {
    alive: Vec<usize>,
    known: Vec<bool>,
}

impl Threads {
    fn new(n_steps: usize) -> Self {
        Self { alive: Vec::new(), known: vec![false; n_steps] }
    }

    fn clear(&mut self) {
        self.alive.clear();
        self.known.fill(false);
    }

    fn add(&mut self, steps: &[Step], at: usize) {
        if std::mem::replace(&mut self.known[at], true) {
            return;
        }
        match &steps[at] {
            Step::Fork(left, right) => {
                self.add(steps, *left);
                self.add(steps, *right);
            }
            Step::Jump(to) => self.add(steps, *to),
            Step::One(_) | Step::Done => self.alive.push(at),
        }
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, InvalidPattern> {
    Err(InvalidPattern(reason.into()))
}

fn emit(node: &Node, steps: &mut Vec<Step>) -> Result<(), InvalidPattern> {
    if steps.len() > STEPS_MAX {
        return refuse("格式过于复杂");
    }
    match node {
        Node::One(class) => steps.push(Step::One(class.clone())),
        Node::Sequence(parts) => parts.iter().try_for_each(|part| emit(part, steps))?,
        Node::Choice(branches) => emit_choice(branches, steps)?,
        Node::Repeat { what, least, most } => {
            for _ in 0..*least {
                emit(what, steps)?;
            }
            match most {
                Some(most) => emit_optional(what, most - least, steps)?,
                None => emit_loop(what, steps)?,
            }
        }
    }
    Ok(())
}

fn emit_choice(branches: &[Node], steps: &mut Vec<Step>) -> Result<(), InvalidPattern> {
    let mut ends = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        let fork = steps.len();
        if index + 1 < branches.len() {
            steps.push(Step::Fork(fork + 1, 0));
        }
        emit(branch, steps)?;
        if index + 1 < branches.len() {
            ends.push(steps.len());
            steps.push(Step::Jump(0));
            steps[fork] = Step::Fork(fork + 1, steps.len());
        }
    }
    let end = steps.len();
    for at in ends {
        steps[at] = Step::Jump(end);
    }
    Ok(())
}

fn emit_optional(what: &Node, times: u32, steps: &mut Vec<Step>) -> Result<(), InvalidPattern> {
    let mut forks = Vec::new();
    for _ in 0..times {
        forks.push(steps.len());
        steps.push(Step::Fork(0, 0));
        emit(what, steps)?;
    }
    let end = steps.len();
    for at in forks {
        steps[at] = Step::Fork(at + 1, end);
    }
    Ok(())
}

fn emit_loop(what: &Node, steps: &mut Vec<Step>) -> Result<(), InvalidPattern> {
    let fork = steps.len();
    steps.push(Step::Fork(0, 0));
    emit(what, steps)?;
    steps.push(Step::Jump(fork));
    steps[fork] = Step::Fork(fork + 1, steps.len());
    Ok(())
}

#[cfg(test)]
mod tests;

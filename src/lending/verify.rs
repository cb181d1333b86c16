//! Whether what a borrower says of itself is what is registered (企业要素核验). Nothing is told but match or not.

use crate::{
    record::Subject,
    standards::{UnifiedSocialCreditCode, name},
};

named! {
    /// Whether an element is as registered (比对结果).
    pub enum Match {
        /// 一致
        Match = "match",
        /// 与曾用名一致
        Former = "former_name",
        /// 不一致
        Mismatch = "mismatch",
        /// 无法比对: the register does not say.
        NotAvailable = "not_available",
    }
}

impl Match {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Match => "一致",
            Self::Former => "与曾用名一致",
            Self::Mismatch => "不一致",
            Self::NotAvailable => "无法比对",
        }
    }
}

named! {
    /// An element (要素).
    pub enum Element {
        /// 统一社会信用代码
        Code = "code",
        /// 名称
        Name = "name",
        /// 法定代表人
        Representative = "representative",
    }
}

impl Element {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "统一社会信用代码",
            Self::Name => "名称",
            Self::Representative => "法定代表人",
        }
    }
}

/// What came of each element that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The elements, in their order.
    pub elements: Vec<(Element, Match)>,
}

impl Verified {
    /// `match`, `mismatch` when any element differs, else `incomplete` when any cannot be compared.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        let any = |wanted: Match| self.elements.iter().any(|(_, it)| *it == wanted);
        match () {
            () if any(Match::Mismatch) => "mismatch",
            () if any(Match::NotAvailable) => "incomplete",
            () => "match",
        }
    }
}

/// Compares a code, a name and, if asked, a legal representative with those of the subject that was found by the code.
#[must_use]
pub fn verify(subject: &Subject, code: &UnifiedSocialCreditCode, name: &str, representative: Option<&str>) -> Verified {
    let mut elements = vec![(Element::Code, coded(subject, code)), (Element::Name, named(subject, name))];
    if let Some(representative) = representative {
        elements.push((Element::Representative, represented(subject, representative)));
    }
    Verified { elements }
}

/// It may have been found by the organisation code within the code that was asked, whose own it is not.
fn coded(subject: &Subject, asked: &UnifiedSocialCreditCode) -> Match {
    match subject.credit_code.as_deref() {
        Some(known) if known == asked.as_str() => Match::Match,
        Some(_) => Match::Mismatch,
        None => Match::NotAvailable,
    }
}

fn named(subject: &Subject, asked: &str) -> Match {
    let asked = name::key(asked);
    let former = subject.former_names.as_deref().is_some_and(|it| it.lines().any(|it| it == asked));
    match subject.name.as_deref().map(name::key) {
        Some(known) if known == asked => Match::Match,
        _ if former => Match::Former,
        // A name that is not the register's proves nothing against another.
        Some(_) if subject.registered => Match::Mismatch,
        _ => Match::NotAvailable,
    }
}

fn represented(subject: &Subject, asked: &str) -> Match {
    match subject.representative.as_deref() {
        Some(known) if name::key(known) == name::key(asked) => Match::Match,
        Some(known) if name::looks_masked(known) => Match::NotAvailable,
        Some(_) => Match::Mismatch,
        None => Match::NotAvailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::SubjectKind;

    const CODE: &str = "91350100M000100Y43";

    fn code(text: &str) -> UnifiedSocialCreditCode {
        text.parse().unwrap()
    }

    fn subject(registered: bool, representative: Option<&str>) -> Subject {
        Subject {
            id: 1,
            origin: "credit_code:x".into(),
            kind: SubjectKind::Organisation,
            name: Some("示例甲（长沙）贸易有限公司".into()),
            registered,
            credit_code: Some(CODE.into()),
            representative: representative.map(str::to_owned),
            region: None,
            industry: None,
            status: None,
            former_names: Some(name::key("示例旧名有限公司")),
            merged_into: None,
        }
    }

    #[test]
    fn each_element_matches_differs_or_cannot_be_compared() {
        use Match::{Former, Match as Same, Mismatch, NotAvailable};
        type Row = (bool, Option<&'static str>, &'static str, &'static str, [Match; 2], &'static str);
        let rows: &[Row] = &[
            (true, Some("张示例"), "示例甲(长沙)贸易有限公司", "张 示例", [Same, Same], "match"),
            (true, Some("张示例"), "示例旧名有限公司", "张示例", [Former, Same], "match"),
            (true, Some("张示例"), "示例乙有限公司", "张示例", [Mismatch, Same], "mismatch"),
            (true, Some("张示例"), "示例甲（长沙）贸易有限公司", "李示例", [Same, Mismatch], "mismatch"),
            (true, None, "示例甲（长沙）贸易有限公司", "李示例", [Same, NotAvailable], "incomplete"),
            (true, Some("张**"), "示例甲（长沙）贸易有限公司", "张示例", [Same, NotAvailable], "incomplete"),
            (false, Some("张示例"), "示例乙有限公司", "张示例", [NotAvailable, Same], "incomplete"),
        ];
        for (registered, known, name, representative, expected, outcome) in rows {
            let verified = verify(&subject(*registered, *known), &code(CODE), name, Some(representative));
            let found: Vec<Match> = verified.elements.iter().skip(1).map(|it| it.1).collect();
            assert_eq!(
                (found.as_slice(), verified.outcome()),
                (expected.as_slice(), *outcome),
                "{name} {representative}"
            );
        }
        let name = "示例甲（长沙）贸易有限公司";
        assert_eq!(verify(&subject(true, None), &code(CODE), name, None).outcome(), "match");
        // Found by another code, or having none: the code that was asked is not its own.
        assert_eq!(verify(&subject(true, None), &code("91431100MA4L1A2B9E"), name, None).outcome(), "mismatch");
        let nameless = Subject { credit_code: None, ..subject(true, None) };
        assert_eq!(verify(&nameless, &code(CODE), name, None).outcome(), "incomplete");
    }
}

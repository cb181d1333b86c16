//! Phrases of a pack: Chinese text with places that are filled in, read once, so that no unknown place is ever printed.

use std::collections::BTreeMap;

use serde::Deserialize;

named! {
    /// A place in a phrase (占位), written in braces.
    pub enum Blank {
        /// 承诺编码
        Number = "number",
        /// 申请人名称
        Subject = "subject",
        /// 申请人类别
        Kind = "kind",
        /// 申请人统一社会信用代码
        Code = "code",
        /// 事项名称
        Item = "item",
        /// 实施机关
        Authority = "authority",
        /// 所缺材料
        Missing = "missing",
        /// 受理之日
        Opened = "opened",
        /// 承诺补齐之日
        Due = "due",
        /// 最迟可承诺之日
        Latest = "latest",
        /// 暂停后的宽限期
        Grace = "grace",
        /// 违诺认定之日
        Recognised = "recognised",
        /// 受理单位
        Acceptor = "acceptor",
        /// 受理单位统一社会信用代码
        AcceptorCode = "acceptor_code",
        /// 规则包名称
        Rules = "rules",
        /// 规则包依据
        Sources = "sources",
    }
}

/// What the places are filled with.
pub type Filling = BTreeMap<Blank, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Blank(Blank),
}

/// Text with places (措辞).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Phrase(Vec<Piece>);

impl TryFrom<String> for Phrase {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (mut pieces, mut rest) = (Vec::new(), text.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or_else(|| format!("“{text}”中的花括号没有闭合"))?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Blank(name.parse().map_err(|_| format!("“{text}”中的 {{{name}}} 不是占位"))?));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|it| *it != Piece::Text(String::new()));
        Ok(Self(pieces))
    }
}

impl Phrase {
    /// The places it has.
    pub fn slots(&self) -> impl Iterator<Item = Blank> {
        self.0.iter().filter_map(|it| if let Piece::Blank(slot) = it { Some(*slot) } else { None })
    }

    /// The phrase with its places filled in; a place without a word stays empty, which the faults of a pack prevent.
    #[must_use]
    pub fn said(&self, words: &Filling) -> String {
        let piece = |it: &Piece| match it {
            Piece::Text(text) => text.clone(),
            Piece::Blank(slot) => words.get(slot).cloned().unwrap_or_default(),
        };
        self.0.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_said_with_its_places_filled_and_an_unknown_place_is_refused() {
        let phrase = Phrase::try_from("申请办理{item}政务服务事项，{due}前".to_owned()).unwrap();
        let words = Filling::from([(Blank::Item, "许可".to_owned()), (Blank::Due, "2026-03-27".to_owned())]);
        assert_eq!(phrase.said(&words), "申请办理许可政务服务事项，2026-03-27前");
        assert_eq!(phrase.slots().collect::<Vec<_>>(), [Blank::Item, Blank::Due]);
        for bad in ["{nothing}", "未闭合{item", "{}"] {
            assert!(Phrase::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}

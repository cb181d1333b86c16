//! Rule packs: files read with all their faults, kept by kind, and the one in force on a day.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{Head, embedded, form, rules};
use crate::{
    catalog::Catalog,
    record::{Reason, RuleRef},
};

/// A fault of a pack's file (规则包问题): a pack is refused with all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error, Serialize)]
#[error("{file}: {key}: {message}")]
pub struct PackFault {
    /// The file's name.
    pub file: String,
    /// The key, e.g. `rule.minor.months`; empty when the fault is the whole file's.
    pub key: String,
    /// What is wrong, in Chinese.
    pub message: String,
}

/// What the rules of a kind can say of themselves.
pub trait Rules: DeserializeOwned {
    /// What is wrong beyond the form, beside a catalogue: key and Chinese message.
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)>;
}

macro_rules! bodies {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $method:ident: $rules:ty;)+) => {
        named! {
            /// What kind of rules a pack holds (规则包类别).
            pub enum PackKind { $($(#[$meta])* $variant = $name,)+ }
        }

        /// The rules of a pack.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Body { $($(#[$meta])* $variant(Box<$rules>),)+ }

        fn body(kind: PackKind, table: toml::Table, catalog: &Catalog) -> Result<Body, Vec<(String, String)>> {
            match kind { $(PackKind::$variant => {
                let rules: $rules = form::read(table)?;
                let faults = rules.faults(catalog);
                if faults.is_empty() { Ok(Body::$variant(Box::new(rules))) } else { Err(faults) }
            })+ }
        }

        impl Packs {$(
            /// The packs of this kind that are in force on a day, with their rules.
            $(#[$meta])*
            pub fn $method(&self, day: NaiveDate) -> impl Iterator<Item = (&Pack, &$rules)> {
                self.in_force(PackKind::$variant, day).filter_map(|pack| match &pack.body {
                    Body::$variant(rules) => Some((pack.as_ref(), rules.as_ref())),
                    #[allow(unreachable_patterns, reason = "while there is one kind only")]
                    _ => None,
                })
            }
        )+}
    };
}

bodies! {
    /// 公示期限
    Publicity = "publicity", publicity: rules::PublicityRules;
    /// 保存期限
    Retention = "retention", retention: rules::RetentionRules;
    /// 隐私自查
    Privacy = "privacy", privacy: rules::PrivacyRules;
    /// 名单
    Lists = "lists", lists: rules::ListRules;
    /// 评分卡
    Scorecard = "scorecard", scorecards: rules::Scorecard;
    /// 修复与异议
    Rights = "rights", rights: rules::RightsRules;
    /// 容缺受理事项
    Deferral = "deferral", deferral: rules::DeferralRules;
    /// 风险维度 (信易贷)
    Risk = "risk", risk: rules::RiskRules;
    /// 办理时限与预警
    Duty = "duty", duty: rules::DutyRules;
}

/// A rule pack (规则包).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its head.
    pub head: Head,
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// The text itself.
    pub text: String,
    /// The rules.
    pub body: Body,
}

/// How an answer names a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackRef {
    /// 规则包
    pub id: String,
    /// 版本
    pub version: u32,
    /// 全文的 SHA-256，十六进制
    pub hash: String,
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// All its faults.
    pub fn parse(file: &str, text: &str, catalog: &Catalog) -> Result<Self, Vec<PackFault>> {
        let fault = |key: String, message: String| PackFault { file: file.to_owned(), key, message };
        let unreadable = |it: toml::de::Error| vec![fault(String::new(), format!("无法读取：{it}"))];
        let mut table: toml::Table = toml::from_str(text).map_err(unreadable)?;
        let head = table.remove("pack").ok_or_else(|| vec![fault("pack".into(), "缺少 [pack]".into())])?;
        // The rules are looked at whatever is wrong with the head, as soon as it says their kind.
        let kind = head.get("kind").and_then(|it| it.as_str()?.parse::<PackKind>().ok());
        let rules = kind.map(|kind| body(kind, table, catalog));
        let head = head.as_table().cloned().map_or_else(|| Err(vec![(String::new(), "应为一个表".into())]), form::read);
        let mut faults = match &head {
            Ok(head) => head_faults(head),
            Err(found) => found.iter().map(|(key, it)| (format!("pack.{key}"), it.clone())).collect(),
        };
        if let Some(Err(found)) = &rules {
            faults.extend(found.iter().cloned());
        }
        match (head, rules) {
            (Ok(head), Some(Ok(body))) if faults.is_empty() => {
                Ok(Self { head, hash: Sha256::digest(text).into(), text: text.to_owned(), body })
            }
            _ => Err(faults.into_iter().map(|(key, message)| fault(key, message)).collect()),
        }
    }

    /// How an answer names it.
    #[must_use]
    pub fn reference(&self) -> PackRef {
        // Every result names its packs: no allocation a byte.
        let digit = |it: u8| char::from(b"0123456789abcdef"[usize::from(it)]);
        let hash = self.hash.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect();
        PackRef { id: self.head.id.clone(), version: self.head.version, hash }
    }

    /// A rule of this pack.
    #[must_use]
    pub fn rule(&self, rule: &str) -> RuleRef {
        RuleRef { pack: self.head.id.clone(), version: self.head.version, rule: rule.to_owned() }
    }

    /// A reason by a rule of this pack.
    #[must_use]
    pub fn reason(&self, rule: &str, source: &str, records: Vec<i64>, text: String) -> Reason {
        Reason { rule: self.rule(rule), source: source.to_owned(), records, text }
    }
}

fn head_faults(head: &Head) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, message: &str| faults.push((format!("pack.{key}"), message.to_owned()));
    if !head.id.starts_with(&format!("{}.", head.kind)) {
        fault("id", "应以“类别.”开头，如 publicity.ndrc36");
    }
    if head.version == 0 {
        fault("version", "版本从 1 起");
    }
    if head.sources.is_empty() {
        fault("sources", "须写明依据");
    }
    if head.until.is_some_and(|it| it < head.from) {
        fault("until", "早于 from");
    }
    faults
}

/// The packs one works with (规则包集). Cloning shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packs {
    by_id: BTreeMap<(PackKind, String), Vec<Arc<Pack>>>,
    /// Others that were in force once: a case is decided by the pack it was opened under.
    former: Vec<Arc<Pack>>,
}

impl Packs {
    /// The packs built into the program.
    ///
    /// # Panics
    /// Never: the test `every_built_in_pack_is_without_fault` reads the same files.
    #[must_use]
    pub fn embedded(catalog: &Catalog) -> Self {
        Self::from_files(embedded::FILES.iter().copied(), catalog).expect("a test has read these files")
    }

    /// The built-in packs and those of extra folders.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn load(extra: &[PathBuf], catalog: &Catalog) -> Result<Self, Vec<PackFault>> {
        let own = embedded::folders(extra)?;
        let own = own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        Self::from_files(embedded::FILES.iter().copied().chain(own), catalog)
    }

    /// Packs of files, each a name and a text.
    ///
    /// # Errors
    /// All faults of all files, two of one id and version among them.
    pub fn from_files<'t>(
        files: impl Iterator<Item = (&'t str, &'t str)>,
        catalog: &Catalog,
    ) -> Result<Self, Vec<PackFault>> {
        let (mut packs, mut faults) = (Vec::new(), Vec::new());
        for (name, text) in files {
            match Pack::parse(name, text, catalog) {
                Ok(pack) => {
                    let twice = |it: &Arc<Pack>| it.head.id == pack.head.id && it.head.version == pack.head.version;
                    if packs.iter().any(twice) {
                        let message = format!("{} 版本 {} 重复", pack.head.id, pack.head.version);
                        faults.push(PackFault { file: name.to_owned(), key: "pack.version".into(), message });
                    }
                    packs.push(Arc::new(pack));
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(Self::of(packs)) } else { Err(faults) }
    }

    /// These packs.
    #[must_use]
    pub fn of(packs: Vec<Arc<Pack>>) -> Self {
        let mut by_id: BTreeMap<(PackKind, String), Vec<Arc<Pack>>> = BTreeMap::new();
        for pack in packs {
            by_id.entry((pack.head.kind, pack.head.id.clone())).or_default().push(pack);
        }
        for versions in by_id.values_mut() {
            versions.sort_by_key(|it| std::cmp::Reverse(it.head.version));
        }
        Self { by_id, former: Vec::new() }
    }

    /// All, by kind and id, the latest version first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.by_id.values().flatten()
    }

    /// These packs, and among them, for [`Packs::get`] only, all that ever were.
    #[must_use]
    pub fn among(self, ever: Vec<Arc<Pack>>) -> Self {
        Self { former: ever, ..self }
    }

    /// One version of a pack, in force or not.
    #[must_use]
    pub fn get(&self, id: &str, version: u32) -> Option<&Arc<Pack>> {
        self.iter().chain(&self.former).find(|it| it.head.id == id && it.head.version == version)
    }

    /// The packs of a kind that are in force on a day: of each id the latest version that is, by id.
    pub fn in_force(&self, kind: PackKind, day: NaiveDate) -> impl Iterator<Item = &Arc<Pack>> {
        self.by_id
            .range((kind, String::new())..)
            .take_while(move |((it, _), _)| *it == kind)
            .filter_map(move |(_, versions)| versions.iter().find(|it| it.head.in_force(day)))
    }

    /// All packs in force on a day, by kind and id.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &Arc<Pack>> {
        self.by_id.values().filter_map(move |versions| versions.iter().find(|it| it.head.in_force(day)))
    }

    /// Those of them a standing follows from.
    pub fn of_standings(&self, day: NaiveDate) -> impl Iterator<Item = &Arc<Pack>> {
        use PackKind::{Lists, Publicity, Retention, Scorecard};
        [Publicity, Retention, Lists, Scorecard].into_iter().flat_map(move |kind| self.in_force(kind, day))
    }

    /// The next day after `day` on which another pack comes into force or one goes out of it.
    #[must_use]
    pub fn next_change(&self, day: NaiveDate) -> Option<NaiveDate> {
        let ends = |it: &Arc<Pack>| it.head.until.and_then(|it| it.succ_opt());
        self.iter().flat_map(|it| [Some(it.head.from), ends(it)]).flatten().filter(|it| *it > day).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_pack_is_without_fault() {
        let found = Packs::from_files(embedded::FILES.iter().copied(), &Catalog::embedded());
        assert_eq!(found.err(), None);
    }

    #[test]
    fn a_pack_is_refused_with_all_its_faults() {
        let text = "[pack]\nid = \"x\"\nversion = 0\nkind = \"publicity\"\ntitle = \"\"\nfrom = 2026-04-01\n\
                    until = 2026-01-01\nsources = []\ncertainty = \"confirmed\"\n";
        let faults = Pack::parse("x.toml", text, &Catalog::embedded()).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|it| it.key.as_str()).collect();
        for key in ["pack.id", "pack.version", "pack.sources", "pack.until"] {
            assert!(keys.contains(&key), "{keys:?}");
        }
    }

    #[test]
    fn faults_of_form_are_told_all_at_once_with_their_places() {
        let own = include_str!("../../schemas/policy/packs/scorecard.credence.toml");
        let good = Pack::parse("x.toml", own, &Catalog::embedded()).unwrap();
        assert_eq!(good.head.version, 1);
        let twice = own.replacen("points = -30", "pionts = -30", 2);
        let text = twice.replacen("certainty = \"", "certainty = \"maybe", 1).replacen(
            "combine = \"",
            "combine = \"newest",
            1,
        );
        let text = format!("nonsense = 1\n{text}");
        let faults = Pack::parse("x.toml", &text, &Catalog::embedded()).unwrap_err();
        let told: Vec<String> = faults.iter().map(|it| format!("{} {}", it.key, it.message)).collect();
        let n = |part: &str| told.iter().filter(|it| it.contains(part)).count();
        assert_eq!((n("pack.certainty 取值不在可用之列"), n("nonsense 没有这一项")), (1, 1), "{told:#?}");
        assert_eq!((n(".pionts 没有这一项"), n(".combine 取值不在可用之列")), (2, 1), "{told:#?}");
        assert!(
            told.iter()
                .all(|it| it.starts_with("pack.") || it.starts_with("nonsense") || it.starts_with("characteristic.")),
            "{told:#?}"
        );
    }
}

//! The rules of a pack of kind `privacy` (隐私自查): the words personal data of others is recognised by.

use serde::Deserialize;

use crate::{
    catalog::{Catalog, Exposure, Field, FieldType, Masking},
    policy::Rules,
    standards::{Words, privacy::Lexicon},
};

/// 隐私自查
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyRules {
    /// Fields that are not looked at: addresses of businesses stand in the register and are public.
    #[serde(default)]
    pub skip: Vec<String>,
    /// The words.
    pub lexicon: Lexicon,
}

impl PrivacyRules {
    /// Whether a field of a public record is free text that is looked at before it is published.
    #[must_use]
    pub fn looks_at(&self, field: &Field) -> bool {
        field.kind == FieldType::Text
            && field.exposure == Exposure::Public
            && field.masking == Masking::None
            && !self.skip.contains(&field.code)
    }
}

impl Rules for PrivacyRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        let it = &self.lexicon.lists;
        let lists: [(&str, &Words, bool); 9] = [
            ("home", &it.home, true),
            ("door", &it.door, true),
            ("door_end", &it.door_end, true),
            ("person", &it.person, true),
            ("surnames", &it.surnames, true),
            ("between", &it.between, false),
            ("not_names", &it.not_names, false),
            ("after_name", &it.after_name, false),
            ("organisations", &it.organisations, false),
        ];
        let mut faults = Vec::new();
        for (name, words, needed) in lists {
            let key = format!("lexicon.{name}");
            faults.extend(words.hopeless().map(|it| (key.clone(), format!("词“{it}”须以汉字开头"))));
            if needed && words.list().is_empty() {
                faults.push((key, "不能为空".to_owned()));
            }
        }
        faults
    }
}

//! The names units report under and the agency each means, from a data file that is built in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::standards::name;

/// Aliases of agencies: the exact ones, the short endings that stand for long ones, and the city a bare name belongs to.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    exact: HashMap<String, String>,
    endings: Vec<(String, String)>,
    city: String,
    districts: Vec<String>,
}

/// A file of aliases that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AliasesFault {
    /// Not TOML, or not with these keys.
    #[error("机关别名文件无法读取：{0}")]
    Unreadable(String),
    /// One alias for two agencies.
    #[error("别名“{alias}”同时指向“{first}”和“{second}”")]
    Ambiguous {
        /// The alias.
        alias: String,
        /// The agency it was given to first.
        first: String,
        /// The agency it was given to again.
        second: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    city: String,
    #[serde(default)]
    districts: Vec<String>,
    #[serde(default)]
    agency: Vec<Agency>,
    #[serde(default)]
    ending: Vec<Ending>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agency {
    name: String,
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    short: String,
    long: String,
}

impl Aliases {
    /// The aliases shipped: general endings (发改委 …), no city's own list.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../../schemas/policy/agency_aliases.toml"))
            .expect("the test `the_embedded_aliases_are_read` read it")
    }

    /// The same, read once: rules ask for every record.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Aliases> = LazyLock::new(Aliases::embedded);
        &SHIPPED
    }

    /// Reads a file of aliases.
    ///
    /// # Errors
    /// [`AliasesFault`]: not such a file, or one alias for two agencies.
    pub fn parse(text: &str) -> Result<Self, AliasesFault> {
        let file: File = toml::from_str(text).map_err(|fault| AliasesFault::Unreadable(fault.to_string()))?;
        let mut exact: HashMap<String, String> = HashMap::new();
        for agency in file.agency {
            for alias in agency.aliases {
                let former = exact.insert(name::key(&alias), agency.name.clone());
                if let Some(first) = former.filter(|first| *first != agency.name) {
                    return Err(AliasesFault::Ambiguous { alias, first, second: agency.name });
                }
            }
        }
        let endings = file.ending.into_iter().map(|ending| (ending.short, ending.long)).collect();
        Ok(Self { exact, endings, city: file.city, districts: file.districts })
    }

    /// The agency a reported name means; a name without an alias means itself.
    #[must_use]
    pub fn canonical<'a>(&'a self, reported: &'a str) -> Cow<'a, str> {
        let reported = reported.trim();
        if let Some(agency) = self.exact.get(&name::key(reported)) {
            return Cow::Borrowed(agency);
        }
        let long = self.with_long_ending(reported);
        let whole = self.with_city(&long);
        match self.exact.get(&name::key(&whole)) {
            Some(agency) => Cow::Borrowed(agency),
            None if whole == reported => Cow::Borrowed(reported),
            None => Cow::Owned(whole),
        }
    }

    fn with_long_ending<'t>(&self, reported: &'t str) -> Cow<'t, str> {
        let expanded = self.endings.iter().find_map(|(short, long)| {
            let place = reported.strip_suffix(short.as_str())?;
            (!reported.ends_with(long.as_str())).then(|| format!("{place}{long}"))
        });
        expanded.map_or(Cow::Borrowed(reported), Cow::Owned)
    }

    /// 市… and a district's name alone belong to the city of the file.
    fn with_city(&self, reported: &str) -> String {
        let is_district = self.districts.iter().any(|district| reported.starts_with(district.as_str()));
        match reported.strip_prefix('市') {
            Some(rest) if !self.city.is_empty() => format!("{}{rest}", self.city),
            _ if is_district => format!("{}{reported}", self.city),
            _ => reported.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        city = "示例市"
        districts = ["东区", "西区"]
        [[agency]]
        name = "示例市东区行政审批服务局"
        aliases = ["东区审批局", "示例市东区行政审批局"]
        [[ending]]
        short = "发改委"
        long = "发展和改革委员会"
        [[ending]]
        short = "行政审批局"
        long = "行政审批局"
    "#;

    #[test]
    fn the_embedded_aliases_are_read() {
        let aliases = Aliases::embedded();
        assert_eq!(aliases.canonical("示例市发改委"), "示例市发展和改革委员会");
        assert_eq!(aliases.canonical("示例市卫计委"), "示例市卫生和计划生育委员会");
        assert_eq!(aliases.canonical("市发改委"), "市发展和改革委员会", "no city is assumed");
        assert_eq!(aliases.canonical("示例市药监局"), "示例市药品监督管理局");
        assert_eq!(aliases.canonical("示例市食药监局"), "示例市食品药品监督管理局", "the longer ending");
        assert_eq!(aliases.canonical("示例市市场监督管理局"), "示例市市场监督管理局");
    }

    #[test]
    fn a_reported_name_means_an_agency_of_the_city() {
        let aliases = Aliases::parse(FILE).expect("a file of aliases");
        for (reported, agency) in [
            ("市发改委", "示例市发展和改革委员会"),
            ("东区发改委", "示例市东区发展和改革委员会"),
            ("东区审批局", "示例市东区行政审批服务局"),
            ("东区行政审批局", "示例市东区行政审批服务局"),
            (" 东区 审批局", "示例市东区行政审批服务局"),
            ("他省发展和改革委员会", "他省发展和改革委员会"),
        ] {
            assert_eq!(aliases.canonical(reported), agency, "{reported}");
        }
    }

    #[test]
    fn one_alias_for_two_agencies_is_a_fault() {
        let text = "[[agency]]\nname = \"甲局\"\naliases = [\"丙\"]\n[[agency]]\nname = \"乙局\"\naliases = [\"丙\"]\n";
        assert!(matches!(Aliases::parse(text), Err(AliasesFault::Ambiguous { .. })));
        assert!(matches!(Aliases::parse("citty = \"x\""), Err(AliasesFault::Unreadable(_))));
    }
}

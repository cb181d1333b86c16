//! Administrative regions (行政区划, GB/T 2260) with those abolished, from a data file.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The regions a code may name, current and former.
#[derive(Debug, Clone, Default)]
pub struct Regions {
    regions: HashMap<u32, Region>,
}

#[derive(Debug, Clone)]
struct Region {
    name: String,
    former: Option<Former>,
}

#[derive(Debug, Clone)]
struct Former {
    since: u16,
    successor: Option<String>,
}

/// What is known of a region's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status<'r> {
    /// In force.
    Current {
        /// The region's own name: 零陵区.
        name: &'r str,
    },
    /// Abolished or given another code. Legal in codes issued before.
    Obsolete {
        /// The name it had.
        name: &'r str,
        /// The code that took its place, where one did.
        successor: Option<&'r str>,
        /// The first year whose list no longer has it.
        since: u16,
    },
    /// Not listed, but the first two digits are a province's: a warning, never a refusal.
    UnknownInKnownProvince {
        /// The province's name.
        province: &'r str,
    },
    /// Not six digits, or of no province.
    Unknown,
}

/// A file of regions that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionsFault {
    /// Not TOML, or not with these keys.
    #[error("行政区划文件无法读取：{0}")]
    Unreadable(String),
    /// A key that is not six digits.
    #[error("行政区划代码“{0}”不是六位数字")]
    Code(String),
    /// A code both current and obsolete.
    #[error("行政区划代码“{0}”重复")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    current: HashMap<String, String>,
    #[serde(default)]
    other: HashMap<String, String>,
    #[serde(default)]
    obsolete: HashMap<String, Obsolete>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Obsolete {
    name: String,
    since: u16,
    successor: Option<String>,
}

impl Regions {
    /// The regions shipped, read once and kept for the life of the process.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Regions> = OnceLock::new();
        SHIPPED.get_or_init(Self::embedded)
    }

    /// The regions shipped, read anew, which takes some 40 ms. See [`Regions::shipped`].
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../schemas/policy/regions.toml"))
            .expect("the test `the_embedded_regions_are_read` read it")
    }

    /// Reads a file of regions: `[current]` and `[other]` (in use, but not of GB/T 2260) code = name,
    /// `[obsolete]` code = { name, since, successor }.
    ///
    /// # Errors
    /// [`RegionsFault`]
    pub fn parse(text: &str) -> Result<Self, RegionsFault> {
        let file: File = toml::from_str(text).map_err(|fault| RegionsFault::Unreadable(fault.to_string()))?;
        let mut regions = HashMap::with_capacity(file.current.len() + file.obsolete.len());
        let listed = file.current.into_iter().chain(file.other);
        let current = listed.map(|(code, name)| (code, Region { name, former: None }));
        let obsolete = file.obsolete.into_iter().map(|(code, region)| {
            let former = Former { since: region.since, successor: region.successor };
            (code, Region { name: region.name, former: Some(former) })
        });
        for (code, region) in current.chain(obsolete) {
            let number = number(&code).ok_or_else(|| RegionsFault::Code(code.clone()))?;
            if regions.insert(number, region).is_some() {
                return Err(RegionsFault::Twice(code));
            }
        }
        Ok(Self { regions })
    }

    /// What is known of a code.
    #[must_use]
    pub fn status(&self, code: &str) -> Status<'_> {
        let Some(number) = number(code) else { return Status::Unknown };
        match self.regions.get(&number) {
            Some(Region { name, former: None }) => Status::Current { name },
            Some(Region { name, former: Some(former) }) => {
                Status::Obsolete { name, successor: former.successor.as_deref(), since: former.since }
            }
            None => match self.province(number) {
                Some(province) => Status::UnknownInKnownProvince { province },
                None => Status::Unknown,
            },
        }
    }

    /// The region's name with those above it: 湖南省永州市零陵区. `None` when the code is not listed.
    #[must_use]
    pub fn full_name(&self, code: &str) -> Option<String> {
        let number = number(code)?;
        let own = &self.regions.get(&number)?.name;
        let mut above: Vec<&str> = Vec::new();
        for parent in [number / 10_000 * 10_000, number / 100 * 100] {
            let name = self.regions.get(&parent).map(|region| region.name.as_str());
            // The level between a municipality and its districts bears no name of its own.
            above.extend(
                name.filter(|name| parent != number && !matches!(*name, "市辖区" | "县") && !name.contains("直辖")),
            );
        }
        Some(above.concat() + own)
    }

    fn province(&self, number: u32) -> Option<&str> {
        self.regions.get(&(number / 10_000 * 10_000)).map(|region| region.name.as_str())
    }

    /// Current regions with their codes, in the order of the codes.
    #[must_use]
    pub fn current(&self) -> Vec<(String, &str)> {
        let current = self.regions.iter().filter(|(_, region)| region.former.is_none());
        let mut current: Vec<_> = current.map(|(code, region)| (format!("{code:06}"), region.name.as_str())).collect();
        current.sort_unstable();
        current
    }
}

fn number(code: &str) -> Option<u32> {
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then(|| code.parse().expect("six digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_regions_are_read() {
        let regions = Regions::shipped();
        let provinces = regions.current().into_iter().filter(|(code, _)| code.ends_with("0000") && code != "100000");
        assert_eq!(provinces.count(), 34);
        assert_eq!(regions.full_name("431102").as_deref(), Some("湖南省永州市零陵区"));
        assert_eq!(regions.full_name("110105").as_deref(), Some("北京市朝阳区"));
        assert_eq!(regions.full_name("429004").as_deref(), Some("湖北省仙桃市"));
        assert_eq!(regions.full_name("431171").as_deref(), Some("湖南省永州市永州经济技术开发区"));
        assert!(matches!(regions.status("100000"), Status::Current { .. }), "registrars of the centre");
    }

    #[test]
    fn a_code_is_current_obsolete_or_unknown() {
        let regions = Regions::shipped();
        assert_eq!(regions.status("431181"), Status::Current { name: "祁阳市" });
        let successor = Some("431181");
        assert_eq!(regions.status("431121"), Status::Obsolete { name: "祁阳县", successor, since: 2021 });
        let successor = Some("431100");
        assert_eq!(regions.status("432900"), Status::Obsolete { name: "零陵地区", successor, since: 1995 });
        assert_eq!(regions.status("431199"), Status::UnknownInKnownProvince { province: "湖南省" });
        assert_eq!(regions.status("991102"), Status::Unknown);
        for code in ["", "4311", "43110２", "湖南", "4311021"] {
            assert_eq!(regions.status(code), Status::Unknown, "{code}");
        }
    }

    #[test]
    fn every_successor_is_a_listed_code() {
        let regions = Regions::shipped();
        for (code, region) in &regions.regions {
            let successor = region.former.as_ref().and_then(|former| former.successor.as_deref());
            if let Some(successor) = successor {
                let status = regions.status(successor);
                assert!(matches!(status, Status::Current { .. } | Status::Obsolete { .. }), "{code} {successor}");
            }
        }
    }

    #[test]
    fn a_file_with_a_fault_is_refused() {
        assert!(matches!(Regions::parse("[current]\n4311 = \"永州市\""), Err(RegionsFault::Code(_))));
        let twice = "[current]\n431121 = \"祁阳县\"\n[obsolete]\n431121 = { name = \"祁阳县\", since = 2021 }";
        assert_eq!(Regions::parse(twice).err(), Some(RegionsFault::Twice("431121".to_owned())));
        assert!(matches!(Regions::parse("regions = 1"), Err(RegionsFault::Unreadable(_))));
    }
}

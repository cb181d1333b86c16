//! A record as rules look at it: what is known of the version, and the fields of its payload.

use super::{Fields, Version};

/// A record with its fields (事实): what publicity, lists and scores are derived from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The version; its payload is parsed into `fields`.
    pub version: Version,
    /// The fields.
    pub fields: Fields,
}

impl std::ops::Deref for Fact {
    type Target = Version;

    fn deref(&self) -> &Version {
        &self.version
    }
}

impl Fact {
    /// The fact of a version.
    ///
    /// # Errors
    /// When the payload is no JSON object: the database was changed from outside.
    pub fn of(version: Version) -> Result<Self, serde_json::Error> {
        let fields = Fields::parse(&version.payload)?;
        Ok(Self { version, fields })
    }
}

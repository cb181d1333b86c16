//! The catalogue: the resources that are built in and those of a deployment's own folders.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{CatalogFault, Resource, embedded, file, folder};

/// The resources by code (信用信息目录).
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    resources: BTreeMap<String, Arc<Resource>>,
}

impl Catalog {
    /// The resources built into the program.
    ///
    /// # Panics
    /// Never: the test `every_built_in_file_is_without_fault` reads the same files.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_files(embedded::FILES.iter().map(|(name, text)| (*name, *text)))
            .expect("a test has read these files")
    }

    /// The built-in resources and those of the extra folders. A resource of an extra folder takes the place
    /// of the one with its code if its version is higher.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn load(extra: &[PathBuf]) -> Result<Self, Vec<CatalogFault>> {
        let own = folder::read(extra)?;
        let built_in = embedded::FILES.iter().map(|(name, text)| (*name, *text));
        Self::from_files(built_in.chain(own.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
    }

    /// A catalogue of the given files, each a name and a text; later ones may replace earlier ones by a higher version.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn from_files<'t>(files: impl Iterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<CatalogFault>> {
        let (mut catalog, mut faults) = (Self::default(), Vec::new());
        for (name, text) in files {
            match file::parse(name, text) {
                Ok(resource) => faults.extend(catalog.put(name, resource)),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(catalog) } else { Err(faults) }
    }

    fn put(&mut self, file: &str, resource: Resource) -> Option<CatalogFault> {
        let fault = self.resources.get(&resource.code).filter(|known| known.version >= resource.version).map(|known| {
            let message =
                format!("资源 {} 已有版本 {}；要替换它，version 须大于 {}", known.code, known.version, known.version);
            CatalogFault { file: file.to_owned(), line: 0, key: "version".to_owned(), message }
        });
        if fault.is_none() {
            self.resources.insert(resource.code.clone(), Arc::new(resource));
        }
        fault
    }

    /// The resource of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Arc<Resource>> {
        self.resources.get(code)
    }

    /// The resource of a Chinese name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Arc<Resource>> {
        self.iter().find(|it| it.name == name)
    }

    /// All resources, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values()
    }

    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A resource of one field.
    fn tiny(code: &str, version: u32) -> String {
        format!(
            "code = \"{code}\"\nname = \"示例{code}\"\nclass = \"other\"\nversion = {version}\nsources = [\"示例\"]\n\
             description = \"示例\"\n[subject]\nname = \"MC\"\n[[dialect]]\nname = \"V1\"\n\
             [[field]]\ncode = \"MC\"\nname = \"名称\"\ntype = \"name\"\n"
        )
    }

    #[test]
    fn every_built_in_file_is_without_fault() {
        let faults: Vec<CatalogFault> = embedded::FILES
            .iter()
            .filter_map(|(name, text)| file::parse(name, text).err())
            .flatten()
            .inspect(|fault| eprintln!("{fault}"))
            .collect();
        assert_eq!(faults, []);
        assert_eq!(Catalog::embedded().len(), embedded::FILES.len());
    }

    #[test]
    fn a_file_of_an_extra_folder_is_a_resource_without_recompiling() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("extra_one.toml"), tiny("extra_one", 1)).expect("written");
        std::fs::write(folder.path().join("readme.md"), "no resource").expect("written");

        let catalog = Catalog::load(&[folder.path().to_owned()]).expect("without fault");

        assert_eq!(catalog.get("extra_one").map(|it| it.name.as_str()), Some("示例extra_one"));
        assert!(catalog.by_name("示例extra_one").is_some());
        assert_eq!(catalog.len(), embedded::FILES.len() + 1);
    }

    #[test]
    fn a_resource_is_replaced_by_a_higher_version_only() {
        let (one, two) = (tiny("sample", 1), tiny("sample", 2));
        let newer = Catalog::from_files([("sample.toml", one.as_str()), ("x/sample.toml", two.as_str())].into_iter());
        assert_eq!(newer.expect("higher").get("sample").map(|it| it.version), Some(2));

        let same = Catalog::from_files([("sample.toml", two.as_str()), ("x/sample.toml", two.as_str())].into_iter());
        assert_eq!(same.expect_err("not higher")[0].file, "x/sample.toml");
    }

    #[test]
    fn all_faults_of_all_files_are_told_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for code in ["one", "two"] {
            let text = tiny(code, 1).replace("type = \"name\"", "type = \"nmae\"");
            std::fs::write(folder.path().join(format!("{code}.toml")), text).expect("written");
        }
        std::fs::write(folder.path().join("three.toml"), "code = ").expect("written");

        let faults = Catalog::load(&[folder.path().to_owned()]).expect_err("three bad files");

        assert_eq!(faults.iter().filter(|it| it.key.ends_with(".type")).count(), 2);
        assert!(faults.iter().any(|it| it.file.ends_with("three.toml")));
        assert!(Catalog::load(&[folder.path().join("absent")]).is_err());
    }
}

//! The resource files in the binary. A test keeps the table equal to the folder.

/// Each file's name and text, in the order of the names.
pub(super) const FILES: &[(&str, &str)] = &[
    ("commitment.toml", include_str!("../../schemas/catalog/commitment.toml")),
    ("contract.toml", include_str!("../../schemas/catalog/contract.toml")),
    ("honour.toml", include_str!("../../schemas/catalog/honour.toml")),
    ("licence.toml", include_str!("../../schemas/catalog/licence.toml")),
    ("listing.toml", include_str!("../../schemas/catalog/listing.toml")),
    ("penalty.toml", include_str!("../../schemas/catalog/penalty.toml")),
    ("register.toml", include_str!("../../schemas/catalog/register.toml")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_binary() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/catalog");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder is part of the source")
            .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        let embedded: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(embedded, on_disk, "run `ls schemas/catalog` and mend FILES in src/catalog/embedded.rs");
    }
}

//! The resource files in the binary. A test keeps the table equal to the folder.

/// Each file's name and text, in the order of the names.
pub(super) const FILES: &[(&str, &str)] = &[
    ("a_taxpayer.toml", include_str!("../../schemas/catalog/a_taxpayer.toml")),
    ("abnormal.toml", include_str!("../../schemas/catalog/abnormal.toml")),
    ("commitment.toml", include_str!("../../schemas/catalog/commitment.toml")),
    ("contract.toml", include_str!("../../schemas/catalog/contract.toml")),
    ("dishonest_executed.toml", include_str!("../../schemas/catalog/dishonest_executed.toml")),
    ("electricity.toml", include_str!("../../schemas/catalog/electricity.toml")),
    ("executed_person.toml", include_str!("../../schemas/catalog/executed_person.toml")),
    ("gas.toml", include_str!("../../schemas/catalog/gas.toml")),
    ("honour.toml", include_str!("../../schemas/catalog/honour.toml")),
    ("housing_fund.toml", include_str!("../../schemas/catalog/housing_fund.toml")),
    ("inspection.toml", include_str!("../../schemas/catalog/inspection.toml")),
    ("intermediary_evaluation.toml", include_str!("../../schemas/catalog/intermediary_evaluation.toml")),
    ("judgment.toml", include_str!("../../schemas/catalog/judgment.toml")),
    ("licence.toml", include_str!("../../schemas/catalog/licence.toml")),
    ("listing.toml", include_str!("../../schemas/catalog/listing.toml")),
    ("loan.toml", include_str!("../../schemas/catalog/loan.toml")),
    ("penalty.toml", include_str!("../../schemas/catalog/penalty.toml")),
    ("public_evaluation.toml", include_str!("../../schemas/catalog/public_evaluation.toml")),
    ("qualification.toml", include_str!("../../schemas/catalog/qualification.toml")),
    ("register.toml", include_str!("../../schemas/catalog/register.toml")),
    ("sector_evaluation.toml", include_str!("../../schemas/catalog/sector_evaluation.toml")),
    ("social_insurance.toml", include_str!("../../schemas/catalog/social_insurance.toml")),
    ("tax_arrears.toml", include_str!("../../schemas/catalog/tax_arrears.toml")),
    ("tax_rating.toml", include_str!("../../schemas/catalog/tax_rating.toml")),
    ("water.toml", include_str!("../../schemas/catalog/water.toml")),
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

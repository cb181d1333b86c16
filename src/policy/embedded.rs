//! The pack files in the binary, and those of a deployment's folders. A test keeps the table equal to the folder.

use std::path::PathBuf;

use super::PackFault;

/// Each file's name under `schemas/policy/packs` and text, in the order of the names.
pub(super) const FILES: &[(&str, &str)] = &[
    ("deferral.items.toml", include_str!("../../schemas/policy/packs/deferral.items.toml")),
    ("duty.general.toml", include_str!("../../schemas/policy/packs/duty.general.toml")),
    ("lists.abnormal.toml", include_str!("../../schemas/policy/packs/lists.abnormal.toml")),
    ("lists.basis.toml", include_str!("../../schemas/policy/packs/lists.basis.toml")),
    ("lists.customs.toml", include_str!("../../schemas/policy/packs/lists.customs.toml")),
    ("lists.executed.v1.toml", include_str!("../../schemas/policy/packs/lists.executed.v1.toml")),
    ("lists.executed.v2.toml", include_str!("../../schemas/policy/packs/lists.executed.v2.toml")),
    ("lists.incentive.toml", include_str!("../../schemas/policy/packs/lists.incentive.toml")),
    ("lists.market.toml", include_str!("../../schemas/policy/packs/lists.market.toml")),
    ("lists.measures.toml", include_str!("../../schemas/policy/packs/lists.measures.toml")),
    ("lists.tax.toml", include_str!("../../schemas/policy/packs/lists.tax.toml")),
    ("lists.tax_credit.v1.toml", include_str!("../../schemas/policy/packs/lists.tax_credit.v1.toml")),
    ("lists.tax_credit.v2.toml", include_str!("../../schemas/policy/packs/lists.tax_credit.v2.toml")),
    ("lists.wages.toml", include_str!("../../schemas/policy/packs/lists.wages.toml")),
    ("lists.watch.toml", include_str!("../../schemas/policy/packs/lists.watch.toml")),
    ("privacy.general.toml", include_str!("../../schemas/policy/packs/privacy.general.toml")),
    ("publicity.before2023.toml", include_str!("../../schemas/policy/packs/publicity.before2023.toml")),
    ("publicity.general.toml", include_str!("../../schemas/policy/packs/publicity.general.toml")),
    ("publicity.market107.toml", include_str!("../../schemas/policy/packs/publicity.market107.toml")),
    ("publicity.ndrc36.toml", include_str!("../../schemas/policy/packs/publicity.ndrc36.toml")),
    ("publicity.ndrc58.toml", include_str!("../../schemas/policy/packs/publicity.ndrc58.toml")),
    ("retention.negative.toml", include_str!("../../schemas/policy/packs/retention.negative.toml")),
    ("rights.grounds.toml", include_str!("../../schemas/policy/packs/rights.grounds.toml")),
    ("rights.market107.toml", include_str!("../../schemas/policy/packs/rights.market107.toml")),
    ("rights.ndrc36.toml", include_str!("../../schemas/policy/packs/rights.ndrc36.toml")),
    ("rights.ndrc58.toml", include_str!("../../schemas/policy/packs/rights.ndrc58.toml")),
    ("rights.objection.toml", include_str!("../../schemas/policy/packs/rights.objection.toml")),
    ("rights.objection_guangzhou.toml", include_str!("../../schemas/policy/packs/rights.objection_guangzhou.toml")),
    ("rights.objection_henan.toml", include_str!("../../schemas/policy/packs/rights.objection_henan.toml")),
    ("rights.objection_shandong.toml", include_str!("../../schemas/policy/packs/rights.objection_shandong.toml")),
    ("rights.objection_shanghai.toml", include_str!("../../schemas/policy/packs/rights.objection_shanghai.toml")),
    ("rights.objection_shenzhen.toml", include_str!("../../schemas/policy/packs/rights.objection_shenzhen.toml")),
    ("rights.objection_zhejiang.toml", include_str!("../../schemas/policy/packs/rights.objection_zhejiang.toml")),
    ("rights.promise.toml", include_str!("../../schemas/policy/packs/rights.promise.toml")),
    ("rights.shield.toml", include_str!("../../schemas/policy/packs/rights.shield.toml")),
    ("risk.lending.toml", include_str!("../../schemas/policy/packs/risk.lending.toml")),
    ("scorecard.credence.toml", include_str!("../../schemas/policy/packs/scorecard.credence.toml")),
    ("scorecard.sector.toml", include_str!("../../schemas/policy/packs/scorecard.sector.toml")),
];

/// The pack files of folders: `*.toml`, in the order of their names.
pub(super) fn folders(extra: &[PathBuf]) -> Result<Vec<(String, String)>, Vec<PackFault>> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for folder in extra {
        match read(folder) {
            Ok(found) => files.extend(found),
            Err(err) => faults.push(PackFault {
                file: folder.display().to_string(),
                key: String::new(),
                message: format!("无法读取：{err}"),
            }),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

fn read(folder: &std::path::Path) -> std::io::Result<Vec<(String, String)>> {
    let mut names = std::fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    names.retain(|it| it.extension().is_some_and(|it| it == "toml"));
    names.sort();
    names.into_iter().map(|it| Ok((it.display().to_string(), std::fs::read_to_string(&it)?))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_binary() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/policy/packs");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder is part of the source")
            .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        let embedded: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(embedded, on_disk, "run `ls schemas/policy/packs` and mend FILES in src/policy/embedded.rs");
    }
}

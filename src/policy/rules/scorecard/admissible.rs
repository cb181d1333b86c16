//! What a score may rest on: a closed list of classes of records, in code, so that no pack can widen it.

use crate::catalog::{Class, Exposure, Resource};

/// The classes of records a score may rest on (可纳入评价的信息类别).
///
/// Closed, after 国办发〔2020〕49号: nothing unrelated to credit. Missing are 水电气缴费 (a debt that no court has confirmed
/// may not be used; one that a court has confirmed is a judgment), 融资 (open by the subject's consent alone) and 其他.
/// Religion, health, genes, fingerprints, opinions, petitions have no class at all.
pub const ADMISSIBLE: &[Class] = &[
    Class::Register,
    Class::Licence,
    Class::Penalty,
    Class::Honour,
    Class::Listing,
    Class::Commitment,
    Class::Contract,
    Class::Tax,
    Class::Contribution,
    Class::Judicial,
    Class::Qualification,
    Class::Abnormal,
    Class::Inspection,
    Class::Evaluation,
];

/// Why a resource may not be used; `None` when it may.
pub(super) fn refusal(resource: &Resource) -> Option<String> {
    if !ADMISSIBLE.contains(&resource.class) {
        return Some(format!(
            "资源 {} 的类别 {} 与信用无关或未经司法确认，不得纳入评价",
            resource.code, resource.class
        ));
    }
    // Contributions are kept for their authority, not for banks; what is open by consent alone stays out otherwise.
    let sealed = resource.exposure == Exposure::Authorised && resource.class != Class::Contribution;
    sealed.then(|| format!("资源 {} 仅可授权查询，不得纳入评价", resource.code))
}

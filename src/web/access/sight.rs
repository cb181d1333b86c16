//! Who sees what of a record. Pure: the rules of exposure and masking, testable without HTTP.
//!
//! A personal number is only ever shown masked, and its keyed hash never.

use serde_json::{Map, Value};

use super::{Caller, Role};
use crate::{
    catalog::{Exposure, Field, Masking, Resource},
    record::{RecordState, SubjectKind},
    standards::mask,
    standing::PublicityState,
};

/// Who looks.
#[derive(Debug, Clone)]
pub enum Viewer {
    /// The holder of a key.
    Key(Caller),
    /// The public.
    Anyone,
}

named! {
    /// How much of a record is seen (可见程度). The variants fall in what is seen.
    pub enum Sight {
        /// 全部: every field, by the office and by the unit that delivered it.
        Whole = "whole",
        /// 授权: every field, personal data masked, by whom the subject lets see it.
        Consented = "consented",
        /// 共享: what departments share, personal data masked.
        Shared = "shared",
        /// 公开: what the public sees, personal data masked.
        Public = "public",
    }
}

named! {
    /// Why a record is there and not shown (不予显示的原因).
    pub enum Withheld {
        /// 无权查看
        NotPermitted = "not_permitted",
        /// 需信息主体授权
        NeedsConsent = "needs_consent",
        /// 已停止公示或共享: over its term, repaired or withdrawn. It is not even counted in answers.
        Stopped = "stopped",
    }
}

/// What is looked at, of a record and its subject.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'r> {
    /// Who may see it, now: a former version is not more open than the record has become.
    pub exposure: Exposure,
    /// The unit that delivered it.
    pub unit: &'r str,
    /// What its subject is.
    pub kind: SubjectKind,
    /// Whether it stands or was withdrawn.
    pub state: RecordState,
    /// Whether it is published, on the day asked for and today: what has stopped since is not had by asking as of then.
    pub openness: Openness,
    /// Whether it may be shared and used, on the day asked for and today.
    pub usable: bool,
}

/// What the rules of publicity say of a record. The variants rise in strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Openness {
    /// 公示中
    Published,
    /// 不予公示
    Unpublished,
    /// 已停止
    Stopped,
}

impl From<PublicityState> for Openness {
    fn from(state: PublicityState) -> Self {
        match state {
            PublicityState::Published | PublicityState::Unperformed => Self::Published,
            PublicityState::Unpublished => Self::Unpublished,
            PublicityState::Ended
            | PublicityState::Repaired
            | PublicityState::Shielded
            | PublicityState::Withdrawn
            | PublicityState::Archived => Self::Stopped,
        }
    }
}

/// How much of a record is seen.
pub fn sight(viewer: &Viewer, record: Looked<'_>) -> Result<Sight, Withheld> {
    match viewer {
        Viewer::Anyone => public(record),
        Viewer::Key(caller) => match (caller.role, record.exposure) {
            (Role::Office, _) => Ok(Sight::Whole),
            (Role::Unit, _) if caller.unit == record.unit => Ok(Sight::Whole),
            (Role::Unit, _) => public(record),
            (Role::Reader | Role::Window, Exposure::Public | Exposure::Shared) if record.usable => Ok(Sight::Shared),
            (Role::Reader | Role::Window, Exposure::Public | Exposure::Shared) => Err(Withheld::Stopped),
            (Role::Reader | Role::Window, Exposure::Authorised) => Err(Withheld::NeedsConsent),
            // Without consent a bank and a subject see what the public sees; their own questions are answered elsewhere.
            (Role::Bank | Role::Subject, _) => public(record),
            (Role::Admin, _) => Err(Withheld::NotPermitted),
        },
    }
}

/// The public sees of organisations and businesses what is published on the day; of natural persons it sees nothing.
const fn public(record: Looked<'_>) -> Result<Sight, Withheld> {
    match (record.kind, record.exposure, record.state, record.openness) {
        (SubjectKind::Person, ..) | (_, Exposure::Shared, ..) => Err(Withheld::NotPermitted),
        (_, Exposure::Authorised, ..) => Err(Withheld::NeedsConsent),
        (_, Exposure::Public, RecordState::Withdrawn, _) | (_, Exposure::Public, _, Openness::Stopped) => {
            Err(Withheld::Stopped)
        }
        (_, Exposure::Public, RecordState::InForce, Openness::Unpublished) => Err(Withheld::NotPermitted),
        (_, Exposure::Public, RecordState::InForce, Openness::Published) => Ok(Sight::Public),
    }
}

/// The fields of a payload as they are seen, by field code. A field the catalogue does not know is not shown.
pub fn fields(
    resource: &Resource,
    payload: &Map<String, Value>,
    sight: Sight,
    kind: SubjectKind,
) -> Map<String, Value> {
    let person = if kind == SubjectKind::Person && sight != Sight::Whole { own_name(resource, payload) } else { None };
    let shown = |field: &Field| {
        let value = shown(field, payload.get(&field.code)?, sight);
        Some((field.code.clone(), without(value, person)))
    };
    resource.fields.iter().filter(|field| is_shown(field, sight)).filter_map(shown).collect()
}

/// A person's name, which stands in the field of the subject's name and may stand in any text.
fn own_name<'p>(resource: &Resource, payload: &'p Map<String, Value>) -> Option<&'p str> {
    payload.get(&resource.fields[resource.subject.name?].code)?.as_str().filter(|it| it.chars().count() > 1)
}

fn without(value: Value, name: Option<&str>) -> Value {
    match (value, name) {
        (Value::String(text), Some(name)) => Value::String(text.replace(name, &mask::person_name(name))),
        (Value::Array(items), name) => items.into_iter().map(|it| without(it, name)).collect(),
        (value, _) => value,
    }
}

fn is_shown(field: &Field, sight: Sight) -> bool {
    let widest = match sight {
        Sight::Whole | Sight::Consented => Exposure::Authorised,
        Sight::Shared => Exposure::Shared,
        Sight::Public => Exposure::Public,
    };
    // The variants of an exposure rise in strictness.
    field.exposure <= widest && field.masking != Masking::Hidden
}

fn shown(field: &Field, value: &Value, sight: Sight) -> Value {
    match value {
        Value::Object(person) => person.get("masked").cloned().unwrap_or(Value::Null),
        Value::String(text) => Value::String(masked(field.masking, text, sight)),
        Value::Array(items) => Value::Array(items.iter().map(|it| shown(field, it, sight)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn masked(masking: Masking, text: &str, sight: Sight) -> String {
    let masking = if sight == Sight::Whole { Masking::None } else { masking };
    match masking {
        // Decisions are pasted with numbers in them.
        Masking::None => mask::numbers_in_text(text).into_owned(),
        Masking::PersonName => mask::person_name(text),
        Masking::PersonNumber => mask::person_number(text),
        Masking::Address => mask::address(text),
        Masking::Phone => mask::phone(text),
        Masking::Hidden => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn key(role: Role) -> Viewer {
        Viewer::Key(Caller { key: "k".into(), unit: "own".into(), role, subject: None })
    }

    fn looked(exposure: Exposure, unit: &str, kind: SubjectKind) -> Looked<'_> {
        let (openness, usable) = (Openness::Published, true);
        Looked { exposure, unit, kind, state: RecordState::InForce, openness, usable }
    }

    #[test]
    fn the_public_does_not_see_what_was_withdrawn() {
        let withdrawn =
            Looked { state: RecordState::Withdrawn, ..looked(Exposure::Public, "own", SubjectKind::Organisation) };
        assert_eq!(sight(&Viewer::Anyone, withdrawn), Err(Withheld::Stopped));
        assert_eq!(sight(&key(Role::Unit), withdrawn), Ok(Sight::Whole));
    }

    #[test]
    fn what_has_stopped_is_seen_by_the_office_and_its_unit_only() {
        let of = |openness, usable| Looked {
            openness,
            usable,
            ..looked(Exposure::Public, "own", SubjectKind::Organisation)
        };
        for (openness, usable, public, shared) in [
            (Openness::Published, true, Ok(Sight::Public), Ok(Sight::Shared)),
            (Openness::Unpublished, true, Err(Withheld::NotPermitted), Ok(Sight::Shared)),
            (Openness::Stopped, true, Err(Withheld::Stopped), Ok(Sight::Shared)),
            (Openness::Stopped, false, Err(Withheld::Stopped), Err(Withheld::Stopped)),
        ] {
            for viewer in [Viewer::Anyone, key(Role::Bank), key(Role::Subject)] {
                assert_eq!(sight(&viewer, of(openness, usable)), public, "{viewer:?} {openness:?}");
            }
            for role in [Role::Reader, Role::Window] {
                assert_eq!(sight(&key(role), of(openness, usable)), shared, "{role} {openness:?}");
            }
            for role in [Role::Office, Role::Unit] {
                assert_eq!(sight(&key(role), of(openness, usable)), Ok(Sight::Whole), "{role} {openness:?}");
            }
        }
    }

    #[test]
    fn each_viewer_sees_what_exposure_and_ownership_allow() {
        use Exposure::{Authorised, Public, Shared};
        use Withheld::{NeedsConsent, NotPermitted};
        let rows: &[(Viewer, Exposure, &str, Result<Sight, Withheld>)] = &[
            (Viewer::Anyone, Public, "own", Ok(Sight::Public)),
            (Viewer::Anyone, Shared, "own", Err(NotPermitted)),
            (Viewer::Anyone, Authorised, "own", Err(NeedsConsent)),
            (key(Role::Unit), Authorised, "own", Ok(Sight::Whole)),
            (key(Role::Unit), Public, "other", Ok(Sight::Public)),
            (key(Role::Unit), Shared, "other", Err(NotPermitted)),
            (key(Role::Reader), Shared, "other", Ok(Sight::Shared)),
            (key(Role::Reader), Authorised, "own", Err(NeedsConsent)),
            (key(Role::Office), Authorised, "other", Ok(Sight::Whole)),
            (key(Role::Admin), Public, "own", Err(NotPermitted)),
        ];
        for (viewer, exposure, unit, expected) in rows {
            let seen = sight(viewer, looked(*exposure, unit, SubjectKind::Organisation));
            assert_eq!(seen, *expected, "{viewer:?} {exposure} {unit}");
        }
    }

    #[test]
    fn the_public_sees_nothing_of_natural_persons() {
        for exposure in Exposure::ALL {
            assert!(sight(&Viewer::Anyone, looked(*exposure, "own", SubjectKind::Person)).is_err());
            assert!(sight(&key(Role::Unit), looked(*exposure, "other", SubjectKind::Person)).is_err());
        }
    }

    #[test]
    fn a_personal_number_is_masked_for_all_and_its_hash_shown_to_none() {
        let catalog = Catalog::embedded();
        let penalty = catalog.get("penalty").unwrap();
        let mut payload = Map::new();
        for field in &penalty.fields {
            let person = serde_json::json!({"masked": "110105********002X", "hash": "secret-hash"});
            payload.insert(field.code.clone(), person);
        }
        for sight in Sight::ALL {
            let text = Value::Object(fields(penalty, &payload, *sight, SubjectKind::Organisation)).to_string();
            assert!(!text.contains("secret-hash"), "{sight}");
        }
        payload.clear();
        payload
            .extend(penalty.fields.iter().map(|it| (it.code.clone(), Value::from("当事人身份证11010519491231002X"))));
        for sight in Sight::ALL {
            let text = Value::Object(fields(penalty, &payload, *sight, SubjectKind::Organisation)).to_string();
            assert!(!text.contains("11010519491231002X"), "{sight}");
        }
    }

    #[test]
    fn a_persons_name_is_masked_wherever_it_stands_unless_the_record_is_seen_whole() {
        let catalog = Catalog::embedded();
        let penalty = catalog.get("penalty").unwrap();
        let mut payload = Map::new();
        for code in ["CF_XDR_MC", "CF_SY"] {
            let text = if code == "CF_SY" { "当事人张示例无照经营" } else { "张示例" };
            payload.insert(code.to_owned(), text.into());
        }
        let shown = |sight| Value::Object(fields(penalty, &payload, sight, SubjectKind::Person)).to_string();
        assert!(shown(Sight::Whole).contains("张示例"));
        for sight in [Sight::Shared, Sight::Public] {
            assert!(!shown(sight).contains("张示例"), "{}", shown(sight));
            assert!(shown(sight).contains("当事人张*例无照经营"), "{}", shown(sight));
        }
    }
}

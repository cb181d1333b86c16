//! Keys: `ck_<id>_<secret>`, shown once, kept as the SHA-256 of the secret, compared in constant time.

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Role;
use crate::store::{Conn, StoreError, units, units::ApiKey};

/// A key that was just made; its text is shown now and never again.
#[derive(Clone)]
pub struct IssuedKey {
    /// The public part.
    pub id: String,
    /// The whole text that goes into `Authorization: Bearer …`.
    pub text: String,
}

/// Makes a key for a unit and keeps its hash.
///
/// # Errors
/// [`StoreError`].
///
/// # Panics
/// Only when the system gives no random bytes: a key must not be guessable.
pub fn issue_key(
    conn: &mut Conn,
    unit: &str,
    role: Role,
    label: &str,
    at: NaiveDateTime,
) -> Result<IssuedKey, StoreError> {
    issue(conn, ApiKey { unit: unit.to_owned(), role: role.as_str().to_owned(), label: label.to_owned(), ..blank(at) })
}

/// Makes a subject's own key, which a unit gives out, and keeps its hash.
///
/// # Errors
/// [`StoreError`].
pub fn issue_subject_key(
    conn: &mut Conn,
    unit: &str,
    subject: i64,
    label: &str,
    at: NaiveDateTime,
) -> Result<IssuedKey, StoreError> {
    let (role, label) = (Role::Subject.as_str().to_owned(), label.to_owned());
    issue(conn, ApiKey { unit: unit.to_owned(), role, label, subject: Some(subject), ..blank(at) })
}

fn blank(at: NaiveDateTime) -> ApiKey {
    let (id, unit, role, label) = Default::default();
    ApiKey { id, unit, role, label, secret: Vec::new(), made_at: at, revoked_at: None, subject: None }
}

fn issue(conn: &mut Conn, key: ApiKey) -> Result<IssuedKey, StoreError> {
    let (mut id, mut secret) = ([0_u8; 6], [0_u8; 32]);
    getrandom::fill(&mut id).expect("the system gives random bytes");
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    let (id, secret) = (hex(&id), hex(&secret));
    let key = ApiKey { id: id.clone(), secret: hash(&secret).to_vec(), ..key };
    units::add_key(conn, &key)?;
    Ok(IssuedKey { text: format!("ck_{id}_{secret}"), id })
}

/// The two parts of a key's text; `None` when it does not look like one.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    let (id, secret) = text.strip_prefix("ck_")?.split_once('_')?;
    let is_hex = |it: &str| it.bytes().all(|byte| byte.is_ascii_hexdigit());
    (id.len() == 12 && secret.len() == 64 && is_hex(id) && is_hex(secret)).then_some((id, secret))
}

/// Whether the secret is the key's, in a time that does not depend on where they differ.
pub(super) fn opens(key: &ApiKey, secret: &str) -> bool {
    bool::from(key.secret.as_slice().ct_eq(hash(secret).as_slice()))
}

/// The secret has 256 random bits, so a slow hash would add nothing.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_text_of_a_key_has_parts() {
        let (id, secret) = ("0123456789ab", "f".repeat(64));
        assert_eq!(parts(&format!("ck_{id}_{secret}")), Some((id, secret.as_str())));
        for bad in ["", "ck_", "ck__", "ck_0123456789ab_", &format!("ck_{id}_{secret}0"), &format!("xx_{id}_{secret}")]
        {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_opens_by_its_secret_only() {
        let key = ApiKey {
            id: "0123456789ab".into(),
            unit: "u".into(),
            role: "unit".into(),
            label: String::new(),
            secret: hash("secret").to_vec(),
            made_at: NaiveDateTime::default(),
            revoked_at: None,
            subject: None,
        };
        assert!(opens(&key, "secret"));
        assert!(!opens(&key, "Secret"));
        assert!(!opens(&key, ""));
    }
}

//! Guards: extractors in the signatures of handlers, so that a route without one is seen in review.

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web::Data};
use futures_util::future::LocalBoxFuture;

use super::{Role, key};
use crate::{
    store::{StoreError, units},
    web::{desk::Desk, error::ApiError},
};

/// Who asks: the holder of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The public part of the key.
    pub key: String,
    /// The unit it belongs to.
    pub unit: String,
    /// What it may do.
    pub role: Role,
    /// The subject whose own key it is.
    pub subject: Option<i64>,
}

impl Caller {
    /// How a decision is signed.
    pub fn actor(&self) -> String {
        format!("{}/{}", self.unit, self.key)
    }

    /// Whose what it sends is: its unit's. Subjects have keys of the unit that gave them out, and must not hear each
    /// other's answers or use each other's papers.
    pub fn holder(&self) -> String {
        match self.subject {
            Some(subject) => format!("{}@{subject}", self.unit),
            None => self.unit.clone(),
        }
    }

    /// The unit whose matters are looked at, of those this caller may look at.
    ///
    /// # Errors
    /// [`ApiError::Reserved`] when it asks for another one's: its own in their place would mislead it.
    pub fn asking_of(&self, asked: Option<String>) -> Result<Option<String>, ApiError> {
        match (self.own_unit(), asked) {
            (None, asked) => Ok(asked),
            (Some(own), Some(other)) if own != other => Err(ApiError::Reserved("只能查看本单位的，请不要填其他单位")),
            (Some(own), _) => Ok(Some(own)),
        }
    }

    /// The unit whose matters this caller is confined to; the office is confined to none.
    pub fn own_unit(&self) -> Option<String> {
        match self.role {
            Role::Office | Role::Admin => None,
            Role::Unit | Role::Reader | Role::Bank | Role::Window | Role::Subject => Some(self.unit.clone()),
        }
    }
}

macro_rules! guards {
    ($($(#[$meta:meta])* $name:ident: $($role:ident)|+;)+) => {$(
        $(#[$meta])*
        pub struct $name(pub Caller);

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move { admit(&request, &[$(Role::$role),+]).await.map(Self) })
            }
        }
    )+};
}

guards! {
    /// A unit in its own matters, or the office in all.
    Member: Unit | Office;
    /// Whoever may ask about subjects.
    Asker: Unit | Office | Reader | Window;
    /// Whoever may have a proof of what it did or delivered, or of what is about it.
    Holder: Unit | Office | Reader | Bank | Window | Subject;
    /// The office.
    Office: Office;
    /// Whoever may see the list of units.
    Staff: Office | Admin;
    /// A subject in its own matters, or the office on its behalf.
    Applicant: Office | Subject;
    /// Whoever a case may concern: a unit, the office, a subject.
    Concerned: Unit | Office | Subject;
    /// Whoever keeps units and keys.
    Admin: Admin;
    /// A bank.
    Bank: Bank;
    /// A window.
    Window: Window;
    /// Whoever has something to do by a day: a unit or a window in its own matters, the office in all.
    Dutiful: Unit | Window | Office;
    /// A window in its own cases, or the office in all.
    Counter: Window | Office;
    /// The parties of a consent, and the office that checks its paper.
    Parties: Bank | Subject | Office;
}

/// A subject in its own matters, by its own key.
pub struct Own {
    /// Who asks.
    pub caller: Caller,
    /// The subject's id.
    pub subject: i64,
}

impl FromRequest for Own {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = admit(&request, &[Role::Subject]).await?;
            let subject = caller.subject.ok_or(ApiError::UnknownSubject)?;
            Ok(Self { caller, subject })
        })
    }
}

async fn admit(request: &HttpRequest, roles: &[Role]) -> Result<Caller, ApiError> {
    let caller = caller(request).await?;
    // For the line in the log.
    request.extensions_mut().insert(caller.clone());
    if roles.contains(&caller.role) { Ok(caller) } else { Err(ApiError::NotPermitted(caller.role)) }
}

async fn caller(request: &HttpRequest) -> Result<Caller, ApiError> {
    let header = request.headers().get(AUTHORIZATION).ok_or(ApiError::NoKey)?;
    let text = header.to_str().map_err(|_| ApiError::BadKey)?;
    let (id, secret) = text.strip_prefix("Bearer ").and_then(|it| key::parts(it.trim())).ok_or(ApiError::BadKey)?;
    let desk = request.app_data::<Data<Desk>>().expect("`server` gives every worker the desk");
    if let Some(caller) = desk.keys.find(id, secret) {
        return Ok(caller);
    }
    let wanted = id.to_owned();
    let found = desk.read(move |conn| {
        let Some(found) = units::key(conn, &wanted)? else { return Ok(None) };
        let unit = units::find(conn, &found.unit)?;
        Ok(Some((found, unit)))
    });
    let (found, unit) = found.await?.ok_or(ApiError::BadKey)?;
    if !key::opens(&found, secret) || found.revoked_at.is_some() {
        return Err(ApiError::BadKey);
    }
    if !unit.is_some_and(|it| it.active) {
        return Err(ApiError::InactiveUnit);
    }
    let role = found.role.parse().map_err(StoreError::from)?;
    let caller = Caller { key: found.id.clone(), unit: found.unit.clone(), role, subject: found.subject };
    desk.keys.put(found, &caller);
    Ok(caller)
}

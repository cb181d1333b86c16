//! What is wrong with a question is told only to who may ask it: extractors run together, and the guard comes first.

use actix_web::{
    Error, FromRequest, HttpRequest,
    dev::Payload,
    web::{Bytes, Json},
};
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::web::error::ApiError;

/// Another extractor, whose failure waits until the handler asks for it.
pub struct Late<E>(Result<E, Error>);

impl<E> Late<E> {
    /// What was extracted.
    pub fn get(self) -> Result<E, ApiError> {
        self.0.map_err(|err| match err.as_error::<ApiError>() {
            Some(ApiError::TooLarge(limit)) => ApiError::TooLarge(*limit),
            Some(ApiError::BodyTooLarge(limit)) => ApiError::BodyTooLarge(*limit),
            Some(told) => ApiError::BadRequest(told.to_string()),
            None => ApiError::BadRequest("请求无法识别".to_owned()),
        })
    }
}

impl<E: FromRequest + 'static> FromRequest for Late<E> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let extracted = E::from_request(request, payload);
        extracted.map(|it| Ok(Self(it.map_err(Into::into)))).boxed_local()
    }
}

/// A JSON body.
pub type Body<T> = Late<Json<Plain<T>>>;

impl<T> Body<T> {
    /// What the body says.
    pub fn read(self) -> Result<T, ApiError> {
        Ok(self.get()?.into_inner().0)
    }

    /// The same, and its digest, by which a request is known when it comes again.
    pub fn said(self) -> Result<(T, Said), ApiError> {
        let Plain(body, said) = self.get()?.into_inner();
        Ok((body, said))
    }
}

/// A body that nothing is read from.
pub type Unread = Late<Bytes>;

impl Unread {
    /// Its digest, by which a request is known when it comes again.
    pub fn said(self) -> Result<Said, ApiError> {
        Ok(Said(Sha256::digest(self.get()?).into()))
    }
}

/// The SHA-256 of what a body says, however it is spaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(pub [u8; 32]);

/// Something read from JSON in which no text has a NUL: PostgreSQL keeps none.
pub struct Plain<T>(T, Said);

impl<'de, T: de::DeserializeOwned> Deserialize<'de> for Plain<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(input)?;
        if has_nul(&value) {
            return Err(de::Error::custom("文本中含有空字符（U+0000）"));
        }
        let said = Said(Sha256::digest(value.to_string()).into());
        Ok(Self(T::deserialize(value).map_err(de::Error::custom)?, said))
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.values().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

//! What is wrong with a question is told only to who may ask it: extractors run together, and the guard comes first.

use actix_web::{Error, FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::web::error::ApiError;

/// Another extractor, whose failure waits until the handler asks for it.
pub struct Late<E>(Result<E, Error>);

impl<E> Late<E> {
    /// What was extracted.
    pub fn get(self) -> Result<E, ApiError> {
        self.0.map_err(|err| match err.as_error::<ApiError>() {
            Some(ApiError::TooLarge(limit)) => ApiError::TooLarge(*limit),
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

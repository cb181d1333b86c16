//! Every failure's answer, in one match without `_`: a new error must say what it is.

use std::sync::Arc;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use super::{
    access::Role,
    problem::{self, Code},
};
use crate::{affairs::AffairError, collect::BlobError, ingest::IngestError, store::StoreError};

/// A request that is not answered as asked. Its text is the problem's detail, for people.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The header is missing.
    #[error("请在 Authorization 头中以 Bearer 方式提供访问密钥")]
    NoKey,
    /// No such key, another secret, or revoked.
    #[error("访问密钥不存在、不正确或已撤销")]
    BadKey,
    /// The key's unit has been set out of use.
    #[error("密钥所属单位已停用")]
    InactiveUnit,
    /// The role does not allow it.
    #[error("角色“{}”不能执行此操作", .0.name())]
    NotPermitted(Role),
    /// This much of it is not answered to who asks.
    #[error("{0}")]
    Reserved(&'static str),
    /// No route has this address.
    #[error("没有这一接口地址")]
    UnknownRoute,
    /// The address knows other methods.
    #[error("该地址只接受 {0}")]
    WrongMethod(String),
    /// A parameter or body that cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// A cursor that was not given out here.
    #[error("cursor 无效，请使用上一页返回的 next")]
    BadCursor,
    /// The body is empty.
    #[error("请求体为空，没有收到文件内容；确无数据请提交零报告")]
    EmptyBody,
    /// The sender went away or stalled.
    #[error("文件内容没有传完，请重新提交；重复提交不会产生重复数据")]
    BodyBroken,
    /// Too many bytes.
    #[error("文件超过 {} 的上限，请拆分后分批报送", size(*.0))]
    TooLarge(u64),
    /// Too many bytes of a JSON body.
    #[error("请求体超过 {} 的上限", size(*.0))]
    BodyTooLarge(u64),
    /// Not in the catalogue.
    #[error("目录中没有编码为“{0}”的资源")]
    UnknownResource(String),
    /// Not there, or another unit's, which is not told apart.
    #[error("没有这一{0}，或不属于本单位")]
    NotFound(&'static str),
    /// Nothing is known of the subject.
    #[error("没有这一主体的任何记录")]
    UnknownSubject,
    /// A person's number stands where logs would keep it.
    #[error("地址中不得出现身份证件号码")]
    PersonNumberInAddress,
    /// A person's number stands where a body names a subject.
    #[error("请求体中不得以身份证件号码指称主体，请填其代码或 @编号")]
    PersonNumberInBody,
    /// It is not in a state in which this can be done.
    #[error("{0}")]
    WrongState(String),
    /// It takes another person.
    #[error("{0}")]
    SamePerson(&'static str),
    /// The file cannot be read.
    #[error("文件无法读取：{0}")]
    Unreadable(String),
    /// Too much at once.
    #[error("同时的请求过多，请稍后再试")]
    Busy,
    /// Others change the same at once, also after it was tried again.
    #[error("有其他请求正在改动同一内容，请稍后再试")]
    Contended(#[source] StoreError),
    /// The database cannot be reached.
    #[error("数据库暂时无法连接，请稍后再试")]
    Unavailable(#[source] StoreError),
    /// The answer could not be recorded, so it is not given.
    #[error("答复未能存证，因此未予答复，请稍后再试")]
    NotRecorded(#[source] Arc<StoreError>),
    /// The server is stopping.
    #[error("服务正在停止，请稍后再试")]
    Closing,
    /// The same request is on its way.
    #[error("同一 Idempotency-Key 的请求正在处理，请稍后再试")]
    Underway,
    /// The key was used for another request.
    #[error("这一 Idempotency-Key 已用于另一请求，请换一个")]
    OtherRequest,
    /// The schema is not up to date.
    #[error("数据库结构尚未就绪，请运行 migrate")]
    NotReady,
    /// Something failed inside.
    #[error("系统内部错误，已记入日志")]
    Inside(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The work on another thread ended by a panic.
    #[error("系统内部错误，已记入日志")]
    Crashed,
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} 字节"),
        1024..0x10_0000 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

impl ApiError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::NoKey => Code::NoKey,
            Self::BadKey => Code::BadKey,
            Self::InactiveUnit => Code::InactiveUnit,
            Self::NotPermitted(_) | Self::Reserved(_) => Code::NotPermitted,
            Self::UnknownRoute => Code::UnknownRoute,
            Self::WrongMethod(_) => Code::WrongMethod,
            Self::BadRequest(_) => Code::BadRequest,
            Self::BadCursor => Code::BadCursor,
            Self::EmptyBody => Code::EmptyBody,
            Self::BodyBroken => Code::BodyBroken,
            Self::TooLarge(_) | Self::BodyTooLarge(_) => Code::TooLarge,
            Self::UnknownResource(_) => Code::UnknownResource,
            Self::NotFound(_) => Code::NotFound,
            Self::UnknownSubject => Code::UnknownSubject,
            Self::PersonNumberInAddress => Code::PersonNumberInAddress,
            Self::PersonNumberInBody => Code::PersonNumberInBody,
            Self::NotReady => Code::NotReady,
            Self::WrongState(_) => Code::WrongState,
            Self::SamePerson(_) => Code::SamePerson,
            Self::Unreadable(_) => Code::Unreadable,
            Self::Busy | Self::Contended(_) => Code::Busy,
            Self::Unavailable(_) | Self::NotRecorded(_) | Self::Closing => Code::Unavailable,
            Self::Underway => Code::Underway,
            Self::OtherRequest => Code::OtherRequest,
            Self::Inside(_) | Self::Crashed => Code::Inside,
        }
    }

    /// The same, of what stood in a body and not in the address.
    pub fn in_body(self) -> Self {
        if matches!(self, Self::PersonNumberInAddress) { Self::PersonNumberInBody } else { self }
    }

    /// Logs what is never sent out, once, here at the edge.
    fn log(&self) {
        match self {
            Self::Unavailable(cause) => tracing::error!(error = %cause, "the database cannot be reached"),
            Self::Contended(cause) => tracing::warn!(error = %cause, "a request gave way to others"),
            Self::Inside(cause) => tracing::error!(error = ?cause, "a request failed"),
            Self::Crashed => tracing::error!("a request failed by a panic"),
            _ => {}
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        problem::answer(self.code(), self.to_string(), |answer| match self {
            Self::NoKey | Self::BadKey => {
                answer.insert_header(("WWW-Authenticate", "Bearer"));
            }
            Self::WrongMethod(allowed) => {
                answer.insert_header(("Allow", allowed.as_str()));
            }
            Self::Busy
            | Self::Contended(_)
            | Self::Unavailable(_)
            | Self::NotRecorded(_)
            | Self::Closing
            | Self::Underway => {
                answer.insert_header(("Retry-After", "5"));
            }
            Self::TooLarge(_) | Self::BodyTooLarge(_) | Self::BodyBroken => {
                // The rest of the body is not read, so the connection is of no more use.
                answer.force_close();
            }
            _ => {}
        })
    }
}

impl From<StoreError> for ApiError {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::Connection(_) => Self::Unavailable(err),
            StoreError::Contended(_) => Self::Contended(err),
            StoreError::Address(_)
            | StoreError::Query(_)
            | StoreError::Spoiled { .. }
            | StoreError::Migration(_)
            | StoreError::LeaseLost(_)
            | StoreError::Panicked => Self::Inside(Box::new(err)),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(err: BlobError) -> Self {
        match err {
            BlobError::TooLarge { limit } => Self::TooLarge(limit),
            BlobError::Io(cause) => Self::from(cause),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(err: std::io::Error) -> Self {
        if err.kind() == std::io::ErrorKind::ConnectionAborted { Self::BodyBroken } else { Self::Inside(Box::new(err)) }
    }
}

impl From<serde_json::Error> for ApiError {
    /// What is kept as JSON does not parse: the database was changed from outside.
    fn from(err: serde_json::Error) -> Self {
        Self::Inside(Box::new(err))
    }
}

impl From<IngestError> for ApiError {
    fn from(err: IngestError) -> Self {
        match err {
            IngestError::UnknownResource(code) => Self::UnknownResource(code),
            IngestError::UnknownUnit(code) => Self::WrongState(format!("单位 {code} 未登记或已停用")),
            IngestError::NotFound(what) => Self::NotFound(what),
            IngestError::WrongState(text) => Self::WrongState(text),
            IngestError::Unreadable(text) => Self::Unreadable(text),
            IngestError::Store(cause) => cause.into(),
            IngestError::Blob(cause) => cause.into(),
            IngestError::Spoiled(_) => Self::Inside(Box::new(err)),
        }
    }
}

impl From<AffairError> for ApiError {
    fn from(err: AffairError) -> Self {
        match err {
            AffairError::NotFound(what) => Self::NotFound(what),
            AffairError::Incomplete(text) => Self::BadRequest(text),
            AffairError::WrongState(text) => Self::WrongState(text),
            AffairError::SamePerson(text) => Self::SamePerson(text),
            AffairError::Ingest(cause) => cause.into(),
            AffairError::Store(cause) => cause.into(),
            AffairError::Blob(cause) => cause.into(),
        }
    }
}

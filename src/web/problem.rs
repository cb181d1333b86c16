//! Problem details (RFC 9457): the stable codes, their status and title, and the body that carries them.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    error::{JsonPayloadError, PathError, QueryPayloadError},
    http::StatusCode,
    web::{JsonConfig, PathConfig, QueryConfig},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{envelope, error::ApiError, unread};

/// Declares the codes with their status and title.
macro_rules! codes {
    ($($variant:ident $name:literal $status:ident $title:literal;)+) => {
        named! {
            /// Why a request was not answered as asked (问题代码). Stable: callers match on it.
            pub enum Code { $(#[doc = $title] $variant = $name,)+ }
        }

        impl Code {
            /// The HTTP status.
            pub const fn status(self) -> StatusCode { match self { $(Self::$variant => StatusCode::$status,)+ } }

            /// What it means, in Chinese.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title,)+ } }
        }
    };
}

codes! {
    NoKey "no_key" UNAUTHORIZED "未提供访问密钥";
    BadKey "bad_key" UNAUTHORIZED "访问密钥无效";
    InactiveUnit "inactive_unit" FORBIDDEN "单位已停用";
    NotPermitted "not_permitted" FORBIDDEN "没有权限";
    UnknownRoute "unknown_route" NOT_FOUND "接口不存在";
    WrongMethod "wrong_method" METHOD_NOT_ALLOWED "请求方法不对";
    BadRequest "bad_request" BAD_REQUEST "请求参数有误";
    BadCursor "bad_cursor" BAD_REQUEST "分页位置无效";
    EmptyBody "empty_body" BAD_REQUEST "没有收到文件内容";
    BodyBroken "body_broken" BAD_REQUEST "文件没有传完";
    TooLarge "too_large" PAYLOAD_TOO_LARGE "内容过大";
    UnknownResource "unknown_resource" NOT_FOUND "资源不存在";
    NotFound "not_found" NOT_FOUND "对象不存在";
    UnknownSubject "unknown_subject" NOT_FOUND "没有这一主体";
    PersonNumberInAddress "person_number_in_address" BAD_REQUEST "地址中出现身份证件号码";
    PersonNumberInBody "person_number_in_body" BAD_REQUEST "请求体中以身份证件号码指称主体";
    WrongState "wrong_state" CONFLICT "当前状态不允许此操作";
    SamePerson "same_person" CONFLICT "须由另一人办理";
    Underway "underway" CONFLICT "同一请求正在处理";
    OtherRequest "other_request" UNPROCESSABLE_ENTITY "幂等键已用于另一请求";
    Unreadable "unreadable" UNPROCESSABLE_ENTITY "文件无法读取";
    Busy "busy" SERVICE_UNAVAILABLE "系统繁忙";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "系统暂不可用";
    NotReady "not_ready" SERVICE_UNAVAILABLE "系统尚未就绪";
    Inside "inside" INTERNAL_SERVER_ERROR "系统内部错误";
}

/// Why a request was not answered as asked (RFC 9457). Its field names are a promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// An address that names the kind of problem.
    pub r#type: String,
    /// 问题类别
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// 具体说明
    pub detail: String,
    /// The stable code.
    pub code: &'static str,
    /// The id of this request; quote it when you ask for help.
    pub instance: String,
}

/// The answer that carries a problem.
pub fn answer(code: Code, detail: String, more: impl FnOnce(&mut HttpResponseBuilder)) -> HttpResponse {
    let status = code.status();
    let body = Problem {
        r#type: format!("urn:credence:problem:{code}"),
        title: code.title(),
        status: status.as_u16(),
        detail,
        code: code.as_str(),
        instance: envelope::request_id(),
    };
    let text = serde_json::to_string(&body).expect("texts and a number are JSON");
    let mut builder = HttpResponse::build(status);
    builder.content_type("application/problem+json");
    more(&mut builder);
    builder.body(text)
}

/// Bytes of a JSON body: decisions and their reasons are short.
const JSON_LIMIT: usize = 512 * 1024;

/// JSON bodies: a limit, and problems for what cannot be understood.
pub fn json() -> JsonConfig {
    JsonConfig::default().limit(JSON_LIMIT).error_handler(|err, _: &HttpRequest| {
        let problem = match &err {
            JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
                ApiError::BodyTooLarge(JSON_LIMIT as u64)
            }
            JsonPayloadError::ContentType => {
                ApiError::BadRequest("请求体应为 JSON，并注明 Content-Type: application/json".to_owned())
            }
            other => ApiError::BadRequest(format!("请求体不符合要求：{}", unread::told(&other.to_string()))),
        };
        problem.into()
    })
}

/// Query strings that cannot be understood.
pub fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|err, _| {
        let QueryPayloadError::Deserialize(cause) = &err else {
            return ApiError::BadRequest("查询参数无法识别".to_owned()).into();
        };
        ApiError::BadRequest(format!("查询参数有误：{}", unread::told(&cause.to_string()))).into()
    })
}

/// Parts of the address that cannot be understood.
pub fn path() -> PathConfig {
    PathConfig::default().error_handler(|err, _| {
        let PathError::Deserialize(cause) = &err else {
            return ApiError::BadRequest("地址无法识别".to_owned()).into();
        };
        ApiError::BadRequest(format!("地址有误：{}", unread::told(&cause.to_string()))).into()
    })
}

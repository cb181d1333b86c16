//! Whether the process lives, and whether it can work.

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    store::deliveries,
    web::{desk::Desk, error::ApiError},
};

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    pub status: &'static str,
    /// 程序版本
    pub version: &'static str,
}

const fn well() -> Health {
    Health { status: "ok", version: env!("CARGO_PKG_VERSION") }
}

/// Whether the process lives.
#[utoipa::path(tag = "运行", summary = "进程存活", responses((status = 200, body = Health)))]
#[get("/health")]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(well())
}

/// Whether the database is reached and its schema is there.
#[utoipa::path(tag = "运行", summary = "可以工作：数据库可达、结构已就绪", responses((status = 200, body = Health)))]
#[get("/ready")]
pub async fn ready(desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    desk.read(|conn| Ok(deliveries::list(conn, &deliveries::Filter::default(), i64::MAX, 1)?)).await.map_err(
        |err| match err {
            ApiError::Inside(cause) => {
                tracing::error!(error = %cause, "the schema is not ready");
                ApiError::NotReady
            }
            other => other,
        },
    )?;
    Ok(HttpResponse::Ok().json(well()))
}

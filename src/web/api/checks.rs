//! Pre-checks (预检): the same engine and the same report as a delivery, storing nothing.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Payload, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::deliveries;
use crate::{
    ingest::{self, FaultView, Precheck, Workshop},
    web::{
        access::{Late, Member},
        body,
        desk::Desk,
        error::ApiError,
    },
};

/// What is checked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Checking {
    /// 资源编码；multipart 时也可写在表单里
    pub resource: Option<String>,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// 报告；hash 与同日报送同一文件时一致
    pub report: Precheck,
    /// 问题清单，最多一万条
    pub faults: Vec<FaultView>,
    /// 是否因过多而未列全；计数见 report.counts
    pub truncated: bool,
}

/// Faults listed.
const LISTED: usize = 10_000;

/// Checks a file without taking it.
#[utoipa::path(
    tag = "报送",
    summary = "预检一个文件，不入库",
    description = "与报送同一套规则、同一份报告、同一哈希；文件检查后即弃。",
    params(Checking),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "文件"),
    responses((status = 200, body = Checked)),
    security(("key" = ["unit", "office"]))
)]
#[post("/checks")]
pub async fn create(
    _member: Member,
    desk: Data<Desk>,
    query: Late<Query<Checking>>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    deliveries::known(&desk, query.resource.as_deref())?;
    let limit = desk.upload_limit;
    let parcel = body::receive(&desk, &request, payload, move |bytes| spool(bytes, limit)).await?;
    let resource = query.into_inner().resource.or(parcel.said.resource);
    let resource = resource.ok_or_else(|| ApiError::BadRequest("请用 resource 说明资源编码".to_owned()))?;
    let checked = desk.run(move |shop| check(shop, &resource, parcel.kept)).await?;
    Ok(HttpResponse::Ok().json(checked))
}

/// Keeps the bytes in a file without a name, which is gone when it is closed.
fn spool(bytes: &mut dyn Read, limit: u64) -> Result<File, ApiError> {
    let mut file = tempfile::tempfile()?;
    match io::copy(&mut bytes.take(limit + 1), &mut file)? {
        0 => return Err(ApiError::EmptyBody),
        n if n > limit => return Err(ApiError::TooLarge(limit)),
        _ => file.rewind()?,
    }
    Ok(file)
}

fn check(shop: &Workshop, resource: &str, file: File) -> Result<Checked, ApiError> {
    let (mut faults, mut truncated) = (Vec::new(), false);
    let day = shop.clock.day();
    let mut sink = |fault: &crate::record::Fault| {
        if faults.len() < LISTED {
            faults.push(FaultView::from(fault));
        } else {
            truncated = true;
        }
    };
    let report = ingest::precheck(&shop.catalog, &shop.regions, (resource, day), Box::new(file), &mut sink)?;
    Ok(Checked { report, faults, truncated })
}

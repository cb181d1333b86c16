//! Papers of a case: handed in as they are, kept sealed, given back only to be saved.

use std::io::Read;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::CONTENT_DISPOSITION,
    post,
    web::{Data, Path, Payload, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{
    hand, own,
    view::{PaperView, views},
};
use crate::{
    affairs::{self, Handed},
    store::rights as kept,
    web::{
        access::{Concerned, Late},
        body,
        desk::Desk,
        error::ApiError,
        recorded,
    },
};

/// What is handed in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HandingIn {
    /// 材料类别，按适用的规则：commitment 信用承诺书、proof 证明材料、application 申请表、ruling 裁定书、evidence、other …
    pub kind: String,
    /// 文件名，仅供识别
    pub file_name: Option<String>,
}

/// The papers of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Papers {
    /// 全部材料，按提交先后
    pub items: Vec<PaperView>,
}

/// Hands in a paper.
#[utoipa::path(
    tag = "权益",
    summary = "提交一份材料",
    description = "请求体为文件本身：PDF、JPEG、PNG、OFD 或 DOCX，不超过 20 MB。相同文件重复提交不产生新材料。",
    params(("id" = i64, Path, description = "事项编号"), HandingIn),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "文件"),
    responses((status = 201, body = Papers)),
    security(("key" = ["unit", "office", "subject"]))
)]
#[post("/cases/{id}/papers")]
pub async fn create(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    query: Late<Query<HandingIn>>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (id, query) = (id.get()?, query.get()?.into_inner());
    // Told before the file is sent.
    let hand = desk.read(move |conn| {
        let hand = hand(conn, &caller)?;
        own(conn, &hand, *id)?;
        Ok((hand, *id))
    });
    let (hand, id) = hand.await?;
    let shop = desk.shop().clone();
    let keep = move |bytes: &mut dyn Read| Ok(affairs::keep_paper(&shop, bytes)?);
    let parcel = body::receive(&desk, &request, payload, keep).await?;
    let file_name = query.file_name.or(parcel.said.file_name).unwrap_or_else(|| query.kind.clone());
    let handed = Handed { kind: query.kind, file_name, stored: parcel.kept };
    let papers = desk.run(move |shop| Ok(affairs::hand_in(shop, id, &handed, &hand)?)).await?;
    Ok(HttpResponse::Created().json(Papers { items: views(papers) }))
}

/// One paper.
#[utoipa::path(
    tag = "权益",
    summary = "下载一份材料",
    params(("id" = i64, Path, description = "事项编号"), ("seq" = usize, Path, description = "材料序号，从 1 起")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    security(("key" = ["unit", "office", "subject"]))
)]
#[get("/cases/{id}/papers/{seq}")]
pub async fn show(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    address: Late<Path<(i64, usize)>>,
) -> Result<HttpResponse, ApiError> {
    let ((id, seq), at, asking) = (address.get()?.into_inner(), desk.now(), caller.clone());
    let found = desk.run(move |shop| {
        let (subject, papers) = shop.database.read(|conn| {
            let hand = hand(conn, &asking)?;
            let subject = own(conn, &hand, id)?.case.opening.subject;
            Ok::<_, ApiError>((subject, kept::papers(conn, subject, id)?))
        })?;
        let paper = seq.checked_sub(1).and_then(|it| papers.get(it)).ok_or(ApiError::NotFound("材料"))?;
        let mut bytes = Vec::new();
        // Bounded when it was handed in.
        shop.blobs.read(&paper.digest)?.read_to_end(&mut bytes)?;
        Ok((subject, bytes))
    });
    let (subject, bytes) = found.await?;
    let asked = recorded::Asked::of(at, "case.paper", vec![subject], json!({"case": id, "paper": seq}));
    recorded::record(&desk, &caller, asked, ("shown", &bytes)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"case-{id}-{seq}\"")))
        .body(bytes))
}

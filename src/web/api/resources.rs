//! The catalogue (信用信息目录): resources with their fields, templates and schemas. No secret, so open to all.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalog::{Resource, Rule, describe, json_schema, template, xsd},
    web::{
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        file_answer,
    },
};

/// A resource in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceLine {
    /// 资源编码
    pub code: String,
    /// 名称
    pub name: String,
    /// 信息类别
    pub class: String,
    /// 定义的版本
    pub version: u32,
    /// 公开属性：public、shared、authorised
    pub exposure: String,
    /// 责任部门
    pub owners: Vec<String>,
    /// 说明
    pub description: String,
    /// 报送时限（工作日）
    pub working_days: Option<u8>,
    /// 报送周期：week、month、quarter、half_year、year
    pub period: Option<String>,
    /// 无数据时是否须报零报告
    pub zero_report: bool,
    /// 数据项数
    pub n_fields: usize,
}

/// A resource with its fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceView {
    /// 资源
    #[serde(flatten)]
    pub line: ResourceLine,
    /// 依据
    pub sources: Vec<String>,
    /// 标准版本，第一个为现行
    pub dialects: Vec<String>,
    /// 数据项，按模板顺序
    pub fields: Vec<FieldView>,
    /// 多项之间的规则
    pub rules: Vec<RuleView>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// 数据项编码
    pub code: String,
    /// 名称，即模板列名
    pub name: String,
    /// 数据类型；金额在查询结果中一律为整数分
    pub r#type: String,
    /// 必填、条件必填或选填
    pub need: String,
    /// 长度或数值范围
    pub bounds: String,
    /// 允许的取值
    pub values: String,
    /// 填写说明
    pub note: String,
    /// 含有此项的标准版本
    pub dialects: Vec<String>,
    /// 现行模板是否有此列
    pub in_template: bool,
    /// 公开属性
    pub exposure: String,
    /// 可识别的列名（规范形式）
    pub headings: Vec<String>,
}

/// A rule over several fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleView {
    /// 规则编号
    pub id: String,
    /// error 或 warning
    pub grade: String,
    /// 规则说明
    pub text: String,
}

impl From<&Resource> for ResourceLine {
    fn from(it: &Resource) -> Self {
        Self {
            code: it.code.clone(),
            name: it.name.clone(),
            class: it.class.to_string(),
            version: it.version,
            exposure: it.exposure.to_string(),
            owners: it.owners.clone(),
            description: it.description.clone(),
            working_days: it.duty.working_days,
            period: it.duty.period.map(|it| it.to_string()),
            zero_report: it.duty.zero_report,
            n_fields: it.fields.len(),
        }
    }
}

impl From<&Resource> for ResourceView {
    fn from(it: &Resource) -> Self {
        let rule = |rule: &Rule| RuleView {
            id: rule.id.clone(),
            grade: rule.grade.to_string(),
            text: describe::rule(it, rule),
        };
        Self {
            line: it.into(),
            sources: it.sources.clone(),
            dialects: it.dialects.iter().map(|it| it.name.clone()).collect(),
            fields: describe::fields(it).into_iter().map(FieldView::from).collect(),
            rules: it.rules.iter().map(rule).collect(),
        }
    }
}

impl From<describe::FieldLine> for FieldView {
    fn from(it: describe::FieldLine) -> Self {
        Self {
            code: it.code,
            name: it.name,
            r#type: it.kind.to_string(),
            need: it.need.to_string(),
            bounds: it.bounds,
            values: it.values,
            note: it.note,
            dialects: it.dialects,
            in_template: it.in_template,
            exposure: it.exposure.to_string(),
            headings: it.headings,
        }
    }
}

/// The resources.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resources {
    /// 按编码排列
    pub items: Vec<ResourceLine>,
}

/// The resources.
#[utoipa::path(tag = "目录", summary = "资源目录", responses((status = 200, body = Resources), (status = 304, description = "未变化")))]
#[get("/resources")]
pub async fn list(desk: Data<Desk>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let items = desk.shop().catalog.iter().map(|it| ResourceLine::from(it.as_ref())).collect();
    conditional::json(&request, Keep::Anybody, &Resources { items })
}

fn find<'d>(desk: &'d Desk, code: &str) -> Result<&'d Resource, ApiError> {
    let found = desk.shop().catalog.get(code);
    found.map(AsRef::as_ref).ok_or_else(|| ApiError::UnknownResource(code.to_owned()))
}

/// A resource.
#[utoipa::path(
    tag = "目录",
    summary = "一个资源的数据项与规则",
    params(("code" = String, Path, description = "资源编码")),
    responses((status = 200, body = ResourceView), (status = 304, description = "未变化"))
)]
#[get("/resources/{code}")]
pub async fn show(desk: Data<Desk>, request: HttpRequest, code: Path<String>) -> Result<HttpResponse, ApiError> {
    conditional::json(&request, Keep::Anybody, &ResourceView::from(find(&desk, &code)?))
}

/// The template.
#[utoipa::path(
    tag = "目录",
    summary = "填报模板（xlsx）",
    params(("code" = String, Path, description = "资源编码")),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
#[get("/resources/{code}/template.xlsx")]
pub async fn template_file(
    desk: Data<Desk>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let code = code.into_inner();
    find(&desk, &code)?;
    let name = format!("attachment; filename=\"{code}.xlsx\"");
    let bytes = desk.run(move |shop| {
        let resource = shop.catalog.get(&code).ok_or_else(|| ApiError::UnknownResource(code.clone()))?;
        let mut bytes = Vec::new();
        template::write(resource, &mut bytes).map_err(|err| ApiError::Inside(Box::new(err)))?;
        Ok(bytes)
    });
    let mut answer = conditional::tagged(&request, Keep::Anybody, file_answer::XLSX, bytes.await?);
    let name = name.parse().expect("a code is plain ASCII");
    answer.headers_mut().insert(actix_web::http::header::CONTENT_DISPOSITION, name);
    Ok(answer)
}

/// The XSD.
#[utoipa::path(
    tag = "目录",
    summary = "XML Schema",
    params(("code" = String, Path, description = "资源编码")),
    responses((status = 200, body = String, content_type = "application/xml"))
)]
#[get("/resources/{code}/schema.xsd")]
pub async fn xsd_file(desk: Data<Desk>, request: HttpRequest, code: Path<String>) -> Result<HttpResponse, ApiError> {
    let mut bytes = Vec::new();
    xsd::write(find(&desk, &code)?, &mut bytes)?;
    Ok(conditional::tagged(&request, Keep::Anybody, "application/xml", bytes))
}

/// The JSON Schema.
#[utoipa::path(
    tag = "目录",
    summary = "JSON Schema",
    params(("code" = String, Path, description = "资源编码")),
    responses((status = 200, body = Object, content_type = "application/schema+json"))
)]
#[get("/resources/{code}/schema.json")]
pub async fn json_schema_file(
    desk: Data<Desk>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut bytes = Vec::new();
    json_schema::write(find(&desk, &code)?, &mut bytes)?;
    Ok(conditional::tagged(&request, Keep::Anybody, "application/schema+json", bytes))
}

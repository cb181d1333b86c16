//! All routes in one place, the OpenAPI document made from them, and the answer to what is no route.

use actix_web::{
    App, HttpRequest, HttpResponse,
    web::{Data, get},
};
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::{AppExt, scope, service_config::ServiceConfig};

use super::{
    access::Role,
    api, docs,
    error::ApiError,
    file_answer, metrics,
    problem::{Code, Problem},
};

/// Wires everything.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(scope::scope("/api/v1").configure(|config| {
            api::routes(config);
            config.service(docs::document).service(docs::page).map(|config| {
                docs::files(config);
                config
            });
        }))
        .service(api::health::health)
        .service(api::health::ready)
        .service(metrics::show)
        .map(|config| config.route("/", get().to(docs::entrance)));
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Credence 信汇",
        description = "公共信用信息归集与查询接口。除目录、公开查询与运行接口外，均须在 Authorization 头中以 Bearer 方式提供访问密钥；\
            每个接口的 security 列出可用的角色。错误一律为 application/problem+json（RFC 9457），以 code 区分。\
            列表按 cursor 翻页，Link 头给出下一页地址。向部门、银行、窗口给出的答复一律留痕，编号与账本位置在答复的 receipt 中，\
            没有 receipt 的在 Credence-Receipt 头中；GET 查询可在地址中以 purpose 说明用途。时间为 UTC（RFC 3339），日期为北京时间的日，金额为整数分。"
    ),
    components(schemas(Problem)),
    modifiers(&Keys)
)]
struct Base;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("访问密钥 ck_…")).build();
        components.add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document of all routes.
///
/// # Panics
/// Never: the document is JSON.
#[must_use]
pub fn document() -> Value {
    let (_, document) = App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes).split_for_parts();
    let mut document = serde_json::to_value(document).expect("an OpenAPI document is JSON");
    let problem = json!({
        "description": "问题详情",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    });
    for (name, operation) in operations(&mut document) {
        // Handlers are named within their file; the document has one name for each.
        operation["operationId"] = name.into();
        binary(operation);
        once(operation);
        receipted(operation);
        operation["responses"]["default"] = problem.clone();
        for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            if answer.get("description").is_none_or(|it| it == "") {
                answer["description"] = what(status).into();
            }
        }
    }
    document["x-problems"] = Code::ALL.iter().map(|it| problem_row(*it)).collect();
    document["x-roles"] = Role::ALL.iter().map(|it| json!({"role": it.as_str(), "name": it.name()})).collect();
    document
}

/// An operation that can be asked to be done once says so in its description; the header is a parameter for programs.
fn once(operation: &mut Value) {
    if !operation["description"].as_str().is_some_and(|it| it.contains(ONCE)) {
        return;
    }
    let parameter = json!({
        "name": ONCE,
        "in": "header",
        "required": false,
        "description": "同一请求重试时不变的标识；七日内以同一标识重复的请求只办理一次，答复与首次相同",
        "schema": {"type": "string", "maxLength": 128}
    });
    let replayed = json!({"description": "true 表示这是首次答复的重复", "schema": {"type": "string"}});
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(known) => known.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
    for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            answer["headers"]["Idempotency-Replayed"] = replayed.clone();
        }
    }
}

/// The header of a request that is to be done once.
const ONCE: &str = "Idempotency-Key";

/// An operation that asks what for is recorded: its receipt is a header of the answer.
fn receipted(operation: &mut Value) {
    let asks = |it: &Value| it["name"] == "purpose" && it["in"] == "query";
    if !operation["parameters"].as_array().is_some_and(|it| it.iter().any(asks)) {
        return;
    }
    let receipt = json!({
        "description": "回执：答复在账本中的位置及其 SHA-256",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    });
    for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') || status == "304" {
            answer["headers"]["Credence-Receipt"] = receipt.clone();
        }
    }
}

/// Files are bytes, not lists of numbers; a file that is sent may be sent in a form.
fn binary(operation: &mut Value) {
    let bytes = json!({"type": "string", "format": "binary"});
    let sent = operation.get_mut("requestBody").into_iter().map(|it| &mut it["content"]);
    for content in sent.filter(|it| it.get(BYTES).is_some()) {
        let parts = json!({"file": bytes, "resource": {"type": "string", "description": "资源编码"}});
        let form = json!({"type": "object", "properties": parts, "required": ["file"]});
        *content = json!({BYTES: {"schema": bytes}, "multipart/form-data": {"schema": form}});
    }
    for answer in operation["responses"].as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        if let Some(sheet) = answer.get_mut("content").and_then(|it| it.get_mut(file_answer::XLSX)) {
            sheet["schema"] = bytes.clone();
        }
    }
}

const BYTES: &str = "application/octet-stream";

/// What a status means where the handler says no more.
fn what(status: &str) -> &'static str {
    match status {
        "201" => "已建立",
        "202" => "已收下，后台处理",
        "204" => "已完成，无内容",
        "304" => "与所持副本相同",
        _ => "成功",
    }
}

fn problem_row(code: Code) -> Value {
    json!({"code": code.as_str(), "status": code.status().as_u16(), "title": code.title()})
}

/// Every operation, with a name made of its method and address.
fn operations(document: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths.filter_map(|(address, item)| Some((address, item.as_object_mut()?))).flat_map(|(address, item)| {
        let place = address.trim_start_matches("/api/v1").replace(|it: char| !it.is_ascii_alphanumeric(), " ");
        let place = place.split_whitespace().collect::<Vec<_>>().join("_");
        let known = item.iter_mut().filter(|(name, _)| METHODS.contains(&name.as_str()));
        known.map(move |(method, operation)| (format!("{method}_{place}"), operation))
    })
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The routes that are known, and the document as it is sent.
pub struct Known {
    /// The OpenAPI document.
    pub text: String,
    /// Patterns with the methods they accept.
    routes: Vec<(String, Vec<String>)>,
}

impl Known {
    /// All routes.
    pub fn new() -> Self {
        let document = document();
        let paths = document["paths"].as_object().into_iter().flatten();
        let routes = paths.map(|(pattern, item)| {
            let known = METHODS.iter().filter(|it| item.get(**it).is_some());
            (pattern.clone(), known.map(|it| it.to_uppercase()).collect())
        });
        Self { routes: routes.collect(), text: document.to_string() }
    }

    /// The methods an address accepts; none when it is no route.
    fn methods(&self, address: &str) -> Vec<&str> {
        let fits = |pattern: &str| {
            let (mut parts, mut found) = (pattern.split('/'), address.split('/'));
            loop {
                match (parts.next(), found.next()) {
                    (None, None) => return true,
                    (Some(part), Some(it)) if part == it || part.starts_with('{') && !it.is_empty() => {}
                    _ => return false,
                }
            }
        };
        let fitting = self.routes.iter().filter(|(pattern, _)| fits(pattern));
        fitting.flat_map(|(_, methods)| methods.iter().map(String::as_str)).collect()
    }
}

/// The answer to what is no route: another method, or nothing of ours.
pub async fn unknown(request: HttpRequest, known: Data<Known>) -> Result<HttpResponse, ApiError> {
    let methods = known.methods(request.path());
    if methods.is_empty() { Err(ApiError::UnknownRoute) } else { Err(ApiError::WrongMethod(methods.join(", "))) }
}

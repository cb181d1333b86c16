//! What holds for every answer: problems, headers, the document, the page over it, and what is counted.

use std::sync::Arc;

use credence::{catalog::Catalog, quality::Rules, web, web::Role};
use serde_json::Value;

use crate::{
    app::TestApp,
    world::{
        UNIT, World,
        penalty::{penalty, table},
    },
};

#[test]
fn what_is_no_route_is_a_problem_and_another_method_names_the_right_ones() {
    let app = TestApp::new();
    app.get("", "/nowhere").is_problem(404, "unknown_route");
    app.get("", "/api/v1/nowhere").is_problem(404, "unknown_route");
    let wrong = app.post("", "/api/v1/resources", "text/plain", "");
    wrong.is_problem(405, "wrong_method");
    assert_eq!(wrong.header("allow"), "GET");
    app.delete("x", "/api/v1/deliveries/1").is_problem(405, "wrong_method");
    let key = app.key(UNIT, Role::Unit);
    app.get(&key, "/api/v1/deliveries/none").is_problem(400, "bad_request");
}

#[test]
fn every_answer_has_its_id_and_headers_of_caution() {
    let app = TestApp::new();
    for path in ["/health", "/api/v1/resources", "/nowhere", "/api/v1/docs", "/api/v1/deliveries"] {
        let answer = app.get_with("", path, &[("X-Request-Id", "gateway-1")]);
        assert_eq!(answer.header("x-request-id"), "gateway-1", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(!answer.header("cache-control").is_empty());
    }
    let ids: Vec<String> = (0..2).map(|_| app.get("", "/health").header("x-request-id").to_owned()).collect();
    assert_ne!(ids[0], ids[1]);
    assert_eq!(app.get("", "/health").header("cache-control"), "no-store");
    let head = app.head("/health").is(200);
    assert!(head.body.is_empty(), "a balancer may ask without wanting the body");
}

#[test]
fn counts_are_told_at_an_address_of_their_own_when_there_is_one() {
    let world = World::new();
    let free = "127.0.0.1:0".parse().unwrap();
    let running = web::start(web::Settings {
        workshop: world.shop.clone(),
        quality: Arc::new(Rules::embedded()),
        listen: vec![free],
        metrics_listen: Some(free),
        upload_limit: 1,
        workers: 0,
    });
    let running = running.unwrap();
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
    let agent: ureq::Agent = config.into();
    let status = |address| agent.get(format!("http://{address}/metrics")).call().unwrap().status().as_u16();
    assert_eq!(status(running.metrics_address.unwrap()), 200);
    assert_eq!(status(running.addresses[0]), 404);
    running.stop().unwrap();
}

/// Every `$ref` of the document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found.push(reference.clone());
            }
            map.values().for_each(|it| references(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| references(it, found)),
        _ => {}
    }
}

/// Addresses with their methods that handlers in the source declare.
fn declared() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from("src/web")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                routes_in(&path, &mut found);
            }
        }
    }
    found.sort();
    found
}

fn routes_in(file: &std::path::Path, found: &mut Vec<String>) {
    for line in std::fs::read_to_string(file).unwrap().lines() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(rest) = line.strip_prefix(&format!("#[{method}(\"")) {
                found.push(format!("{method} {}", rest.split('"').next().unwrap()));
            }
        }
    }
}

#[test]
fn the_document_is_complete() {
    let document = web::document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.push(format!("{method} {}", address.trim_start_matches("/api/v1")));
            assert!(operation["summary"].is_string(), "{method} {address} has no summary");
            assert!(operation["tags"][0].is_string(), "{method} {address} has no tag");
            assert!(names.insert(operation["operationId"].to_string()), "{operation}");
            for answer in operation["responses"].as_object().unwrap().values() {
                assert!(answer["description"].as_str().is_some_and(|it| !it.is_empty()), "{method} {address}");
            }
            let n_parts = address.matches('{').count();
            let parts = operation["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "path");
            assert_eq!(parts.count(), n_parts, "{method} {address}");
        }
    }
    let sent = &document["paths"]["/api/v1/deliveries"]["post"]["requestBody"]["content"];
    assert_eq!(sent["application/octet-stream"]["schema"]["format"], "binary");
    assert_eq!(sent["multipart/form-data"]["schema"]["properties"]["file"]["format"], "binary");
    described.sort();
    assert_eq!(described, declared());
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in found {
        let name = reference.trim_start_matches("#/components/schemas/");
        assert!(document["components"]["schemas"].get(name).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn the_page_over_the_document_needs_nothing_from_elsewhere() {
    let app = TestApp::new();
    let page = app.get("", "/api/v1/docs").is(200);
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let mut whole = page.text();
    for file in ["page.js", "page.css"] {
        assert!(whole.contains(&format!("docs/{file}")));
        whole += &app.get("", &format!("/api/v1/docs/{file}")).is(200).text();
    }
    assert!(!whole.contains("http://") && !whole.contains("https://"), "nothing is loaded from elsewhere");
    assert_eq!(app.get("", "/api/v1/openapi.json").is(200).json(), web::document());
}

#[test]
fn every_resource_has_its_description_template_and_schemas() {
    let app = TestApp::new();
    let listed = app.get("", "/api/v1/resources").is(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), Catalog::embedded().len());
    for line in listed["items"].as_array().unwrap() {
        let address = format!("/api/v1/resources/{}", line["code"].as_str().unwrap());
        let view = app.get("", &address).is(200).json();
        assert_eq!(view["fields"].as_array().unwrap().len(), line["n_fields"].as_u64().unwrap() as usize);
        assert!(app.get("", &format!("{address}/template.xlsx")).is(200).body.starts_with(b"PK"));
        assert!(app.get("", &format!("{address}/schema.xsd")).is(200).text().contains("schema"));
        assert!(app.get("", &format!("{address}/schema.json")).is(200).json().is_object());
    }
    app.get("", "/api/v1/resources/nonsense/template.xlsx").is_problem(404, "unknown_resource");
}

#[test]
fn a_process_tells_that_it_lives_that_it_can_work_and_what_it_did() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    assert_eq!(app.get("", "/health").is(200).json()["status"], "ok");
    app.get("", "/ready").is(200);
    app.deliver(&key, "penalty", table(&[penalty(1)]));
    let counts = app.get("", "/metrics").is(200).text();
    let line = "credence_http_answers_total{method=\"GET\",route=\"/api/v1/deliveries/{id}\",status=\"200\"} 1";
    assert!(counts.contains(line), "{counts}");
    assert!(!counts.contains("penalty"), "a label is a pattern, never an address");
}

#[test]
fn failures_inside_are_answered_constantly() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let database = &app.world.shop.database;
    app.world.is_tampered.store(true, std::sync::atomic::Ordering::Relaxed);
    database.read(credence::store::revert_all).unwrap();
    app.get("", "/ready").is_problem(503, "not_ready");
    let answer = app.get(&key, "/api/v1/deliveries");
    answer.is_problem(500, "inside");
    for word in ["api_key", "SELECT", "table", "relation"] {
        assert!(!answer.text().contains(word), "{}", answer.text());
    }
    app.get("", "/health").is(200);
}

#[test]
fn the_bare_address_leads_to_the_documentation() {
    let app = TestApp::new();
    assert!(app.get("", "/").is(200).text().contains("<title>Credence"), "the caller follows to the page");
}

/// The names under which the types of a file stand in the document.
fn schemas_in(text: &str, found: &mut Vec<String>) {
    let word = |text: &str| text.chars().take_while(|it| it.is_ascii_alphanumeric()).collect::<String>();
    let (mut is_sent, mut named) = (false, None);
    for line in text.lines().map(str::trim) {
        let kinds = ["pub struct ", "pub enum ", "pub(super) struct "];
        if line.starts_with("#[derive(") {
            (is_sent, named) = (line.contains("ToSchema"), None);
        } else if let Some(at) = line.find("schema(as = ") {
            named = Some(word(&line[at + 12..]));
        } else if let Some(rest) = kinds.iter().find_map(|it| line.strip_prefix(it)) {
            found.extend(is_sent.then(|| named.take().unwrap_or_else(|| word(rest))));
            is_sent = false;
        }
    }
}

#[test]
fn no_two_types_share_a_name_in_the_document() {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                schemas_in(&std::fs::read_to_string(path).unwrap(), &mut found);
            }
        }
    }
    assert!(found.len() > 150, "{} types were found", found.len());
    found.sort();
    let twice: Vec<&String> = found.windows(2).filter(|it| it[0] == it[1]).map(|it| &it[0]).collect();
    assert!(twice.is_empty(), "the document keeps one of each and loses the other: {twice:?}");
}

/// The properties of the body of a request, or of its answer.
fn properties(document: &Value, place: &str) -> Vec<String> {
    let mut schema = document.pointer(place).unwrap_or_else(|| panic!("{place}")).clone();
    while let Some(reference) = schema["$ref"].as_str() {
        schema = document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}")).clone();
    }
    let mut names: Vec<String> =
        schema["properties"].as_object().unwrap_or_else(|| panic!("{schema}")).keys().cloned().collect();
    names.sort();
    names
}

#[test]
fn bodies_of_routes_that_are_alike_are_described_each_as_its_own() {
    let document = TestApp::new().get("", "/api/v1/openapi.json").is(200).json();
    let asked = |path: &str| {
        let path = path.replace('/', "~1");
        properties(&document, &format!("/paths/{path}/post/requestBody/content/application~1json/schema"))
    };
    let sent = |method: &str, path: &str, status: u16| {
        let path = path.replace('/', "~1");
        properties(&document, &format!("/paths/{path}/{method}/responses/{status}/content/application~1json/schema"))
    };
    assert_eq!(asked("/api/v1/consents/check"), ["purpose", "resource", "subject"]);
    assert_eq!(asked("/api/v1/window/cases/{id}/steps"), ["kind", "reason", "until"]);
    assert_eq!(asked("/api/v1/consents/{id}/end"), ["reason"]);
    assert!(asked("/api/v1/designations/{id}/steps").contains(&"document".to_owned()));
    assert!(sent("post", "/api/v1/window/cases", 201).contains(&"signed".to_owned()));
    assert!(sent("post", "/api/v1/cases/repairs", 201).contains(&"ground".to_owned()));
    assert!(sent("get", "/api/v1/warnings", 200).contains(&"day".to_owned()));
    assert!(sent("post", "/api/v1/lists/statistics/check", 200).contains(&"findings".to_owned()));
    assert!(sent("post", "/api/v1/deliveries", 202).contains(&"href".to_owned()));
}

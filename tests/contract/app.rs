//! A server of its own for each test, on a free port of loopback, and a caller that keeps answers whole.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, atomic::Ordering},
    time::{Duration, Instant},
};

use credence::{
    ingest::{self, Clock, Workshop},
    jobs,
    quality::Rules,
    sample::{self, Format, Shares, Spec},
    web::{self, Role, Running, Settings},
};
use serde_json::Value;

use crate::{
    schema,
    world::{World, moment},
};

/// A server with a world behind it. Without workers of its own: a test says when a delivery is worked on.
pub struct TestApp {
    pub world: Arc<World>,
    running: Option<Running>,
    base: String,
    agent: ureq::Agent,
}

/// How long a test waits for workers before it says what it found instead.
const PATIENCE: Duration = Duration::from_secs(120);

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|err| panic!("{err}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }

    /// The answer is a problem with this status and code.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["code"], code);
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], format!("urn:credence:problem:{code}"));
        assert_eq!(body["instance"], self.header("x-request-id"));
        for text in ["title", "detail"] {
            assert!(body[text].as_str().is_some_and(|it| !it.is_empty()), "{body}");
        }
    }

    /// The answer has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl TestApp {
    pub fn new() -> Self {
        Self::of(World::new(), 1 << 20, 0)
    }

    /// With a limit in bytes.
    pub fn limited(upload_limit: u64) -> Self {
        Self::of(World::new(), upload_limit, 0)
    }

    pub fn of(world: World, upload_limit: u64, workers: usize) -> Self {
        Self::over(Arc::new(world), upload_limit, workers)
    }

    /// Another server over the same world.
    pub fn beside(&self, workers: usize) -> Self {
        Self::over(Arc::clone(&self.world), 1 << 20, workers)
    }

    /// Another server over the same world, on noon of another day, with a worker of its own.
    pub fn on(&self, (year, month, day): (i32, u32, u32)) -> Self {
        let shop = Workshop { clock: Clock::Fixed(moment(year, month, day)), ..self.world.shop.clone() };
        Self::with(Arc::clone(&self.world), shop, 1 << 20, 1)
    }

    fn over(world: Arc<World>, upload_limit: u64, workers: usize) -> Self {
        let shop = world.shop.clone();
        Self::with(world, shop, upload_limit, workers)
    }

    fn with(world: Arc<World>, workshop: Workshop, upload_limit: u64, workers: usize) -> Self {
        let listen: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let settings = Settings {
            workshop,
            quality: Arc::new(Rules::embedded()),
            listen: vec![listen],
            metrics_listen: None,
            upload_limit,
            workers,
        };
        let running = web::start(settings).unwrap();
        let base = format!("http://{}", running.addresses[0]);
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        Self { world, running: Some(running), base, agent: config.into() }
    }

    /// A key for a unit, which is registered if it is not.
    pub fn key(&self, unit: &str, role: Role) -> String {
        self.world.unit(unit, &format!("示例单位{unit}"));
        let issued =
            self.world.shop.database.write(|conn| web::issue_key(conn, unit, role, "测试", moment(2026, 1, 1)));
        issued.unwrap().text
    }

    pub fn get(&self, key: &str, path: &str) -> Answer {
        self.get_with(key, path, &[])
    }

    pub fn get_with(&self, key: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers.iter().chain(bearer(key, &mut String::new()).iter()) {
            request = request.header(*name, *value);
        }
        as_described("get", path, None, whole(request.call().unwrap()))
    }

    pub fn head(&self, path: &str) -> Answer {
        whole(self.agent.head(self.url(path)).call().unwrap())
    }

    pub fn delete(&self, key: &str, path: &str) -> Answer {
        let request = self.agent.delete(self.url(path));
        whole(request.header("Authorization", format!("Bearer {key}")).call().unwrap())
    }

    pub fn post(&self, key: &str, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Answer {
        let mut request = self.agent.post(self.url(path)).header("Content-Type", content_type);
        if !key.is_empty() {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let answer = whole(request.send(body.as_ref()).unwrap());
        as_described("post", path, content_type.starts_with(JSON).then(|| body.as_ref()), answer)
    }

    /// Posts with headers of one's own, the type of the body among them.
    pub fn post_with(&self, key: &str, path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        let mut request = self.agent.post(self.url(path)).header("Authorization", format!("Bearer {key}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = whole(request.send(body.as_ref()).unwrap());
        let is_json = headers.iter().any(|(_, value)| *value == JSON);
        as_described("post", path, is_json.then(|| body.as_ref()), answer)
    }

    pub fn post_json(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.post(key, path, "application/json", body.to_string())
    }

    /// Posts a delivery and brings it to its end; what is then known of it.
    #[track_caller]
    pub fn deliver(&self, key: &str, resource: &str, body: impl AsRef<[u8]>) -> Value {
        let path = format!("/api/v1/deliveries?resource={resource}");
        let taken = self.post(key, &path, "application/octet-stream", body).is(202).json();
        self.finish(&taken);
        self.get(key, taken["href"].as_str().unwrap()).is(200).json()
    }

    /// Brings a delivery to its end.
    pub fn finish(&self, taken: &Value) {
        ingest::work(&self.world.shop, "test", taken["id"].as_i64(), &|_| {}).unwrap();
    }

    /// Waits until the servers' own workers have brought a delivery to its end; what is then known of it.
    pub fn wait(&self, key: &str, id: i64) -> Value {
        let begun = Instant::now();
        loop {
            let view = self.get(key, &format!("/api/v1/deliveries/{id}")).is(200).json();
            match view["state"].as_str() {
                Some("received" | "working") if begun.elapsed() < PATIENCE => std::thread::yield_now(),
                _ => return view,
            }
        }
    }

    /// The address of a path; what is not ASCII in it is escaped, as callers do.
    fn url(&self, path: &str) -> String {
        let escape = |it: u8| if it.is_ascii_graphic() { char::from(it).to_string() } else { format!("%{it:02X}") };
        format!("{}{}", self.base, path.bytes().map(escape).collect::<String>())
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().addresses[0]
    }
}

fn bearer<'t>(key: &str, text: &'t mut String) -> Vec<(&'static str, &'t str)> {
    if key.is_empty() {
        return Vec::new();
    }
    *text = format!("Bearer {key}");
    vec![("Authorization", text)]
}

fn whole(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let body = answer.body_mut().with_config().limit(100 << 20).read_to_vec().unwrap();
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
}

const JSON: &str = "application/json";

/// An answer that is as the document says, and what was sent for it, when it was accepted: every test tests this.
#[track_caller]
fn as_described(method: &str, path: &str, sent: Option<&[u8]>, answer: Answer) -> Answer {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(web::document);
    let Some(operation) = schema::operation(&DOCUMENT, method, path).filter(|_| answer.status < 300) else {
        return answer;
    };
    let taken = &operation["requestBody"]["content"][JSON]["schema"];
    let told = &operation["responses"][answer.status.to_string()];
    assert!(told.is_object(), "{method} {path} answers {}, which is not described", answer.status);
    let sent = sent.filter(|_| taken.is_object()).map(|it| serde_json::from_slice(it).unwrap());
    let is_json = answer.headers.get("content-type").is_some_and(|it| it == JSON);
    let given = is_json.then(|| answer.json());
    for (what, schema, body) in [("request", taken, sent), ("answer", &told["content"][JSON]["schema"], given)] {
        let Some(body) = body else { continue };
        assert!(schema.is_object(), "{method} {path}: no {what} is described");
        let faults = schema::faults(&DOCUMENT, schema, &body);
        assert!(faults.is_empty(), "{method} {path}: the {what} is not as described: {faults:#?}");
    }
    answer
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().unwrap();
        }
        // Whatever a test did through the API, the ledger tells of it.
        if !self.world.is_tampered.load(Ordering::Relaxed) && !std::thread::panicking() {
            let mut found = Vec::new();
            jobs::verify(&self.world.shop.database, &[], &mut |it| found.push(it.to_string())).unwrap();
            assert!(found.is_empty(), "{found:#?}");
        }
    }
}

/// A synthetic delivery of a resource, all about one subject.
pub fn synthetic(app: &TestApp, resource: &str, rows: u64, format: Format) -> Vec<u8> {
    let resource = app.world.shop.catalog.get(resource).unwrap();
    let spec = Spec {
        resource,
        dialect: 0,
        rows,
        first: 0,
        subjects: 1,
        seed: 1,
        shares: Shares::default(),
        format,
        day: app.world.shop.clock.day(),
    };
    let mut out = Vec::new();
    sample::write(&spec, &mut out).unwrap();
    out
}

/// A `multipart/form-data` body and its content type.
pub fn form(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let boundary = "----credence-test";
    let mut body = Vec::new();
    for (name, file_name, bytes) in parts {
        let file = file_name.map_or_else(String::new, |it| format!("; filename=\"{it}\""));
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

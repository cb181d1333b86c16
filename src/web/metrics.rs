//! What is counted, in the text form Prometheus reads. Labels are route patterns, never addresses.

use std::time::Duration;

use actix_web::{HttpResponse, get, web::Data};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{desk::Desk, error::ApiError};
use crate::record::Delivery;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Became {
    verdict: &'static str,
}

/// The counts of this process.
pub struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Routed, Histogram, fn() -> Histogram>,
    deliveries: Family<Ended, Counter>,
    rows: Family<Became, Counter>,
}

/// Upper bounds of the classes of duration, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

impl Metrics {
    /// Counts at nothing.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("credence");
        let (answers, deliveries, rows) = (Family::default(), Family::default(), Family::default());
        let seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        registry.register("http_answers", "Answers by method, route and status", answers.clone());
        registry.register("http_seconds", "Time to answer by route", seconds.clone());
        registry.register("deliveries", "Deliveries worked on here, by the state they came to", deliveries.clone());
        registry.register("rows", "Rows of those deliveries, by what became of them", rows.clone());
        Self { registry, answers, seconds, deliveries, rows }
    }

    /// Counts an answer.
    pub fn answered(&self, method: String, route: String, status: u16, took: Duration) {
        let labels = Answered { method, route, status };
        self.answers.get_or_create(&labels).inc();
        self.seconds.get_or_create(&Routed { route: labels.route }).observe(took.as_secs_f64());
    }

    /// Counts a delivery that came to an end or is held.
    pub fn worked(&self, delivery: &Delivery) {
        self.deliveries.get_or_create(&Ended { state: delivery.state.as_str() }).inc();
        let tally = &delivery.tally;
        let parts = [
            ("new", tally.new),
            ("revised", tally.revised),
            ("repeated", tally.repeated),
            ("outdated", tally.outdated),
            ("withdrawn", tally.withdrawn),
            ("conflicting", tally.conflicting),
            ("rejected", tally.rejected),
            ("unlinked", tally.unlinked),
        ];
        for (verdict, n) in parts {
            self.rows.get_or_create(&Became { verdict }).inc_by(n);
        }
    }

    /// All counts as text.
    pub fn text(&self) -> Result<String, ApiError> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).map_err(|err| ApiError::Inside(Box::new(err)))?;
        Ok(out)
    }
}

/// 运行指标
#[utoipa::path(tag = "运行", summary = "运行指标（Prometheus 文本格式）", responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
#[get("/metrics")]
pub async fn show(desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    if desk.metrics_apart { Err(ApiError::UnknownRoute) } else { show_apart(desk).await }
}

/// The same at an address of its own.
pub async fn show_apart(desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(HttpResponse::Ok().content_type(content_type).body(desk.metrics.text()?))
}

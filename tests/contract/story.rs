//! One story on the data of the demonstration, told through the public API alone: a penalty comes, everybody's answers
//! change; it is repaired, and they change back; and every day in between is still answered as it was.

use serde_json::Value;

use crate::{app::TestApp, world::World};

/// The city on one of its days.
struct City {
    app: TestApp,
    keys: Vec<(String, String)>,
}

impl City {
    /// The demonstration, delivered on 2026-04-20.
    fn new() -> Self {
        let mut world = World::new();
        world.at(2026, 4, 20);
        let dir = tempfile::tempdir().unwrap();
        let keys = credence::cli::demonstrate(&world.shop, dir.path()).unwrap();
        Self { app: TestApp::of(world, 1 << 20, 1), keys }
    }

    /// The same city on another day.
    fn on(&self, day: (i32, u32, u32)) -> Self {
        Self { app: self.app.on(day), keys: self.keys.clone() }
    }

    fn key(&self, unit: &str) -> &str {
        &self.keys.iter().find(|(it, _)| it == unit).unwrap_or_else(|| panic!("no unit {unit}")).1
    }

    fn get(&self, unit: &str, path: &str) -> Value {
        let key = if unit.is_empty() { "" } else { self.key(unit) };
        self.app.get(key, path).is(200).json()
    }

    /// An organisation that nothing bad is known of: of the last of the register, whom no penalty of the demonstration is
    /// about.
    fn firm(&self) -> (String, String) {
        let mut found = Vec::new();
        let mut path = "/api/v1/subjects?q=公司&limit=500".to_owned();
        while found.is_empty() {
            let page = self.get("XYB", &path);
            let fitting = page["items"].as_array().unwrap().iter().filter(|it| {
                let code = it["credit_code"].as_str().unwrap_or_default();
                it["kind"] == "organisation" && it["status"] != "注销" && !code.is_empty() && {
                    let standing = self.get("XYB", &format!("/api/v1/subjects/{code}/standing?brief=true"));
                    standing["brief"]["records"]["penalty"].is_null() && level(&standing) == "B"
                }
            });
            found.extend(
                fitting.take(1).map(|it| {
                    (it["name"].as_str().unwrap().to_owned(), it["credit_code"].as_str().unwrap().to_owned())
                }),
            );
            let next = page["next"].as_str().map(str::to_owned);
            match next {
                Some(next) => path = format!("/api/v1/subjects?q=公司&limit=500&cursor={next}"),
                None => break,
            }
        }
        found.pop().expect("a firm without a penalty")
    }
}

/// The level of the default scorecard.
fn level(standing: &Value) -> String {
    let scores = standing["brief"]["scores"].as_array().unwrap();
    let default = scores.iter().find(|it| it["default"] == true);
    default.map_or_else(String::new, |it| it["level"].as_str().unwrap().to_owned())
}

#[test]
fn a_penalty_changes_everybodys_answers_and_its_repair_changes_them_back() {
    let city = City::new();
    let (name, code) = city.firm();
    let standing = city.get("XYB", &format!("/api/v1/subjects/{code}/standing"));
    eprintln!("{name} {code} {}", serde_json::to_string_pretty(&standing).unwrap());
}

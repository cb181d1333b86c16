//! One story on the data of the demonstration, told through the public API alone: a penalty comes, everybody's answers
//! change; it is repaired, and they change back; and every day in between is still answered as it was.

use std::sync::atomic::Ordering;

use credence::{jobs, web::Role};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{
        World,
        penalty::{Penalty, penalty, table},
    },
};

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

    fn post(&self, unit: &str, path: &str, body: &Value) -> Answer {
        self.app.post_json(self.key(unit), path, body)
    }

    /// Hands in a paper.
    fn paper(&self, unit: &str, path: &str) -> Value {
        let bytes = b"%PDF-1.4 synthetic paper".as_slice();
        self.app.post(self.key(unit), path, "application/octet-stream", bytes).is(201).json()
    }

    /// Proposes a second version of the default scorecard, simulates it and lets another person put it in force.
    fn change_the_scorecard(&self) {
        let first = self.get("XYB", "/api/v1/packs/scorecard.credence/1");
        let text = first["text"].as_str().unwrap().replacen("version = 1", "version = 2", 1);
        let made = self.post("XYB", "/api/v1/packs", &json!({"text": text})).is(201).json();
        let named = json!({"hash": made["hash"]});
        let place = "/api/v1/packs/scorecard.credence/2";
        let activate = format!("{place}/activate");
        let second = self.app.key("XYB", Role::Office);
        assert!(self.app.post_json(&second, &activate, &named).status >= 400, "nobody has simulated it");
        self.post("XYB", &format!("{place}/simulations"), &json!({})).is(201);
        assert!(self.post("XYB", &activate, &named).status >= 400, "who proposes does not decide");
        self.app.post_json(&second, &activate, &named).is(200);
    }

    /// What the verification finds.
    fn verified(&self) -> Vec<String> {
        let mut found = Vec::new();
        jobs::verify(&self.app.world.shop.database, &[], &mut |it| found.push(it.to_string())).unwrap();
        found
    }

    /// Changes one byte of a record behind the program's back.
    fn change_one_byte(&self, version: i64) {
        self.app.world.is_tampered.store(true, Ordering::Relaxed);
        let query = format!("UPDATE record SET payload = replace(payload, '10000元', '10001元') WHERE id = {version}");
        self.app.world.shop.database.get().unwrap().batch_execute(&query).unwrap();
    }

    /// The whole way of a repair: the office files and accepts, the unit that punished decides.
    fn repair(&self, code: &str, record: &str) {
        let filed = json!({"subject": code, "record": record, "reason": "已缴清罚款并整改"});
        let case = self.post("XYB", "/api/v1/cases/repairs", &filed).is(201).json();
        let steps = format!("/api/v1/cases/{}/steps", case["id"]);
        for kind in ["application", "commitment", "proof"] {
            self.paper("XYB", &format!("/api/v1/cases/{}/papers?kind={kind}", case["id"]));
        }
        self.post("XYB", &steps, &json!({"step": "accepted", "reason": "材料齐全"})).is(200);
        let granted = json!({"step": "granted", "reason": "已履行", "confirmed": ["performed", "commitment"]});
        self.post("YJJ", &steps, &granted).is(200);
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

/// The version of the default scorecard that was applied.
fn scorecard(standing: &Value) -> u64 {
    let scores = standing["scores"].as_array().unwrap();
    scores.iter().find(|it| it["default"] == true).unwrap()["pack"]["version"].as_u64().unwrap()
}

/// What the firm is to each who asks, on a day.
struct Asked<'c> {
    city: &'c City,
    code: &'c str,
}

impl Asked<'_> {
    fn standing(&self) -> Value {
        self.city.get("XYB", &format!("/api/v1/subjects/{}/standing", self.code))
    }

    /// Whether the public is shown the penalty.
    fn public_shows(&self) -> bool {
        let shown = self.city.get("", &format!("/api/v1/public/subjects/{}/records?resource=penalty", self.code));
        let standing = self.city.get("", &format!("/api/v1/public/subjects/{}/standing?brief=true", self.code));
        let published = standing["brief"]["records"]["penalty"]["published"].as_u64().unwrap_or(0);
        let items = shown["items"].as_array().unwrap().len() as u64;
        assert_eq!(items, published, "the records and the summary agree");
        published > 0
    }

    fn bank(&self, question: &str) -> Value {
        let body = json!({"code": self.code, "purpose": "before_loan"});
        self.city.post("SLYH", &format!("/api/v1/bank/{question}"), &body).is(200).json()
    }

    /// How many penalties the bank's scan counts.
    fn scanned(&self) -> u64 {
        let scan = self.bank("scan");
        let dimensions = scan["body"]["dimensions"].as_array().unwrap();
        dimensions.iter().find(|it| it["code"] == "penalty").unwrap()["count"].as_u64().unwrap()
    }

    /// The level the bank reads; none without consent.
    fn read(&self) -> Option<String> {
        let profile = self.bank("profile");
        let scores = profile["body"]["scores"].as_array().unwrap().clone();
        scores
            .iter()
            .find(|it| it["pack"]["id"] == "scorecard.credence")
            .map(|it| it["level"].as_str().unwrap().to_owned())
    }
}

impl Asked<'_> {
    /// What the window decides about a missing paper that may be handed in later, and why.
    fn window(&self, promised: &str) -> (String, Vec<i64>) {
        let body = json!({"code": self.code, "item": "DLYSXK", "missing": ["AQZD"], "promised": promised});
        let answer = self.city.post("ZWZX", "/api/v1/window/decisions", &body).is(200).json();
        let reasons = answer["reasons"].as_array().unwrap().iter();
        let records = reasons.flat_map(|it| it["records"].as_array().unwrap()).filter_map(Value::as_i64).collect();
        (answer["outcome"].as_str().unwrap().to_owned(), records)
    }
}

/// A penalty of the kind that is ordinary: published for three months at least and a year at most.
fn ordinary(name: &str, code: &str) -> String {
    let row = Penalty { name: name.to_owned().leak(), code: code.to_owned().leak(), ..penalty(88001) };
    table(&[row.fined("1", "罚款10000元").decided("2026/04/27")])
}

/// The firm lets its bank look, and nothing is known against it.
fn consents(asked: &Asked<'_>) {
    let (city, code) = (asked.city, asked.code);
    let consent = json!({"subject": code, "purpose": "before_loan", "resources": ["score", "penalty"],
        "until": "2027-12-31", "capacity": "legal_representative", "signer": "张示例",
        "evidence": city.paper("SLYH", "/api/v1/consents/evidence")["evidence"]});
    let consent = city.post("SLYH", "/api/v1/consents", &consent).is(201).json();
    assert_eq!(asked.read(), None, "a consent that nobody has confirmed opens nothing");
    let confirm = format!("/api/v1/consents/{}/confirm", consent["id"]);
    city.post("XYB", &confirm, &json!({"reason": "授权书原件已核对"})).is(200);
    assert_eq!((asked.read().as_deref(), asked.scanned(), asked.public_shows()), (Some("B"), 0, false));
    assert_eq!(asked.window("2026-04-22").0, "deferrable");
}

/// The level drops, for a reason, by a record, which is given.
fn dropped(standing: &Value) -> i64 {
    assert_eq!(level(standing), "C");
    let record = standing["records"].as_array().unwrap().iter().max_by_key(|it| it["record"].as_i64()).unwrap();
    let version = record["record"].as_i64().unwrap();
    assert_eq!(record["reason"]["rule"]["pack"], "publicity.market107", "{record}");
    assert_eq!(record["repairable_from"], "2026-07-27");
    let score = standing["scores"].as_array().unwrap().iter().find(|it| it["default"] == true).unwrap();
    let partial = score["partials"].as_array().unwrap().iter().find(|it| it["characteristic"] == "penalty").unwrap();
    assert!(partial["points"].as_i64().unwrap() < 0, "{partial}");
    assert_eq!(partial["reasons"][0]["records"][0], version, "{partial}");
    version
}

/// Repair is refused before the shortest term is over; the key of the record.
fn too_early(later: &City, code: &str) -> String {
    let records = later.get("XYB", &format!("/api/v1/subjects/{code}/records?resource=penalty"));
    let key = records["items"][0]["key"].as_str().unwrap().to_owned();
    let repairable = later.get("XYB", &format!("/api/v1/subjects/{code}/repairability"));
    assert!(repairable.to_string().contains("2026-07-27"), "{repairable}");
    let early = json!({"subject": code, "record": key, "reason": "已缴清罚款并整改"});
    let early = later.post("XYB", "/api/v1/cases/repairs", &early).is(201).json();
    let step = json!({"step": "accepted", "reason": "材料齐全"});
    assert!(later.post("XYB", &format!("/api/v1/cases/{}/steps", early["id"]), &step).status >= 400);
    let step = json!({"step": "refused", "reason": "未满最短公示期"});
    later.post("XYB", &format!("/api/v1/cases/{}/steps", early["id"]), &step).is(200);
    key
}

#[test]
fn a_penalty_changes_everybodys_answers_and_its_repair_changes_them_back() {
    let city = City::new();
    let (name, code) = city.firm();

    consents(&Asked { city: &city, code: &code });

    // A unit uploads a penalty.
    let later = city.on((2026, 5, 6));
    let asked = Asked { city: &later, code: &code };
    let taken =
        later.app.post(later.key("YJJ"), "/api/v1/deliveries?resource=penalty", "text/csv", ordinary(&name, &code));
    let done = later.app.wait(later.key("YJJ"), taken.is(202).json()["id"].as_i64().unwrap());
    assert_eq!((&done["state"], &done["tally"]["new"]), (&"done".into(), &1.into()), "{done}");

    let version = dropped(&asked.standing());

    // The bank reads it, its scan counts it, the public sees it.
    assert_eq!((asked.read().as_deref(), asked.scanned(), asked.public_shows()), (Some("C"), 1, true));

    // The window refuses, for that record.
    let (outcome, records) = asked.window("2026-05-08");
    assert_eq!(outcome, "not_deferrable");
    assert!(records.contains(&version), "{records:?}");

    // Another version of the scorecard is put in force, by a second person and after a simulation.
    city.on((2026, 6, 15)).change_the_scorecard();

    // Repair is refused before the shortest term is over, and granted after it.
    let key = too_early(&later, &code);
    let after = city.on((2026, 7, 28));
    after.repair(&code, &key);

    // Publicity, the level, the bank's answers change at once.
    let asked = Asked { city: &after, code: &code };
    let standing = asked.standing();
    assert_eq!(level(&standing), "B");
    let record = standing["records"].as_array().unwrap().iter().find(|it| it["record"] == version).unwrap();
    assert_eq!((&record["state"], &record["usable"]), (&"repaired".into(), &false.into()));
    assert_eq!((asked.read().as_deref(), asked.scanned(), asked.public_shows()), (Some("B"), 0, false));
    assert_eq!(asked.window("2026-07-30").0, "deferrable");
    assert_eq!(scorecard(&standing), 2);

    // The day between is still answered as it was.
    let between = format!("/api/v1/subjects/{code}/standing?as_of=2026-06-01&known_at=2026-06-01T12:00:00Z");
    let between = after.get("XYB", &between);
    assert_eq!((level(&between), scorecard(&between)), ("C".to_owned(), 1));

    // The subject can see who asked.
    let queries = after.get("XYB", &format!("/api/v1/subjects/{code}/queries"));
    assert!(queries["items"].as_array().unwrap().iter().any(|it| it["unit"] == "SLYH"), "{queries}");

    // Nothing was altered; and one byte that is shows which record it is of.
    assert_eq!(after.verified(), Vec::<String>::new());
    after.change_one_byte(version);
    let found = after.verified();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(&version.to_string()), "{found:?}");
}

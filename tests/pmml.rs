//! A reader of PMML that is not ours makes of an exported scorecard the points its pack says.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use credence::{
    catalog::Catalog,
    policy::{Body, Pack, Packs, pmml, rules::Scorecard},
};

/// Reads a document, says what it asks for, and scores the inputs of each further line.
const READER: &str = "
import json, sys
from pypmml import Model
model = Model.load(sys.argv[1])
print(json.dumps([model.modelElement, sorted(model.inputNames)]))
for line in sys.stdin:
    print(json.dumps(model.predict(json.loads(line))['score']))
";

fn read(document: &str, inputs: &[serde_json::Value]) -> Vec<serde_json::Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/pmml-reader/bin/python");
    assert!(python.exists(), "scripts/pmml-reader installs the reader");
    let file = tempfile::NamedTempFile::with_suffix(".pmml").unwrap();
    std::fs::write(&file, document).unwrap();
    let mut reader = Command::new(python)
        .args(["-c", READER])
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = inputs.iter().map(|it| format!("{it}\n")).collect();
    reader.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let told = reader.wait_with_output().unwrap();
    assert!(told.status.success());
    String::from_utf8(told.stdout).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn card(pack: &Pack) -> &Scorecard {
    match &pack.body {
        Body::Scorecard(card) => card,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_independent_reader_gives_each_attribute_of_an_exported_scorecard_its_points() {
    let catalog = Catalog::embedded();
    let packs = Packs::embedded(&catalog);
    let pack = packs.get("scorecard.credence", 1).unwrap();
    let (card, document) = (card(pack), pmml::write(&pack.head, card(pack)).unwrap());
    let codes: Vec<&str> = card.characteristics.iter().map(|it| it.code.as_str()).collect();
    let nothing: serde_json::Map<_, _> = codes.iter().map(|it| ((*it).to_owned(), "none".into())).collect();
    let without: i64 = card.initial_score + card.characteristics.iter().map(|it| it.otherwise).sum::<i64>();
    let (mut inputs, mut expected) = (vec![nothing.clone().into()], vec![without]);
    for characteristic in &card.characteristics {
        for attribute in &characteristic.attributes {
            let mut input = nothing.clone();
            input.insert(characteristic.code.clone(), attribute.id.clone().into());
            inputs.push(input.into());
            expected.push(without - characteristic.otherwise + attribute.points);
        }
    }
    assert!(expected.len() > 30, "{expected:?}");
    let told = read(&document, &inputs);
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(told[0], serde_json::json!(["Scorecard", sorted]));
    let points: Vec<Option<f64>> = told[1..].iter().map(serde_json::Value::as_f64).collect();
    let expected: Vec<Option<f64>> =
        expected.into_iter().map(|it| Some(f64::from(i32::try_from(it).unwrap()))).collect();
    assert_eq!(points, expected);
}

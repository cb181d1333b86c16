//! Export and import give the equal scorecard, and the document has PMML's structure.

use super::{PmmlFault, read, text, tree, tree::Element, write};
use crate::{
    catalog::Catalog,
    policy::{Body, Pack, Packs, rules::Scorecard},
};

fn folder() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/policy/packs/").to_owned()
}

fn packs() -> Vec<(Catalog, Pack)> {
    let catalog = Catalog::embedded();
    let own = Packs::embedded(&catalog).get("scorecard.credence", 1).unwrap().as_ref().clone();
    let criterion = std::fs::read_to_string(folder() + "proof/criterion.toml").unwrap();
    let proof_catalog = Catalog::from_files([("criterion.toml", criterion.as_str())].into_iter()).unwrap();
    let proof = std::fs::read_to_string(folder() + "proof/scorecard.wendeng2020.toml").unwrap();
    let proof = Pack::parse("proof", &proof, &proof_catalog).unwrap();
    vec![(catalog, own), (proof_catalog, proof)]
}

fn card(pack: &Pack) -> &Scorecard {
    match &pack.body {
        Body::Scorecard(card) => card,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_scorecard_comes_back_equal_from_pmml_and_from_the_text_of_a_pack() {
    for (catalog, pack) in packs() {
        let document = write(&pack.head, card(&pack)).unwrap();
        let (head, again) = read(&document).unwrap();
        assert_eq!((&head, &again), (&pack.head, card(&pack)));
        let file = text(&head, &again);
        let parsed = Pack::parse("imported", &file, &catalog).unwrap_or_else(|it| panic!("{it:#?}\n{file}"));
        assert_eq!((&parsed.head, card(&parsed)), (&pack.head, card(&pack)));
        assert_eq!(write(&parsed.head, card(&parsed)).unwrap(), document);
    }
}

#[test]
fn a_test_that_asks_for_an_empty_field_comes_back() {
    let (catalog, own) = packs().remove(0);
    let given = "{ field = \"CF_CFLB\", filled = false, is_not = [\"罚款\"] }";
    let (from, to) = own.text.split_once("given = { resources = [\"penalty\"], when = [").unwrap();
    let changed = format!("{from}given = {{ resources = [\"penalty\"], when = [{given}, {to}");
    let pack = Pack::parse("changed", &changed, &catalog).unwrap_or_else(|it| panic!("{it:#?}"));
    let (head, again) = read(&write(&pack.head, card(&pack)).unwrap()).unwrap();
    let parsed = Pack::parse("imported", &text(&head, &again), &catalog).unwrap_or_else(|it| panic!("{it:#?}"));
    assert_eq!(card(&parsed), card(&pack));
}

/// The children PMML 4.4 allows here, in their order.
const ORDER: &[(&str, &[&str])] = &[
    ("PMML", &["Header", "DataDictionary", "Scorecard"]),
    ("Header", &["Extension", "Application"]),
    ("DataDictionary", &["DataField"]),
    ("DataField", &["Value"]),
    ("Scorecard", &["Extension", "MiningSchema", "Output", "Characteristics"]),
    ("MiningSchema", &["MiningField"]),
    ("Output", &["OutputField"]),
    ("Characteristics", &["Characteristic"]),
    ("Characteristic", &["Extension", "Attribute"]),
    ("Attribute", &["Extension", "SimplePredicate", "True", "ComplexPartialScore"]),
    ("ComplexPartialScore", &["FieldRef"]),
];

fn ordered(it: &Element) {
    let allowed = ORDER.iter().find(|(name, _)| *name == it.name).map_or(&[][..], |(_, children)| children);
    let places: Vec<usize> = it
        .children
        .iter()
        .map(|child| {
            allowed.iter().position(|it| *it == child.name).unwrap_or_else(|| panic!("{} in {}", child.name, it.name))
        })
        .collect();
    assert!(places.is_sorted(), "{}: {places:?}", it.name);
    it.children.iter().for_each(ordered);
}

#[test]
fn the_document_has_the_structure_of_pmml_and_every_field_and_reason_it_names() {
    for (_, pack) in packs() {
        let document = tree::parse(&write(&pack.head, card(&pack)).unwrap()).unwrap();
        ordered(&document);
        let dictionary = document.child("DataDictionary").unwrap();
        let fields: Vec<&str> = dictionary.all("DataField").filter_map(|it| it.attribute("name")).collect();
        assert_eq!(dictionary.attribute("numberOfFields"), Some(fields.len().to_string().as_str()));
        let model = document.child("Scorecard").unwrap();
        let mined = model.child("MiningSchema").unwrap().all("MiningField").filter_map(|it| it.attribute("name"));
        assert_eq!(mined.collect::<Vec<_>>(), fields);
        for it in model.child("Characteristics").unwrap().all("Characteristic") {
            assert!(it.attribute("reasonCode").is_some() && it.attribute("baselineScore").is_some());
            assert!(it.children.last().is_some_and(|it| it.child("True").is_some()));
            for predicate in it.all("Attribute").filter_map(|it| it.child("SimplePredicate")) {
                assert_eq!(predicate.attribute("field"), it.attribute("name"));
            }
        }
    }
}

#[test]
fn what_is_no_scorecard_of_this_program_is_refused_with_the_reason() {
    let (_, pack) = packs().remove(0);
    let good = write(&pack.head, card(&pack)).unwrap();
    let cases = [
        (good.replace("version=\"4.4\"", "version=\"3.2\""), "版本 4.4"),
        (good.replace("partialScore=\"-30\"", "partialScore=\"-30.5\""), "应为整数"),
        (good.replace("credence.attribute", "other"), "缺少 credence.attribute"),
        (good.replace("Characteristics", "Characters"), "缺少 Characteristics"),
        (good.replace("operator=\"equal\"", "operator=\"notEqual\""), "等于要素编号"),
        (good[..good.len() / 2].to_owned(), "XML"),
        (format!("<!DOCTYPE a>{good}"), "DOCTYPE"),
        ("<a>".repeat(40), "嵌套"),
        (String::new(), "根元素"),
    ];
    for (document, message) in cases {
        let fault = read(&document).unwrap_err().to_string();
        assert!(fault.contains(message), "{message}: {fault}");
    }
    let sector = Packs::embedded(&Catalog::embedded()).get("scorecard.sector", 1).unwrap().as_ref().clone();
    assert_eq!(write(&sector.head, card(&sector)), Err(PmmlFault::NoCharacteristics));
}

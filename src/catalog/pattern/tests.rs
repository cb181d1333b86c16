//! What the subset of patterns takes and refuses, and what matches.

use super::*;

#[test]
fn a_pattern_matches_the_whole_text() {
    let table: [(&str, &[&str], &[&str]); 8] = [
        (r"\d{4}", &["2026"], &["202", "20261", " 2026", ""]),
        (r"[A-Z]{2}(\d{2}|X)?", &["AB", "AB12", "ABX"], &["AB1", "ABXX"]),
        (r"(a|b)*c+", &["c", "abac", "acc"], &["ab", ""]),
        (r"[^0-9]+", &["甲乙"], &["甲1", ""]),
        (r"其他-.+", &["其他-说明"], &["其他-", "其他"]),
        (r"\d{1,3}(\.\d{1,2})?", &["1", "100.25"], &["1.", "1000", "1.234"]),
        (r"(甲|乙)(；(甲|乙)){0,}", &["甲", "甲；乙；甲"], &["甲；", "甲乙"]),
        (r"[A-D]\-\(1\)", &["A-(1)"], &["A(1)"]),
    ];
    for (pattern, good, bad) in table {
        let parsed = Pattern::parse(pattern).expect(pattern);
        good.iter().for_each(|text| assert!(parsed.is_match(text), "{pattern} {text}"));
        bad.iter().for_each(|text| assert!(!parsed.is_match(text), "{pattern} {text}"));
    }
}

#[test]
fn an_example_is_a_shortest_match() {
    let table = [
        (r"\d{4}", "0000"),
        ("[A-Z]{2}([1-9]|X)?", "AA"),
        ("(abc|d)*e", "e"),
        ("其他-.+", "其他-示"),
        ("(a|bc)[^示]", "a例"),
        ("(19|20)[0-9]{2}，[1-9][0-9]*(；[0-9])*", "1900，1"),
        ("", ""),
    ];
    for (pattern, example) in table {
        let parsed = Pattern::parse(pattern).expect(pattern);
        assert_eq!(parsed.example(), example);
        assert!(parsed.is_match(example), "{pattern}");
    }
}

#[test]
fn what_the_three_readers_read_differently_is_refused() {
    for pattern in
        [r"\w+", "^a", "a$", "a+?", "(?:a)", "[]", "[a", "(a", "a)", "a{2", "a{3,2}", "a{999}", r"a\", "[a-]", "*a"]
    {
        assert!(Pattern::parse(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn nested_repeats_match_in_linear_time() {
    let pattern = Pattern::parse("(a*)*b").expect("within the subset");
    assert!(!pattern.is_match(&"a".repeat(5000)));
}

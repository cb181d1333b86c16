//! Sentences: what a text field says about the scene of its row.

use chrono::Datelike;

use super::code;
use super::fill::{Scene, put};
use super::plan::{Column, Topic};
use super::random::Random;
use super::words::LICENCES;
use std::fmt::Write;

const ROADS: &[&str] = &["人民路", "建设路", "解放大道", "滨江路", "工业一路", "文化街", "迎宾大道"];
const HONOURS: &[&str] = &["守合同重信用企业", "质量信得过单位", "安全生产先进单位", "诚信示范企业", "纳税先进单位"];
const PROMISES: &[&str] =
    &["依法诚信经营，如实提供信息，接受监督", "按期补齐材料，逾期自愿承担责任", "遵守安全生产与环境保护规定"];

/// Writes what a field of the topic says.
pub(super) fn write(topic: Topic, column: &Column<'_>, scene: &Scene, random: &mut Random, out: &mut String) {
    let (subject, offence) = (&scene.subject, &scene.offence);
    let (matter, certificate) = licence(scene);
    match topic {
        Topic::Offence => out.push_str(offence.kind),
        Topic::Finding => finding(scene, out),
        Topic::Law => out.push_str(offence.law),
        Topic::Case => put!(out, "{}{}案", subject.name, offence.kind),
        Topic::LicenceContent => put!(out, "准予{}{matter}，地址：{}", subject.name, Place(scene)),
        Topic::Matter => put!(out, "{matter}许可"),
        Topic::Certificate => out.push_str(certificate),
        Topic::CertificateWithNumber => put!(out, "{certificate}（编号JY{:08}）", scene.number),
        Topic::Serial => put!(out, "SL{:08}", scene.number),
        Topic::Address => put!(out, "{}", Place(scene)),
        Topic::Phone => put!(out, "0746-8{:06}", scene.number % 1_000_000),
        Topic::Remark => out.push_str("示例数据"),
        Topic::Industry => out.push_str(subject.industry),
        Topic::Scope => put!(out, "{matter}；技术服务；货物销售"),
        Topic::Honour => put!(out, "{}年度{}", scene.fact.year(), random.pick(HONOURS)),
        Topic::Promise => out.push_str(random.pick(PROMISES)),
        Topic::Plain if column.in_key => put!(out, "示例{}{}", column.field.name, scene.number),
        Topic::Plain => put!(out, "示例{}{}", column.field.name, random.below(100)),
        // Follows from the other fields; see `rules::decide`.
        Topic::Decision => {}
    }
}

/// What is licensed in the scene, and by which certificate.
fn licence(scene: &Scene) -> (&'static str, &'static str) {
    LICENCES[usize::try_from(scene.number % LICENCES.len() as u64).expect("below the length")]
}

fn finding(scene: &Scene, out: &mut String) {
    let seen = scene.fact - chrono::Days::new(30 + scene.number % 60);
    put!(
        out,
        "{}年{}月{}日，执法人员依法对{}进行检查，发现{}。经立案调查，违法事实清楚，证据确凿。",
        seen.year(),
        seen.month(),
        seen.day(),
        scene.subject.name,
        scene.offence.finding
    );
}

/// The address of the subject of a scene.
struct Place<'s>(&'s Scene);

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let subject = &self.0.subject;
        // The last characters of the code, so that a subject has one address in every resource.
        let tail = code::text(&subject.credit_code[13..17]).bytes().map(u64::from).sum::<u64>() + subject.serial;
        let road = ROADS[usize::try_from(tail % ROADS.len() as u64).expect("below the length")];
        write!(out, "示例市{}{road}{}号", subject.district, 1 + tail % 300)
    }
}

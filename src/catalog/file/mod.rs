//! The file form of a resource: TOML text in, a [`Resource`] out, or every fault of the text.

mod dialect;
mod field;
mod list;
mod names;
mod page;
mod roles;
mod rule;
mod verify;

use toml::de::DeTable;

use crate::record::Grade;

use super::{CatalogFault, Class, Duty, Exposure, Period, Resource, Thresholds, Upward, heading};
use names::Names;
use page::{Page, Section};

const KEYS: &[&str] = &[
    "code",
    "name",
    "class",
    "version",
    "sources",
    "description",
    "exposure",
    "owners",
    "ignore",
    "dialect",
    "subject",
    "key",
    "times",
    "withdrawal",
    "usage",
    "thresholds",
    "duty",
    "upward",
    "list",
    "field",
    "rule",
];

/// Parses one resource file. `file` is its name, for the faults and because it must be called after the resource's code.
///
/// # Errors
/// All faults of the file, in the order of its lines.
pub fn parse(file: &str, text: &str) -> Result<Resource, Vec<CatalogFault>> {
    let page = Page::new(file, text);
    let (root, broken) = DeTable::parse_recoverable(text);
    for error in &broken {
        page.fault_at(error.span().map_or(0, |span| span.start), "", format!("TOML 语法错误：{}", error.message()));
    }
    // A file that is no TOML would only be accused of lacking everything else.
    if !broken.is_empty() {
        return Err(page.into_faults());
    }
    let resource = {
        let top = Section::open(&page, String::new(), root.get_ref(), KEYS);
        let resource = resource(&top);
        verify::resource(&page, file, &resource);
        resource
    };
    let faults = page.into_faults();
    if faults.is_empty() { Ok(resource) } else { Err(faults) }
}

fn resource(top: &Section<'_>) -> Resource {
    let names = Names::collect(top);
    let dialects = dialect::all(top, &names);
    let fields = field::all(top, &names);
    names.report_unused(top);
    let upward = upward(top, &names, &fields);
    Resource {
        code: top.need("code").text,
        name: top.need("name").text,
        class: need_named(top, "class", &all(Class::ALL, |it| it.as_str())).unwrap_or(Class::Other),
        version: version(top),
        sources: top.texts("sources"),
        description: top.need("description").text,
        exposure: exposure(top).unwrap_or(Exposure::Public),
        owners: top.texts("owners"),
        fields,
        dialects,
        subject: roles::subject(top, &names),
        key: roles::key(top, &names),
        times: roles::times(top, &names),
        withdrawal: roles::withdrawal(top, &names),
        usage: roles::usage(top, &names),
        rules: rule::all(top, &names),
        ignore: top.texts("ignore").iter().map(|it| heading::normalise(it)).collect(),
        thresholds: thresholds(top),
        duty: duty(top),
        upward,
    }
}

/// The names of a closed set, for a message.
fn all<T: Copy>(set: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    set.iter().map(|it| name(*it)).collect()
}

fn need_named<T: std::str::FromStr>(section: &Section<'_>, key: &str, all: &[&str]) -> Option<T> {
    if !section.has(key) {
        section.page.fault_at(section.at, &section.key(key), format!("缺少此键；可用：{}", all.join("、")));
    }
    section.named(key, all)
}

/// The version; 1 when it is not written, and the fault is recorded.
fn version(top: &Section<'_>) -> u32 {
    if !top.has("version") {
        top.page.fault_at(top.at, "version", "缺少此键");
    }
    top.number("version", u64::from(u32::MAX)).map_or(1, |it| u32::try_from(it).expect("bounded by u32::MAX"))
}

fn exposure(section: &Section<'_>) -> Option<Exposure> {
    section.named("exposure", &all(Exposure::ALL, |it| it.as_str()))
}

fn grade(section: &Section<'_>) -> Option<Grade> {
    section.named("grade", &all(Grade::ALL, |it| it.as_str()))
}

fn thresholds(top: &Section<'_>) -> Thresholds {
    let Some(it) = top.section("thresholds", &["faults_percent", "shrink_percent", "from_rows"]) else {
        return Thresholds::default();
    };
    Thresholds {
        faults_percent: percent(&it, "faults_percent"),
        shrink_percent: percent(&it, "shrink_percent"),
        from_rows: it.number("from_rows", u64::from(u32::MAX)).unwrap_or(0),
    }
}

fn percent(section: &Section<'_>, key: &str) -> Option<u8> {
    section.number(key, 100).and_then(|it| u8::try_from(it).ok())
}

fn duty(top: &Section<'_>) -> Duty {
    let Some(it) = top.section("duty", &["working_days", "period", "zero_report"]) else { return Duty::default() };
    Duty {
        working_days: it.number("working_days", 250).and_then(|days| u8::try_from(days).ok()),
        period: it.named("period", &all(Period::ALL, |period| period.as_str())),
        zero_report: it.flag("zero_report"),
    }
}

fn upward(top: &Section<'_>, names: &Names, fields: &[super::Field]) -> Option<Upward> {
    let it = top.section("upward", &["name", "date_format", "elements"])?;
    let elements = if it.word_or_list("elements").is_some_and(|word| word.text == "codes") {
        fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.dialects.is_empty() || field.dialects.contains(&0))
            .map(|(index, field)| (field.code.clone(), index))
            .collect()
    } else {
        it.pairs("elements")
            .into_iter()
            .filter_map(|(name, field)| Some((name.text, names.field(&it, &field)?)))
            .collect()
    };
    let date_format = it.word("date_format").map_or_else(|| "%Y-%m-%d".to_owned(), |word| word.text);
    Some(Upward { name: it.need("name").text, elements, date_format })
}

#[cfg(test)]
mod tests;

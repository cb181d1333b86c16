//! The names of the columns of a file: such as the dialect uses, and none by which another would be recognised.

use crate::catalog::heading::normalise;
use crate::catalog::{Field, Resource};

use super::Format;

/// The name of a field's column. The current standard has the field's own name, or its code in XML; another dialect has
/// its own heading, else one by which it is recognised, else one that begins with its name, else whatever means the field.
pub(super) fn name(resource: &Resource, dialect: usize, field: &Field, format: Format) -> String {
    let codes = format == Format::Xml;
    let usual = if codes { &field.code } else { &field.name };
    let Some(own) = resource.dialects.get(dialect).filter(|_| dialect > 0) else { return usual.clone() };
    let of_dialect = || field.dialect_headings.iter().filter(|(it, _)| *it == dialect).map(|(_, heading)| heading);
    let means = |heading: &&String| field.headings.contains(heading) || of_dialect().any(|it| it == *heading);
    let by_name = field.headings.iter().filter(|heading| heading.starts_with(&own.name));
    let best =
        of_dialect().chain(by_name).filter(|heading| heading.is_ascii() == codes || heading.starts_with(&own.name));
    let marks = own.marks.iter().filter(means);
    let others = [usual, &field.code].into_iter().chain(&field.headings);
    best.chain(marks)
        .chain(others)
        .find(|heading| (!codes || is_xml_name(heading)) && !is_foreign(resource, dialect, heading))
        .unwrap_or(usual)
        .clone()
}

/// Whether the name of a field's column would tell of another dialect, in any format.
pub(super) fn tells_of_another(resource: &Resource, dialect: usize, field: &Field) -> bool {
    let tells = |format: &Format| is_foreign(resource, dialect, &name(resource, dialect, field, *format));
    dialect > 0 && [Format::Csv, Format::Xml].iter().any(tells)
}

fn is_foreign(resource: &Resource, dialect: usize, heading: &str) -> bool {
    let heading = normalise(heading);
    resource.dialects.iter().enumerate().any(|(other, it)| other != dialect && it.marks.contains(&heading))
}

fn is_xml_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !text.starts_with(|it: char| it.is_numeric())
}

//! The XSD 1.0 of a resource: the envelope `<ROWDATA><ROW>` with an element a field, for departments that validate before they send.

use std::io::{self, Write};

use quick_xml::escape::escape;

use super::Resource;
use super::form::{self, Column, Form, OTHER};

/// Writes the schema of the current standard's layout.
///
/// # Errors
/// Only those of the writer.
pub fn write(resource: &Resource, out: &mut impl Write) -> io::Result<()> {
    let title = escape(format!("{} ({}) 第 {} 版", resource.name, resource.code, resource.version)).into_owned();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<!-- {title}. Generated from schemas/catalog/{}.toml: change that file. -->", resource.code)?;
    writeln!(out, "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" elementFormDefault=\"qualified\">")?;
    writeln!(out, "  <xs:element name=\"ROWDATA\">\n    <xs:complexType>\n      <xs:sequence>")?;
    writeln!(out, "        <xs:element name=\"ROW\" type=\"Row\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>")?;
    writeln!(out, "      </xs:sequence>\n    </xs:complexType>\n  </xs:element>")?;
    writeln!(out, "  <xs:complexType name=\"Row\">\n    <xs:all>")?;
    let columns = form::columns(resource);
    for column in &columns {
        element(column, out)?;
    }
    writeln!(out, "    </xs:all>\n  </xs:complexType>")?;
    for column in &columns {
        simple_type(column, out)?;
    }
    writeln!(out, "  <xs:simpleType name=\"Empty\">\n    <xs:restriction base=\"xs:token\">")?;
    writeln!(out, "      <xs:maxLength value=\"0\"/>\n    </xs:restriction>\n  </xs:simpleType>\n</xs:schema>")
}

fn element(column: &Column<'_>, out: &mut impl Write) -> io::Result<()> {
    let code = &column.field.code;
    let optional = if column.required { "" } else { " minOccurs=\"0\"" };
    writeln!(out, "      <xs:element name=\"{code}\" type=\"{code}\"{optional}>")?;
    writeln!(out, "        <xs:annotation><xs:documentation>{}</xs:documentation></xs:annotation>", about(column))?;
    writeln!(out, "      </xs:element>")
}

fn about(column: &Column<'_>) -> String {
    let field = column.field;
    let need = if column.required { "必填" } else { "选填" };
    let note = field.note.strip_prefix(need).unwrap_or(&field.note).trim_start_matches(['。', '，', '：']);
    let stop = if note.is_empty() { "" } else { "。" };
    escape(format!("{}，{need}{stop}{note}", field.name)).into_owned()
}

fn simple_type(column: &Column<'_>, out: &mut impl Write) -> io::Result<()> {
    let optional = !column.required;
    writeln!(out, "  <xs:simpleType name=\"{}\">", column.field.code)?;
    match &column.form {
        Form::Text { least, most, pattern } => text((*least, *most), *pattern, optional, out)?,
        Form::Patterned(patterns) => {
            let patterns = patterns.iter().map(|it| facet("pattern", it));
            restriction("xs:token", patterns.chain(optional.then(empty_pattern)), "    ", out)?;
        }
        Form::Number { .. } if optional => {
            writeln!(out, "    <xs:union memberTypes=\"Empty\">\n      <xs:simpleType>")?;
            number(&column.form, "        ", out)?;
            writeln!(out, "      </xs:simpleType>\n    </xs:union>")?;
        }
        Form::Number { .. } => number(&column.form, "    ", out)?,
        Form::Choice { wordings, other, most } => {
            let wordings: Vec<&str> = wordings.iter().copied().chain(optional.then_some("")).collect();
            choice(&wordings, other.then_some(*most), out)?;
        }
        Form::Choices { wordings, other, most } => {
            let facets = [facet("maxLength", most), facet("pattern", form::several(wordings, *other))];
            restriction("xs:token", facets.into_iter().chain(optional.then(empty_pattern)), "    ", out)?;
        }
    }
    writeln!(out, "  </xs:simpleType>")
}

/// Patterns of one restriction are alternatives: this one lets an optional value be empty.
fn empty_pattern() -> String {
    facet("pattern", "")
}

fn text(length: (usize, usize), pattern: Option<&str>, optional: bool, out: &mut impl Write) -> io::Result<()> {
    let (least, most) = length;
    let pattern = pattern.map(|it| facet("pattern", it));
    if optional && (least > 1 || pattern.is_some()) {
        writeln!(out, "    <xs:union memberTypes=\"Empty\">\n      <xs:simpleType>")?;
        let facets = [facet("minLength", least), facet("maxLength", most)];
        restriction("xs:token", facets.into_iter().chain(pattern), "        ", out)?;
        return writeln!(out, "      </xs:simpleType>\n    </xs:union>");
    }
    let least = (!optional).then(|| facet("minLength", least));
    restriction("xs:token", least.into_iter().chain([facet("maxLength", most)]).chain(pattern), "    ", out)
}

fn number(form: &Form<'_>, indent: &str, out: &mut impl Write) -> io::Result<()> {
    let Form::Number { pattern, total, places, min, max } = form else { return Ok(()) };
    let mut facets = vec![facet("totalDigits", total), facet("fractionDigits", places)];
    facets.push(facet("pattern", pattern));
    facets.extend(min.map(|it| facet("minInclusive", it)));
    facets.extend(max.map(|it| facet("maxInclusive", it)));
    restriction("xs:decimal", facets, indent, out)
}

/// An enumeration; where 其他 may be explained, a union of it with the explanation.
fn choice(wordings: &[&str], other: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    let facets = || wordings.iter().map(|it| facet("enumeration", it));
    let Some(most) = other else { return restriction("xs:token", facets(), "    ", out) };
    writeln!(out, "    <xs:union>\n      <xs:simpleType>")?;
    restriction("xs:token", facets(), "        ", out)?;
    writeln!(out, "      </xs:simpleType>\n      <xs:simpleType>")?;
    restriction("xs:token", [facet("maxLength", most), facet("pattern", OTHER)], "        ", out)?;
    writeln!(out, "      </xs:simpleType>\n    </xs:union>")
}

fn facet(name: &str, value: impl std::fmt::Display) -> String {
    let value = value.to_string();
    let value = if name == "pattern" { ascii_digits(&value) } else { value };
    format!("<xs:{name} value=\"{}\"/>", escape(value))
}

/// In XSD `\d` is any digit of Unicode, ours is 0 to 9.
fn ascii_digits(pattern: &str) -> String {
    let (mut out, mut in_class) = (String::new(), false);
    let mut rest = pattern.chars();
    while let Some(it) = rest.next() {
        match it {
            '\\' => match rest.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                escaped => out.extend(['\\'].into_iter().chain(escaped)),
            },
            '[' | ']' => {
                in_class = it == '[';
                out.push(it);
            }
            other => out.push(other),
        }
    }
    out
}

fn restriction(
    base: &str,
    facets: impl IntoIterator<Item = String>,
    indent: &str,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{indent}<xs:restriction base=\"{base}\">")?;
    for facet in facets {
        writeln!(out, "{indent}  {facet}")?;
    }
    writeln!(out, "{indent}</xs:restriction>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_an_ascii_digit_inside_and_outside_a_class() {
        assert_eq!(ascii_digits(r"\d{2}[\dA-F]\-\\d"), r"[0-9]{2}[0-9A-F]\-\\d");
    }
}

//! A department's front-end database (前置库) as a source: what to pull, and rows as JSON Lines. Knows no SQL.

use serde::Deserialize;

/// What to pull from where (前置库抽取配置). One TOML file each.
#[derive(Clone, PartialEq, Eq)]
pub struct FrontEnd {
    /// The name the position is remembered by.
    pub name: String,
    /// The address, `postgres://…` or the path of an SQLite file; it may hold a password and is never shown.
    pub url: String,
    /// The table or view, with its schema if need be.
    pub table: TableName,
    /// The unit whose data it is.
    pub unit: String,
    /// The resource the rows are.
    pub resource: String,
    /// The column that rises with every new or changed row.
    pub cursor: String,
    /// Rows of a page, which becomes one delivery; rows with equal cursor values stay together.
    pub page_rows: u32,
    /// Seconds between two pulls.
    pub every_seconds: u64,
}

/// The name of a table, its parts checked: `t_xzcf`, `public.t_xzcf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(Vec<String>);

/// A configuration that cannot be used. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontEndFault {
    /// Not TOML, or not with these keys.
    #[error("前置库配置无法读取：{0}")]
    Unreadable(String),
    /// A value is not what it has to be.
    #[error("前置库配置 {key} = “{value}”：{reason}")]
    Value {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The address names an environment variable that is not set.
    #[error("前置库配置 url 引用的环境变量 {0} 未设置")]
    Variable(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    name: String,
    url: String,
    table: String,
    org: String,
    resource: String,
    cursor: String,
    #[serde(default = "page_rows")]
    page_rows: u32,
    #[serde(default = "every_seconds")]
    every_seconds: u64,
}

const fn page_rows() -> u32 {
    10_000
}

const fn every_seconds() -> u64 {
    60
}

impl FrontEnd {
    /// Reads a configuration; `look_up` gives the value of an environment variable, for `${NAME}` in the address.
    ///
    /// # Errors
    /// [`FrontEndFault`].
    pub fn parse(text: &str, look_up: &dyn Fn(&str) -> Option<String>) -> Result<Self, FrontEndFault> {
        // The parser's own message quotes the line, and with it the password: only the place is told.
        let page: Page = toml::from_str(text).map_err(|fault| FrontEndFault::Unreadable(fault.message().to_owned()))?;
        let filled = |key, value: &str| match value.trim() {
            "" => Err(FrontEndFault::Value { key, value: value.to_owned(), reason: "不能为空" }),
            value => Ok(value.to_owned()),
        };
        if !(1..=100_000).contains(&page.page_rows) {
            let value = page.page_rows.to_string();
            return Err(FrontEndFault::Value { key: "page_rows", value, reason: "须在 1 至 100000 之间" });
        }
        Ok(Self {
            name: filled("name", &page.name)?,
            url: expand(&page.url, look_up)?,
            table: TableName::parse(&page.table)?,
            unit: filled("org", &page.org)?,
            resource: filled("resource", &page.resource)?,
            cursor: filled("cursor", &page.cursor)?,
            page_rows: page.page_rows,
            every_seconds: page.every_seconds.max(1),
        })
    }
}

fn expand(url: &str, look_up: &dyn Fn(&str) -> Option<String>) -> Result<String, FrontEndFault> {
    let (mut out, mut rest) = (String::new(), url);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&look_up(name).ok_or_else(|| FrontEndFault::Variable(name.to_owned()))?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

impl TableName {
    /// Checks a name: one or two parts of letters (Chinese ones too), digits, `_` and `$`, at most 63 characters each.
    ///
    /// # Errors
    /// [`FrontEndFault::Value`].
    pub fn parse(text: &str) -> Result<Self, FrontEndFault> {
        let parts: Vec<String> = text.trim().split('.').map(str::to_owned).collect();
        let is_plain = |it: &String| {
            !it.is_empty()
                && it.chars().count() <= 63
                && it.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
        };
        if parts.len() > 2 || !parts.iter().all(is_plain) {
            let reason = "须为表名或“模式.表名”，只含字母、汉字、数字、_、$";
            return Err(FrontEndFault::Value { key: "table", value: text.to_owned(), reason });
        }
        Ok(Self(parts))
    }

    /// Quoted for a statement; no part holds a quote.
    #[must_use]
    pub fn quoted(&self) -> String {
        self.0.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(".")
    }

    /// The table's own name, without its schema.
    #[must_use]
    pub fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }
}

/// A row as pulled: the cursor's value, then the values of all columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledRow {
    /// The value of the cursor column.
    pub cursor: String,
    /// Values by column; `None` is empty.
    pub values: Vec<Option<String>>,
}

/// Rows as JSON Lines, an object a row. Rows of one cursor value are ordered by their text, since a database gives them
/// in any order: the same rows are the same bytes, and so the same delivery.
#[must_use]
pub fn lines(columns: &[String], rows: &[PulledRow]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 256);
    for tied in rows.chunk_by(|one, other| one.cursor == other.cursor) {
        let mut texts: Vec<String> = tied.iter().map(|row| line(columns, row)).collect();
        texts.sort_unstable();
        for text in texts {
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        }
    }
    out
}

/// The order of the columns stays the table's.
fn line(columns: &[String], row: &PulledRow) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let member = |(name, value): (&String, &Option<String>)| {
        format!("{}:{}", quoted(name), value.as_deref().map_or_else(|| "null".to_owned(), quoted))
    };
    let members: Vec<String> = columns.iter().zip(&row.values).map(member).collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = \"xyj\"\nurl = \"postgres://reader:${XYJ_PASSWORD}@db/front\"\ntable = \"public.t_xzcf\"\n\
        org = \"XYJ\"\nresource = \"penalty\"\ncursor = \"id\"\n";

    #[test]
    fn a_password_comes_from_the_environment() {
        let look_up = |name: &str| (name == "XYJ_PASSWORD").then(|| "secret".to_owned());
        let read = FrontEnd::parse(TEXT, &look_up).unwrap_or_else(|err| panic!("{err}"));
        assert_eq!(read.url, "postgres://reader:secret@db/front");
        assert_eq!((read.table.quoted().as_str(), read.page_rows), ("\"public\".\"t_xzcf\"", 10_000));
        let missing = FrontEnd::parse(TEXT, &|_| None).err().expect("refused");
        assert_eq!(missing, FrontEndFault::Variable("XYJ_PASSWORD".into()));
    }

    #[test]
    fn a_table_is_a_name_and_never_a_query() {
        for name in ["t_xzcf", "行政处罚", "front.T$1"] {
            assert!(TableName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "a.b.c", "a b", "a\"b", "(select 1)", "a;drop table b", "a'", "a.", "x--"] {
            assert!(TableName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_bad_value_names_its_key() {
        let look_up = |_: &str| Some(String::new());
        for (from, to, key) in [
            ("\"id\"\n", "\"\"\n", "cursor"),
            ("\"id\"\n", "\"id\"\npage_rows = 0\n", "page_rows"),
            ("public.t_xzcf", "select", "resource"),
        ] {
            let text =
                TEXT.replace(from, to).replace("\"penalty\"", if key == "resource" { "\" \"" } else { "\"penalty\"" });
            let refused = FrontEnd::parse(&text, &look_up).err().expect("refused").to_string();
            assert!(refused.contains(key), "{refused}");
        }
        let unknown = FrontEnd::parse(&format!("{TEXT}query = \"select 1\""), &look_up).err().expect("refused");
        assert!(matches!(unknown, FrontEndFault::Unreadable(_)));
    }

    #[test]
    fn rows_of_one_cursor_value_are_the_same_bytes_in_whatever_order_they_come() {
        let row = |cursor: &str, name: &str| PulledRow {
            cursor: cursor.to_owned(),
            values: vec![Some(cursor.to_owned()), Some(name.to_owned()), None],
        };
        let columns = ["ID", "名称", "备注"].map(str::to_owned);
        let one = lines(&columns, &[row("1", "乙"), row("1", "甲\"\n"), row("2", "丙")]);
        let other = lines(&columns, &[row("1", "甲\"\n"), row("1", "乙"), row("2", "丙")]);
        assert_eq!(one, other);
        let text = String::from_utf8(one).expect("text");
        assert_eq!(text.lines().next(), Some("{\"ID\":\"1\",\"名称\":\"乙\",\"备注\":null}"));
        assert_eq!(text.lines().count(), 3);
    }
}

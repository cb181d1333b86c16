//! What is wrong with a body, a query or an address that does not parse, in Chinese: the parsers below say it in English.

/// What a parser's message means.
pub fn told(message: &str) -> String {
    let message = ["Json deserialize error: ", "Query deserialize error: ", "Path deserialize error: "]
        .iter()
        .find_map(|it| message.strip_prefix(it))
        .unwrap_or(message);
    let (said, place) = placed(message);
    let meant = field(said).or_else(|| value(said)).unwrap_or_else(|| {
        // Texts of our own are Chinese already.
        if said.is_ascii() { "不是有效的内容".to_owned() } else { said.to_owned() }
    });
    format!("{meant}{place}")
}

/// A message without the line and column it ends with, and those in Chinese.
fn placed(message: &str) -> (&str, String) {
    let Some((said, at)) = message.rsplit_once(" at line ") else { return (message, String::new()) };
    let Some((line, column)) = at.split_once(" column ") else { return (message, String::new()) };
    // A body that was read as a whole first has no place any more.
    if line == "0" { (said, String::new()) } else { (said, format!("（第 {line} 行第 {column} 列）")) }
}

/// What is said of fields.
fn field(said: &str) -> Option<String> {
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let (first, rest) = quoted.split_first()?;
    let known = rest.join("、");
    let kinds = ["missing field", "unknown field", "duplicate field", "unknown variant"];
    match kinds.iter().position(|it| said.starts_with(it))? {
        0 => Some(format!("缺少 {first}")),
        1 if rest.is_empty() => Some(format!("没有名为 {first} 的数据项")),
        1 => Some(format!("没有名为 {first} 的数据项，可用的有：{known}")),
        2 => Some(format!("{first} 重复")),
        _ => Some(format!("没有“{first}”这一取值，可取：{known}")),
    }
}

/// What is said of values.
fn value(said: &str) -> Option<String> {
    let syntax = [
        "EOF while",
        "expected ",
        "trailing ",
        "key must",
        "invalid escape",
        "control character",
        "lone ",
        "recursion",
    ];
    if syntax.iter().any(|it| said.starts_with(it)) {
        return Some("不是有效的 JSON".to_owned());
    }
    if ["premature end of input", "input contains invalid", "input is out of range", "trailing input"].contains(&said) {
        return Some("日期或时间格式有误，应如 2026-11-21".to_owned());
    }
    if let Some((given, wanted)) = said.strip_prefix("invalid type: ").and_then(|it| it.split_once(", expected ")) {
        return Some(format!("类型不对：给出的是{}，应为{}", kind(given), kind(wanted)));
    }
    let number = ["invalid digit", "number too", "cannot parse", "invalid value", "provided string was not"];
    number.iter().any(|it| said.starts_with(it)).then(|| "取值有误".to_owned())
}

/// A type, as the parsers name it.
fn kind(name: &str) -> &'static str {
    const KINDS: &[(&str, &str)] = &[
        ("string", "文本"),
        ("str", "文本"),
        ("char", "文本"),
        ("integer", "整数"),
        ("floating", "小数"),
        ("boolean", "真假值"),
        ("bool", "真假值"),
        ("null", "空值"),
        ("unit", "空值"),
        ("map", "对象"),
        ("struct", "对象"),
        ("sequence", "列表"),
        ("date", "日期"),
        ("option", "可空的值"),
        ("i64", "整数"),
        ("u64", "整数"),
        ("u32", "整数"),
        ("u16", "整数"),
        ("usize", "整数"),
    ];
    let plain = name.split([' ', '`', '"']).filter(|it| !it.is_empty());
    let known = |word: &str| KINDS.iter().find(|(it, _)| *it == word).map(|it| it.1);
    plain.filter(|it| *it != "a" && *it != "formatted").find_map(known).unwrap_or("其他类型")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "it is only ever refused")]
    struct Asked {
        item: String,
        day: Option<chrono::NaiveDate>,
        n: Option<u32>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        Two,
    }

    #[test]
    fn what_does_not_parse_is_told_in_chinese_with_its_field_and_place() {
        for (text, expected) in [
            ("{}", "缺少 item"),
            (r#"{"item": "a", "x": 1}"#, "没有名为 x 的数据项，可用的有：item、day、n、kind"),
            (r#"{"item": "a", "item": "b"}"#, "item 重复"),
            (r#"{"item": 1}"#, "类型不对：给出的是整数，应为文本"),
            (r#"{"item": "a", "n": "b"}"#, "类型不对：给出的是文本，应为整数"),
            (r#"{"item": "a", "kind": "three"}"#, "没有“three”这一取值，可取：one、two"),
            (r#"{"item": "a", "day": "2026-02-30"}"#, "日期或时间格式有误，应如 2026-11-21"),
            ("{\"item\": \"a\"", "不是有效的 JSON"),
            ("{item", "不是有效的 JSON"),
        ] {
            let err = serde_json::from_str::<Asked>(text).unwrap_err();
            let told = told(&err.to_string());
            let (said, place) = told.split_once("（第 1 行第 ").unwrap_or((&told, ""));
            assert_eq!((said, place.ends_with(" 列）")), (expected, true), "{text}: {err}");
        }
        assert_eq!(told("文本中含有空字符（U+0000）"), "文本中含有空字符（U+0000）");
        let err = actix_web::web::Query::<Asked>::from_query("n=x&item=a").unwrap_err();
        assert_eq!(told(&err.to_string()), "取值有误");
    }
}

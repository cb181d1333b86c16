//! A letter as a page: title, number, addressee, paragraphs, signature; everything escaped, nothing fetched.

use chrono::{Datelike, NaiveDate};

use crate::standards::mask;

/// A part of a letter's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A paragraph.
    Text(String),
    /// Numbered points.
    Points(Vec<String>),
    /// Names and values.
    Table(Vec<(String, String)>),
}

/// A letter (文书).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The title.
    pub title: String,
    /// The number.
    pub number: String,
    /// To whom.
    pub to: String,
    /// The body.
    pub parts: Vec<Part>,
    /// Who signs.
    pub signed: String,
    /// Lines that are filled in by hand; then nobody seals.
    pub by_hand: Vec<String>,
    /// The day it is of.
    pub day: NaiveDate,
    /// What is printed small at the end.
    pub note: String,
}

const STYLE: &str = "@page{size:A4;margin:28mm 26mm 25mm}\
*{box-sizing:border-box}\
body{margin:0 auto;padding:24px;max-width:170mm;color:#000;background:#fff;line-height:1.9;\
font-family:FangSong,STFangsong,'Noto Serif CJK SC','Source Han Serif SC',SimSun,serif;font-size:16pt}\
h1{margin:0 0 6pt;text-align:center;font-size:22pt;font-weight:bold;letter-spacing:.1em;line-height:1.4}\
.number{margin:0 0 18pt;text-align:center;font-size:14pt}\
p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}\
p.to{text-indent:0}\
ol{margin:0;padding-left:2.5em}\
table{width:100%;margin:8pt 0;border-collapse:collapse;font-size:13pt;line-height:1.5}\
th,td{padding:4pt 6pt;border:.75pt solid #000;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{width:32%;font-weight:normal}\
tr{break-inside:avoid}\
.signed{margin-top:36pt;text-align:right;break-inside:avoid}\
.by-hand{margin-top:36pt;padding-left:40%;line-height:2.6;break-inside:avoid}\
.note{margin-top:24pt;padding-top:6pt;border-top:.75pt solid #000;text-indent:0;font-size:10.5pt;line-height:1.5}\
@media print{body{padding:0;max-width:none}}";

impl Letter {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = String::with_capacity(4096);
        out.push_str("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n");
        out.push_str(&format!("<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n", escaped(&self.title)));
        out.push_str(&format!("<h1>{}</h1>\n", escaped(&self.title)));
        out.push_str(&format!("<p class=\"number\" style=\"text-indent:0\">{}</p>\n", escaped(&self.number)));
        out.push_str(&format!("<p class=\"to\">{}：</p>\n", escaped(&self.to)));
        for part in &self.parts {
            write(part, &mut out);
        }
        out.push_str(&self.signature());
        out.push_str(&format!("<p class=\"note\">{}</p>\n</body>\n</html>\n", escaped(&self.note)));
        out
    }
}

impl Letter {
    /// The unit's seal and the day, or the lines somebody fills in.
    fn signature(&self) -> String {
        if !self.by_hand.is_empty() {
            let lines: Vec<String> = self.by_hand.iter().map(|it| escaped(it)).collect();
            return format!("<div class=\"by-hand\">{}</div>\n", lines.join("<br>"));
        }
        let day = format!("{}年{}月{}日", self.day.year(), self.day.month(), self.day.day());
        format!("<div class=\"signed\">{}（印章）<br>{day}</div>\n", escaped(&self.signed))
    }
}

fn write(part: &Part, out: &mut String) {
    match part {
        Part::Text(text) => out.push_str(&format!("<p>{}</p>\n", escaped(text))),
        Part::Points(points) => {
            let items: String = points.iter().map(|it| format!("<li>{}</li>", escaped(it))).collect();
            out.push_str(&format!("<ol>{items}</ol>\n"));
        }
        Part::Table(rows) => {
            let row = |(name, value): &(String, String)| {
                format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(value))
            };
            let rows: String = rows.iter().map(row).collect();
            out.push_str(&format!("<table>{rows}</table>\n"));
        }
    }
}

/// Text that is only text in HTML, in an attribute too; personal numbers in it are masked.
fn escaped(text: &str) -> String {
    let text = mask::numbers_in_text(text);
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_by_others_is_markup_and_nothing_is_fetched() {
        let hostile = "<script>alert(1)</script>\" onload='x' & <img src=http://evil.example/x>";
        let letter = Letter {
            title: hostile.into(),
            number: hostile.into(),
            to: hostile.into(),
            parts: vec![
                Part::Text(hostile.into()),
                Part::Points(vec![hostile.into()]),
                Part::Table(vec![(hostile.into(), hostile.into())]),
            ],
            signed: hostile.into(),
            by_hand: Vec::new(),
            day: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
            note: hostile.into(),
        };
        let page = letter.html();
        for bad in ["<script", "<img", "src=\"", "href=", "url(", "@import", "onload='"] {
            assert!(!page.contains(bad), "{bad}");
        }
        assert_eq!(page.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count(), 10);
        assert!(page.contains("2026年4月1日"));
        let by_hand = Letter { by_hand: vec![hostile.into()], ..letter }.html();
        assert!(by_hand.contains("&lt;script&gt;") && !by_hand.contains("<script") && !by_hand.contains("印章"));
    }

    #[test]
    fn a_line_break_stays_one_and_control_characters_go() {
        assert_eq!(escaped("甲\n乙\u{7}丙"), "甲<br>乙丙");
    }
}

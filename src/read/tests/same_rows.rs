//! One table in every format and encoding gives the same rows.

use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

use super::super::Format;
use super::*;

const COLUMNS: &[&str] = &["文号", "名称", "内容", "金额", "日期"];

const ROWS: &[[&str; 5]] = &[
    ["示例罚〔2024〕1号", "示例有限公司", "罚款人民币“壹万元”", "1", "2024-01-31"],
    ["示例罚〔2024〕2号", "甲&乙<示例>有限公司", "第一行\n第二行，又 \"引号\"", "0.35", "2024-02-29"],
    ["示例罚〔2024〕3号", "示例䶮商行", "", "", "2024-03-01"],
];

fn csv(delimiter: char) -> String {
    let mut out = COLUMNS.join(&delimiter.to_string()) + "\r\n";
    for row in ROWS {
        let quoted: Vec<String> = row
            .iter()
            .map(|cell| {
                let plain = !cell.contains(['"', '\n', delimiter]);
                if plain { (*cell).to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
            })
            .collect();
        out += &(quoted.join(&delimiter.to_string()) + "\r\n");
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&#62;")
}

fn xml(declared: &str, root: [&str; 2], row: &str) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"{declared}\"?>\n<{}>\n", root[0]);
    for cells in ROWS {
        out += &format!("  <{row}>\n");
        for (column, cell) in COLUMNS.iter().zip(cells) {
            out += &format!("    <{column}>{}</{column}>\n", escape(cell));
        }
        out += &format!("  </{row}>\n");
    }
    out + root[1]
}

fn json() -> String {
    let object = |row: &[&str; 5]| {
        let members = COLUMNS.iter().zip(row).map(|(key, value)| ((*key).to_owned(), (*value).into()));
        serde_json::Value::Object(members.collect()).to_string()
    };
    ROWS.iter().map(object).collect::<Vec<_>>().join("\n")
}

/// A workbook with titles above, notes below and other sheets around the table.
fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("填表说明").expect("a name").write(0, 0, "请用文本格式").expect("a cell");
    let sheet = book.add_worksheet().set_name("行政处罚").expect("a name");
    sheet.write(0, 0, "行政处罚信息归集表").expect("a cell");
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write(2, column, *name).expect("a cell");
    }
    let day = CellFormat::new().set_num_format("yyyy-mm-dd");
    for (line, row) in (3..).zip(ROWS) {
        for (column, cell) in (0..4).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(line, column, number).expect("a cell"),
                Err(_) => sheet.write(line, column, *cell).expect("a cell"),
            };
        }
        let date = ExcelDateTime::parse_from_str(row[4]).expect("a day");
        sheet.write_with_format(line, 4, &date, &day).expect("a cell");
    }
    sheet.write_blank(6, 300, &day).expect("a cell");
    sheet.write(8, 0, "注：金额单位为万元").expect("a cell");
    book.add_worksheet().set_name("别的表").expect("a name").write(0, 0, "别的").expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn gb(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = GB18030.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn marked(text: &str) -> Vec<u8> {
    [b"\xEF\xBB\xBF", text.as_bytes()].concat()
}

/// A file, with the format and the encoding it should be recognised as.
type Case = (Vec<u8>, Format, &'static str);

fn xml_cases() -> Vec<Case> {
    let rowdata = |declared: &str| xml(declared, ["ROWDATA", "</ROWDATA>"], "ROW");
    let delivery = xml("UTF-8", ["delivery resource=\"penalty\" org=\"A01\"", "</delivery>"], "row");
    let exchange = xml(
        "UTF-8",
        [
            "ExchangeMessage><Header><sender>示例局</sender><item>双公示</item></Header><Body",
            "</Body></ExchangeMessage>",
        ],
        "fields",
    );
    vec![
        (rowdata("UTF-8").into_bytes(), Format::Xml, "UTF-8"),
        (marked(&rowdata("utf-8")), Format::Xml, "UTF-8"),
        (gb(&rowdata("GBK")), Format::Xml, "GB18030"),
        (gb(&rowdata("GB2312")), Format::Xml, "GB18030"),
        (gb(&rowdata("UTF-8")), Format::Xml, "GB18030"),
        (utf16(&rowdata("UTF-16"), true, true), Format::Xml, "UTF-16LE"),
        (utf16(&rowdata("UTF-16"), false, true), Format::Xml, "UTF-16BE"),
        (utf16(&rowdata("UTF-16"), true, false), Format::Xml, "UTF-16LE"),
        (delivery.into_bytes(), Format::Xml, "UTF-8"),
        (xml("UTF-8", ["DATAS", "</DATAS>"], "DATA").into_bytes(), Format::Xml, "UTF-8"),
        (xml("UTF-8", ["response><data", "</data></response>"], "row").into_bytes(), Format::Xml, "UTF-8"),
        (exchange.into_bytes(), Format::Xml, "UTF-8"),
    ]
}

fn other_cases() -> Vec<Case> {
    let array = format!("[{}]", json().replace('\n', ","));
    let envelope = format!("{{\"code\":0,\"msg\":\"ok\",\"page\":{{\"n\":1}},\"data\":{array},\"total\":3}}");
    vec![
        (csv(',').into_bytes(), Format::Csv, "UTF-8"),
        (marked(&csv(',')), Format::Csv, "UTF-8"),
        (gb(&csv(',')), Format::Csv, "GB18030"),
        (utf16(&csv('\t'), true, true), Format::Csv, "UTF-16LE"),
        (csv(';').into_bytes(), Format::Csv, "UTF-8"),
        (csv('\t').into_bytes(), Format::Csv, "UTF-8"),
        (array.into_bytes(), Format::Json, "UTF-8"),
        (envelope.into_bytes(), Format::Json, "UTF-8"),
        (json().into_bytes(), Format::Jsonl, "UTF-8"),
        (gb(&json()), Format::Jsonl, "GB18030"),
        (xlsx(), Format::Xlsx, "UTF-8"),
    ]
}

#[test]
fn one_table_gives_the_same_rows_in_every_format_and_encoding() {
    for (at, (bytes, format, encoding)) in xml_cases().into_iter().chain(other_cases()).enumerate() {
        let table = read(bytes).unwrap_or_else(|error| panic!("case {at}: {error}"));
        let mut columns = table.columns.clone();
        let order: Vec<usize> =
            COLUMNS.iter().map(|name| columns.iter().position(|column| column == name).expect("a column")).collect();
        columns.sort_unstable();
        let cells: Vec<Vec<&str>> =
            table.cells().iter().map(|row| order.iter().map(|column| row[*column].as_str()).collect()).collect();
        assert_eq!(cells, ROWS, "case {at}");
        assert_eq!(columns.len(), COLUMNS.len(), "case {at}");
        assert_eq!((table.reader.format(), table.reader.encoding()), (format, encoding), "case {at}");
        assert!(table.reader.position() > 0, "case {at}");
    }
}

#[test]
fn a_row_is_numbered_as_a_person_finds_it() {
    assert_eq!(read(csv(',')).expect("CSV").numbers(), [2, 3, 5], "the second row has a line break in a cell");
    assert_eq!(read(xlsx()).expect("XLSX").numbers(), [4, 5, 6]);
    assert_eq!(read(json()).expect("JSON Lines").numbers(), [1, 2, 3]);
    assert_eq!(read("\n{\"文号\":\"1\"}\n\n{\"文号\":\"2\"}").expect("JSON Lines").numbers(), [2, 4]);
    assert_eq!(read("[{\"文号\":\"1\"},\n{},{\"文号\":\"2\"}]").expect("JSON").numbers(), [1, 3]);
    assert_eq!(read("<a><row/><row><文号>1</文号></row></a>").expect("XML").numbers(), [2]);
}

#[test]
fn a_workbook_tells_how_its_cells_were_stored_and_what_was_left_out() {
    let table = read(xlsx()).expect("a workbook");
    assert_eq!(table.shapes[0], [Shape::Text, Shape::Text, Shape::Text, Shape::Number, Shape::Date]);
    assert_eq!(table.reader.skipped(), 1);
    assert_eq!(table.reader.notes().len(), 2, "{:?}", table.reader.notes());
    let other = OpenOptions { sheet: Some("别的表".to_owned()), ..options() };
    assert_eq!(read_with(xlsx(), &other).expect("the sheet").columns, ["别的"]);
    let missing = OpenOptions { sheet: Some("没有".to_owned()), ..options() };
    assert_eq!(read_with(xlsx(), &missing).expect_err("no sheet").code(), "no_sheet");
}

#[test]
fn the_sheet_with_the_known_headings_is_read_and_a_hidden_one_is_not() {
    let mut book = Workbook::new();
    for (name, heading) in [("许可", "许可文号"), ("代码表", "文号"), ("处罚", "文号")] {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        sheet.write(0, 0, heading).expect("a cell").write(0, 1, "金额").expect("a cell");
        sheet.write(1, 0, name).expect("a cell").set_hidden(name == "代码表");
    }
    book.add_worksheet().set_name("宽").expect("a name").write(0, 400, "远").expect("a cell");
    let table = read(book.save_to_buffer().expect("a workbook")).expect("a workbook");
    assert_eq!(table.cells(), [["处罚", ""]]);
    assert_eq!(table.reader.notes(), ["读取了工作表「处罚」，未读取：许可、宽"]);
}

#[test]
fn titles_notes_blank_lines_and_padding_of_a_csv_are_no_rows() {
    let text = "行政处罚信息表,,\n填报单位：示例局,,\n\n文号,名称,金额,,\n1,甲,5,,\n,,\n2,乙,6,,x\n3,丙\n合计,,11\n注：单位为万元,,\n";
    let table = read(text).expect("CSV");
    assert_eq!(table.columns, ["文号", "名称", "金额"]);
    assert_eq!(table.cells(), [vec!["1", "甲", "5"], vec!["2", "乙", "6", "", "x"], vec!["3", "丙"]]);
    assert_eq!(table.numbers(), [5, 7, 8]);
    assert_eq!(table.reader.skipped(), 2);
    assert_eq!(table.reader.notes().len(), 1);
}

#[test]
fn a_broken_byte_stays_in_its_cell_and_gb18030_is_found_behind_ascii() {
    let mut bytes = "文号,名称\n示例1号,".as_bytes().to_vec();
    bytes.extend(b"\xE7\xA4 x\n");
    assert_eq!(read(bytes).expect("CSV").cells(), [["示例1号", "\u{FFFD} x"]]);
    assert_eq!(
        read("文号,名称\n".to_owned() + &"1,2\n".repeat(2000) + "3,\0\n").expect("CSV").cells()[2000],
        ["3", "\u{FFFD}"]
    );
    assert_eq!(read("[{\"a\":\"\\u0000\"}]").expect("JSON").cells(), [["\u{FFFD}"]]);
    let mut bytes = b"a,b\n".to_vec();
    bytes.extend(b"1,2\n".repeat(40_000));
    bytes.extend(gb("3,示例有限公司\n"));
    assert_eq!(read(bytes).expect("CSV").cells()[40_000], ["3", "示例有限公司"]);
}

#[test]
fn xml_cells_keep_references_cdata_and_white_space() {
    let text = "<a xmlns:p='u'><!-- x --><p:Row><p:文号> 1&amp;2<![CDATA[<3>]]>&#x4E00; </p:文号><名称/>\
                <field name='金额'>5</field><?pi?></p:Row><row><名称>乙\r\n丙</名称></row></a>";
    let table = read(text).expect("XML");
    assert_eq!(table.columns, ["文号", "名称", "金额"]);
    assert_eq!(table.cells(), [[" 1&2<3>一 ", "", "5"], ["", "乙\n丙", ""]]);
}

#[test]
fn columns_grow_while_rows_are_read() {
    let table = read("[{\"文号\":\"1\"},{\"金额\":1.50,\"文号\":\"2\"}]").expect("JSON");
    assert_eq!(table.columns, ["文号", "金额"]);
    assert_eq!(table.cells(), [vec!["1"], vec!["2", "1.50"]]);
}

#[test]
fn json_values_become_the_text_a_person_would_write() {
    let text = r#"{"a":911101080000000013,"b":null,"c":true,"d":["甲","乙",3],"e":"\u4e00\ud83d\ude00\n\"","f":[],"g":-1.5e3}"#;
    let table = read(text).expect("JSON");
    assert_eq!(table.cells(), [["911101080000000013", "", "true", "甲；乙；3", "一😀\n\"", "", "-1.5e3"]]);
}

#[test]
fn rows_across_the_edges_of_a_window_are_whole() {
    let cell = "示例文字，".repeat(700);
    let count = 60;
    let csv = "文号,内容\n".to_owned() + &(0..count).map(|at| format!("{at},\"{cell}\"\n")).collect::<String>();
    let xml = format!(
        "<a>{}</a>",
        (0..count).map(|at| format!("<row><文号>{at}</文号><内容>{cell}</内容></row>")).collect::<String>()
    );
    let json = (0..count).map(|at| format!("{{\"文号\":{at},\"内容\":\"{cell}\"}}\n")).collect::<String>();
    for text in [csv, xml, json] {
        let table = read(text).expect("a table");
        assert_eq!(table.rows.len(), count);
        for (at, row) in table.cells().iter().enumerate() {
            assert_eq!(row, &[at.to_string(), cell.clone()]);
        }
    }
}

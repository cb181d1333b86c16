//! Files that are broken, of the wrong kind or made to harm: each is refused with its code, none ends the process.

use std::io::Write;

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::Limits;
use super::*;

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).expect("an entry");
        zip.write_all(bytes).expect("an entry");
    }
    zip.finish().expect("a container").into_inner()
}

/// A workbook of one sheet, with its shared strings.
fn book(sheet: &str, strings: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let link = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id='{id}' Type='{OFFICE}/{kind}' Target='{target}'/>")
    };
    let links = |links: &[String]| format!("<Relationships xmlns='{PACKAGE}'>{}</Relationships>", links.concat());
    zip(&[
        ("_rels/.rels", links(&[link("r1", "officeDocument", "xl/workbook.xml")]).as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            links(&[link("r1", "worksheet", "worksheets/sheet1.xml"), link("r2", "sharedStrings", "sharedStrings.xml")]).as_bytes(),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets><sheet name='一' sheetId='1' r:id='r1'/></sheets></workbook>")
                .as_bytes(),
        ),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns='{MAIN}'>{sheet}</worksheet>").as_bytes()),
    ])
}

fn inline(at: &str, text: &str) -> String {
    format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>")
}

/// An OLE container whose directory names a stream.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0; 1024];
    bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    bytes[30] = 9;
    let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes[512..512 + name.len()].copy_from_slice(&name);
    bytes
}

#[test]
fn a_file_of_the_wrong_kind_is_refused_by_name() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "empty_file"),
        (b" \r\n\t ", "empty_file"),
        (b"\xEF\xBB\xBF", "empty_file"),
        (&compound("Workbook"), "old_workbook"),
        (&compound("EncryptedPackage"), "password"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old_workbook"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n", "unsupported_format"),
        (b"a,b\n\0\0\0\x01", "not_text"),
        (b"<html><body><table><tr><td>1", "web_page"),
        (b" <!DOCTYPE html><html>", "web_page"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "web_page"),
        (&zip(&[("a.csv", b"a,b")]), "not_workbook"),
        (&zip(&[("word/document.xml", b"<a/>")]), "unsupported_format"),
        (&zip(&[("xl/workbook.bin", b"x")]), "binary_workbook"),
        (&zip(&[("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x")]), "macros"),
        (&zip(&[("xl/workbook.xml", b"x"), ("../evil", b"x")]), "broken_workbook"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(code(*bytes), *expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn broken_or_hostile_xml_is_refused() {
    let deep = format!("<a>{}", "<b>".repeat(100_000));
    let laughs =
        "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><a><row><x>&b;</x></row></a>";
    let long = format!("<a><row><x>{}</x></row></a>", "x".repeat(5 << 20));
    let tag = format!("<a><{}", "x".repeat(5 << 20));
    let wide = format!("<a><row>{}</row></a>", (0..300).map(|at| format!("<c{at}/>")).collect::<String>());
    let cases: &[(&str, &str)] = &[
        (laughs, "doctype"),
        ("<a><row><x>&b;</x></row></a>", "broken_xml"),
        ("<a><row><x>1</y></row></a>", "broken_xml"),
        ("<a><row>1</row></a>", "broken_xml"),
        ("<a><row><x>1</x></row>", "truncated"),
        ("<a><row><x>1", "truncated"),
        ("<a><row><x", "truncated"),
        ("<a><row><x><y>1</y></x></row></a>", "nested_cell"),
        ("<a><row><x>1</x><x>2</x></row></a>", "column_twice"),
        ("<penalties><penalty>1</penalty></penalties>", "no_rows"),
        (&deep, "too_deep"),
        (&long, "row_too_long"),
        (&tag, "row_too_long"),
        (&wide, "too_many_columns"),
    ];
    for (text, expected) in cases {
        assert_eq!(code(*text), *expected, "{}", text.chars().take(80).collect::<String>());
    }
    assert!(read("<ROWDATA></ROWDATA>").expect("no rows are no error").rows.is_empty());
}

#[test]
fn an_error_names_the_line_in_the_file() {
    let error = read("<a>\n<row>\n<x>1</y>\n</row></a>").expect_err("broken");
    assert!(matches!(error, ReadError::Xml { line: 3, .. }), "{error}");
    let error = read("[{\"a\":1},\n\n{\"a\":}]").expect_err("broken");
    assert!(matches!(error, ReadError::Json { line: 3, .. }), "{error}");
    let error = read("a,b\n1,2\n\"3,4\n").expect_err("broken");
    assert!(matches!(error, ReadError::OpenQuote { line: 3 }), "{error}");
}

#[test]
fn broken_or_hostile_json_is_refused() {
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    let meta = format!("{{\"page\":{}", "{\"a\":".repeat(1000));
    let cases: &[(&str, &str)] = &[
        ("[{\"a\":1}", "truncated"),
        ("[{\"a\":\"1", "truncated"),
        ("{\"a\":1}\n{\"a\":", "truncated"),
        ("[{\"a\":1,}]", "broken_json"),
        ("[{\"a\":1} {\"a\":1}]", "broken_json"),
        ("[{\"a\":1}] x", "broken_json"),
        ("[1,2]", "broken_json"),
        ("[{\"a\":tru}]", "broken_json"),
        ("[{\"a\":\"\\x\"}]", "broken_json"),
        ("[{\"a\":1,\"a\":2}]", "column_twice"),
        ("[{\"a\":{\"b\":1}}]", "nested_cell"),
        ("{\"a\":{\"b\":1}}", "nested_cell"),
        ("{\"data\":{\"list\":1}}", "broken_json"),
        (&deep, "nested_cell"),
        (&meta, "broken_json"),
    ];
    for (text, expected) in cases {
        assert_eq!(code(*text), *expected, "{}", text.chars().take(80).collect::<String>());
    }
}

#[test]
fn broken_or_hostile_csv_is_refused() {
    assert_eq!(code("文号,名称\n1,\"x\n"), "open_quote");
    assert_eq!(code(format!("文号,名称\n1,\"{}", "x\n".repeat(3 << 20))), "row_too_long");
    assert_eq!(code(format!("文号,名称\n1,{}", "x".repeat(5 << 20))), "row_too_long");
    assert_eq!(code(format!("文号,名称\n1,{}\n", "x".repeat(200_000))), "cell_too_long");
    assert_eq!(code(format!("文号,名称\n1{}\n", ",x".repeat(400))), "too_many_columns");
    assert_eq!(code(format!("文号{}\n", ",名称".repeat(400))), "too_many_columns");
}

#[test]
fn cells_at_the_corners_of_a_sheet_cost_nothing() {
    let rows = |last: &str| {
        format!(
            "<sheetData><row r='1'>{}</row><row r='1048576'>{last}</row></sheetData>",
            inline("A1", "文号") + &inline("B1", "名称")
        )
    };
    assert_eq!(read(book(&rows(&inline("B1048576", "末")), "<sst/>")).expect("a sheet").cells(), [["", "末"]]);
    assert!(read(book(&rows("<c r='XFD1048576'/>"), "<sst/>")).expect("a sheet").rows.is_empty());
    assert_eq!(code(book(&rows(&inline("XFD1048576", "x")), "<sst/>")), "too_many_columns");
}

#[test]
fn bombs_are_refused_before_anything_is_held() {
    let sheet = format!("<sheetData><row r='1'>{}</row></sheetData>", inline("A1", "文号"));
    let claims = "<sst uniqueCount='99999999999'><si><t>a</t></si></sst>";
    assert_eq!(code(book(&sheet, claims)), "zip_bomb");
    assert_eq!(code(book(&format!("{sheet}{}", " ".repeat(8 << 20)), "<sst/>")), "zip_bomb");
    let small = Limits { zip_cell_bytes: 1000, ..Limits::DEFAULT };
    let long = format!("<sheetData><row r='1'>{}</row></sheetData>", inline("A1", &"<r><t>x</t></r>".repeat(100)));
    let limited = OpenOptions { limits: small, ..options() };
    assert_eq!(read_with(book(&long, "<sst/>"), &limited).expect_err("a long cell").code(), "zip_bomb");
    let many: Vec<String> = (0..300).map(|at| format!("x{at}")).collect();
    let parts: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(code(zip(&parts)), "zip_bomb");
}

#[test]
fn broken_workbooks_are_refused() {
    let row = |at: u32| format!("<row r='{at}'>{}</row>", inline(&format!("A{at}"), "文号"));
    assert_eq!(code(book(&format!("<sheetData>{}{}", row(1), row(2)), "<sst/>")), "broken_workbook");
    assert_eq!(code(book(&format!("<sheetData>{}{}</sheetData>", row(3), row(2)), "<sst/>")), "broken_workbook");
    assert_eq!(
        code(book("<sheetData><row r='1'><c r='A1' t='s'><v>7</v></c></row></sheetData>", "<sst/>")),
        "broken_workbook"
    );
    assert_eq!(code(book("<sheetData/>", "<sst/>")), "empty_file");
    assert_eq!(code(book("<sheetData></sheetData>", "<sst/>")), "empty_file");
}

#[test]
fn a_reader_dropped_early_ends_its_thread() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for line in 0..5000 {
        sheet.write(line, 0, "文号").expect("a cell").write(line, 1, line).expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let shared = Arc::new(());
    let held = Arc::clone(&shared);
    let options = OpenOptions {
        is_heading: Arc::new(move |cells| {
            let _ = &held;
            cells.len()
        }),
        ..OpenOptions::default()
    };
    let mut reader = open(Box::new(Cursor::new(bytes)), &options).expect("a workbook");
    assert!(reader.next(&mut Row::new()).expect("a row"));
    drop((reader, options));
    while Arc::strong_count(&shared) > 1 {
        std::thread::yield_now();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        _ = read(bytes);
    }

    #[test]
    fn random_markup_never_panics(text in "[<>/&;!\\[\\]?= a\"'\n\r一-]{0,60}") {
        _ = read(format!("<a><row>{text}</row></a>"));
        _ = read(format!("<{text}"));
    }

    #[test]
    fn random_json_never_panics(text in "[{}\\[\\],:\"\\\\ue1\\-.tn 一\n]{0,60}") {
        _ = read(format!("[{text}"));
        _ = read(format!("{{{text}"));
    }

    #[test]
    fn random_tables_never_panic(text in "[,;\t\"\r\na一 ]{0,80}") {
        _ = read(text);
    }

    #[test]
    fn truncated_and_damaged_workbooks_never_panic(cut in 0_usize..2000, at in 0_usize..2000, byte in any::<u8>()) {
        let sheet = format!("<sheetData><row r='1'>{}</row></sheetData>", inline("A1", "文号"));
        let mut bytes = book(&sheet, "<sst/>");
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % length / 2);
        _ = read(bytes);
    }
}

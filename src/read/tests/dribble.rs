//! However a source hands out its bytes, the rows are the same: the fast ways agree with the slow ones.

use std::io::{self, Read, Seek, SeekFrom};

use proptest::prelude::*;

use super::*;

/// A source that gives a few bytes at a time.
struct Dribble(Cursor<Vec<u8>>, usize);

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

impl Seek for Dribble {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// The rows and columns, or the code of the refusal.
type Outcome = Result<(Vec<String>, Vec<(u64, Vec<String>)>), &'static str>;

fn outcome(read: Result<Table, ReadError>) -> Outcome {
    read.map(|table| (table.columns, table.rows)).map_err(|error| error.code())
}

fn agree(text: &str, step: usize) -> Result<(), TestCaseError> {
    for bytes in [text.as_bytes().to_vec(), encoding_rs::GB18030.encode(text).0.into_owned()] {
        let whole = outcome(read(bytes.clone()));
        let dribbled = outcome(read_from(Box::new(Dribble(Cursor::new(bytes), step)), &options()));
        prop_assert_eq!(whole, dribbled);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn tables(text in "文号,名称\n([a文,;\"\r\n\t ]{0,6}[,\n]){0,12}", step in 1_usize..9) {
        agree(&text, step)?;
    }

    #[test]
    fn elements(cells in prop::collection::vec(("[a-c]", "[a文 \n\r]{0,3}(&amp;|<!--x-->|<!\\[CDATA\\[<\\]\\]>)?"), 0..9), step in 1_usize..9) {
        let cell = |(name, text): &(String, String)| format!("<{name}>{text}</{name}>");
        let rows: String = cells.chunks(3).map(|row| format!("<row>\n{}</row>", row.iter().map(cell).collect::<String>())).collect();
        agree(&format!("<?xml version='1.0'?>\n<a>{rows}</a>"), step)?;
    }

    #[test]
    fn markup(text in "(<a>|</a>|<b/>|<row>|</row>|</?[ab] ?>|[文&;\"!\n -]|<!--|-->){0,14}", step in 1_usize..9) {
        agree(&format!("<x><row><a>1</a><b>2</b></row><row>{text}</row></x>"), step)?;
    }

    #[test]
    fn objects(text in "((\"[ab]\" ?: ?\"[a文\\\\n ]{0,4}\"|\"[ab]\":[1n\\[\"]{0,3})[, }]{1,2}){0,5}", step in 1_usize..9) {
        agree(&format!("[{{\"a\":\"1\",\"b\":\"2\"}},{{{text}}}]"), step)?;
        agree(&format!("{{{text}}}\n"), step)?;
    }
}

//! Why a file cannot be read: each reason with a stable code and a message for the person who sent it.

use std::io;

/// A file that is refused as a whole. The message is Chinese and says what to do; it holds no cell's text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be fetched; the file itself may be sound.
    #[error("读取文件时出错：{0}")]
    Io(#[source] io::Error),
    /// No byte, or nothing but white space.
    #[error("文件是空的，没有任何内容；没有数据时请报送零报告")]
    Empty,
    /// An Excel 97-2003 workbook.
    #[error("这是旧版 Excel 97-2003 工作簿（.xls），请另存为 .xlsx 后重新报送")]
    OldWorkbook,
    /// A workbook behind a password.
    #[error("工作簿设有打开密码，请取消密码后重新报送")]
    Password,
    /// A binary workbook (.xlsb).
    #[error("这是二进制工作簿（.xlsb），请另存为 .xlsx 后重新报送")]
    BinaryWorkbook,
    /// A workbook with macros.
    #[error("工作簿含有宏，请另存为不含宏的 .xlsx 后重新报送")]
    Macros,
    /// A web page or an Excel 2003 XML table under the name of a workbook.
    #[error("这是网页或 Excel 2003 XML 表格，不是真正的工作簿，请在 Excel 中打开后另存为 .xlsx")]
    WebPage,
    /// A zip container without a workbook: an archive, a Word document.
    #[error("压缩包中没有 Excel 工作簿；压缩文件请先解压，逐个报送其中的文件")]
    NotWorkbook,
    /// A known format that holds no rows: PDF, a picture, an archive.
    #[error("不支持{0}，请报送 XML、CSV、XLSX 或 JSON 文件")]
    Unsupported(&'static str),
    /// Bytes that are no text in any known encoding.
    #[error("文件不是文本，也不是 XLSX 工作簿，无法识别")]
    NotText,
    /// An encoding other than UTF-8, UTF-16 and GB18030.
    #[error("不支持的文字编码 {0}，请改用 UTF-8 或 GB18030")]
    Encoding(String),
    /// A workbook that asks for more memory than any real one.
    #[error("工作簿解压后过大（{0}），可能是恶意文件，已拒绝")]
    Bomb(String),
    /// A workbook that breaks its own format.
    #[error("工作簿已损坏，无法读取：{0}")]
    Workbook(String),
    /// The sheet asked for is not there.
    #[error("工作簿中没有名为「{0}」的工作表")]
    NoSheet(String),
    /// A document type declaration: entities defined in it are the way of known attacks.
    #[error("XML 文件含有 DOCTYPE 声明，出于安全原因不予接受")]
    Doctype,
    /// XML that is not well formed.
    #[error("XML 第 {line} 行附近有格式错误：{detail}")]
    Xml {
        /// The line in the file, from 1.
        line: u64,
        /// What is wrong there.
        detail: String,
    },
    /// XML with text but without one known row element.
    #[error("XML 中没有找到数据行，行元素应为 row、ROW、data、record、fields 或 item")]
    NoRows,
    /// JSON that is not well formed or not made of flat objects.
    #[error("JSON 第 {line} 行附近有格式错误：{detail}")]
    Json {
        /// The line in the file, from 1.
        line: u64,
        /// What is wrong there.
        detail: String,
    },
    /// The file ends in the middle of a value.
    #[error("文件不完整：第 {line} 行附近内容突然结束，可能未传完")]
    Truncated {
        /// The line in the file, from 1.
        line: u64,
    },
    /// A quoted CSV cell without its closing quote.
    #[error("第 {line} 行开始的单元格缺少结束的双引号")]
    OpenQuote {
        /// The line where the record begins, from 1.
        line: u64,
    },
    /// A cell that holds elements or an object instead of text.
    #[error("第 {row} 行的「{column}」里面还有下级元素，单元格只能是文字")]
    Nested {
        /// The row, as in `Row::number`.
        row: u64,
        /// The column's name as delivered.
        column: String,
    },
    /// One column twice in a row.
    #[error("第 {row} 行的「{column}」出现了两次")]
    Twice {
        /// The row, as in `Row::number`.
        row: u64,
        /// The column's name as delivered.
        column: String,
    },
    /// More columns than [`super::Limits::columns`].
    #[error("第 {row} 行超过 {limit} 列")]
    TooManyColumns {
        /// The row, as in `Row::number`.
        row: u64,
        /// The bound.
        limit: usize,
    },
    /// A cell longer than [`super::Limits::cell_chars`].
    #[error("第 {row} 行有单元格超过 {limit} 个字符")]
    CellTooLong {
        /// The row, as in `Row::number`.
        row: u64,
        /// The bound.
        limit: usize,
    },
    /// A row longer than [`super::Limits::row_bytes`]; in CSV mostly a quote that is never closed.
    #[error("第 {row} 行超过 {limit} 字节；如是 CSV，请检查双引号是否成对")]
    RowTooLong {
        /// The row, as in `Row::number`.
        row: u64,
        /// The bound.
        limit: usize,
    },
    /// Elements nested deeper than [`super::Limits::xml_depth`].
    #[error("XML 元素嵌套超过 {limit} 层")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
}

impl ReadError {
    /// The stable code for the API and the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::Empty => "empty_file",
            Self::OldWorkbook => "old_workbook",
            Self::Password => "password",
            Self::BinaryWorkbook => "binary_workbook",
            Self::Macros => "macros",
            Self::WebPage => "web_page",
            Self::NotWorkbook => "not_workbook",
            Self::Unsupported(_) => "unsupported_format",
            Self::NotText => "not_text",
            Self::Encoding(_) => "unsupported_encoding",
            Self::Bomb(_) => "zip_bomb",
            Self::Workbook(_) => "broken_workbook",
            Self::NoSheet(_) => "no_sheet",
            Self::Doctype => "doctype",
            Self::Xml { .. } => "broken_xml",
            Self::NoRows => "no_rows",
            Self::Json { .. } => "broken_json",
            Self::Truncated { .. } => "truncated",
            Self::OpenQuote { .. } => "open_quote",
            Self::Nested { .. } => "nested_cell",
            Self::Twice { .. } => "column_twice",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::RowTooLong { .. } => "row_too_long",
            Self::TooDeep { .. } => "too_deep",
        }
    }

    /// Whether the same bytes may be read when tried again: the storage failed, not the file.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

//! How much a delivery may ask of the machine before it is refused.

/// The bounds of one delivery. A bound that is passed refuses the whole file: none of them is near real data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Columns of a file; the widest known catalogue has 60.
    pub columns: usize,
    /// Characters of one cell; the longest decision texts seen have some thousands.
    pub cell_chars: usize,
    /// Characters of one workbook cell: Excel itself takes no more.
    pub sheet_cell_chars: usize,
    /// Bytes of one row in its file, decoded to UTF-8.
    pub row_bytes: usize,
    /// Elements around a cell of an XML file, the cell included.
    pub xml_depth: usize,
    /// Rows searched for the row of headings.
    pub heading_rows: usize,
    /// Entries of a workbook's zip container.
    pub zip_entries: usize,
    /// Inflated bytes of one worksheet.
    pub zip_sheet_bytes: u64,
    /// Inflated bytes of the shared strings, which stay in memory while the workbook is read.
    pub zip_strings_bytes: u64,
    /// Inflated bytes of any other part; parts like the styles are held in memory.
    pub zip_part_bytes: u64,
    /// Inflated bytes of all entries together.
    pub zip_total_bytes: u64,
    /// Inflated bytes per stored byte, once an entry is larger than 1 MiB. Worksheets seen reach 30.
    pub zip_ratio: u64,
    /// Bytes of markup for one workbook cell.
    pub zip_cell_bytes: u64,
}

const MIB: u64 = 1 << 20;

impl Limits {
    /// The bounds used unless an operator sets others.
    pub const DEFAULT: Self = Self {
        columns: 256,
        cell_chars: 100_000,
        sheet_cell_chars: 32_767,
        row_bytes: 4 << 20,
        xml_depth: 16,
        heading_rows: 20,
        zip_entries: 200,
        zip_sheet_bytes: 1024 * MIB,
        zip_strings_bytes: 256 * MIB,
        zip_part_bytes: 32 * MIB,
        zip_total_bytes: 2048 * MIB,
        zip_ratio: 200,
        zip_cell_bytes: MIB,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

//! A row as it was delivered: a number a person can find and text cells by column, the same from all formats.

/// How a cell was stored in its file; text formats know only `Text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Text, or a format that has nothing else.
    #[default]
    Text,
    /// A number cell of a workbook: codes lose digits in it.
    Number,
    /// A date cell of a workbook, written here as `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`.
    Date,
}

/// One cell: its text, never trimmed, and how it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'r> {
    /// The text; empty when the row has no such cell.
    pub text: &'r str,
    /// How the file stored it.
    pub shape: Shape,
}

/// A row of a delivery. It is filled again and again by a reader, so that reading allocates nothing per row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    number: u64,
    text: String,
    cells: Vec<(u32, u32, Shape)>,
}

impl Row {
    /// An empty row, to be filled by a reader.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where a person finds the row: the line (CSV, JSON Lines), the sheet's row (XLSX), the ordinal (XML, JSON), from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Empties the row and gives it its number.
    pub fn start(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
    }

    /// Appends the next column's cell.
    pub fn push(&mut self, text: &str, shape: Shape) {
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push((offset(start), offset(self.text.len()), shape));
    }

    /// Sets the cell of a column, in any order; columns between are empty. A second value for a column replaces the first.
    pub fn set(&mut self, column: usize, text: &str, shape: Shape) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, (0, 0, Shape::Text));
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.cells[column] = (offset(start), offset(self.text.len()), shape);
    }

    /// The cell of a column; a column the row does not reach is empty.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell<'_> {
        match self.cells.get(column) {
            Some(&(start, end, shape)) => Cell { text: &self.text[start as usize..end as usize], shape },
            None => Cell { text: "", shape: Shape::Text },
        }
    }

    /// How many cells the row has; a CSV line may have more or fewer than there are columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The texts of all cells, one after the other without a separator: what one look over the whole row needs.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every cell is empty or white space: such a row is no row.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }

    /// Whether the row has no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// Readers bound a row's text far below 4 GiB (`read::limits`), so an offset always fits.
fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("readers bound a row's text")
}

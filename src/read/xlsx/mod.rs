//! XLSX: the container is checked, the sheet is found, and a thread streams its rows through a bounded channel.
//!
//! The thread owns the workbook, from which its cell reader borrows; it also keeps a failing parser away from the
//! caller, who sees a closed channel. Rows travel in batches that go back to be filled again.

mod scan;
mod sheet;
mod value;

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::vec::IntoIter;

use calamine::{Reader, Xlsx, XlsxError};

use super::{Format, OpenOptions, ReadError, Rows, Source, heading};
use crate::record::Row;

/// Rows sent at a time, and batches that may wait: some thousand rows are in memory at most.
const BATCH: usize = 256;
const WAITING: usize = 2;

/// What the thread tells.
enum Message {
    Head { columns: Vec<String>, notes: Vec<String> },
    Rows(Vec<Row>),
    End { skipped: u64 },
    Fail(ReadError),
}

/// A workbook that is being read by a thread.
struct Workbook {
    columns: Vec<String>,
    notes: Vec<String>,
    skipped: u64,
    messages: Receiver<Message>,
    spent: Sender<Vec<Row>>,
    batch: IntoIter<Row>,
    returning: Vec<Row>,
    position: Arc<AtomicU64>,
    ended: bool,
}

/// Checks a zip container and opens the workbook in it at its first row.
///
/// # Errors
/// It is no workbook, or one that is refused or broken.
pub(super) fn open(source: Box<dyn Source>, options: &OpenOptions) -> Result<Box<dyn Rows>, ReadError> {
    let source = scan::check(source, &options.limits)?;
    let position = Arc::new(AtomicU64::new(0));
    let tracked = Tracked { source, at: 0, position: Arc::clone(&position) };
    let (send, messages) = sync_channel(WAITING);
    let (spent, spare) = channel();
    let options = options.clone();
    std::thread::Builder::new().name("read-xlsx".to_owned()).spawn(move || {
        let end = match stream(tracked, &options, &send, &spare) {
            Ok(skipped) => Message::End { skipped },
            Err(error) => Message::Fail(error),
        };
        // Nobody listens any more when the reader was dropped early.
        _ = send.send(end);
    })?;
    let Message::Head { columns, notes } = receive(&messages)? else { return Err(ReadError::Empty) };
    Ok(Box::new(Workbook {
        columns,
        notes,
        skipped: 0,
        messages,
        spent,
        batch: Vec::new().into_iter(),
        returning: Vec::new(),
        position,
        ended: false,
    }))
}

/// The next message; a thread that ended without one failed inside the parser.
fn receive(messages: &Receiver<Message>) -> Result<Message, ReadError> {
    match messages.recv() {
        Ok(Message::Fail(error)) => Err(error),
        Ok(message) => Ok(message),
        Err(_) => Err(ReadError::Workbook("内容无法解析".to_owned())),
    }
}

/// The thread's work: finds the sheet and sends its rows. Gives the number of notes left out.
fn stream(
    source: Tracked,
    options: &OpenOptions,
    send: &SyncSender<Message>,
    spare: &Receiver<Vec<Row>>,
) -> Result<u64, ReadError> {
    let mut book = Xlsx::new(BufReader::new(source)).map_err(broken)?;
    let choice = sheet::choose(&mut book, options)?;
    let width = choice.columns.len();
    let mut rows = sheet::Sheet::open(&mut book, &choice.sheet, options.limits)?;
    if send.send(Message::Head { columns: choice.columns, notes: choice.notes }).is_err() {
        return Ok(0);
    }
    let mut skipped = 0;
    let mut ended = false;
    while !ended {
        let mut batch = spare.try_recv().unwrap_or_default();
        let mut filled = 0;
        while filled < BATCH && !ended {
            if batch.len() == filled {
                batch.push(Row::new());
            }
            let row = &mut batch[filled];
            ended = !rows.next(row)?;
            if ended || row.number() <= choice.heading {
                continue;
            }
            if heading::is_note(row, width) {
                skipped += 1;
                continue;
            }
            sheet::pad(row, width);
            filled += 1;
        }
        batch.truncate(filled);
        if send.send(Message::Rows(batch)).is_err() {
            break;
        }
    }
    Ok(skipped)
}

impl Workbook {
    /// Waits for the next batch and sends the spent rows back; `false` at the end.
    fn refill(&mut self) -> Result<bool, ReadError> {
        if !self.returning.is_empty() {
            // A thread that has ended needs no rows.
            _ = self.spent.send(std::mem::take(&mut self.returning));
        }
        match receive(&self.messages)? {
            Message::Rows(batch) => {
                self.batch = batch.into_iter();
                Ok(true)
            }
            Message::End { skipped } => {
                self.skipped = skipped;
                Ok(false)
            }
            Message::Head { .. } | Message::Fail(_) => Err(ReadError::Workbook("内容无法解析".to_owned())),
        }
    }
}

impl Rows for Workbook {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        while !self.ended {
            if let Some(next) = self.batch.next() {
                self.returning.push(std::mem::replace(row, next));
                return Ok(true);
            }
            let refilled = self.refill();
            self.ended = !matches!(refilled, Ok(true));
            refilled?;
        }
        Ok(false)
    }

    fn format(&self) -> Format {
        Format::Xlsx
    }

    fn encoding(&self) -> &'static str {
        "UTF-8"
    }

    fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// A source that tells where it is read.
struct Tracked {
    source: Box<dyn Source>,
    at: u64,
    position: Arc<AtomicU64>,
}

impl Read for Tracked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.at += count as u64;
        self.position.store(self.at, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Tracked {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.source.seek(to)?;
        Ok(self.at)
    }
}

/// The parser's reason, for whoever wants to know it; people are told that the file is broken.
fn broken(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Io(error) => ReadError::Io(error),
        XlsxError::Password => ReadError::Password,
        error => ReadError::Workbook(error.to_string().chars().take(120).collect()),
    }
}

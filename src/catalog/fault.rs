//! A fault of a resource file: where it is and what to mend. A file is refused with all of them.

/// One fault of one resource file (目录文件问题).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {key}: {message}")]
pub struct CatalogFault {
    /// The file's name, without its folder when it is built in.
    pub file: String,
    /// The line, from 1; 0 when the fault is the whole file's.
    pub line: usize,
    /// The key, e.g. `field.CF_WSH.max_length`; empty when the fault is the whole file's.
    pub key: String,
    /// What is wrong, in Chinese.
    pub message: String,
}

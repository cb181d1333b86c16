//! The extra folders of a deployment: the only place of the catalogue that reads the disk.

use std::path::{Path, PathBuf};

use super::CatalogFault;

/// The resource files of the folders with their full paths, in the order of the folders and of the names.
///
/// # Errors
/// Every folder and file that cannot be read, and every text that is not UTF-8.
pub(super) fn read(folders: &[PathBuf]) -> Result<Vec<(String, String)>, Vec<CatalogFault>> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for folder in folders {
        let mut paths = match paths(folder) {
            Ok(paths) => paths,
            Err(error) => {
                faults.push(unreadable(folder, &error));
                continue;
            }
        };
        paths.sort();
        for path in paths {
            match std::fs::read_to_string(&path) {
                Ok(text) => files.push((path.display().to_string(), text)),
                Err(error) => faults.push(unreadable(&path, &error)),
            }
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

fn paths(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "toml") {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> CatalogFault {
    CatalogFault {
        file: path.display().to_string(),
        line: 0,
        key: String::new(),
        message: format!("无法读取：{error}"),
    }
}

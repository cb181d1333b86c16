//! A file as an answer: sent in pieces, its bytes never held whole.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::header::CONTENT_DISPOSITION,
    web::{self, Bytes},
};
use futures_util::stream;

use super::error::ApiError;

/// XLSX as browsers know it.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const PIECE: usize = 64 * 1024;

/// Sends a file from its beginning under a name for saving.
pub fn answer(mut file: File, content_type: &str, name: &str) -> Result<HttpResponse, ApiError> {
    let size = file.seek(io::SeekFrom::End(0))?;
    file.rewind()?;
    let pieces = stream::unfold(Some(file), |file| async move {
        match piece(file?).await {
            Ok((_, bytes)) if bytes.is_empty() => None,
            Ok((file, bytes)) => Some((Ok(bytes), Some(file))),
            Err(err) => Some((Err(err), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(SizedStream::new(size, Box::pin(pieces))))
}

async fn piece(mut file: File) -> io::Result<(File, Bytes)> {
    let read = web::block(move || {
        let mut buffer = vec![0_u8; PIECE];
        let n = file.read(&mut buffer)?;
        buffer.truncate(n);
        Ok((file, Bytes::from(buffer)))
    });
    read.await.map_err(io::Error::other)?
}

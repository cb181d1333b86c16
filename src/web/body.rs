//! A body on its way to a disk: read as it arrives, handed to a blocking thread in pieces, never held whole.

use std::{
    io::{self, Read},
    time::Duration,
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName},
    web::{self, Bytes, Payload},
};
use futures_util::{Stream, StreamExt};
use tokio::{sync::mpsc, time::timeout};

use super::{desk::Desk, error::ApiError};

/// How long a sender may say nothing.
const SILENCE: Duration = Duration::from_secs(60);
/// Pieces that wait between the network and the disk.
const WAITING: usize = 8;
/// What a multipart body has beside the file.
const ENVELOPE: u64 = 64 * 1024;
/// Bytes of a field that is not the file.
const FIELD: usize = 1024;

/// What arrived.
pub struct Parcel<T> {
    /// What became of the file's bytes.
    pub kept: T,
    /// What else was said in the body.
    pub said: Said,
}

/// What a multipart body says beside the file.
#[derive(Debug, Default)]
pub struct Said {
    /// The file's name.
    pub file_name: Option<String>,
    /// The field `resource`.
    pub resource: Option<String>,
}

/// Takes in a raw body, or the file of a `multipart/form-data` body, and hands its bytes to `keep` on another thread.
pub async fn receive<T: Send + 'static>(
    desk: &Desk,
    request: &HttpRequest,
    payload: Payload,
    keep: impl FnOnce(&mut dyn Read) -> Result<T, ApiError> + Send + 'static,
) -> Result<Parcel<T>, ApiError> {
    let _place = desk.upload()?;
    if declared(request) > desk.upload_limit.saturating_add(ENVELOPE) {
        return Err(ApiError::TooLarge(desk.upload_limit));
    }
    let (pieces, received) = mpsc::channel(WAITING);
    let keeping = web::block(move || keep(&mut Pipe { received, piece: Bytes::new(), ended: false }));
    let said = if is_multipart(request) {
        parts(Multipart::new(request.headers(), payload), pieces).await
    } else {
        whole(payload, pieces).await
    };
    match (said, keeping.await.map_err(|_| ApiError::Crashed)?) {
        (Ok(said), Ok(kept)) => Ok(Parcel { kept, said }),
        // The keeper stopped listening before the sender was done.
        (_, Err(err @ ApiError::TooLarge(_))) => Err(err),
        (Err(err), _) | (_, Err(err)) => Err(err),
    }
}

fn header<'r>(request: &'r HttpRequest, name: &HeaderName) -> &'r str {
    request.headers().get(name).map_or("", |it| it.to_str().unwrap_or(""))
}

/// A length that is not said or not a number is found out while reading.
fn declared(request: &HttpRequest) -> u64 {
    header(request, &CONTENT_LENGTH).parse().unwrap_or(0)
}

fn is_multipart(request: &HttpRequest) -> bool {
    header(request, &CONTENT_TYPE).trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

enum Piece {
    Bytes(Bytes),
    /// The end of the file, told apart from a sender that went away.
    End,
}

async fn whole(mut payload: Payload, pieces: mpsc::Sender<Piece>) -> Result<Said, ApiError> {
    if forward(&mut payload, &pieces).await? {
        // A keeper that has gone away has its own reason.
        let _gone = pieces.send(Piece::End).await;
    }
    Ok(Said::default())
}

/// Passes a stream on; says whether the keeper listened to the end.
async fn forward<E>(
    stream: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    pieces: &mpsc::Sender<Piece>,
) -> Result<bool, ApiError> {
    while let Some(next) = timeout(SILENCE, stream.next()).await.map_err(|_| ApiError::BodyBroken)? {
        let bytes = next.map_err(|_| ApiError::BodyBroken)?;
        if pieces.send(Piece::Bytes(bytes)).await.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn parts(mut body: Multipart, pieces: mpsc::Sender<Piece>) -> Result<Said, ApiError> {
    let (mut said, mut has_file) = (Said::default(), false);
    while let Some(next) = timeout(SILENCE, body.next()).await.map_err(|_| ApiError::BodyBroken)? {
        let mut field = next.map_err(|err| malformed(&err))?;
        let name = field.name().unwrap_or("").to_owned();
        match name.as_str() {
            "file" if has_file => return Err(ApiError::BadRequest("一次只能上传一个文件".to_owned())),
            "file" => {
                has_file = true;
                said.file_name = field.content_disposition().and_then(|it| it.get_filename()).map(str::to_owned);
                if !forward(&mut field, &pieces).await? {
                    return Ok(said);
                }
            }
            "resource" => said.resource = Some(text(&mut field).await?),
            other => return Err(ApiError::BadRequest(format!("表单中没有“{other}”这一项，应为 file 和 resource"))),
        }
    }
    if !has_file {
        return Err(ApiError::EmptyBody);
    }
    let _gone = pieces.send(Piece::End).await;
    Ok(said)
}

async fn text(field: &mut Field) -> Result<String, ApiError> {
    let bytes = field.bytes(FIELD).await.map_err(|_| ApiError::BadRequest("表单项过长".to_owned()))?;
    let bytes = bytes.map_err(|_| ApiError::BodyBroken)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| ApiError::BadRequest("表单项应为 UTF-8".to_owned()))
}

fn malformed(err: &MultipartError) -> ApiError {
    match err {
        MultipartError::Payload(_) | MultipartError::Incomplete => ApiError::BodyBroken,
        _ => ApiError::BadRequest("multipart 表单格式有误".to_owned()),
    }
}

/// The blocking end: reads the pieces as one stream of bytes.
struct Pipe {
    received: mpsc::Receiver<Piece>,
    piece: Bytes,
    ended: bool,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.received.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.piece = bytes,
                Some(Piece::End) => self.ended = true,
                None => return Err(io::ErrorKind::ConnectionAborted.into()),
            }
        }
        let n = out.len().min(self.piece.len());
        out[..n].copy_from_slice(&self.piece.split_to(n));
        Ok(n)
    }
}

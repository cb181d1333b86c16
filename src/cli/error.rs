//! What can go wrong with a command, and the exit code that says what the caller can do about it.

use std::{io, path::Path};

use crate::{
    affairs::AffairError, catalog::CatalogFault, collect::BlobError, ingest::IngestError, jobs::JobError,
    policy::PackFault, sample::SampleError, seal::KeyError, store::StoreError, web::ServeError,
};

/// How a command ended. The numbers are a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: everything was taken, or done.
    Clean = 0,
    /// 2: the file was taken, some rows were not.
    SomeRejected = 2,
    /// 3: the delivery is held until a person releases it.
    Held = 3,
    /// 1: the file as a whole, or what was asked, is refused.
    Refused = 1,
}

/// The command line is not understood, or a setting is wrong.
pub const USAGE: u8 = 64;
/// Database, disk or network failed: the same command may work later.
pub const FAILED: u8 = 70;

/// A command that could not be done. The display is the Chinese message.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting is wrong.
    #[error("{name}=“{value}”：{reason}")]
    Setting {
        /// The variable.
        name: String,
        /// Its value; never a secret.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// What was asked cannot be done; the message says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// Files of the catalogue have faults.
    #[error("资源目录文件有误：\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Catalog(Vec<CatalogFault>),
    /// Rule packs have faults.
    #[error("规则包文件有误：\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Packs(Vec<PackFault>),
    /// A delivery could not be worked on.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The database failed.
    #[error("数据库：{0}")]
    Store(#[from] StoreError),
    /// The kept bytes failed.
    #[error("报送文件存储：{0}")]
    Blob(#[from] BlobError),
    /// The keys failed.
    #[error("密钥：{0}")]
    Key(#[from] KeyError),
    /// A step of a case could not be taken.
    #[error(transparent)]
    Affair(#[from] AffairError),
    /// A job failed.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A sample could not be written.
    #[error("{0}")]
    Sample(#[from] SampleError),
    /// The server could not start, or ended badly.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A file could not be read or written.
    #[error("{path}：{}", why(.cause))]
    File {
        /// The file.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Nobody reads what is printed any more.
    #[error("输出失败：{0}")]
    Out(#[from] io::Error),
}

/// Why a file could not be read or written: the usual reasons in Chinese, others as the system says them.
fn why(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "文件或目录不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "是目录，不是文件".to_owned(),
        io::ErrorKind::InvalidData => "不是 UTF-8 文本".to_owned(),
        _ => cause.to_string(),
    }
}

impl CliError {
    /// A wrong setting.
    pub fn setting(name: &str, value: &str, reason: &str) -> Self {
        Self::Setting { name: name.to_owned(), value: value.to_owned(), reason: reason.to_owned() }
    }

    /// A file that could not be read or written.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |cause| Self::File { path: path.display().to_string(), cause }
    }

    /// The exit code.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Setting { .. } => USAGE,
            Self::Refused(_) | Self::Catalog(_) | Self::Packs(_) | Self::Sample(_) | Self::File { .. } => {
                Exit::Refused as u8
            }
            Self::Ingest(err) | Self::Affair(AffairError::Ingest(err)) => of_ingest(err),
            Self::Affair(AffairError::Store(_) | AffairError::Blob(_)) => FAILED,
            Self::Affair(_) => Exit::Refused as u8,
            Self::Job(JobError::Ingest(err)) => of_ingest(err),
            Self::Job(JobError::Refused(_)) => Exit::Refused as u8,
            Self::Job(_) | Self::Store(_) | Self::Blob(_) | Self::Key(_) | Self::Serve(_) | Self::Out(_) => FAILED,
        }
    }
}

const fn of_ingest(err: &IngestError) -> u8 {
    match err {
        IngestError::UnknownResource(_)
        | IngestError::UnknownUnit(_)
        | IngestError::NotFound(_)
        | IngestError::WrongState(_)
        | IngestError::Unreadable(_) => Exit::Refused as u8,
        IngestError::Store(_) | IngestError::Blob(_) | IngestError::Spoiled(_) => FAILED,
    }
}

//! The settings: from the command line, else from the environment, read once; a bad value names its variable.

use std::path::{Path, PathBuf};

use super::error::CliError;

/// Options that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct GlobalOptions {
    /// 数据库：SQLite 文件路径，或 postgres://用户:口令@主机/库 [环境变量 CREDENCE_DATABASE_URL；默认 ./credence.db]
    #[arg(long, global = true, value_name = "URL|文件", help_heading = "全局选项")]
    pub database: Option<String>,
    /// 数据目录：报送文件原件（加密保存）与密钥文件 [CREDENCE_DATA；默认在数据库文件旁]
    #[arg(long, global = true, value_name = "目录", help_heading = "全局选项")]
    pub data: Option<PathBuf>,
    /// 自定义资源目录，可多次给出；其中的 *.toml 与内置资源同等使用 [CREDENCE_CATALOG，多个以冒号分隔]
    #[arg(long, global = true, value_name = "目录", help_heading = "全局选项")]
    pub catalog: Vec<PathBuf>,
    /// 自定义规则包目录，可多次给出；其中的 *.toml 与内置规则包同等使用 [CREDENCE_POLICY，多个以冒号分隔]
    #[arg(long, global = true, value_name = "目录", hide_short_help = true, help_heading = "全局选项")]
    pub policy: Vec<PathBuf>,
    /// 加密密钥，64 位十六进制；不给则用密钥文件，首次启动时生成（权限 0600），务必备份 [CREDENCE_KEY]
    #[arg(long, global = true, value_name = "十六进制", hide_short_help = true, help_heading = "全局选项")]
    pub key: Option<String>,
    /// 工作日历文件，替换内置日历 [CREDENCE_WORKDAYS]
    #[arg(long, global = true, value_name = "文件", hide_short_help = true, help_heading = "全局选项")]
    pub workdays: Option<PathBuf>,
    /// 数据质量考核口径文件，替换内置口径 [CREDENCE_QUALITY]
    #[arg(long, global = true, value_name = "文件", hide_short_help = true, help_heading = "全局选项")]
    pub quality_rules: Option<PathBuf>,
    /// 当日日期，用于演练与补报核对；不给则用系统日期 [CREDENCE_DAY]
    #[arg(long, global = true, value_name = "YYYY-MM-DD", hide_short_help = true, help_heading = "全局选项")]
    pub today: Option<String>,
}

/// Everything a command is told from outside.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address of the database.
    pub database: String,
    /// The folder of kept bytes.
    pub blobs: PathBuf,
    /// The key.
    pub key: KeySource,
    /// Folders with resources of this deployment.
    pub catalog: Vec<PathBuf>,
    /// Folders with rule packs of this deployment.
    pub policy: Vec<PathBuf>,
    /// A calendar in place of the one that is built in.
    pub workdays: Option<PathBuf>,
    /// Rules of quality in place of those that are built in.
    pub quality_rules: Option<PathBuf>,
    /// The day, when it is not the clock's.
    pub today: Option<chrono::NaiveDate>,
}

/// Where the key comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// 64 hexadecimal digits.
    Hex(String),
    /// A file, made at first use.
    File(PathBuf),
}

impl Settings {
    /// Reads the settings; `look_up` gives the value of an environment variable.
    ///
    /// # Errors
    /// [`CliError::Setting`] with the option or variable and what is wrong with its value.
    pub fn read(options: &GlobalOptions, look_up: &dyn Fn(&str) -> Option<String>) -> Result<Self, CliError> {
        let filled = |name: &str| look_up(name).filter(|it| !it.is_empty());
        let path = |option: &Option<PathBuf>, name: &str| option.clone().or_else(|| filled(name).map(PathBuf::from));
        let database = text(&options.database, &filled, "CREDENCE_DATABASE_URL");
        let database = database.map_or_else(|| "credence.db".to_owned(), |it| it.1);
        let data = path(&options.data, "CREDENCE_DATA");
        let (blobs, key_file) = places(&database, data.as_deref());
        let key = match text(&options.key, &filled, "CREDENCE_KEY") {
            None => KeySource::File(key_file),
            Some((_, text)) if is_key(&text) => KeySource::Hex(text),
            // The value itself is a secret, even a wrong one.
            Some((name, _)) => return Err(CliError::setting(name, "…", "须为 64 位十六进制数字")),
        };
        let today = match text(&options.today, &filled, "CREDENCE_DAY") {
            None => None,
            Some((name, text)) => Some(text.parse().map_err(|_| CliError::setting(name, &text, "须写成 YYYY-MM-DD"))?),
        };
        let folders = |options: &[PathBuf], name: &str| match filled(name) {
            Some(told) if options.is_empty() => told.split(':').map(PathBuf::from).collect(),
            Some(_) | None => options.to_vec(),
        };
        let catalog = folders(&options.catalog, "CREDENCE_CATALOG");
        let policy = folders(&options.policy, "CREDENCE_POLICY");
        let workdays = path(&options.workdays, "CREDENCE_WORKDAYS");
        let quality_rules = path(&options.quality_rules, "CREDENCE_QUALITY");
        Ok(Self { database, blobs, key, catalog, policy, workdays, quality_rules, today })
    }
}

/// The value of an option or, without it, of its variable, with the name it is to be blamed by.
fn text(
    option: &Option<String>,
    look_up: &dyn Fn(&str) -> Option<String>,
    variable: &'static str,
) -> Option<(&'static str, String)> {
    option.clone().or_else(|| look_up(variable)).map(|it| (variable, it))
}

fn is_key(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Where bytes and key are kept: in the data folder, else beside the database's file.
fn places(database: &str, data: Option<&Path>) -> (PathBuf, PathBuf) {
    let is_server = database.contains("://");
    match data {
        Some(folder) => (folder.join("blobs"), folder.join("credence.key")),
        None if is_server => (PathBuf::from("credence-data/blobs"), PathBuf::from("credence-data/credence.key")),
        None => (PathBuf::from(format!("{database}.blobs")), PathBuf::from(format!("{database}.key"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &GlobalOptions, environment: &[(&str, &str)]) -> Result<Settings, String> {
        let look_up = |name: &str| environment.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        Settings::read(options, &look_up).map_err(|err| err.to_string())
    }

    fn good(options: &GlobalOptions, environment: &[(&str, &str)]) -> Settings {
        read(options, environment).unwrap_or_else(|err| panic!("{err}"))
    }

    fn refusal(environment: &[(&str, &str)]) -> String {
        read(&GlobalOptions::default(), environment).err().expect("refused")
    }

    #[test]
    fn bytes_and_key_are_kept_beside_the_database_unless_told_otherwise() {
        let plain = good(&GlobalOptions::default(), &[]);
        assert_eq!(plain.database, "credence.db");
        assert_eq!(plain.blobs, Path::new("credence.db.blobs"));
        assert!(plain.key == KeySource::File("credence.db.key".into()));

        let told = [("CREDENCE_DATABASE_URL", "postgres://db/city"), ("CREDENCE_DATA", "/data")];
        let told = good(&GlobalOptions::default(), &told);
        assert_eq!((told.database.as_str(), told.blobs.as_path()), ("postgres://db/city", Path::new("/data/blobs")));
        assert!(told.key == KeySource::File("/data/credence.key".into()));
    }

    #[test]
    fn an_option_comes_before_its_variable() {
        let options = GlobalOptions { database: Some("mine.db".into()), ..GlobalOptions::default() };
        let settings = good(&options, &[("CREDENCE_DATABASE_URL", "other.db"), ("CREDENCE_CATALOG", "/a:/b")]);
        assert_eq!(settings.database, "mine.db");
        assert_eq!(settings.catalog, [PathBuf::from("/a"), PathBuf::from("/b")]);
    }

    #[test]
    fn a_bad_value_names_its_variable_and_a_bad_key_is_not_repeated() {
        let refused = refusal(&[("CREDENCE_DAY", "tomorrow")]);
        assert_eq!(refused, "CREDENCE_DAY=“tomorrow”：须写成 YYYY-MM-DD");
        let refused = refusal(&[("CREDENCE_KEY", "secret")]);
        assert!(refused.contains("CREDENCE_KEY") && !refused.contains("secret"), "{refused}");
    }
}

//! What is told of a command line that is not understood: clap's findings in Chinese.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong, and how it is used. `None` for what is no fault: the help and the version.
pub fn said(err: &clap::Error) -> Option<String> {
    let of = |kind| words(err, kind);
    let wrong = match err.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return None;
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if of(ContextKind::InvalidValue).is_empty() => {
            format!("缺少 {} 的值", of(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(err).map(ToString::to_string).filter(|it| is_chinese(it));
            let reason = reason.map_or_else(String::new, |it| format!("：{it}"));
            format!("{} 的值“{}”无效{reason}", of(ContextKind::InvalidArg), of(ContextKind::InvalidValue))
        }
        ErrorKind::UnknownArgument => format!("没有 {} 这一参数", of(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => format!("没有 {} 这一命令", of(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", of(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => format!("须给出命令：{}", of(ContextKind::ValidSubcommand)),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同时给出", of(ContextKind::InvalidArg), of(ContextKind::PriorArg))
        }
        _ => "命令不正确".to_owned(),
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = suggested.into_iter().map(of).find(|it| !it.is_empty());
    let meant = meant.map_or_else(String::new, |it| format!("。是否为：{it}"));
    let usage = of(ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage:").trim().replace("[OPTIONS]", "[选项]");
    let usage = if usage.is_empty() { String::new() } else { format!("\n用法：{usage}") };
    Some(format!("{wrong}{meant}{usage}\n说明和可用的值见该命令的 --help"))
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it))
}

fn words(err: &clap::Error, kind: ContextKind) -> String {
    match err.get(kind) {
        Some(ContextValue::String(it)) => it.clone(),
        Some(ContextValue::Strings(them)) => them.join("、"),
        Some(ContextValue::StyledStr(it)) => it.to_string(),
        Some(ContextValue::StyledStrs(them)) => them.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        Some(ContextValue::Number(it)) => it.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command};

    use super::*;

    fn refused(arguments: &[&str]) -> String {
        let day = Arg::new("day").long("day").value_name("日期").value_parser(clap::value_parser!(chrono::NaiveDate));
        let kind = Arg::new("kind").long("kind").value_parser(["red", "blue"]);
        let scan = Command::new("scan").arg(day).arg(kind).arg(Arg::new("code").required(true).value_name("代码"));
        let command = Command::new("credence").subcommand_required(true).subcommand(scan);
        let err = command.try_get_matches_from([&["credence"], arguments].concat()).unwrap_err();
        said(&err).unwrap_or_default()
    }

    #[test]
    fn what_is_not_understood_is_told_in_chinese_with_its_usage() {
        for (arguments, expected) in [
            (&["scan", "X", "--day", "2026-02-30"][..], "--day <日期> 的值“2026-02-30”无效\n"),
            (&["scan", "X", "--kind", "green"], "的值“green”无效"),
            (&["scan", "X", "--day"], "缺少 --day <日期> 的值"),
            (&["scan", "X", "--dya", "1"], "没有 --dya 这一参数\n"),
            (&["scna", "X"], "没有 scna 这一命令。是否为：scan"),
            (&["scan"], "缺少 <代码>"),
            (&[], "须给出命令：scan"),
        ] {
            let told = refused(arguments);
            assert!(told.contains(expected), "{arguments:?}: {told}");
            assert!(!told.contains("error") && !told.contains("Usage"), "{told}");
        }
    }
}

//! The command `credence`: a file a command. Parses, asks, prints; what is decided is decided elsewhere.

mod account;
mod bank;
mod cases;
mod check;
mod consent;
mod demo;
mod doubts;
mod error;
mod export;
mod faults;
mod held;
mod inbox;
mod ingest;
mod ledger;
mod lists;
mod manual;
mod migrate;
mod org;
mod packs;
mod privacy;
mod pull;
mod quality;
mod refusal;
mod sample;
mod schema;
mod score;
mod serve;
mod settings;
mod shop;
mod shown;
mod standing;
mod subject;
mod table;
mod template;
mod verify;
mod window;
mod zero;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use error::{CliError, Exit, USAGE};
use settings::{GlobalOptions, Settings};

/// The command line.
#[derive(Parser)]
#[command(name = "credence", version, about = manual::ABOUT, after_help = manual::MANUAL)]
struct Cli {
    #[command(flatten)]
    options: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Serve(serve::Args),
    Check(check::Args),
    Ingest(ingest::Args),
    Inbox(inbox::Args),
    Pull(pull::Args),
    Template(template::Args),
    Schema(schema::Args),
    Faults(faults::Args),
    Sample(sample::Args),
    Migrate(migrate::Args),
    Org(org::Args),
    Export(export::Args),
    Account(account::Args),
    Quality(quality::Args),
    ZeroReport(zero::Args),
    Doubts(doubts::Args),
    Lists(lists::Args),
    Cases(cases::Args),
    Warnings(cases::WarningsArgs),
    Privacy(privacy::Args),
    Release(held::ReleaseArgs),
    Discard(held::DiscardArgs),
    Merge(subject::MergeArgs),
    Unmerge(subject::UnmergeArgs),
    Bank(bank::Args),
    Window(window::Args),
    Consent(consent::Args),
    Verify(verify::Args),
    Ledger(ledger::Args),
    Standing(standing::Args),
    Rebuild(standing::RebuildArgs),
    Packs(packs::Args),
    Score(score::Args),
}

/// Brings the data of the demonstration into a fresh database, for whoever wants to try on them; gives the unit codes
/// with their keys.
///
/// # Errors
/// What the command would have said.
pub fn demonstrate(shop: &crate::ingest::Workshop, dir: &std::path::Path) -> Result<Vec<(String, String)>, String> {
    let keys = demo::fill(shop, dir, &mut io::sink()).map_err(|err| err.to_string())?;
    Ok(keys.into_iter().map(|(unit, key)| (unit.code.to_owned(), key)).collect())
}

/// What a command prints to.
type Out<'o> = &'o mut dyn Write;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let parsed = manual::in_chinese(Cli::command()).try_get_matches().and_then(|it| Cli::from_arg_matches(&it));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(err) => {
            let code = if err.use_stderr() { USAGE } else { Exit::Clean as u8 };
            match refusal::said(&err) {
                Some(text) => eprintln!("credence：{text}"),
                // There is nobody to tell when even this cannot be printed.
                None => drop(err.print()),
            }
            return ExitCode::from(code);
        }
    };
    log();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = run(&cli, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    match done {
        Ok(exit) => ExitCode::from(exit as u8),
        // Whoever read the output has gone, as `head` does: that is no failure.
        Err(CliError::Out(err)) if err.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(err) => {
            let _told = out.flush();
            eprintln!("credence：{err}");
            ExitCode::from(err.code())
        }
    }
}

/// The log goes to the standard error, as `CREDENCE_LOG` says; warnings by default.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CREDENCE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

fn run(cli: &Cli, out: Out<'_>) -> Result<Exit, CliError> {
    let settings = Settings::read(&cli.options, &|name| std::env::var(name).ok())?;
    match &cli.command {
        Command::Demo(args) => demo::run(&settings, args, out),
        Command::Serve(args) => serve::run(&settings, args, out),
        Command::Check(args) => check::run(&settings, args, out),
        Command::Ingest(args) => ingest::run(&settings, args, out),
        Command::Inbox(args) => inbox::run(&settings, args, out),
        Command::Pull(args) => pull::run(&settings, args, out),
        Command::Template(args) => template::run(&settings, args, out),
        Command::Schema(args) => schema::run(&settings, args, out),
        Command::Faults(args) => faults::run(args, out),
        Command::Sample(args) => sample::run(&settings, args, out),
        Command::Migrate(args) => migrate::run(&settings, args, out),
        Command::Org(args) => org::run(&settings, args, out),
        Command::Export(args) => export::run(&settings, args, out),
        Command::Account(args) => account::run(&settings, args, out),
        Command::Quality(args) => quality::run(&settings, args, out),
        Command::ZeroReport(args) => zero::run(&settings, args, out),
        Command::Doubts(args) => doubts::run(&settings, args, out),
        Command::Lists(args) => lists::run(&settings, args, out),
        Command::Cases(args) => cases::run(&settings, args, out),
        Command::Warnings(args) => cases::warnings(&settings, args, out),
        Command::Privacy(args) => privacy::run(&settings, args, out),
        Command::Release(args) => held::release(&settings, args, out),
        Command::Discard(args) => held::discard(&settings, args, out),
        Command::Merge(args) => subject::merge(&settings, args, out),
        Command::Unmerge(args) => subject::unmerge(&settings, args, out),
        Command::Bank(args) => bank::run(&settings, args, out),
        Command::Window(args) => window::run(&settings, args, out),
        Command::Consent(args) => consent::run(&settings, args, out),
        Command::Verify(args) => verify::run(&settings, args, out),
        Command::Ledger(args) => ledger::run(&settings, args, out),
        Command::Standing(args) => standing::run(&settings, args, out),
        Command::Rebuild(args) => standing::rebuild(&settings, args, out),
        Command::Packs(args) => packs::run(&settings, args, out),
        Command::Score(args) => score::run(&settings, args, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_every_command_has_an_example() {
        let command = manual::in_chinese(Cli::command());
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("credence "), "{} has no example", sub.get_name());
        }
    }
}

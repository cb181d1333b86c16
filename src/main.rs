//! The program `credence`.

use std::process::ExitCode;

fn main() -> ExitCode {
    credence::cli::main()
}

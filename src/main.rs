//! The program `credence`.

use std::process::ExitCode;

/// Records are many small values, made on one thread and often dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    credence::cli::main()
}

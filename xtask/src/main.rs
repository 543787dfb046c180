//! The checks of the workspace, in one command: `cargo xtask test`.

mod cargo;
mod display;
mod invariants;
mod packages;
mod source;
mod stages;
mod test;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "xtask", about = "Checks of the workspace")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Format, invariants, build, lints, tests and doc tests, in this order
    Test,
    /// Only the rules that the compiler does not know
    Invariants,
    /// Formats every file
    Fmt,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command, &root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command, root: &Path) -> Result<()> {
    match command {
        Command::Test => test::run(root),
        Command::Invariants => invariants::run(root),
        Command::Fmt => stages::succeed(cargo::command(root).args(["fmt", "--all"])),
    }
}

/// The workspace's folder, which is the one above this package's.
fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    package.parent().map_or_else(|| package.clone(), PathBuf::from)
}

//! The checks of the workspace, in one command: `cargo xtask test`.

mod bench;
mod cargo;
mod display;
mod edited;
mod editor;
mod group;
mod invariants;
mod packages;
mod program;
mod soak;
mod source;
mod spread;
mod stages;
mod test;
mod vitals;
mod workspace;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

// A parser of command lines would take longer to compile than everything else that has to be there before the first
// check can run.
const USAGE: &str = "\
cargo xtask COMMAND

  test        format, invariants, build, lints, tests and doc tests, in this order
  invariants  only the rules that the compiler does not know
  fmt         formats every file
  bench       measures beside others: [ecs] [primitives] [--quick] [--check]; all subjects if none is named
              reload [--edits N]: from the save of an edit to the new code's run, beside hot-lib-reloader
              and subsecond
              pause: how long a reload stops the engine, by the number of entities
  soak        reloads a plugin in one running editor and fails if memory, handles, threads or times grew:
              [--reloads N] [--seconds-quiet S] [--without-times]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments, &root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String], root: &Path) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test"] => test::run(root),
        ["bench", rest @ ..] => bench::run(root, rest),
        ["soak", rest @ ..] => soak::run(root, rest),
        ["invariants"] => invariants::run(root),
        ["fmt"] => stages::succeed(cargo::command(root).args(["fmt", "--all"])),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("no command `{}`\n\n{USAGE}", other.join(" ")),
    }
}

/// The workspace's folder, which is the one above this package's.
fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    package.parent().map_or_else(|| package.clone(), PathBuf::from)
}

//! `cargo xtask test`: every check, in the order in which failures are cheapest to find.
//!
//! Build and tests choose the same packages, targets, profile and target folder, so that the tests find everything
//! built. Lints need the compiler's other mode, which shares build scripts and procedural macros with it.

use crate::display::Display;
use crate::stages::{Stages, succeed};
use crate::{cargo, invariants, packages, soak};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// What build, lints and tests all choose.
const SELECTION: [&str; 2] = ["--workspace", "--all-targets"];

/// A short run of reloads in one editor.
const SOAK: [&str; 5] = ["--reloads", "24", "--seconds-quiet", "0.3", "--without-times"];

/// Runs all checks of the workspace in `root`.
///
/// # Errors
/// When not every stage passed; every stage has run by then.
pub fn run(root: &Path) -> Result<()> {
    cargo::check_environment()?;
    let cargo = |arguments: &[&str]| {
        let mut command = cargo::command(root);
        command.args(arguments);
        command
    };
    let mut stages = Stages::new();
    let mut display = None;
    // Elsewhere programs have the window system and the renderer of the machine.
    if cfg!(target_os = "linux") {
        stages.run("packages", || {
            packages::provide()?;
            let started = Display::start()?;
            println!("display {}", started.name());
            display = Some(started);
            Ok(())
        });
    }
    stages.run("format", || succeed(&mut cargo(&["fmt", "--all", "--check"])));
    stages.run("invariants", || invariants::run(root));
    let built = stages.run("build", || succeed(cargo(&["build", "--locked"]).args(SELECTION)));
    stages.run("lints", || succeed(cargo(&["clippy", "--locked"]).args(SELECTION).args(["--", "-D", "warnings"])));
    if built {
        stages.run("tests", || succeed(&mut with(display.as_ref(), tests(root))));
        let doc_tests = cargo(&["test", "--locked", "--workspace", "--doc", "--no-fail-fast"]);
        stages.run("doc tests", || succeed(&mut with(display.as_ref(), doc_tests)));
        if cfg!(target_os = "linux") {
            stages.run("soak", || soak::run(root, &SOAK));
        }
    } else {
        stages.skip("tests", "the build failed");
        stages.skip("doc tests", "the build failed");
        stages.skip("soak", "the build failed");
    }
    drop(display);
    stages.finish().context("cargo xtask test")
}

/// nextest runs every test in a process of its own and stops those that hang; cargo's own runner does without.
fn tests(root: &Path) -> Command {
    let mut command = cargo::command(root);
    if cargo::has_nextest(root) {
        command.args(["nextest", "run", "--locked"]).args(SELECTION);
    } else {
        println!("cargo-nextest is not installed; `cargo test` runs the tests instead");
        command.args(["test", "--locked", "--no-fail-fast"]).args(SELECTION);
    }
    command
}

fn with(display: Option<&Display>, mut command: Command) -> Command {
    if let Some(display) = display {
        display.set(&mut command);
    }
    command
}

//! Running stages one after the other, each with a heading and its time, to the end whatever fails, and the summary.

use crate::cargo;
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a stage ended.
enum Outcome {
    Passed,
    Failed,
    /// It could not have said anything, for this reason.
    Skipped(&'static str),
}

/// The stages that have run.
pub struct Stages {
    started: Instant,
    done: Vec<(&'static str, Outcome, Duration)>,
}

impl Stages {
    /// No stage yet; the clock starts.
    pub fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs a stage; whether it passed.
    pub fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result<()>) -> bool {
        say(&format!("\n=== {name} ==="));
        let started = Instant::now();
        let result = stage();
        if let Err(error) = &result {
            say(&format!("{error:#}"));
        }
        let passed = result.is_ok();
        let took = started.elapsed();
        say(&format!("--- {name}: {} in {:.1} s", if passed { "passed" } else { "FAILED" }, took.as_secs_f64()));
        self.done.push((name, if passed { Outcome::Passed } else { Outcome::Failed }, took));
        passed
    }

    /// Notes a stage that can't run, which is a failure too.
    pub fn skip(&mut self, name: &'static str, why: &'static str) {
        say(&format!("\n=== {name} ===\n--- {name}: not run, {why}"));
        self.done.push((name, Outcome::Skipped(why), Duration::ZERO));
    }

    /// Prints what every stage took.
    ///
    /// # Errors
    /// When not every one passed.
    pub fn finish(self) -> Result<()> {
        say("\n=== summary ===");
        for (name, outcome, took) in &self.done {
            let outcome = match outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Failed => "FAILED".to_owned(),
                Outcome::Skipped(why) => format!("not run, {why}"),
            };
            say(&format!("{name:<12} {:>7.1} s  {outcome}", took.as_secs_f64()));
        }
        say(&format!("{:<12} {:>7.1} s", "total", self.started.elapsed().as_secs_f64()));
        let bad = self.done.iter().filter(|(_, outcome, _)| !matches!(outcome, Outcome::Passed)).map(|stage| stage.0);
        let bad: Vec<&str> = bad.collect();
        if bad.is_empty() { Ok(()) } else { bail!("not passed: {}", bad.join(", ")) }
    }
}

/// Runs `command` with both of its streams on standard output, so that its lines stay in order and in one place.
///
/// # Errors
/// When it can't be started or does not succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    say(&format!("$ {}", cargo::line(command)));
    let output = std::io::stdout().as_fd().try_clone_to_owned()?;
    let status =
        command.stderr(Stdio::from(output)).status().with_context(|| format!("starting {}", cargo::line(command)))?;
    if status.success() { Ok(()) } else { bail!("`{}` ended with {status}", cargo::line(command)) }
}

fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    // A closed pipe is a reader who has seen enough.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

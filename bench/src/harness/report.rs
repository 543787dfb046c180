//! What a program of this package leaves behind: tables to read, and rows for the summary.

use super::{Table, cores::parallelism};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::path::PathBuf;

/// Rounds of a run whose numbers count.
const ROUNDS: usize = 31;
/// Rounds of a run that only shows that everything works.
const ROUNDS_QUICK: usize = 5;

/// One row of the summary.
#[derive(Debug, Serialize)]
pub struct Row {
    pub(super) row: String,
    pub(super) ours: String,
    pub(super) peer: Option<String>,
    pub(super) ratio: Option<f64>,
    pub(super) floor: Option<String>,
    pub(super) aim: String,
    pub(super) met: Option<bool>,
}

/// Tables and rows so far.
#[derive(Serialize)]
pub struct Report {
    #[serde(skip)]
    rounds: usize,
    /// How much more two threads did than one, before or after, whichever was worse.
    parallelism: f64,
    #[serde(rename = "row")]
    rows: Vec<Row>,
}

impl Report {
    /// Runs a table and prints it.
    pub fn table(&mut self, table: Table) {
        let (text, rows) = table.run(self.rounds);
        println!("{text}");
        self.rows.extend(rows);
    }
}

/// Runs the group that the command line names: `PROGRAM GROUP [--quick] [--rows FILE]`.
///
/// # Errors
/// When there is no such group or the file can't be written.
pub fn main(groups: &[(&str, fn(&mut Report))]) -> Result<()> {
    let (mut wanted, mut file, mut rounds) = (None, None, ROUNDS);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => rounds = ROUNDS_QUICK,
            "--rows" => file = Some(PathBuf::from(arguments.next().context("--rows needs a file")?)),
            _ => wanted = Some(argument),
        }
    }
    let names = groups.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let Some(wanted) = wanted else {
        println!("{names}");
        return Ok(());
    };
    let Some((_, run)) = groups.iter().find(|(name, _)| *name == wanted) else {
        bail!("no group `{wanted}`; there are: {names}");
    };
    let mut report = Report { rounds, parallelism: parallelism(), rows: Vec::new() };
    run(&mut report);
    report.parallelism = report.parallelism.min(parallelism());
    let Some(file) = file else { return Ok(()) };
    let rows = toml::to_string(&report)?;
    std::fs::write(&file, rows).with_context(|| format!("writing {}", file.display()))
}

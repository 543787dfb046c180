//! What a program of this package leaves behind: tables to read, and rows for the summary.

use super::{Table, cores::parallelism};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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
    /// The medians of earlier processes, one after the other as the tables come.
    #[serde(skip)]
    earlier: Vec<Vec<f64>>,
    /// The medians of this one.
    #[serde(skip)]
    medians: Vec<f64>,
    /// How much more two threads did than one, before or after, whichever was worse.
    parallelism: f64,
    #[serde(rename = "row")]
    rows: Vec<Row>,
}

impl Report {
    /// Runs a table and prints it.
    pub fn table(&mut self, table: Table) {
        let (text, rows) = table.run(self.rounds, &self.earlier, &mut self.medians);
        println!("{text}");
        self.rows.extend(rows);
    }
}

/// Runs the group that the command line names: `PROGRAM GROUP [--quick] [--rows FILE] [--medians FILE]`.
///
/// How fast something is depends on where a process happens to have its memory. With `--medians`, what earlier processes
/// left in that file counts as much as what this one measures, and its own medians are added to it.
///
/// # Errors
/// When there is no such group, or a file can't be read or written.
pub fn main(groups: &[(&str, fn(&mut Report))]) -> Result<()> {
    let (mut wanted, mut file, mut others, mut rounds) = (None, None, None, ROUNDS);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => rounds = ROUNDS_QUICK,
            "--rows" => file = Some(PathBuf::from(arguments.next().context("--rows needs a file")?)),
            "--medians" => others = Some(PathBuf::from(arguments.next().context("--medians needs a file")?)),
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
    let earlier = others.as_deref().map_or_else(|| Ok(Vec::new()), read_medians)?;
    let mut report = Report { rounds, earlier, medians: Vec::new(), parallelism: parallelism(), rows: Vec::new() };
    run(&mut report);
    report.parallelism = report.parallelism.min(parallelism());
    if let Some(others) = others {
        let all: Vec<String> = report.earlier.iter().chain([&report.medians]).map(|one| line(one)).collect();
        std::fs::write(&others, all.concat()).with_context(|| format!("writing {}", others.display()))?;
    }
    let Some(file) = file else { return Ok(()) };
    let rows = toml::to_string(&report)?;
    std::fs::write(&file, rows).with_context(|| format!("writing {}", file.display()))
}

fn line(medians: &[f64]) -> String {
    medians.iter().map(f64::to_string).collect::<Vec<_>>().join(" ") + "\n"
}

/// A line of numbers for each process; none if there is no file yet.
fn read_medians(path: &Path) -> Result<Vec<Vec<f64>>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let numbers = |line: &str| line.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>();
    text.lines().map(numbers).collect::<Result<_, _>>().with_context(|| format!("{} has no medians", path.display()))
}

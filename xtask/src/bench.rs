//! The benchmarks of `bench/`, which is a workspace of its own: built, run one process per group, and summed up.
//!
//! Knows nothing of what is measured: each program says its groups, and leaves its rows of the summary in a file. What
//! needs the running editor is measured from here, in [`reload`] and [`pause`].

mod pause;
mod reload;

use crate::{cargo, stages};
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use toml::{Table, Value};

/// What can be asked for, with its programs.
const SUBJECTS: [(&str, &[&str]); 2] = [("ecs", &["ecs", "memory"]), ("primitives", &["primitives"])];

/// What glibc's allocator is told: blocks below 32 MiB come from the heap, and what is freed stays there, for us and for
/// every peer. Otherwise the rows that fill a new world would mostly measure how the system hands out fresh pages.
const ALLOCATOR: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "33554432"), ("MALLOC_TRIM_THRESHOLD_", "1000000000")];

/// Processes that measure each group: where one happens to have its memory changes what does not fit the caches by a
/// fifth.
const PROCESSES: usize = 3;

/// With less, two threads had no two cores, and rows about two threads say little.
const TWO_CORES: f64 = 1.7;

/// What to run, and how.
#[derive(Debug, Default, PartialEq, Eq)]
struct Request {
    subjects: Vec<String>,
    quick: bool,
    check: bool,
}

/// What the programs left behind.
#[derive(Default)]
struct Outcome {
    tables: String,
    rows: Vec<Table>,
    /// How much more two threads did than one, in the worst group.
    parallelism: Option<f64>,
}

/// Runs what the arguments ask for: subjects, `--quick`, `--check`; or `reload` with its own; or `pause`.
///
/// # Errors
/// When an argument is not known, something can't be built or run, or `--check` finds a row that falls short.
pub fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    match arguments {
        ["reload", rest @ ..] => return reload::run(root, rest),
        ["pause"] => return pause::run(root),
        _ => {}
    }
    let request = parse(arguments)?;
    let programs = build(root)?;
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut outcome = Outcome::default();
    let wanted = SUBJECTS.iter().filter(|(name, _)| request.subjects.iter().any(|subject| subject == name));
    for program in wanted.flat_map(|(_, programs)| *programs) {
        measure(&programs.join(program), request.quick, &folder, &mut outcome)?;
    }
    let summary = summary(&outcome, &machine(root, &conditions(request.quick))?);
    println!("{summary}");
    let path = folder.join("summary.md");
    std::fs::write(&path, format!("{summary}\n{}", outcome.tables))
        .with_context(|| format!("writing {}", path.display()))?;
    println!("written to {}", path.display());
    if request.check { check(&outcome.rows) } else { Ok(()) }
}

fn parse(arguments: &[&str]) -> Result<Request> {
    let mut request = Request::default();
    for argument in arguments {
        match *argument {
            "--quick" => request.quick = true,
            "--check" => request.check = true,
            subject if SUBJECTS.iter().any(|(name, _)| *name == subject) => request.subjects.push(subject.to_owned()),
            "reload" => bail!("`reload` is measured alone: cargo xtask bench reload"),
            other => bail!("no benchmark `{other}`; there are: ecs, primitives, and the options --quick and --check"),
        }
    }
    if request.subjects.is_empty() {
        request.subjects = SUBJECTS.map(|(name, _)| name.to_owned()).to_vec();
    }
    Ok(request)
}

/// Builds the programs and gives their folder.
fn build(root: &Path) -> Result<PathBuf> {
    let folder = root.join("bench");
    let mut command = cargo::command(root);
    command.current_dir(&folder).args(["build", "--release", "--target-dir", "target"]);
    // The workspace above asks for `prefer-dynamic`, which excludes link-time optimisation. Lists of flags in
    // configuration files are merged and can't be emptied there; this variable goes before all of them.
    command.env("CARGO_ENCODED_RUSTFLAGS", "").env_remove("RUSTFLAGS");
    stages::succeed(&mut command)?;
    Ok(folder.join("target/release"))
}

/// Runs every group of a program, each in processes of its own; the last one knows what the others measured.
fn measure(program: &Path, quick: bool, folder: &Path, outcome: &mut Outcome) -> Result<()> {
    for group in cargo::output(Command::new(program))?.split_whitespace() {
        let (rows, medians) = (folder.join(format!("{group}.toml")), folder.join(format!("{group}.medians")));
        if medians.exists() {
            std::fs::remove_file(&medians).with_context(|| format!("removing {}", medians.display()))?;
        }
        let mut tables = String::new();
        for _ in 0..if quick { 1 } else { PROCESSES } {
            let mut command = Command::new(program);
            command.arg(group).args(quick.then_some("--quick")).arg("--rows").arg(&rows);
            command.arg("--medians").arg(&medians).envs(ALLOCATOR).stderr(Stdio::inherit());
            tables = cargo::output(command)?;
        }
        println!("{tables}");
        outcome.tables += &tables;
        let text = std::fs::read_to_string(&rows).with_context(|| format!("reading {}", rows.display()))?;
        let parsed: Table = text.parse().with_context(|| format!("{} is not TOML", rows.display()))?;
        let worst = parsed.get("parallelism").and_then(Value::as_float);
        outcome.parallelism = outcome.parallelism.into_iter().chain(worst).reduce(f64::min);
        let found = parsed.get("row").and_then(Value::as_array).into_iter().flatten();
        outcome.rows.extend(found.filter_map(Value::as_table).cloned());
    }
    Ok(())
}

fn conditions(quick: bool) -> String {
    let rounds = if quick { ", quick: few rounds, not to be compared" } else { "" };
    format!("release: opt-level 3, thin LTO, one codegen unit{rounds}")
}

/// Where and how it was measured.
fn machine(root: &Path, conditions: &str) -> Result<String> {
    let mut rustc = Command::new("rustc");
    rustc.arg("--version").current_dir(root);
    let mut date = Command::new("date");
    date.args(["-u", "+%Y-%m-%d"]);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    Ok(format!(
        "{}, {cores} cores, {}, {}, {conditions}",
        model.unwrap_or("unknown CPU"),
        cargo::output(rustc)?.trim(),
        cargo::output(date)?.trim(),
    ))
}

fn summary(outcome: &Outcome, machine: &str) -> String {
    let mut text = format!("# Benchmarks\n\n{machine}\n\n");
    if let Some(worst) = outcome.parallelism.filter(|worst| *worst < TWO_CORES) {
        text +=
            &format!("Two threads did only {worst:.2} × the work of one: the cores were busy, so that rows of two ");
        text += "threads say little.\n\n";
    }
    text += "| row | ours | best peer | ratio | floor | aim | met |\n| --- | ---: | ---: | ---: | ---: | --- | --- |\n";
    for row in &outcome.rows {
        let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("–");
        let ratio = row.get("ratio").and_then(Value::as_float).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
        let met = match row.get("met").and_then(Value::as_bool) {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        };
        let cells = [word("row"), word("ours"), word("peer"), &ratio, word("floor"), word("aim"), met];
        // Writing to a string can't fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

fn check(rows: &[Table]) -> Result<()> {
    let short = rows.iter().filter(|row| row.get("met").and_then(Value::as_bool) == Some(false));
    let words = |row: &Table| {
        let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
        format!("  {}: {}, aim {}", word("row"), word("ours"), word("aim"))
    };
    let short: Vec<String> = short.map(words).collect();
    if short.is_empty() { Ok(()) } else { bail!("{} rows fall short:\n{}", short.len(), short.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, check, parse, summary};

    fn outcome(met: bool) -> Outcome {
        let text = format!("row = 'spawn'\nours = '78 µs'\nratio = 0.941\naim = '≤ 1.1 × floor'\nmet = {met}");
        Outcome { rows: vec![text.parse().unwrap()], parallelism: Some(1.2), ..Outcome::default() }
    }

    #[test]
    fn nothing_asked_for_is_everything() {
        let request = parse(&["--quick"]).unwrap();
        assert_eq!((request.subjects.len(), request.quick, request.check), (2, true, false));
        assert_eq!(parse(&["ecs"]).unwrap().subjects, ["ecs"]);
        assert!(parse(&["esc"]).unwrap_err().to_string().contains("there are: ecs, primitives"));
    }

    #[test]
    fn a_row_that_falls_short_fails_the_check_and_no_other() {
        assert!(check(&outcome(true).rows).is_ok());
        let error = check(&outcome(false).rows).unwrap_err().to_string();
        assert_eq!(error, "1 rows fall short:\n  spawn: 78 µs, aim ≤ 1.1 × floor");
    }

    #[test]
    fn the_summary_says_when_the_cores_were_busy() {
        let text = summary(&outcome(true), "a machine");
        assert!(text.contains("| spawn | 78 µs | – | 0.94 | – | ≤ 1.1 × floor | yes |"), "{text}");
        assert!(text.contains("only 1.20 ×"));
    }
}

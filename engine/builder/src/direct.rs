//! The fast path: the compiler called as cargo called it last, without cargo.
//!
//! Cargo looks at every package before each build, a quarter of a second in a large workspace; a change of a module's
//! own sources needs none of that. Whatever isn't sure is left to cargo.

use crate::ahead::Setting;
use crate::build::{failure_in, report};
use crate::process::{self, Canceller, Ended, Line};
use crate::record::Record;
use crate::{Artefact, BuildEvent, BuildReport, Builder, Diagnostic, Outcome, Route};
use serde::Deserialize;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Larger modules are left to cargo as long as there is nothing of earlier builds here: cargo has its own, and a module of
/// 11 KB takes 2 s from scratch, one of 60 KB 23.
const SMALL_SOURCE_BYTES: u64 = 8 * 1024;
/// Up to this size it is worth making that meanwhile.
const LARGEST_SOURCE_BYTES: u64 = 16 * 1024;

/// Calls the compiler for each record. `None` when cargo should build instead: something about the call failed, and
/// not the code.
pub(crate) fn build(
    builder: &Builder,
    records: &[Record],
    canceller: &Canceller,
    on_event: &mut dyn FnMut(BuildEvent),
) -> Option<BuildReport> {
    if !records.iter().all(|record| is_ready(builder, record)) {
        return None;
    }
    let mut whole = report(Outcome::Built, Route::Direct);
    for (done, record) in records.iter().enumerate() {
        on_event(BuildEvent::Progress {
            done,
            total: Some(records.len()),
            fresh: 0,
            compiled: done,
            current: record.package.clone(),
        });
        let one = build_one(builder, record, canceller, on_event)?;
        whole.artefacts.extend(one.artefacts);
        whole.diagnostics.extend(one.diagnostics);
        whole.compiled += one.compiled;
        if one.outcome != Outcome::Built {
            whole.outcome = one.outcome;
            break;
        }
    }
    Some(whole)
}

/// Whether a module is built faster here than by cargo.
fn is_ready(builder: &Builder, record: &Record) -> bool {
    let size = source_bytes(&record.folder.join("src"));
    let is_kept = || fs::read_to_string(kept_of(builder, record)).is_ok_and(|kept| kept == record.digest());
    size <= SMALL_SOURCE_BYTES || (size <= LARGEST_SOURCE_BYTES && is_kept())
}

/// Builds a module for what the compiler keeps of it, and nothing else, if that is missing and worth it. Says whether it is
/// ready now.
pub(crate) fn make_ready(builder: &Builder, record: &Record, canceller: &Canceller) -> bool {
    if is_ready(builder, record) {
        return true;
    }
    if source_bytes(&record.folder.join("src")) > LARGEST_SOURCE_BYTES || !record.holds() {
        return false;
    }
    let made = build_one(builder, record, canceller, &mut |_| ());
    // Without this note cargo goes on building it.
    made.is_some_and(|report| report.outcome == Outcome::Built)
        && fs::write(kept_of(builder, record), record.digest()).is_ok()
}

/// The file that says of which call of the compiler something is kept.
fn kept_of(builder: &Builder, record: &Record) -> PathBuf {
    builder.direct_dir(&record.package).join("kept")
}

/// Lets the compiler's allocator ask for large pages: a tenth of its time goes into page faults without them.
const ALLOCATOR: (&str, &str) = ("MALLOC_CONF", "thp:always,metadata_thp:always");

/// What the compiler is started with, besides its arguments.
pub(crate) fn setting(record: &Record) -> Setting {
    let mut variables = record.variables.clone();
    if env::var_os(ALLOCATOR.0).is_none() {
        variables.push((ALLOCATOR.0.to_owned(), ALLOCATOR.1.to_owned()));
    }
    Setting { program: record.program.clone(), current_dir: record.current_dir.clone(), variables }
}

fn build_one(
    builder: &Builder,
    record: &Record,
    canceller: &Canceller,
    on_event: &mut dyn FnMut(BuildEvent),
) -> Option<BuildReport> {
    let output = builder.direct_dir(&record.package);
    fs::create_dir_all(&output).ok()?;
    sweep(&output);
    // What cargo keeps between builds is kept here too: at opt-level 1 it halves the time of even a small module.
    let is_incremental = record.arguments.iter().any(|argument| argument.starts_with("incremental="));
    let arguments = arguments(record, &output, is_incremental);
    if canceller.is_cancelled() {
        return Some(report(Outcome::Cancelled, Route::Direct));
    }
    let child = builder.ahead().start(&setting(record), &arguments).ok()?;
    let mut found = Found { record, library: None, report: report(Outcome::Built, Route::Direct), is_stale: false };
    let events = std::cell::RefCell::new(on_event);
    let ended = process::follow(
        child,
        canceller,
        &mut |pid| events.borrow_mut()(BuildEvent::Started { pid, route: Route::Direct }),
        &mut |line| found.line(line, &mut |event| events.borrow_mut()(event)),
    );
    let Found { library, mut report, is_stale, .. } = found;
    match ended.ok()? {
        Ended::Cancelled => report.outcome = Outcome::Cancelled,
        Ended::Exited(status) if status.success() => {
            let artefact = Artefact {
                package: record.package.clone(),
                library: record.library.clone(),
                path: library?,
                fresh: false,
            };
            report.compiled = 1;
            report.artefacts.push(artefact.clone());
            events.borrow_mut()(BuildEvent::Artefact(artefact));
        }
        Ended::Exited(_) if is_stale => {
            // What is left is used by nobody; if it can't be removed, the next build replaces it.
            let _ = fs::remove_dir_all(&output);
            return None;
        }
        Ended::Exited(_) => report.outcome = Outcome::Failed(failure_in(&report.diagnostics)?),
    }
    Some(report)
}

struct Found<'a> {
    record: &'a Record,
    library: Option<PathBuf>,
    report: BuildReport,
    is_stale: bool,
}

/// What the compiler prints with `--error-format=json --json=artifacts`.
#[derive(Deserialize)]
struct Emitted {
    artifact: PathBuf,
    emit: String,
}

/// The compiler can't read a crate that the module uses: it was rebuilt or removed meanwhile.
const STALE: [&str; 6] = ["E0457", "E0460", "E0461", "E0462", "E0463", "E0514"];

impl Found<'_> {
    fn line(&mut self, line: Line, on_event: &mut dyn FnMut(BuildEvent)) {
        let Line::Error(text) = line else { return };
        if let Ok(emitted) = serde_json::from_str::<Emitted>(&text) {
            if emitted.emit == "link" {
                self.library = Some(self.record.current_dir.join(emitted.artifact));
            }
            return;
        }
        let Ok(message) = serde_json::from_str::<cargo_metadata::diagnostic::Diagnostic>(&text) else { return };
        self.is_stale |= message.code.as_ref().is_some_and(|code| STALE.contains(&code.code.as_str()));
        // A failed link may be the fault of what was kept of earlier builds; cargo decides.
        self.is_stale |= message.message.starts_with("linking with");
        let found = Diagnostic::from_rustc(&message, Some(&self.record.package), &self.record.current_dir);
        if let Some(diagnostic) = found.filter(|_| !self.is_stale) {
            self.report.diagnostics.push(diagnostic.clone());
            on_event(BuildEvent::Diagnostic(diagnostic));
        }
    }
}

/// Removes what a compiler left that was ended: objects and folders under names that no other one uses.
fn sweep(output: &Path) {
    for entry in fs::read_dir(output).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // What can't be removed only takes room.
        if name.ends_with(".o") {
            let _ = fs::remove_file(entry.path());
        } else if name.starts_with("rustc") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Cargo's arguments, with the library alone as output, in a folder where it disturbs nothing of cargo's.
fn arguments(record: &Record, output: &Path, is_incremental: bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut arguments = record.arguments.iter().map(String::as_str).peekable();
    while let Some(argument) = arguments.next() {
        match argument {
            "--crate-type" | "--out-dir" => drop(arguments.next()),
            "-L" => {
                let folder = arguments.next().unwrap_or_default();
                let crates = folder.strip_prefix("dependency=").and_then(|folder| {
                    let crates = record.shortcuts.crates_for(&record.current_dir.join(folder))?;
                    Some(format!("dependency={}", crates.display()))
                });
                kept.extend(["-L".to_owned(), crates.unwrap_or_else(|| folder.to_owned())]);
            }
            "-C" if arguments.peek().is_some_and(|next| next.starts_with("incremental=")) => drop(arguments.next()),
            _ if ["--crate-type=", "--out-dir=", "--emit=", "--error-format=", "--json="]
                .iter()
                .any(|prefix| argument.starts_with(prefix)) => {}
            _ => kept.push(argument.to_owned()),
        }
    }
    let own = ["--crate-type", "cdylib", "--emit=link", "--error-format=json", "--json=artifacts", "--out-dir"];
    kept.extend(own.map(str::to_owned));
    kept.push(output.to_string_lossy().into_owned());
    kept.extend_from_slice(record.shortcuts.linker());
    if is_incremental {
        // Without LTO between the units of the crate: with it, what is kept of one build may name symbols of another.
        let incremental = format!("incremental={}", output.join("incremental").display());
        kept.extend(["-C".to_owned(), incremental, "-C".to_owned(), "lto=off".to_owned()]);
    }
    kept
}

fn source_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => source_bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shortcut::Shortcuts;

    #[test]
    fn what_an_ended_compiler_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["orbit.abc.rcgu.o", "liborbit.so", "kept"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        for name in ["rustcAbC/raw-dylibs", "incremental/s", "crates"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        sweep(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["crates", "incremental", "kept", "liborbit.so"]);
    }

    #[test]
    fn only_the_library_is_made_and_elsewhere() {
        let text = "--crate-name orbit --error-format=json --json=artifacts,future-incompat --crate-type cdylib \
                    --crate-type rlib --emit=dep-info,link -C metadata=abc --out-dir /t/deps -C incremental=/t/i -C prefer-dynamic";
        let record = Record {
            package: "orbit".to_owned(),
            library: "orbit".to_owned(),
            folder: PathBuf::new(),
            current_dir: PathBuf::new(),
            program: "rustc".to_owned(),
            arguments: text.split_whitespace().map(str::to_owned).collect(),
            variables: Vec::new(),
            script_inputs: Vec::new(),
            conditions: Vec::new(),
            shortcuts: Shortcuts::default(),
        };
        let found = arguments(&record, Path::new("/own"), false).join(" ");
        let expected = "--crate-name orbit -C metadata=abc -C prefer-dynamic --crate-type cdylib --emit=link \
                        --error-format=json --json=artifacts --out-dir /own";
        assert_eq!(found, expected);
        assert!(
            arguments(&record, Path::new("/own"), true)
                .join(" ")
                .ends_with("-C incremental=/own/incremental -C lto=off")
        );
    }
}

//! One build, from the request to the report.

use crate::ahead::Ahead;
use crate::cargo_output::{Notice, Reader};
use crate::command_line::CommandLine;
use crate::guess::Guess;
use crate::process::{Canceller, Ended, Line};
use crate::record::Record;
use crate::{Artefact, BuildEvent, BuildReport, Diagnostic, Level, Outcome, Route, direct, process};
use cargo_metadata::{Message, PackageId};
use playground_engine_resolver::is_cargos_own;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// Builds packages of one workspace in one profile; cheap to clone.
#[derive(Clone, Debug)]
pub struct Builder {
    root: PathBuf,
    target_dir: PathBuf,
    profile: Profile,
    ahead: Ahead,
    guess: Guess,
    /// What is built meanwhile, because it may be of use.
    meanwhile: Arc<Mutex<Canceller>>,
}

/// The profile that modules are built in: that of the running engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// `target/debug`.
    Debug,
    /// `target/release`.
    Release,
}

impl Profile {
    /// The profile that a module header and the target folder call `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        if name == "release" { Self::Release } else { Self::Debug }
    }

    /// Its folder below the target folder.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// What to build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildRequest {
    /// Packages.
    pub packages: Vec<String>,
    /// All files that changed since these packages were last built here, if that is known (from a [`crate::Watcher`]):
    /// then the compiler may be called without cargo. `None` leaves it to cargo to find out.
    pub changed: Option<Vec<PathBuf>>,
}

impl BuildRequest {
    /// A build of `packages` through cargo.
    pub fn of<S: Into<String>>(packages: impl IntoIterator<Item = S>) -> Self {
        Self { packages: packages.into_iter().map(Into::into).collect(), changed: None }
    }
}

/// A build that runs on a thread of its own. Dropping the handle leaves it running.
#[derive(Debug)]
pub struct BuildHandle {
    canceller: Canceller,
    thread: JoinHandle<BuildReport>,
}

impl BuildHandle {
    /// Ends the build and everything it started.
    pub fn cancel(&self) {
        self.canceller.cancel();
    }

    /// What cancels this build from elsewhere.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Whether the report is there.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the report.
    #[must_use]
    pub fn wait(self) -> BuildReport {
        self.thread.join().unwrap_or_else(|_| {
            let reason = "the build thread panicked; this is a fault of Playground's, the log has its message";
            report(Outcome::Failed(reason.to_owned()), Route::Cargo)
        })
    }
}

impl Builder {
    /// A builder for the workspace at `root`, which cargo builds into `target_dir`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, target_dir: impl Into<PathBuf>, profile: Profile) -> Self {
        Self {
            root: root.into(),
            target_dir: target_dir.into(),
            profile,
            ahead: Ahead::default(),
            guess: Guess::default(),
            meanwhile: Arc::default(),
        }
    }

    /// Starts a build; `on_event` is called on the build's thread.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn build(
        &self,
        request: BuildRequest,
        mut on_event: impl FnMut(BuildEvent) + Send + 'static,
    ) -> io::Result<BuildHandle> {
        let (builder, canceller) = (self.clone(), Canceller::default());
        let of_build = canceller.clone();
        let thread = thread::Builder::new()
            .name("playground-build".to_owned())
            .spawn(move || builder.build_here(&request, &of_build, &mut on_event))?;
        Ok(BuildHandle { canceller, thread })
    }

    /// Builds on the calling thread.
    pub fn build_here(
        &self,
        request: &BuildRequest,
        canceller: &Canceller,
        on_event: &mut dyn FnMut(BuildEvent),
    ) -> BuildReport {
        let started = Instant::now();
        self.meanwhile().cancel();
        let direct = request.changed.as_deref().and_then(|changed| {
            let records = self.records_for(&request.packages, changed)?;
            let begun = self.guess.take(&records, canceller, on_event);
            begun.or_else(|| direct::build(self, &records, canceller, on_event))
        });
        let mut report = match direct {
            Some(report) => report,
            None => {
                self.guess.end();
                CargoBuild::new(self, request, on_event).run(canceller)
            }
        };
        report.took = started.elapsed();
        report
    }

    /// Lets a compiler get ready for the next change of a module, if it can be built without cargo. It takes 15 MiB of
    /// memory and no time until it is used. For a module that is not small the compiler first makes what it keeps between
    /// builds, some seconds long; the next build ends that.
    pub fn prepare(&self, package: &str) {
        let Some(record) = Record::load(&self.record_path(package)) else { return };
        let canceller = Canceller::default();
        *self.meanwhile() = canceller.clone();
        if direct::make_ready(self, &record, &canceller) && !canceller.is_cancelled() {
            self.ahead.prepare(direct::setting(&record));
        }
    }

    fn meanwhile(&self) -> MutexGuard<'_, Canceller> {
        self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to build a package at the first sign of a save, without a word, if it can be done without cargo: `changed`
    /// are the files as in [`BuildRequest::changed`]. The next [build](Self::build_here) goes on with it if it is of that
    /// package alone and the sources are the same still, and ends it otherwise.
    pub fn guess(&self, package: &str, changed: Vec<PathBuf>) {
        self.guess.begin(self, package, changed);
    }

    /// The workspace's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts this profile's libraries.
    #[must_use]
    pub fn output_dir(&self) -> PathBuf {
        self.target_dir.join(self.profile.folder())
    }

    /// Where the engine keeps what is its own in the target folder.
    #[must_use]
    pub fn own_dir(&self) -> PathBuf {
        self.target_dir.join("playground")
    }

    /// The engine library, which every module links.
    #[must_use]
    pub fn engine_library(&self) -> PathBuf {
        let (prefix, suffix) = (env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
        self.output_dir().join(format!("{prefix}playground_dylib{suffix}"))
    }

    pub(crate) fn record_path(&self, package: &str) -> PathBuf {
        self.own_dir().join("rustc-args").join(self.profile.folder()).join(format!("{package}.json"))
    }

    pub(crate) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    /// Where modules are built that are built without cargo.
    pub(crate) fn direct_dir(&self, package: &str) -> PathBuf {
        self.own_dir().join("direct").join(self.profile.folder()).join(package)
    }

    pub(crate) fn records_for(&self, packages: &[String], changed: &[PathBuf]) -> Option<Vec<Record>> {
        let records: Vec<Record> =
            packages.iter().map(|package| Record::load(&self.record_path(package))).collect::<Option<_>>()?;
        let is_own = |file: &PathBuf| records.iter().any(|record| record.owns(file));
        let usable = !records.is_empty() && changed.iter().all(is_own) && records.iter().all(Record::holds);
        usable.then_some(records)
    }

    fn cargo_command(&self, packages: &[String]) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(&self.root).arg("build").arg("--message-format=json").args(["-vv", "--color=never"]);
        // One package that does not compile must not keep the others from being built.
        command.arg("--keep-going");
        if self.profile == Profile::Release {
            command.arg("--release");
        }
        command.arg("--target-dir").arg(&self.target_dir);
        for package in packages {
            command.args(["-p", package]);
        }
        clean_environment(&mut command);
        // The bar is the only place where cargo says how much there is to do.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "120");
        command
    }
}

/// Variables that replace the `rustflags` of .cargo/config.toml, without which a module isn't of this engine.
const RUSTFLAGS: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// Removes what `cargo run` and the user's shell set that would make another engine.
pub(crate) fn clean_environment(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| is_cargos_own(name) || RUSTFLAGS.contains(&name)) {
            command.env_remove(name);
        }
    }
}

/// What is wrong with this process's environment, in words.
#[must_use]
pub fn environment_warning(is_set: impl Fn(&str) -> bool) -> Option<String> {
    let name = RUSTFLAGS.into_iter().find(|name| is_set(name))?;
    Some(format!(
        "{name} is set: it replaces the flags of .cargo/config.toml, without which modules don't fit the engine. \
         Modules are built without it; if the engine was built with it they will be refused, so start the editor from \
         a shell in which {name} isn't set"
    ))
}

struct CargoBuild<'a> {
    builder: &'a Builder,
    request: &'a BuildRequest,
    on_event: &'a mut dyn FnMut(BuildEvent),
    reader: Reader,
    report: BuildReport,
    commands: Vec<CommandLine>,
    /// Files of all libraries, made or fresh.
    libraries: Vec<PathBuf>,
    bar: Bar,
    pid: u32,
    has_succeeded: bool,
}

#[derive(Default)]
struct Bar {
    done: usize,
    total: Option<usize>,
    current: String,
}

impl<'a> CargoBuild<'a> {
    fn new(builder: &'a Builder, request: &'a BuildRequest, on_event: &'a mut dyn FnMut(BuildEvent)) -> Self {
        Self {
            builder,
            request,
            on_event,
            reader: Reader::default(),
            report: report(Outcome::Cancelled, Route::Cargo),
            commands: Vec::new(),
            libraries: Vec::new(),
            bar: Bar::default(),
            pid: 0,
            has_succeeded: false,
        }
    }

    fn run(mut self, canceller: &Canceller) -> BuildReport {
        if let Some(warning) = environment_warning(|name| env::var_os(name).is_some()) {
            (self.on_event)(BuildEvent::Warning(warning));
        }
        let mut command = self.builder.cargo_command(&self.request.packages);
        // Both callbacks need the build, and never at once.
        let build = std::cell::RefCell::new(&mut self);
        let ended = process::run(&mut command, canceller, &mut |pid| build.borrow_mut().started(pid), &mut |line| {
            build.borrow_mut().line(line)
        });
        self.report.outcome = match ended {
            Err(error) => Outcome::Failed(format!(
                "can't run cargo: {error}; install Rust from https://rustup.rs, or put cargo into PATH"
            )),
            Ok(Ended::Cancelled) => Outcome::Cancelled,
            Ok(Ended::Exited(status)) if status.success() && self.has_succeeded => Outcome::Built,
            Ok(Ended::Exited(status)) => Outcome::Failed(self.failure(&status.to_string())),
        };
        if self.report.is_built() {
            self.keep_records();
        }
        self.report
    }

    fn started(&mut self, pid: u32) {
        self.pid = pid;
        (self.on_event)(BuildEvent::Started { pid, route: Route::Cargo });
    }

    fn line(&mut self, line: Line) {
        match line {
            Line::Error(text) => match self.reader.read(&text) {
                None => {}
                Some(Notice::Running(command)) => self.commands.push(command),
                Some(Notice::Waiting(what)) => (self.on_event)(BuildEvent::WaitingForLock { pid: self.pid, what }),
                Some(Notice::Progress { done, total, current }) => {
                    self.bar = Bar { done, total: Some(total), current };
                    self.progress();
                }
            },
            Line::Output(text) => match serde_json::from_str::<Message>(&text) {
                Ok(Message::CompilerArtifact(artifact)) => self.artifact(&artifact),
                Ok(Message::CompilerMessage(message)) => self.message(&message),
                Ok(Message::BuildFinished(finished)) => self.has_succeeded = finished.success,
                _ => {}
            },
        }
    }

    fn progress(&mut self) {
        let Bar { done, total, current } = &self.bar;
        (self.on_event)(BuildEvent::Progress {
            done: (*done).max(self.report.fresh + self.report.compiled),
            total: *total,
            fresh: self.report.fresh,
            compiled: self.report.compiled,
            current: current.clone(),
        });
    }

    fn artifact(&mut self, artifact: &cargo_metadata::Artifact) {
        if artifact.fresh {
            self.report.fresh += 1;
        } else {
            self.report.compiled += 1;
        }
        let files = artifact.filenames.iter().map(|file| file.clone().into_std_path_buf());
        self.libraries.extend(files);
        let package = package_name(&artifact.package_id);
        let library = artifact.filenames.iter().find(|file| file.as_str().ends_with(env::consts::DLL_SUFFIX));
        let is_cdylib = artifact.target.crate_types.iter().any(|kind| kind.to_string() == "cdylib");
        if let Some(path) = library.filter(|_| is_cdylib && self.request.packages.contains(&package)) {
            let artefact = Artefact {
                package,
                library: artifact.target.name.replace('-', "_"),
                path: path.clone().into_std_path_buf(),
                fresh: artifact.fresh,
            };
            self.report.artefacts.push(artefact.clone());
            (self.on_event)(BuildEvent::Artefact(artefact));
        }
        self.progress();
    }

    fn message(&mut self, message: &cargo_metadata::CompilerMessage) {
        // With the verbosity that shows commands cargo also passes on the warnings of crates from elsewhere.
        let is_own = message.package_id.repr.starts_with("path+");
        let package = package_name(&message.package_id);
        let Some(diagnostic) = Diagnostic::from_rustc(&message.message, Some(&package), &self.builder.root) else {
            return;
        };
        if is_own || diagnostic.level == Level::Error {
            self.report.diagnostics.push(diagnostic.clone());
            (self.on_event)(BuildEvent::Diagnostic(diagnostic));
        }
    }

    fn failure(&self, status: &str) -> String {
        failure_in(&self.report.diagnostics).or_else(|| self.reader.failure()).unwrap_or_else(|| {
            format!("cargo ended with {status} and no message; run `cargo build` in a terminal to see more")
        })
    }

    /// Keeps what the compiler was called with, for the next change. That it can't be kept costs only time.
    fn keep_records(&self) {
        for command in &self.commands {
            let package =
                command.variable("CARGO_PKG_NAME").filter(|name| self.request.packages.iter().any(|p| p == name));
            let Some(package) = package else { continue };
            if !command.options("--crate-type").any(|kind| kind == "cdylib") {
                continue;
            }
            let path = self.builder.record_path(package);
            let kept = Record::new(self.builder, package, command, &self.libraries).map(|record| record.save(&path));
            if !matches!(kept, Some(Ok(()))) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

pub(crate) fn report(outcome: Outcome, route: Route) -> BuildReport {
    BuildReport {
        outcome,
        route,
        artefacts: Vec::new(),
        diagnostics: Vec::new(),
        fresh: 0,
        compiled: 0,
        took: std::time::Duration::ZERO,
    }
}

/// The first error, and how many there are.
pub(crate) fn failure_in(diagnostics: &[Diagnostic]) -> Option<String> {
    let errors: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).collect();
    let first = errors.first()?;
    let place = match (&first.file, first.line) {
        (Some(file), Some(line)) => format!(" ({}:{line})", file.display()),
        _ => String::new(),
    };
    let more = match errors.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Some(format!("{}{place}{more}", first.message))
}

/// The name in `path+file:///work/orbit#orbit@0.1.0` or, where the folder has the same name, `…/orbit#0.1.0`.
fn package_name(id: &PackageId) -> String {
    let (location, fragment) = id.repr.split_once('#').unwrap_or(("", &id.repr));
    match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => location.rsplit('/').next().unwrap_or(fragment).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_ids_give_names() {
        for id in
            ["path+file:///work/orbit#0.1.0", "path+file:///work/x#orbit@0.1.0", "registry+https://x/y#orbit@1.0.0"]
        {
            assert_eq!(package_name(&PackageId { repr: id.to_owned() }), "orbit");
        }
    }

    #[test]
    fn flags_from_the_shell_are_explained() {
        assert_eq!(environment_warning(|_| false), None);
        let warning = environment_warning(|name| name == "RUSTFLAGS").unwrap();
        assert!(warning.contains("RUSTFLAGS") && warning.contains(".cargo/config.toml"), "{warning}");
    }
}

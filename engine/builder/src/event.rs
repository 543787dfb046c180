//! What a build says while it runs, and what it leaves.

use crate::Diagnostic;
use std::path::PathBuf;
use std::time::Duration;

/// Something that happened in a running build.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildEvent {
    /// The child process runs.
    Started {
        /// Its process id, also that of its group.
        pid: u32,
        /// Who builds.
        route: Route,
    },
    /// Something about the environment that the user should know; the build goes on.
    Warning(String),
    /// Another cargo holds the lock of the target folder; the build goes on when that one is done.
    WaitingForLock {
        /// The process that waits.
        pid: u32,
        /// What cargo says it waits for.
        what: String,
    },
    /// Some units of work are done.
    Progress {
        /// Units done.
        done: usize,
        /// Units in all, once cargo has said so.
        total: Option<usize>,
        /// Packages of which nothing had to be compiled.
        fresh: usize,
        /// Packages that were compiled.
        compiled: usize,
        /// What is compiled now.
        current: String,
    },
    /// The compiler said something about a workspace package.
    Diagnostic(Diagnostic),
    /// A module's library is there.
    Artefact(Artefact),
}

/// Who builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Cargo: always right.
    Cargo,
    /// The compiler, with the arguments that cargo used last: faster, for changes of a module's own sources.
    Direct,
}

/// A library that a build made or found up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// Its package.
    pub package: String,
    /// Its library's name.
    pub library: String,
    /// The file.
    pub path: PathBuf,
    /// Whether it was up to date already.
    pub fresh: bool,
}

/// How a build ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is built.
    Built,
    /// It failed; the text says why in a sentence, the diagnostics say where.
    Failed(String),
    /// It was cancelled.
    Cancelled,
}

/// What a build leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildReport {
    /// How it ended.
    pub outcome: Outcome,
    /// Who built in the end.
    pub route: Route,
    /// The libraries of the requested packages.
    pub artefacts: Vec<Artefact>,
    /// What the compiler said about workspace packages, in its order.
    pub diagnostics: Vec<Diagnostic>,
    /// Packages that were up to date.
    pub fresh: usize,
    /// Packages that were compiled.
    pub compiled: usize,
    /// From the request to the end.
    pub took: Duration,
}

impl BuildReport {
    /// Whether all is built.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.outcome == Outcome::Built
    }
}

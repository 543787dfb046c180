//! One module and its generations.

use playground_engine_loader::Exports;
use playground_engine_types::{ModuleKind, ViewModelTrait};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// What is known of a module before it is loaded.
#[derive(Clone, Debug)]
pub struct ModuleSpec {
    /// Package name.
    pub name: String,
    /// Name of the library without `lib` and its ending.
    pub library: String,
    /// What it is.
    pub kind: ModuleKind,
    /// The core module that it implements, if it is a system.
    pub implements: Option<String>,
}

/// What a module does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not loaded yet.
    Declared,
    /// Loaded and called.
    Running,
    /// Panicked, and not called any more.
    Quarantined {
        /// The panic's message.
        why: String,
    },
    /// Loaded, and not called until somebody switches it on; its later generations neither.
    Disabled,
    /// Never loaded, because that failed.
    Failed {
        /// Why.
        why: String,
    },
}

/// Times of the stages of a reload, in order.
#[derive(Clone, Debug)]
pub struct Stages {
    last: Instant,
    /// Name and duration of each.
    pub stages: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// Starts at `since`, when the change was saved or the button pressed.
    pub fn since(since: Instant) -> Self {
        Self { last: since, stages: Vec::new() }
    }

    /// Counts the next stage from `moment`, for stages whose time was taken elsewhere.
    pub fn restart_at(&mut self, moment: Instant) {
        self.last = moment;
    }

    /// Ends the stage `name` now.
    pub fn mark(&mut self, name: &'static str) {
        let now = Instant::now();
        self.stages.push((name, now.saturating_duration_since(self.last)));
        self.last = now;
    }

    /// From the start to the last mark.
    pub fn total(&self) -> Duration {
        self.stages.iter().map(|(_, duration)| *duration).sum()
    }
}

/// How a generation fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its first frames are being watched.
    OnProbation,
    /// It ran well.
    Proven,
    /// Another one took its place.
    Replaced,
    /// It was taken back.
    RolledBack {
        /// Why.
        why: String,
    },
}

/// One loaded version of a module. It stays mapped for ever, so that it can be gone back to.
pub struct Generation {
    /// Counts from 1.
    pub number: u32,
    /// The staged library.
    pub path: PathBuf,
    /// Size of the library, bytes.
    pub size_bytes: u64,
    /// Digest of the library.
    pub digest: String,
    /// Digest of the sources that it was built from; empty if it is not known.
    pub source: String,
    /// When it was loaded.
    pub loaded_at: SystemTime,
    /// How long opening it took.
    pub opened_in: Duration,
    /// Hash of its contract's source, if it is a system.
    pub api_version: Option<u64>,
    /// Hash of its model's source, if it is a system.
    pub state_format_version: Option<u64>,
    /// Its implementation, if it is a system.
    pub viewmodel: Option<Arc<dyn ViewModelTrait>>,
    /// Times of the stages when it was put into effect last.
    pub stages: Vec<(&'static str, Duration)>,
    /// How it fared.
    pub verdict: Verdict,
    /// Threads that run its code, by name, when that was looked at last.
    pub threads: Vec<String>,
    /// Whether its threads were told of since it stopped to run.
    pub(crate) told: bool,
    pub(crate) exports: Exports,
}

/// One declared module.
pub struct Module {
    /// What was declared.
    pub spec: ModuleSpec,
    /// What it does.
    pub state: State,
    /// All versions that were put into effect, in the order of loading.
    pub generations: Vec<Generation>,
    /// The place of the running one.
    pub(crate) running: Option<usize>,
}

impl Module {
    pub(crate) fn new(spec: ModuleSpec) -> Self {
        Self { spec, state: State::Declared, generations: Vec::new(), running: None }
    }

    /// Whether nothing of it is called, because it was switched off or panicked.
    pub fn is_off(&self) -> bool {
        matches!(self.state, State::Quarantined { .. } | State::Disabled)
    }

    /// The version that runs.
    pub fn current(&self) -> Option<&Generation> {
        self.generations.get(self.running?)
    }

    pub(crate) fn current_mut(&mut self) -> Option<&mut Generation> {
        self.generations.get_mut(self.running?)
    }

    /// The running generation's number; 0 before the first.
    pub fn generation(&self) -> u32 {
        self.current().map_or(0, |generation| generation.number)
    }

    pub(crate) fn next_number(&self) -> u32 {
        self.generations.last().map_or(0, |generation| generation.number) + 1
    }

    /// Size of the libraries that are mapped and do not run, bytes.
    pub fn retired_bytes(&self) -> u64 {
        let retired = self.generations.iter().enumerate().filter(|(at, _)| Some(*at) != self.running);
        retired.map(|(_, generation)| generation.size_bytes).sum()
    }

    /// Name without the prefix that all packages of a kind share: `orbit` of `playground-plugins-orbit`.
    pub fn short_name(&self) -> &str {
        self.spec.name.rsplit('-').next().unwrap_or(&self.spec.name)
    }
}

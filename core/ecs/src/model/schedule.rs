//! Which systems there are and when they run: what is registered, switched and asked here; [`drive`] runs it.
//!
//! The schedule is locked only to look things up, never while a system runs, so a system may ask it.

pub mod condition;
pub mod drive;
mod info;
mod parts;
mod plan;
mod record;
mod run;

pub use info::{EdgeKind, SystemEdge, SystemGraph, SystemInfo, Use};
pub use parts::SystemParts;
pub use record::{MOST_STEPS, SystemClocks, SystemRecord, SystemStats};
pub use run::HANDOVER_NS;

use super::error::EcsError;
use plan::Plan;
use playground_core_types::Who;
use record::Memory;
use run::{Item, Run};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Before the update, only while playing.
    PreUpdate,
    /// Gameplay, only while playing.
    Update,
    /// After the update, only while playing.
    PostUpdate,
    /// Every frame, also while editing: transforms and what is drawn from them.
    Editor,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 4] = [Stage::PreUpdate, Stage::Update, Stage::PostUpdate, Stage::Editor];
    /// The stages that run only while playing, in order.
    pub const PLAY: [Stage; 3] = [Stage::PreUpdate, Stage::Update, Stage::PostUpdate];

    /// The stage's name, as it is written in code.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreUpdate => "PreUpdate",
            Self::Update => "Update",
            Self::PostUpdate => "PostUpdate",
            Self::Editor => "Editor",
        }
    }

    /// The stage of that name; capitals do not matter.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name().eq_ignore_ascii_case(name))
    }
}

/// All systems, in the order of registration, with the order in which they run.
#[derive(Default)]
pub struct Schedule {
    systems: Vec<SystemRecord>,
    /// Modules that are switched off as a whole.
    off: BTreeSet<String>,
    /// What somebody asked for after registration, by `module::name`. It holds for the next generation, too.
    wishes: BTreeMap<String, Wish>,
    /// By stage; right as long as `planned`.
    plans: [Plan; 4],
    planned: bool,
    /// By stage: the systems themselves, unless they have to be sorted anew.
    runs: [Option<Run>; 4],
    /// Whether systems run at the moment; the stage that does has its run taken out.
    running: bool,
    /// Counts changes of the plans.
    generation: u64,
    serial: u64,
    /// Module and system by number; no number is given twice, so that a lock's history stays readable.
    names: Vec<(String, String)>,
    /// By stage: the number of the last frame.
    frames: [u64; 4],
    /// Cycles that were reported and are there still.
    told: Vec<String>,
    problems: Vec<EcsError>,
}

#[derive(Clone, Default)]
struct Wish {
    enabled: Option<bool>,
    stage: Option<Stage>,
    rate: Option<Option<f64>>,
    order: Option<(Vec<String>, Vec<String>)>,
}

/// Problems that are kept until somebody asks for them.
const MOST_PROBLEMS: usize = 32;

impl Schedule {
    /// Puts a module's systems where those of its generation before were, or at the end, and switches the module on.
    ///
    /// What was asked for since holds for systems of the same name; statistics begin anew. Nothing is refused: a module
    /// that brings two systems of one name has the second one under a number, and a cycle is a problem of the graph.
    ///
    /// Gives the systems of the generation before. What they hold may use the world when it is dropped, so drop them
    /// without the schedule's lock.
    pub fn replace(&mut self, module: &str, parts: Vec<SystemParts>) -> Vec<SystemRecord> {
        self.disturb();
        self.off.remove(module);
        let place = self.systems.iter().position(|record| record.module == module).unwrap_or(self.systems.len());
        let (old, rest) = std::mem::take(&mut self.systems).into_iter().partition(|record| record.module == module);
        self.systems = rest;
        let old: Vec<SystemRecord> = old;
        let mut new: Vec<SystemRecord> = Vec::with_capacity(parts.len());
        for parts in parts {
            let name = free_name(parts.name, &new);
            let memory = old.iter().find(|record| record.name == name).map(|record| record.memory);
            new.push(self.record(module, name, parts, memory.unwrap_or_default()));
        }
        self.systems.splice(place..place, new);
        old
    }

    /// Adds one system behind all others.
    ///
    /// # Errors
    /// When the module has a system of that name, or the system would be part of a cycle; nothing is added then.
    pub fn register(&mut self, module: &str, parts: SystemParts) -> Result<(), EcsError> {
        let name = parts.name.to_owned();
        if self.systems.iter().any(|record| record.module == module && record.name == name) {
            return Err(EcsError::SystemPresent { module: module.to_owned(), name });
        }
        let known = self.cycles();
        self.disturb();
        let record = self.record(module, name, parts, Memory::default());
        self.systems.push(record);
        self.refuse_cycles(&known, |schedule| drop(schedule.systems.pop()))
    }

    /// Takes a system away, and gives it, to be dropped without the schedule's lock.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub fn unregister(&mut self, name: &str) -> Result<SystemRecord, EcsError> {
        let at = self.find(name)?;
        self.disturb();
        Ok(self.systems.remove(at))
    }

    /// Switches a system on or off, also for later generations of its module.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub fn enable(&mut self, name: &str, enabled: bool) -> Result<(), EcsError> {
        let at = self.find(name)?;
        self.wish(at).enabled = Some(enabled);
        if self.systems[at].enabled != enabled {
            self.disturb();
            self.systems[at].enabled = enabled;
        }
        Ok(())
    }

    /// Switches all systems of a module on or off, until it is reloaded.
    pub fn enable_module(&mut self, module: &str, enabled: bool) {
        let changed = if enabled { self.off.remove(module) } else { self.off.insert(module.to_owned()) };
        if changed {
            self.disturb();
        }
    }

    /// Says anew which systems run after a system and which before it, also for later generations of its module.
    ///
    /// # Errors
    /// When there is none of that name or several, or this would make a cycle; the order stays as it was then.
    pub fn order(&mut self, name: &str, before: &[&str], after: &[&str]) -> Result<(), EcsError> {
        let at = self.find(name)?;
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (before, after) = (owned(before), owned(after));
        let known = self.cycles();
        self.disturb();
        let record = &mut self.systems[at];
        let old = (
            std::mem::replace(&mut record.before, before.clone()),
            std::mem::replace(&mut record.after, after.clone()),
        );
        self.refuse_cycles(&known, |schedule| {
            (schedule.systems[at].before, schedule.systems[at].after) = old;
        })?;
        self.wish(at).order = Some((before, after));
        Ok(())
    }

    /// Moves a system to another stage, also for later generations of its module.
    ///
    /// # Errors
    /// When there is none of that name or several, or this would make a cycle; it stays where it was then.
    pub fn stage(&mut self, name: &str, stage: Stage) -> Result<(), EcsError> {
        let at = self.find(name)?;
        let known = self.cycles();
        self.disturb();
        let old = std::mem::replace(&mut self.systems[at].stage, stage);
        self.refuse_cycles(&known, |schedule| schedule.systems[at].stage = old)?;
        self.wish(at).stage = Some(stage);
        Ok(())
    }

    /// Sets how often a system runs, Hz, also for later generations of its module; `None` for once per run of its stage.
    ///
    /// # Errors
    /// When there is none of that name or several, or the rate is not a positive number.
    pub fn rate(&mut self, name: &str, rate: Option<f64>) -> Result<(), EcsError> {
        let at = self.find(name)?;
        if let Some(hz) = rate.filter(|hz| !record::is_rate(*hz)) {
            return Err(EcsError::Rate { rate: hz.to_string() });
        }
        self.wish(at).rate = Some(rate);
        self.disturb();
        self.systems[at].rate = rate;
        Ok(())
    }

    /// Says how long a run of a system is going to take, until it is known from its runs. Systems that are worth it run
    /// on several threads.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub fn expect(&mut self, name: &str, time: Duration) -> Result<(), EcsError> {
        let at = self.find(name)?;
        self.disturb();
        self.systems[at].memory.expected_ns = time.as_nanos() as f64;
        Ok(())
    }

    /// One system.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub fn info(&mut self, name: &str) -> Result<SystemInfo, EcsError> {
        let at = self.find(name)?;
        self.plan();
        let plan = self.plan_of(self.systems[at].stage);
        let order = plan.order.iter().position(|other| *other == at).unwrap_or_default();
        Ok(self.describe(plan, order, at))
    }

    /// What a system took so far.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub fn stats(&self, name: &str) -> Result<&SystemStats, EcsError> {
        Ok(&self.systems[self.find(name)?].stats)
    }

    /// The systems, in the order of registration.
    pub fn systems(&self) -> &[SystemRecord] {
        &self.systems
    }

    /// Whether a module's systems are called.
    pub fn is_module_on(&self, module: &str) -> bool {
        !self.off.contains(module)
    }

    /// Modules and systems by the numbers that locks show, from 1. Names are only ever added.
    pub fn names(&self) -> &[(String, String)] {
        &self.names
    }

    /// Module and system of a number that locks show; `None` if it is no system's.
    pub fn name_of(&self, who: Who) -> Option<(&str, &str)> {
        let at = (who.0 as usize).checked_sub(1)?;
        self.names.get(at).map(|(module, name)| (module.as_str(), name.as_str()))
    }

    /// The number of a module and what it does, under which locks and the beacon show it. The same pair keeps its
    /// number.
    pub fn number_of(&mut self, module: &str, name: &str) -> Who {
        let known = self.names.iter().position(|(owner, known)| owner == module && known == name);
        let at = known.unwrap_or_else(|| {
            self.names.push((module.to_owned(), name.to_owned()));
            self.names.len() - 1
        });
        Who(at as u32 + 1)
    }

    /// What went wrong without anybody to tell it to, each thing once: cycles, commands that failed.
    pub fn take_problems(&mut self) -> Vec<EcsError> {
        self.plan();
        std::mem::take(&mut self.problems)
    }

    /// The clocks of systems with a rate of their own, as they are now.
    pub fn clocks(&self) -> SystemClocks {
        let rated = self.systems.iter().filter(|record| record.rate.is_some());
        let systems = rated.map(|record| (record.label(), record.memory.clock)).collect();
        SystemClocks { systems, frames: self.frames }
    }

    /// Makes the clocks what they were. Those of systems that came since stay as they are.
    pub fn set_clocks(&mut self, clocks: &SystemClocks) {
        self.disturb();
        self.frames = clocks.frames;
        for record in &mut self.systems {
            let label = record.label();
            let known = clocks.systems.iter().find(|(name, _)| *name == label);
            known.into_iter().for_each(|(_, clock)| record.memory.clock = *clock);
        }
    }

    fn find(&self, name: &str) -> Result<usize, EcsError> {
        let mut found = (0..self.systems.len()).filter(|at| self.systems[*at].is_named(name));
        match (found.next(), found.next()) {
            (Some(at), None) => Ok(at),
            (Some(_), Some(_)) => {
                let which = self.systems.iter().filter(|record| record.is_named(name)).map(SystemRecord::label);
                Err(EcsError::Systems { name: name.to_owned(), which: which.collect::<Vec<_>>().join(", ") })
            }
            (None, _) => {
                let known: Vec<String> = self.systems.iter().map(SystemRecord::label).collect();
                Err(EcsError::no_system(name, known.iter().map(String::as_str)))
            }
        }
    }

    fn wish(&mut self, at: usize) -> &mut Wish {
        self.wishes.entry(self.systems[at].label()).or_default()
    }

    fn record(&mut self, module: &str, name: String, parts: SystemParts, memory: Memory) -> SystemRecord {
        self.serial += 1;
        let who = self.number_of(module, &name);
        let mut record = SystemRecord::new(module, name, parts, who, self.serial);
        record.memory = memory;
        if let Some(wish) = self.wishes.get(&record.label()) {
            record.enabled = wish.enabled.unwrap_or(record.enabled);
            record.stage = wish.stage.unwrap_or(record.stage);
            record.rate = wish.rate.unwrap_or(record.rate);
            if let Some((before, after)) = &wish.order {
                (record.before, record.after) = (before.clone(), after.clone());
            }
        }
        record
    }

    /// Takes a change back if it made a cycle.
    fn refuse_cycles(&mut self, known: &[String], undo: impl FnOnce(&mut Self)) -> Result<(), EcsError> {
        let cycles = self.cycles();
        let Some(cycle) = cycles.into_iter().find(|cycle| !known.contains(cycle)) else { return Ok(()) };
        self.disturb();
        undo(self);
        self.problems.retain(|problem| !matches!(problem, EcsError::Cycle { cycle: told } if *told == cycle));
        Err(EcsError::Cycle { cycle })
    }

    /// Systems that wait for each other, such as `a::x after a::y after a::x`.
    pub fn cycles(&mut self) -> Vec<String> {
        self.plan();
        self.plans.iter().flat_map(|plan| plan.cycles.iter().cloned()).collect()
    }

    /// Takes the plans apart before something changes that they depend on.
    fn disturb(&mut self) {
        self.planned = false;
        self.generation += 1;
        for stage in 0..self.runs.len() {
            if let Some(run) = self.runs[stage].take() {
                run.items.into_iter().for_each(|item| self.bring_home(item));
            }
        }
    }

    /// Gives a record its system back. That of a record that is gone meanwhile ends here.
    fn bring_home(&mut self, item: Item) {
        if let Some(record) = self.systems.iter_mut().find(|record| record.serial == item.serial) {
            item.leave(record);
            record.body = Some(item.body);
        }
    }

    fn plan_of(&self, stage: Stage) -> &Plan {
        &self.plans[stage as usize]
    }

    /// Makes the plans, if something changed, and notes cycles that are new.
    fn plan(&mut self) {
        if self.planned {
            return;
        }
        self.planned = true;
        let is_on = |record: &SystemRecord| record.enabled && !self.off.contains(&record.module);
        let plans = Stage::ALL.map(|stage| Plan::new(&self.systems, stage, is_on));
        self.plans = plans;
        let cycles: Vec<String> = self.plans.iter().flat_map(|plan| plan.cycles.iter().cloned()).collect();
        for cycle in cycles.iter().filter(|cycle| !self.told.contains(cycle)) {
            self.problems.push(EcsError::Cycle { cycle: cycle.clone() });
        }
        self.told = cycles;
        self.problems.truncate(MOST_PROBLEMS);
    }

    /// Keeps a problem until somebody asks for them.
    pub fn note(&mut self, problem: EcsError) {
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// `name`, or `name#2` if the module has one already.
fn free_name(name: &str, others: &[SystemRecord]) -> String {
    let is_free = |name: &String| !others.iter().any(|record| record.name == *name);
    let numbered = (2..).map(|number| format!("{name}#{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

//! A system in the schedule: what was said about it, what is remembered of it, and what it took.

use super::{Stage, condition::Condition, parts::SystemParts};
use crate::model::{query::Access, system::BoxedSystem, time::Time};
use playground_core_types::{Distribution, Who};
use std::time::Duration;

/// Steps of a fixed rate in one run of a stage at most. What is owed beyond is dropped: a world that can't keep up
/// falls behind instead of doing ever more.
pub const MOST_STEPS: u32 = 32;

/// How far a clock may be short of a step, as a part of the step: sums of `f32` deltas are not exact.
const ROUNDING: f64 = 1e-6;

/// A system in the schedule.
pub struct SystemRecord {
    /// The module that brought it.
    pub module: String,
    /// Its name; no other system of the module has it.
    pub name: String,
    /// When it runs.
    pub stage: Stage,
    /// Names of systems that run after it.
    pub before: Vec<String>,
    /// Names of systems that run before it.
    pub after: Vec<String>,
    /// How often it runs, Hz; `None` for once per run of its stage.
    pub rate: Option<f64>,
    /// Whether it is switched on; its module has to be, too.
    pub enabled: bool,
    /// What it and its conditions read and write.
    pub access: Access,
    /// What must hold for it to run, in words.
    pub conditions: Vec<String>,
    /// Its number, as locks show it.
    pub who: Who,
    /// What it took so far.
    pub stats: SystemStats,
    /// What of its registration could not be followed.
    pub(super) notes: Vec<String>,
    pub(super) memory: Memory,
    /// Tells it from another one of its name, before or after a reload.
    pub(super) serial: u64,
    /// `None` while its stage is ready to run or runs.
    pub(super) body: Option<Body>,
}

/// What is called.
pub(super) struct Body {
    pub system: BoxedSystem,
    pub conditions: Vec<Condition>,
}

/// What is remembered from one run to the next. It survives a reload, so that a system of the new generation does not
/// see all entities as changed, and its clock goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// The tick of the last run.
    pub last_tick: u64,
    /// How long one run of its stage takes it, ns; a moving average.
    pub expected_ns: f64,
    pub clock: FixedClock,
}

/// The clock of a system that runs at a fixed rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FixedClock {
    /// Time that passed and was not run yet, s.
    owed: f64,
    steps: u64,
}

/// The clocks of all systems at one moment.
#[derive(Clone, Debug, Default)]
pub struct SystemClocks {
    /// By `module::name`.
    pub(super) systems: Vec<(String, FixedClock)>,
    /// By stage: the number of the last frame.
    pub(super) frames: [u64; 4],
}

/// What a system took. Times are of single runs.
#[derive(Clone, Debug, Default)]
pub struct SystemStats {
    /// How often it ran.
    pub runs: u64,
    /// How often a condition kept it from running.
    pub skipped: u64,
    /// The tick of its last run.
    pub last_tick: u64,
    /// The last run.
    pub last: Duration,
    /// A moving average over about the last sixteen runs.
    pub average: Duration,
    /// The longest run.
    pub max: Duration,
    /// All runs.
    pub distribution: Distribution,
}

impl SystemRecord {
    pub(super) fn new(module: &str, name: String, parts: SystemParts, who: Who, serial: u64) -> Self {
        let mut access = parts.system.access();
        // What conditions look at counts, too: whoever writes it before has to be done when they are asked.
        for condition in parts.conditions.iter().map(Condition::access) {
            access.commands |= condition.commands;
            condition.terms.into_iter().for_each(|term| access.merge(term));
        }
        let mut notes = Vec::new();
        if name != parts.name {
            notes.push(format!(
                "`{}` is taken by another system of the module; name one of them with `named`",
                parts.name
            ));
        }
        let rate = parts.rate.filter(|hz| is_rate(*hz));
        if let (Some(hz), None) = (parts.rate, rate) {
            notes.push(format!("{hz} Hz is no rate: it runs once per run of its stage"));
        }
        Self {
            module: module.to_owned(),
            name,
            stage: parts.stage,
            before: parts.before,
            after: parts.after,
            rate,
            enabled: parts.enabled,
            access,
            conditions: parts.conditions.iter().map(|condition| condition.name().to_owned()).collect(),
            who,
            stats: SystemStats::default(),
            notes,
            memory: Memory::default(),
            serial,
            body: Some(Body { system: parts.system, conditions: parts.conditions }),
        }
    }

    /// `module::name`.
    pub fn label(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }

    /// Whether `name` means it: its name, or that behind its module's, such as `orbit::advance`, where the module may
    /// be shortened to the end of its package's name.
    pub fn is_named(&self, name: &str) -> bool {
        match name.rsplit_once("::") {
            None => self.name == name,
            Some((module, name)) => self.name == name && is_module(&self.module, module),
        }
    }
}

/// Whether `name` is the package `module` or the end of its name; paths in the code have `_` where packages have `-`.
fn is_module(module: &str, name: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte };
    let end = module.len().checked_sub(name.len());
    end.is_some_and(|at| {
        let same = module.bytes().skip(at).map(plain).eq(name.bytes().map(plain));
        same && (at == 0 || plain(module.as_bytes()[at - 1]) == b'-')
    })
}

/// Whether systems can run `hz` times per second.
pub(super) fn is_rate(hz: f64) -> bool {
    hz.is_finite() && hz > 0.0
}

impl FixedClock {
    /// Lets `delta` seconds pass and says how many steps of `1 / hz` s are due, with their first number.
    pub fn pass(&mut self, delta: f32, hz: f64) -> (u32, u64) {
        self.owed += f64::from(delta.max(0.0));
        let whole = (self.owed * hz + ROUNDING).floor();
        let due = whole.min(f64::from(MOST_STEPS)) as u32;
        self.owed -= whole / hz;
        let first = self.steps + 1;
        self.steps += u64::from(due);
        (due, first)
    }

    /// The time that a step sees.
    pub fn time(step: u64, hz: f64) -> Time {
        Time::new((1.0 / hz) as f32, step as f64 / hz, step)
    }
}

impl SystemStats {
    pub(super) fn add(&mut self, spent: Duration, tick: u64) {
        let average = if self.runs == 0 { spent } else { (self.average * 15 + spent) / 16 };
        self.runs += 1;
        self.last_tick = tick;
        self.last = spent;
        self.average = average;
        self.max = self.max.max(spent);
        self.distribution.add(spent.as_nanos() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::{FixedClock, MOST_STEPS, is_module};

    #[test]
    fn modules_may_be_shortened_at_a_dash() {
        let orbit = "playground-plugins-orbit";
        for (name, expected) in [
            ("playground-plugins-orbit", true),
            ("plugins-orbit", true),
            ("orbit", true),
            ("playground_plugins_orbit", true),
            ("bit", false),
            ("my-playground-plugins-orbit", false),
            ("playground", false),
        ] {
            assert_eq!(is_module(orbit, name), expected, "{name}");
        }
    }

    fn check(hz: f64, deltas: &[f32], expected: &[u32]) {
        let mut clock = FixedClock::default();
        let due: Vec<u32> = deltas.iter().map(|delta| clock.pass(*delta, hz).0).collect();
        assert_eq!(due, expected, "{hz} Hz, {deltas:?}");
    }

    #[test]
    fn steps_are_due_when_their_time_has_passed() {
        check(60.0, &[1.0 / 60.0; 4], &[1, 1, 1, 1]);
        check(30.0, &[1.0 / 60.0; 4], &[0, 1, 0, 1]);
        check(90.0, &[1.0 / 60.0; 4], &[1, 2, 1, 2]);
        check(10.0, &[0.25, 0.0, 0.06, 0.5], &[2, 0, 1, 5]);
        check(10.0, &[-1.0, 0.1], &[0, 1]);
    }

    #[test]
    fn rounding_loses_no_step_in_an_hour() {
        let mut clock = FixedClock::default();
        let steps: u32 = (0..3600 * 60).map(|_| clock.pass(1.0 / 60.0, 50.0).0).sum();
        assert_eq!(steps, 3600 * 50);
    }

    #[test]
    fn what_is_too_much_is_dropped() {
        check(100.0, &[10.0, 0.0, 0.01], &[MOST_STEPS, 0, 1]);
    }
}

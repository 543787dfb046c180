//! Running a stage: its waves one after the other, the systems of a wave on one thread or on several.
//!
//! Knows nothing of names and order; those are decided when the run is made.

use super::record::{Body, FixedClock, Memory, SystemStats};
use crate::model::{
    commands::CommandQueue, events::Events, query::Ticks, storage::Storage, system::Frame, threads, time::Time,
};
use playground_core_types::{Beacon, Shared, Who};
use playground_engine_types::erase::guarded;
use std::ops::Range;
use std::time::{Duration, Instant};

/// What it costs to have another thread take a part of a wave, ns: waking it, and waking the first one when it is done.
///
/// Measured on two cores with parts of no work: 12 to 20 µs while the other thread is awake, 45 to 110 µs after it slept
/// for a frame. What takes less is done sooner on one thread.
pub const HANDOVER_NS: f64 = 50_000.0;

/// The systems of one stage, ready to run, in their order.
pub(super) struct Run {
    /// Which plan it was made from.
    pub generation: u64,
    pub items: Vec<Item>,
    /// Parts of `items` that may run at the same time.
    pub waves: Vec<Range<usize>>,
}

/// One system with what its runs need and leave behind.
pub(super) struct Item {
    pub body: Body,
    /// Its place in the list of all systems, as long as the plan holds.
    pub record: usize,
    pub serial: u64,
    pub who: Who,
    pub rate: Option<f64>,
    pub memory: Memory,
    pub stats: SystemStats,
    /// The message of its panic.
    pub panic: Option<String>,
    turn: Turn,
}

/// What one run of the stage asks of a system.
#[derive(Clone, Copy, Default)]
struct Turn {
    /// How often it runs.
    times: u32,
    first_step: u64,
    first_tick: u64,
}

/// What all systems of a run see.
pub(super) struct Scene<'w> {
    pub storage: &'w Storage,
    pub commands: &'w CommandQueue,
    pub events: &'w Shared<Events>,
    pub beacon: &'w Beacon,
    pub time: Time,
}

impl Run {
    /// Runs all waves. A system that panics leaves its message and does not stop the others.
    pub fn run(&mut self, scene: &Scene<'_>) {
        // One look at the clock between two systems tells the end of one and the start of the other.
        let mut now = Instant::now();
        for wave in &self.waves {
            let items = &mut self.items[wave.clone()];
            if cut(items, Item::expected_ns).is_some() && threads::count() > 1 {
                items.iter_mut().for_each(|item| item.prepare(scene));
                rayon::in_place_scope(|scope| share(items, scene, scope));
                now = Instant::now();
            } else {
                for item in items {
                    item.prepare(scene);
                    now = item.run(scene, now);
                }
            }
        }
        scene.beacon.leave(threads::current());
    }
}

/// Hands the second half to another thread as long as that is worth it, and runs what is left here.
fn share<'s, 'w>(items: &'s mut [Item], scene: &'s Scene<'w>, scope: &rayon::Scope<'s>) {
    match cut(items, |item| if item.turn.times > 0 { item.memory.expected_ns } else { 0.0 }) {
        Some(at) => {
            let (here, there) = items.split_at_mut(at);
            scope.spawn(move |scope| share(there, scene, scope));
            share(here, scene, scope);
        }
        None => {
            let start = Instant::now();
            items.iter_mut().fold(start, |now, item| item.run(scene, now));
            scene.beacon.leave(threads::current());
        }
    }
}

/// Where to halve, so that the smaller half is as large as it can be; `None` if that is less than a hand-over costs.
fn cut(items: &[Item], expected: impl Fn(&Item) -> f64) -> Option<usize> {
    if items.len() < 2 {
        return None;
    }
    let all: f64 = items.iter().map(&expected).sum();
    if all < 2.0 * HANDOVER_NS {
        return None;
    }
    let (mut before, mut best) = (0.0_f64, (0.0, 0));
    for (at, item) in items.iter().enumerate() {
        let smaller = before.min(all - before);
        if smaller > best.0 {
            best = (smaller, at);
        }
        before += expected(item);
    }
    (best.0 > HANDOVER_NS).then_some(best.1)
}

impl Item {
    pub fn new(
        body: Body,
        place: (usize, u64),
        who: Who,
        rate: Option<f64>,
        memory: Memory,
        stats: SystemStats,
    ) -> Self {
        let (record, serial) = place;
        Self { body, record, serial, who, rate, memory, stats, panic: None, turn: Turn::default() }
    }

    fn expected_ns(&self) -> f64 {
        self.memory.expected_ns
    }

    /// Makes it run once, whatever its clock and its conditions say.
    pub fn force(&mut self, scene: &Scene<'_>) {
        self.turn = Turn { times: 1, first_step: 0, first_tick: scene.storage.next_tick() };
        self.rate = None;
        self.run(scene, Instant::now());
        scene.beacon.leave(threads::current());
    }

    /// Decides how often it runs, and takes its ticks. Called in the order of the systems, whoever runs them then.
    fn prepare(&mut self, scene: &Scene<'_>) {
        let (times, first_step) = match self.rate {
            Some(hz) => self.memory.clock.pass(scene.time.delta(), hz),
            None => (1, 0),
        };
        self.turn = Turn::default();
        if times == 0 || !self.may_run(scene) {
            return;
        }
        let first_tick = scene.storage.next_tick();
        for _ in 1..times {
            scene.storage.next_tick();
        }
        self.turn = Turn { times, first_step, first_tick };
    }

    fn may_run(&mut self, scene: &Scene<'_>) -> bool {
        if self.body.conditions.is_empty() {
            return true;
        }
        let ticks = Ticks { since: self.memory.last_tick, now: scene.storage.tick() };
        let frame = self.frame(scene, scene.time, ticks);
        let conditions = &mut self.body.conditions;
        match guarded(|| conditions.iter_mut().all(|condition| condition.holds(&frame))) {
            Ok(true) => return true,
            Ok(false) => self.stats.skipped += 1,
            Err(message) => self.panic = Some(format!("its condition panicked: {message}")),
        }
        false
    }

    fn frame<'w>(&self, scene: &Scene<'w>, time: Time, ticks: Ticks) -> Frame<'w> {
        let Scene { storage, commands, events, time: world_time, .. } = *scene;
        Frame { storage, time, world_time, commands, events, ticks, who: self.who }
    }

    /// Runs it as often as it is due. Takes the time when it starts and gives the time when it is done.
    fn run(&mut self, scene: &Scene<'_>, start: Instant) -> Instant {
        if self.turn.times == 0 {
            return start;
        }
        let mut now = start;
        for time in 0..self.turn.times {
            let tick = self.turn.first_tick + u64::from(time);
            let clock = match self.rate {
                Some(hz) => FixedClock::time(self.turn.first_step + u64::from(time), hz),
                None => scene.time,
            };
            let frame = self.frame(scene, clock, Ticks { since: self.memory.last_tick, now: tick });
            let system = &mut self.body.system;
            scene.beacon.enter(threads::current(), self.who, now);
            // What a panic leaves behind is whole: columns are only read and written in place here.
            let outcome = guarded(|| system.run(&frame));
            let end = Instant::now();
            self.memory.last_tick = tick;
            self.stats.add(end.saturating_duration_since(now), tick);
            now = end;
            if let Err(message) = outcome {
                self.panic = Some(message);
                break;
            }
        }
        self.expect(now.saturating_duration_since(start));
        now
    }

    fn expect(&mut self, spent: Duration) {
        let spent = spent.as_nanos() as f64;
        let expected = &mut self.memory.expected_ns;
        *expected = if *expected == 0.0 { spent } else { *expected + (spent - *expected) / 8.0 };
    }
}

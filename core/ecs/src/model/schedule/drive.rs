//! The way of a stage: the schedule hands its systems out, they run over the locked tables, and come back with what
//! they took.

use super::{
    Schedule, Stage,
    plan::Plan,
    record::{Memory, SystemRecord},
    run::{Item, Run, Scene},
};
use crate::model::{error::EcsError, storage::Storage, time::Time, world::World};
use playground_engine_types::erase::guarded;

/// A system that panicked. Its module's systems are switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemPanic {
    /// The module that brought the system.
    pub module: String,
    /// The system's name.
    pub system: String,
    /// The panic's message.
    pub message: String,
}

/// A run that belongs to no plan, so that its systems go home one by one.
const NO_PLAN: u64 = u64::MAX;

/// Runs the systems of a stage, then the structural changes that they asked for. The world is locked once for all of it.
///
/// # Errors
/// When systems of this world run already: a system can't run a stage.
pub fn run_stage(world: &World, stage: Stage, time: Time) -> Result<Vec<SystemPanic>, EcsError> {
    let run = world.schedule().write().begin(stage, time)?;
    if let Some(run) = run {
        return Ok(carry_out(world, run, Some(stage), |run, scene| run.run(scene), time));
    }
    // Nobody runs, but somebody outside of the stages may have asked for something.
    let failed = apply(world, &mut world.write());
    failed.into_iter().for_each(|problem| world.schedule().write().note(problem));
    Ok(Vec::new())
}

/// Runs one system now, switched on or not, whatever its conditions and its rate say; then the structural changes that it
/// asked for.
///
/// # Errors
/// When there is no system of that name or several, or systems of this world run already.
pub fn run_once(world: &World, name: &str, time: Time) -> Result<Vec<SystemPanic>, EcsError> {
    let run = world.schedule().write().begin_once(name)?;
    Ok(carry_out(world, run, None, |run, scene| run.items.iter_mut().for_each(|item| item.force(scene)), time))
}

/// Runs the stages of playing `steps` times, each `time.delta()` seconds after the one before. Gives the time after it.
///
/// # Errors
/// When systems of this world run already.
pub fn step(world: &World, time: Time, steps: u32) -> Result<(Time, Vec<SystemPanic>), EcsError> {
    let (mut now, mut panics) = (time, Vec::new());
    for _ in 0..steps {
        now = now.advance(time.delta());
        for stage in Stage::PLAY {
            panics.extend(run_stage(world, stage, now)?);
        }
    }
    Ok((now, panics))
}

fn carry_out(
    world: &World,
    mut run: Run,
    stage: Option<Stage>,
    act: impl FnOnce(&mut Run, &Scene<'_>),
    time: Time,
) -> Vec<SystemPanic> {
    let mut storage = world.write();
    let (commands, events, beacon) = (world.commands(), world.events(), &**world.beacon());
    act(&mut run, &Scene { storage: &storage, commands, events, beacon, time });
    let failed = apply(world, &mut storage);
    // Whoever holds the schedule may ask for the world, so the world is given back first.
    drop(storage);
    world.schedule().write().end(run, stage, failed)
}

fn apply(world: &World, storage: &mut Storage) -> Option<EcsError> {
    let what = "what systems asked for";
    match guarded(|| world.commands().apply(storage)) {
        Ok(outcome) => outcome.err(),
        Err(message) => Some(EcsError::Panicked { what, message }),
    }
}

impl Schedule {
    /// The systems of a stage; `None` if there are none that could run.
    fn begin(&mut self, stage: Stage, time: Time) -> Result<Option<Run>, EcsError> {
        if self.running {
            return Err(EcsError::Running);
        }
        self.plan();
        let at = stage as usize;
        if self.plans[at].active.is_empty() {
            return Ok(None);
        }
        let mut run = match self.runs[at].take() {
            Some(run) => run,
            None => self.make_run(stage),
        };
        // Frames count up from 1 while a world plays. Whoever begins anew, or went back, has clocks that owe nothing.
        if time.frame() == 1 || time.frame() < self.frames[at] {
            run.items.iter_mut().for_each(|item| item.memory.clock = Memory::default().clock);
        }
        self.frames[at] = time.frame();
        self.running = true;
        Ok(Some(run))
    }

    fn begin_once(&mut self, name: &str) -> Result<Run, EcsError> {
        if self.running {
            return Err(EcsError::Running);
        }
        let at = self.find(name)?;
        self.disturb();
        let items = vec![take_out(&mut self.systems, at)];
        self.running = true;
        Ok(Run { generation: NO_PLAN, items, waves: Vec::new() })
    }

    fn make_run(&mut self, stage: Stage) -> Run {
        let Plan { active, waves, .. } = &self.plans[stage as usize];
        let items = active.iter().map(|at| take_out(&mut self.systems, *at)).collect();
        Run { generation: self.generation, items, waves: waves.clone() }
    }

    fn end(&mut self, mut run: Run, stage: Option<Stage>, failed: Option<EcsError>) -> Vec<SystemPanic> {
        self.running = false;
        let mut panics: Vec<SystemPanic> = Vec::new();
        for item in &mut run.items {
            if let Some(message) = item.panic.take() {
                let (module, system) = self.name_of(item.who).unwrap_or_default();
                panics.push(SystemPanic { module: module.to_owned(), system: system.to_owned(), message });
            }
        }
        match stage {
            Some(stage) if run.generation == self.generation => {
                run.items.iter().for_each(|item| item.leave(&mut self.systems[item.record]));
                self.runs[stage as usize] = Some(run);
            }
            _ => run.items.into_iter().for_each(|item| self.bring_home(item)),
        }
        panics.iter().for_each(|panic| self.enable_module(&panic.module, false));
        if let Some(problem) = failed {
            self.note(problem);
        }
        panics
    }
}

impl Item {
    /// Writes down what is known of its runs.
    pub(super) fn leave(&self, record: &mut SystemRecord) {
        record.memory = self.memory;
        record.stats.clone_from(&self.stats);
    }
}

fn take_out(systems: &mut [SystemRecord], at: usize) -> Item {
    let record = &mut systems[at];
    let body = record.body.take().expect("a system is at home unless its stage runs, and then nothing else begins");
    Item::new(body, (at, record.serial), record.who, record.rate, record.memory, record.stats.clone())
}

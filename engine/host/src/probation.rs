//! The first frames of code that was just put into effect: if it fails in them, the set goes back to the generations
//! before, with the world as it was when they were replaced.

use crate::engine::Engine;
use playground::ecs::Stage;
use playground::ecs::model::checkpoint::Rewind;
use playground::editor::report::Level;
use playground::types::erase::guarded;
use playground_engine_registry::{Reloaded, Source, Stages, Step, Verdict};
use std::time::{Duration, Instant};

/// Frames that a generation has to run well.
const FRAMES: u32 = 60;
/// A frame that takes longer on probation is a failure.
const DEADLINE: Duration = Duration::from_secs(2);

/// A set of modules whose first frames are being watched.
pub struct Probation {
    /// Modules with the generations now and before.
    modules: Vec<(String, u32, u32)>,
    /// Whether it is steps of the world that count; else it is frames of the engine.
    steps: bool,
    left: u32,
    /// The world as it was when they were replaced, and with what was edited since.
    checkpoint: Option<u64>,
    /// The module that failed, and how.
    failed: Option<(String, String)>,
}

impl Engine {
    /// Remembers the world as it is, for the way back; `None` if there is no room for it.
    pub fn state_before_change(&mut self) -> Option<u64> {
        match self.session.world().checkpoint() {
            Ok(checkpoint) => Some(checkpoint.number),
            Err(error) => {
                let text = format!("if this reload is taken back, the world stays as it is then: {error}");
                self.log(Level::Warning, "modules", &text);
                None
            }
        }
    }

    /// Watches the first frames of a set.
    pub fn begin_probation(&mut self, outcomes: &[Reloaded], checkpoint: Option<u64>) {
        let modules: Vec<(String, u32, u32)> = outcomes
            .iter()
            .filter_map(|reloaded| Some((reloaded.module.clone(), reloaded.generation, reloaded.before?)))
            .collect();
        if modules.is_empty() {
            return;
        }
        let world = self.session.world().clone();
        let steps = world.schedule().read().systems().iter().any(|system| {
            Stage::PLAY.contains(&system.stage) && modules.iter().any(|(module, ..)| *module == system.module)
        });
        self.probation = Some(Probation { modules, steps, left: FRAMES, checkpoint, failed: None });
    }

    /// Notes that a module failed; says whether it is on probation, so that it is going to be taken back.
    pub fn fails_probation(&mut self, module: &str, why: &str) -> bool {
        let Some(probation) = &mut self.probation else { return false };
        if !probation.modules.iter().any(|(name, ..)| name == module) {
            return false;
        }
        probation.failed.get_or_insert_with(|| (module.to_owned(), why.to_owned()));
        true
    }

    /// Notes that the world was changed by a person: what goes back does not go behind that.
    pub fn edited_on_probation(&mut self) {
        if self.probation.as_ref().is_none_or(|probation| probation.failed.is_some()) {
            return;
        }
        let checkpoint = self.state_before_change();
        if let Some(probation) = &mut self.probation {
            probation.checkpoint = checkpoint;
        }
    }

    /// Counts a step of the world, or a frame of the engine, that ended.
    pub fn count_on_probation(&mut self, is_step: bool, took: Duration) {
        let Some(probation) = &mut self.probation else { return };
        if let Some((module, why)) = probation.failed.take() {
            return self.roll_back(&module, &why);
        }
        if took > DEADLINE {
            let why = format!("a frame took {:.1} s", took.as_secs_f64());
            let module = probation.modules[0].0.clone();
            return self.roll_back(&module, &why);
        }
        if is_step != probation.steps {
            return;
        }
        if let Some((module, why)) = self.unhealthy() {
            return self.roll_back(&module, &why);
        }
        let Some(probation) = &mut self.probation else { return };
        probation.left -= 1;
        if probation.left == 0 {
            let probation = self.probation.take();
            for (module, generation, _) in probation.into_iter().flat_map(|probation| probation.modules) {
                self.modules.registry.judge(&module, generation, Verdict::Proven);
            }
        }
    }

    /// The first module on probation that says that it does not do what it should.
    fn unhealthy(&self) -> Option<(String, String)> {
        let world = self.session.world();
        let of_module = |module: &String| {
            if self.is_off(module) {
                return None;
            }
            let viewmodel = self.modules.registry.find(module).ok()?.current()?.viewmodel.clone();
            let check = self.session.holder.contributed.get(module).and_then(|found| found.health);
            let healthy = guarded(|| {
                viewmodel.map_or(Ok(()), |viewmodel| viewmodel.health())?;
                check.map_or(Ok(()), |check| check(world))
            });
            let why = healthy.unwrap_or_else(|message| Err(format!("it panicked: {message}"))).err()?;
            Some((module.clone(), format!("its health check failed: {why}")))
        };
        self.probation.as_ref()?.modules.iter().find_map(|(module, ..)| of_module(module))
    }

    /// Brings the generations before back, and the world as it was then.
    fn roll_back(&mut self, module: &str, why: &str) {
        let Some(Probation { modules, checkpoint, .. }) = self.probation.take() else { return };
        let since = Instant::now();
        let step = |(module, _, before): &(String, u32, u32)| (module.clone(), *before);
        let targets: Vec<(String, u32)> = modules.iter().map(step).collect();
        let steps = targets.iter().map(|(module, before)| Step {
            module,
            source: Source::AsItWas(*before),
            stages: Stages::since(since),
        });
        for (name, generation, _) in &modules {
            self.modules.registry.judge(name, *generation, Verdict::RolledBack { why: format!("{module}: {why}") });
        }
        let set = match self.prepare(steps.collect()) {
            Ok(set) => set,
            Err(error) => return self.quarantine(module, &format!("{why}; it can't be rolled back either: {error}")),
        };
        let plan = set.plan.clone();
        let outcomes = self.modules.registry.commit(set, &mut self.session.holder);
        outcomes.iter().for_each(|reloaded| self.loaded(&reloaded.module));
        self.convert_history(&plan);
        self.remember_plan(&outcomes, &plan);
        let rewound = checkpoint.map(|number| self.session.world().rewind(Rewind::To(number)));
        let state = match rewound {
            Some(Ok(reached)) => {
                self.rewound(reached);
                "The world is as it was when it was reloaded.".to_owned()
            }
            Some(Err(error)) => format!("The world stays as it is: {error}"),
            None => "The world stays as it is.".to_owned(),
        };
        self.session.mark_stale();
        self.session.refresh();
        self.draw.mark_dirty();
        for (name, _, before) in &modules {
            self.modules.registry.judge(name, *before, Verdict::Proven);
        }
        let back: Vec<String> = targets.iter().map(|(name, before)| format!("{name} to generation {before}")).collect();
        let title = format!("Rolled back: {}", back.join(", "));
        self.log(Level::Error, module, &format!("{title}: {why}. {state}"));
        self.notices.add(Level::Error, title, format!("{why}\n{state} Correct it and reload the module."));
    }
}

//! Play, pause, step, stop: when systems run, and the way back to the authored scene.

use crate::engine::Engine;
use playground::ecs::model::checkpoint::CheckpointId;
use playground::ecs::view::SystemPanic;
use playground::ecs::{Stage, Time};
use playground::editor::report::{Level, PlayState};
use std::time::{Duration, Instant};

/// Length of one step of the world.
pub const STEP: Duration = Duration::from_nanos(16_666_667);
/// Steps run at most in one frame; a slow world falls behind the clock instead of freezing.
const STEPS_PER_FRAME: u32 = 4;
/// Steps between two checkpoints: 0.8 s, so that *Rewind* loses no more than a second, and neither does an accident,
/// since each is written to disk at once. A checkpoint copies what changed since the one before: with 100,000 entities
/// that all moved 1.5 ms (the first 10 ms) in the development build with the swarm's scene.
const STEPS_PER_CHECKPOINT: u64 = 48;

/// What a system that runs in every frame sees as passed at most, after the engine was busy with something else.
const LONGEST_FRAME: Duration = Duration::from_millis(250);

/// The world's clock.
#[derive(Default)]
pub struct Play {
    /// Whether it runs.
    pub state: PlayState,
    time: Time,
    owed: Duration,
    /// The time of systems that run in every frame: that of the wall.
    editor: Time,
    last_settled: Option<Instant>,
}

/// The time of the step that ends `elapsed` seconds after play began.
pub fn time_at(elapsed: f64) -> Time {
    Time::new(STEP.as_secs_f32(), elapsed, (elapsed / STEP.as_secs_f64()).round() as u64)
}

impl Play {
    /// The time that systems see.
    pub fn time(&self) -> Time {
        self.time
    }
}

impl Engine {
    /// Lets the world run. The scene as it is now comes back at stop.
    ///
    /// # Errors
    /// When the ECS is not loaded.
    pub fn start_playing(&mut self) -> Result<(), String> {
        if self.play.state == PlayState::Stopped {
            self.begin()?;
        }
        self.play.state = PlayState::Playing;
        self.play.owed = Duration::ZERO;
        Ok(())
    }

    fn begin(&mut self) -> Result<(), String> {
        let ecs = self.session.ecs()?;
        self.session.refresh();
        self.session.holder.authored = Some(ecs.worlds().snapshot(self.session.world()));
        self.session.history.begin_play();
        self.session.world().clear_checkpoints();
        self.set_time(Time::default());
        // The checkpoint to go back to went with the others.
        self.edited_on_probation();
        Ok(())
    }

    /// Brings the authored scene back exactly.
    pub fn stop_playing(&mut self) {
        if let Some(authored) = self.session.holder.authored.take() {
            self.session.world().write().restore(authored);
            if let Ok(ecs) = self.session.ecs() {
                // What waits was emitted in the world that has just ended.
                let _ = ecs.events().clear(self.session.world(), None);
            }
            self.session.world().clear_checkpoints();
            self.session.mark_stale();
        }
        self.set_time(Time::default());
        self.session.history.end_play();
        self.play.state = PlayState::Stopped;
    }

    /// Lets a playing world wait.
    pub fn pause_playing(&mut self) {
        if self.play.state == PlayState::Playing {
            self.play.state = PlayState::Paused;
        }
    }

    /// Runs some steps and waits again.
    ///
    /// # Errors
    /// When the ECS is not loaded.
    pub fn step_playing(&mut self, steps: u32) -> Result<(), String> {
        if self.play.state == PlayState::Stopped {
            self.begin()?;
        }
        self.play.state = PlayState::Paused;
        (0..steps).for_each(|_| self.step_world());
        Ok(())
    }

    /// Runs as many steps as `passed` asks for.
    pub fn advance(&mut self, passed: Duration) {
        if self.play.state != PlayState::Playing {
            return;
        }
        let passed = self.session.world().clock().write().advance(passed.as_secs_f64());
        let most = STEP * STEPS_PER_FRAME;
        self.play.owed = (self.play.owed + Duration::from_secs_f64(passed.min(most.as_secs_f64()))).min(most);
        while self.play.owed >= STEP {
            self.play.owed -= STEP;
            self.step_world();
        }
        self.set_time(self.play.time);
    }

    /// Sets the time that systems see, and that the world says.
    pub fn set_time(&mut self, time: Time) {
        self.play.time = time;
        self.session.world().clock().write().elapsed = time.elapsed();
    }

    /// Goes on from a checkpoint: time is what it was then.
    pub fn rewound(&mut self, to: CheckpointId) {
        self.set_time(time_at(to.time));
        // A module may have come since.
        self.adopt_orphans("checkpoint");
        self.session.mark_stale();
        self.session.refresh();
        self.draw.mark_dirty();
    }

    /// Runs one system and waits, as a step does.
    ///
    /// # Errors
    /// When the ECS is not loaded, or there is no such system or several.
    pub fn run_system(&mut self, name: &str) -> Result<(), String> {
        let ecs = self.session.ecs()?;
        // Asked for first, so that a wrong name does not begin to play.
        ecs.systems().info(self.session.world(), name).map_err(|error| error.to_string())?;
        if self.play.state == PlayState::Stopped {
            self.begin()?;
            self.play.state = PlayState::Paused;
        }
        let time = Time::new(STEP.as_secs_f32(), self.play.time.elapsed(), self.play.time.frame());
        let panics = ecs.systems().run_once(self.session.world(), name, time).map_err(|error| error.to_string())?;
        self.session.mark_stale();
        self.session.refresh();
        let failed = panics.first().map(|panic| panic.message.clone());
        panics.iter().for_each(|panic| self.quarantine_system(panic));
        failed.map_or(Ok(()), |message| Err(format!("the system panicked: {message}")))
    }

    fn quarantine_system(&mut self, panic: &SystemPanic) {
        let why = format!("its system `{}` panicked: {}", panic.system, panic.message);
        self.quarantine(&panic.module, &why);
    }

    fn step_world(&mut self) {
        let start = Instant::now();
        self.run_step();
        self.count_on_probation(true, start.elapsed());
    }

    fn run_step(&mut self) {
        let Ok(ecs) = self.session.ecs() else { return };
        if self.play.time.frame().is_multiple_of(STEPS_PER_CHECKPOINT)
            && let Err(error) = ecs.storage().checkpoint(self.session.world())
        {
            self.log(Level::Warning, "checkpoint", &error.to_string());
        }
        self.note_for_keeping(false);
        self.set_time(self.play.time.advance(STEP.as_secs_f32()));
        for stage in Stage::PLAY {
            for panic in ecs.systems().run_stage(self.session.world(), stage, self.play.time) {
                self.quarantine_system(&panic);
            }
        }
        self.deliver_events();
        for problem in ecs.systems().problems(self.session.world()) {
            self.log(Level::Warning, "schedule", &problem.to_string());
        }
        self.session.refresh();
    }

    /// Runs the systems that run in every frame, also while the world is edited.
    pub fn run_editor_stage(&mut self) {
        let Ok(ecs) = self.session.ecs() else { return };
        let now = Instant::now();
        let passed = self.play.last_settled.replace(now).map_or(Duration::ZERO, |last| now.duration_since(last));
        self.play.editor = self.play.editor.advance(passed.min(LONGEST_FRAME).as_secs_f32());
        for panic in ecs.systems().run_stage(self.session.world(), Stage::Editor, self.play.editor) {
            self.quarantine_system(&panic);
        }
    }

    /// Drops what was emitted and observed while the world is only edited: handlers belong to the world that plays, and
    /// what they would change here no undo would take back.
    pub fn forget_events(&mut self) {
        let Ok(ecs) = self.session.ecs() else { return };
        // Without an event to name there is nothing that could be missing.
        let _ = ecs.events().clear(self.session.world(), None);
        let notes = self.session.world().write().watch_mut().take();
        // Without a lock: what components in them do when they are dropped is their own business.
        drop(notes);
    }

    /// Tells observers and subscribers what happened since the last step.
    pub fn deliver_events(&mut self) {
        let Ok(ecs) = self.session.ecs() else { return };
        let delivery = match ecs.events().process(self.session.world(), self.play.time) {
            Ok(delivery) => delivery,
            Err(error) => return self.log(Level::Error, "events", &error.to_string()),
        };
        for failure in delivery.panics {
            self.part_failed(&failure.module, &failure.name, &failure.message);
        }
        for error in delivery.refused {
            self.log(Level::Error, "events", &error.to_string());
        }
    }

    /// Takes back what is on probation if its panel panicked. Else the panel alone is not drawn any more, which its tab
    /// says.
    pub fn panel_failed(&mut self, module: &str, why: &str) {
        if !self.fails_probation(module, why) {
            self.log(Level::Error, module, why);
        }
    }
}

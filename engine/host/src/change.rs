//! Putting built or kept generations of modules into effect, and what follows from it.

use crate::engine::Engine;
use crate::modules::{Built, Fresh, Goal, Job, short};
use playground::core_types::Handle;
use playground::ecs::Value;
use playground::editor::Invocation;
use playground::editor::report::{Level, PlanReport, Question};
use playground::types::ModuleKind;
use playground::types::state::{ComponentPlan, Fate, Plan, StatePlan};
use playground_engine_builder::BuildReport;
use playground_engine_registry::{PreparedSet, Reloaded, SetError, Source, Stages, Step};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

impl Engine {
    /// Loads what was built: all of the modules or, if something does not fit, none.
    ///
    /// # Errors
    /// In words, when it does not fit.
    pub fn load_built(&mut self, job: &Job, built: &Built, started: Instant) -> Result<Json, String> {
        let report = &built.report;
        if self.modules.starting.is_some() {
            return self.load_first(job, report, started);
        }
        let rebuild_all = job.modules.len() > 1;
        let mut steps = Vec::new();
        for module in &job.modules {
            let artefact = report.artefacts.iter().find(|artefact| artefact.package == *module);
            let artefact = artefact.ok_or_else(|| self.refuse(module, no_library(module)))?;
            self.modules.built.insert(module.clone());
            let runs = self.modules.registry.find(module).is_ok_and(|module| module.current().is_some());
            if rebuild_all && artefact.fresh && runs {
                continue;
            }
            let mut stages = stages(job.since, started, report.took);
            let source = match built.staged.get(module) {
                Some(Ok(staged)) => {
                    stages.stages.push(("checked", built.checked_in));
                    stages.restart_at(started + report.took + built.checked_in);
                    Source::Staged(staged)
                }
                Some(Err(error)) => return Err(self.refuse(module, error.to_string())),
                None => Source::Library(&artefact.path),
            };
            steps.push(Step { module, source, stages });
        }
        if job.goal == Goal::Plan {
            return self.plan(job, steps);
        }
        let again = match job.modules.as_slice() {
            [module] => Invocation::new("module.reload").text("name", module),
            _ => Invocation::new("module.reload_all"),
        };
        self.change(steps, job.lossy, again)
    }

    /// Says what a change would do, and does nothing.
    fn plan(&mut self, job: &Job, steps: Vec<Step<'_>>) -> Result<Json, String> {
        let set = self.prepare(steps).map_err(|error| error.to_string())?;
        let plan =
            json!({ "lossy": set.plan.is_lossy(), "plan": plan_rows(&set.plan), "states": state_rows(&set.plan) });
        self.modules.plan = job.modules.first().map(|module| planned(module, set.plan.clone(), ""));
        self.modules.registry.abandon(set, &mut self.session.holder);
        Ok(plan)
    }

    /// Goes back to a generation that ran before, with the world as it is; the one before the running one if none is
    /// named.
    ///
    /// # Errors
    /// In words, when there is no such generation, its state does not fit, or values would not survive and that was not
    /// allowed. Nothing was changed then.
    pub fn go_back(&mut self, name: &str, to: Option<u32>, lossy: bool) -> Result<Json, String> {
        let module = self.modules.registry.find(name).map_err(|error| error.to_string())?;
        let name = module.spec.name.clone();
        let to = to.or_else(|| module.generation().checked_sub(1).filter(|number| *number > 0));
        let to = to.ok_or_else(|| format!("{name} runs in its first generation; there is none to go back to"))?;
        let stages = Stages::since(Instant::now());
        let again = Invocation::new("module.rollback").text("name", &name).with("to", Value::Int(to.into()));
        self.change(vec![Step { module: &name, source: Source::Kept(to), stages }], lossy, again)
    }

    /// Puts other generations of some modules into effect, all of them or none. `again` is the call that asked for it.
    ///
    /// # Errors
    /// In words, when they do not fit, or values would not survive and that was not allowed. Nothing was changed then.
    pub fn change(&mut self, steps: Vec<Step<'_>>, lossy: bool, again: Invocation) -> Result<Json, String> {
        self.modules.question = None;
        let names: Vec<String> = steps.iter().map(|step| step.module.to_owned()).collect();
        let set = self.prepare(steps).map_err(|error| self.refuse("modules", error.to_string()))?;
        if set.plan.is_lossy() && !lossy {
            let lost: Vec<(String, usize)> = set.plan.lost().map(|(field, count)| (field.to_owned(), count)).collect();
            let reasons = set.plan.states.iter().filter_map(|state| state.lost.as_ref());
            let reasons: String = reasons.map(|why| format!("; {why}")).collect();
            self.modules.registry.abandon(set, &mut self.session.holder);
            let fields: Vec<String> = lost.iter().map(|(field, count)| format!("{field} ({count} ×)")).collect();
            let why = format!(
                "these values would not survive: {}{reasons}. Nothing was changed; lossy=allow goes on without them",
                fields.join(", ")
            );
            self.log(Level::Warning, "modules", &why);
            self.modules.questions += 1;
            let (number, call) = (self.modules.questions, again.text("lossy", "allow"));
            self.modules.question = Some(Question { number, modules: names, lost, call });
            return Err(why);
        }
        let plan = set.plan.clone();
        let checkpoint = self.state_before_change();
        let outcomes = self.modules.registry.commit(set, &mut self.session.holder);
        outcomes.iter().for_each(|reloaded| self.loaded(&reloaded.module));
        self.convert_history(&plan);
        self.remember_plan(&outcomes, &plan);
        self.begin_probation(&outcomes, checkpoint);
        let result = self.summary(&outcomes, &plan);
        self.modules.fresh.extend(outcomes.into_iter().map(|reloaded| Fresh { reloaded }));
        Ok(result)
    }

    /// Everything of a change that can fail. Code of the modules runs.
    pub fn prepare(&mut self, steps: Vec<Step<'_>>) -> Result<PreparedSet, SetError> {
        let names: Vec<&str> = steps.iter().map(|step| step.module).collect();
        self.inside(&names.join(", "), "being loaded", |engine| {
            engine.modules.registry.prepare(steps, &mut engine.session.holder)
        })
    }

    /// Says that something was not loaded; gives the words.
    fn refuse(&mut self, source: &str, why: String) -> String {
        self.log(Level::Error, source, &why);
        self.notices.add(Level::Error, "A module was not loaded", why.clone());
        why
    }

    /// At start each module is loaded for itself, so that one that does not fit keeps no other from running.
    fn load_first(&mut self, job: &Job, report: &BuildReport, started: Instant) -> Result<Json, String> {
        let mut errors = Vec::new();
        for (at, module) in job.modules.iter().enumerate() {
            if let Some((left, _)) = &mut self.modules.starting {
                *left = job.modules.len() - at;
                self.publish();
            }
            let Some(artefact) = report.artefacts.iter().find(|artefact| artefact.package == *module) else {
                errors.push(self.refuse(module, no_library(module)));
                continue;
            };
            self.modules.built.insert(module.clone());
            if let Err(error) = self.load_one(module, &artefact.path, stages(job.since, started, report.took)) {
                errors.push(self.refuse(module, error));
            }
        }
        if errors.is_empty() { Ok(json!({ "entities": 0, "reloaded": [] })) } else { Err(errors.join("; ")) }
    }

    fn load_one(&mut self, module: &str, library: &Path, stages: Stages) -> Result<(), String> {
        let steps = vec![Step { module, source: Source::Library(library), stages }];
        let set = self.prepare(steps).map_err(|error| error.to_string())?;
        let outcomes = self.modules.registry.commit(set, &mut self.session.holder);
        self.loaded(module);
        self.modules.fresh.extend(outcomes.into_iter().map(|reloaded| Fresh { reloaded }));
        Ok(())
    }

    /// At start, modules that were built are loaded although others were not; of those, the library of an earlier build
    /// is loaded, if it still fits the engine.
    pub fn load_what_there_is(&mut self, job: &Job, report: &BuildReport, started: Instant) {
        for module in &job.modules {
            let built = report.artefacts.iter().find(|artefact| artefact.package == *module);
            let Some(path) = built.map(|artefact| artefact.path.clone()).or_else(|| self.modules.earlier(module))
            else {
                continue;
            };
            match self.load_one(module, &path, stages(job.since, started, report.took)) {
                Ok(()) if built.is_some() => {}
                Ok(()) => {
                    let title = format!("{} runs as it was built last", short(module));
                    self.notices.add(Level::Warning, title, "Its source does not compile; Diagnostics says why.");
                }
                Err(error) => self.log(Level::Error, "modules", &error),
            }
        }
    }

    fn summary(&mut self, outcomes: &[Reloaded], plan: &Plan) -> Json {
        let entities = self.session.world().read().len();
        for reloaded in outcomes {
            let (name, took) = (short(&reloaded.module), milliseconds(reloaded.stages.total()));
            let title = match reloaded.before {
                Some(before) if before > reloaded.generation => {
                    format!("{name} went back to generation {} in {took}", reloaded.generation)
                }
                _ => format!("{name} reloaded in {took}"),
            };
            let stages: Vec<String> =
                reloaded.stages.stages.iter().map(|(name, time)| format!("{name} {}", milliseconds(*time))).collect();
            let of_module = plan.components.iter().filter(|one| one.module == reloaded.module);
            let converted: String = of_module
                .filter(|one| one.fate == Fate::Converted)
                .map(|one| format!("\n{} × {} converted: {}", one.count, one.component, one.change))
                .collect();
            let detail = format!("{}\n{entities} entities kept{converted}", stages.join(" · "));
            self.log(Level::Success, "modules", &format!("{title}: {}", stages.join(", ")));
            self.notices.add(Level::Success, title, detail);
        }
        let modules: Vec<Json> = outcomes
            .iter()
            .map(|reloaded| {
                let stages: serde_json::Map<String, Json> = reloaded
                    .stages
                    .stages
                    .iter()
                    .map(|(name, time)| (format!("{}_ms", name.replace(' ', "_")), json!(time.as_secs_f64() * 1e3)))
                    .collect();
                json!({
                    "module": reloaded.module,
                    "generation": reloaded.generation,
                    "before": reloaded.before,
                    "stages": stages,
                })
            })
            .collect();
        json!({ "entities": entities, "reloaded": modules, "plan": plan_rows(plan), "states": state_rows(plan) })
    }

    /// What must be done again after a module's code changed.
    pub fn loaded(&mut self, module: &str) {
        if self.modules.starting.is_none() {
            self.modules.last = Some(module.to_owned());
        }
        let mut problems = std::mem::take(&mut self.session.holder.problems);
        if let Ok(ecs) = self.session.ecs() {
            problems.extend(ecs.systems().problems(self.session.world()).iter().map(ToString::to_string));
        }
        for problem in problems {
            self.log(Level::Warning, module, &problem);
        }
        // New code of a module that is off is not called either.
        self.follow_switch(module);
        if let Some(source) = self.modules.sources.get(module) {
            self.modules.registry.note_source(module, source);
        }
        self.hand_over_state(module);
        self.adopt_orphans(module);
        self.note_for_keeping(true);
        self.session.mark_stale();
        self.components_changed = true;
        if self.modules.registry.find(module).is_ok_and(|module| module.spec.kind == ModuleKind::System) {
            self.register_core_components();
            self.draw.renew();
        }
    }

    /// Gives components that were kept for a module back to it.
    pub fn adopt_orphans(&mut self, module: &str) {
        let lost = Vec::from_iter(self.session.adopt_orphans());
        if !lost.is_empty() {
            let text = format!("{} of what was kept for it have no place any more", lost.join(", "));
            self.log(Level::Warning, module, &text);
            self.notices.add(Level::Warning, "Kept components have other fields now", text);
        }
    }

    /// Remembers what a change did to components and private state; what was planned before holds no more.
    pub fn remember_plan(&mut self, outcomes: &[Reloaded], plan: &Plan) {
        self.modules.plan = None;
        for reloaded in outcomes {
            let mut own = plan.clone();
            own.components.retain(|one| one.module == reloaded.module);
            own.states.retain(|one| one.module == reloaded.module);
            self.modules.last_plans.insert(reloaded.module.clone(), Handle::new(own));
        }
    }

    /// Remembers why there is no plan.
    pub fn refuse_plan(&mut self, job: &Job, why: &str) {
        self.modules.plan = job.modules.first().map(|module| planned(module, Plan::default(), why));
    }

    /// Makes the steps of undo fit components that have other fields now.
    pub fn convert_history(&mut self, plan: &Plan) {
        for one in plan.components.iter().filter(|one| one.fate == Fate::Converted) {
            let info = self.session.world().read().component(&one.component).ok();
            info.into_iter().for_each(|info| self.session.history.convert(info));
        }
    }

    /// Notes the first frame of modules that were swapped before it.
    pub fn mark_first_frames(&mut self) {
        for mut fresh in std::mem::take(&mut self.modules.fresh) {
            self.modules.registry.first_frame(&mut fresh.reloaded);
        }
    }
}

fn no_library(module: &str) -> String {
    format!("{module}: the build made no library; its Cargo.toml needs crate-type [\"cdylib\", \"rlib\"]")
}

fn planned(module: &str, plan: Plan, problem: &str) -> Handle<PlanReport> {
    let (module, problem) = (module.to_owned(), problem.to_owned());
    Handle::new(PlanReport { module, planned_at: SystemTime::now(), plan, problem })
}

/// What a reload does to components, as operators say it.
pub fn plan_rows(plan: &Plan) -> Vec<Json> {
    let row = |one: &ComponentPlan| {
        json!({
            "module": one.module,
            "component": one.component,
            "fate": one.fate.name(),
            "count": one.count,
            "change": one.change,
            "lost": one.lost,
        })
    };
    plan.components.iter().map(row).collect()
}

/// What a reload does to private states, as operators say it.
fn state_rows(plan: &Plan) -> Vec<Json> {
    let hex = |version: u64| format!("{version:016x}");
    let row = |state: &StatePlan| {
        json!({
            "module": state.module,
            "fate": state.fate(),
            "from": hex(state.versions.0),
            "to": hex(state.versions.1),
            "bytes": state.size_bytes,
            "why": state.lost,
        })
    };
    plan.states.iter().map(row).collect()
}

/// The stages up to the end of the build.
fn stages(since: Instant, started: Instant, took: Duration) -> Stages {
    let mut stages = Stages::since(since);
    stages.stages.push(("seen", started.duration_since(since)));
    stages.stages.push(("built", took));
    stages.restart_at(started + took);
    stages
}

/// A time as people read it.
pub fn milliseconds(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

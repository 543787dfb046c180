//! From a wish to build to a change: jobs are made, their builds followed, and what they end with put into effect.

use crate::engine::Engine;
use crate::modules::{Built, ENGINE, Event, Goal, Job, Reply, Running, answer, short};
use playground::core_types::Handle;
use playground::editor::report::{Diagnostic, Level};
use playground_engine_builder::{
    BuildEvent, BuildReport, Level as Severity, Outcome as BuildOutcome, WatchEvent, Watcher,
};
use serde_json::{Value as Json, json};
use std::time::Instant;

impl Engine {
    /// Builds and loads all modules, as the first thing, but for those that are to be left out.
    pub fn start_modules(&mut self) {
        for (module, why) in std::mem::take(&mut self.options.without) {
            match self.modules.registry.find(&module).map(|module| module.spec.name.clone()) {
                Ok(name) => {
                    self.modules.registry.fail(&name, why.clone());
                    self.options.without.push((name, why));
                }
                Err(error) => {
                    let title = format!("{module} is not left out");
                    self.log(Level::Warning, "modules", &format!("{title}: {error}"));
                    self.notices.add(Level::Warning, title, error.to_string());
                }
            }
        }
        let left_out = |name: &String| self.options.without.iter().any(|(module, _)| module == name);
        let job = Job {
            modules: self.modules.names().into_iter().filter(|name| !left_out(name)).collect(),
            since: Instant::now(),
            operator: "start",
            lossy: false,
            goal: Goal::Load,
            replies: Vec::new(),
        };
        self.modules.enqueue(job);
    }

    /// Builds modules and loads them. The outcome goes to `reply`.
    ///
    /// # Errors
    /// When there is no such module.
    pub fn reload(
        &mut self,
        name: Option<&str>,
        operator: &'static str,
        (lossy, goal): (bool, Goal),
        reply: Reply,
    ) -> Result<(), String> {
        let modules = match name {
            None => {
                let pinned = &self.modules.pinned;
                self.modules.names().into_iter().filter(|name| !pinned.contains(name)).collect()
            }
            Some(name) => {
                let name = self.modules.registry.find(name).map_err(|error| error.to_string())?.spec.name.clone();
                if self.modules.pinned.contains(&name) && goal == Goal::Load {
                    return Err(format!("{name} is pinned; `module.unpin name={}` lets it change again", short(&name)));
                }
                vec![name]
            }
        };
        self.modules.enqueue(Job { modules, since: Instant::now(), operator, lossy, goal, replies: vec![reply] });
        Ok(())
    }

    /// Builds the editor and all modules, so that it can be started anew. The outcome goes to `reply`.
    pub fn rebuild(&mut self, since: Instant, reply: Reply) {
        let modules = [vec![self.options.app.clone()], self.modules.names()].concat();
        // What is built for the old engine would be of no use.
        let mut replies = self.modules.supersede();
        replies.push(reply);
        let job = Job { modules, since, operator: "build.engine", lossy: false, goal: Goal::Restart, replies };
        self.modules.enqueue(job);
    }

    /// Takes what builds and the watch have to say.
    pub fn handle_event(&mut self, event: Event) {
        match event {
            Event::Progress(BuildEvent::Warning(text)) => self.log(Level::Warning, "build", &text),
            Event::Progress(event) => self.modules.progress(event),
            Event::Finished(built) => self.build_finished(*built),
            Event::Watch(WatchEvent::Polling { reason }) => {
                self.log(Level::Warning, "watch", &reason);
                self.notices.add(Level::Warning, "Watching by polling", reason);
            }
            Event::Watch(WatchEvent::Likely { package, file }) => self.modules.guess(&package, file),
            Event::Watch(WatchEvent::Changed { package, at, .. }) if package == ENGINE => self.rebuild(at, None),
            Event::Watch(WatchEvent::Changed { package, files, at }) => {
                self.modules.changed.entry(package.clone()).or_default().extend(files);
                if self.modules.pinned.contains(&package) {
                    return;
                }
                // A build of the source before this change is of no use any more.
                let stale = self.modules.running.as_ref().filter(|running| running.job.modules == [package.clone()]);
                let plans = stale.is_some_and(|running| running.job.goal == Goal::Plan);
                let mut replies = if stale.is_some() { self.modules.supersede() } else { Vec::new() };
                // Who asked for a plan gets one, of what was saved meanwhile.
                let asked = if plans { std::mem::take(&mut replies) } else { Vec::new() };
                self.modules.enqueue(Job {
                    modules: vec![package.clone()],
                    since: at,
                    operator: "module.reload",
                    lossy: false,
                    goal: Goal::Load,
                    replies,
                });
                if plans {
                    self.modules.enqueue(Job {
                        modules: vec![package],
                        since: at,
                        operator: "module.plan",
                        lossy: false,
                        goal: Goal::Plan,
                        replies: asked,
                    });
                }
            }
        }
    }

    fn build_finished(&mut self, built: Built) {
        let report = &built.report;
        self.modules.status = None;
        let Some(Running { mut job, started, .. }) = self.modules.running.take() else { return };
        self.modules.diagnostics =
            Handle::new(report.diagnostics.iter().map(|found| diagnostic(found, &job)).collect());
        self.modules.sources.extend(built.sources.clone());
        let replies = std::mem::take(&mut job.replies);
        let result = match &report.outcome {
            BuildOutcome::Built if job.goal == Goal::Restart => self.rebuilt(report, started),
            BuildOutcome::Built => self.load_built(&job, &built, started),
            BuildOutcome::Cancelled => Err("the build was cancelled; the code from before goes on".to_owned()),
            BuildOutcome::Failed(why) => {
                let error = self.build_failed(&job, why);
                if self.modules.starting.is_some() {
                    self.load_what_there_is(&job, report, started);
                }
                Err(error)
            }
        };
        if let Some(why) = result.as_ref().err().filter(|_| job.goal == Goal::Plan) {
            self.refuse_plan(&job, why);
        }
        let starting = self.modules.starting.take().is_some();
        // Whoever gets the outcome must see its effect in the report.
        self.session.refresh();
        self.publish();
        replies.into_iter().for_each(|reply| answer(reply, job.operator, result.clone()));
        if starting {
            self.started();
        }
        self.modules.start_next();
    }

    fn build_failed(&mut self, job: &Job, why: &str) -> String {
        let names: Vec<&str> = job.modules.iter().map(|name| short(name)).collect();
        for module in &job.modules {
            self.modules.registry.fail(module, format!("the build failed: {why}"));
        }
        let title = match names.as_slice() {
            _ if job.goal == Goal::Restart => "The engine does not compile".to_owned(),
            [name] => format!("{name} does not compile"),
            _ => "The modules do not compile".to_owned(),
        };
        let first = self.modules.diagnostics.iter().find(|found| found.error);
        let place = first.map(|found| format!("{}:{}: {}", found.file, found.line, found.message));
        let place = place.unwrap_or_else(|| why.to_owned());
        self.log(Level::Error, "build", &format!("{title}: {place}"));
        self.notices.add(Level::Error, title.clone(), format!("{place}\nThe code from before goes on."));
        format!("{title}: {place}; the code from before goes on")
    }

    /// Lets whoever shows this engine start it anew.
    fn rebuilt(&mut self, report: &BuildReport, started: Instant) -> Result<Json, String> {
        let took = started.elapsed();
        self.modules.rebuilt += 1;
        let text = format!("the engine was rebuilt in {:.1} s; the editor restarts with it", took.as_secs_f64());
        self.log(Level::Success, "build", &text);
        Ok(json!({ "built": report.artefacts.len(), "took_ms": took.as_secs_f64() * 1e3 }))
    }

    /// Watches the sources, once the modules run.
    pub fn watch_sources(&mut self) {
        let modules = self.modules.declared().loadable().map(|module| (module.package.clone(), module.folder.clone()));
        let engine = self.modules.engine_sources.iter().map(|folder| (ENGINE.to_owned(), folder.clone()));
        let folders = modules.chain(engine).collect();
        let sender = self.modules.sender.clone();
        let watcher = Watcher::new(folders, move |event| drop(sender.send(Event::Watch(event))));
        match watcher {
            Ok(watcher) => self.modules.watcher = Some(watcher),
            Err(error) => self.log(Level::Warning, "watch", &error.to_string()),
        }
    }
}

fn diagnostic(found: &playground_engine_builder::Diagnostic, job: &Job) -> Diagnostic {
    Diagnostic {
        error: found.level == Severity::Error,
        module: found.package.clone().or_else(|| job.modules.first().cloned()).unwrap_or_default(),
        message: found.message.clone(),
        file: found.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default(),
        line: found.line.unwrap_or(0) as u32,
        column: found.column.unwrap_or(0) as u32,
        rendered: found.rendered.clone(),
    }
}

//! The declared modules, and the transaction that loads and reloads them.

use crate::private::Saved;
use crate::{Generation, Module, ModuleSpec, ReloadError, SetError, Stages, State, Verdict};
use playground_engine_binding::{Binding, BindingRegistry};
use playground_engine_loader::{Exports, LoadError, Loader, Opened, Staged, inspect, threads_in};
use playground_engine_types::erase::guarded;
use playground_engine_types::state::{ModuleChange, Plan, StatePlan};
use playground_engine_types::{EngineBuild, Erased, ModuleError, ModuleKind, StateHolder, ViewModelTrait};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The declared modules.
pub struct ModuleRegistry {
    modules: Vec<Module>,
    stager: Stager,
    bindings: BindingRegistry,
}

/// A load or reload that happened.
#[derive(Clone, Debug)]
pub struct Reloaded {
    /// The module.
    pub module: String,
    /// Its generation now.
    pub generation: u32,
    /// The generation before, if there was one.
    pub before: Option<u32>,
    /// The stages with their times.
    pub stages: Stages,
}

impl ModuleRegistry {
    /// A registry of modules for the engine `build`, staged by `loader`.
    pub fn new(loader: Loader, build: EngineBuild, bindings: BindingRegistry) -> Self {
        Self { modules: Vec::new(), stager: Stager { loader: Arc::new(loader), build }, bindings }
    }

    /// What checks and copies libraries; it may do so on another thread.
    pub fn stager(&self) -> Stager {
        self.stager.clone()
    }

    /// Adds a module; only declared ones can be loaded.
    pub fn declare(&mut self, spec: ModuleSpec) {
        self.modules.push(Module::new(spec));
    }

    /// The modules in the order of their declaration.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// A module by its package name or the last part of it.
    ///
    /// # Errors
    /// When there is none; the error lists those that there are.
    pub fn find(&self, name: &str) -> Result<&Module, ReloadError> {
        let found = self.modules.iter().find(|module| module.spec.name == name);
        found.or_else(|| self.modules.iter().find(|module| module.short_name() == name)).ok_or_else(|| {
            let known: Vec<&str> = self.modules.iter().map(|module| module.spec.name.as_str()).collect();
            ReloadError::Unknown { name: name.to_owned(), known: known.join(", ") }
        })
    }

    fn find_mut(&mut self, name: &str) -> Option<&mut Module> {
        self.modules.iter_mut().find(|module| module.spec.name == name)
    }

    /// Everything of a change of several modules that can fail. Nothing is changed by it: [`ModuleRegistry::commit`] or
    /// [`ModuleRegistry::abandon`] must follow.
    ///
    /// # Errors
    /// When anything about a library, its types or its state does not fit; which module's, the error says. The
    /// generations before still run.
    pub fn prepare(&mut self, steps: Vec<Step<'_>>, holder: &mut impl StateHolder) -> Result<PreparedSet, SetError> {
        let mut modules = Vec::with_capacity(steps.len());
        let mut changes = Vec::with_capacity(steps.len());
        for step in steps {
            let module = step.module.to_owned();
            match self.prepare_one(step) {
                Ok((prepared, change)) => {
                    modules.push(prepared);
                    changes.push(change);
                }
                Err(cause) => return Err(self.refused(vec![module], cause)),
            }
        }
        match holder.prepare(changes) {
            Ok(mut plan) => {
                modules.iter_mut().for_each(|prepared| prepared.stages.mark("planned"));
                plan.states = modules.iter_mut().filter_map(|prepared| prepared.state.take()).collect();
                Ok(PreparedSet { modules, plan })
            }
            Err(cause) => {
                let names = modules.iter().map(|prepared| self.modules[prepared.at].spec.name.clone()).collect();
                Err(self.refused(names, cause.into()))
            }
        }
    }

    fn refused(&mut self, modules: Vec<String>, cause: ReloadError) -> SetError {
        for module in &modules {
            self.fail(module, cause.to_string());
        }
        SetError { modules, cause }
    }

    fn prepare_one(&mut self, step: Step<'_>) -> Result<(Prepared, ModuleChange), ReloadError> {
        let Step { module: name, source, mut stages } = step;
        let at = self.modules.iter().position(|module| module.spec.name == name);
        let at = at.ok_or_else(|| self.find(name).err().unwrap_or_else(|| unknown(name)))?;
        let name = self.modules[at].spec.name.clone();
        let (exports, origin) = match source {
            Source::Library(path) => {
                let staged = self.stager.stage(&name, &self.modules[at].spec.library, path)?;
                stages.mark("checked");
                self.open(staged, &mut stages)?
            }
            Source::Staged(staged) => self.open(staged.clone(), &mut stages)?,
            Source::Kept(number) | Source::AsItWas(number) => {
                let place = self.kept(at, number)?;
                (self.modules[at].generations[place].exports, Origin::Kept(place))
            }
        };
        let as_it_was = match (&source, &origin) {
            (Source::AsItWas(_), Origin::Kept(place)) => self.modules[at].generations[*place].viewmodel.clone(),
            _ => None,
        };
        let is_untouched = as_it_was.is_some();
        let number = match origin {
            Origin::New(_) => self.modules[at].next_number(),
            Origin::Kept(place) => self.modules[at].generations[place].number,
        };
        let binding = self.bind((at, number), &exports, as_it_was)?;
        let mut state = None;
        if let Some(binding) = &binding {
            self.bindings.check(binding)?;
            if !is_untouched {
                state = self.hand_over_state(at, &binding.viewmodel, &exports)?;
            }
        }
        let contributions = contributions(&name, self.modules[at].spec.kind, &exports)?;
        Ok((Prepared { at, origin, exports, binding, state, stages }, ModuleChange { module: name, contributions }))
    }

    fn open(&self, staged: Staged, stages: &mut Stages) -> Result<(Exports, Origin), ReloadError> {
        let path = staged.path.clone();
        let opened = self.stager.loader.open(staged, &self.stager.build)?;
        stages.mark("loaded");
        Ok((opened.exports, Origin::New(Box::new(New { opened, path }))))
    }

    fn kept(&self, at: usize, number: u32) -> Result<usize, ReloadError> {
        let module = &self.modules[at];
        let found = module.generations.iter().position(|generation| generation.number == number);
        found.ok_or_else(|| {
            let known: Vec<String> = module.generations.iter().map(|kept| kept.number.to_string()).collect();
            ReloadError::NoGeneration { module: module.spec.name.clone(), number, known: known.join(", ") }
        })
    }

    /// The implementation that a generation brings: a new one, or `known`.
    fn bind(
        &self,
        (at, generation): (usize, u32),
        exports: &Exports,
        known: Option<Arc<dyn ViewModelTrait>>,
    ) -> Result<Option<Binding>, ReloadError> {
        let module = &self.modules[at];
        let name = module.spec.name.clone();
        let Some(export) = exports.viewmodel else {
            return match module.spec.kind {
                ModuleKind::System => {
                    Err(ReloadError::NoExport { module: name, missing: "implementation", makro: "viewmodel" })
                }
                _ => Ok(None),
            };
        };
        let construct = || {
            let viewmodel = known.unwrap_or_else(|| (export.construct)());
            let contract = viewmodel.clone().contract();
            (viewmodel, contract)
        };
        let (viewmodel, contract) =
            guarded(construct).map_err(|message| panicked(&name, "its constructor", message))?;
        Ok(Some(Binding { module: name, generation, viewmodel, contract }))
    }

    /// Private state goes from the running generation to the next one; says what becomes of it.
    fn hand_over_state(
        &self,
        at: usize,
        next: &Arc<dyn ViewModelTrait>,
        exports: &Exports,
    ) -> Result<Option<StatePlan>, ReloadError> {
        let module = &self.modules[at];
        let running = module.current().and_then(|old| Some((old.viewmodel.as_ref()?, old.exports.viewmodel?)));
        let Some(((old, before), export)) = running.zip(exports.viewmodel) else { return Ok(None) };
        let name = &module.spec.name;
        let saved = Saved::of(name, old, before.state_format_version)?;
        Ok(saved.map(|saved| saved.hand_over(name, (next, export), before.migrations)).transpose()?)
    }

    /// What can't fail: the bindings, the state holder and the records of the whole set change in one step.
    pub fn commit(&mut self, set: PreparedSet, holder: &mut impl StateHolder) -> Vec<Reloaded> {
        let PreparedSet { mut modules, .. } = set;
        let viewmodels: Vec<_> =
            modules.iter().map(|prepared| prepared.binding.as_ref().map(|binding| binding.viewmodel.clone())).collect();
        let bindings = modules.iter_mut().filter_map(|prepared| prepared.binding.take());
        self.bindings.commit(bindings.map(Arc::new).collect());
        holder.commit();
        let put = modules.into_iter().zip(viewmodels);
        put.map(|(prepared, viewmodel)| self.record(prepared, viewmodel)).collect()
    }

    /// Forgets a change that was prepared. Its libraries stay mapped.
    pub fn abandon(&mut self, set: PreparedSet, holder: &mut impl StateHolder) {
        drop(set);
        holder.abandon();
    }

    fn record(&mut self, prepared: Prepared, viewmodel: Option<Arc<dyn ViewModelTrait>>) -> Reloaded {
        let Prepared { at, origin, exports, mut stages, .. } = prepared;
        stages.mark("swapped");
        let module = &mut self.modules[at];
        let before = module.current().map(|generation| generation.number);
        if let Some(old) = module.current_mut().filter(|old| !matches!(old.verdict, Verdict::RolledBack { .. })) {
            old.verdict = Verdict::Replaced;
        }
        let place = match origin {
            Origin::Kept(place) => place,
            Origin::New(new) => {
                let New { opened, path } = *new;
                module.generations.push(Generation {
                    number: module.next_number(),
                    path,
                    size_bytes: opened.inspected.size_bytes,
                    digest: opened.inspected.digest.to_string(),
                    source: String::new(),
                    loaded_at: SystemTime::now(),
                    opened_in: opened.opened_in,
                    api_version: exports.viewmodel.map(|export| export.api_version),
                    state_format_version: exports.viewmodel.map(|export| export.state_format_version),
                    viewmodel: None,
                    stages: Vec::new(),
                    verdict: Verdict::OnProbation,
                    threads: Vec::new(),
                    told: false,
                    exports,
                });
                module.generations.len() - 1
            }
        };
        module.running = Some(place);
        if module.state != State::Disabled {
            module.state = State::Running;
        }
        let generation = &mut module.generations[place];
        generation.viewmodel = viewmodel;
        // The first one has nothing to go back to.
        generation.verdict = if before.is_some() { Verdict::OnProbation } else { Verdict::Proven };
        generation.stages.clone_from(&stages.stages);
        Reloaded { module: module.spec.name.clone(), generation: generation.number, before, stages }
    }

    /// Notes that a module's first frame was run, for the times that the editor shows.
    pub fn first_frame(&mut self, reloaded: &mut Reloaded) {
        reloaded.stages.mark("first frame");
        if let Some(generation) = self.find_mut(&reloaded.module).and_then(Module::current_mut) {
            generation.stages.clone_from(&reloaded.stages.stages);
        }
    }

    /// Notes the digest of the sources that a generation was built from, when it was just put into effect.
    pub fn note_source(&mut self, name: &str, source: &str) {
        let generation = self.find_mut(name).and_then(Module::current_mut);
        if let Some(generation) = generation.filter(|generation| generation.source.is_empty()) {
            generation.source = source.to_owned();
        }
    }

    /// Notes how a generation fared.
    pub fn judge(&mut self, name: &str, number: u32, verdict: Verdict) {
        let generations = self.find_mut(name).into_iter().flat_map(|module| &mut module.generations);
        generations.filter(|generation| generation.number == number).for_each(|kept| kept.verdict = verdict.clone());
    }

    /// Looks which threads of this process run code of which generation, without those for which `skip` holds by their
    /// names. Gives those of generations that do not run any more and of which it was not known: module, number, name.
    pub fn count_threads(&mut self, skip: impl Fn(&str) -> bool) -> Vec<(String, u32, String)> {
        let running = threads_in(self.stager.loader.folder(), skip);
        let mut left = Vec::new();
        for module in &mut self.modules {
            let current = module.generation();
            for generation in &mut module.generations {
                let of_it = running.iter().filter(|found| found.library == generation.path);
                let threads: Vec<String> = of_it.map(|found| found.thread.clone()).collect();
                let before = std::mem::replace(&mut generation.threads, threads);
                if generation.number != current {
                    let new = generation.threads.iter().filter(|name| !before.contains(name) || !generation.told);
                    left.extend(new.map(|name| (module.spec.name.clone(), generation.number, name.clone())));
                    generation.told = true;
                }
            }
        }
        left
    }

    /// Notes that a module panicked and is not called any more. One that was switched off by hand stays so.
    pub fn quarantine(&mut self, name: &str, why: String) {
        if let Some(module) = self.find_mut(name).filter(|module| module.state != State::Disabled) {
            module.state = State::Quarantined { why };
        }
    }

    /// Notes that somebody switched a module off, until somebody switches it on.
    pub fn disable(&mut self, name: &str) {
        if let Some(module) = self.find_mut(name).filter(|module| module.running.is_some()) {
            module.state = State::Disabled;
        }
    }

    /// Notes that a module that was switched off is called again.
    pub fn resume(&mut self, name: &str) {
        if let Some(module) = self.find_mut(name).filter(|module| module.is_off() && module.running.is_some()) {
            module.state = State::Running;
        }
    }

    /// Notes that a module that never ran can't be built.
    pub fn fail(&mut self, name: &str, why: String) {
        if let Some(module) = self.find_mut(name).filter(|module| module.running.is_none()) {
            module.state = State::Failed { why };
        }
    }
}

/// Checks libraries and copies them, so that nothing but opening them is left to do.
#[derive(Clone)]
pub struct Stager {
    loader: Arc<Loader>,
    build: EngineBuild,
}

impl Stager {
    /// Checks that a library is whole and a module of this engine, and copies it. `library` is its name without `lib`
    /// and ending. Not a line of it runs.
    ///
    /// # Errors
    /// When it is not, or the copy fails.
    pub fn stage(&self, module: &str, library: &str, path: &Path) -> Result<Staged, ReloadError> {
        let inspected = inspect(path)?;
        let header = inspected.header.check(&self.build, module);
        header.map_err(|cause| LoadError::Header { path: path.to_path_buf(), cause: Box::new(cause) })?;
        Ok(self.loader.stage(&inspected, library, 0)?)
    }
}

/// Where the next generation of a module comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A library that was built.
    Library(&'a Path),
    /// One that was checked and copied.
    Staged(&'a Staged),
    /// A generation that ran before, with the state of the one that runs.
    Kept(u32),
    /// A generation that ran before, with the state that it had then.
    AsItWas(u32),
}

/// One module of a change.
#[derive(Debug)]
pub struct Step<'a> {
    /// Its package name.
    pub module: &'a str,
    /// What takes the place of the running generation.
    pub source: Source<'a>,
    /// What was done before.
    pub stages: Stages,
}

/// A change of several modules that can't fail any more.
pub struct PreparedSet {
    modules: Vec<Prepared>,
    /// What it does to components.
    pub plan: Plan,
}

struct Prepared {
    at: usize,
    origin: Origin,
    exports: Exports,
    binding: Option<Binding>,
    state: Option<StatePlan>,
    stages: Stages,
}

enum Origin {
    New(Box<New>),
    Kept(usize),
}

struct New {
    opened: Opened,
    path: PathBuf,
}

fn contributions(name: &str, kind: ModuleKind, exports: &Exports) -> Result<Option<Erased>, ReloadError> {
    match exports.plugin {
        None if kind == ModuleKind::Plugin => {
            Err(ReloadError::NoExport { module: name.to_owned(), missing: "plugin", makro: "plugin" })
        }
        None => Ok(None),
        Some(export) => {
            let contributions = guarded(|| (export.construct)().contributions());
            contributions.map(Some).map_err(|message| panicked(name, "describing itself", message))
        }
    }
}

fn panicked(module: &str, during: &str, message: String) -> ReloadError {
    ModuleError::Panic { module: module.to_owned(), during: during.to_owned(), message }.into()
}

fn unknown(name: &str) -> ReloadError {
    ReloadError::Unknown { name: name.to_owned(), known: "none".to_owned() }
}

//! The declared modules, and the transaction that loads and reloads them.

use crate::{Generation, Module, ModuleSpec, ReloadError, Stages, State};
use playground_engine_binding::{Binding, BindingRegistry};
use playground_engine_loader::{Loader, Opened, inspect};
use playground_engine_types::erase::guarded;
use playground_engine_types::state::ModuleChange;
use playground_engine_types::{EngineBuild, Erased, ModuleError, ModuleKind, StateHolder, ViewModelTrait};
use std::path::Path;
use std::sync::Arc;

/// The declared modules.
pub struct ModuleRegistry {
    modules: Vec<Module>,
    loader: Loader,
    build: EngineBuild,
    bindings: BindingRegistry,
}

/// A load or reload that happened.
#[derive(Clone, Debug)]
pub struct Reloaded {
    /// The module.
    pub module: String,
    /// Its generation now.
    pub generation: u32,
    /// The stages with their times.
    pub stages: Stages,
}

impl ModuleRegistry {
    /// A registry of modules for the engine `build`, staged by `loader`.
    pub fn new(loader: Loader, build: EngineBuild, bindings: BindingRegistry) -> Self {
        Self { modules: Vec::new(), loader, build, bindings }
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

    /// Loads a library as the next generation of a module. `stages` goes on from what was done before.
    ///
    /// # Errors
    /// When anything about the library, its types or its state does not fit. Nothing was changed then: the generation
    /// before still runs.
    pub fn load(
        &mut self,
        name: &str,
        library: &Path,
        holder: &mut impl StateHolder,
        mut stages: Stages,
    ) -> Result<Reloaded, ReloadError> {
        let at = self.modules.iter().position(|module| module.spec.name == name);
        let at = at.ok_or_else(|| self.find(name).err().unwrap_or_else(|| unknown(name)))?;
        match self.prepare(at, library, holder, &mut stages) {
            Ok(prepared) => Ok(self.commit(at, prepared, holder, stages)),
            Err(error) => {
                let module = &mut self.modules[at];
                if module.current.is_none() {
                    module.state = State::Failed { why: error.to_string() };
                }
                Err(error)
            }
        }
    }

    /// Everything that can fail.
    fn prepare(
        &mut self,
        at: usize,
        library: &Path,
        holder: &mut impl StateHolder,
        stages: &mut Stages,
    ) -> Result<Prepared, ReloadError> {
        let name = self.modules[at].spec.name.clone();
        let inspected = inspect(library)?;
        inspected.header.check(&self.build, &name).map_err(|cause| playground_engine_loader::LoadError::Header {
            path: library.to_path_buf(),
            cause: Box::new(cause),
        })?;
        self.modules[at].staged += 1;
        let staged =
            self.loader.stage(&inspected, &self.modules[at].spec.library, u64::from(self.modules[at].staged))?;
        stages.mark("checked");
        let path = staged.path.clone();
        let opened = self.loader.open(staged, &self.build)?;
        stages.mark("loaded");
        let binding = self.construct_viewmodel(at, &opened)?;
        if let Some(binding) = &binding {
            self.bindings.check(binding)?;
            self.hand_over_state(at, &binding.viewmodel)?;
        }
        let contributions = contributions(&name, self.modules[at].spec.kind, &opened)?;
        holder.prepare(ModuleChange { module: &name, contributions })?;
        stages.mark("planned");
        Ok(Prepared { opened, path, binding })
    }

    fn construct_viewmodel(&self, at: usize, opened: &Opened) -> Result<Option<Binding>, ReloadError> {
        let module = &self.modules[at];
        let name = module.spec.name.clone();
        let Some(export) = opened.exports.viewmodel else {
            return match module.spec.kind {
                ModuleKind::System => {
                    Err(ReloadError::NoExport { module: name, missing: "implementation", makro: "viewmodel" })
                }
                _ => Ok(None),
            };
        };
        let construct = || {
            let viewmodel = (export.construct)();
            let contract = viewmodel.clone().contract();
            (viewmodel, contract)
        };
        let (viewmodel, contract) =
            guarded(construct).map_err(|message| panicked(&name, "its constructor", message))?;
        Ok(Some(Binding { module: name, generation: module.generation() + 1, viewmodel, contract }))
    }

    /// Private state goes from the running generation to the next one.
    fn hand_over_state(&self, at: usize, next: &Arc<dyn ViewModelTrait>) -> Result<(), ReloadError> {
        let module = &self.modules[at];
        let Some(old) = module.current.as_ref().and_then(|generation| generation.viewmodel.as_ref()) else {
            return Ok(());
        };
        let name = &module.spec.name;
        let saved = guarded(|| pollster::block_on(old.save_state()));
        let saved = saved.map_err(|message| panicked(name, "save_state", message))?;
        if let Some(state) = saved.transpose()? {
            let restored = guarded(|| pollster::block_on(next.restore_state(&state)));
            restored.map_err(|message| panicked(name, "restore_state", message))??;
        }
        Ok(())
    }

    /// What can't fail: bindings, the state holder and the record change together.
    fn commit(&mut self, at: usize, prepared: Prepared, holder: &mut impl StateHolder, mut stages: Stages) -> Reloaded {
        let Prepared { opened, path, binding } = prepared;
        let viewmodel = binding.as_ref().map(|binding| binding.viewmodel.clone());
        self.bindings.commit(binding.into_iter().map(Arc::new).collect());
        let module = &mut self.modules[at];
        holder.commit(&module.spec.name);
        let number = module.generation() + 1;
        module.retired_bytes += module.current.as_ref().map_or(0, |old| old.size_bytes);
        module.current = Some(Generation {
            number,
            path,
            size_bytes: opened.inspected.size_bytes,
            opened_in: opened.opened_in,
            api_version: opened.exports.viewmodel.map(|export| export.api_version),
            state_format_version: opened.exports.viewmodel.map(|export| export.state_format_version),
            viewmodel,
        });
        module.state = State::Running;
        stages.mark("swapped");
        module.stages.clone_from(&stages.stages);
        Reloaded { module: module.spec.name.clone(), generation: number, stages }
    }

    /// Notes that a module's first frame was run, for the times that the editor shows.
    pub fn first_frame(&mut self, reloaded: &mut Reloaded) {
        reloaded.stages.mark("first frame");
        if let Some(module) = self.modules.iter_mut().find(|module| module.spec.name == reloaded.module) {
            module.stages.clone_from(&reloaded.stages.stages);
        }
    }

    /// Notes that a module panicked and is not called any more.
    pub fn quarantine(&mut self, name: &str, why: String) {
        if let Some(module) = self.modules.iter_mut().find(|module| module.spec.name == name) {
            module.state = State::Quarantined { why };
        }
    }

    /// Notes that a module that never ran can't be built.
    pub fn fail(&mut self, name: &str, why: String) {
        let module = self.modules.iter_mut().find(|module| module.spec.name == name);
        if let Some(module) = module.filter(|module| module.current.is_none()) {
            module.state = State::Failed { why };
        }
    }
}

struct Prepared {
    opened: Opened,
    path: std::path::PathBuf,
    binding: Option<Binding>,
}

fn contributions(name: &str, kind: ModuleKind, opened: &Opened) -> Result<Option<Erased>, ReloadError> {
    match opened.exports.plugin {
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

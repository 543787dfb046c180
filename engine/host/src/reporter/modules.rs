//! The rows of the module registry.

use crate::engine::Engine;
use playground::core_types::Handle;
use playground::ecs::ComponentInfo;
use playground::editor::report::{Fared, GenerationRow, ModuleKind, ModuleRow, ModuleState};
use playground::types::id::hash_number;
use playground_engine_registry::{Generation, Module, State, Verdict};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// Generations of a module that are reported; `module.history` has all of them.
const GENERATIONS: usize = 12;

/// A hash of everything that [`module_rows`] shows: as long as it stays, so do the rows. Whatever else a row is to show
/// must go in here.
pub fn made_from(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.modules.building().hash(&mut hasher);
    engine.modules.pinned.hash(&mut hasher);
    for module in engine.modules.registry.modules() {
        std::mem::discriminant(&module.state).hash(&mut hasher);
        if let State::Quarantined { why } | State::Failed { why } = &module.state {
            why.hash(&mut hasher);
        }
        (module.generation(), module.generations.len()).hash(&mut hasher);
        for generation in shown(module) {
            std::mem::discriminant(&generation.verdict).hash(&mut hasher);
            generation.stages.hash(&mut hasher);
            generation.threads.hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// One row per declared module, cores first.
pub fn module_rows(engine: &Engine) -> Vec<ModuleRow> {
    let cores = engine.modules.cores().map(|(name, versions)| ModuleRow {
        name: name.to_owned(),
        kind: ModuleKind::Core,
        state: ModuleState::Running,
        problem: String::new(),
        off: false,
        pinned: false,
        generation: 1,
        api_version: versions.map(|(api, _)| api),
        state_format_version: versions.map(|(_, state)| state),
        schema_hash: None,
        load_time: Duration::ZERO,
        size: 0,
        retired_size: 0,
        components: Vec::new(),
        panels: Vec::new(),
        operators: Vec::new(),
        implements: None,
        stages: Vec::new(),
        last_plan: Handle::default(),
        generations: Vec::new(),
    });
    let building = engine.modules.building();
    let loadable = engine.modules.registry.modules().iter().map(|module| module_row(engine, module, &building));
    cores.chain(loadable).collect()
}

fn module_row(engine: &Engine, module: &Module, building: &[String]) -> ModuleRow {
    let name = module.spec.name.clone();
    let contributed = engine.session.holder.contributed.get(&name);
    let components: Vec<&'static ComponentInfo> = contributed.map(|found| found.components.clone()).unwrap_or_default();
    let (state, problem) = match &module.state {
        _ if building.contains(&name) => (ModuleState::Building, String::new()),
        State::Declared => (ModuleState::Declared, String::new()),
        State::Running => (ModuleState::Running, String::new()),
        State::Disabled => (ModuleState::Disabled, String::new()),
        State::Quarantined { why } => (ModuleState::Quarantined, why.clone()),
        State::Failed { why } => (ModuleState::Failed, why.clone()),
    };
    let current = module.current();
    let hash = components.iter().fold(0, |hash, info| hash_number(hash, info.schema.hash));
    ModuleRow {
        kind: if module.spec.implements.is_some() { ModuleKind::System } else { ModuleKind::Plugin },
        state,
        problem,
        off: module.is_off(),
        pinned: engine.modules.pinned.contains(&name),
        generation: module.generation(),
        api_version: current.and_then(|current| current.api_version),
        state_format_version: current.and_then(|current| current.state_format_version),
        schema_hash: (!components.is_empty()).then_some(hash),
        load_time: current.map_or(Duration::ZERO, |current| current.opened_in),
        size: current.map_or(0, |current| current.size_bytes),
        retired_size: module.retired_bytes(),
        components: components.iter().map(|info| info.name).collect(),
        panels: contributed.map(|found| found.panels.clone()).unwrap_or_default(),
        operators: contributed.into_iter().flat_map(|found| &found.operators).map(|one| one.info.id).collect(),
        implements: module.spec.implements.clone(),
        stages: current.map(|current| current.stages.clone()).unwrap_or_default(),
        last_plan: engine.modules.last_plans.get(&name).cloned().unwrap_or_default(),
        generations: shown(module).map(|one| generation_row(one, module)).collect(),
        name,
    }
}

/// The latest generations, the newest first.
fn shown(module: &Module) -> impl Iterator<Item = &Generation> {
    module.generations.iter().rev().take(GENERATIONS)
}

fn generation_row(generation: &Generation, module: &Module) -> GenerationRow {
    let (fared, why) = match &generation.verdict {
        Verdict::OnProbation => (Fared::OnProbation, String::new()),
        Verdict::Proven => (Fared::Proven, String::new()),
        Verdict::Replaced => (Fared::Replaced, String::new()),
        Verdict::RolledBack { why } => (Fared::RolledBack, why.clone()),
    };
    GenerationRow {
        number: generation.number,
        running: generation.number == module.generation(),
        fared,
        why,
        loaded_at: generation.loaded_at,
        took: generation.stages.iter().map(|(_, time)| *time).sum(),
        stages: generation.stages.clone(),
        digest: generation.digest.clone(),
        source: generation.source.clone(),
        size: generation.size_bytes,
        library: generation.path.display().to_string(),
        threads: generation.threads.clone(),
    }
}

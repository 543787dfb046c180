//! Makes the report of a frame. Parts that did not change are shared with the report before.

mod bindings;
mod modules;

pub use bindings::{Users, binding_rows};
pub use modules::module_rows;

use crate::edit::stable;
use crate::engine::Engine;
use crate::operators;
use playground::core_types::Handle;
use playground::ecs::model::schedule::SystemInfo;
use playground::ecs::model::sparse::SparseIndex;
use playground::ecs::{ComponentInfo, Entity, Storage, World};
use playground::editor::Report;
use playground::editor::report::{
    BindingRow, ComponentDetail, ComponentRow, EntityDetail, EntityRow, ModuleRow, OperatorRow, PoolRow, Runner,
    SceneStatus,
};
use playground::scene::{WorldTransform, orphans_of};
use playground::types::erase::guarded;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Entities whose values are reported; a larger selection is edited all the same.
const INSPECTED: usize = 64;

/// What is kept from report to report.
pub struct Reporter {
    start: Instant,
    frame: u64,
    tree_version: u64,
    hierarchy: Handle<Vec<EntityRow>>,
    components: Handle<Vec<ComponentRow>>,
    /// What the rows of modules were made from.
    modules_made_from: u64,
    modules: Handle<Vec<ModuleRow>>,
    operators: Handle<Vec<OperatorRow>>,
    /// What the rows of contracts were made from.
    bindings_made_from: u64,
    bindings: Handle<Vec<BindingRow>>,
    console_newest: u64,
    console: Handle<Vec<playground::console::Line>>,
    who: Handle<Vec<Runner>>,
}

impl Default for Reporter {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            frame: 0,
            tree_version: 0,
            hierarchy: Handle::default(),
            components: Handle::default(),
            modules_made_from: 0,
            modules: Handle::default(),
            operators: Handle::default(),
            bindings_made_from: 0,
            bindings: Handle::default(),
            console_newest: 0,
            console: Handle::default(),
            who: Handle::default(),
        }
    }
}

impl Reporter {
    /// The engine as it is now.
    pub fn report(&mut self, engine: &mut Engine, tick: Duration) -> Report {
        self.frame += 1;
        let world = engine.session.world().clone();
        let storage = world.read();
        if self.tree_version != engine.session.tree_version {
            self.tree_version = engine.session.tree_version;
            self.hierarchy = Handle::new(hierarchy(&storage, engine));
        }
        if std::mem::take(&mut engine.components_changed) {
            self.components = Handle::new(component_rows(&storage, engine));
        }
        self.read_console(engine);
        self.read_who(&world);
        let (systems, cycles) = schedule(&world);
        self.read_modules(engine);
        let session = &engine.session;
        Report {
            frame: self.frame,
            time: self.start.elapsed().as_secs_f64(),
            tick,
            play: engine.play.state,
            entity_count: storage.len(),
            hierarchy: self.hierarchy.clone(),
            selection: session.selection.clone(),
            inspected: session
                .selection
                .iter()
                .rev()
                .take(INSPECTED)
                .rev()
                .filter_map(|id| detail(&storage, engine, *id))
                .collect(),
            components: self.components.clone(),
            operators: self.operators.clone(),
            modules: self.modules.clone(),
            bindings: self.bindings.clone(),
            plan: engine.modules.plan.clone(),
            systems: Handle::new(systems),
            cycles: Handle::new(cycles),
            pools: pools(&storage, engine),
            locks: world.lock_stats(),
            who: self.who.clone(),
            scene: SceneStatus {
                path: session.path.as_deref().map(|path| engine.shown(path)).unwrap_or_default(),
                dirty: session.history.dirty(),
                recent: engine.recent.to_vec(),
            },
            undo: session.history.undo_title().map(str::to_owned),
            redo: session.history.redo_title().map(str::to_owned),
            build: engine.modules.status.clone(),
            diagnostics: engine.modules.diagnostics.clone(),
            notices: engine.notices.latest(),
            question: engine.modules.question.clone(),
            rebuilt: engine.modules.rebuilt,
            console: self.console.clone(),
            viewport: engine.draw.status.clone(),
            starting: engine.modules.starting,
        }
    }

    fn read_console(&mut self, engine: &Engine) {
        let Some(console) = engine.console.load() else { return };
        // A console that panics keeps its last lines on screen.
        let lines = guarded(|| (console.newest() != self.console_newest).then(|| (console.newest(), console.lines(0))));
        if let Ok(Some((newest, lines))) = lines {
            self.console_newest = newest;
            self.console = Handle::new(lines);
        }
    }
}

impl Reporter {
    fn read_modules(&mut self, engine: &Engine) {
        let made_from = modules::made_from(engine);
        if self.modules_made_from != made_from {
            self.modules_made_from = made_from;
            self.modules = Handle::new(module_rows(engine));
        }
        let operators = operators::rows(engine);
        if *self.operators != operators {
            self.operators = Handle::new(operators);
        }
        let users = Users::of(engine);
        let made_from = users.made_from(made_from);
        if self.bindings_made_from != made_from {
            self.bindings_made_from = made_from;
            self.bindings = Handle::new(binding_rows(engine, &users));
        }
    }

    /// Names are only ever added, so their number tells whether there are new ones.
    fn read_who(&mut self, world: &World) {
        let schedule = world.schedule().read();
        if schedule.names().len() != self.who.len() {
            let runner = |(module, name): &(String, String)| Runner { module: module.clone(), name: name.clone() };
            self.who = Handle::new(schedule.names().iter().map(runner).collect());
        }
    }
}

fn hierarchy(storage: &Storage, engine: &Engine) -> Vec<EntityRow> {
    let tree = &engine.session.tree;
    // Sparse components are no part of the archetype.
    let shown = |pool: &u32| storage.pool_at(*pool).is_some_and(|held| !held.info().hidden && held.size().active > 0);
    let sparse = (0..storage.pools_len() as u32).filter(shown).filter_map(|pool| storage.sparse(pool));
    let sparse: Vec<&SparseIndex> = sparse.take(64).collect();
    let mut sets: HashMap<(u32, u64), Handle<Vec<&'static str>>> = HashMap::new();
    let mut last: Option<((u32, u64), Handle<Vec<&'static str>>)> = None;
    let mut rows: Vec<EntityRow> = Vec::with_capacity(tree.rows.len());
    for (entity, depth) in &tree.rows {
        let Ok((archetype, _)) = storage.locate(*entity) else { continue };
        let bits = sparse.iter().enumerate();
        let bits = bits.map(|(at, index)| u64::from(index.row(entity.index()).is_some()) << at).sum();
        let key = (archetype, bits);
        let components = match &last {
            Some((known, names)) if *known == key => names.clone(),
            _ => {
                let names = sets.entry(key).or_insert_with(|| Handle::new(visible(storage, *entity))).clone();
                last = Some((key, names.clone()));
                names
            }
        };
        rows.push(EntityRow {
            id: tree.id(*entity),
            name: tree.name(*entity).to_owned(),
            depth: *depth,
            parent: tree.parent(*entity).map(|parent| tree.id(parent)),
            descendants: 0,
            components,
        });
    }
    count_descendants(&mut rows);
    rows
}

/// Rows come parents first, so that what is below a row ends where the next one begins that is no deeper.
fn count_descendants(rows: &mut [EntityRow]) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..=rows.len() {
        let depth = rows.get(at).map(|row| row.depth);
        while let Some(above) = open.pop_if(|above| depth.is_none_or(|depth| rows[*above].depth >= depth)) {
            rows[above].descendants = (at - above - 1) as _;
        }
        open.push(at);
    }
}

fn visible(storage: &Storage, entity: Entity) -> Vec<&'static str> {
    let infos = storage.components_of(entity).into_iter().flatten();
    let mut names: Vec<&'static str> = infos.filter(|info| !info.hidden).map(|info| info.name).collect();
    names.sort_unstable();
    names
}

fn detail(storage: &Storage, engine: &Engine, id: u64) -> Option<EntityDetail> {
    let tree = &engine.session.tree;
    let entity = tree.entity(id)?;
    let mut infos: Vec<&'static ComponentInfo> =
        storage.components_of(entity).ok()?.filter(|info| !info.hidden).collect();
    infos.sort_unstable_by_key(|info| info.name);
    let component = |info: &'static ComponentInfo| {
        let value = stable(tree, &storage.value(entity, info.id).ok()?);
        Some(ComponentDetail { name: info.name, schema: info.schema, value, default: (info.default)() })
    };
    Some(EntityDetail {
        id,
        name: tree.name(entity).to_owned(),
        position: storage.read(entity, |world: &WorldTransform| world.position().to_array()).ok(),
        components: infos.into_iter().filter_map(component).collect(),
        orphans: orphans_of(storage, entity),
    })
}

fn component_rows(storage: &Storage, engine: &Engine) -> Vec<ComponentRow> {
    let infos = storage.components().filter(|info| !info.hidden);
    let row = |info: &'static ComponentInfo| {
        let module = engine.session.holder.owner(info.id).unwrap_or("playground-core-scene").to_owned();
        ComponentRow { name: info.name, schema: info.schema, module }
    };
    let mut rows: Vec<ComponentRow> = infos.map(row).collect();
    rows.sort_unstable_by_key(|row| row.name);
    rows
}

/// All systems, and those that wait for each other.
fn schedule(world: &World) -> (Vec<SystemInfo>, Vec<String>) {
    let mut schedule = world.schedule().write();
    (schedule.list(), schedule.cycles())
}

/// One row per pool: components first, then models.
pub fn pools(storage: &Storage, engine: &Engine) -> Vec<PoolRow> {
    let components = storage.pools().map(|pool| {
        // The lock is read first: measuring the size takes it once more.
        let lock = pool.lock_stats();
        PoolRow { name: pool.info().name.to_owned(), size: pool.size(), lock }
    });
    let table = engine.bindings.table();
    let models = table.models.values().map(|pool| PoolRow {
        name: pool.name().to_owned(),
        lock: pool.lock_stats(),
        size: pool.size(),
    });
    let events = engine.session.world().events().read();
    let events = events.pools().map(|pool| PoolRow {
        name: format!("event {}", pool.info().name),
        lock: pool.lock_stats(),
        size: pool.size(),
    });
    components.chain(models).chain(events).collect()
}

#[cfg(test)]
mod tests {
    use super::count_descendants;
    use playground::core_types::Handle;
    use playground::editor::report::EntityRow;

    #[test]
    fn each_row_counts_those_below_it_however_deep_they_are() {
        let counted = |depths: &[u16]| -> Vec<usize> {
            let row = |depth: &u16| EntityRow {
                id: 0,
                name: String::new(),
                depth: *depth,
                parent: None,
                descendants: 0,
                components: Handle::default(),
            };
            let mut rows: Vec<EntityRow> = depths.iter().map(row).collect();
            count_descendants(&mut rows);
            rows.iter().map(|row| row.descendants as usize).collect()
        };
        assert!(counted(&[]).is_empty());
        assert_eq!(counted(&[0, 1, 2, 2, 1, 0, 1]), [4, 2, 0, 0, 0, 1, 0]);
        let deep: Vec<u16> = (0..u16::MAX).collect();
        let start = std::time::Instant::now();
        assert_eq!(counted(&deep)[..3], [65_534, 65_533, 65_532]);
        assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    }
}

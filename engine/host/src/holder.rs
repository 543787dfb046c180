//! The world's part in a reload: components, systems and panels of one module change together or not at all.

use crate::client::PanelChange;
use crossbeam::channel::Sender;
use playground::core_types::Handle;
use playground::ecs::{ComponentInfo, EcsError, EcsViewTrait, Storage, World};
use playground::editor::App;
use playground::types::state::ModuleChange;
use playground::types::{ComponentId, ModuleError, StateHolder};
use playground_engine_binding::Slot;
use std::collections::{BTreeMap, HashMap};

/// What a module brought when it was loaded last.
#[derive(Default)]
pub struct Contributed {
    /// Its components.
    pub components: Vec<&'static ComponentInfo>,
    /// Its panels' ids.
    pub panels: Vec<&'static str>,
}

/// Everything whose content belongs to modules.
pub struct Holder {
    /// The world that plays and is edited.
    pub world: Handle<World>,
    /// The authored world while another plays.
    pub authored: Option<Storage>,
    /// States of the world that people keep by name.
    pub snapshots: BTreeMap<String, Storage>,
    /// The ECS's implementation.
    pub ecs: Slot<dyn EcsViewTrait>,
    /// Where panels go.
    pub panels: Sender<PanelChange>,
    /// What each module brought.
    pub contributed: HashMap<String, Contributed>,
    prepared: HashMap<String, App>,
    /// What of a module could not be put into effect, for the engine to report.
    pub problems: Vec<String>,
}

impl Holder {
    /// A holder of `world`.
    pub fn new(world: Handle<World>, ecs: Slot<dyn EcsViewTrait>, panels: Sender<PanelChange>) -> Self {
        Self {
            world,
            authored: None,
            snapshots: BTreeMap::new(),
            ecs,
            panels,
            contributed: HashMap::new(),
            prepared: HashMap::new(),
            problems: Vec::new(),
        }
    }

    /// The module that brought a component.
    pub fn owner(&self, id: ComponentId) -> Option<&str> {
        let brought = |contributed: &Contributed| contributed.components.iter().any(|info| info.id == id);
        self.contributed.iter().find(|(_, contributed)| brought(contributed)).map(|(module, _)| module.as_str())
    }

    fn check(&self, module: &str, app: &App) -> Result<(), ModuleError> {
        let storage = self.world.read();
        for info in &app.components {
            if let Some(owner) = self.owner(info.id).filter(|owner| *owner != module) {
                return Err(collision(info.name, owner, module));
            }
            let Some(known) = storage.components().find(|known| known.id == info.id) else { continue };
            if known.name != info.name || self.owner(info.id).is_none() {
                return Err(collision(info.name, known.name, module));
            }
            if let Some(change) = known.schema.difference(info.schema) {
                return Err(ModuleError::SchemaChanged { component: info.name.to_owned(), change });
            }
        }
        let events = self.world.events().read();
        let subscribed = app.subscriptions.iter().map(|parts| parts.event);
        for info in app.events.iter().copied().chain(subscribed) {
            let Some(known) = events.pools().map(|pool| pool.info()).find(|known| known.id == info.id) else {
                continue;
            };
            if known.name != info.name {
                return Err(collision(info.name, known.name, module));
            }
            if let Some(change) = known.schema.difference(info.schema) {
                return Err(ModuleError::SchemaChanged { component: info.name.to_owned(), change });
            }
        }
        Ok(())
    }

    /// Event types keep their events; subscriptions and observers of the generation before end with it.
    fn replace_events(&self, module: &str, app: &mut App) -> Result<(), EcsError> {
        let Some(ecs) = self.ecs.load() else { return Ok(()) };
        let subscriptions = std::mem::take(&mut app.subscriptions);
        ecs.events().unsubscribe_all(&self.world, module);
        for info in app.events.iter().copied().chain(subscriptions.iter().map(|parts| parts.event)) {
            ecs.events().adopt(&self.world, info)?;
        }
        ecs.events().replace_subscriptions(&self.world, module, subscriptions)?;
        for parts in app.observers.drain(..) {
            ecs.events().observe(&self.world, module, parts)?;
        }
        Ok(())
    }

    fn adopt(storage: &mut Storage, components: &[&'static ComponentInfo]) {
        for info in components {
            storage.adopt(info).expect("the schemas were compared when the change was prepared");
        }
    }
}

fn collision(component: &str, first: &str, second: &str) -> ModuleError {
    let what = format!("the component {component}");
    ModuleError::Collision { what, first: first.to_owned(), second: second.to_owned() }
}

impl StateHolder for Holder {
    fn prepare(&mut self, change: ModuleChange<'_>) -> Result<(), ModuleError> {
        let Some(contributions) = change.contributions else { return Ok(()) };
        let app = contributions.take::<App>().map_err(|other| ModuleError::Contract {
            module: change.module.to_owned(),
            found: other.type_name().to_owned(),
            expected: "playground::editor::App".to_owned(),
        })?;
        self.check(change.module, &app)?;
        self.prepared.insert(change.module.to_owned(), app);
        Ok(())
    }

    fn commit(&mut self, module: &str) {
        let Some(mut app) = self.prepared.remove(module) else { return };
        Self::adopt(&mut self.world.write(), &app.components);
        for kept in self.authored.iter_mut().chain(self.snapshots.values_mut()) {
            Self::adopt(kept, &app.components);
        }
        if let Err(error) = self.replace_events(module, &mut app) {
            self.problems.push(format!("{module} gets no events: {error}"));
        }
        if let Some(ecs) = self.ecs.load() {
            ecs.systems().replace(&self.world, module, app.systems);
        }
        let panels = app.panels.iter().map(|panel| panel.id()).collect();
        self.contributed.insert(module.to_owned(), Contributed { components: app.components, panels });
        // A window that was closed has no use for panels.
        let _ = self.panels.send(PanelChange { module: module.to_owned(), panels: app.panels });
    }

    fn abandon(&mut self, module: &str) {
        self.prepared.remove(module);
    }
}

//! The world's part in a reload: components, systems, panels and operators of one module change together or not at all.

use crate::client::PanelChange;
use crate::operators;
use crossbeam::channel::Sender;
use playground::core_types::Handle;
use playground::ecs::model::migrate::Shadow;
use playground::ecs::{ComponentInfo, EcsError, EcsViewTrait, Storage, World};
use playground::editor::{App, HealthCheck, Operator};
use playground::types::state::{ComponentPlan, Fate, ModuleChange, Plan};
use playground::types::{ComponentId, ModuleError, PoolBox, StateHolder, erase::guarded};
use playground_engine_binding::Slot;
use std::collections::{BTreeMap, HashMap};

/// What a module brought when it was loaded last.
#[derive(Default)]
pub struct Contributed {
    /// Its components.
    pub components: Vec<&'static ComponentInfo>,
    /// Its panels' ids.
    pub panels: Vec<&'static str>,
    /// Its operators. Its code stays mapped, so whoever still holds one of an earlier generation may.
    pub operators: Vec<&'static Operator>,
    /// Operators that panicked, and how; they are not called again.
    pub broken: BTreeMap<&'static str, String>,
    /// Says whether it does what it should.
    pub health: Option<HealthCheck>,
}

/// A change that was found to be possible.
struct Prepared {
    /// What each module brings.
    apps: Vec<(String, App)>,
    shadows: Shadows,
}

/// Components with other fields than before, already converted.
#[derive(Default)]
struct Shadows {
    world: Vec<Shadow>,
    authored: Vec<Shadow>,
    snapshots: BTreeMap<String, Vec<Shadow>>,
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
    prepared: Option<Prepared>,
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
            prepared: None,
            problems: Vec::new(),
        }
    }

    /// The module that brought a component.
    pub fn owner(&self, id: ComponentId) -> Option<&str> {
        let brought = |contributed: &Contributed| contributed.components.iter().any(|info| info.id == id);
        self.contributed.iter().find(|(_, contributed)| brought(contributed)).map(|(module, _)| module.as_str())
    }

    /// Refuses two owners of one name, in the set or outside of it.
    fn check_names(&self, apps: &[(String, App)]) -> Result<(), ModuleError> {
        let storage = self.world.read();
        let in_set = |module: &str| apps.iter().any(|(name, _)| name == module);
        let mut brought: BTreeMap<ComponentId, (&str, &str)> = BTreeMap::new();
        for (module, app) in apps {
            for info in &app.components {
                if let Some((_, first)) = brought.insert(info.id, (info.name, module)) {
                    return Err(collision(info.name, first, module));
                }
                // What another module of the set has now, it may give to this one.
                if let Some(owner) = self.owner(info.id).filter(|owner| *owner != module && !in_set(owner)) {
                    return Err(collision(info.name, owner, module));
                }
                let known = storage.components().find(|known| known.id == info.id);
                if let Some(known) = known.filter(|known| known.name != info.name || self.owner(info.id).is_none()) {
                    return Err(collision(info.name, known.name, module));
                }
            }
        }
        let events = self.world.events().read();
        for (module, app) in apps {
            let subscribed = app.subscriptions.iter().map(|parts| parts.event);
            for info in app.events.iter().copied().chain(subscribed) {
                let known = events.pools().map(|pool| pool.info()).find(|known| known.id == info.id);
                if let Some(known) = known.filter(|known| known.name != info.name) {
                    return Err(collision(info.name, known.name, module));
                }
            }
        }
        Ok(())
    }

    /// What becomes of the components of the set, with those converted that have other fields.
    fn plan(&self, apps: &[(String, App)]) -> Result<(Plan, Shadows), ModuleError> {
        let (mut plan, mut shadows) = (Plan::default(), Shadows::default());
        let storage = self.world.read();
        for (module, app) in apps {
            for info in &app.components {
                let known = storage.components().find(|known| known.id == info.id);
                let mut of = ComponentPlan {
                    module: module.clone(),
                    component: info.name.to_owned(),
                    fate: if known.is_some() { Fate::Kept } else { Fate::New },
                    count: count_of(&storage, info.id),
                    change: String::new(),
                    lost: BTreeMap::new(),
                };
                if let Some(change) = known.and_then(|known| known.schema.difference(info.schema)) {
                    (of.fate, of.change) = (Fate::Converted, change);
                    self.shadow(info, &mut shadows, &mut of.lost)?;
                }
                plan.components.push(of);
            }
            let before = self.contributed.get(module).into_iter().flat_map(|before| &before.components);
            for info in
                before.filter(|info| !apps.iter().any(|(_, app)| app.components.iter().any(|new| new.id == info.id)))
            {
                plan.components.push(ComponentPlan {
                    module: module.clone(),
                    component: info.name.to_owned(),
                    fate: Fate::Left,
                    count: count_of(&storage, info.id),
                    change: String::new(),
                    lost: BTreeMap::new(),
                });
            }
        }
        Ok((plan, shadows))
    }

    /// Converts a component type in every storage that has it.
    fn shadow(
        &self,
        info: &'static ComponentInfo,
        shadows: &mut Shadows,
        lost: &mut BTreeMap<String, usize>,
    ) -> Result<(), ModuleError> {
        let mut convert = |storage: &Storage| -> Result<Option<Shadow>, ModuleError> {
            if storage.pool_index(info.id).is_none() {
                return Ok(None);
            }
            let in_words = |error: EcsError| match error {
                EcsError::Panicked { .. } => ModuleError::Other(format!("{}: {error}", info.name)),
                error => ModuleError::Other(error.to_string()),
            };
            let shadow = storage.shadow(info).map_err(in_words)?;
            // The same components in several storages lose the same: the largest number counts.
            for (field, count) in shadow.lost() {
                let known = lost.entry(field.clone()).or_insert(0);
                *known = (*known).max(*count);
            }
            Ok(Some(shadow))
        };
        shadows.world.extend(convert(&self.world.read())?);
        if let Some(authored) = &self.authored {
            shadows.authored.extend(convert(authored)?);
        }
        for (name, snapshot) in &self.snapshots {
            shadows.snapshots.entry(name.clone()).or_default().extend(convert(snapshot)?);
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

    /// Puts components under the descriptions of their new generation: those that were converted, and the others as they
    /// are. Gives what is to be dropped without a lock.
    fn take_over(storage: &mut Storage, apps: &[(String, App)], shadows: Vec<Shadow>) -> Vec<PoolBox> {
        let unchanged = "nothing runs between preparing a reload and carrying it out";
        let gone = shadows.into_iter().map(|shadow| storage.install(shadow).expect(unchanged)).collect();
        for info in apps.iter().flat_map(|(_, app)| &app.components) {
            storage.adopt(info).expect("what has other fields was converted");
        }
        gone
    }
}

fn count_of(storage: &Storage, component: ComponentId) -> usize {
    let pool = storage.pool_index(component).and_then(|pool| storage.pool_at(pool));
    pool.map_or(0, |pool| pool.size().active as usize)
}

fn collision(component: &str, first: &str, second: &str) -> ModuleError {
    let what = format!("the component {component}");
    ModuleError::Collision { what, first: first.to_owned(), second: second.to_owned() }
}

impl StateHolder for Holder {
    fn prepare(&mut self, changes: Vec<ModuleChange>) -> Result<Plan, ModuleError> {
        let mut apps = Vec::with_capacity(changes.len());
        for change in changes {
            let Some(contributions) = change.contributions else { continue };
            let app = contributions.take::<App>().map_err(|other| ModuleError::Contract {
                module: change.module.clone(),
                found: other.type_name().to_owned(),
                expected: "playground::editor::App".to_owned(),
            })?;
            apps.push((change.module, app));
        }
        self.check_names(&apps)?;
        operators::check(&apps, &self.contributed)?;
        let (plan, shadows) = self.plan(&apps)?;
        self.prepared = Some(Prepared { apps, shadows });
        Ok(plan)
    }

    fn commit(&mut self) {
        let Some(Prepared { mut apps, shadows }) = self.prepared.take() else { return };
        let Shadows { world, authored, mut snapshots } = shadows;
        let mut gone = Self::take_over(&mut self.world.write(), &apps, world);
        if let Some(kept) = &mut self.authored {
            gone.extend(Self::take_over(kept, &apps, authored));
        }
        for (name, kept) in &mut self.snapshots {
            gone.extend(Self::take_over(kept, &apps, snapshots.remove(name).unwrap_or_default()));
        }
        for (module, app) in &mut apps {
            if let Err(error) = self.replace_events(module, app) {
                self.problems.push(format!("{module} gets no events: {error}"));
            }
        }
        for (module, app) in apps {
            if let Some(ecs) = self.ecs.load() {
                ecs.systems().replace(&self.world, &module, app.systems);
            }
            let panels = app.panels.iter().map(|panel| panel.id()).collect();
            let (components, operators) = (app.components, app.operators);
            let broken = BTreeMap::new();
            let contributed = Contributed { components, panels, operators, broken, health: app.health };
            self.contributed.insert(module.clone(), contributed);
            // A window that was closed has no use for panels.
            let _ = self.panels.send(PanelChange { module, panels: app.panels });
        }
        // Components of the generation before may panic when they are dropped; what they leave is nobody's any more.
        for message in gone.into_iter().filter_map(|pool| guarded(|| drop(pool)).err()) {
            self.problems.push(format!("dropping what was converted panicked: {message}"));
        }
    }

    fn abandon(&mut self) {
        let gone = self.prepared.take();
        // What a generation panics about that never ran is of no interest.
        let _ = guarded(|| drop(gone));
    }
}

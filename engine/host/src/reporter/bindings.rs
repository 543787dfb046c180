//! Who uses which contract, and which implementation is bound to it: read from the table that calls go through, and
//! from what modules brought.

use crate::engine::Engine;
use playground::ecs::view::VIEW_ID as ECS;
use playground::editor::report::{BindingRow, Bound, UserKind, ViewUser};
use playground::types::ViewId;
use playground_engine_binding::Binding;
use playground_engine_resolver::{ResolvedCore, Role};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What the engine itself calls each contract for; it has a slot of each.
const ENGINE: [(ViewId, &str); 3] = [
    (ECS, "runs systems, keeps the world, delivers events"),
    (playground::console::view::VIEW_ID, "writes lines, runs commands"),
    (playground::rendering::view::VIEW_ID, "draws the viewport"),
];

/// What modules have in the world at the moment, by module.
#[derive(Hash)]
pub struct Users(BTreeMap<String, Counts>);

#[derive(Default, Hash)]
struct Counts {
    systems: usize,
    components: usize,
    subscriptions: usize,
}

impl Users {
    /// Counts them.
    pub fn of(engine: &Engine) -> Self {
        let mut users: BTreeMap<String, Counts> = BTreeMap::new();
        let mut count = |module: &str, add: fn(&mut Counts, usize), number: usize| match users.get_mut(module) {
            Some(counts) => add(counts, number),
            None => add(users.entry(module.to_owned()).or_default(), number),
        };
        let world = engine.session.world();
        for system in world.schedule().read().systems() {
            count(&system.module, |counts, number| counts.systems += number, 1);
        }
        // Without an event to name there is nothing that could be missing.
        for subscription in world.events().read().subscriptions(None).unwrap_or_default() {
            count(&subscription.module, |counts, number| counts.subscriptions += number, 1);
        }
        for (module, contributed) in &engine.session.holder.contributed {
            count(module, |counts, number| counts.components += number, contributed.components.len());
        }
        Self(users)
    }

    /// A hash of everything that [`binding_rows`] shows, given that of the rows of modules: whatever is bound changes
    /// with the generation of a module.
    pub fn made_from(&self, modules: u64) -> u64 {
        let mut hasher = DefaultHasher::new();
        (modules, self).hash(&mut hasher);
        hasher.finish()
    }
}

impl Counts {
    fn in_words(&self) -> impl Iterator<Item = String> {
        let words = |(number, one, several): (usize, &str, &str)| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {several}")),
        };
        let parts = [
            (self.systems, "system", "systems"),
            (self.components, "component", "components"),
            (self.subscriptions, "subscription", "subscriptions"),
        ];
        parts.into_iter().filter_map(words)
    }
}

/// One row per declared contract, in the order of declaration. Core modules that are only data have none.
pub fn binding_rows(engine: &Engine, users: &Users) -> Vec<BindingRow> {
    let table = engine.bindings.table();
    let row = |core: &ResolvedCore| {
        let view = table.views.values().find(|view| view.name == core.module.package)?;
        Some(BindingRow {
            view: core.module.package.clone(),
            api_version: view.api_version,
            bound: table.viewmodels.get(&view.view_id).map(bound),
            users: users_of(engine, core, view.view_id, users),
        })
    };
    engine.modules.declared().cores.iter().filter_map(row).collect()
}

fn bound(binding: &Arc<Binding>) -> Bound {
    Bound { module: binding.module.clone(), generation: binding.generation }
}

fn users_of(engine: &Engine, core: &ResolvedCore, view: ViewId, users: &Users) -> Vec<ViewUser> {
    let set = engine.modules.declared();
    let called = ENGINE.iter().filter(|(id, _)| *id == view);
    let mut rows: Vec<ViewUser> = called
        .map(|(_, what)| ViewUser { name: "engine".to_owned(), kind: UserKind::Engine, uses: vec![(*what).to_owned()] })
        .collect();
    let required = core.features.iter().map(|feature| format!("requires {feature}")).collect();
    rows.push(ViewUser { name: set.app.clone(), kind: UserKind::App, uses: required });
    let plugins = engine.modules.declared().plugins.iter().filter(|module| module.role == Role::Plugin);
    for plugin in plugins {
        let declares = plugin.cores.contains(&core.module.package).then(|| "declares it".to_owned());
        let brought = users.0.get(&plugin.package).filter(|_| view == ECS).into_iter().flat_map(Counts::in_words);
        let uses: Vec<String> = brought.chain(declares).collect();
        if !uses.is_empty() {
            rows.push(ViewUser { name: plugin.package.clone(), kind: UserKind::Plugin, uses });
        }
    }
    rows
}

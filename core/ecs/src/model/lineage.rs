//! Where a world comes from: what a fork was when it was made.

use super::{
    diff::Scope,
    storage::{Layout, Storage},
    world::World,
};
use playground_core_types::Handle;
use playground_engine_types::Entity;
use std::collections::BTreeMap;

/// The state that a fork and its origin have in common.
#[derive(Default)]
pub struct Lineage {
    name: Handle<Name>,
    pub(super) origin: Option<Origin>,
}

/// Names a world by where it lies in memory. Never empty, or all would lie in one place.
#[derive(Default)]
struct Name {
    _place: u8,
}

/// What a fork remembers.
pub(super) struct Origin {
    world: Handle<Name>,
    /// What both were.
    pub base: Storage,
    pub fork: Era,
    pub parent: Era,
    /// Entities of the fork that the origin has since a merge, and their ids there.
    pub merged: BTreeMap<Entity, Entity>,
}

/// A moment in the life of one world's tables.
pub(super) struct Era {
    layout: Handle<Layout>,
    tick: u64,
}

impl Era {
    /// The moment that ends now.
    fn end(storage: &Storage) -> Self {
        Self { layout: storage.layout().clone(), tick: storage.next_tick() }
    }

    /// Compares only what was touched since, if the tables were not replaced meanwhile.
    pub fn scope(&self, storage: &Storage) -> Scope<'static> {
        let same = Handle::ptr_eq(&self.layout, storage.layout());
        Scope { since: same.then_some(self.tick), without: None }
    }
}

impl Lineage {
    /// Whether the world was forked from another one.
    pub fn is_fork(&self) -> bool {
        self.origin.is_some()
    }

    /// The origin, if this is the lineage of a fork of the world with the lineage `parent`.
    pub(super) fn fork_of(&mut self, parent: &Lineage) -> Option<&mut Origin> {
        self.origin.as_mut().filter(|origin| Handle::ptr_eq(&origin.world, &parent.name))
    }
}

impl World {
    /// A world of its own with copies of all entities and components, and the same time. It remembers what it is now,
    /// so that [`World::merge`] finds what changed since. It has no systems.
    ///
    /// Waits until no system runs.
    #[must_use]
    pub fn fork(&self, name: &str) -> World {
        let fork = World::new(name);
        // Before the tables, because a merge holds the lineage while it asks for them.
        let world = self.lineage().read().name.clone();
        let storage = self.write();
        let (base, copy) = (storage.copy(), storage.copy());
        let origin = Origin { world, base, fork: Era::end(&copy), parent: Era::end(&storage), merged: BTreeMap::new() };
        *fork.clock().write() = *self.clock().read();
        drop(storage);
        *fork.write() = copy;
        fork.lineage().write().origin = Some(origin);
        fork
    }

    /// Ends all entities, systems, observers, checkpoints and waiting commands, and gives their memory back. Whoever
    /// still has the world finds it empty; component types stay known, and ids of its entities stay dead.
    ///
    /// Waits until no system runs.
    pub fn destroy(&self) {
        let mut storage = self.write();
        // Carried out, not dropped, so that components in them end as those in the world do; errors concern nobody now.
        let _ = self.commands().apply(&mut storage);
        let gone = storage.exchange(Storage::default());
        drop(storage);
        let systems = std::mem::take(&mut *self.schedule().write());
        let events = std::mem::take(&mut *self.events().write());
        let queries = std::mem::take(&mut *self.queries().write());
        let origin = self.lineage().write().origin.take();
        self.clear_checkpoints();
        // Without a lock: what they do when they are dropped is their own business.
        drop((gone, systems, events, queries, origin));
    }
}

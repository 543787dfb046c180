//! Reading the tree from the world, all of it or what changed.

use super::{Node, Tree};
use crate::{Name, Parent, Place, StableId};
use playground_core_ecs::{Changed, Component, Entity, Or, Query, Storage};

/// What of an entity shows in the tree.
type Shown<'q> = (Entity, &'q StableId, Option<&'q Name>, Option<&'q Parent>, Option<&'q Place>);
/// Passes chunks in which some of it may have changed.
type ShownChanged = Or<(Changed<StableId>, Changed<Name>, Changed<Parent>, Changed<Place>)>;

impl Tree {
    /// Reads the tree from the world. An entity whose parent is gone stands at the root, and of a ring of parents the
    /// entity with the lowest number.
    pub fn read(storage: &Storage) -> Self {
        let mut tree = Self::default();
        tree.update(storage);
        tree
    }

    /// Reads what changed since the last time from the same world. Says whether rows, names or the components of an
    /// entity are others than before.
    ///
    /// Entities without a [`StableId`] are not part of the tree; all of one world should have one.
    pub fn update(&mut self, storage: &Storage) -> bool {
        let since = self.mark;
        // First, so that what somebody writes meanwhile is read the next time.
        self.mark = storage.next_tick();
        let structural = self.structure.replace(storage.structure()) != Some(storage.structure());
        // Sparse components come and go without a trace in the archetypes.
        let mut shown = structural && storage.archetypes().iter().any(|archetype| !archetype.ids.is_empty()) && {
            storage.pools().any(|pool| pool.info().sparse && !pool.info().hidden && pool.size().active > 0)
        };
        let before = self.count;
        let more = storage.len().saturating_sub(before);
        self.nodes.reserve(more);
        self.numbers.reserve(more);
        let mut query: Query<Shown, ShownChanged> = Query::since(storage, since);
        query.for_each(|(entity, id, name, parent, place)| {
            let archetype = structural.then(|| storage.locate(entity).map_or(super::NO, |(archetype, _)| archetype));
            shown |= self.take((entity, id, name, parent, place), archetype);
        });
        drop(query);
        if structural && self.count != storage.count_of(StableId::INFO.id).unwrap_or(0) {
            self.remove_ended(storage);
        }
        self.settle(self.count > before) | shown
    }

    /// Takes over what an entity is; says whether something changed that shows beside its place.
    fn take(&mut self, (entity, id, name, parent, place): Shown<'_>, archetype: Option<u32>) -> bool {
        self.enter(entity);
        let slot = entity.index();
        if self.nodes[slot as usize].id != id.value {
            self.number(slot, id.value);
            self.touch(slot);
        }
        let node: &mut Node = &mut self.nodes[slot as usize];
        let wanted = parent.map_or(Entity::NONE, |parent| parent.entity);
        let place = place.map_or(id.value as f64, |place| place.value);
        let moved = node.wanted != wanted || node.place.to_bits() != place.to_bits();
        (node.wanted, node.place) = (wanted, place);
        let name = name.map_or("", |name| &name.value);
        let mut shown = node.name != name;
        if shown {
            name.clone_into(&mut node.name);
        }
        if let Some(archetype) = archetype {
            shown |= node.archetype != archetype;
            node.archetype = archetype;
        }
        if moved {
            self.touch(slot);
        }
        shown
    }

    /// Takes out the nodes of entities that ended without being noted.
    fn remove_ended(&mut self, storage: &Storage) {
        for slot in 0..self.nodes.len() as u32 {
            let entity = self.nodes[slot as usize].entity;
            if entity != Entity::NONE && !storage.has(entity, StableId::INFO.id) {
                self.remove(slot);
            }
        }
    }
}

//! From what was done to a step of undo: entities are looked at before and after, and what differs are the changes.

use crate::edit::{self, Change};
use playground::ecs::{Entity, Storage, Value};
use playground::scene::Tree;
use std::collections::HashMap;

/// Remembers what is done to a world.
pub struct Recorder<'a> {
    storage: &'a mut Storage,
    tree: &'a mut Tree,
    changes: Vec<Change>,
}

/// An entity as it was.
pub struct Before {
    entity: Entity,
    id: u64,
    components: Vec<(String, Value)>,
}

impl Before {
    /// An entity of a world as it is now.
    pub fn of(storage: &Storage, tree: &Tree, entity: Entity) -> Self {
        Self { entity, id: tree.id(entity), components: edit::components(storage, tree, entity) }
    }
}

impl<'a> Recorder<'a> {
    /// Nothing yet.
    pub fn new(storage: &'a mut Storage, tree: &'a mut Tree) -> Self {
        Self { storage, tree, changes: Vec::new() }
    }

    /// The world as it is now.
    pub fn storage(&self) -> &Storage {
        self.storage
    }

    /// The tree as it was before anything was done.
    pub fn tree(&self) -> &Tree {
        self.tree
    }

    /// What was done.
    pub fn finish(self) -> Vec<Change> {
        self.changes
    }

    /// Lets `act` change or end entities, parents before their children. What it does to others is not remembered.
    ///
    /// # Errors
    /// Those of `act`, in words; what it did until then is remembered, so that it can be taken back.
    pub fn watch<R, E: std::fmt::Display>(
        &mut self,
        entities: &[Entity],
        act: impl FnOnce(&mut Storage) -> Result<R, E>,
    ) -> Result<R, String> {
        let before = entities.iter().map(|entity| Before::of(self.storage, self.tree, *entity)).collect();
        let outcome = act(self.storage).map_err(|error| error.to_string());
        self.changes.extend(compare(self.storage, self.tree, before));
        let gone: Vec<u64> = entities
            .iter()
            .filter(|entity| !self.storage.exists(**entity))
            .map(|entity| self.tree.id(*entity))
            .collect();
        gone.into_iter().for_each(|id| self.tree.note_despawned(id));
        outcome
    }
}

/// What entities have other than before; those before stand parents first.
pub fn compare(storage: &Storage, tree: &Tree, before: Vec<Before>) -> Vec<Change> {
    let order: HashMap<u64, usize> = before.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
    let (mut changes, mut ended) = (Vec::new(), Vec::new());
    for (at, Before { entity, id, components }) in before.into_iter().enumerate() {
        if storage.exists(entity) {
            changes.extend(differences(id, &components, &edit::components(storage, tree, entity)));
            continue;
        }
        // Undo brings parents first. What names somebody who comes later is set once more when all are back.
        changes.extend(set_again(id, &components, |named| order.get(&named).is_some_and(|place| *place > at)));
        ended.push(Change::Entity { id, before: Some(components), after: None });
    }
    // Children first, so that undo, which goes backwards, brings parents first.
    changes.extend(ended.into_iter().rev());
    changes
}

/// Sets components once more that name entities which come later.
pub fn set_again(id: u64, components: &[(String, Value)], later: impl Fn(u64) -> bool) -> Vec<Change> {
    let names_later = |value: &Value| {
        let mut found = false;
        value.clone().map_entities(&mut |named| {
            found |= later(named.bits());
            named
        });
        found
    };
    let again = components.iter().filter(|(_, value)| names_later(value)).map(|(component, value)| {
        let (component, value) = (component.clone(), Some(value.clone()));
        Change::Component { id, component, before: value.clone(), after: value }
    });
    again.collect()
}

fn differences(id: u64, before: &[(String, Value)], after: &[(String, Value)]) -> Vec<Change> {
    let of = |list: &[(String, Value)], name: &str| {
        list.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let come = after.iter().filter(|(name, _)| of(before, name).is_none());
    let changed = before.iter().chain(come).filter_map(|(name, _)| {
        let (was, is) = (of(before, name), of(after, name));
        (was != is).then(|| Change::Component { id, component: name.clone(), before: was, after: is })
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::Recorder;
    use crate::edit::{History, Step};
    use playground::ecs::{Component, EcsError, Entity, Storage};
    use playground::scene::{COMPONENTS, Document, StableId, Tree, forget};

    /// Names somebody.
    #[derive(Component, Clone, Default)]
    struct Likes {
        whom: Entity,
    }

    /// Names somebody, and more.
    #[derive(Component, Clone, Default)]
    struct Guards {
        whom: Entity,
        since: f32,
    }

    #[test]
    fn who_ended_is_named_again_after_undo_by_those_who_stayed_and_by_those_who_came_back_first() {
        let mut storage = Storage::default();
        for info in COMPONENTS {
            storage.pool_of(info).expect("names differ");
        }
        let [top, low, fan, guard] =
            [1, 2, 3, 4].map(|value| storage.spawn((StableId { value },)).expect("there is room"));
        storage.add(top, Likes { whom: low }).expect("it had none");
        storage.add(low, Likes { whom: top }).expect("it had none");
        storage.add(fan, Likes { whom: low }).expect("it had none");
        storage.add(guard, Guards { whom: low, since: 2.0 }).expect("it had none");
        let mut tree = Tree::read(&storage);
        let before = Document::of(&storage).write();

        let mut recorder = Recorder::new(&mut storage, &mut tree);
        let ended = recorder.watch(&[top, low, fan, guard], |storage| {
            forget(storage, &[top, low])?;
            Ok::<usize, EcsError>(storage.despawn_batch(&[top, low]))
        });
        assert_eq!(ended, Ok(2));
        let changes = recorder.finish();
        let after = Document::of(&storage).write();
        assert!(!after.contains("Likes") && after.contains("since: 2.0"), "{after}");

        let mut history = History::new();
        history.push(Step { title: "Delete".into(), changes, gesture: None });
        for _ in 0..2 {
            history.undo(&mut storage, &mut tree).expect("it fits");
            assert_eq!(Document::of(&storage).write(), before);
            history.redo(&mut storage, &mut tree).expect("it fits");
            assert_eq!(Document::of(&storage).write(), after);
        }
    }
}

//! From two states of a world to a step of undo, for what was done by somebody who can't be watched entity by entity.
//!
//! What systems made is left out: it follows from the rest.

use crate::edit::{self, Change};
use crate::record::{Before, compare, set_again};
use playground::ecs::{Component, Entity, Storage};
use playground::scene::{Generated, Tree, references};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a world has other than before, while the entities that came may not have a stable number yet.
pub struct Difference {
    came: HashSet<Entity>,
    /// Those that changed or ended, as they were; parents first.
    before: Vec<Before>,
}

impl Difference {
    /// What is different. `tree` is that of the earlier state. `None` if nothing is.
    ///
    /// # Errors
    /// In words, when there is no room to compare.
    pub fn of(earlier: &Storage, later: &Storage, tree: &Tree) -> Result<Option<Self>, String> {
        let diff = earlier.diff(later).map_err(|error| error.to_string())?;
        if diff.is_empty() {
            return Ok(None);
        }
        let mut touched: BTreeSet<Entity> = diff.despawned.iter().copied().collect();
        touched.extend([&diff.added, &diff.removed, &diff.changed].into_iter().flatten().map(|(entity, _)| *entity));
        if !diff.despawned.is_empty() {
            // Whoever named one that ended names nobody now, and undo gives it another id.
            touched.extend(references(earlier, &diff.despawned).into_iter().map(|reference| reference.source));
        }
        touched.retain(|entity| !earlier.has(*entity, Generated::INFO.id));
        let in_order = tree.rows.iter().map(|(entity, _)| *entity).filter(|entity| touched.contains(entity));
        let before = in_order.map(|entity| Before::of(earlier, tree, entity)).collect();
        Ok(Some(Self { came: diff.spawned.into_iter().collect(), before }))
    }

    /// The changes that lead from the earlier state to the later one, now that all entities have their numbers.
    pub fn changes(self, later: &Storage, tree: &Tree) -> Vec<Change> {
        let came = tree.rows.iter().map(|(entity, _)| *entity).filter(|entity| self.came.contains(entity));
        let came: Vec<Entity> = came.filter(|entity| !later.has(*entity, Generated::INFO.id)).collect();
        let order: HashMap<u64, usize> = came.iter().enumerate().map(|(at, entity)| (tree.id(*entity), at)).collect();
        let (mut changes, mut again) = (Vec::new(), Vec::new());
        for (at, entity) in came.iter().enumerate() {
            let (id, components) = (tree.id(*entity), edit::components(later, tree, *entity));
            again.extend(set_again(id, &components, |named| order.get(&named).is_some_and(|place| *place > at)));
            changes.push(Change::Entity { id, before: None, after: Some(components) });
        }
        changes.extend(again);
        changes.extend(compare(later, tree, self.before));
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;
    use crate::edit::{History, Step};
    use playground::ecs::{Component, Entity, Storage};
    use playground::scene::{COMPONENTS, Document, Generated, Name, Parent, StableId, Tree};

    /// Names somebody.
    #[derive(Component, Clone, Default)]
    struct Likes {
        whom: Entity,
    }

    #[test]
    fn whatever_was_done_is_taken_back_and_done_again() {
        let mut storage = Storage::default();
        COMPONENTS.iter().for_each(|info| {
            storage.pool_of(info).expect("names differ");
        });
        let [top, low, fan, other] =
            [1, 2, 3, 4].map(|value| storage.spawn((StableId { value },)).expect("there is room"));
        storage.add(low, Parent { entity: top }).expect("it had none");
        storage.add(top, Likes { whom: low }).expect("it had none");
        storage.add(fan, Likes { whom: low }).expect("it had none");
        storage.add(other, Name { value: "a".into() }).expect("it had none");
        let (earlier, mut tree) = (storage.copy(), Tree::read(&storage));
        let before = Document::of(&storage).write();

        // Ended with what is below, and named by somebody who is not told.
        assert_eq!(storage.despawn_batch(&[top, low]), 2);
        // One that comes first names one that comes later.
        let first = storage.spawn((StableId { value: 5 }, Name { value: "first".into() })).expect("there is room");
        let second = storage.spawn((StableId { value: 6 }, Parent { entity: first })).expect("there is room");
        storage.add(first, Likes { whom: second }).expect("it had none");
        storage.get_mut(other).map(|name: &mut Name| name.value = "b".into()).expect("it has one");
        storage.add(other, Likes { whom: second }).expect("it had none");
        storage.spawn((StableId { value: 2_000_000_000 }, Generated {})).expect("there is room");

        let difference = Difference::of(&earlier, &storage, &tree).expect("there is room").expect("much was done");
        tree.update(&storage);
        let changes = difference.changes(&storage, &tree);
        let after = Document::of(&storage).write();
        assert!(after.contains("first") && !after.contains("\"a\""), "{after}");
        let mut history = History::new();
        history.push(Step { title: "Much".into(), changes, gesture: None });
        for _ in 0..2 {
            history.undo(&mut storage, &mut tree).expect("it fits");
            assert_eq!(Document::of(&storage).write(), before);
            history.redo(&mut storage, &mut tree).expect("it fits");
            assert_eq!(Document::of(&storage).write(), after);
        }
        assert!(Difference::of(&storage.copy(), &storage, &tree).expect("there is room").is_none());
    }
}

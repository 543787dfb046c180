//! The tree of entities, and where its transforms put them.

use super::components::{Name, Parent, StableId, Transform};
use glam::{Mat4, Vec3};
use playground_core_ecs::{Component, Entity, Query, Reflect, Storage};
use std::collections::HashMap;

/// The entities of a world by their stable numbers and as a tree.
#[derive(Default)]
pub struct Tree {
    /// All entities in the order of the tree, parents first, with their depth; siblings by stable number.
    pub rows: Vec<(Entity, u16)>,
    names: HashMap<Entity, String>,
    parents: HashMap<Entity, Entity>,
    ids: HashMap<Entity, u64>,
    entities: HashMap<u64, Entity>,
}

impl Tree {
    /// Reads the tree from the world. An entity whose parent is gone, or part of a ring, stands at the root.
    pub fn read(storage: &Storage) -> Self {
        let mut tree = Self::default();
        let mut all: Query<(Entity, &StableId, Option<&Name>, Option<&Parent>)> = storage.query();
        let mut order = Vec::new();
        all.for_each(|(entity, id, name, parent)| {
            order.push((id.value, entity));
            tree.ids.insert(entity, id.value);
            tree.entities.insert(id.value, entity);
            if let Some(name) = name {
                tree.names.insert(entity, name.value.clone());
            }
            if let Some(parent) = parent.filter(|parent| storage.exists(parent.entity)) {
                tree.parents.insert(entity, parent.entity);
            }
        });
        order.sort_unstable();
        tree.break_rings(&order);
        tree.sort(&order);
        tree
    }

    fn break_rings(&mut self, order: &[(u64, Entity)]) {
        for (_, entity) in order {
            let (mut at, mut steps) = (*entity, 0);
            while let Some(parent) = self.parents.get(&at) {
                at = *parent;
                steps += 1;
                if at == *entity || steps > order.len() {
                    self.parents.remove(entity);
                    break;
                }
            }
        }
    }

    fn sort(&mut self, order: &[(u64, Entity)]) {
        let mut children: HashMap<Option<Entity>, Vec<Entity>> = HashMap::new();
        for (_, entity) in order {
            children.entry(self.parents.get(entity).copied()).or_default().push(*entity);
        }
        let mut open: Vec<(Entity, u16)> = Vec::new();
        open.extend(children.remove(&None).into_iter().flatten().rev().map(|entity| (entity, 0)));
        while let Some((entity, depth)) = open.pop() {
            self.rows.push((entity, depth));
            let below = children.remove(&Some(entity)).unwrap_or_default();
            open.extend(below.into_iter().rev().map(|child| (child, depth.saturating_add(1))));
        }
    }

    /// The entity of a stable number.
    pub fn entity(&self, id: u64) -> Option<Entity> {
        self.entities.get(&id).copied()
    }

    /// The stable number of an entity; 0 if it has none.
    pub fn id(&self, entity: Entity) -> u64 {
        self.ids.get(&entity).copied().unwrap_or(0)
    }

    /// The entity's name; empty if it has none.
    pub fn name(&self, entity: Entity) -> &str {
        self.names.get(&entity).map_or("", String::as_str)
    }

    /// The entity's parent.
    pub fn parent(&self, entity: Entity) -> Option<Entity> {
        self.parents.get(&entity).copied()
    }

    /// Whether `above` is `entity` or stands above it.
    pub fn is_under(&self, entity: Entity, above: Entity) -> bool {
        std::iter::successors(Some(entity), |at| self.parent(*at)).any(|at| at == above)
    }

    /// `entity` and all entities below it, parents first.
    pub fn branch(&self, entity: Entity) -> Vec<Entity> {
        let Some(start) = self.rows.iter().position(|(row, _)| *row == entity) else { return Vec::new() };
        let depth = self.rows[start].1;
        let below = self.rows[start + 1..].iter().take_while(|(_, below)| *below > depth);
        std::iter::once(entity).chain(below.map(|(row, _)| *row)).collect()
    }

    /// Notes an entity that was spawned since the tree was read. Its place in [`Tree::rows`] comes with the next read.
    pub fn note_spawned(&mut self, id: u64, entity: Entity) {
        self.ids.insert(entity, id);
        self.entities.insert(id, entity);
    }

    /// Notes an entity that ended since the tree was read.
    pub fn note_despawned(&mut self, id: u64) {
        if let Some(entity) = self.entities.remove(&id) {
            self.ids.remove(&entity);
        }
    }

    /// The largest stable number in use.
    pub fn last_id(&self) -> u64 {
        self.entities.keys().copied().max().unwrap_or(0)
    }
}

/// Where an entity is in the world, if it has a [`Transform`].
pub fn world_position(storage: &Storage, tree: &Tree, entity: Entity) -> Option<Vec3> {
    let matrix = |entity: Entity| {
        let value = storage.value(entity, Transform::INFO.id).ok()?;
        Transform::from_value(&value).ok().map(|transform| transform.parent_from_model())
    };
    // As for drawing: an ancestor without a transform ends the chain.
    let above = std::iter::successors(tree.parent(entity), |at| tree.parent(*at)).map_while(matrix);
    let parent_from_model = matrix(entity)?;
    Some(above.fold(parent_from_model, |model, parent| parent * model).w_axis.truncate())
}

/// The matrix from each entity's own space into the world's, for all that have a [`Transform`].
pub fn world_from_model(storage: &Storage) -> HashMap<Entity, Mat4> {
    let mut local = HashMap::new();
    let mut transforms: Query<(Entity, &Transform)> = storage.query();
    transforms.for_each(|(entity, transform)| {
        local.insert(entity, transform.parent_from_model());
    });
    drop(transforms);
    let mut parents = HashMap::new();
    let mut links: Query<(Entity, &Parent)> = storage.query();
    links.for_each(|(entity, parent)| {
        parents.insert(entity, parent.entity);
    });
    let root = |entity: &Entity| parents.get(entity).is_none_or(|parent| !local.contains_key(parent));
    let mut world: HashMap<Entity, Mat4> = HashMap::with_capacity(local.len());
    for entity in local.keys() {
        // The way up to the first ancestor that is known; a ring ends where it would begin again.
        let mut way = vec![*entity];
        while let Some(last) = way.last() {
            match parents.get(last) {
                Some(parent) if !root(last) && !world.contains_key(last) && !way.contains(parent) => way.push(*parent),
                _ => break,
            }
        }
        for entity in way.into_iter().rev() {
            if !world.contains_key(&entity) {
                let above =
                    parents.get(&entity).and_then(|parent| world.get(parent)).copied().unwrap_or(Mat4::IDENTITY);
                world.insert(entity, above * local[&entity]);
            }
        }
    }
    world
}

#[cfg(test)]
mod tests {
    use super::{Tree, world_from_model, world_position};
    use crate::{Name, Parent, StableId, Transform};
    use glam::{Quat, Vec3};
    use playground_core_ecs::{Entity, Storage};

    fn transform(x: f32, angle: f32) -> Transform {
        let rotation = Quat::from_rotation_y(angle);
        Transform { translation: Vec3::new(x, 0.0, 0.0), rotation, scale: Vec3::ONE }
    }

    fn family() -> (Storage, [Entity; 3]) {
        let mut storage = Storage::default();
        let top = storage.spawn((StableId { value: 1 }, transform(1.0, std::f32::consts::PI)));
        let top = top.expect("there is room");
        let middle = storage.spawn((StableId { value: 2 }, transform(2.0, 0.0), Parent { entity: top }));
        let middle = middle.expect("there is room");
        let low = storage.spawn((StableId { value: 3 }, transform(4.0, 0.0), Parent { entity: middle }));
        (storage, [top, middle, low.expect("there is room")])
    }

    #[test]
    fn transforms_of_parents_move_and_turn_their_children() {
        let (storage, [_, middle, low]) = family();
        let tree = Tree::read(&storage);
        let matrices = world_from_model(&storage);
        for (entity, x) in [(middle, -1.0), (low, -5.0)] {
            let place = world_position(&storage, &tree, entity).expect("it has a transform");
            assert!(place.abs_diff_eq(Vec3::new(x, 0.0, 0.0), 1e-5), "{place}");
            assert!(matrices[&entity].w_axis.truncate().abs_diff_eq(place, 1e-5));
        }
    }

    #[test]
    fn the_tree_has_parents_first_and_breaks_rings() {
        let (mut storage, [top, middle, low]) = family();
        let tree = Tree::read(&storage);
        assert_eq!(tree.rows, [(top, 0), (middle, 1), (low, 2)]);
        assert_eq!(tree.branch(middle), [middle, low]);
        assert!(tree.is_under(low, top) && !tree.is_under(top, low));
        storage.add(top, Parent { entity: low }).expect("it had none");
        storage.add(top, Name { value: "ring".into() }).expect("it had none");
        let tree = Tree::read(&storage);
        assert_eq!(tree.rows.len(), 3, "nobody is lost: {:?}", tree.rows);
        assert_eq!(world_from_model(&storage).len(), 3);
    }
}

//! Where everything is in the world: transforms passed on from parents to children.
//!
//! Entities that others belong to are few; their matrices are computed first, parents before children, into a table.
//! After that every other entity needs only its parent's matrix, so all of them are walked as slices, on several
//! threads, whatever their depth.

use super::components::{Parent, Transform, WorldTransform};
use super::tree::Tree;
use glam::Mat4;
use playground_core_ecs::{Changed, Component, EcsError, Entity, Or, Query, Storage, With, Without};

/// No place in the table.
const NO: u32 = u32::MAX;
/// If more than one in so many children belongs to a parent that moved, all of them are computed.
const WIDE: usize = 8;

/// Keeps every [`WorldTransform`] of one world up to date.
///
/// ```
/// use playground_core_ecs::{Component, Query, Storage};
/// use playground_core_scene::{Propagation, StableId, Transform, Tree, WorldTransform};
///
/// let mut storage = Storage::default();
/// let body = storage.spawn((StableId { value: 1 }, Transform::default())).unwrap();
/// storage.get_mut(body).map(|transform: &mut Transform| transform.translation.x = 2.0).unwrap();
/// Propagation::complete(&mut storage).unwrap();
/// assert!(Propagation::default().run(&storage, &Tree::read(&storage)));
/// let x = storage.read(body, |world: &WorldTransform| world.position().x).unwrap();
/// assert_eq!(x, 2.0);
/// ```
#[derive(Default)]
pub struct Propagation {
    /// Changes up to this tick are passed on.
    mark: u64,
    /// The shape of the tree that the table was made for.
    links: Option<u64>,
    /// Entities with children, parents first.
    inner: Vec<Inner>,
    /// By slot, the place in `inner`.
    places: Vec<u32>,
}

/// An entity that others belong to.
struct Inner {
    entity: Entity,
    /// The place of its parent in the table.
    parent: u32,
    world_from_model: Mat4,
    changed: bool,
}

impl Propagation {
    /// Whether an entity has a [`Transform`] and no [`WorldTransform`], or the other way round.
    pub fn is_incomplete(storage: &Storage) -> bool {
        let lacking: Query<Entity, (With<Transform>, Without<WorldTransform>)> = storage.query();
        let left: Query<Entity, (With<WorldTransform>, Without<Transform>)> = storage.query();
        !lacking.is_empty() || !left.is_empty()
    }

    /// Gives a [`WorldTransform`] to every entity with a [`Transform`], and takes it from all others.
    ///
    /// # Errors
    /// When there is no room for another set of components.
    pub fn complete(storage: &mut Storage) -> Result<(), EcsError> {
        let lacking: Query<Entity, (With<Transform>, Without<WorldTransform>)> = storage.query();
        let lacking = lacking.entities();
        let left: Query<Entity, (With<WorldTransform>, Without<Transform>)> = storage.query();
        let left = left.entities();
        if !lacking.is_empty() {
            storage.add_batch(&lacking, WorldTransform::default())?;
        }
        if !left.is_empty() {
            storage.remove_batch(&left, WorldTransform::INFO.id)?;
        }
        Ok(())
    }

    /// Passes on what changed since the last run over the same world. `tree` must be as the world is. Says whether
    /// anything moved.
    pub fn run(&mut self, storage: &Storage, tree: &Tree) -> bool {
        let since = self.mark;
        // First, so that what somebody writes meanwhile is passed on the next time.
        self.mark = storage.next_tick();
        let changed: Query<Entity, Changed<Transform>> = Query::since(storage, since);
        let relinked = self.links.replace(tree.links()) != Some(tree.links());
        if changed.is_empty() && !relinked {
            return false;
        }
        drop(changed);
        let orphaned = relinked && self.collect(tree);
        self.pass_inner(storage);
        let roots = pass_roots(storage, since);
        let children = self.pass_children(storage, tree, since, orphaned);
        roots || children
    }

    /// Makes the table; says whether children of somebody who ended may be left.
    fn collect(&mut self, tree: &Tree) -> bool {
        let mut old = std::mem::take(&mut self.inner);
        let known = std::mem::take(&mut self.places);
        let orphaned = old.iter().any(|inner| tree.id(inner.entity) == 0);
        for (entity, _) in &tree.rows {
            if !tree.has_children(*entity) {
                continue;
            }
            let slot = entity.index() as usize;
            if self.places.len() <= slot {
                self.places.resize(slot + 1, NO);
            }
            self.places[slot] = self.inner.len() as u32;
            let parent = tree.parent(*entity).map_or(NO, |parent| self.places[parent.index() as usize]);
            let before =
                known.get(slot).and_then(|at| old.get_mut(*at as usize)).filter(|inner| inner.entity == *entity);
            self.inner.push(match before {
                Some(before) => Inner { entity: *entity, parent, changed: false, ..*before },
                // Not a number, so that whatever it is going to be is another.
                None => Inner { entity: *entity, parent, world_from_model: Mat4::NAN, changed: false },
            });
        }
        orphaned
    }

    fn pass_inner(&mut self, storage: &Storage) {
        let transforms: Query<&Transform> = storage.query();
        let transforms = transforms.view();
        for at in 0..self.inner.len() {
            let Inner { entity, parent, world_from_model: before, .. } = self.inner[at];
            // An entity without a transform ends the chain: what is below it stands as if it were at the root.
            let world_from_model = transforms.get(entity).map_or(Mat4::IDENTITY, |transform| {
                let local = transform.parent_from_model();
                self.inner.get(parent as usize).map_or(local, |parent| parent.world_from_model * local)
            });
            let inner = &mut self.inner[at];
            (inner.world_from_model, inner.changed) = (world_from_model, world_from_model != before);
        }
    }

    /// What a child's transform is relative to.
    #[inline]
    fn above(&self, parent: Entity) -> Option<&Mat4> {
        let place = *self.places.get(parent.index() as usize)?;
        self.inner.get(place as usize).filter(|inner| inner.entity == parent).map(|inner| &inner.world_from_model)
    }

    #[inline]
    fn pass(&self, (transform, parent, world): (&Transform, &Parent, &mut WorldTransform)) {
        let local = transform.parent_from_model();
        *world = WorldTransform::new(self.above(parent.entity).map_or(local, |above| *above * local));
    }

    fn pass_children(&self, storage: &Storage, tree: &Tree, since: u64, orphaned: bool) -> bool {
        let mut all: Query<(&Transform, &Parent, &mut WorldTransform)> = storage.query();
        let most = all.count() / WIDE;
        let changed = || self.inner.iter().filter(|inner| inner.changed);
        let below = changed().flat_map(|inner| tree.children(Some(inner.entity)));
        if orphaned || tree.cut().next().is_some() || below.take(most + 1).count() > most {
            all.par_for_each(|row| self.pass(row));
            for entity in tree.cut() {
                if let Some((transform, _, world)) = all.get_mut(entity) {
                    *world = WorldTransform::new(transform.parent_from_model());
                }
            }
            return !all.is_empty();
        }
        drop(all);
        let mut written: Query<(&Transform, &Parent, &mut WorldTransform), Or<(Changed<Transform>, Changed<Parent>)>> =
            Query::since(storage, since);
        written.par_for_each(|row| self.pass(row));
        let mut moved = !written.is_empty();
        drop(written);
        let mut all: Query<(&Transform, &Parent, &mut WorldTransform)> = storage.query();
        for child in changed().flat_map(|inner| tree.children(Some(inner.entity))) {
            if let Some(row) = all.get_mut(child) {
                self.pass(row);
                moved = true;
            }
        }
        moved
    }
}

/// Entities without a parent: where they are is what their transform says.
fn pass_roots(storage: &Storage, since: u64) -> bool {
    let mut roots: Query<(&Transform, &mut WorldTransform), (Without<Parent>, Changed<Transform>)> =
        Query::since(storage, since);
    roots.par_for_each(|(transform, world)| *world = WorldTransform::new(transform.parent_from_model()));
    !roots.is_empty()
}

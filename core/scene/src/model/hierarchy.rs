//! Parents and children: who belongs to whom, in which order, and how both are changed.
//!
//! These functions read the components themselves, so they hold at any time; where many questions are asked, a
//! [`Tree`](super::tree::Tree) answers each at once.

use super::components::{Name, Parent, Place, StableId, Transform};
use super::relation::forget;
use glam::Mat4;
use playground_core_ecs::{Component, EcsError, Entity, Query, Storage};
use std::collections::{HashMap, HashSet};

/// What stays as it is when an entity gets another parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The transform relative to the parent; the entity may jump in the world.
    #[default]
    Local,
    /// Where it is in the world; the transform relative to the parent is computed anew.
    World,
}

/// A place among siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Right before a sibling.
    Before(Entity),
    /// Right behind a sibling.
    After(Entity),
    /// Before all siblings.
    First,
    /// Behind all siblings.
    Last,
}

/// Why the hierarchy was not changed. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HierarchyError {
    /// The new parent is the entity itself or below it.
    #[error("{child} can't become a child of {parent}: that would be a cycle, {chain}")]
    Cycle {
        /// The entity.
        child: String,
        /// The parent that it should get.
        parent: String,
        /// The way from the parent up to the entity.
        chain: String,
    },
    /// An entity was to be moved beside one that has another parent.
    #[error("{entity} and {sibling} have different parents; give {entity} the parent of {sibling} first")]
    NotSiblings {
        /// The entity.
        entity: String,
        /// The one beside which it should stand.
        sibling: String,
    },
    /// The new parent is squashed flat, so that no transform below it leads to where the entity is.
    #[error(
        "{child} can't keep its place in the world below {parent}, which has a scale of 0; keep the local transform"
    )]
    Flat {
        /// The entity.
        child: String,
        /// The parent that it should get.
        parent: String,
    },
    /// An entity does not live, or the world is full.
    #[error(transparent)]
    Ecs(#[from] EcsError),
}

/// The entity's parent, if it has one that lives.
pub fn parent(storage: &Storage, entity: Entity) -> Option<Entity> {
    let parent = storage.read(entity, |parent: &Parent| parent.entity).ok()?;
    storage.exists(parent).then_some(parent)
}

/// All that `entity` belongs to, its parent first. A ring of parents, which only a direct write can make, ends where it
/// would begin again.
pub fn ancestors(storage: &Storage, entity: Entity) -> Vec<Entity> {
    let mut seen = HashSet::from([entity]);
    let above = std::iter::successors(parent(storage, entity), |at| parent(storage, *at));
    above.take_while(|at| seen.insert(*at)).collect()
}

/// The entity's children in their order. Looks at every parent of the world once.
pub fn children(storage: &Storage, entity: Entity) -> Vec<Entity> {
    siblings(storage, Some(entity)).into_iter().map(|(_, _, child)| child).collect()
}

/// `entity` and all below it, parents first. Looks at every parent of the world once.
pub fn branch(storage: &Storage, entity: Entity) -> Vec<Entity> {
    let mut below: HashMap<Entity, Vec<Entity>> = HashMap::new();
    let mut parents: Query<(Entity, &Parent)> = storage.query();
    parents.for_each(|(child, parent)| below.entry(parent.entity).or_default().push(child));
    drop(parents);
    let mut branch = Vec::new();
    let mut open = vec![entity];
    while let Some(next) = open.pop() {
        branch.push(next);
        // Taken out, so that a ring of parents ends.
        open.extend(below.remove(&next).unwrap_or_default().into_iter().rev().filter(|child| *child != entity));
    }
    branch
}

/// The matrix from the entity's own space into the world's. An entity without a [`Transform`] has none; an ancestor
/// without one ends the chain.
pub fn world_matrix(storage: &Storage, entity: Entity) -> Option<Mat4> {
    let local = |entity: Entity| storage.read(entity, Transform::parent_from_model).ok();
    let own = local(entity)?;
    let above = ancestors(storage, entity).into_iter().map_while(local);
    Some(above.fold(own, |model, parent| parent * model))
}

/// Gives an entity another parent, or none. Among its new siblings it stands at its stable number.
///
/// # Errors
/// When one of them does not live, the parent is the entity or below it, or [`Keep::World`] is impossible.
pub fn set_parent(
    storage: &mut Storage,
    child: Entity,
    new_parent: Option<Entity>,
    keep: Keep,
) -> Result<(), HierarchyError> {
    storage.locate(child)?;
    new_parent.map_or(Ok(()), |parent| check_cycle(storage, child, parent))?;
    let transform = match keep {
        Keep::Local => None,
        Keep::World => transform_below(storage, child, new_parent)?,
    };
    if parent(storage, child) != new_parent && storage.has(child, Place::INFO.id) {
        storage.remove(child, Place::INFO.id)?;
    }
    match new_parent {
        Some(entity) => put(storage, child, Parent { entity })?,
        None if storage.has(child, Parent::INFO.id) => storage.remove(child, Parent::INFO.id)?,
        None => {}
    }
    transform.map_or(Ok(()), |transform| put(storage, child, transform))?;
    Ok(())
}

/// Moves an entity to another place among its siblings: those of the same parent, or the entities without one.
///
/// Only its own [`Place`] changes, unless there is no number left between its new neighbours; then all siblings get
/// new ones.
///
/// # Errors
/// When an entity does not live, or the two have different parents.
pub fn move_child(storage: &mut Storage, entity: Entity, beside: Beside) -> Result<(), HierarchyError> {
    move_children(storage, &[entity], beside)
}

/// Moves entities of one parent, in the order given, to another place among their siblings. As [`move_child`], which
/// looks at the siblings once for each entity.
///
/// # Errors
/// As for [`places`].
pub fn move_children(storage: &mut Storage, entities: &[Entity], beside: Beside) -> Result<(), HierarchyError> {
    for (entity, place) in places(storage, entities, beside)? {
        put(storage, entity, place)?;
    }
    Ok(())
}

/// The places that [`move_children`] would give, and to whom. None if the sibling is one of the entities.
///
/// # Errors
/// When an entity does not live, or they and the sibling do not all have the same parent.
pub fn places(storage: &Storage, entities: &[Entity], beside: Beside) -> Result<Vec<(Entity, Place)>, HierarchyError> {
    let sibling = match beside {
        Beside::Before(sibling) | Beside::After(sibling) => Some(sibling),
        Beside::First | Beside::Last => None,
    };
    let mut seen = HashSet::new();
    let moved: Vec<Entity> = entities.iter().copied().filter(|entity| seen.insert(*entity)).collect();
    let Some(first) = moved.first().copied() else { return Ok(Vec::new()) };
    let with = sibling.unwrap_or(first);
    storage.locate(with)?;
    let above = parent(storage, with);
    for entity in &moved {
        storage.locate(*entity)?;
        if parent(storage, *entity) != above {
            let (entity, sibling) = (label(storage, *entity), label(storage, with));
            return Err(HierarchyError::NotSiblings { entity, sibling });
        }
    }
    if sibling.is_some_and(|sibling| seen.contains(&sibling)) {
        return Ok(Vec::new());
    }
    let mut all = siblings(storage, above);
    all.retain(|(_, _, sibling)| !seen.contains(sibling));
    let position = |sibling: Entity| all.iter().position(|(_, _, known)| *known == sibling);
    let at = match beside {
        Beside::Before(sibling) => position(sibling).unwrap_or(0),
        Beside::After(sibling) => position(sibling).map_or(all.len(), |at| at + 1),
        Beside::First => 0,
        Beside::Last => all.len(),
    };
    let before = at.checked_sub(1).and_then(|at| all.get(at)).map(|(place, ..)| *place);
    let after = all.get(at).map(|(place, ..)| *place);
    let count = moved.len() as f64;
    let (start, step) = match (before, after) {
        (Some(before), Some(after)) => (before, (after - before) / (count + 1.0)),
        (Some(before), None) => (before, 1.0),
        (None, Some(after)) => (after - count - 1.0, 1.0),
        (None, None) if moved.len() == 1 => return Ok(Vec::new()),
        (None, None) => (0.0, 1.0),
    };
    let values: Vec<f64> = (1..=moved.len()).map(|number| start + step * number as f64).collect();
    let bounds = before.iter().chain(&values).chain(after.iter());
    if bounds.is_sorted_by(|one, next| one < next) {
        return Ok(moved.into_iter().zip(values).map(|(entity, value)| (entity, Place { value })).collect());
    }
    let mut order: Vec<Entity> = all.into_iter().map(|(_, _, sibling)| sibling).collect();
    order.splice(at..at, moved);
    let renumbered = order.into_iter().enumerate();
    Ok(renumbered.map(|(number, sibling)| (sibling, Place { value: number as f64 })).collect())
}

/// Ends an entity and all below it, and makes all others [`forget`] them. Tells how many ended.
///
/// # Errors
/// When the entity does not live.
pub fn despawn_recursive(storage: &mut Storage, entity: Entity) -> Result<usize, HierarchyError> {
    storage.locate(entity)?;
    let branch = branch(storage, entity);
    forget(storage, &branch)?;
    Ok(storage.despawn_batch(&branch))
}

/// Ends an entity, makes all others [`forget`] it, and gives its children to its parent. Tells how many children that
/// were.
///
/// # Errors
/// When the entity does not live, or [`Keep::World`] is impossible.
pub fn despawn_keep_children(storage: &mut Storage, entity: Entity, keep: Keep) -> Result<usize, HierarchyError> {
    storage.locate(entity)?;
    let children = children(storage, entity);
    let above = parent(storage, entity);
    if keep == Keep::World {
        // All are tried before the first one moves.
        children.iter().try_for_each(|child| transform_below(storage, *child, above).map(drop))?;
    }
    for child in &children {
        set_parent(storage, *child, above, keep)?;
    }
    forget(storage, &[entity])?;
    storage.despawn(entity)?;
    Ok(children.len())
}

/// The entities of one parent, or without one, as they stand: place, stable number, entity. Those that have no number
/// yet come last.
fn siblings(storage: &Storage, above: Option<Entity>) -> Vec<(f64, u64, Entity)> {
    let mut found = Vec::new();
    let mut all: Query<(Entity, Option<&StableId>, Option<&Parent>, Option<&Place>)> = storage.query();
    all.for_each(|(entity, id, parent, place)| {
        let parent = parent.map(|parent| parent.entity).filter(|parent| storage.exists(*parent));
        if parent == above {
            let id = id.map_or(u64::MAX, |id| id.value);
            found.push((place.map_or(id as f64, |place| place.value), id, entity));
        }
    });
    found.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    found
}

fn check_cycle(storage: &Storage, child: Entity, parent: Entity) -> Result<(), HierarchyError> {
    storage.locate(parent)?;
    let mut chain = vec![parent];
    chain.extend(ancestors(storage, parent));
    let Some(end) = chain.iter().position(|at| *at == child) else { return Ok(()) };
    let words: Vec<String> = chain[..=end].iter().map(|at| label(storage, *at)).collect();
    let chain = match words.as_slice() {
        [_] => "it is the entity itself".to_owned(),
        words => words.join(" is below "),
    };
    Err(HierarchyError::Cycle { child: label(storage, child), parent: label(storage, parent), chain })
}

/// The transform with which an entity is where it is now, below another parent.
fn transform_below(
    storage: &Storage,
    child: Entity,
    parent: Option<Entity>,
) -> Result<Option<Transform>, HierarchyError> {
    let Some(world_from_model) = world_matrix(storage, child) else { return Ok(None) };
    let world_from_parent = parent.and_then(|parent| world_matrix(storage, parent)).unwrap_or(Mat4::IDENTITY);
    if world_from_parent.determinant() == 0.0 {
        let parent = parent.map(|parent| label(storage, parent)).unwrap_or_default();
        return Err(HierarchyError::Flat { child: label(storage, child), parent });
    }
    Ok(Some(Transform::of(world_from_parent.inverse() * world_from_model)))
}

/// Adds a component, or replaces it.
fn put<T: Component>(storage: &mut Storage, entity: Entity, component: T) -> Result<(), EcsError> {
    if storage.has(entity, T::INFO.id) {
        storage.get_mut(entity).map(|known: &mut T| *known = component)
    } else {
        storage.add(entity, component)
    }
}

/// An entity as errors call it: `7 (Moon)`.
fn label(storage: &Storage, entity: Entity) -> String {
    let number = storage.read(entity, |id: &StableId| id.value);
    let number = number.map_or_else(|_| format!("{entity:?}"), |number| format!("entity {number}"));
    match storage.read(entity, |name: &Name| name.value.clone()) {
        Ok(name) if !name.is_empty() => format!("{number} ({name})"),
        _ => number,
    }
}

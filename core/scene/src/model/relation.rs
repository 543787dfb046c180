//! References from entity to entity: who names whom, and what becomes of the names of those that end.
//!
//! A component with a single field that is an entity, such as [`Parent`], is a *relation*: without its target it says
//! nothing. When a target ends through [`forget`], relations to it are removed, and any other reference to it becomes
//! [`Entity::NONE`]. An entity that ends without it, by `Storage::despawn`, leaves its name behind: ids are never given
//! twice, so the name finds nobody, for ever.

use super::components::Parent;
use playground_core_ecs::{Component, ComponentId, ComponentInfo, EcsError, Entity, Query, Storage};
use playground_engine_types::{Leaf, TypeKind, TypeSchema};
use std::collections::HashSet;

/// A component that names one of the entities asked for.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Whose component it is.
    pub source: Entity,
    /// The component.
    pub component: &'static ComponentInfo,
}

/// Whether values of a type can name entities.
pub fn names_entities(schema: &'static TypeSchema) -> bool {
    match &schema.kind {
        TypeKind::Entity => true,
        TypeKind::Struct(fields) => fields.iter().any(|field| names_entities(field.ty)),
        TypeKind::Enum(variants) => {
            variants.iter().any(|variant| variant.fields.iter().any(|field| names_entities(field.ty)))
        }
        TypeKind::Option(inner) | TypeKind::List(inner) | TypeKind::Array(inner, _) | TypeKind::Shared(inner) => {
            names_entities(inner)
        }
        TypeKind::Bool | TypeKind::Int { .. } | TypeKind::Float { .. } | TypeKind::Text | TypeKind::Vector { .. } => {
            false
        }
    }
}

/// Whether a component is a relation: its only field is an entity.
pub fn is_relation(component: &ComponentInfo) -> bool {
    matches!(component.schema.fields(), [only] if matches!(only.ty.kind, TypeKind::Entity))
}

/// The entities whose component names `target`, ascending. Looks at each component of the type once.
///
/// ```
/// use playground_core_ecs::{Component, Entity, Storage};
/// use playground_core_scene::related;
///
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Likes {
///     whom: Entity,
/// }
///
/// let mut storage = Storage::default();
/// let cat = storage.spawn(()).unwrap();
/// let dog = storage.spawn((Likes { whom: cat },)).unwrap();
/// assert_eq!(related(&storage, Likes::INFO.id, cat).unwrap(), [dog]);
/// ```
///
/// # Errors
/// When there is no component of that id.
pub fn related(storage: &Storage, component: ComponentId, target: Entity) -> Result<Vec<Entity>, EcsError> {
    let info = storage.info_of(component)?;
    let mut sources = Vec::new();
    find(storage, info, &|named| named == target, &mut |source| sources.push(source));
    sources.sort_unstable();
    Ok(sources)
}

/// All components that name one of `targets`, other than those of the targets themselves, by component and entity.
pub fn references(storage: &Storage, targets: &[Entity]) -> Vec<Reference> {
    let among: HashSet<Entity> = targets.iter().copied().collect();
    let is_target = |named: Entity| match targets {
        [only] => named == *only,
        _ => among.contains(&named),
    };
    let mut found: Vec<Reference> = Vec::new();
    for component in storage.components().filter(|info| names_entities(info.schema)) {
        let start = found.len();
        find(storage, component, &is_target, &mut |source| {
            if !is_target(source) {
                found.push(Reference { source, component });
            }
        });
        found[start..].sort_unstable_by_key(|reference| reference.source);
    }
    found
}

/// Makes all others forget entities that are about to end: relations to them are removed, other references to them
/// become [`Entity::NONE`]. Tells how many components that were. The targets keep their own.
///
/// # Errors
/// When a component does not take [`Entity::NONE`]; those before it have forgotten by then.
pub fn forget(storage: &mut Storage, targets: &[Entity]) -> Result<usize, EcsError> {
    let references = references(storage, targets);
    let among: HashSet<Entity> = targets.iter().copied().collect();
    for Reference { source, component } in &references {
        if is_relation(component) {
            storage.remove(*source, component.id)?;
            continue;
        }
        let mut value = storage.value(*source, component.id)?;
        value.map_entities(&mut |named| if among.contains(&named) { Entity::NONE } else { named });
        storage.set_value(*source, component.id, "", &value)?;
    }
    Ok(references.len())
}

/// Calls `each` for every entity whose component names an entity that `is_meant` chooses, once.
fn find(storage: &Storage, info: &ComponentInfo, is_meant: &impl Fn(Entity) -> bool, each: &mut impl FnMut(Entity)) {
    if info.id == Parent::INFO.id {
        // Most references are these, and typed columns are walked many times faster.
        let mut parents: Query<(Entity, &Parent)> = storage.query();
        parents.for_each(|(source, parent)| {
            if is_meant(parent.entity) {
                each(source);
            }
        });
        return;
    }
    let Some(number) = storage.pool_index(info.id) else { return };
    let Some(pool) = storage.pool_at(number) else { return };
    let mut look = |source: Entity, place: (u32, u32)| {
        let mut names = false;
        pool.walk(place, &mut |leaf| {
            if let Leaf::Entity(named) = leaf {
                names |= is_meant(named);
            }
        });
        if names {
            each(source);
        }
    };
    for (archetype, table) in storage.archetypes().iter().enumerate().filter(|(_, table)| table.has(number)) {
        let rows = table.ids.iter().enumerate();
        rows.for_each(|(row, slot)| look(storage.entity_at(*slot), (archetype as u32, row as u32)));
    }
    let sparse = storage.sparse(number).into_iter().flat_map(|index| index.slots().iter().enumerate());
    sparse.for_each(|(row, slot)| look(storage.entity_at(*slot), (0, row as u32)));
}

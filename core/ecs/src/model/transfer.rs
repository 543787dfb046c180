//! Copies of components from one storage to another: typed where the types agree, field by field where they do not.

use super::{error::EcsError, migrate, storage::Storage, watch::Lifecycle};
use playground_engine_types::{ComponentInfo, Entity, PoolBox, TypeKind, TypeSchema, Value, storage::Place};
use std::collections::BTreeSet;

/// A way from the pools of one storage to those of another.
pub(super) struct Transfer<'a> {
    pub from: &'a Storage,
    /// By pool of `from`, the pool here; `None` for one that nobody has any more.
    pub pools: Vec<Option<u32>>,
    /// Every entity in a component is replaced by what this gives.
    pub map: &'a dyn Fn(Entity) -> Entity,
    /// Fields that did not fit, as `component.field`.
    pub lost: BTreeSet<String>,
    /// By pool of `from`, room for one copy.
    scratch: Vec<Option<PoolBox>>,
}

/// What [`Transfer::put`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// The entity has just this.
    Same,
    /// It had another one.
    Changed,
    /// It had none.
    Added,
}

impl<'a> Transfer<'a> {
    /// A way from `from` to `to`. Components that `to` lacks are registered there.
    ///
    /// # Errors
    /// When a component has the id of another one.
    pub fn new(from: &'a Storage, to: &mut Storage, map: &'a dyn Fn(Entity) -> Entity) -> Result<Self, EcsError> {
        let mut pools = Vec::with_capacity(from.pools.len());
        for at in 0..from.pools.len() as u32 {
            pools.push(from.live_info(at).map(|info| to.pool_like(info)).transpose()?);
        }
        let scratch = pools.iter().map(|_| None).collect();
        Ok(Self { from, pools, map, lost: BTreeSet::new(), scratch })
    }

    /// Appends a copy of a component of `from` to a column.
    pub fn push(&mut self, to: &mut Storage, column: u32, pool: u32, place: Place) {
        let Some(target) = self.pools[pool as usize] else { return };
        let (source, target) = (&self.from.pools[pool as usize], &mut to.pools[target as usize]);
        if !target.push_from(column, &**source, place, self.map) {
            let value = self.fitted(source.value(place), source.info(), target.info());
            if target.push_value(column, &value).is_err() {
                target.push_default(column);
            }
        }
    }

    /// Replaces a component by a copy of one of `from`.
    pub fn replace(&mut self, to: &mut Storage, at: Place, pool: u32, place: Place) {
        let Some(target) = self.pools[pool as usize] else { return };
        let tick = to.current_tick();
        let (source, target) = (&self.from.pools[pool as usize], &mut to.pools[target as usize]);
        // First, so that the change is seen also if the old component's drop panics.
        target.stamp(at, tick);
        if !target.replace_from(at, &**source, place, self.map) {
            let value = self.fitted(source.value(place), source.info(), target.info());
            let fits = target.set_value(at, &value, tick);
            fits.expect("a fitted value was checked, or is the default one");
        }
    }

    /// Gives an entity a copy of a component of `from`, in place of its own if that is another one.
    ///
    /// # Errors
    /// When the entity does not live or there is no room for another set of components.
    pub fn put(&mut self, to: &mut Storage, entity: Entity, pool: u32, place: Place) -> Result<Put, EcsError> {
        let Some(target) = self.pools[pool as usize] else { return Ok(Put::Same) };
        if let Ok(at) = to.place_in(target, entity) {
            if self.is_same(to, (target, at), pool, place) {
                return Ok(Put::Same);
            }
            self.replace(to, at, pool, place);
            return Ok(Put::Changed);
        }
        let column = to.column_for(entity, target)?;
        // Before anything moves: if the component's own code panics, nothing has changed.
        self.push(to, column, pool, place);
        to.open_pushed(entity, target)?;
        to.note(entity, target, Lifecycle::Added);
        Ok(Put::Added)
    }

    /// Whether a component of `to` is what would be put there.
    fn is_same(&mut self, to: &Storage, (target, at): (u32, Place), pool: u32, place: Place) -> bool {
        let (source, target) = (&self.from.pools[pool as usize], &to.pools[target as usize]);
        let scratch = self.scratch[pool as usize].get_or_insert_with(|| {
            let mut room = (target.info().new_pool)();
            room.open_column(0);
            PoolBox::new(room)
        });
        // With the names that the entities have there, which the component itself does not have yet.
        let copied = scratch.push_from(0, &**source, place, self.map);
        let same =
            copied && target.differing(&**scratch, &[(at, (0, 0))]).is_some_and(|differing| differing.is_empty());
        scratch.truncate(0, 0);
        same
    }

    /// New entities of `to`, an empty storage, with copies of components of `from`: the first in slot 0 and so on.
    ///
    /// # Errors
    /// When there is no room for another set of components.
    pub fn stage(&mut self, to: &mut Storage, rows: &[(Entity, Vec<u32>)]) -> Result<(), EcsError> {
        for (entity, pools) in rows {
            let set = pools.iter().filter_map(|pool| self.pools[*pool as usize]);
            let archetype = to.archetype_of(set.collect())?;
            let staged = to.place(archetype)?;
            for pool in pools {
                let (Some(target), Ok(place)) = (self.pools[*pool as usize], self.from.place_in(*pool, *entity)) else {
                    continue;
                };
                let sparse = to.sparse(target).is_some();
                let column = if sparse { to.push_sparse(staged, target) } else { archetype };
                self.push(to, column, *pool, place);
            }
        }
        Ok(())
    }

    fn fitted(&mut self, mut value: Value, old: &ComponentInfo, info: &'static ComponentInfo) -> Value {
        value.map_entities(&mut |entity| if entity == Entity::NONE { entity } else { (self.map)(entity) });
        migrate::fitted_from(value, old.schema.hash, info, &mut self.lost).unwrap_or_else(|_| {
            self.lost.insert(info.name.to_owned());
            (info.default)()
        })
    }
}

impl Storage {
    /// The description of a pool's component, unless the component was unregistered since.
    pub(super) fn live_info(&self, pool: u32) -> Option<&'static ComponentInfo> {
        let info = self.pool_at(pool)?.info();
        (self.pool_index(info.id) == Some(pool)).then_some(info)
    }

    /// The pool of a component's name, made if there is none; its fields may be others.
    pub(super) fn pool_like(&mut self, info: &'static ComponentInfo) -> Result<u32, EcsError> {
        match self.pool_index(info.id) {
            Some(pool) if self.pools[pool as usize].info().name == info.name => Ok(pool),
            _ => self.pool_of(info),
        }
    }

    /// Whether values of a pool can change without a tick, because other names of a shared field may write it.
    pub(super) fn is_shared(&self, pool: u32) -> bool {
        shares(self.pools[pool as usize].info().schema)
    }
}

fn shares(schema: &TypeSchema) -> bool {
    match schema.kind {
        TypeKind::Shared(_) => true,
        TypeKind::Struct(fields) => fields.iter().any(|field| shares(field.ty)),
        TypeKind::Enum(variants) => variants.iter().flat_map(|variant| variant.fields).any(|field| shares(field.ty)),
        TypeKind::Option(inner) | TypeKind::List(inner) | TypeKind::Array(inner, _) => shares(inner),
        _ => false,
    }
}

//! Components of one generation of a module as those of the next: made beside the world, then put in place in one step.

mod leaves;
mod plan;
#[cfg(test)]
mod properties;

use self::plan::Plan;
use super::{error::EcsError, shape, storage::Storage};
use playground_engine_types::{CHUNK_ROWS, ComponentInfo, ErasedPool, PoolBox, Value, erase::guarded, storage::Place};
use std::collections::{BTreeMap, BTreeSet};

/// Components as another generation describes them.
pub struct Converted {
    /// Their storage.
    pub pool: PoolBox,
    /// How many there are.
    pub rows: usize,
    /// What did not fit, as `component.field`, and in how many components.
    pub lost: BTreeMap<String, usize>,
}

/// The storage that a component type of a world is going to have.
pub struct Shadow {
    at: u32,
    /// Structural changes of the world when it was made: later it fits no more.
    structure: u64,
    converted: Converted,
}

impl Shadow {
    /// How many components it has.
    pub fn rows(&self) -> usize {
        self.converted.rows
    }

    /// What did not fit, as `component.field`, and in how many components.
    pub fn lost(&self) -> &BTreeMap<String, usize> {
        &self.converted.lost
    }
}

/// The components of `columns` columns of a pool as `info` describes them. Fields are matched by name, or by the name that
/// they had before; what is new has its default. A component's own conversion goes first, if it has one and its fields
/// changed.
///
/// # Errors
/// When code of one of the two generations panicked, or the component's own conversion refuses a value.
pub fn convert(old: &dyn ErasedPool, info: &'static ComponentInfo, columns: u32) -> Result<Converted, EcsError> {
    let convert = || {
        let mut conversion = Conversion::new(old, info);
        (0..columns).try_for_each(|column| conversion.column(column))?;
        Ok(conversion.end())
    };
    guarded(convert).map_err(|message| EcsError::Panicked { what: "converting a component", message })?
}

/// A pool on its way to another shape.
struct Conversion<'a> {
    old: &'a dyn ErasedPool,
    info: &'static ComponentInfo,
    pool: Box<dyn ErasedPool>,
    /// The short way; none if each component has to be looked at.
    plan: Option<Plan>,
    /// How many went it.
    planned: usize,
    rows: usize,
    lost: BTreeMap<String, usize>,
}

impl<'a> Conversion<'a> {
    fn new(old: &'a dyn ErasedPool, info: &'static ComponentInfo) -> Self {
        let (before, after) = (old.info().schema, info.schema);
        let own = info.migrate.is_some() && before.hash != after.hash;
        let plan = if own { None } else { Plan::new(info.name, before, after) };
        Self { old, info, pool: (info.new_pool)(), plan, planned: 0, rows: 0, lost: BTreeMap::new() }
    }

    fn column(&mut self, column: u32) -> Result<(), EcsError> {
        let count = self.old.len(column);
        self.pool.open_column(column);
        self.pool.reserve(column, count);
        self.rows += count;
        for row in 0..count as u32 {
            if self.planned((column, row)) {
                self.planned += 1;
            } else {
                self.each((column, row))?;
            }
        }
        Ok(())
    }

    /// Appends a component that can go the short way; says whether it could.
    fn planned(&mut self, at: Place) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        plan.leaves.clear();
        self.old.walk(at, &mut |leaf| plan.leaves.push(leaf));
        plan.value().is_some_and(|value| self.pool.push_value(at.0, value).is_ok())
    }

    /// Appends a component that is looked at field by field.
    fn each(&mut self, at: Place) -> Result<(), EcsError> {
        let mut missing = BTreeSet::new();
        let before = self.old.value(at);
        let value = match own(&before, self.old.info().schema.hash, self.info)? {
            Some(value) => Some(value),
            None => shape::unchecked(before, self.info, &mut missing),
        };
        if value.is_none_or(|value| self.pool.push_value(at.0, &value).is_err()) {
            missing.insert(self.info.name.to_owned());
            self.pool.push_default(at.0);
        }
        missing.into_iter().for_each(|field| *self.lost.entry(field).or_insert(0) += 1);
        Ok(())
    }

    fn end(mut self) -> Converted {
        let removed = self.plan.filter(|_| self.planned > 0).map(|plan| plan.removed);
        removed.into_iter().flatten().for_each(|field| *self.lost.entry(field).or_insert(0) += self.planned);
        Converted { pool: PoolBox::new(self.pool), rows: self.rows, lost: self.lost }
    }
}

/// What the component's author wants of a value of the shape `schema`. Nothing of such a value counts as lost.
fn own(value: &Value, schema: u64, info: &'static ComponentInfo) -> Result<Option<Value>, EcsError> {
    match info.migrate.filter(|_| schema != info.schema.hash) {
        Some(migrate) => migrate(value).map_err(|cause| EcsError::Migrate { component: info.name, cause }),
        None => Ok(None),
    }
}

/// A value of the shape `schema` as `info` describes it: what does not fit has its default and is added to `lost`, as
/// `component.field`.
///
/// # Errors
/// When the component's own conversion refuses the value.
pub fn fitted_from(
    value: Value,
    schema: u64,
    info: &'static ComponentInfo,
    lost: &mut BTreeSet<String>,
) -> Result<Value, EcsError> {
    Ok(own(&value, schema, info)?.unwrap_or_else(|| shape::fitted(value, info, lost)))
}

/// A value of an earlier version as `info` describes it: what does not fit has its default, and so has all of it if the
/// component's own conversion refuses it or panics.
pub fn fitted(value: Value, info: &'static ComponentInfo) -> Value {
    // No schema has this hash: the value is of another one.
    let other = !info.schema.hash;
    match guarded(|| own(&value, other, info)) {
        Ok(Ok(None)) => shape::fitted(value, info, &mut BTreeSet::new()),
        Ok(Ok(Some(value))) => value,
        Ok(Err(_)) | Err(_) => (info.default)(),
    }
}

impl Storage {
    /// The components of a pool as `info` describes them, beside the pool, which stays as it is.
    ///
    /// # Errors
    /// When there is no such component, it is sparse in one of the two and not in the other, its own conversion refuses a
    /// value, or code of one of the two generations panicked.
    pub fn shadow(&self, info: &'static ComponentInfo) -> Result<Shadow, EcsError> {
        let at = self.known_pool(info.id)?;
        let old = &self.pools[at as usize];
        if old.info().sparse != info.sparse {
            let change = if info.sparse { "it is sparse now" } else { "it is not sparse any more" };
            return Err(EcsError::Schema { component: info.name, change: change.to_owned() });
        }
        let converted = convert(&**old, info, self.columns())?;
        Ok(Shadow { at, structure: self.structure(), converted })
    }

    /// Puts converted components in the place of those that they were made of; gives these, to be dropped without a
    /// lock. All count as changed.
    ///
    /// # Errors
    /// When entities or components came or went meanwhile; nothing changes then.
    pub fn install(&mut self, shadow: Shadow) -> Result<PoolBox, EcsError> {
        let Shadow { at, structure, converted: Converted { mut pool, .. } } = shadow;
        let info = pool.info();
        if structure != self.structure() || self.pool_index(info.id) != Some(at) {
            return Err(EcsError::Stale { what: "the converted storage".to_owned(), component: info.name });
        }
        let tick = self.current_tick();
        for column in 0..self.columns() {
            let rows = pool.len(column) as u32;
            (0..rows).step_by(CHUNK_ROWS as usize).for_each(|row| pool.stamp((column, row), tick));
        }
        self.adoptions += 1;
        Ok(std::mem::replace(&mut self.pools[at as usize], pool))
    }

    fn columns(&self) -> u32 {
        self.archetypes.len().max(1) as u32
    }
}

//! Components of one generation of a module as those of the next: made beside the world, then put in place in one step.

use super::{error::EcsError, shape, storage::Storage};
use playground_engine_types::{CHUNK_ROWS, ComponentInfo, ErasedPool, PoolBox, Value, erase::guarded};
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
/// they had before; what is new has its default.
///
/// # Errors
/// When code of one of the two generations panicked.
pub fn convert(old: &dyn ErasedPool, info: &'static ComponentInfo, columns: u32) -> Result<Converted, EcsError> {
    let convert = || {
        let mut pool = (info.new_pool)();
        let (mut rows, mut lost) = (0, BTreeMap::new());
        for column in 0..columns {
            pool.open_column(column);
            let count = old.len(column);
            pool.reserve(column, count);
            for row in 0..count as u32 {
                let mut missing = BTreeSet::new();
                let value = shape::unchecked(old.value((column, row)), info, &mut missing);
                if value.is_none_or(|value| pool.push_value(column, &value).is_err()) {
                    missing.insert(info.name.to_owned());
                    pool.push_default(column);
                }
                missing.into_iter().for_each(|field| *lost.entry(field).or_insert(0) += 1);
            }
            rows += count;
        }
        Converted { pool: PoolBox::new(pool), rows, lost }
    };
    guarded(convert).map_err(|message| EcsError::Panicked { what: "converting a component", message })
}

/// A value as `info` describes it: what does not fit has its default.
pub fn fitted(value: Value, info: &'static ComponentInfo) -> Value {
    shape::fitted(value, info, &mut BTreeSet::new())
}

impl Storage {
    /// The components of a pool as `info` describes them, beside the pool, which stays as it is.
    ///
    /// # Errors
    /// When there is no such component, it is sparse in one of the two and not in the other, or code of one of the two
    /// generations panicked.
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

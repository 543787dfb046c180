//! One set of component types and the entities that have exactly it.

use super::pool;

/// The entities with one set of components. Row `n` of each of the pools' columns belongs to `ids[n]`.
#[derive(Clone, Default)]
pub struct Archetype {
    /// Slots of the entities, by row.
    pub ids: Vec<u32>,
    /// The pools of its components, ascending.
    pub pools: Box<[u32]>,
    /// When rows of a chunk came or were exchanged last.
    pub(super) row_ticks: Vec<u64>,
    add: Vec<u32>,
    remove: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;

impl Archetype {
    /// An archetype of these pools, ascending, without entities.
    pub fn new(pools: Box<[u32]>) -> Self {
        Self { pools, ..Self::default() }
    }

    /// Whether its entities have the component of `pool`.
    #[inline]
    pub fn has(&self, pool: u32) -> bool {
        self.pools.binary_search(&pool).is_ok()
    }

    /// When rows of a chunk came or were exchanged last.
    pub fn arrived(&self, chunk: u32) -> u64 {
        self.row_ticks.get(chunk as usize).copied().unwrap_or(0)
    }

    /// Notes that the row is another than before.
    #[inline]
    pub(super) fn stamp(&mut self, row: u32, tick: u64) {
        pool::stamp(&mut self.row_ticks, row, tick);
    }

    /// The archetype with the component of `pool` more, if it was looked up before.
    pub fn added(&self, pool: u32) -> Option<u32> {
        self.add.get(pool as usize).copied().filter(|to| *to != UNKNOWN)
    }

    /// The archetype with the component of `pool` less, if it was looked up before.
    pub fn removed(&self, pool: u32) -> Option<u32> {
        self.remove.get(pool as usize).copied().filter(|to| *to != UNKNOWN)
    }

    /// Remembers the way to the archetype with the component of `pool` more.
    pub fn remember_added(&mut self, pool: u32, to: u32) {
        remember(&mut self.add, pool, to);
    }

    /// Remembers the way to the archetype with the component of `pool` less.
    pub fn remember_removed(&mut self, pool: u32, to: u32) {
        remember(&mut self.remove, pool, to);
    }

    /// Memory of its tables, bytes.
    pub fn bytes(&self) -> usize {
        let numbers = self.ids.capacity() + self.pools.len() + self.add.capacity() + self.remove.capacity();
        numbers * size_of::<u32>() + self.row_ticks.capacity() * size_of::<u64>() + size_of::<Self>()
    }
}

fn remember(edges: &mut Vec<u32>, pool: u32, to: u32) {
    let at = pool as usize;
    if edges.len() <= at {
        edges.resize(at + 1, UNKNOWN);
    }
    edges[at] = to;
}

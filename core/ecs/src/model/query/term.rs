//! One term of a query: `&T`, `&mut T`, an `Option` of them, or `Entity`.

mod component;
mod entity;
mod option;

pub use entity::EntityRows;
pub use option::OptionRows;

use super::access::Terms;
use crate::model::{archetype::Archetype, sparse::SparseIndex, storage::Storage};
use playground_core_types::Who;

/// The number of no pool.
pub const NO_POOL: u32 = u32::MAX;

/// Where an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Its archetype.
    pub archetype: u32,
    /// Its row there.
    pub row: u32,
    /// Its slot.
    pub slot: u32,
}

/// One term of a query. Implemented here for all that can be one.
pub trait QueryTerm {
    /// What it reads and writes.
    const TERMS: Terms;
    /// Whether its components lie beside the archetypes.
    const SPARSE: bool;
    /// How the compiler packs its components into vector registers.
    const PACKING: Packing;
    /// Whether an archetype without rows of it gives nothing.
    const DENSE: bool;
    /// Whether it needs the ids of an archetype's entities.
    const IDS: bool;
    /// The lock on the pool.
    type Guard<'w>;
    /// What one entity gives.
    type Item<'q>;
    /// The way through the columns, archetypes ascending.
    type Cursor<'q>;
    /// Rows of one archetype.
    type Rows<'q>: Send + Sync;
    /// Single rows.
    type Iter<'q>: Iterator<Item = Self::Item<'q>>;
    /// Blocks of rows.
    type Blocks<'q, const N: usize>: Iterator<Item = Self::Block<'q, N>>;
    /// One block of rows.
    type Block<'q, const N: usize>;

    /// The pool to lock.
    fn pool(storage: &Storage) -> u32;
    /// Whether entities of an archetype can have it.
    fn matches(storage: &Storage, pool: u32, archetype: &Archetype) -> bool;
    /// Locks the pool.
    fn lock(storage: &Storage, pool: u32, who: Who) -> Self::Guard<'_>;
    /// Begins the way through the columns. What is written is stamped with `now`.
    fn cursor<'q>(storage: &'q Storage, guard: &'q mut Self::Guard<'_>, now: u64) -> Self::Cursor<'q>;
    /// The rows of an archetype, which is behind the one asked for before. Stamps the whole column if `whole`.
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, ids: &'q [u32], whole: bool) -> Self::Rows<'q>;
    /// Stamps the chunk of a row of the archetype asked for last.
    fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32);
    /// Number of rows.
    fn len(rows: &Self::Rows<'_>) -> usize;
    /// The first `at` rows and the others.
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>);
    /// Single rows.
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_>;
    /// Whole blocks, and the rows behind them.
    fn blocks<const N: usize>(rows: Self::Rows<'_>) -> (Self::Blocks<'_, N>, Self::Rows<'_>);
    /// A row of a block.
    fn in_block<'b, const N: usize>(block: &'b mut Self::Block<'_, N>, at: usize) -> Self::Item<'b>;
    /// Whether an entity of a matching archetype has it.
    fn present(storage: &Storage, pool: u32, at: At) -> bool;
    /// The entities that can have it, if that is a short list.
    fn driver(storage: &Storage, pool: u32) -> Option<&SparseIndex>;
    /// What one entity gives, if it has it.
    fn fetch<'q>(
        storage: &'q Storage,
        guard: &'q mut Self::Guard<'_>,
        pool: u32,
        at: At,
        now: u64,
    ) -> Option<Self::Item<'q>>;
}

/// A term that only reads, so that several of its items may be held at once.
pub trait ReadOnlyTerm: QueryTerm {
    /// The columns, found once for many entities.
    type Shared<'q>: Copy;
    /// The columns, found once for many entities.
    fn share<'q>(storage: &'q Storage, guard: &'q Self::Guard<'_>, pool: u32) -> Self::Shared<'q>;
    /// What one entity gives, if it has it.
    fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>>;
}

/// How the compiler packs components into vector registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Packing {
    /// By itself: their size is a power of two.
    Loop,
    /// By itself, and it leaves up to seven rows of four bytes over, of which four fill another register.
    Words,
    /// Only in blocks of rows: their size is no power of two.
    Blocks,
}

impl Packing {
    const fn of<T>() -> Self {
        match size_of::<T>() {
            4 => Self::Words,
            size if size == 0 || size.is_power_of_two() => Self::Loop,
            _ => Self::Blocks,
        }
    }

    /// What suits this and another one.
    pub const fn with(self, other: Self) -> Self {
        if self as u8 > other as u8 { self } else { other }
    }
}

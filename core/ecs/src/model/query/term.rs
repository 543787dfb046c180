//! One term of a query: `&T`, `&mut T`, an `Option` of them, or `Entity`.

use super::access::{NO_TERMS, Terms};
use crate::model::{
    archetype::Archetype,
    component::Component,
    entities::Entities,
    pool::{Column, Columns, stamp},
    sparse::SparseIndex,
    storage::Storage,
};
use playground_core_types::{ReadGuard, Who, WriteGuard};
use playground_engine_types::Entity;
use std::slice;

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

/// The columns of one component type, and where a sparse one's rows are.
pub struct SharedColumns<'q, T> {
    columns: &'q [Column<T>],
    sparse: Option<&'q SparseIndex>,
}

impl<T> Clone for SharedColumns<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for SharedColumns<'_, T> {}

fn pool_of<T: Component>(storage: &Storage) -> u32 {
    storage.pool_index(T::INFO.id).unwrap_or(NO_POOL)
}

fn dense_or_sparse<T: Component>(pool: u32, archetype: &Archetype) -> bool {
    pool != NO_POOL && (T::SPARSE || archetype.has(pool))
}

/// Column and row of an entity's component. An archetype that lacks it has an empty column, so the row is not there.
#[inline]
fn place<T: Component>(storage: &Storage, pool: u32, at: At) -> Option<(u32, u32)> {
    if T::SPARSE { Some((0, storage.sparse(pool)?.row(at.slot)?)) } else { Some((at.archetype, at.row)) }
}

fn present<T: Component>(storage: &Storage, pool: u32, at: At) -> bool {
    !T::SPARSE || storage.sparse(pool).is_some_and(|index| index.row(at.slot).is_some())
}

fn driver<T: Component>(storage: &Storage, pool: u32) -> Option<&SparseIndex> {
    if T::SPARSE { storage.sparse(pool) } else { None }
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

impl<T: Component> QueryTerm for &T {
    const TERMS: Terms = Terms::read(T::INFO);
    const SPARSE: bool = T::SPARSE;
    const PACKING: Packing = Packing::of::<T>();
    const DENSE: bool = !T::SPARSE;
    const IDS: bool = false;
    type Guard<'w> = Option<ReadGuard<'w, Columns<T>>>;
    type Item<'q> = &'q T;
    type Cursor<'q> = Option<&'q Columns<T>>;
    type Rows<'q> = &'q [T];
    type Iter<'q> = slice::Iter<'q, T>;
    type Blocks<'q, const N: usize> = slice::Iter<'q, [T; N]>;
    type Block<'q, const N: usize> = &'q [T; N];

    fn pool(storage: &Storage) -> u32 {
        pool_of::<T>(storage)
    }
    fn matches(_: &Storage, pool: u32, archetype: &Archetype) -> bool {
        dense_or_sparse::<T>(pool, archetype)
    }
    #[inline]
    fn lock(storage: &Storage, pool: u32, who: Who) -> Self::Guard<'_> {
        (pool != NO_POOL).then(|| storage.pool::<T>(pool).lock().read_as(who))
    }
    #[inline]
    fn cursor<'q>(_: &'q Storage, guard: &'q mut Self::Guard<'_>, _: u64) -> Self::Cursor<'q> {
        guard.as_deref()
    }
    #[inline]
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, _: &'q [u32], _: bool) -> &'q [T] {
        cursor.map_or(&[], |columns| columns.column(archetype))
    }
    fn stamp(_: &mut Self::Cursor<'_>, _: u32, _: u32) {}
    #[inline]
    fn len(rows: &&[T]) -> usize {
        rows.len()
    }
    #[inline]
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
        rows.split_at(at.min(rows.len()))
    }
    #[inline]
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
        rows.iter()
    }
    #[inline]
    fn blocks<const N: usize>(rows: Self::Rows<'_>) -> (Self::Blocks<'_, N>, Self::Rows<'_>) {
        let (blocks, rest) = rows.as_chunks();
        (blocks.iter(), rest)
    }
    #[inline]
    fn in_block<'b, const N: usize>(block: &'b mut &[T; N], at: usize) -> &'b T {
        &block[at]
    }
    fn present(storage: &Storage, pool: u32, at: At) -> bool {
        present::<T>(storage, pool, at)
    }
    fn driver(storage: &Storage, pool: u32) -> Option<&SparseIndex> {
        driver::<T>(storage, pool)
    }
    #[inline]
    fn fetch<'q>(storage: &'q Storage, guard: &'q mut Self::Guard<'_>, pool: u32, at: At, _: u64) -> Option<&'q T> {
        Self::look(Self::share(storage, guard, pool), at)
    }
}

impl<T: Component> ReadOnlyTerm for &T {
    type Shared<'q> = SharedColumns<'q, T>;
    #[inline]
    fn share<'q>(storage: &'q Storage, guard: &'q Self::Guard<'_>, pool: u32) -> SharedColumns<'q, T> {
        let columns = guard.as_ref().map_or(&[][..], |columns| &columns.columns);
        SharedColumns { columns, sparse: storage.sparse(pool) }
    }
    #[inline]
    fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>> {
        let (column, row) = if T::SPARSE { (0, shared.sparse?.row(at.slot)?) } else { (at.archetype, at.row) };
        shared.columns.get(column as usize)?.rows.get(row as usize)
    }
}

/// The way through columns that are written.
pub struct WriteCursor<'q, T> {
    columns: slice::IterMut<'q, Column<T>>,
    ticks: &'q mut [Vec<u64>],
    next: u32,
    now: u64,
}

impl<T: Component> QueryTerm for &mut T {
    const TERMS: Terms = Terms::write(T::INFO);
    const SPARSE: bool = T::SPARSE;
    const PACKING: Packing = Packing::of::<T>();
    const DENSE: bool = !T::SPARSE;
    const IDS: bool = false;
    type Guard<'w> = Option<WriteGuard<'w, Columns<T>>>;
    type Item<'q> = &'q mut T;
    type Cursor<'q> = Option<WriteCursor<'q, T>>;
    type Rows<'q> = &'q mut [T];
    type Iter<'q> = slice::IterMut<'q, T>;
    type Blocks<'q, const N: usize> = slice::IterMut<'q, [T; N]>;
    type Block<'q, const N: usize> = &'q mut [T; N];

    fn pool(storage: &Storage) -> u32 {
        pool_of::<T>(storage)
    }
    fn matches(_: &Storage, pool: u32, archetype: &Archetype) -> bool {
        dense_or_sparse::<T>(pool, archetype)
    }
    #[inline]
    fn lock(storage: &Storage, pool: u32, who: Who) -> Self::Guard<'_> {
        (pool != NO_POOL).then(|| storage.pool::<T>(pool).lock().write_as(who))
    }
    #[inline]
    fn cursor<'q>(_: &'q Storage, guard: &'q mut Self::Guard<'_>, now: u64) -> Self::Cursor<'q> {
        guard.as_deref_mut().map(|columns| WriteCursor {
            columns: columns.columns.iter_mut(),
            ticks: &mut columns.chunk_ticks,
            next: 0,
            now,
        })
    }
    #[inline]
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, _: &'q [u32], whole: bool) -> &'q mut [T] {
        let Some(cursor) = cursor else { return &mut [] };
        let column = cursor.columns.nth((archetype - cursor.next) as usize);
        cursor.next = archetype + 1;
        let Some(column) = column else { return &mut [] };
        if whole {
            column.tick = cursor.now;
        }
        &mut column.rows
    }
    fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32) {
        let Some(cursor) = cursor else { return };
        if let Some(ticks) = cursor.ticks.get_mut(archetype as usize) {
            stamp(ticks, row, cursor.now);
        }
    }
    #[inline]
    fn len(rows: &&mut [T]) -> usize {
        rows.len()
    }
    #[inline]
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
        let at = at.min(rows.len());
        rows.split_at_mut(at)
    }
    #[inline]
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
        rows.iter_mut()
    }
    #[inline]
    fn blocks<const N: usize>(rows: Self::Rows<'_>) -> (Self::Blocks<'_, N>, Self::Rows<'_>) {
        let (blocks, rest) = rows.as_chunks_mut();
        (blocks.iter_mut(), rest)
    }
    #[inline]
    fn in_block<'b, const N: usize>(block: &'b mut &mut [T; N], at: usize) -> &'b mut T {
        &mut block[at]
    }
    fn present(storage: &Storage, pool: u32, at: At) -> bool {
        present::<T>(storage, pool, at)
    }
    fn driver(storage: &Storage, pool: u32) -> Option<&SparseIndex> {
        driver::<T>(storage, pool)
    }
    #[inline]
    fn fetch<'q>(
        storage: &'q Storage,
        guard: &'q mut Self::Guard<'_>,
        pool: u32,
        at: At,
        now: u64,
    ) -> Option<&'q mut T> {
        let (column, row) = place::<T>(storage, pool, at)?;
        guard.as_mut()?.row_mut(column, row, now)
    }
}

/// Rows that may not be there.
pub struct OptionRows<R> {
    rows: Option<R>,
    len: usize,
}

/// As often `None` as there are rows, or each of them.
pub struct OptionIter<I> {
    inner: Option<I>,
    left: usize,
}

impl<I: Iterator> Iterator for OptionIter<I> {
    type Item = Option<I::Item>;
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.inner.as_mut().and_then(Iterator::next))
    }
}

impl<Q: QueryTerm> QueryTerm for Option<Q> {
    const TERMS: Terms = Q::TERMS;
    const SPARSE: bool = Q::SPARSE;
    const PACKING: Packing = Q::PACKING;
    const DENSE: bool = false;
    const IDS: bool = true;
    type Guard<'w> = Q::Guard<'w>;
    type Item<'q> = Option<Q::Item<'q>>;
    type Cursor<'q> = Q::Cursor<'q>;
    type Rows<'q> = OptionRows<Q::Rows<'q>>;
    type Iter<'q> = OptionIter<Q::Iter<'q>>;
    type Blocks<'q, const N: usize> = OptionIter<Q::Blocks<'q, N>>;
    type Block<'q, const N: usize> = Option<Q::Block<'q, N>>;

    fn pool(storage: &Storage) -> u32 {
        Q::pool(storage)
    }
    fn matches(_: &Storage, _: u32, _: &Archetype) -> bool {
        true
    }
    #[inline]
    fn lock(storage: &Storage, pool: u32, who: Who) -> Self::Guard<'_> {
        Q::lock(storage, pool, who)
    }
    #[inline]
    fn cursor<'q>(storage: &'q Storage, guard: &'q mut Self::Guard<'_>, now: u64) -> Self::Cursor<'q> {
        Q::cursor(storage, guard, now)
    }
    #[inline]
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, ids: &'q [u32], whole: bool) -> Self::Rows<'q> {
        let rows = Q::rows(cursor, archetype, ids, whole);
        let rows = (Q::len(&rows) == ids.len()).then_some(rows);
        OptionRows { rows, len: ids.len() }
    }
    fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32) {
        Q::stamp(cursor, archetype, row);
    }
    #[inline]
    fn len(rows: &Self::Rows<'_>) -> usize {
        rows.len
    }
    #[inline]
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
        let at = at.min(rows.len);
        let (first, second) = rows.rows.map(|inner| Q::split(inner, at)).unzip();
        (OptionRows { rows: first, len: at }, OptionRows { rows: second, len: rows.len - at })
    }
    #[inline]
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
        OptionIter { inner: rows.rows.map(Q::iter), left: rows.len }
    }
    #[inline]
    fn blocks<const N: usize>(rows: Self::Rows<'_>) -> (Self::Blocks<'_, N>, Self::Rows<'_>) {
        let (blocks, rest) = rows.rows.map(Q::blocks::<N>).unzip();
        let (whole, left) = (rows.len / N, rows.len % N);
        (OptionIter { inner: blocks, left: whole }, OptionRows { rows: rest, len: left })
    }
    #[inline]
    fn in_block<'b, const N: usize>(block: &'b mut Self::Block<'_, N>, at: usize) -> Self::Item<'b> {
        block.as_mut().map(|block| Q::in_block(block, at))
    }
    fn present(_: &Storage, _: u32, _: At) -> bool {
        true
    }
    fn driver(_: &Storage, _: u32) -> Option<&SparseIndex> {
        None
    }
    #[inline]
    fn fetch<'q>(
        storage: &'q Storage,
        guard: &'q mut Self::Guard<'_>,
        pool: u32,
        at: At,
        now: u64,
    ) -> Option<Self::Item<'q>> {
        Some(if pool == NO_POOL { None } else { Q::fetch(storage, guard, pool, at, now) })
    }
}

impl<Q: ReadOnlyTerm> ReadOnlyTerm for Option<Q> {
    type Shared<'q> = Q::Shared<'q>;
    #[inline]
    fn share<'q>(storage: &'q Storage, guard: &'q Self::Guard<'_>, pool: u32) -> Self::Shared<'q> {
        Q::share(storage, guard, pool)
    }
    #[inline]
    fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>> {
        Some(Q::look(shared, at))
    }
}

/// Entities of one archetype, by row.
#[derive(Clone, Copy)]
pub struct EntityRows<'q> {
    slots: &'q Entities,
    ids: &'q [u32],
}

impl<'q> EntityRows<'q> {
    /// The entities.
    pub fn iter(&self) -> EntityIter<'q> {
        EntityIter { slots: self.slots, ids: self.ids.iter() }
    }

    /// Number of entities.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The entity of a row.
    pub fn get(&self, row: usize) -> Option<Entity> {
        self.ids.get(row).map(|slot| self.slots.at(*slot))
    }
}

/// Walks the entities of an archetype.
pub struct EntityIter<'q> {
    slots: &'q Entities,
    ids: slice::Iter<'q, u32>,
}

impl Iterator for EntityIter<'_> {
    type Item = Entity;
    #[inline]
    fn next(&mut self) -> Option<Entity> {
        self.ids.next().map(|slot| self.slots.at(*slot))
    }
}

/// Walks the entities of an archetype in blocks.
pub struct EntityBlocks<'q, const N: usize> {
    slots: &'q Entities,
    ids: slice::Iter<'q, [u32; N]>,
}

impl<'q, const N: usize> Iterator for EntityBlocks<'q, N> {
    type Item = (&'q Entities, &'q [u32; N]);
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.ids.next().map(|ids| (self.slots, ids))
    }
}

impl QueryTerm for Entity {
    const TERMS: Terms = NO_TERMS;
    const SPARSE: bool = false;
    const PACKING: Packing = Packing::Loop;
    const DENSE: bool = false;
    const IDS: bool = true;
    type Guard<'w> = ();
    type Item<'q> = Entity;
    type Cursor<'q> = &'q Entities;
    type Rows<'q> = EntityRows<'q>;
    type Iter<'q> = EntityIter<'q>;
    type Blocks<'q, const N: usize> = EntityBlocks<'q, N>;
    type Block<'q, const N: usize> = (&'q Entities, &'q [u32; N]);

    fn pool(_: &Storage) -> u32 {
        NO_POOL
    }
    fn matches(_: &Storage, _: u32, _: &Archetype) -> bool {
        true
    }
    fn lock(_: &Storage, _: u32, _: Who) -> Self::Guard<'_> {}
    #[inline]
    fn cursor<'q>(storage: &'q Storage, (): &'q mut (), _: u64) -> &'q Entities {
        storage.slots()
    }
    #[inline]
    fn rows<'q>(cursor: &mut &'q Entities, _: u32, ids: &'q [u32], _: bool) -> EntityRows<'q> {
        EntityRows { slots: cursor, ids }
    }
    fn stamp(_: &mut &Entities, _: u32, _: u32) {}
    #[inline]
    fn len(rows: &EntityRows<'_>) -> usize {
        rows.ids.len()
    }
    #[inline]
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
        let (first, second) = rows.ids.split_at(at.min(rows.ids.len()));
        (EntityRows { ids: first, ..rows }, EntityRows { ids: second, ..rows })
    }
    #[inline]
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
        rows.iter()
    }
    #[inline]
    fn blocks<const N: usize>(rows: Self::Rows<'_>) -> (Self::Blocks<'_, N>, Self::Rows<'_>) {
        let (blocks, rest) = rows.ids.as_chunks();
        (EntityBlocks { slots: rows.slots, ids: blocks.iter() }, EntityRows { ids: rest, ..rows })
    }
    #[inline]
    fn in_block<const N: usize>(block: &mut (&Entities, &[u32; N]), at: usize) -> Entity {
        block.0.at(block.1[at])
    }
    fn present(_: &Storage, _: u32, _: At) -> bool {
        true
    }
    fn driver(_: &Storage, _: u32) -> Option<&SparseIndex> {
        None
    }
    #[inline]
    fn fetch<'q>(storage: &'q Storage, (): &'q mut (), _: u32, at: At, _: u64) -> Option<Entity> {
        Some(storage.entity_at(at.slot))
    }
}

impl ReadOnlyTerm for Entity {
    type Shared<'q> = &'q Entities;
    #[inline]
    fn share<'q>(storage: &'q Storage, (): &'q (), _: u32) -> &'q Entities {
        storage.slots()
    }
    #[inline]
    fn look(slots: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>> {
        Some(slots.at(at.slot))
    }
}

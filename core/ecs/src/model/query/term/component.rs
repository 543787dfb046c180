//! The terms `&T` and `&mut T`.

use super::{At, NO_POOL, Packing, QueryTerm, ReadOnlyTerm};
use crate::model::{
    archetype::Archetype,
    component::Component,
    pool::{Column, Columns, stamp},
    query::access::Terms,
    sparse::SparseIndex,
    storage::Storage,
};
use playground_core_types::{ReadGuard, Who, WriteGuard};
use std::slice;

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
    storage.pool_number(T::INFO.id)
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
        if pool == NO_POOL { None } else { Some(storage.pool::<T>(pool).lock().read_as(who)) }
    }
    #[inline]
    fn cursor<'q>(_: &'q Storage, guard: &'q mut Self::Guard<'_>, _: u64) -> Self::Cursor<'q> {
        match guard {
            Some(guard) => Some(&**guard),
            None => None,
        }
    }
    #[inline]
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, _: &'q [u32], _: bool) -> &'q [T] {
        match cursor {
            Some(columns) => columns.column(archetype),
            None => &[],
        }
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
        if pool == NO_POOL { None } else { Some(storage.pool::<T>(pool).lock().write_as(who)) }
    }
    #[inline]
    fn cursor<'q>(_: &'q Storage, guard: &'q mut Self::Guard<'_>, now: u64) -> Self::Cursor<'q> {
        let Some(guard) = guard else { return None };
        let columns = &mut **guard;
        Some(WriteCursor { columns: columns.columns.iter_mut(), ticks: &mut columns.chunk_ticks, next: 0, now })
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

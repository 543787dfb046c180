//! A term that an entity may lack.

use super::{At, NO_POOL, Packing, QueryTerm, ReadOnlyTerm};
use crate::model::{archetype::Archetype, query::access::Terms, sparse::SparseIndex, storage::Storage};
use playground_core_types::Who;

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

//! The term `Entity`.

use super::{At, NO_POOL, Packing, QueryTerm, ReadOnlyTerm};
use crate::model::{
    archetype::Archetype,
    entities::Entities,
    query::access::{NO_TERMS, Terms},
    sparse::SparseIndex,
    storage::Storage,
};
use playground_core_types::Who;
use playground_engine_types::Entity;
use std::slice;

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

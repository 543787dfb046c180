//! Which entities a description matches. Archetypes and their chunks decide; sparse components decide by entity.

use super::description::QueryDescription;
use crate::model::{archetype::Archetype, storage::Storage};
use playground_engine_types::{CHUNK_ROWS, ComponentId, Entity};
use std::ops::Range;

/// A component of a description; no pool has it if it is not registered any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub id: ComponentId,
    pub pool: Option<u32>,
    pub sparse: bool,
}

/// A description, with its components looked up in one storage.
pub(super) struct Matches<'a> {
    pub storage: &'a Storage,
    pub since: u64,
    /// What entities must have, each component once.
    pub required: Vec<Part>,
    pub without: Vec<Part>,
    pub changed: Vec<Part>,
    pub added: Vec<Part>,
    /// Whether entities of one chunk can differ.
    by_entity: bool,
}

impl<'a> Matches<'a> {
    pub fn new(storage: &'a Storage, description: &QueryDescription, since: u64) -> Self {
        let parts = |ids: &[ComponentId]| -> Vec<Part> { ids.iter().map(|id| part(storage, *id)).collect() };
        let QueryDescription { reads, writes, with, changed, added, .. } = description;
        let mut required: Vec<ComponentId> =
            [reads, writes, with, changed, added].into_iter().flatten().copied().collect();
        required.sort_unstable();
        required.dedup();
        let (required, without) = (parts(&required), parts(&description.without));
        let by_entity = required.iter().chain(&without).any(|part| part.sparse);
        Self { storage, since, required, without, changed: parts(changed), added: parts(added), by_entity }
    }

    /// Whether entities of an archetype can match at all.
    pub fn fits(&self, archetype: &Archetype) -> bool {
        self.required.iter().all(|part| may_have(part, archetype))
            && !self.without.iter().any(|part| !part.sparse && may_have(part, archetype))
    }

    /// Number of archetypes that can match.
    pub fn archetypes(&self) -> usize {
        self.storage.archetypes().iter().filter(|archetype| self.fits(archetype)).count()
    }

    /// The archetypes that can match and have entities, by number.
    fn tables(&self) -> impl Iterator<Item = (u32, &'a Archetype)> {
        let numbered = (0..).zip(self.storage.archetypes());
        numbered.filter(|(_, archetype)| !archetype.ids.is_empty() && self.fits(archetype))
    }

    /// The rows of an archetype in chunks, and whether the chunk's ticks pass.
    pub fn chunk_rows(&self, number: u32, archetype: &Archetype) -> impl Iterator<Item = (Range<u32>, bool)> {
        let len = archetype.ids.len() as u32;
        (0..len.div_ceil(CHUNK_ROWS)).map(move |chunk| {
            let rows = chunk * CHUNK_ROWS..((chunk + 1) * CHUNK_ROWS).min(len);
            (rows, self.chunk_passes(number, archetype, chunk))
        })
    }

    fn chunk_passes(&self, number: u32, archetype: &Archetype, chunk: u32) -> bool {
        let came = archetype.arrived(chunk);
        let dense = |part: &&Part| !part.sparse;
        self.added.iter().filter(dense).all(|_| came > self.since)
            && self.changed.iter().filter(dense).all(|part| came.max(self.written(part, number, chunk)) > self.since)
    }

    /// When components of a chunk were written last.
    pub fn written(&self, part: &Part, column: u32, chunk: u32) -> u64 {
        part.pool.and_then(|pool| self.storage.pool_at(pool)).map_or(0, |pool| pool.written(column, chunk))
    }

    /// The rows of an archetype that match, if the archetype itself does.
    pub fn rows(&self, number: u32, archetype: &'a Archetype) -> impl Iterator<Item = u32> {
        let passing = self.chunk_rows(number, archetype).filter(|(_, passes)| *passes);
        passing.flat_map(|(rows, _)| rows).filter(|row| self.entity_passes(archetype.ids[*row as usize]))
    }

    /// Whether the sparse components of the entity in a slot are as they must be.
    fn entity_passes(&self, slot: u32) -> bool {
        !self.by_entity || {
            let sparse = |part: &&Part| part.sparse;
            self.required.iter().filter(sparse).all(|part| self.sparse_row(part, slot).is_some())
                && !self.without.iter().filter(sparse).any(|part| self.sparse_row(part, slot).is_some())
                && self.added.iter().filter(sparse).all(|part| self.sparse_ticks(part, slot).0 > self.since)
                && self.changed.iter().filter(sparse).all(|part| {
                    let (came, written) = self.sparse_ticks(part, slot);
                    came.max(written) > self.since
                })
        }
    }

    pub fn sparse_row(&self, part: &Part, slot: u32) -> Option<u32> {
        self.storage.sparse(part.pool?)?.row(slot)
    }

    /// When the chunk of a sparse component got rows last, and when it was written last.
    fn sparse_ticks(&self, part: &Part, slot: u32) -> (u64, u64) {
        let index = part.pool.and_then(|pool| self.storage.sparse(pool));
        let Some((index, row)) = index.and_then(|index| Some((index, index.row(slot)?))) else { return (0, 0) };
        let chunk = row / CHUNK_ROWS;
        (index.arrived(chunk), self.written(part, 0, chunk))
    }

    pub fn entities(&self) -> Vec<Entity> {
        let of = |(number, archetype): (u32, &'a Archetype)| {
            self.rows(number, archetype).map(|row| self.storage.entity_at(archetype.ids[row as usize]))
        };
        self.tables().flat_map(of).collect()
    }

    pub fn count(&self) -> usize {
        self.tables().map(|(number, archetype)| self.count_in(number, archetype)).sum()
    }

    pub fn count_in(&self, number: u32, archetype: &'a Archetype) -> usize {
        if self.by_entity {
            return self.rows(number, archetype).count();
        }
        self.chunk_rows(number, archetype).filter(|(_, passes)| *passes).map(|(rows, _)| rows.len()).sum()
    }

    pub fn first(&self) -> Option<Entity> {
        self.tables().find_map(|(number, archetype)| {
            self.rows(number, archetype).next().map(|row| self.storage.entity_at(archetype.ids[row as usize]))
        })
    }

    /// Whether the entity at a place, archetype and row, matches.
    pub fn contains(&self, (number, row): (u32, u32)) -> bool {
        let archetype = &self.storage.archetypes()[number as usize];
        self.fits(archetype)
            && self.chunk_passes(number, archetype, row / CHUNK_ROWS)
            && self.entity_passes(archetype.ids[row as usize])
    }
}

fn part(storage: &Storage, id: ComponentId) -> Part {
    let pool = storage.pool_index(id);
    Part { id, pool, sparse: pool.is_some_and(|pool| storage.sparse(pool).is_some()) }
}

fn may_have(part: &Part, archetype: &Archetype) -> bool {
    part.pool.is_some_and(|pool| part.sparse || archetype.has(pool))
}

//! Putting other tables in place of a world's: what going back to an earlier state is made of.

use super::storage::Storage;
use playground_core_types::Handle;
use playground_engine_types::{CHUNK_ROWS, ErasedPool};
use std::sync::atomic::AtomicU64;

impl Storage {
    /// Becomes `other`, an earlier copy of itself. Ids of entities that were spawned since stay dead for ever, and
    /// component types that were registered since stay registered. Everything counts as changed. Observers are not told
    /// of entities that come and go with it, nor of what happened before and was not told yet.
    pub fn restore(&mut self, other: Storage) {
        drop(self.exchange(other));
    }

    /// As [`Storage::restore`]; gives what was there before. Runs no code of components, so it can't stop half way.
    pub(super) fn exchange(&mut self, mut other: Storage) -> Storage {
        other.entities.outlive(&self.entities);
        self.keep_pools(&mut other);
        for info in self.components().collect::<Vec<_>>() {
            if other.pool_index(info.id).is_none() {
                // Fails only for an id that two names share, and those were refused when the first was registered.
                let _ = other.pool_of(info);
            }
        }
        let structure = self.structure.max(other.structure) + 1;
        let now = self.current_tick().max(other.current_tick()) + 1;
        let mut watch = std::mem::take(&mut self.watch);
        // What happened to entities of before concerns none of these.
        drop(watch.take());
        let adoptions = self.adoptions.max(other.adoptions) + 1;
        let layout = Handle::default();
        let mut new = Storage { structure, ticks: AtomicU64::new(now), watch, adoptions, layout, ..other };
        new.touch(now);
        new.number_watch();
        std::mem::replace(self, new)
    }

    /// Keeps this storage's pools, with their locks and what these measured, and gives them the rows of `other`.
    fn keep_pools(&mut self, other: &mut Storage) {
        let columns = self.archetypes.len().max(other.archetypes.len()).max(1) as u32;
        for at in 0..other.pools.len() {
            let id = other.pools[at].info().id;
            let Some(own) = self.pool_index(id).filter(|_| other.pool_index(id) == Some(at as u32)) else { continue };
            let (ours, theirs) = (&mut self.pools[own as usize], &mut other.pools[at]);
            let alike = ours.info().sparse == theirs.info().sparse;
            if alike && exchange_rows(&mut **ours, &mut **theirs, columns) {
                std::mem::swap(ours, theirs);
            }
        }
    }

    /// Notes that every row is another than before.
    fn touch(&mut self, tick: u64) {
        for archetype in &mut self.archetypes {
            archetype.row_ticks = vec![tick; archetype.ids.len().div_ceil(CHUNK_ROWS as usize)];
        }
        self.sparse.iter_mut().flatten().for_each(|index| index.touch(tick));
    }
}

/// Exchanges the rows of two pools; says whether their types agreed. If they did not, nothing changed.
fn exchange_rows(ours: &mut dyn ErasedPool, theirs: &mut dyn ErasedPool, columns: u32) -> bool {
    if ours.differing(theirs, &[]).is_none() {
        return false;
    }
    let mut spare = (ours.info().new_pool)();
    for column in 0..columns {
        [&mut *spare, ours, theirs].into_iter().for_each(|pool| pool.open_column(column));
        let moved = spare.append(column, ours, column) && ours.append(column, theirs, column);
        assert!(moved && theirs.append(column, &mut *spare, column), "the types were compared above");
    }
    true
}

//! Checks every table of a world against every other. What it finds is a mistake of the storage, never of a module.

use super::storage::Storage;
use playground_engine_types::CHUNK_ROWS;

impl Storage {
    /// What is wrong with the tables, in words; nothing if all is well. Looks at every entity.
    pub fn verify(&self) -> Vec<String> {
        let mut problems = self.entities.problems();
        self.verify_ids(&mut problems);
        self.verify_sets(&mut problems);
        self.verify_columns(&mut problems);
        self.verify_sparse(&mut problems);
        self.verify_names(&mut problems);
        self.verify_ticks(&mut problems);
        problems
    }

    fn verify_ids(&self, problems: &mut Vec<String>) {
        let rows: usize = self.archetypes.iter().map(|archetype| archetype.ids.len()).sum();
        if rows != self.len() {
            problems.push(format!("there are {} entities and {rows} rows", self.len()));
        }
        for (number, archetype) in self.archetypes.iter().enumerate() {
            for (row, slot) in archetype.ids.iter().enumerate() {
                let place = (*slot < self.entities.slots_len()).then(|| self.entities.locate(self.entities.at(*slot)));
                if place.flatten() != Some((number as u32, row as u32)) {
                    problems
                        .push(format!("row {row} of archetype {number} is slot {slot}, which is elsewhere or free"));
                }
            }
        }
        // A resources entity that has ended is no mistake: the next resource makes another one.
        if self.resources.is_some_and(|entity| entity.index() >= self.entities.slots_len() && self.exists(entity)) {
            problems.push("the resources entity is outside of the table".to_owned());
        }
    }

    fn verify_sets(&self, problems: &mut Vec<String>) {
        if self.by_pools.len() != self.archetypes.len() {
            problems.push(format!(
                "{} archetypes, {} of them known by set",
                self.archetypes.len(),
                self.by_pools.len()
            ));
        }
        for (number, archetype) in self.archetypes.iter().enumerate() {
            let ascending = archetype.pools.windows(2).all(|pair| pair[0] < pair[1]);
            let dense =
                archetype.pools.iter().all(|pool| self.pool_at(*pool).is_some() && self.sparse(*pool).is_none());
            if !ascending || !dense || self.by_pools.get(&archetype.pools) != Some(&(number as u32)) {
                problems.push(format!("archetype {number} has a wrong set of components"));
            }
            for pool in 0..self.pools.len() as u32 {
                let with = |to: u32| self.archetypes.get(to as usize).map(|other| (other.pools.len(), other.has(pool)));
                let count = archetype.pools.len();
                let added = archetype.added(pool).is_some_and(|to| with(to) != Some((count + 1, true)));
                if added || archetype.removed(pool).is_some_and(|to| with(to) != Some((count - 1, false))) {
                    problems.push(format!("archetype {number} leads to a wrong one for pool {pool}"));
                }
            }
        }
        for place in &self.bundles {
            let pools = place.infos().iter().zip(place.pools);
            let known = pools.clone().all(|(info, pool)| self.pool_index(info.id) == Some(pool));
            let mut set: Vec<u32> = pools.map(|(_, pool)| pool).filter(|pool| self.sparse(*pool).is_none()).collect();
            set.sort_unstable();
            if !known || self.archetypes.get(place.archetype as usize).is_none_or(|found| *found.pools != *set) {
                problems.push(format!("a bundle of {} components has a wrong place", place.infos().len()));
            }
        }
    }

    fn verify_columns(&self, problems: &mut Vec<String>) {
        for (number, pool) in self.pools.iter().enumerate() {
            for at in 0..self.archetypes.len().max(1) as u32 {
                let expected = match (self.sparse(number as u32), self.archetypes.get(at as usize)) {
                    (Some(index), _) if at == 0 => index.slots().len(),
                    (None, Some(archetype)) if archetype.has(number as u32) => archetype.ids.len(),
                    _ => 0,
                };
                let (found, name) = (pool.len(at), pool.info().name);
                if found != expected {
                    problems.push(format!("{name} has {found} rows in archetype {at}, which needs {expected}"));
                }
            }
        }
    }

    fn verify_sparse(&self, problems: &mut Vec<String>) {
        for (pool, index) in self.sparse.iter().enumerate() {
            let Some(index) = index else { continue };
            let name = self.pools[pool].info().name;
            problems
                .extend(index.astray().map(|slot| format!("the index of {name} does not lead back to slot {slot}")));
            let lives = |slot: &&u32| **slot < self.entities.slots_len() && self.exists(self.entities.at(**slot));
            let dead = index.slots().iter().filter(|slot| !lives(slot));
            problems.extend(dead.map(|slot| format!("slot {slot} has a {name} and no entity")));
        }
        let listed = self.sparse.iter().enumerate().filter(|(_, index)| index.is_some()).map(|(pool, _)| pool as u32);
        if self.sparse.len() != self.pools.len() || !listed.eq(self.sparse_pools.iter().copied()) {
            problems.push("the list of sparse pools is not that of the pools".to_owned());
        }
    }

    fn verify_names(&self, problems: &mut Vec<String>) {
        for (id, pool) in &self.by_id {
            let held = self.pool_at(*pool).map(|held| (held.info().id, held.info().sparse));
            if held != Some((*id, self.sparse(*pool).is_some())) {
                problems.push(format!("{id:?} is not the component of pool {pool}"));
            }
        }
    }

    fn verify_ticks(&self, problems: &mut Vec<String>) {
        let now = self.tick();
        for (number, archetype) in self.archetypes.iter().enumerate() {
            for chunk in 0..archetype.ids.len().div_ceil(CHUNK_ROWS as usize) as u32 {
                let written =
                    archetype.pools.iter().map(|pool| self.pools[*pool as usize].written(number as u32, chunk));
                if written.chain([archetype.arrived(chunk)]).any(|tick| tick > now) {
                    problems.push(format!("chunk {chunk} of archetype {number} was changed in the future"));
                }
            }
        }
    }
}

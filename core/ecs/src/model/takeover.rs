//! Rows of one world's tables that become rows of another's, without a copy.

use super::{error::EcsError, storage::Storage, watch::Lifecycle};
use playground_engine_types::{ComponentInfo, Entity};

impl Storage {
    /// Takes over all entities of `other`; the one in its slot `n` becomes `reserved[n]`. `in_order` says that these
    /// are the ids that would be allocated now; otherwise those whose slot was taken meanwhile get another id.
    pub(super) fn take_over(
        &mut self,
        other: &mut Storage,
        reserved: &mut [Entity],
        in_order: bool,
    ) -> Result<(), EcsError> {
        let pools = self.pools_of_other(other)?;
        let mut targets = Vec::with_capacity(other.archetypes.len());
        for archetype in &other.archetypes {
            targets.push(self.archetype_of(archetype.pools.iter().map(|pool| pools[*pool as usize]).collect())?);
        }
        self.allocate_reserved(reserved, in_order)?;
        for (from, to) in targets.iter().enumerate() {
            self.append_archetype(other, from as u32, *to, &pools, reserved);
        }
        self.append_sparse(other, &pools, reserved);
        if self.watch.any() {
            reserved.iter().for_each(|entity| self.note_all(*entity, Lifecycle::Added));
        }
        Ok(())
    }

    /// By pool of `other`, the pool of the same component here.
    pub(super) fn pools_of_other(&mut self, other: &Storage) -> Result<Vec<u32>, EcsError> {
        let infos: Vec<&'static ComponentInfo> = other.pools.iter().map(|pool| pool.info()).collect();
        infos.into_iter().map(|info| self.pool_of(info)).collect()
    }

    fn allocate_reserved(&mut self, reserved: &mut [Entity], in_order: bool) -> Result<(), EcsError> {
        let mut taken = vec![true; reserved.len()];
        if !in_order {
            taken = reserved.iter().map(|entity| !self.entities.revive(*entity)).collect();
            self.entities.rebuild();
        }
        for at in 0..reserved.len() {
            if !taken[at] {
                continue;
            }
            let Some(entity) = self.entities.allocate(0, 0) else {
                let done =
                    reserved.iter().zip(&taken).enumerate().filter(|(before, (_, taken))| *before < at || !**taken);
                done.for_each(|(_, (entity, _))| self.entities.release(*entity));
                return Err(EcsError::full());
            };
            reserved[at] = entity;
        }
        Ok(())
    }

    pub(super) fn append_archetype(
        &mut self,
        other: &mut Storage,
        from: u32,
        to: u32,
        pools: &[u32],
        reserved: &[Entity],
    ) {
        let tick = self.current_tick();
        let rows = std::mem::take(&mut other.archetypes[from as usize].ids);
        let table = &mut self.archetypes[to as usize];
        let first = table.ids.len() as u32;
        for (row, slot) in (first..).zip(&rows) {
            let entity = reserved[*slot as usize];
            table.ids.push(entity.index());
            table.stamp(row, tick);
            self.entities.relocate(entity.index(), to, row);
        }
        self.structure += rows.len() as u64;
        for pool in &other.archetypes[from as usize].pools {
            let target = &mut self.pools[pools[*pool as usize] as usize];
            let same = target.append(to, &mut *other.pools[*pool as usize], from);
            assert!(same, "the pool of {} holds another Rust type", target.info().name);
        }
    }

    pub(super) fn append_sparse(&mut self, other: &mut Storage, pools: &[u32], reserved: &[Entity]) {
        let tick = self.current_tick();
        for (from, to) in pools.iter().enumerate() {
            let Some(index) = &mut other.sparse[from] else { continue };
            let Some(target) = &mut self.sparse[*to as usize] else { continue };
            index.slots().iter().for_each(|slot| target.push(reserved[*slot as usize].index(), tick));
            index.clear();
            self.pools[*to as usize].append(0, &mut *other.pools[from], 0);
        }
    }

    /// Adds the only component of `staged`, an entity of `other`, to an entity, or replaces it.
    pub(super) fn add_staged(
        &mut self,
        entity: Entity,
        info: &'static ComponentInfo,
        other: &mut Storage,
        staged: Entity,
    ) -> Result<(), EcsError> {
        let pool = self.pool_of(info)?;
        self.locate(entity)?;
        let from = other.known_pool(info.id)?;
        let place = other.place_in(from, staged)?;
        let source = &mut *other.pools[from as usize];
        if let Ok(at) = self.place_in(pool, entity) {
            let tick = self.current_tick();
            let target = &mut self.pools[pool as usize];
            target.replace_from(at, source, place, &|entity| entity);
            target.stamp(at, tick);
            return Ok(());
        }
        let column = self.column_for(entity, pool)?;
        // Before anything moves: if the component's own code panics, nothing has changed.
        let same = self.pools[pool as usize].push_taken(column, source, place);
        assert!(same, "the pool of {} holds another Rust type", info.name);
        self.open_pushed(entity, pool)?;
        self.note(entity, pool, Lifecycle::Added);
        Ok(())
    }
}

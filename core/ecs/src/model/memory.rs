//! How much memory a world takes, and giving back what it does not need.

use super::{storage::Storage, world::World};
use playground_engine_types::{CHUNK_ROWS, ComponentInfo, ErasedPool};

/// Memory of a world by what it is for, bytes. What a component owns outside of itself, such as a text, is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The table of entities.
    pub entities: u64,
    /// The sets of components, with the ids and ticks of their rows.
    pub archetypes: u64,
    /// Where sparse components are.
    pub sparse: u64,
    /// The pools, in the order of registration.
    pub pools: Vec<PoolMemory>,
    /// Checkpoints.
    pub checkpoints: u64,
}

/// Memory of one pool, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolMemory {
    /// The component's name.
    pub component: &'static str,
    /// Components that entities have.
    pub components: u64,
    /// Room for components that nobody has.
    pub slack: u64,
    /// The table of columns and when they were written.
    pub ticks: u64,
}

/// A world in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorldStats {
    /// Living entities.
    pub entities: usize,
    /// Components of all entities together.
    pub components: u64,
    /// Registered component types.
    pub types: usize,
    /// Sets of components that some entity has.
    pub archetypes: usize,
    /// Systems.
    pub systems: usize,
    /// Checkpoints.
    pub checkpoints: usize,
    /// Structural changes so far.
    pub structure: u64,
    /// The tick with which changes are stamped now.
    pub tick: u64,
    /// Memory of all of it, bytes, as [`Memory::total`] counts.
    pub bytes: u64,
}

impl World {
    /// Memory by what it is for.
    pub fn memory(&self) -> Memory {
        // One lock after the other: whoever makes a checkpoint holds the tables while they ask for the checkpoints.
        let checkpoints = self.checkpoints().read().bytes();
        Memory { checkpoints, ..self.read().memory() }
    }

    /// The world in numbers.
    pub fn stats(&self) -> WorldStats {
        let (bytes, checkpoints) = (self.memory().total(), self.checkpoints().read().list().len());
        let systems = self.schedule().read().systems().len();
        let storage = self.read();
        WorldStats {
            entities: storage.len(),
            components: storage.pools.iter().map(|pool| pool.size().active).sum(),
            types: storage.components().count(),
            archetypes: storage.archetypes.iter().filter(|archetype| !archetype.ids.is_empty()).count(),
            systems,
            checkpoints,
            structure: storage.structure(),
            tick: storage.tick(),
            bytes,
        }
    }
}

impl Memory {
    /// All of it.
    pub fn total(&self) -> u64 {
        let pools = self.pools.iter().map(|pool| pool.components + pool.slack + pool.ticks);
        self.entities + self.archetypes + self.sparse + pools.sum::<u64>() + self.checkpoints
    }
}

impl PoolMemory {
    fn of(pool: &dyn ErasedPool, info: &'static ComponentInfo) -> Self {
        let (size, one) = (pool.size(), info.schema.size as u64);
        let (components, slack) = (size.active * one, size.recycled * one);
        Self { component: info.name, components, slack, ticks: size.bytes.saturating_sub(components + slack) }
    }
}

impl Storage {
    /// Memory of the tables; that of checkpoints is the world's.
    pub fn memory(&self) -> Memory {
        Memory {
            entities: self.entities.bytes() as u64,
            archetypes: self.archetypes.iter().map(|archetype| archetype.bytes() as u64).sum(),
            sparse: self.sparse.iter().flatten().map(|index| index.bytes() as u64).sum(),
            pools: self.pools.iter().map(|pool| PoolMemory::of(&**pool, pool.info())).collect(),
            checkpoints: 0,
        }
    }

    /// Gives memory back that no row needs; tells how much, bytes.
    pub fn compact(&mut self) -> u64 {
        let before = self.memory().total();
        self.entities.shrink();
        for archetype in &mut self.archetypes {
            archetype.ids.shrink_to_fit();
            archetype.row_ticks.truncate(archetype.ids.len().div_ceil(CHUNK_ROWS as usize));
            archetype.row_ticks.shrink_to_fit();
        }
        self.sparse.iter_mut().flatten().for_each(|index| index.shrink());
        self.pools.iter_mut().for_each(|pool| pool.shrink());
        before.saturating_sub(self.memory().total())
    }
}

//! Earlier states of a world, in a ring of bounded memory.
//!
//! A checkpoint shares with the one before it every chunk of components that was not touched in between, and the tables
//! of entities if none came or went.
//!
//! New memory costs four times what filling it does: 8 of the 10 ms that 100,000 moving entities take. So as long as the
//! ring grows, a thread of its own makes memory ready for the next ones. Later, there is that of those that were dropped.

use super::{
    archetype::Archetype,
    entities::Entities,
    error::EcsError,
    migrate,
    schedule::SystemClocks,
    sparse::SparseIndex,
    storage::{Layout, Storage},
    threads,
    world::World,
};
use playground_core_types::{Handle, Lock};
use playground_engine_types::{ComponentId, ComponentInfo, Entity, PoolBox, SavedPool, value::names};
use std::collections::VecDeque;

/// Memory that all checkpoints of a world may take unless something else is asked for, bytes.
pub const DEFAULT_BUDGET: u64 = 256 << 20;
/// Checkpoints of a world unless something else is asked for.
pub const DEFAULT_MOST: usize = 256;

/// Names one checkpoint of a world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckpointId {
    /// Counts the checkpoints of the world, from 1.
    pub number: u64,
    /// The tick that ended with it.
    pub tick: u64,
    /// The world's time, s.
    pub time: f64,
}

/// Which checkpoint is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewind {
    /// The one of this number.
    To(u64),
    /// The last one is 0, the one before it 1.
    Back(usize),
}

/// The checkpoints of a world.
pub struct Checkpoints {
    ring: VecDeque<Checkpoint>,
    last: u64,
    bytes: u64,
    budget: u64,
    most: usize,
    ready: Handle<Lock<Ready>>,
}

/// Memory for the next checkpoints.
#[derive(Default)]
struct Ready {
    sets: Vec<ReadySet>,
    /// Whether a thread makes one.
    being_made: bool,
}

/// Memory for one.
struct ReadySet {
    pools: Vec<(ComponentId, SavedPool)>,
    bytes: u64,
}

/// Sets that are kept ready: one for the checkpoint that is due anyway, one for a reload before.
const READY: usize = 2;
/// Less than this is not worth a thread, bytes.
const LEAST_READY: u64 = 1 << 20;
/// Pools from this size are copied by several threads, if there are several, bytes.
const LEAST_SHARED: u64 = 1 << 19;

#[derive(Clone)]
struct Checkpoint {
    id: CheckpointId,
    tables: Handle<Tables>,
    /// By number.
    pools: Vec<Saved>,
    resources: Option<Entity>,
    clocks: SystemClocks,
    /// As long as the world has this layout, what was touched after `mark` is what changed since.
    layout: Handle<Layout>,
    mark: u64,
    structure: u64,
}

/// Where the entities are.
struct Tables {
    entities: Entities,
    /// The pools and the rows of each archetype.
    archetypes: Vec<(Box<[u32]>, Vec<u32>)>,
    sparse: Vec<Option<Box<SparseIndex>>>,
}

#[derive(Clone)]
struct Saved {
    info: &'static ComponentInfo,
    /// Whether the component was registered then.
    live: bool,
    rows: SavedPool,
    /// What was counted when it was saved, bytes.
    bytes: u64,
}

/// A checkpoint outside of its world: it shares the memory of the other one, and none of the world's locks.
pub struct CheckpointCopy(Checkpoint);

impl CheckpointCopy {
    /// Which checkpoint it is.
    pub fn id(&self) -> CheckpointId {
        self.0.id
    }

    /// The tables as they were, with components as they were described then.
    ///
    /// # Errors
    /// When a component has other fields by now and can't be converted.
    pub fn storage(&self) -> Result<Storage, EcsError> {
        self.0.rebuild(&Storage::default())
    }
}

impl Default for Checkpoints {
    fn default() -> Self {
        let ready = Handle::new(Lock::new("memory for checkpoints", Ready::default()));
        Self { ring: VecDeque::new(), last: 0, bytes: 0, budget: DEFAULT_BUDGET, most: DEFAULT_MOST, ready }
    }
}

impl Checkpoints {
    /// The checkpoints, oldest first.
    pub fn list(&self) -> Vec<CheckpointId> {
        self.ring.iter().map(|checkpoint| checkpoint.id).collect()
    }

    /// Which one is the last; `None` if there is none.
    pub fn newest(&self) -> Option<CheckpointId> {
        self.ring.back().map(|checkpoint| checkpoint.id)
    }

    /// The last one; `None` if there is none.
    pub fn last(&self) -> Option<CheckpointCopy> {
        self.ring.back().cloned().map(CheckpointCopy)
    }

    /// Memory of all of them and of what is ready for the next, bytes. What components own outside of themselves, such
    /// as texts, is estimated.
    pub fn bytes(&self) -> u64 {
        self.bytes + self.ready()
    }

    /// Memory that is ready for the next ones, bytes; a part of all.
    pub fn ready(&self) -> u64 {
        self.ready.read().sets.iter().map(|set| set.bytes).sum()
    }

    /// Memory that they may take, bytes, and how many there may be.
    pub fn limits(&self) -> (u64, usize) {
        (self.budget, self.most)
    }

    fn index(&self, which: Rewind) -> Result<usize, EcsError> {
        let found = match which {
            Rewind::To(number) => self.ring.iter().position(|checkpoint| checkpoint.id.number == number),
            Rewind::Back(steps) => self.ring.len().checked_sub(1).and_then(|last| last.checked_sub(steps)),
        };
        found.ok_or_else(|| {
            let wanted = match which {
                Rewind::To(number) => number.to_string(),
                Rewind::Back(steps) => format!("{steps} before the last one"),
            };
            let known: Vec<String> = self.ring.iter().map(|checkpoint| checkpoint.id.number.to_string()).collect();
            EcsError::NoCheckpoint { wanted, known: names(known.iter().map(String::as_str)) }
        })
    }

    /// Drops the oldest ones until the limits hold.
    fn trim(&mut self, storage: &Storage) {
        while self.ring.len() > 1 && (self.bytes > self.budget || self.ring.len() > self.most) {
            let oldest = self.ring.pop_front();
            oldest.into_iter().for_each(|oldest| self.forget(&oldest, storage));
        }
    }

    /// Counts one that left the ring and is about to be dropped.
    fn forget(&mut self, checkpoint: &Checkpoint, storage: &Storage) {
        let freed: u64 = checkpoint.pools.iter().map(|saved| saved.freed(storage)).sum();
        let alone = Handle::strong_count(&checkpoint.tables) == 1;
        let tables = if alone { checkpoint.tables.bytes() } else { 0 };
        self.bytes = self.bytes.saturating_sub(freed + tables);
        if self.ring.is_empty() {
            self.bytes = 0;
        }
    }
}

/// Lets a thread make what is missing, for checkpoints like this one.
fn make_ready(ready: &Handle<Lock<Ready>>, like: Vec<Saved>) {
    let mut sets = ready.write();
    if sets.sets.len() >= READY || sets.being_made {
        return;
    }
    let of_thread = ready.clone();
    let make = move || {
        loop {
            let set = ReadySet::like(&like);
            let mut ready = of_thread.write();
            ready.sets.push(set);
            if ready.sets.len() >= READY {
                ready.being_made = false;
                return;
            }
        }
    };
    // Without it the next checkpoint takes longer.
    sets.being_made = std::thread::Builder::new().name("checkpoint-memory".to_owned()).spawn(make).is_ok();
}

impl ReadySet {
    fn like(like: &[Saved]) -> Self {
        let mut set = Self { pools: Vec::new(), bytes: 0 };
        for saved in like {
            if let Some(memory) = (saved.info.new_pool)().ready(&saved.rows) {
                set.pools.push((saved.info.id, memory));
                set.bytes += saved.bytes;
            }
        }
        set
    }

    fn take(&mut self, component: ComponentId) -> Option<SavedPool> {
        let at = self.pools.iter().position(|(id, _)| *id == component)?;
        Some(self.pools.swap_remove(at).1)
    }
}

impl Saved {
    /// The components as `info` describes them: as they were saved, or converted if it has other fields.
    fn pool(&self, info: &'static ComponentInfo, columns: u32) -> Result<Option<PoolBox>, EcsError> {
        let load = |info: &'static ComponentInfo| {
            let mut pool = (info.new_pool)();
            (0..columns).for_each(|column| pool.open_column(column));
            pool.load(&self.rows).then_some(pool)
        };
        if let Some(pool) = load(info) {
            return Ok(Some(PoolBox::new(pool)));
        }
        let Some(saved) = load(self.info) else { return Ok(None) };
        Ok(Some(migrate::convert(&*saved, info, columns)?.pool))
    }

    /// Memory that is freed when this is dropped, bytes.
    fn freed(&self, storage: &Storage) -> u64 {
        let pool = storage.pool_index(self.info.id).and_then(|pool| storage.pool_at(pool));
        let same = pool.filter(|pool| pool.info().schema.hash == self.info.schema.hash);
        same.map_or(self.bytes, |pool| pool.saved_bytes(&self.rows))
    }
}

impl Tables {
    fn of(storage: &Storage) -> Self {
        let rows = |archetype: &Archetype| (archetype.pools.clone(), archetype.ids.clone());
        Self {
            entities: storage.entities.clone(),
            archetypes: storage.archetypes.iter().map(rows).collect(),
            sparse: storage.sparse.clone(),
        }
    }

    fn bytes(&self) -> u64 {
        let numbers = self.archetypes.iter().map(|(pools, ids)| (pools.len() + ids.capacity()) * size_of::<u32>());
        let sparse: usize = self.sparse.iter().flatten().map(|index| index.bytes()).sum();
        (self.entities.bytes() + numbers.sum::<usize>() + sparse) as u64
    }
}

impl Checkpoint {
    fn of(
        storage: &Storage,
        id: (u64, f64),
        clocks: SystemClocks,
        before: Option<&Checkpoint>,
        mut ready: Option<ReadySet>,
    ) -> Self {
        let (number, time) = id;
        let before = before.filter(|before| Handle::ptr_eq(&before.layout, storage.layout()));
        let same = before.filter(|before| before.structure == storage.structure());
        let tables = same.map_or_else(|| Handle::new(Tables::of(storage)), |before| before.tables.clone());
        let save = |at: usize, memory: Option<SavedPool>| {
            let pool = &storage.pools[at];
            let known = before.filter(|_| !storage.is_shared(at as u32));
            let unchanged = |archetype: u32, chunk: u32| {
                known.is_some_and(|known| storage.touched(at as u32, archetype, chunk) <= known.mark)
            };
            let earlier = known.and_then(|known| known.pools.get(at));
            let rows = pool.save(earlier.map(|saved| &saved.rows), memory, &unchanged);
            let bytes = pool.saved_bytes(&rows);
            Saved { info: pool.info(), live: storage.live_info(at as u32).is_some(), rows, bytes }
        };
        let jobs = storage.pools.iter().enumerate();
        let jobs: Vec<_> =
            jobs.map(|(at, pool)| (at, ready.as_mut().and_then(|set| set.take(pool.info().id)))).collect();
        let is_large = |(at, _): &(usize, _)| storage.pools[*at].size().bytes >= LEAST_SHARED;
        let pools = if jobs.iter().filter(|job| is_large(job)).count() > 1 {
            let saved: Vec<Lock<Option<Saved>>> = jobs.iter().map(|_| Lock::new("saved", None)).collect();
            threads::share_out(jobs, |(at, memory)| *saved[at].write() = Some(save(at, memory)));
            saved.into_iter().filter_map(Lock::into_inner).collect()
        } else {
            jobs.into_iter().map(|(at, memory)| save(at, memory)).collect()
        };
        let mark = storage.next_tick();
        Self {
            id: CheckpointId { number, tick: mark, time },
            tables,
            pools,
            resources: storage.resources,
            clocks,
            layout: storage.layout().clone(),
            mark,
            structure: storage.structure(),
        }
    }

    /// The tables as they were. Everything is made before anything is touched.
    fn rebuild(&self, storage: &Storage) -> Result<Storage, EcsError> {
        let mut rebuilt = Storage { resources: self.resources, ..Storage::default() };
        for (at, saved) in self.pools.iter().enumerate() {
            let now = storage.pool_index(saved.info.id).filter(|_| saved.live);
            let info = now.map_or(saved.info, |now| storage.pools[now as usize].info());
            let sparse = self.tables.sparse[at].clone();
            let stale = || EcsError::Stale { what: format!("checkpoint {}", self.id.number), component: info.name };
            if info.sparse != sparse.is_some() {
                return Err(stale());
            }
            let pool = saved.pool(info, self.tables.archetypes.len().max(1) as u32)?.ok_or_else(stale)?;
            if sparse.is_some() {
                rebuilt.sparse_pools.push(at as u32);
            }
            if saved.live {
                rebuilt.by_id.insert(info.id, at as u32);
            }
            rebuilt.sparse.push(sparse);
            rebuilt.pools.push(pool);
        }
        for (number, (pools, ids)) in self.tables.archetypes.iter().enumerate() {
            let mut archetype = Archetype::new(pools.clone());
            archetype.ids.clone_from(ids);
            rebuilt.archetypes.push(archetype);
            rebuilt.by_pools.insert(pools.clone(), number as u32);
        }
        rebuilt.entities = self.tables.entities.clone();
        Ok(rebuilt)
    }
}

impl World {
    /// Remembers all entities and components, and the clocks of systems with a rate, as they are. If that takes more memory than it may, the oldest checkpoints
    /// go. Waits until no system runs.
    ///
    /// # Errors
    /// When this one alone would take more memory than all may; nothing changes then.
    pub fn checkpoint(&self) -> Result<CheckpointId, EcsError> {
        // Before the world is locked: a stage that runs may ask the schedule.
        let clocks = self.schedule().read().clocks();
        let storage = self.write();
        let mut checkpoints = self.checkpoints().write();
        let rows = |at: usize| storage.pools[at].size().active * storage.pools[at].info().schema.size as u64;
        let needed = Tables::of_bytes(&storage) + (0..storage.pools.len()).map(rows).sum::<u64>();
        if needed > checkpoints.budget {
            return Err(EcsError::Budget { needed, budget: checkpoints.budget });
        }
        let time = self.clock().read().elapsed;
        let number = checkpoints.last + 1;
        let ready = checkpoints.ready.write().sets.pop();
        let new = Checkpoint::of(&storage, (number, time), clocks, checkpoints.ring.back(), ready);
        let tables = if Handle::strong_count(&new.tables) == 1 { new.tables.bytes() } else { 0 };
        let copied = new.pools.iter().map(|saved| saved.bytes).sum::<u64>();
        checkpoints.bytes += copied + tables;
        checkpoints.last = number;
        let (id, like) = (new.id, new.pools.clone());
        checkpoints.ring.push_back(new);
        checkpoints.trim(&storage);
        let fits = checkpoints.bytes + copied * READY as u64 <= checkpoints.budget;
        if copied >= LEAST_READY && fits {
            make_ready(&checkpoints.ready, like);
        }
        Ok(id)
    }

    /// Goes back to a checkpoint, entity ids and time included; those after it are dropped. Ids of entities that were
    /// spawned since stay dead for ever. Waits until no system runs.
    ///
    /// # Errors
    /// When there is no such checkpoint, or a component has other fields by now; nothing changes then.
    pub fn rewind(&self, to: Rewind) -> Result<CheckpointId, EcsError> {
        let mut storage = self.write();
        let mut checkpoints = self.checkpoints().write();
        let at = checkpoints.index(to)?;
        let rebuilt = checkpoints.ring[at].rebuild(&storage)?;
        while checkpoints.ring.len() > at + 1 {
            let last = checkpoints.ring.pop_back();
            last.into_iter().for_each(|last| checkpoints.forget(&last, &storage));
        }
        let gone = storage.exchange(rebuilt);
        let checkpoint = &mut checkpoints.ring[at];
        checkpoint.layout = storage.layout().clone();
        checkpoint.structure = storage.structure();
        checkpoint.mark = storage.next_tick();
        self.clock().write().elapsed = checkpoint.id.time;
        let (id, clocks) = (checkpoint.id, checkpoint.clocks.clone());
        drop((checkpoints, storage));
        self.schedule().write().set_clocks(&clocks);
        // Last and without a lock: what components do when they are dropped is their own business.
        drop(gone);
        Ok(id)
    }

    /// Sets how much memory all checkpoints may take, bytes, and how many there may be; the oldest ones go if need be.
    /// One always stays.
    pub fn limit_checkpoints(&self, budget: u64, most: usize) {
        let storage = self.read();
        let mut checkpoints = self.checkpoints().write();
        (checkpoints.budget, checkpoints.most) = (budget, most);
        checkpoints.trim(&storage);
    }

    /// Drops all checkpoints.
    pub fn clear_checkpoints(&self) {
        let mut checkpoints = self.checkpoints().write();
        let gone = std::mem::take(&mut checkpoints.ring);
        let ready = std::mem::take(&mut checkpoints.ready.write().sets);
        checkpoints.bytes = 0;
        drop(checkpoints);
        drop((gone, ready));
    }
}

impl Tables {
    /// Memory that the tables of `storage` would take, bytes.
    fn of_bytes(storage: &Storage) -> u64 {
        let numbers = storage.archetypes.iter().map(|one| (one.pools.len() + one.ids.len()) * size_of::<u32>());
        let sparse: usize = storage.sparse.iter().flatten().map(|index| index.bytes()).sum();
        (storage.entities.used_bytes() + numbers.sum::<usize>() + sparse) as u64
    }
}

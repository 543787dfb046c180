//! The events of one type: those that wait and those that were delivered. Knows nothing of who wants to know.

use super::{EventRecord, Sequence, subscription::Subscription};
use crate::model::{component::Component, error::EcsError, migrate, pool::ComponentPool};
use playground_core_types::Who;
use playground_engine_types::{ComponentInfo, ErasedPool, PoolBox, Value};
use std::collections::VecDeque;

/// The column of events that wait.
const PENDING: u32 = 0;
/// The columns of delivered events. One is filled while the other is kept until it is full: so the history forgets a
/// whole column at a time and never moves an event.
const DELIVERED: [u32; 2] = [1, 2];
/// All of them.
const COLUMNS: u32 = 3;

/// How many delivered events of a type are remembered, unless somebody says otherwise.
pub const HISTORY: usize = 256;
/// For how many calls of `process` a delivered event can be received by systems, whatever the length of the history.
pub const RECEIVABLE_CALLS: u64 = 8;

/// When and by whom an event was emitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emission {
    /// Its place among all events of the world.
    pub sequence: Sequence,
    /// The world's time when it was emitted, seconds.
    pub time: f64,
    /// The frame in which it was emitted.
    pub frame: u64,
    /// The system that emitted it; [`Who::UNKNOWN`] if it was none.
    pub who: Who,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    emission: Emission,
    /// When it is to be delivered, seconds of the world's time.
    due: f64,
    /// Whether it is in `ready`.
    ready: bool,
}

#[derive(Clone, Copy, Debug)]
struct Delivered {
    emission: Emission,
    time: f64,
    call: u64,
}

/// One event type.
pub(super) struct EventType {
    pub info: &'static ComponentInfo,
    pub paused: bool,
    /// How many are remembered.
    pub limit: usize,
    /// By priority, highest first, then by age.
    pub subscriptions: Vec<Subscription>,
    /// How many were emitted.
    pub emitted: u64,
    pool: PoolBox,
    /// By row of the column of those that wait.
    pending: Vec<Pending>,
    /// Those that are due, by sequence, with their rows.
    ready: VecDeque<(Sequence, u32)>,
    kept: [Vec<Delivered>; 2],
    newer: usize,
    /// What the count of delivered events began with: counts of a type that comes again go on.
    base: u64,
    delivered: u64,
    /// Storage for an event on its way, from the one before.
    spare: Option<PoolBox>,
}

fn new_pool(info: &'static ComponentInfo) -> PoolBox {
    let mut pool = PoolBox::new((info.new_pool)());
    pool.open_column(DELIVERED[1]);
    pool
}

impl EventType {
    pub fn new(info: &'static ComponentInfo, base: u64) -> Self {
        Self {
            info,
            paused: false,
            limit: HISTORY,
            subscriptions: Vec::new(),
            emitted: 0,
            pool: new_pool(info),
            pending: Vec::new(),
            ready: VecDeque::new(),
            kept: Default::default(),
            newer: 0,
            base,
            delivered: base,
            spare: None,
        }
    }

    pub fn pool(&self) -> &dyn ErasedPool {
        &*self.pool
    }

    /// Whether the description is of the type that is stored here.
    ///
    /// # Errors
    /// When it is not, with the difference.
    pub fn check(&self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        if self.info.name != info.name {
            return Err(EcsError::Collision { first: self.info.name, second: info.name });
        }
        let change = self.info.schema.difference(info.schema);
        change.map_or(Ok(()), |change| Err(EcsError::EventSchema { event: info.name, change }))
    }

    /// Takes the events over under another generation's description: without touching one if the fields are the same,
    /// else each is converted.
    pub fn adopt(&mut self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        match self.check(info) {
            Ok(()) => {}
            Err(EcsError::EventSchema { .. }) => {
                self.pool = migrate::convert(&*self.pool, info, COLUMNS)?.pool;
                self.info = info;
                self.spare = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        let old = std::mem::replace(&mut self.pool, PoolBox::new((info.new_pool)())).into_inner();
        match (info.adopt)(old) {
            Ok(pool) => {
                self.pool = PoolBox::new(pool);
                self.info = info;
                self.spare = None;
                Ok(())
            }
            Err(old) => {
                self.pool = PoolBox::new(old);
                let change = "it is another Rust type of the same name".to_owned();
                Err(EcsError::EventSchema { event: info.name, change })
            }
        }
    }

    /// Appends an event that waits; gives its row. It is not ready before it has a sequence.
    pub fn push<T: Component>(&mut self, event: T, emission: Emission, due: f64) -> Result<u32, EcsError> {
        let pool: Option<&mut ComponentPool<T>> = self.pool.typed_mut();
        let other = || EcsError::EventSchema {
            event: T::INFO.name,
            change: self.info.schema.difference(T::SCHEMA).unwrap_or_else(|| "it is another Rust type".to_owned()),
        };
        pool.ok_or_else(other)?.push(PENDING, event);
        Ok(self.pushed(emission, due))
    }

    /// As [`EventType::push`], from a value.
    pub fn push_value(&mut self, value: &Value, emission: Emission, due: f64) -> Result<u32, EcsError> {
        let event = self.info.name;
        self.pool.push_value(PENDING, value).map_err(|cause| EcsError::Value { component: event, cause })?;
        Ok(self.pushed(emission, due))
    }

    fn pushed(&mut self, emission: Emission, due: f64) -> u32 {
        self.pending.push(Pending { emission, due, ready: false });
        self.emitted += 1;
        self.pending.len() as u32 - 1
    }

    /// Gives an event its place, and makes it ready if it is due.
    pub fn number(&mut self, row: u32, sequence: Sequence, now: f64) {
        let pending = &mut self.pending[row as usize];
        pending.emission.sequence = sequence;
        if pending.due <= now {
            pending.ready = true;
            self.ready.push_back((sequence, row));
        }
    }

    /// Makes those ready that are due by now. `shift` is how far back time has gone since they were emitted.
    pub fn promote(&mut self, now: f64, shift: f64) {
        let before = self.ready.len();
        for (row, pending) in self.pending.iter_mut().enumerate().filter(|(_, pending)| !pending.ready) {
            pending.due -= shift;
            if pending.due <= now {
                pending.ready = true;
                self.ready.push_back((pending.emission.sequence, row as u32));
            }
        }
        if self.ready.len() > before {
            self.ready.make_contiguous().sort_unstable();
        }
    }

    /// The first of those that are due.
    pub fn first(&self) -> Option<Sequence> {
        self.ready.front().map(|(sequence, _)| *sequence)
    }

    pub fn pending_len(&self) -> usize {
        self.pending.len()
    }

    pub fn ready_len(&self) -> usize {
        self.ready.len()
    }

    /// When those that are not due yet will be, and how many at each time, earliest first.
    pub fn waiting(&self) -> Vec<(f64, usize)> {
        let mut times: Vec<f64> = self.pending.iter().filter(|event| !event.ready).map(|event| event.due).collect();
        times.sort_by(f64::total_cmp);
        times.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
    }

    /// Takes the first event that is due out of the tables, into storage of its own.
    pub fn take_first(&mut self) -> Option<(Emission, PoolBox)> {
        let (_, row) = self.ready.pop_front()?;
        let info = self.info;
        let mut out = self.spare.take().unwrap_or_else(|| new_pool(info));
        let moved = out.push_taken(PENDING, &mut *self.pool, (PENDING, row));
        assert!(moved, "both pools were made by one description");
        let emission = self.unlink(row);
        self.pool.swap_remove(PENDING, row);
        Some((emission, out))
    }

    /// Takes an event back that [`EventType::take_first`] gave: it was delivered.
    pub fn keep(&mut self, mut event: PoolBox, emission: Emission, time: f64, call: u64) {
        self.make_room(call);
        // Another type by now: its module was reloaded, or registered it again.
        if self.pool.push_taken(DELIVERED[self.newer], &mut *event, (PENDING, 0)) {
            self.kept[self.newer].push(Delivered { emission, time, call });
            self.delivered += 1;
            event.truncate(PENDING, 0);
            self.spare = Some(event);
        }
    }

    /// Counts the first event that is due as delivered, where nobody is to be told.
    pub fn keep_first(&mut self, time: f64, call: u64) {
        let Some((_, row)) = self.ready.pop_front() else { return };
        self.make_room(call);
        let emission = self.unlink(row);
        self.pool.move_row(PENDING, row, DELIVERED[self.newer]);
        self.kept[self.newer].push(Delivered { emission, time, call });
        self.delivered += 1;
    }

    /// Drops what waits; tells how many that were.
    pub fn clear(&mut self) -> usize {
        let dropped = self.pending.len();
        self.ready.clear();
        self.pending.clear();
        self.pool.truncate(PENDING, 0);
        dropped
    }

    /// Drops what waits and was emitted after `last`; tells how many that were.
    pub fn clear_after(&mut self, last: Sequence) -> usize {
        let before = self.pending.len();
        self.ready.retain(|(sequence, _)| *sequence <= last);
        // From the end, so that the row that takes the place of a dropped one is one that stays.
        for row in (0..before as u32).rev() {
            if self.pending[row as usize].emission.sequence > last {
                self.unlink(row);
                self.pool.swap_remove(PENDING, row);
            }
        }
        before - self.pending.len()
    }

    /// Takes a row out of the list; the last one takes its place, as it does in the pool.
    fn unlink(&mut self, row: u32) -> Emission {
        let gone = self.pending.swap_remove(row as usize);
        if let Some(moved) = self.pending.get(row as usize).filter(|moved| moved.ready) {
            let sequence = moved.emission.sequence;
            if let Ok(at) = self.ready.binary_search_by_key(&sequence, |(sequence, _)| *sequence) {
                self.ready[at].1 = row;
            }
        }
        gone.emission
    }

    /// Forgets the older column if the newer one alone is long enough and no system can want the older events.
    fn make_room(&mut self, call: u64) {
        let older = 1 - self.newer;
        let receivable = |event: &Delivered| event.call + RECEIVABLE_CALLS > call;
        if self.kept[self.newer].len() >= self.limit.max(1) && !self.kept[older].last().is_some_and(receivable) {
            self.kept[older].clear();
            self.pool.truncate(DELIVERED[older], 0);
            self.newer = older;
        }
    }

    /// How many events were delivered.
    pub fn delivered(&self) -> u64 {
        self.delivered - self.base
    }

    /// The last delivered events, oldest first, at most `most` and at most as many as are remembered.
    pub fn history(&self, most: usize) -> Vec<EventRecord> {
        let all = self.delivered_rows();
        let shown = most.min(self.limit).min(self.kept[0].len() + self.kept[1].len());
        let skipped = self.kept[0].len() + self.kept[1].len() - shown;
        let record = |(column, row, event): (u32, u32, &Delivered)| EventRecord {
            emission: event.emission,
            delivered: event.time,
            value: self.pool.value((column, row)),
        };
        all.skip(skipped).map(record).collect()
    }

    /// Columns and rows of the delivered events, oldest first.
    fn delivered_rows(&self) -> impl Iterator<Item = (u32, u32, &Delivered)> {
        [1 - self.newer, self.newer].into_iter().flat_map(|which| {
            self.kept[which].iter().enumerate().map(move |(row, event)| (DELIVERED[which], row as u32, event))
        })
    }

    /// Copies the events that were delivered after the first `seen` to `out`. Gives the count to go on from and how
    /// many are forgotten already. Without `seen`, those of the latest `call` are copied.
    pub fn receive<T: Component>(&self, seen: Option<u64>, call: u64, out: &mut Vec<T>) -> (u64, u64) {
        let kept = (self.kept[0].len() + self.kept[1].len()) as u64;
        let first = self.delivered - kept;
        let wanted = match seen {
            Some(seen) => seen.max(self.base),
            None => {
                let latest = self.delivered_rows().filter(|(_, _, event)| event.call == call).count() as u64;
                self.delivered - latest
            }
        };
        let missed = first.saturating_sub(wanted);
        let pool: Option<&ComponentPool<T>> = self.pool.typed();
        if let Some(pool) = pool.filter(|_| wanted < self.delivered) {
            let columns = pool.read();
            let older = columns.column(DELIVERED[1 - self.newer]).iter();
            let all = older.chain(columns.column(DELIVERED[self.newer]));
            out.extend(all.skip(wanted.saturating_sub(first) as usize).cloned());
        }
        (self.delivered, missed)
    }
}

//! The measuring part of a lock. Knows nothing of what is locked, nor by which lock.
//!
//! An atomic addition takes half as long as acquiring a lock and giving it back, and a look at the clock longer than
//! both together. So the path without contention only loads and stores, and looks at the clock at one acquisition of
//! [`HOLD_SAMPLING`]. Whatever costs more happens to those who wait. The memory for distributions and for the log of
//! waits is allocated when there is something to put into it, because most locks are never waited for.
//!
//! Inlined where speed counts. In a debug build a call is not what takes the time, and modules compile none of it.

use crate::distribution::Histogram;
use crate::ring::Ring;
use crate::stats::Words;
use crate::{Contention, LockStats, Who};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// One read of so many, and one write of so many, has its hold time measured. A prime, so that users that take turns
/// are sampled in turn too: with a power of two it would be the same one of two every time.
pub const HOLD_SAMPLING: u64 = 127;

/// Waits that a lock remembers.
pub const RECENT: usize = 64;

const WORDS: usize = size_of::<Words>() / size_of::<u64>();

/// What is measured of one lock.
#[derive(Debug)]
pub(crate) struct Meter {
    made: Instant,
    reads: AtomicU64,
    writes: AtomicU64,
    holder: AtomicU32,
    waiters: AtomicU32,
    hold: OnceLock<Box<Histogram>>,
    waits: OnceLock<Box<Waits>>,
}

/// What only a lock has that somebody once waited for.
#[derive(Debug)]
struct Waits {
    began: AtomicU64,
    lengths: Histogram,
    recent: Ring<RECENT, WORDS>,
}

/// When an acquisition began that is measured, ns since the lock was made; 0 for one that is not.
pub(crate) type Start = u64;

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            made: Instant::now(),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            holder: AtomicU32::new(Who::UNKNOWN.0),
            waiters: AtomicU32::new(0),
            hold: OnceLock::new(),
            waits: OnceLock::new(),
        }
    }

    /// Somebody got the lock for reading, without waiting.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn read_began(&self, who: Who) -> Start {
        self.began(&self.reads, who)
    }

    /// Somebody got the lock for writing, without waiting.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn write_began(&self, who: Who) -> Start {
        self.began(&self.writes, who)
    }

    /// Called by who has the lock: a writer is alone, so that none of its counts is lost.
    #[cfg_attr(not(debug_assertions), inline)]
    fn began(&self, counter: &AtomicU64, who: Who) -> Start {
        self.holder.store(who.0, Relaxed);
        let count = counter.load(Relaxed).wrapping_add(1);
        counter.store(count, Relaxed);
        if count.is_multiple_of(HOLD_SAMPLING) { self.now() } else { 0 }
    }

    /// Somebody is about to wait for the lock.
    #[cold]
    #[inline(never)]
    pub(crate) fn waits(&self, who: Who, write: bool) -> Contention {
        let holder = Who(self.holder.load(Relaxed));
        let at_ns = self.now();
        self.waits.get_or_init(Box::default).began.fetch_add(1, Relaxed);
        self.waiters.fetch_add(1, Relaxed);
        Contention { number: 0, at_ns, wait_ns: 0, waiter: who, holder, write }
    }

    /// Who waited has the lock.
    #[cold]
    #[inline(never)]
    pub(crate) fn waited(&self, mut wait: Contention) -> Start {
        let end_ns = self.now();
        self.waiters.fetch_sub(1, Relaxed);
        self.began(if wait.write { &self.writes } else { &self.reads }, wait.waiter);
        wait.wait_ns = end_ns.saturating_sub(wait.at_ns);
        let waits = self.waits.get_or_init(Box::default);
        waits.lengths.add(wait.wait_ns);
        waits.recent.push(wait.to_words());
        end_ns
    }

    /// Somebody who was measured is about to give the lock back.
    #[cold]
    #[inline(never)]
    pub(crate) fn held(&self, start: Start) {
        let ns = self.now().saturating_sub(start);
        self.hold.get_or_init(Box::default).add(ns);
    }

    /// The writer is about to give the lock back.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn write_ends(&self) {
        self.holder.store(Who::UNKNOWN.0, Relaxed);
    }

    /// Everything, under a name.
    pub(crate) fn stats(&self, name: &str, is_locked: bool) -> LockStats {
        LockStats { recent: self.recent(), ..self.summary(name, is_locked) }
    }

    /// Everything but the recent waits, under a name.
    pub(crate) fn summary(&self, name: &str, is_locked: bool) -> LockStats {
        let waits = self.waits.get();
        let wait = waits.map(|waits| waits.lengths.snapshot()).unwrap_or_default();
        LockStats {
            name: name.to_owned(),
            age_ns: self.now(),
            reads: self.reads.load(Relaxed),
            writes: self.writes.load(Relaxed),
            contended: waits.map_or(0, |waits| waits.began.load(Relaxed)),
            wait_ns: wait.sum_ns,
            wait,
            hold: self.hold.get().map(|hold| hold.snapshot()).unwrap_or_default(),
            holder: is_locked.then(|| Who(self.holder.load(Relaxed))),
            waiters: self.waiters.load(Relaxed),
            recent: Vec::new(),
            lost: waits.map_or(0, |waits| waits.recent.lost()),
        }
    }

    /// The recent waits, oldest first.
    pub(crate) fn recent(&self) -> Vec<Contention> {
        let entries = self.waits.get().map(|waits| waits.recent.entries()).unwrap_or_default();
        entries.into_iter().map(|(number, words)| Contention::from_words(number, words)).collect()
    }

    /// Ns since the lock was made, and never the 0 that means "not measured".
    #[cold]
    #[inline(never)]
    fn now(&self) -> Start {
        (self.made.elapsed().as_nanos() as u64).max(1)
    }
}

impl Default for Waits {
    fn default() -> Self {
        Self { began: AtomicU64::new(0), lengths: Histogram::default(), recent: Ring::new() }
    }
}

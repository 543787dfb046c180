//! The last entries of a log that many threads write and nobody waits for. Made of atomics only; knows nothing of what
//! the entries mean.
//!
//! A writer draws a number, claims that number's slot, writes, and publishes the slot. A writer that finds its slot in
//! the hands of another, which takes a whole turn of the ring within one write, drops its entry. A reader asks each
//! slot for the number that should be there, before and after it copies the words: a sequence lock (Boehm, "Can
//! seqlocks get along with programming language memory models?", 2012), per slot and without the retries.
//!
//! This file names its atomics through `super::sync`, so that the models in `tests/loom` check these very lines.

use super::sync::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// The last `SLOTS` entries, of `WORDS` words each.
#[derive(Debug)]
pub(crate) struct Ring<const SLOTS: usize, const WORDS: usize> {
    next: AtomicU64,
    lost: AtomicU64,
    slots: [Slot<WORDS>; SLOTS],
}

/// `state` is 0 when empty, [`writing`] while an entry is written, [`written`] after. It only grows.
#[derive(Debug)]
struct Slot<const WORDS: usize> {
    state: AtomicU64,
    words: [AtomicU64; WORDS],
}

fn writing(number: u64) -> u64 {
    2 * number + 1
}

fn written(number: u64) -> u64 {
    2 * number + 2
}

impl<const SLOTS: usize, const WORDS: usize> Ring<SLOTS, WORDS> {
    /// A ring without entries.
    pub(crate) fn new() -> Self {
        let slots = std::array::from_fn(|_| Slot {
            state: AtomicU64::new(0),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        });
        Self { next: AtomicU64::new(0), lost: AtomicU64::new(0), slots }
    }

    /// Adds an entry in place of the oldest, or counts it as lost. Never waits.
    pub(crate) fn push(&self, entry: [u64; WORDS]) {
        let number = self.next.fetch_add(1, Relaxed);
        let slot = &self.slots[(number % SLOTS as u64) as usize];
        if !slot.write(number, entry) {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    /// The entries with their numbers, oldest first. One that is overwritten meanwhile is left out. Never waits.
    pub(crate) fn entries(&self) -> Vec<(u64, [u64; WORDS])> {
        let end = self.next.load(Relaxed);
        let numbers = end.saturating_sub(SLOTS as u64)..end;
        let read = |number: u64| self.slots[(number % SLOTS as u64) as usize].read(number);
        numbers.filter_map(|number| Some((number, read(number)?))).collect()
    }

    /// Entries that were dropped because another writer had their slot.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }
}

impl<const WORDS: usize> Slot<WORDS> {
    /// Whether the entry was written. Not if another is being written, or a later one already was.
    fn write(&self, number: u64, entry: [u64; WORDS]) -> bool {
        let before = self.state.load(Relaxed);
        let is_free = before.is_multiple_of(2) && before < writing(number);
        // `Acquire` orders the words of the writer before ours, so that theirs can't come to light after ours.
        if !is_free || self.state.compare_exchange(before, writing(number), Acquire, Relaxed).is_err() {
            return false;
        }
        for (word, value) in self.words.iter().zip(entry) {
            // `Release`: a reader that sees this word also sees that the slot was claimed.
            word.store(value, Release);
        }
        self.state.store(written(number), Release);
        true
    }

    /// The entry, if it is the one of that number from the first word to the last.
    fn read(&self, number: u64) -> Option<[u64; WORDS]> {
        if self.state.load(Acquire) != written(number) {
            return None;
        }
        let entry = self.words.each_ref().map(|word| word.load(Acquire));
        (self.state.load(Relaxed) == written(number)).then_some(entry)
    }
}

//! Every order in which threads can run the ring's own source: its file is included, with loom's atomics in the place
//! of the real ones.

#![allow(clippy::duplicate_mod, reason = "the same lines, with other atomics")]

mod turns;
mod weak;

use loom::sync::Arc;
use loom::thread;

/// A ring of two words per entry, with either kind of atomics.
trait Log: Send + Sync + 'static {
    const SLOTS: u64;
    fn new() -> Self;
    fn push(&self, entry: [u64; 2]);
    fn entries(&self) -> Vec<(u64, [u64; 2])>;
    fn lost(&self) -> u64;
}

macro_rules! log {
    ($($kind:ident)*) => { $(
        impl<const SLOTS: usize> Log for $kind::ring::Ring<SLOTS, 2> {
            const SLOTS: u64 = SLOTS as u64;
            fn new() -> Self {
                Self::new()
            }
            fn push(&self, entry: [u64; 2]) {
                self.push(entry);
            }
            fn entries(&self) -> Vec<(u64, [u64; 2])> {
                self.entries()
            }
            fn lost(&self) -> u64 {
                self.lost()
            }
        }
    )* };
}

log! { turns weak }

/// An entry whose second word proves the first, and that is unlike any other.
fn entry(writer: u64) -> [u64; 2] {
    [writer, !writer]
}

/// What was read is in order, whole, and there one time only. Returns how much it was.
fn check<R: Log>(ring: &R) -> u64 {
    let entries = ring.entries();
    assert!(entries.is_sorted_by(|(before, _), (after, _)| before < after), "{entries:?}");
    for (at, (_, words)) in entries.iter().enumerate() {
        assert_eq!(words[1], !words[0], "torn");
        assert!(entries[..at].iter().all(|(_, others)| others != words), "twice: {entries:?}");
    }
    entries.len() as u64
}

/// Runs two writers, which push so many entries each, beside one reader. A `bound` of preemptions keeps a model short
/// that would take minutes otherwise.
fn model<R: Log>(before: u64, pushes: [u64; 2], bound: Option<usize>) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = bound;
    model.check(move || {
        let ring = Arc::new(R::new());
        (0..before).for_each(|n| ring.push(entry(n)));
        let writers = [0, 1].map(|writer: usize| {
            let ring = ring.clone();
            thread::spawn(move || (0..pushes[writer]).for_each(|n| ring.push(entry(100 + 10 * writer as u64 + n))))
        });
        check(&*ring);
        writers.into_iter().for_each(|writer| writer.join().expect("no writer panics"));
        // Of the last numbers, each is there or counted as lost; an entry that was replaced may have been lost too.
        let (pushed, found) = (before + pushes[0] + pushes[1], check(&*ring) + ring.lost());
        assert!((pushed.min(R::SLOTS)..=pushed).contains(&found), "{found} of {pushed}");
    });
}

#[test]
fn two_writers_and_a_reader() {
    model::<weak::ring::Ring<2, 2>>(0, [1, 1], None);
    model::<turns::ring::Ring<2, 2>>(0, [1, 1], Some(3));
}

#[test]
fn writers_replace_what_is_read() {
    model::<weak::ring::Ring<2, 2>>(2, [1, 1], Some(2));
    model::<turns::ring::Ring<2, 2>>(2, [1, 1], Some(2));
}

#[test]
fn a_writer_overtakes_another_by_a_turn() {
    model::<weak::ring::Ring<2, 2>>(1, [1, 2], Some(2));
    model::<turns::ring::Ring<2, 2>>(1, [1, 2], Some(2));
}

#[test]
fn all_want_the_same_slot() {
    model::<weak::ring::Ring<1, 2>>(0, [1, 1], Some(3));
    model::<turns::ring::Ring<1, 2>>(0, [1, 1], Some(3));
}

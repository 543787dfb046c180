//! Two threads that walk component pools of one world: different ones, and the same one.

use super::sharing::{OPERATIONS, at_once};
use crate::ecs::components::ours::{A, B};
use crate::harness::{Against::Case as Beside, Aim::*, Case, Report, Side, Table, timed};
use playground_core_ecs::{QueryState, Storage};
use std::sync::Arc;

/// Entities of a walk: enough to take longer than a lock does, and few enough to stay in the cache.
const ROWS: usize = 1_000;
/// Walks of one thread in one round.
const WALKS: usize = OPERATIONS / 100;

fn world() -> Arc<Storage> {
    let mut storage = Storage::default();
    drop(storage.spawn_batch((0..ROWS).map(|_| (A(1.0), B(1.0)))).expect("the world has room for as many"));
    Arc::new(storage)
}

fn walk_a(storage: &Storage) {
    let mut state: QueryState<&mut A> = QueryState::default();
    (0..WALKS).for_each(|_| state.query(storage).for_each(|a| a.0 = -a.0));
}

fn walk_b(storage: &Storage) {
    let mut state: QueryState<&mut B> = QueryState::default();
    (0..WALKS).for_each(|_| state.query(storage).for_each(|b| b.0 = -b.0));
}

/// What one walk takes: for one thread, for each of two with pools of their own, and of two with one pool.
pub fn tables(report: &mut Report) {
    let two = |other: fn(&Storage)| {
        move |storage: &mut Arc<Storage>| {
            let (first, second) = (storage.clone(), storage.clone());
            let works: [Box<dyn FnOnce() + Send>; 2] =
                [Box::new(move || walk_a(&first)), Box::new(move || other(&second))];
            // Counted per walk, not per operation.
            at_once(works) * OPERATIONS as f64 / WALKS as f64
        }
    };
    let cases = [
        Case::new("one thread", Side::Floor, world(), |storage| timed(WALKS, || walk_a(storage))),
        Case::new("two threads, different pools", Side::Ours, world(), two(walk_b)),
        Case::new("two threads, the same pool", Side::Ours, world(), two(walk_a)),
    ];
    // Twice the work in at most 1.053 times the time is 1.9 times as fast.
    let table = Table::new("Writing 1,000 components (per walk of one thread)", cases).goal(
        "two threads, different pools",
        "two threads, different pools",
        Times(1.053, Beside("one thread")),
    );
    report.table(table.goal("two threads, the same pool", "two threads, the same pool", Shown));
}

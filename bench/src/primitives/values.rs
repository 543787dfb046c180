//! `Handle`, `Atomic`, `Once` and `Shared` beside what they are made of.

use super::sharing::{OPERATIONS, Threads, case};
use crate::harness::{Against::*, Aim, Aim::*, Case, Report, Side, Table};
use parking_lot::RwLock;
use playground_core_types::{Counter, Handle, Once, Shared};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::sync::{Arc, OnceLock};

macro_rules! operation {
    ($name:literal, $side:ident, $threads:expr, $state:expr, |$value:ident| $work:expr) => {
        case($name, Side::$side, $threads, $state, |$value| {
            for _ in 0..OPERATIONS {
                let $value = black_box(&*$value);
                black_box($work);
            }
        })
    };
}

type Cases = fn(Threads) -> Vec<Case>;

/// Each operation, alone and shared by two threads.
pub fn tables(report: &mut Report) {
    let all: [(Cases, [&'static str; 2], &'static str, [Aim; 2]); 8] = [
        (handle_read, ["Handle read", "Handle read, two threads"], "Handle read", [AtMost(2.0), AtMost(2.0)]),
        (
            handle_clone,
            ["Handle clone + drop", "Handle clone + drop, two threads"],
            "Handle clone + drop",
            [Times(1.1, Floor), Shown],
        ),
        (atomic_read, ["Atomic read", "Atomic read, two threads"], "Atomic read", [AtMost(1.0), AtMost(1.0)]),
        (atomic_write, ["Atomic write", "Atomic write, two threads"], "Atomic write", [AtMost(5.0), Shown]),
        (atomic_add, ["Atomic add", "Atomic add, two threads"], "Atomic add", [Times(1.1, Floor), Shown]),
        (once_read, ["Once read", "Once read, two threads"], "Once read", [AtMost(2.0), AtMost(2.0)]),
        (shared_read, ["Shared read", "Shared read, two threads"], "Shared read", [Times(1.15, Floor), Shown]),
        (shared_write, ["Shared write", "Shared write, two threads"], "Shared write", [Times(1.15, Floor), Shown]),
    ];
    for (cases, [one, two], ours, [alone, shared]) in all {
        report.table(Table::new(one, cases(Threads::One)).goal(one, ours, alone));
        report.table(Table::new(two, cases(Threads::Two)).goal(two, ours, shared));
    }
}

fn handle_read(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Handle read", Ours, threads, Handle::new(7_u64), |value| **value),
        operation!("Arc", Floor, threads, Arc::new(7_u64), |value| **value),
    ]
}

fn handle_clone(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Handle clone + drop", Ours, threads, Handle::new(7_u64), |value| drop(black_box(value.clone()))),
        operation!("Arc", Floor, threads, Arc::new(7_u64), |value| drop(black_box(value.clone()))),
    ]
}

fn atomic_read(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Atomic read", Ours, threads, Counter::new(7), |value| value.load()),
        operation!("AtomicU64, acquire", Floor, threads, Arc::new(AtomicU64::new(7)), |value| value.load(Acquire)),
    ]
}

fn atomic_write(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Atomic write", Ours, threads, Counter::new(7), |value| value.store(8)),
        operation!("AtomicU64, release", Floor, threads, Arc::new(AtomicU64::new(7)), |value| value.store(8, Release)),
    ]
}

fn atomic_add(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Atomic add", Ours, threads, Counter::new(7), |value| value.fetch_add(1)),
        operation!("AtomicU64", Floor, threads, Arc::new(AtomicU64::new(7)), |value| value.fetch_add(1, Release)),
    ]
}

fn once_read(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Once read", Ours, threads, Once::from(7_u64), |value| value.get().copied()),
        operation!("OnceLock", Floor, threads, Arc::new(OnceLock::from(7_u64)), |value| value.get().copied()),
    ]
}

fn shared_read(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Shared read", Ours, threads, Shared::new("bench", 7_u64), |value| *value.read()),
        operation!("parking_lot", Floor, threads, Arc::new(RwLock::new(7_u64)), |value| *value.read()),
    ]
}

fn shared_write(threads: Threads) -> Vec<Case> {
    vec![
        operation!("Shared write", Ours, threads, Shared::new("bench", 7_u64), |value| *value.write() += 1),
        operation!("parking_lot", Floor, threads, Arc::new(RwLock::new(7_u64)), |value| *value.write() += 1),
    ]
}

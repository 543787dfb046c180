//! What is compared, and what ours should reach.
//!
//! One process per group, so that what a group leaves on the heap is no other's business.

use super::components::{MANY, MILLION};
use super::{bevy, flecs, floor, hecs, ours, serialised};
use crate::harness::{Against::*, Aim::*, Case, Report, Table};

/// The groups by name.
pub const GROUPS: &[(&str, fn(&mut Report))] = &[
    ("spawn", spawn),
    ("iterate", iterate),
    ("iterate-million", iterate_million),
    ("fragmented", fragmented),
    ("schedule", schedule),
    ("heavy", heavy),
    ("structure", structure),
    ("read", read),
    ("serialised", serialised::access),
    ("ticks", ticks),
];

macro_rules! cases {
    ($($cases:expr),* $(,)?) => { std::iter::empty::<Case>()$(.chain($cases))* };
}

fn two_threads() {
    // Only the first call sets the size, and nothing else of this process makes the pool.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(2).build_global();
    bevy::two_threads();
}

fn spawn(report: &mut Report) {
    let batched = cases![
        ours::structure::spawn_batched(),
        hecs::structure::spawn_batched(),
        bevy::structure::spawn_batched(),
        flecs::structure::spawn_batched(),
        [floor::structure::spawn_batched()],
    ];
    let title = "Spawn 10,000 × (mat4, 3 × vec3) into a new world, at once";
    report.table(Table::new(title, batched).goal("spawn 10k, batched", "spawn_columns", Times(1.1, Floor)));
    let single = cases![
        ours::structure::spawn_single(),
        hecs::structure::spawn_single(),
        bevy::structure::spawn_single(),
        flecs::structure::spawn_single(),
        [floor::structure::spawn_single()],
    ];
    let title = "Spawn 10,000 × (mat4, 3 × vec3) into a new world, one by one";
    let table = Table::new(title, single).goal("spawn 10k, one by one", "spawn", Times(0.65, Peer));
    report.table(table.goal("spawn 10k, spawner", "spawner", Times(0.45, Peer)));
}

fn walked(count: usize, walks: usize) -> impl Iterator<Item = Case> {
    cases![
        ours::iterate::iterate(count, walks),
        hecs::iterate::iterate(count, walks),
        bevy::iterate::iterate(count, walks),
        flecs::iterate::iterate(count, walks),
        [
            floor::iterate::iterate_flat(count, walks),
            floor::iterate::iterate_blocks(count, walks),
            floor::iterate::iterate_plain(count, walks),
        ],
    ]
}

fn iterate(report: &mut Report) {
    let table = Table::new("position += velocity, 10,000 entities", walked(MANY, 20));
    report.table(table.goal("position += velocity, 10k", "for_each", Times(1.05, Floor)));
}

fn iterate_million(report: &mut Report) {
    two_threads();
    let table = Table::new("position += velocity, 1,000,000 entities", walked(MILLION, 1));
    report.table(table.goal("position += velocity, 1M", "for_each", Times(1.0, Peer)));
    let threads = cases![
        ours::iterate::iterate_threads(MILLION),
        hecs::iterate::iterate_threads(MILLION),
        bevy::iterate::iterate_threads(MILLION),
        flecs::iterate::iterate_threads(MILLION),
        [floor::iterate::iterate_threads(MILLION)],
    ];
    let table = Table::new("position += velocity, 1,000,000 entities, two threads", threads);
    report.table(table.goal("position += velocity, 1M, two threads", "par_for_each", Times(1.0, Peer)));
}

fn fragmented(report: &mut Report) {
    const WALKS: usize = 500;
    let cases = cases![
        ours::iterate::fragmented(WALKS),
        hecs::iterate::fragmented(WALKS),
        bevy::iterate::fragmented(WALKS),
        flecs::iterate::fragmented(WALKS),
        [floor::iterate::fragmented(WALKS)],
    ];
    let table = Table::new("data *= 2 in 26 archetypes of 20 entities", cases);
    report.table(table.goal("fragmented, 26 × 20", "for_each", Times(0.7, Peer)));
}

fn schedule(report: &mut Report) {
    two_threads();
    let title = "Three systems that swap (A, B), (C, D), (C, E) in 4 archetypes of 10,000";
    let cases = cases![
        ours::schedule::swaps(20),
        ours::schedule::loops(20),
        hecs::iterate::swaps(20),
        bevy::schedule::swaps(20),
        flecs::iterate::swaps(20),
        [floor::iterate::swaps(20)],
    ];
    let table = Table::new(title, cases).goal("three swap systems, one thread", "three loops", Times(1.0, Peer));
    report.table(table.goal("three swap systems, scheduler against one thread", "run_stage", Times(1.0, Peer)));
    let cases = cases![
        ours::schedule::swaps(20),
        hecs::iterate::swaps_threads(20),
        bevy::schedule::swaps_threads(20),
        flecs::iterate::swaps_threads(20),
    ];
    let table = Table::new("The same, two threads", cases);
    report.table(table.goal("three swap systems, scheduled on two", "run_stage", Times(1.0, Peer)));
    let cases = cases![ours::schedule::empty(200), bevy::schedule::empty(200), flecs::iterate::empty(200)];
    let table = Table::new("One frame of three systems that find nothing", cases);
    report.table(table.goal("empty frame of three systems", "run_stage", AtMost(500.0)));
}

fn heavy(report: &mut Report) {
    two_threads();
    let cases = cases![
        ours::iterate::heavy(),
        hecs::iterate::heavy(),
        bevy::iterate::heavy(),
        flecs::iterate::heavy(),
        [floor::iterate::heavy()],
    ];
    let table = Table::new("1,000 entities × 100 inversions of a mat4 (glam for all)", cases);
    report.table(table.goal("1,000 × 100 inversions", "for_each", Times(1.05, Floor)));
    let cases = cases![
        ours::iterate::heavy_threads(),
        hecs::iterate::heavy_threads(),
        bevy::iterate::heavy_threads(),
        flecs::iterate::heavy_threads(),
        [floor::iterate::heavy_threads()],
    ];
    let table = Table::new("The same, two threads", cases);
    report.table(table.goal("1,000 × 100 inversions, two threads", "par_for_each", Times(1.0, Peer)));
}

fn structure(report: &mut Report) {
    let cases = cases![
        ours::structure::add_remove(),
        hecs::structure::add_remove(),
        bevy::structure::add_remove(),
        flecs::structure::add_remove(),
    ];
    let table = Table::new("Add a component to 10,000 entities and remove it", cases);
    let table = table.goal("add + remove × 10k", "add, remove", Times(0.8, Peer));
    report.table(table.goal("add + remove × 10k, by slices", "add_batch, remove_batch", Times(0.4, Peer)));
    let cases = cases![
        ours::structure::despawn_single(),
        hecs::structure::despawn_single(),
        bevy::structure::despawn_single(),
        flecs::structure::despawn_single(),
    ];
    let table = Table::new("Despawn 10,000 × (mat4, 3 × vec3), one by one", cases);
    let table = table.goal("despawn 10k, one by one", "despawn", Times(1.0, Peer));
    report.table(table.goal("despawn 10k, by slices", "despawn_batch", Times(1.0, Peer)));
    let cases = cases![
        ours::structure::despawn_all(),
        hecs::structure::despawn_all(),
        bevy::structure::despawn_all(),
        flecs::structure::despawn_all(),
    ];
    let table = Table::new("Despawn all of 10,000 × (mat4, 3 × vec3)", cases);
    report.table(table.goal("despawn 10k, all", "clear", Times(1.0, Peer)));
}

fn read(report: &mut Report) {
    let floor = || [floor::iterate::read()];
    let cases = cases![ours::iterate::read_held(), hecs::iterate::read_held(), bevy::iterate::read_held(), floor()];
    let table = Table::new("1,000,000 random reads, 100,000 entities, through a view that is held (per read)", cases);
    report.table(table.goal("random read, view", "Query::view", Times(1.0, Peer)));
    let cases = cases![
        ours::iterate::read_single(),
        ours::iterate::read_exclusive(),
        hecs::iterate::read_single(),
        hecs::iterate::read_exclusive(),
        bevy::iterate::read_single(),
        flecs::iterate::read_single(),
        floor(),
    ];
    let table = Table::new("1,000,000 random reads, 100,000 entities, each through the world (per read)", cases);
    let table = table.goal("random read, single, shared world", "Storage::read", AtMost(15.0));
    report.table(table.goal("random read, single, own world", "Storage::get_mut", AtMost(15.0)));
}

fn ticks(report: &mut Report) {
    // The same loop without a lock and without a tick is what ours would be without change detection.
    let without = "two vectors, blocks of 8";
    for (count, walks, title, row) in [
        (MANY, 20, "Change detection: 10,000 entities with ticks and without", "change detection, 10k"),
        (MILLION, 1, "Change detection: 1,000,000 entities with ticks and without", "change detection, 1M"),
    ] {
        let cases = cases![
            ours::iterate::iterate(count, walks).into_iter().take(1),
            bevy::iterate::iterate(count, walks),
            [floor::iterate::iterate_blocks(count, walks)],
        ];
        report.table(Table::new(title, cases).goal(row, "for_each", Times(1.05, Case(without))));
    }
}

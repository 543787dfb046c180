//! Memory of worlds, counted by the allocator: `memory GROUP`.
//!
//! A program of its own, since counting would slow down what the others measure.

use playground_bench::{harness, memory};
use std::alloc::System;

#[global_allocator]
static COUNTED: &stats_alloc::StatsAlloc<System> = &stats_alloc::INSTRUMENTED_SYSTEM;

fn live() -> usize {
    let stats = COUNTED.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(memory::FLECS) {
        return memory::print_flecs();
    }
    harness::main(&[("memory", |report| memory::tables(report, live))])
}

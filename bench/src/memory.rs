//! Bytes per entity beyond the payload.
//!
//! What Rust allocates is counted by the allocator. flecs allocates in C, past it, so its part is the growth of the
//! process's resident memory, in a process of its own whose heap nobody used before.

use crate::ecs::components::MILLION;
use crate::ecs::serialised::Serialised;
use crate::ecs::{bevy, flecs, floor, hecs, ours};
use crate::harness::{Against::*, Aim::*, Case, Report, Side, Table, Unit};
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// The argument that makes the program print flecs' bytes.
pub const FLECS: &str = "flecs-bytes";

/// A position and a velocity.
const PAYLOAD: f64 = 24.0;

fn beyond<W: 'static>(name: &'static str, side: Side, live: fn() -> usize, make: fn() -> W) -> Case {
    total(name, side, live, make, PAYLOAD)
}

fn total<W: 'static>(name: &'static str, side: Side, live: fn() -> usize, make: fn() -> W, less: f64) -> Case {
    Case::new(name, side, (), move |()| {
        let before = live();
        let world = make();
        let bytes = live() - before;
        drop(world);
        // Rounded as it is shown: the few hundred bytes of an empty world belong to no entity.
        ((bytes as f64 / MILLION as f64 - less) * 10.0).round() / 10.0
    })
}

/// The tables; `live` tells how many bytes are allocated.
pub fn tables(report: &mut Report, live: fn() -> usize) {
    let (hecs_side, bevy_side) = (Side::Peer("hecs"), Side::Peer("bevy_ecs"));
    let cases = [
        beyond("spawn_batch", Side::Ours, live, ours::structure::million_batched),
        beyond("spawn", Side::Ours, live, ours::structure::million_single),
        beyond("spawn_batch", hecs_side, live, hecs::structure::million_batched),
        beyond("spawn", hecs_side, live, hecs::structure::million_single),
        beyond("spawn_batch", bevy_side, live, bevy::structure::million_batched),
        beyond("spawn", bevy_side, live, bevy::structure::million_single),
        Case::new("entity_bulk, resident", Side::Peer("flecs_ecs"), (), |()| flecs_bytes() - PAYLOAD),
        beyond("two vectors", Side::Floor, live, floor::structure::million),
    ];
    let title = "Bytes per entity beyond the payload of 24, 1,000,000 entities";
    let table = Table::new(title, cases).unit(Unit::Bytes).rounds(1);
    report.table(table.goal("bytes per entity beyond payload", "spawn_batch", AtMost(12.0)));
    let cases = [
        total("native", Side::Ours, live, ours::structure::million_batched, 0.0),
        total("HashMap of postcard bytes", Side::Peer("serialised"), live, || Serialised::of(MILLION), 0.0),
    ];
    let title = "Bytes per entity, payload included, beside a store of serialised bytes";
    let table = Table::new(title, cases).unit(Unit::Bytes).rounds(1);
    report.table(table.goal("bytes per entity against serialised", "native", Times(0.5, Peer)));
}

/// Has another process tell flecs' bytes per entity; not a number if it can't.
fn flecs_bytes() -> f64 {
    let ask = || -> Result<f64> {
        let mut program = Command::new(std::env::current_exe()?);
        // Blocks of this size and more go back to the system when they are freed, so that what is no longer used is
        // not resident.
        let output = program.arg(FLECS).env("MALLOC_MMAP_THRESHOLD_", "131072").output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    };
    ask().unwrap_or_else(|error| {
        eprintln!("flecs' memory is not known: {error:#}");
        f64::NAN
    })
}

/// Prints flecs' bytes per entity.
///
/// # Errors
/// Where the system does not tell how much memory is resident.
pub fn print_flecs() -> Result<()> {
    // The first entity makes what the library makes once.
    let world = flecs_ecs::prelude::World::new();
    flecs::structure::spawn_moving(&world, 1);
    let before = resident()?;
    flecs::structure::spawn_moving(&world, MILLION);
    let bytes = resident()?.saturating_sub(before);
    println!("{}", bytes as f64 / MILLION as f64);
    Ok(())
}

fn resident() -> Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in /proc/self/status")?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

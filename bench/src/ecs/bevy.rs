//! bevy_ecs, each workload in the ways that its documentation shows.

pub mod iterate;
pub mod schedule;
pub mod structure;

use crate::harness::Side;

const BEVY: Side = Side::Peer("bevy_ecs");

/// Makes bevy's pool of threads, which else has one per core; its parallel walks need it.
pub fn two_threads() {
    bevy_tasks::ComputeTaskPool::get_or_init(|| bevy_tasks::TaskPoolBuilder::new().num_threads(2).build());
}

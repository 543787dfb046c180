//! A store that keeps every component as serialised bytes, as the other side of the scale.

use super::components::{READ_ENTITIES, READS, ours, position, velocity};
use super::ours::iterate::change_held;
use crate::harness::{Against::Peer, Aim::Times, Case, Report, Side, Table, checksum, timed};
use glam::Vec3;
use std::collections::HashMap;

/// One map of bytes per component type.
#[derive(Default)]
pub struct Serialised {
    positions: HashMap<u64, Vec<u8>>,
    velocities: HashMap<u64, Vec<u8>>,
}

const FITS: &str = "three numbers can be written and read back";

impl Serialised {
    /// `count` entities that move.
    pub fn of(count: usize) -> Self {
        let mut store = Self::default();
        for at in 0..count {
            store.positions.insert(at as u64, postcard::to_stdvec(&position(at)).expect(FITS));
            store.velocities.insert(at as u64, postcard::to_stdvec(&velocity(at)).expect(FITS));
        }
        store
    }

    fn position(&self, entity: u64) -> Vec3 {
        postcard::from_bytes(&self.positions[&entity]).expect(FITS)
    }

    fn set_position(&mut self, entity: u64, position: Vec3) {
        self.positions.insert(entity, postcard::to_stdvec(&position).expect(FITS));
    }
}

/// Reading and writing one component of random entities.
pub fn access(report: &mut Report) {
    let reads = super::components::reads();
    let round = move |store: &mut Serialised| {
        timed(READS, || {
            for at in &reads {
                let moved = store.position(u64::from(*at)) + Vec3::X;
                store.set_position(u64::from(*at), moved);
            }
        })
    };
    let sum =
        |store: &mut Serialised| checksum((0..READ_ENTITIES as u64).map(|entity| store.position(entity).to_array()));
    let name = "HashMap of postcard bytes";
    let serialised = Case::checked(name, Side::Peer("serialised"), Serialised::of(READ_ENTITIES), round, sum);
    let change = |position: &mut ours::Position| position.0 += Vec3::X;
    let title = "Read and write one component of random entities, 100,000 entities (per access)";
    let table = Table::new(title, change_held(change).into_iter().chain([serialised]));
    let table = table.goal("component access, held query", "Query::get_mut", Times(0.05, Peer));
    report.table(table.goal("component access, single", "Storage::get_mut", Times(0.05, Peer)));
}

//! Filling plain vectors.

use crate::ecs::components::{MANY, MILLION, plain::*};
use crate::harness::{Case, Side, checksum, timed};
use glam::Vec3;
use std::hint::black_box;

#[derive(Default)]
struct Columns {
    matrices: Vec<Matrix>,
    positions: Vec<Position>,
    rotations: Vec<Rotation>,
    velocities: Vec<Velocity>,
}

impl Columns {
    fn with_capacity(rows: usize) -> Self {
        Self {
            matrices: Vec::with_capacity(rows),
            positions: Vec::with_capacity(rows),
            rotations: Vec::with_capacity(rows),
            velocities: Vec::with_capacity(rows),
        }
    }

    #[inline]
    fn push(&mut self, (matrix, position, rotation, velocity): Row) {
        self.matrices.push(matrix);
        self.positions.push(position);
        self.rotations.push(rotation);
        self.velocities.push(velocity);
    }

    fn sum(&mut self) -> u64 {
        checksum(self.positions.iter().map(|position| position.0.to_array()))
    }
}

/// 10,000 rows into four vectors that have room for them.
pub fn spawn_batched() -> Case {
    spawn("four vectors, reserved", || Columns::with_capacity(MANY))
}

/// 10,000 rows into four vectors that grow.
pub fn spawn_single() -> Case {
    spawn("four vectors, growing", Columns::default)
}

fn spawn(name: &'static str, new: fn() -> Columns) -> Case {
    let round = move |columns: &mut Columns| {
        *columns = Columns::default();
        timed(1, || {
            *columns = new();
            (0..MANY).for_each(|at| columns.push(row(at)));
        })
    };
    Case::checked(name, Side::Floor, Columns::default(), round, Columns::sum)
}

/// A million rows of two columns.
pub fn million() -> (Vec<Vec3>, Vec<Vec3>) {
    let rows = || (0..MILLION).map(moving);
    black_box((rows().map(|row| row.0.0).collect(), rows().map(|row| row.1.0).collect()))
}

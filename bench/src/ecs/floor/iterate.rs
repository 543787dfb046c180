//! Walking plain vectors.

use crate::ecs::components::{self, FEW, HEAVY, MANY, READ_ENTITIES, READS, plain::*};
use crate::harness::{Case, Side, checksum, timed};
use glam::Vec3;
use rayon::prelude::*;
use std::hint::black_box;

type Moving = (Vec<Vec3>, Vec<Vec3>);

fn moving_columns(count: usize) -> Moving {
    ((0..count).map(components::position).collect(), (0..count).map(components::velocity).collect())
}

fn sum(columns: &mut Moving) -> u64 {
    checksum(columns.0.iter().map(Vec3::to_array))
}

// Functions of their own, so that the compiler knows that the two columns do not overlap.

#[inline(never)]
fn add_flat(positions: &mut [f32], velocities: &[f32]) {
    positions.iter_mut().zip(velocities).for_each(|(position, velocity)| *position += velocity);
}

#[inline(never)]
fn add_plain(positions: &mut [Vec3], velocities: &[Vec3]) {
    positions.iter_mut().zip(velocities).for_each(|(position, velocity)| *position += *velocity);
}

#[inline(never)]
fn add_blocks(positions: &mut [Vec3], velocities: &[Vec3]) {
    let ((positions, last), (velocities, others)) = (positions.as_chunks_mut::<8>(), velocities.as_chunks::<8>());
    for (positions, velocities) in positions.iter_mut().zip(velocities) {
        for at in 0..8 {
            positions[at] += velocities[at];
        }
    }
    add_plain(last, others);
}

/// position += velocity over two vectors of flat numbers.
pub fn iterate_flat(count: usize, walks: usize) -> Case {
    let (positions, velocities) = moving_columns(count);
    let flat = |vectors: Vec<Vec3>| vectors.iter().flat_map(Vec3::to_array).collect::<Vec<f32>>();
    let round = move |(positions, velocities): &mut (Vec<f32>, Vec<f32>)| {
        timed(walks, || (0..walks).for_each(|_| add_flat(positions, velocities)))
    };
    let sum = |columns: &mut (Vec<f32>, Vec<f32>)| checksum(columns.0.as_chunks().0.iter().copied());
    Case::checked("flat f32", Side::Floor, (flat(positions), flat(velocities)), round, sum)
}

/// position += velocity over two vectors, eight rows at a time so that the compiler can use whole registers.
pub fn iterate_blocks(count: usize, walks: usize) -> Case {
    let round = move |(positions, velocities): &mut Moving| {
        timed(walks, || (0..walks).for_each(|_| add_blocks(positions, velocities)))
    };
    Case::checked("two vectors, blocks of 8", Side::Floor, moving_columns(count), round, sum)
}

/// position += velocity over two vectors.
pub fn iterate_plain(count: usize, walks: usize) -> Case {
    let round = move |(positions, velocities): &mut Moving| {
        timed(walks, || (0..walks).for_each(|_| add_plain(positions, velocities)))
    };
    Case::checked("two vectors", Side::Floor, moving_columns(count), round, sum)
}

/// The same on all threads of rayon's pool.
pub fn iterate_threads(count: usize) -> Case {
    let round = |(positions, velocities): &mut Moving| {
        timed(1, || {
            positions.par_chunks_mut(4096).zip(velocities.par_chunks(4096)).for_each(|(positions, velocities)| {
                add_blocks(positions, velocities);
            });
        })
    };
    Case::checked("two vectors, rayon", Side::Floor, moving_columns(count), round, sum)
}

/// 26 short vectors.
pub fn fragmented(walks: usize) -> Case {
    let columns: Vec<Vec<f32>> = (0..26).map(|_| vec![1.0; FEW]).collect();
    let round = move |columns: &mut Vec<Vec<f32>>| {
        timed(walks, || {
            for walk in 0..walks {
                // Up and down in turn, so that the numbers stay numbers.
                let factor = if walk.is_multiple_of(2) { 2.0 } else { 0.5 };
                black_box(&mut *columns).iter_mut().flatten().for_each(|data| *data *= factor);
            }
        })
    };
    let sum = |columns: &mut Vec<Vec<f32>>| checksum(columns.iter().flatten().map(|data| [*data, 0.0, 0.0]));
    Case::checked("26 vectors", Side::Floor, columns, round, sum)
}

/// The three swaps over columns of plain numbers: 10,000 of (A, B), of (A, B, C), of (A, B, C, D) and of (A, B, C, E).
pub fn swaps(walks: usize) -> Case {
    let column = |value: f32| vec![value; MANY];
    let pairs: [(Vec<f32>, Vec<f32>); 6] = [
        (column(1.0), column(2.0)),
        (column(1.0), column(2.0)),
        (column(1.0), column(2.0)),
        (column(1.0), column(2.0)),
        (column(3.0), column(4.0)),
        (column(3.0), column(5.0)),
    ];
    let round = move |pairs: &mut [(Vec<f32>, Vec<f32>); 6]| {
        timed(walks, || {
            for _ in 0..walks {
                for (left, right) in black_box(&mut *pairs) {
                    left.iter_mut().zip(right).for_each(|(left, right)| std::mem::swap(left, right));
                }
            }
        })
    };
    Case::new("plain columns", Side::Floor, pairs, round)
}

/// The heavy work over two vectors.
pub fn heavy() -> Case {
    let round = |(matrices, positions): &mut (Vec<Matrix>, Vec<Position>)| {
        timed(1, || matrices.iter_mut().zip(positions).for_each(|(matrix, position)| matrix.work(position)))
    };
    Case::checked("two vectors", Side::Floor, heavy_columns(), round, heavy_sum)
}

/// The same on all threads of rayon's pool.
pub fn heavy_threads() -> Case {
    let round = |(matrices, positions): &mut (Vec<Matrix>, Vec<Position>)| {
        timed(1, || {
            matrices
                .par_iter_mut()
                .with_min_len(64)
                .zip(positions)
                .for_each(|(matrix, position)| matrix.work(position));
        })
    };
    Case::checked("two vectors, rayon", Side::Floor, heavy_columns(), round, heavy_sum)
}

fn heavy_columns() -> (Vec<Matrix>, Vec<Position>) {
    (0..HEAVY).map(components::plain::heavy).map(|(matrix, position, ..)| (matrix, position)).unzip()
}

fn heavy_sum(columns: &mut (Vec<Matrix>, Vec<Position>)) -> u64 {
    checksum(columns.1.iter().map(|position| position.0.to_array()))
}

/// Random reads from a vector.
pub fn read() -> Case {
    let positions: Vec<Vec3> = (0..READ_ENTITIES).map(components::position).collect();
    let round = |(positions, reads, sum): &mut (Vec<Vec3>, Vec<u32>, u64)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, at| sum.wrapping_add(positions[*at as usize].x.to_bits().into()));
        })
    };
    Case::checked("a vector", Side::Floor, (positions, components::reads(), 0), round, |state| state.2)
}

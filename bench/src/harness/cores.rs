//! How much two threads get done: whether a machine has two cores for them at the moment.

use super::timed;
use std::hint::black_box;

/// Turns of the probe: some milliseconds, which is longer than it takes to wake a thread up.
const TURNS: u64 = 20_000_000;

/// How much more two threads do than one in the same time: 2 on a machine with two idle cores.
pub fn parallelism() -> f64 {
    let one = timed(1, spin);
    let two = timed(1, || {
        std::thread::scope(|scope| {
            scope.spawn(spin);
            spin();
        });
    });
    2.0 * one / two
}

fn spin() {
    black_box((0..TURNS).fold(0_u64, |sum, turn| black_box(sum).wrapping_mul(5).wrapping_add(turn)));
}

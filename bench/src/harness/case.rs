//! One way to do a workload, and the clock.

use std::time::Instant;

/// Whose way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Ours.
    Ours,
    /// Another library's; its name.
    Peer(&'static str),
    /// The bare operation: what no library can be much faster than.
    Floor,
}

/// One way to do a workload.
pub struct Case {
    /// What it is called in the table; also how a goal names it.
    pub name: &'static str,
    /// Whose it is.
    pub side: Side,
    rounds: Box<dyn Rounds>,
}

trait Rounds {
    fn round(&mut self) -> f64;
    fn result(&mut self) -> Option<u64>;
}

struct Parts<S, R, C> {
    state: S,
    round: R,
    result: C,
}

impl<S, R: FnMut(&mut S) -> f64, C: FnMut(&mut S) -> Option<u64>> Rounds for Parts<S, R, C> {
    fn round(&mut self) -> f64 {
        (self.round)(&mut self.state)
    }
    fn result(&mut self) -> Option<u64> {
        (self.result)(&mut self.state)
    }
}

impl Case {
    /// A case whose outcome says nothing; `round` gives what one operation took, see [`timed`].
    pub fn new<S: 'static>(
        name: &'static str,
        side: Side,
        state: S,
        round: impl FnMut(&mut S) -> f64 + 'static,
    ) -> Self {
        Self { name, side, rounds: Box::new(Parts { state, round, result: |_: &mut S| None }) }
    }

    /// A case whose outcome after the last round must be that of the table's others; see [`checksum`].
    pub fn checked<S: 'static>(
        name: &'static str,
        side: Side,
        state: S,
        round: impl FnMut(&mut S) -> f64 + 'static,
        mut result: impl FnMut(&mut S) -> u64 + 'static,
    ) -> Self {
        let result = move |state: &mut S| Some(result(state));
        Self { name, side, rounds: Box::new(Parts { state, round, result }) }
    }

    /// Takes one round, ns per operation.
    pub fn round(&mut self) -> f64 {
        self.rounds.round()
    }

    /// What came of it.
    pub fn result(&mut self) -> Option<u64> {
        self.rounds.result()
    }
}

/// What one of `operations` takes that `work` does together, ns.
#[inline]
pub fn timed(operations: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// A number that is the same for the same values in any order, since libraries keep rows in orders of their own.
pub fn checksum(values: impl IntoIterator<Item = [f32; 3]>) -> u64 {
    let mix = |sum: u64, [x, y, z]: [f32; 3]| {
        let bits = [x, y, z].map(|part| u64::from(part.to_bits()));
        sum.wrapping_add(bits[0].wrapping_mul(3) ^ bits[1].wrapping_mul(0x9e37_79b9) ^ bits[2].rotate_left(31))
    };
    values.into_iter().fold(0, mix)
}

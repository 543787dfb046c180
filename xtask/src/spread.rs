//! Durations summed up: median, 95th percentile, longest.

use std::fmt;
use std::time::Duration;

/// What several measurements of the same thing come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 95 % of them took no longer.
    pub p95: Duration,
    /// None of them took longer.
    pub max: Duration,
}

impl Spread {
    /// Sums `times` up; zero for none.
    pub fn of(times: &[Duration]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        Self { p50: percentile(&sorted, 50), p95: percentile(&sorted, 95), max: percentile(&sorted, 100) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", milliseconds(self.p50), milliseconds(self.p95), milliseconds(self.max))
    }
}

/// The median of `times`; zero for none.
pub fn median(times: &[Duration]) -> Duration {
    Spread::of(times).p50
}

/// A time in milliseconds without its unit, with as many digits as mean something.
pub fn milliseconds(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    let digits = if ms < 1.0 {
        3
    } else if ms < 10.0 {
        2
    } else {
        0
    };
    format!("{ms:.digits$}")
}

/// The smallest of the sorted times that at least `percent` of them don't exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Spread, milliseconds};
    use std::time::Duration;

    fn check(ms: &[u64], expected: [u64; 3]) {
        let times: Vec<Duration> = ms.iter().copied().map(Duration::from_millis).collect();
        let [p50, p95, max] = expected.map(Duration::from_millis);
        assert_eq!(Spread::of(&times), Spread { p50, p95, max }, "{ms:?}");
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        check(&[], [0, 0, 0]);
        check(&[7], [7, 7, 7]);
        check(&[4, 1, 3, 2], [2, 4, 4]);
        check(&(1..=100).rev().collect::<Vec<_>>(), [50, 95, 100]);
        check(&(1..=15).collect::<Vec<_>>(), [8, 15, 15]);
        check(&(1..=20).collect::<Vec<_>>(), [10, 19, 20]);
    }

    #[test]
    fn small_times_keep_their_digits() {
        let check = |us: u64, expected: &str| assert_eq!(milliseconds(Duration::from_micros(us)), expected);
        check(103, "0.103");
        check(2_496, "2.50");
        check(461_448, "461");
    }
}

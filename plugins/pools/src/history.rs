//! What the pools held lately.

use playground::editor::report::PoolRow;
use std::collections::{BTreeMap, VecDeque};

/// How far back graphs look, s.
pub const WINDOW: f64 = 60.0;
/// Time between two samples, s.
const INTERVAL: f64 = 0.25;

/// One number over time, oldest first.
pub type Series = VecDeque<[f64; 2]>;

/// Active, recycled and bytes of one pool.
#[derive(Default)]
pub struct Pool {
    /// Components or objects in use.
    pub active: Series,
    /// Rows that are free again.
    pub recycled: Series,
    /// Memory, bytes.
    pub bytes: Series,
}

/// All pools by name, and all of them together under the empty name.
#[derive(Default)]
pub struct History {
    pools: BTreeMap<String, Pool>,
    /// When the last sample was taken, s.
    pub sampled: f64,
}

impl History {
    /// Takes a sample, unless the last one is fresh.
    pub fn sample(&mut self, time: f64, rows: &[PoolRow]) {
        if time - self.sampled < INTERVAL && time >= self.sampled {
            return;
        }
        self.sampled = time;
        let mut sum = [0; 3];
        for row in rows {
            let numbers = [row.size.active, row.size.recycled, row.size.bytes];
            sum.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
            self.pools.entry(row.name.clone()).or_default().push(time, numbers);
        }
        self.pools.entry(String::new()).or_default().push(time, sum);
    }

    /// The history of one pool, or of all together.
    pub fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.get(name)
    }
}

impl Pool {
    fn push(&mut self, time: f64, numbers: [u64; 3]) {
        for (series, number) in [&mut self.active, &mut self.recycled, &mut self.bytes].into_iter().zip(numbers) {
            series.push_back([time, number as f64]);
            while series.front().is_some_and(|[at, _]| time - at > WINDOW + 1.0) {
                series.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::History;
    use playground::editor::report::PoolRow;

    #[test]
    fn old_samples_go_and_sums_are_kept() {
        let mut row = PoolRow { name: "orbit::Orbit".into(), ..PoolRow::default() };
        let mut history = History::default();
        for second in 1..=100 {
            row.size.active = second;
            history.sample(second as f64, &[row.clone(), row.clone()]);
        }
        let all = history.pool("").expect("the sum is always there");
        assert_eq!(all.active.back(), Some(&[100.0, 200.0]));
        assert!(all.active.len() <= 62);
    }
}

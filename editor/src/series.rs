//! A number over time, for graphs: samples of counters turned into rates.

use std::collections::VecDeque;

/// How long graphs look back, s.
pub const WINDOW: f64 = 60.0;

/// Samples of one number, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Series {
    samples: VecDeque<[f64; 2]>,
}

impl Series {
    /// Adds a sample at a time in seconds; what is older than [`WINDOW`] goes.
    pub fn push(&mut self, time: f64, value: f64) {
        self.samples.push_back([time, value]);
        while self.samples.front().is_some_and(|[at, _]| time - at > WINDOW + 1.0) {
            self.samples.pop_front();
        }
    }

    /// The samples with their time relative to `now`.
    pub fn points(&self, now: f64) -> Vec<[f64; 2]> {
        self.samples.iter().map(|[at, value]| [at - now, *value]).collect()
    }

    /// The newest value.
    pub fn last(&self) -> f64 {
        self.samples.back().map_or(0.0, |[_, value]| *value)
    }
}

/// A counter that only grows, turned into a rate per second.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    before: Option<(f64, u64)>,
    /// Its rate.
    pub rate: Series,
}

impl Counter {
    /// Takes the counter's value at a time. A counter that went back was made anew, and starts again.
    pub fn push(&mut self, time: f64, count: u64) {
        if let Some((at, before)) = self.before
            && time > at
            && count >= before
        {
            self.rate.push(time, (count - before) as f64 / (time - at));
        }
        self.before = Some((time, count));
    }
}

#[cfg(test)]
mod tests {
    use super::Counter;

    #[test]
    fn counters_become_rates() {
        let mut counter = Counter::default();
        for (time, count) in [(0.0, 100), (0.5, 150), (1.0, 150), (1.5, 0), (2.0, 10)] {
            counter.push(time, count);
        }
        let rates: Vec<f64> = counter.rate.points(2.0).iter().map(|[_, rate]| *rate).collect();
        assert_eq!(rates, [100.0, 0.0, 20.0]);
        assert_eq!(counter.rate.points(2.0)[0][0], -1.5);
    }
}

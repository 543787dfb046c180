//! How often a duration was how long: counted by powers of two. Knows nothing of what was timed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Buckets of a [`Distribution`].
pub const BUCKETS: usize = 32;

/// Durations in ns, counted by their order of magnitude: what was true when it was asked for.
///
/// Bucket 0 counts durations of 0 ns, bucket `b` those from 2^(b-1) up to but not including 2^b ns, and the last bucket
/// all from 2^30 ns, about a second, on.
///
/// ```
/// use playground_core_types::Distribution;
/// let mut distribution = Distribution::default();
/// for ns in [3, 90, 100, 5000] {
///     distribution.add(ns);
/// }
/// assert_eq!(distribution.buckets[7], 2); // 64..128 ns
/// assert_eq!(distribution.quantile(0.5), 127);
/// assert_eq!(distribution.quantile(1.0), 5000);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Durations that were counted: the sum of the buckets.
    pub count: u64,
    /// All of them together, ns.
    pub sum_ns: u64,
    /// The longest, ns.
    pub max_ns: u64,
    /// How many are in each bucket.
    pub buckets: [u64; BUCKETS],
}

impl Distribution {
    /// Counts a duration.
    pub fn add(&mut self, ns: u64) {
        self.count += 1;
        self.sum_ns = self.sum_ns.saturating_add(ns);
        self.max_ns = self.max_ns.max(ns);
        self.buckets[bucket_of(ns)] += 1;
    }

    /// A duration, ns, that the share `p` of all durations does not exceed; `p` is from 0 to 1. It is the end of a
    /// bucket or the longest duration, so up to twice what a sorted list would say and never less. 0 if nothing was
    /// counted.
    pub fn quantile(&self, p: f64) -> u64 {
        let wanted = ((p.clamp(0.0, 1.0) * self.count as f64).ceil() as u64).max(1);
        let mut below = 0;
        let found = self.buckets.iter().position(|count| {
            below += count;
            below >= wanted
        });
        found.map_or(0, |bucket| last_of(bucket).min(self.max_ns))
    }

    /// The average, ns; 0 if nothing was counted.
    pub fn mean_ns(&self) -> u64 {
        self.sum_ns.checked_div(self.count).unwrap_or(0)
    }
}

/// A distribution that several threads add to.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    sum_ns: AtomicU64,
    max_ns: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

impl Histogram {
    /// Counts a duration. The maximum and the sum go first, so that a snapshot that has the duration in its buckets
    /// most likely has them too.
    pub(crate) fn add(&self, ns: u64) {
        self.max_ns.fetch_max(ns, Relaxed);
        self.sum_ns.fetch_add(ns, Relaxed);
        self.buckets[bucket_of(ns)].fetch_add(1, Relaxed);
    }

    /// What was counted. The count fits the buckets; sum and maximum may be a duration ahead of them.
    pub(crate) fn snapshot(&self) -> Distribution {
        let buckets = self.buckets.each_ref().map(|bucket| bucket.load(Relaxed));
        Distribution {
            count: buckets.iter().sum(),
            sum_ns: self.sum_ns.load(Relaxed),
            max_ns: self.max_ns.load(Relaxed),
            buckets,
        }
    }
}

/// The number of bits that the duration has, at most the last bucket.
fn bucket_of(ns: u64) -> usize {
    ((u64::BITS - ns.leading_zeros()) as usize).min(BUCKETS - 1)
}

/// The longest duration of a bucket.
fn last_of(bucket: usize) -> u64 {
    if bucket == BUCKETS - 1 { u64::MAX } else { (1 << bucket) - 1 }
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Distribution, Histogram, bucket_of, last_of};

    #[test]
    fn a_bucket_ends_where_the_next_begins() {
        assert_eq!((bucket_of(0), bucket_of(1), bucket_of(u64::MAX)), (0, 1, BUCKETS - 1));
        for bucket in 0..BUCKETS - 1 {
            assert_eq!(bucket_of(last_of(bucket)), bucket);
            assert_eq!(bucket_of(last_of(bucket) + 1), bucket + 1);
        }
    }

    #[test]
    fn quantiles_are_never_too_short_and_at_most_twice_too_long() {
        let durations: Vec<u64> = (0..1000_u64).map(|n| n * n * 37 % 100_003).collect();
        let mut sorted = durations.clone();
        sorted.sort_unstable();
        let histogram = Histogram::default();
        durations.iter().for_each(|ns| histogram.add(*ns));
        let found = histogram.snapshot();
        for percent in 1..=100 {
            let exact = sorted[percent * 10 - 1];
            let quantile = found.quantile(percent as f64 / 100.0);
            assert!((exact..=exact * 2).contains(&quantile), "{percent} %: {quantile} for {exact}");
        }
        assert_eq!((found.count, found.max_ns), (1000, sorted[999]));
        assert_eq!((found.sum_ns, found.mean_ns()), (sorted.iter().sum(), sorted.iter().sum::<u64>() / 1000));
    }

    #[test]
    fn nothing_has_quantiles_of_zero() {
        let nothing = Distribution::default();
        assert_eq!((nothing.quantile(0.5), nothing.quantile(f64::NAN), nothing.mean_ns()), (0, 0, 0));
    }

    #[test]
    fn both_forms_count_alike() {
        let (histogram, mut distribution) = (Histogram::default(), Distribution::default());
        for ns in [0, 1, 17, 1 << 40] {
            histogram.add(ns);
            distribution.add(ns);
        }
        assert_eq!(histogram.snapshot(), distribution);
    }
}

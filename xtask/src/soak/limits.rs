//! What may grow over many reloads, and by how much.
//!
//! The limits are several times the aims, so that a busy machine alone breaks none of them.

use crate::spread::{Spread, median, milliseconds};
use crate::vitals::Vitals;
use std::time::Duration;

/// Memory that a generation is to cost, since its library stays mapped.
const AIM_BYTES: f64 = 64.0 * 1024.0;
/// Times the aim from which on it is too much.
const MOST_TIMES_AIM: f64 = 6.0;
/// Times that something may take at the end, as a multiple of the beginning.
const MOST_TIMES_SLOWER: f64 = 1.5;
/// Growth of a frame, or of an answer, that no noise on a busy machine explains.
const NOTICEABLE: Duration = Duration::from_micros(200);
/// The same for the swap, which is shorter.
const NOTICEABLE_SWAP: Duration = Duration::from_micros(500);

/// A look at the editor after a number of reloads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Reloads since the warm-up.
    pub reloads: u32,
    /// What the system says.
    pub vitals: Vitals,
    /// Entities of the world.
    pub entities: u64,
    /// Processor time of the engine's thread per frame.
    pub frame: Duration,
    /// From a call to its answer, which comes after a new report was published.
    pub answer: Duration,
    /// The reloads since the sample before, from the save until the new code is the one that runs.
    pub reload: Spread,
    /// Their stage in which the world stands still.
    pub swapped: Spread,
}

/// One thing that was judged, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub what: &'static str,
    /// What was measured.
    pub measured: String,
    /// What the project aims at.
    pub aim: String,
    /// What it may be at most.
    pub limit: String,
    /// Whether it is within the limit; `None` for what is only told.
    pub held: Option<bool>,
    /// Whether it is a time, which depends on what else the machine does.
    pub is_time: bool,
}

/// Judges a run by its samples; the first one is where it began.
pub fn judge(samples: &[Sample]) -> Vec<Finding> {
    let sum = |vitals: Vitals| vitals.anonymous_bytes + vitals.file_bytes;
    vec![
        memory("memory per reload", samples, sum, true),
        memory("… anonymous", samples, |vitals| vitals.anonymous_bytes, false),
        memory("… backed by files", samples, |vitals| vitals.file_bytes, false),
        memory("libraries mapped per reload", samples, |vitals| vitals.library_bytes, false),
        equal("handles", samples, |sample| sample.vitals.handles),
        equal("threads", samples, |sample| sample.vitals.threads),
        equal("entities", samples, |sample| sample.entities),
        slower("frame, ms", samples, |sample| sample.frame, NOTICEABLE),
        slower("answer, ms", samples, |sample| sample.answer, NOTICEABLE),
        slower("swapped p50, ms", samples, |sample| sample.swapped.p50, NOTICEABLE_SWAP),
        finding("reload p50, ms", samples, |sample| milliseconds(sample.reload.p50)),
    ]
}

fn finding(what: &'static str, samples: &[Sample], show: impl Fn(&Sample) -> String) -> Finding {
    let ends = [samples.first(), samples.last()].map(|sample| sample.map(&show).unwrap_or_default());
    Finding {
        what, measured: ends.join(" → "), aim: "–".to_owned(), limit: "–".to_owned(), held: None, is_time: false
    }
}

fn memory(what: &'static str, samples: &[Sample], bytes: impl Fn(Vitals) -> u64, is_limited: bool) -> Finding {
    let points: Vec<(f64, f64)> =
        samples.iter().map(|sample| (f64::from(sample.reloads), bytes(sample.vitals) as f64)).collect();
    let each = slope(&points);
    let limit = AIM_BYTES * MOST_TIMES_AIM;
    let kib = |bytes: f64| format!("{:.0} KiB", bytes / 1024.0);
    let mut found = finding(what, samples, |sample| kib(bytes(sample.vitals) as f64));
    found.measured = format!("{} ({})", kib(each), found.measured);
    if is_limited {
        found.aim = format!("≤ {}: {}", kib(AIM_BYTES), if each <= AIM_BYTES { "met" } else { "missed" });
        found.limit = format!("≤ {}", kib(limit));
        found.held = Some(each <= limit);
    }
    found
}

fn equal(what: &'static str, samples: &[Sample], count: impl Fn(&Sample) -> u64) -> Finding {
    let mut found = finding(what, samples, |sample| count(sample).to_string());
    found.aim = "equal".to_owned();
    found.limit = "equal".to_owned();
    found.held = Some(samples.first().map(&count) == samples.last().map(&count));
    found
}

/// Compares the median of the first third of the samples with that of the last third.
fn slower(what: &'static str, samples: &[Sample], time: impl Fn(&Sample) -> Duration, slack: Duration) -> Finding {
    let third = samples.len().div_ceil(3);
    let of = |samples: &[Sample]| median(&samples.iter().map(&time).collect::<Vec<_>>());
    let (before, after) = (of(&samples[..third]), of(&samples[samples.len() - third..]));
    let most = before.mul_f64(MOST_TIMES_SLOWER) + slack;
    Finding {
        what,
        measured: format!("{} → {}", milliseconds(before), milliseconds(after)),
        aim: "equal".to_owned(),
        limit: format!("≤ {}", milliseconds(most)),
        held: Some(after <= most),
        is_time: true,
    }
}

/// By how much `y` grows per `x`: the slope of the line with the least squares of differences.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (sum_x, sum_y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (with_y, with_x) = points.iter().fold((0.0, 0.0), |(with_y, with_x), (x, y)| {
        (with_y + (x - mean_x) * (y - mean_y), with_x + (x - mean_x) * (x - mean_x))
    });
    // A single point has no slope.
    if with_x > 0.0 { with_y / with_x } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Sample, judge, slope};
    use crate::spread::Spread;
    use std::time::Duration;

    /// Eleven samples, each 50 reloads after the one before and as `change` makes it.
    fn samples(change: impl Fn(&mut Sample)) -> Vec<Sample> {
        let sample = |at: u32| {
            let swapped = Duration::from_micros(100);
            let mut sample = Sample {
                reloads: at * 50,
                entities: 342,
                frame: Duration::from_micros(250),
                answer: Duration::from_micros(60),
                swapped: Spread { p50: swapped, p95: swapped, max: swapped },
                ..Sample::default()
            };
            (sample.vitals.handles, sample.vitals.threads) = (3, 3);
            sample.vitals.anonymous_bytes = 7 << 20;
            sample.vitals.file_bytes = 16 << 20;
            change(&mut sample);
            sample
        };
        (0..=10).map(sample).collect()
    }

    /// Checks that exactly `expected` is beyond its limit.
    #[track_caller]
    fn check(change: impl Fn(&mut Sample), expected: &[&str]) {
        let findings = judge(&samples(change));
        let beyond: Vec<&str> = findings.iter().filter(|one| one.held == Some(false)).map(|one| one.what).collect();
        assert_eq!(beyond, expected, "{findings:#?}");
    }

    #[test]
    fn what_stays_as_it_is_passes() {
        check(|_| {}, &[]);
    }

    #[test]
    fn memory_may_grow_by_six_times_the_aim() {
        check(|sample| sample.vitals.anonymous_bytes += u64::from(sample.reloads) * 383 * 1024, &[]);
        check(|sample| sample.vitals.anonymous_bytes += u64::from(sample.reloads) * 385 * 1024, &["memory per reload"]);
        let both = |sample: &mut Sample| {
            sample.vitals.anonymous_bytes += u64::from(sample.reloads) * 195 * 1024;
            sample.vitals.file_bytes += u64::from(sample.reloads) * 195 * 1024;
        };
        check(both, &["memory per reload"]);
    }

    #[test]
    fn the_aim_is_told_without_being_a_limit() {
        let aim = |bytes: u64| {
            let grow = move |sample: &mut Sample| sample.vitals.file_bytes += u64::from(sample.reloads) * bytes;
            judge(&samples(grow))[0].aim.clone()
        };
        assert_eq!((aim(63 * 1024).as_str(), aim(65 * 1024).as_str()), ("≤ 64 KiB: met", "≤ 64 KiB: missed"));
    }

    #[test]
    fn one_handle_or_thread_or_entity_more_is_too_much() {
        check(|sample| sample.vitals.handles += u64::from(sample.reloads / 500), &["handles"]);
        check(|sample| sample.vitals.threads += u64::from(sample.reloads / 500), &["threads"]);
        check(|sample| sample.entities -= u64::from(sample.reloads / 500), &["entities"]);
        // What is only open for a moment is none.
        check(|sample| sample.vitals.handles += u64::from(sample.reloads == 250), &[]);
    }

    #[test]
    fn times_may_be_noisy_but_not_grow() {
        check(|sample| sample.frame += Duration::from_micros(u64::from(sample.reloads / 2)), &[]);
        check(|sample| sample.frame += Duration::from_micros(u64::from(sample.reloads) * 2), &["frame, ms"]);
        check(|sample| sample.answer += Duration::from_micros(u64::from(sample.reloads) * 2), &["answer, ms"]);
        check(
            |sample| sample.swapped.p50 += Duration::from_micros(u64::from(sample.reloads) * 2),
            &["swapped p50, ms"],
        );
        let one_slow = |sample: &mut Sample| sample.frame += Duration::from_millis(u64::from(sample.reloads == 500));
        check(one_slow, &[]);
    }

    #[test]
    fn the_slope_of_a_line_is_its_own() {
        assert!((slope(&[(0.0, 5.0), (10.0, 25.0), (20.0, 45.0)]) - 2.0).abs() < 1e-9);
        assert_eq!(slope(&[(3.0, 4.0)]), 0.0);
    }
}

//! Times, sizes and counts in words that people read.

use std::time::Duration;

/// A time in the unit that fits: `850 ns`, `12.3 µs`, `4.56 ms`, `1.20 s`, `2 min 5 s`.
pub fn time(duration: Duration) -> String {
    let ns = duration.as_nanos() as f64;
    match ns {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{} µs", three(ns / 1e3)),
        ns if ns < 1e9 => format!("{} ms", three(ns / 1e6)),
        ns if ns < 60e9 => format!("{} s", three(ns / 1e9)),
        _ => format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60),
    }
}

/// How long ago something was, roughly: `3 s`, `5 min`, `2 h`, `4 d`.
pub fn age(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds < 60 => format!("{seconds} s"),
        seconds if seconds < 3600 => format!("{} min", seconds / 60),
        seconds if seconds < 86_400 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// A size in the unit that fits: `512 B`, `14.2 KiB`, `3.10 MiB`.
pub fn size(bytes: u64) -> String {
    let parts = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", three(parts / 1024.0)),
        1_048_576..1_073_741_824 => format!("{} MiB", three(parts / 1_048_576.0)),
        _ => format!("{} GiB", three(parts / 1_073_741_824.0)),
    }
}

/// A whole number with thin gaps between the thousands: `12 345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A number of things in words: `1 component`, `12 components`.
pub fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

/// A rate or another number that need not be whole.
pub fn rate(number: f64) -> String {
    match number {
        number if number >= 1e6 => format!("{} M", three(number / 1e6)),
        number if number >= 1e4 => format!("{} k", three(number / 1e3)),
        number if number >= 100.0 || number == number.trunc() => format!("{number:.0}"),
        number => format!("{number:.1}"),
    }
}

/// A hash as people compare it: its first eight digits.
pub fn hash(hash: Option<u64>) -> String {
    hash.map_or("–".to_owned(), |hash| format!("{:08x}", hash >> 32))
}

/// The short name of a module: `orbit` for `playground-plugins-orbit`.
pub fn module(name: &str) -> &str {
    ["playground-plugins-", "playground-systems-", "playground-core-"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
}

/// Three significant digits.
fn three(number: f64) -> String {
    match number {
        number if number >= 100.0 => format!("{number:.0}"),
        number if number >= 10.0 => format!("{number:.1}"),
        number => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, counted, module, size, time};
    use std::time::Duration;

    #[test]
    fn units_fit_the_number() {
        assert_eq!(time(Duration::from_nanos(850)), "850 ns");
        assert_eq!(time(Duration::from_micros(12)), "12.0 µs");
        assert_eq!(time(Duration::from_millis(456)), "456 ms");
        assert_eq!(time(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(size(512), "512 B");
        assert_eq!(size(14_540), "14.2 KiB");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!((counted(1, "row", "rows"), counted(2, "row", "rows")), ("1 row".into(), "2 rows".into()));
        assert_eq!(module("playground-plugins-orbit"), "orbit");
        assert_eq!(module("my-game"), "my-game");
    }
}

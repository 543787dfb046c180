//! How shared values behave between threads. Nothing here sleeps: a test waits for the state that it is about.

mod contention;
mod hold;
mod holder;
mod sharing;

use playground_core_types::{Lock, LockStats};
use std::time::{Duration, Instant};

/// Lets others run until the lock says what is expected, and returns what it said.
fn until<T>(lock: &Lock<T>, expected: impl Fn(&LockStats) -> bool) -> LockStats {
    loop {
        let stats = lock.stats();
        if expected(&stats) {
            return stats;
        }
        std::thread::yield_now();
    }
}

/// Returns once the clock has moved by this much, so that what was timed meanwhile took at least as long.
fn pass(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

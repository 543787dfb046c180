//! How long a lock is held.

use crate::{pass, until};
use playground_core_types::{HOLD_SAMPLING, Lock, Who};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

const TIME: Duration = Duration::from_micros(1);

#[test]
fn a_sample_is_measured() {
    let lock = Lock::new("position", 0);
    (1..HOLD_SAMPLING).for_each(|_| drop(lock.read()));
    (1..HOLD_SAMPLING).for_each(|_| drop(lock.write()));
    assert_eq!(lock.stats().hold.count, 0);
    let guard = lock.read();
    pass(TIME);
    assert_eq!(lock.stats().hold.count, 0, "it has not ended");
    drop(guard);
    let hold = lock.stats().hold;
    assert_eq!(hold.count, 1);
    assert!(hold.max_ns >= TIME.as_nanos() as u64);
    drop(lock.write());
    (0..10 * HOLD_SAMPLING).for_each(|_| drop(lock.write()));
    assert_eq!(lock.stats().hold.count, 12);
}

#[test]
fn who_waited_is_measured() {
    let lock = Lock::new("position", 0);
    std::thread::scope(|scope| {
        let guard = lock.write();
        scope.spawn(|| {
            let _guard = lock.read();
            pass(TIME);
        });
        until(&lock, |stats| stats.waiters == 1);
        drop(guard);
    });
    let hold = lock.stats().hold;
    assert_eq!(hold.count, 1);
    assert!(hold.sum_ns >= TIME.as_nanos() as u64);
}

#[test]
fn a_panic_gives_the_lock_back() {
    let lock = Lock::new("position", 0);
    (1..HOLD_SAMPLING).for_each(|_| drop(lock.write()));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        *lock.write_as(Who(1)) = 1;
        let _guard = lock.read_as(Who(2));
        panic!("a reader fails");
    }));
    assert!(outcome.is_err());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut guard = lock.write_as(Who(1));
        *guard = 2;
        panic!("a writer fails");
    }));
    assert!(outcome.is_err());
    let stats = lock.stats();
    assert_eq!((stats.holder, stats.writes, stats.hold.count), (None, HOLD_SAMPLING + 1, 1));
    assert_eq!(lock.try_write().as_deref(), Some(&2));
}

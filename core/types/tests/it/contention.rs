//! Who waits, for whom, and how long.

use crate::{pass, until};
use playground_core_types::{Lock, LockStats, RECENT, Who};
use std::time::Duration;

const HOLDER: Who = Who(1);
const WAITER: Who = Who(2);
const TIME: Duration = Duration::from_micros(1);

/// Has one thread wait for a writer, and returns what the lock said during the wait and what it says after it.
fn wait_once(lock: &Lock<u64>, write: bool) -> (LockStats, LockStats) {
    let before = lock.stats();
    let during = std::thread::scope(|scope| {
        let guard = lock.write_as(HOLDER);
        scope.spawn(|| if write { drop(lock.write_as(WAITER)) } else { drop(lock.read_as(WAITER)) });
        let during = until(lock, |stats| stats.waiters == 1 && stats.contended == before.contended + 1);
        pass(TIME);
        drop(guard);
        during
    });
    (during, lock.stats())
}

#[test]
fn a_wait_is_seen_while_it_lasts() {
    for write in [false, true] {
        let (during, after) = wait_once(&Lock::new("position", 0), write);
        assert_eq!((during.waiters, during.contended, during.wait.count), (1, 1, 0));
        assert_eq!((during.holder, during.recent.len()), (Some(HOLDER), 0));
        assert_eq!((after.waiters, after.contended, after.holder), (0, 1, None));
    }
}

#[test]
fn a_wait_is_counted_and_timed() {
    for write in [false, true] {
        let (_, after) = wait_once(&Lock::new("position", 0), write);
        assert_eq!((after.reads, after.writes), if write { (0, 2) } else { (1, 1) });
        let wait_ns = after.wait.max_ns;
        assert!(wait_ns >= TIME.as_nanos() as u64);
        assert_eq!((after.wait.count, after.wait.sum_ns, after.wait_ns), (1, wait_ns, wait_ns));
        assert_eq!((after.wait.quantile(0.0), after.wait.quantile(1.0)), (wait_ns, wait_ns));
    }
}

#[test]
fn a_wait_is_written_down() {
    for write in [false, true] {
        let (_, after) = wait_once(&Lock::new("position", 0), write);
        let [contention] = after.recent[..] else { panic!("{:?}", after.recent) };
        assert_eq!((contention.number, contention.write, after.lost), (0, write, 0));
        assert_eq!((contention.waiter, contention.holder), (WAITER, HOLDER));
        assert_eq!(contention.wait_ns, after.wait_ns);
    }
}

#[test]
fn the_last_waits_are_kept() {
    let lock = Lock::new("position", 0);
    let waits = RECENT as u64 + 6;
    for _ in 0..waits {
        wait_once(&lock, true);
    }
    let stats = lock.stats();
    let numbers: Vec<u64> = stats.recent.iter().map(|contention| contention.number).collect();
    assert_eq!(numbers, (6..waits).collect::<Vec<_>>());
    assert!(stats.recent.windows(2).all(|pair| pair[0].at_ns + pair[0].wait_ns <= pair[1].at_ns));
    assert_eq!((stats.contended, stats.wait.count, stats.lost), (waits, waits, 0));
    let summary = lock.summary();
    assert_eq!(summary, LockStats { recent: Vec::new(), age_ns: summary.age_ns, ..stats });
}

#[test]
fn all_who_wait_are_counted() {
    let lock = Lock::new("position", 0);
    std::thread::scope(|scope| {
        let guard = lock.write();
        for _ in 0..3 {
            scope.spawn(|| *lock.write() += 1);
        }
        until(&lock, |stats| stats.waiters == 3);
        drop(guard);
    });
    let stats = lock.stats();
    assert_eq!((stats.waiters, stats.contended, stats.wait.count), (0, 3, 3));
    assert_eq!(stats.recent.len() as u64 + stats.lost, 3);
    assert_eq!(lock.into_inner(), 3);
}

#[test]
fn writes_are_counted_exactly() {
    let lock = Lock::new("position", 0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..10_000).for_each(|_| *lock.write() += 1));
        }
    });
    let stats = lock.stats();
    assert_eq!((stats.writes, stats.reads, *lock.read()), (20_000, 0, 20_000));
    assert_eq!((stats.waiters, stats.wait.count), (0, stats.contended));
}

#[test]
fn readers_do_not_wait_for_each_other() {
    let lock = Lock::new("position", 0);
    let first = lock.read();
    std::thread::scope(|scope| drop(scope.spawn(|| (0..1000).for_each(|_| drop(lock.read())))));
    drop(first);
    let stats = lock.stats();
    assert_eq!((stats.reads, stats.contended), (1001, 0));
}

#[test]
fn different_locks_do_not_wait_for_each_other() {
    let locks = [Lock::new("position", 0), Lock::new("velocity", 0)];
    std::thread::scope(|scope| {
        for lock in &locks {
            scope.spawn(|| (0..10_000).for_each(|_| *lock.write() += 1));
        }
    });
    for stats in locks.map(|lock| lock.stats()) {
        assert_eq!((stats.writes, stats.contended, stats.recent.len()), (10_000, 0, 0));
    }
}

//! Who has a lock, and who does not get it.

use playground_core_types::{Lock, LockStats, Who};

const A: Who = Who(1);
const B: Who = Who(2);

#[test]
fn a_writer_is_the_holder_until_it_ends() {
    let lock = Lock::new("position", 0);
    assert_eq!(lock.stats().holder, None);
    let guard = lock.write_as(A);
    assert_eq!(lock.stats().holder, Some(A));
    drop(guard);
    assert_eq!(lock.stats().holder, None);
    let _guard = lock.write();
    assert_eq!(lock.stats().holder, Some(Who::UNKNOWN));
}

#[test]
fn of_readers_the_last_to_come_is_the_holder() {
    let lock = Lock::new("position", 0);
    let first = lock.read_as(A);
    let second = lock.read_as(B);
    assert_eq!(lock.stats().holder, Some(B));
    drop(second);
    assert_eq!(lock.stats().holder, Some(B));
    drop(first);
    assert_eq!(lock.stats().holder, None);
}

#[test]
fn a_refusal_changes_nothing() {
    let lock = Lock::new("position", 0);
    let guard = lock.write_as(A);
    let before = lock.stats();
    assert!(lock.try_read_as(B).is_none() && lock.try_write_as(B).is_none());
    assert!(lock.try_read().is_none() && lock.try_write().is_none());
    assert_eq!(LockStats { age_ns: before.age_ns, ..lock.stats() }, before, "only time has passed");
    drop(guard);
    let reader = lock.try_read_as(B);
    assert!(reader.is_some() && lock.try_write().is_none());
    assert_eq!(lock.stats().holder, Some(B));
    drop(reader);
    *lock.try_write_as(A).unwrap() += 1;
    let stats = lock.stats();
    assert_eq!((stats.reads, stats.writes, stats.contended), (1, 2, 0));
}

#[test]
fn a_lock_is_printed_without_waiting_for_it() {
    let mut lock = Lock::new("position", 7);
    let guard = lock.write();
    assert!(format!("{lock:?}").contains("locked"));
    assert_eq!(format!("{guard:?}"), "7");
    drop(guard);
    assert!(format!("{lock:?}").contains('7'));
    *lock.get_mut() = 8;
    assert_eq!((lock.stats().writes, lock.name(), *lock.read()), (1, "position", 8));
}

#[test]
fn a_lock_is_small_until_it_is_used() {
    assert!(size_of::<Lock<()>>() <= 2 * 64, "{} bytes, more than two cache lines", size_of::<Lock<()>>());
}

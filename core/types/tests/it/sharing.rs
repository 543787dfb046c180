//! What a clone is, and what a detached value is.

use playground_core_types::{Atomic, Detach, Handle, Once, Shared, ThreadSafe};
use std::fmt::Debug;

/// A clone is the same value, a detached one is an equal one.
fn check<S: ThreadSafe + Detach, T: PartialEq + Debug>(shared: &S, get: impl Fn(&S) -> T) {
    let (alias, copy) = (shared.clone(), shared.detach());
    assert!(shared.same(&alias) && !shared.same(&copy) && !copy.same(&copy.detach()));
    assert_eq!((get(&alias), get(&copy)), (get(shared), get(shared)));
}

#[test]
fn clones_are_aliases_and_detached_ones_are_not() {
    check(&Handle::new([1, 2]), |handle| **handle);
    check(&Atomic::new(3), Atomic::load);
    check(&Once::from(4), |once| once.get().copied());
    check(&Once::<u8>::new(), |once| once.get().copied());
    check(&Shared::new("score", 5), |shared| *shared.read());
}

#[test]
fn a_detached_lock_has_the_name_and_counts_of_its_own() {
    for score in [Shared::new("score", vec![1]), Shared::new(String::from("score"), vec![1])] {
        score.write().push(2);
        let copy = score.detach();
        assert_eq!((copy.name(), copy.stats().writes, copy.stats().reads), ("score", 0, 0));
        copy.write().push(3);
        assert_eq!((&*score.read(), &*copy.read()), (&vec![1, 2], &vec![1, 2, 3]));
    }
}

#[test]
fn an_alias_has_the_lock_in_common() {
    let score = Shared::new("score", 0);
    let alias = score.clone();
    let guard = score.write();
    assert!(alias.try_read().is_none() && alias.try_write().is_none());
    drop(guard);
    *alias.try_write().unwrap() += 1;
    assert_eq!((score.try_read().as_deref(), score.summary().writes), (Some(&1), 2));
}

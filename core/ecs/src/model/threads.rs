//! The threads that queries and systems share with the one that calls them: rayon's, as many as there are other cores.

use playground_core_types::Lock;
use std::collections::VecDeque;

/// Starts the threads, named `ecs-0` and up. Called once by the program; without it, or if they run already, the ones
/// that are there serve.
pub fn start() {
    let others = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
    let named = |at: usize| format!("ecs-{at}");
    // An error says that they run already.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(others).thread_name(named).build_global();
}

/// How many threads can work at the same time, this one included.
pub fn count() -> usize {
    rayon::current_num_threads() + usize::from(rayon::current_thread_index().is_none())
}

/// The number of this thread: 0 for one that is not of these, and from 1 for those.
pub fn current() -> usize {
    rayon::current_thread_index().map_or(0, |at| at + 1)
}

/// Works off the shares on this thread and the others. Each has a part of its own, neighbours from front to back, so
/// that one part meets the same core's cache from run to run; who is done takes from the backs of the other parts.
pub fn share_out<T: Send + Sync>(mut shares: Vec<T>, work: impl Fn(T) + Sync) {
    let threads = count().min(shares.len());
    let mut parts: Vec<Lock<VecDeque<T>>> = Vec::with_capacity(threads);
    for part in (0..threads).rev() {
        let own = shares.split_off(shares.len() * part / (part + 1));
        parts.push(Lock::new("shares", own.into()));
    }
    let take = |part: usize, from: fn(&mut VecDeque<T>) -> Option<T>| from(&mut parts[part].write());
    let turn = |own: usize| {
        while let Some(share) = take(own, VecDeque::pop_front) {
            work(share);
        }
        for other in (0..threads).filter(|other| *other != own) {
            while let Some(share) = take(other, VecDeque::pop_back) {
                work(share);
            }
        }
    };
    let turn = &turn;
    rayon::in_place_scope(|scope| {
        (1..threads).for_each(|own| scope.spawn(move |_| turn(own)));
        if threads > 0 {
            turn(0);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::share_out;
    use std::sync::Mutex;

    #[test]
    fn every_share_is_worked_off_once() {
        for count in [0, 1, 2, 3, 100] {
            let seen = Mutex::new(Vec::new());
            share_out((0..count).collect(), |share: u32| seen.lock().expect("no share panics").push(share));
            let mut seen = seen.into_inner().expect("no share panics");
            seen.sort_unstable();
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_share_that_panics_keeps_no_other_from_being_worked_off_and_is_told() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads start");
        let (done, both) = (Mutex::new(0), std::sync::Barrier::new(2));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.install(|| {
                share_out(vec![0, 1], |share| {
                    both.wait();
                    assert_eq!(share, 1, "the first one panics");
                    *done.lock().expect("it panics outside") += 1;
                });
            });
        }));
        assert_eq!((outcome.is_err(), done.into_inner().expect("it panics outside")), (true, 1));
    }
}

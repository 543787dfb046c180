//! The same operation on one thread, and on two at once.

use crate::harness::{Case, Side, timed};
use std::sync::{Arc, Barrier};

/// How many threads do it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// One.
    One,
    /// Two that begin together.
    Two,
}

/// Operations of one thread in one round.
pub const OPERATIONS: usize = 200_000;

/// A case that takes rounds of `work`, which does [`OPERATIONS`] operations; ns per operation of one thread.
pub fn case<S: Clone + Send + 'static>(
    name: &'static str,
    side: Side,
    threads: Threads,
    state: S,
    work: impl Fn(&mut S) + Clone + Send + 'static,
) -> Case {
    Case::new(name, side, state, move |state| match threads {
        Threads::One => timed(OPERATIONS, || work(state)),
        Threads::Two => at_once([state.clone(), state.clone()].map(|mut state| {
            let work = work.clone();
            move || work(&mut state)
        })),
    })
}

/// What one operation takes if each of the two does [`OPERATIONS`] at the same time, ns.
pub fn at_once<W: FnOnce() + Send + 'static>(works: [W; 2]) -> f64 {
    let start = Arc::new(Barrier::new(2));
    let threads = works.map(|work| {
        let start = start.clone();
        let thread = std::thread::Builder::new().name("bench".to_owned()).spawn(move || {
            start.wait();
            timed(OPERATIONS, work)
        });
        thread.expect("the system has room for two threads")
    });
    threads.into_iter().map(|thread| thread.join().expect("no operation panics")).sum::<f64>() / 2.0
}

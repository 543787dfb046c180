//! In which order the systems of a stage run, and which of them may run at the same time.
//!
//! The order is that of registration, refined by `before` and `after`. Knows nothing of running.

use super::{Stage, record::SystemRecord};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// The order of one stage. Numbers are places in the list of all systems, unless they are said to be others.
#[derive(Default)]
pub(super) struct Plan {
    /// The stage's systems in the order in which they run; those switched off keep their place.
    pub order: Vec<usize>,
    /// Those that are switched on, in that order.
    pub active: Vec<usize>,
    /// Parts of `active` in which nobody excludes another one.
    pub waves: Vec<Range<usize>>,
    /// What was said about the order.
    pub edges: Vec<Edge>,
    /// What could not be followed, by system.
    pub warnings: Vec<(usize, String)>,
    /// Systems that wait for each other: `a after b after a`. Among them the order of registration holds.
    pub cycles: Vec<String>,
}

/// One wish for an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    /// Who runs first.
    pub first: usize,
    /// Who runs then.
    pub then: usize,
    /// Whether it is followed; in a cycle it is not.
    pub followed: bool,
}

impl Plan {
    /// The plan of `stage`. `is_on` says which systems are switched on.
    pub fn new(systems: &[SystemRecord], stage: Stage, is_on: impl Fn(&SystemRecord) -> bool) -> Self {
        let mut plan = Self::default();
        let members: Vec<usize> = (0..systems.len()).filter(|at| systems[*at].stage == stage).collect();
        for at in &members {
            plan.resolve(systems, *at);
        }
        plan.sort(systems, &members);
        plan.active = plan.order.iter().copied().filter(|at| is_on(&systems[*at])).collect();
        plan.group(systems);
        plan
    }

    /// Notes what one system says about its order.
    fn resolve(&mut self, systems: &[SystemRecord], at: usize) {
        let said = systems[at].before.iter().map(|name| (name, true));
        for (name, before) in said.chain(systems[at].after.iter().map(|name| (name, false))) {
            let named: Vec<usize> = (0..systems.len()).filter(|other| systems[*other].is_named(name)).collect();
            let own: Vec<usize> =
                named.iter().copied().filter(|other| systems[*other].module == systems[at].module).collect();
            let meant = if own.is_empty() { named } else { own };
            let (here, elsewhere): (Vec<usize>, Vec<usize>) =
                meant.into_iter().partition(|other| systems[*other].stage == systems[at].stage);
            let word = if before { "before" } else { "after" };
            match (here.is_empty(), elsewhere.first()) {
                (true, None) => {
                    self.warnings.push((at, format!("{word} `{name}`: there is no system of that name (yet)")))
                }
                (true, Some(other)) => {
                    let stage = systems[*other].stage.name();
                    let text = format!("{word} `{name}`: it runs in {stage}; an order holds within one stage only");
                    self.warnings.push((at, text));
                }
                _ => {}
            }
            for other in here {
                let (first, then) = if before { (at, other) } else { (other, at) };
                let edge = Edge { first, then, followed: true };
                if !self.edges.contains(&edge) {
                    self.edges.push(edge);
                }
            }
        }
    }

    /// Kahn's algorithm; of several systems that could be next it takes the one that was registered first. Source: A. B.
    /// Kahn, Topological sorting of large networks, 1962.
    fn sort(&mut self, systems: &[SystemRecord], members: &[usize]) {
        let mut waits = vec![0_usize; systems.len()];
        self.edges.iter().for_each(|edge| waits[edge.then] += 1);
        let mut done = vec![false; systems.len()];
        let mut ready: BinaryHeap<Reverse<usize>> =
            members.iter().copied().filter(|at| waits[*at] == 0).map(Reverse).collect();
        while self.order.len() < members.len() {
            while let Some(Reverse(at)) = ready.pop() {
                done[at] = true;
                self.order.push(at);
                for edge in self.edges.iter().filter(|edge| edge.first == at && edge.followed) {
                    waits[edge.then] -= 1;
                    if waits[edge.then] == 0 {
                        ready.push(Reverse(edge.then));
                    }
                }
            }
            // Whoever is left waits for a cycle. Each round gives up the wishes of one, so this ends.
            let Some(left) = members.iter().copied().find(|at| !done[*at]) else { break };
            let cycle = self.cycle(left, &done);
            for edge in self.edges.iter_mut().filter(|edge| edge.followed) {
                if cycle.contains(&edge.first) && cycle.contains(&edge.then) {
                    edge.followed = false;
                    waits[edge.then] -= 1;
                }
            }
            ready.extend(cycle.iter().copied().filter(|at| waits[*at] == 0).map(Reverse));
            let labels = cycle.iter().chain(cycle.first()).map(|at| systems[*at].label());
            let text = labels.collect::<Vec<_>>().join(" after ");
            let warning = || format!("it waits for itself: {text}; among these the order of registration holds");
            self.warnings.extend(cycle.iter().map(|at| (*at, warning())));
            self.cycles.push(text);
        }
    }

    /// The cycle that one meets when one goes from a system to one that it waits for, and on from there. Begins with
    /// the system that was registered first.
    fn cycle(&self, start: usize, done: &[bool]) -> Vec<usize> {
        let mut path = vec![start];
        loop {
            let at = path[path.len() - 1];
            let waits_for = |edge: &&Edge| edge.followed && edge.then == at && !done[edge.first];
            // Without one the system would have been ready.
            let Some(next) = self.edges.iter().filter(waits_for).map(|edge| edge.first).min() else { return path };
            if let Some(from) = path.iter().position(|known| *known == next) {
                let mut cycle = path.split_off(from);
                let least = (0..cycle.len()).min_by_key(|place| cycle[*place]).unwrap_or(0);
                cycle.rotate_left(least);
                return cycle;
            }
            path.push(next);
        }
    }

    /// Cuts the order wherever a system has to wait for one before it.
    fn group(&mut self, systems: &[SystemRecord]) {
        let mut start = 0;
        for (place, at) in self.active.iter().enumerate() {
            let waits = self.active[start..place].iter().any(|before| {
                let said = self.edges.iter().any(|edge| edge.followed && edge.first == *before && edge.then == *at);
                said || systems[*before].access.conflicts(&systems[*at].access)
            });
            if waits {
                self.waves.push(start..place);
                start = place;
            }
        }
        if start < self.active.len() {
            self.waves.push(start..self.active.len());
        }
    }

    /// The number of the wave in which a system runs, from 0; `None` if it is switched off.
    pub fn wave(&self, system: usize) -> Option<usize> {
        let place = self.active.iter().position(|at| *at == system)?;
        self.waves.iter().position(|wave| wave.contains(&place))
    }
}

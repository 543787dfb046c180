//! What observers want to know: components that came and went since the last look.

use playground_engine_types::{ComponentId, Entity, Value};

/// What happened to a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifecycle {
    /// An entity got it.
    Added,
    /// An entity lost it, or ended with it.
    Removed,
    /// Its value is another.
    Changed,
}

/// One thing that happened to one component.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What happened.
    pub what: Lifecycle,
    /// To whom.
    pub entity: Entity,
    /// The component type.
    pub component: ComponentId,
    /// The value that it had, if it was removed.
    pub last: Option<Value>,
}

/// Which components are observed, and what happened to them. Costs one comparison per structural change if none is.
#[derive(Default)]
pub struct Watch {
    /// Whether arrivals and departures are noted, by component. Kept apart from the pools' numbers, because those of
    /// a restored world are others.
    wanted: Vec<(ComponentId, [bool; 2])>,
    /// The same by pool.
    observed: Vec<[bool; 2]>,
    any: bool,
    notes: Vec<Note>,
}

impl Watch {
    /// Whether anything is observed.
    #[inline]
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether this is noted of this pool's components.
    pub fn observes(&self, pool: u32, what: Lifecycle) -> bool {
        let observed = self.observed.get(pool as usize).copied().unwrap_or_default();
        match what {
            Lifecycle::Added => observed[0],
            Lifecycle::Removed => observed[1],
            Lifecycle::Changed => false,
        }
    }

    /// Begins or ends to note arrivals and departures of a component, as soon as its pool has its number. Changes are
    /// not noted here: they are found by their chunks' ticks.
    pub fn observe(&mut self, component: ComponentId, wanted: [bool; 2]) {
        self.wanted.retain(|(known, _)| *known != component);
        if wanted != [false; 2] {
            self.wanted.push((component, wanted));
        }
    }

    /// The components of which anything is noted.
    pub fn observed(&self) -> Vec<ComponentId> {
        self.wanted.iter().map(|(component, _)| *component).collect()
    }

    /// Sets which pools the components have, and only they.
    pub fn number(&mut self, pools: Vec<(ComponentId, u32)>) {
        self.observed.clear();
        for (component, pool) in pools {
            let wanted = self.wanted.iter().find(|(known, _)| *known == component).map(|(_, wanted)| *wanted);
            let at = pool as usize;
            if self.observed.len() <= at {
                self.observed.resize(at + 1, [false; 2]);
            }
            self.observed[at] = wanted.unwrap_or_default();
        }
        self.any = self.observed.iter().flatten().any(|on| *on);
    }

    /// Notes one thing.
    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// What happened since the last call, in order.
    pub fn take(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}

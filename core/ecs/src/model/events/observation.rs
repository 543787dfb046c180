//! Who wants to know of components that come, go and change, and which really changed.

use super::{Events, delivery::Failure};
use crate::model::{
    error::EcsError,
    storage::{Layout, Storage},
    watch::{Lifecycle, Note},
};
use crate::view::event::{BoxedObserver, ObserverParts};
use playground_core_types::{Handle, Who};
use playground_engine_types::{CHUNK_ROWS, ComponentId, ComponentInfo, Entity, ErasedPool, reflect::LeafBuffer};
use xxhash_rust::xxh3::xxh3_128;

/// Names one observer of one world, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservationId(pub u64);

/// An observer as its record shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationRecord {
    /// Its id.
    pub id: ObservationId,
    /// What it is for.
    pub name: String,
    /// The module that it came with; it goes with it too.
    pub module: String,
    /// The component type.
    pub component: &'static str,
    /// What it is told of.
    pub what: Lifecycle,
    /// Whether its module is switched on; if it is not, it is not told.
    pub module_enabled: bool,
    /// How often it was told.
    pub told: u64,
    /// What went wrong last.
    pub last_error: Option<EcsError>,
}

/// One observer. To be dropped where no lock is held: its own code may use the world.
pub struct Observation {
    record: ObservationRecord,
    component: ComponentId,
    /// `None` while it is called.
    observer: Option<BoxedObserver>,
    who: Who,
}

/// All observers of a world.
#[derive(Default)]
pub(super) struct Observations {
    all: Vec<Observation>,
    last: u64,
    shadows: Vec<Shadow>,
    /// Whether one ended since the last look, so that the world may still note what nobody wants to know.
    ended: bool,
}

/// What the components of one type were at the last look, as hashes by entity slot.
struct Shadow {
    component: ComponentId,
    /// Chunks that were stamped after this tick are looked at.
    since: u64,
    /// The tables that the ticks are of: those of a restored copy do not say what the restoring changed.
    layout: Option<Handle<Layout>>,
    hashes: Vec<(Entity, u128)>,
}

/// Where the rows of some chunk are and whose they are.
struct Rows<'a> {
    column: u32,
    first: u32,
    slots: &'a [u32],
}

impl Shadow {
    fn new(component: ComponentId) -> Self {
        Self { component, since: 0, layout: None, hashes: Vec::new() }
    }

    /// Looks at the chunks that were written since the last look and gives the entities whose component is another.
    fn look(&mut self, storage: &Storage, now: u64) -> Vec<Entity> {
        let same = self.layout.as_ref().is_some_and(|layout| Handle::ptr_eq(layout, storage.layout()));
        let since = if same { std::mem::replace(&mut self.since, now) } else { 0 };
        (self.since, self.layout) = (now, Some(storage.layout().clone()));
        let Some((index, pool)) = storage.pool_index(self.component).and_then(|at| Some((at, storage.pool_at(at)?)))
        else {
            return Vec::new();
        };
        let mut changed = Vec::new();
        match storage.sparse(index) {
            Some(sparse) => {
                self.look_at(storage, pool, (0, sparse.slots()), since, |chunk| sparse.arrived(chunk), &mut changed);
            }
            None => {
                for (number, archetype) in storage.archetypes().iter().enumerate().filter(|(_, it)| it.has(index)) {
                    let rows = (number as u32, &archetype.ids[..]);
                    self.look_at(storage, pool, rows, since, |chunk| archetype.arrived(chunk), &mut changed);
                }
            }
        }
        changed
    }

    fn look_at(
        &mut self,
        storage: &Storage,
        pool: &dyn ErasedPool,
        (column, slots): (u32, &[u32]),
        since: u64,
        arrived: impl Fn(u32) -> u64,
        changed: &mut Vec<Entity>,
    ) {
        for (chunk, slots) in (0_u32..).zip(slots.chunks(CHUNK_ROWS as usize)) {
            if since == 0 || pool.written(column, chunk).max(arrived(chunk)) > since {
                self.compare(storage, pool, &Rows { column, first: chunk * CHUNK_ROWS, slots }, changed);
            }
        }
    }

    fn compare(&mut self, storage: &Storage, pool: &dyn ErasedPool, rows: &Rows<'_>, changed: &mut Vec<Entity>) {
        let mut leaves = LeafBuffer::default();
        for (row, slot) in (rows.first..).zip(rows.slots) {
            leaves.bytes.clear();
            pool.walk((rows.column, row), &mut |leaf| leaves.push(leaf));
            let now = (storage.entity_at(*slot), xxh3_128(&leaves.bytes));
            let at = *slot as usize;
            if self.hashes.len() <= at {
                self.hashes.resize(at + 1, (Entity::NONE, 0));
            }
            let before = std::mem::replace(&mut self.hashes[at], now);
            // Another entity in the slot, or none: this one is new, not changed.
            if before.0 == now.0 && before.1 != now.1 {
                changed.push(now.0);
            }
        }
    }

    /// Forgets what an entity had: the component that it has now is another one.
    fn forget(&mut self, entity: Entity) {
        if let Some(known) = self.hashes.get_mut(entity.index() as usize) {
            *known = (Entity::NONE, 0);
        }
    }
}

impl Observations {
    /// What has to be noted of a component as it comes and goes. Arrivals also for those who wait for changes, so that
    /// a component that went and came again counts as another one.
    fn wanted(&self, component: ComponentId) -> [bool; 2] {
        let wants = |what| self.all.iter().any(|known| known.component == component && known.record.what == what);
        [wants(Lifecycle::Added) || wants(Lifecycle::Changed), wants(Lifecycle::Removed)]
    }

    fn position(&self, id: ObservationId) -> Result<usize, EcsError> {
        let found = self.all.iter().position(|known| known.record.id == id);
        found.ok_or(EcsError::NoSubscriber { what: "observer", id: id.0 })
    }
}

impl Events {
    /// Observes a component type from now on.
    ///
    /// # Errors
    /// When the component is not registered in the world.
    pub fn observe(
        &mut self,
        storage: &mut Storage,
        module: &str,
        parts: ObserverParts,
    ) -> Result<ObservationId, EcsError> {
        let info: &'static ComponentInfo = storage.info_of(parts.component)?;
        self.observations.last += 1;
        let id = ObservationId(self.observations.last);
        let (name, module) = (parts.name, module.to_owned());
        let record = ObservationRecord {
            id,
            name,
            module,
            component: info.name,
            what: parts.what,
            module_enabled: true,
            told: 0,
            last_error: None,
        };
        let observer = Some(parts.observer);
        self.observations.all.push(Observation { record, component: info.id, observer, who: Who::UNKNOWN });
        storage.watch_mut().observe(info.id, self.observations.wanted(info.id));
        storage.number_watch();
        let shadows = &mut self.observations.shadows;
        if parts.what == Lifecycle::Changed && !shadows.iter().any(|shadow| shadow.component == info.id) {
            let mut shadow = Shadow::new(info.id);
            let now = storage.next_tick();
            shadow.look(storage, now);
            shadows.push(shadow);
        }
        Ok(id)
    }

    /// Ends an observer.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn unobserve(&mut self, id: ObservationId) -> Result<Observation, EcsError> {
        let at = self.observations.position(id)?;
        self.observations.ended = true;
        Ok(self.observations.all.remove(at))
    }

    /// Ends all observers of a module.
    pub fn unobserve_all(&mut self, module: &str) -> Vec<Observation> {
        self.observations.ended = true;
        self.observations.all.extract_if(.., |known| known.record.module == module).collect()
    }

    /// The observers in the order in which they are told.
    pub fn observations(&self) -> Vec<ObservationRecord> {
        let record = |known: &Observation| {
            let module_enabled = !self.off.contains(&known.record.module);
            ObservationRecord { module_enabled, ..known.record.clone() }
        };
        self.observations.all.iter().map(record).collect()
    }

    /// Whether anything is observed or was until now, so that notes may wait.
    pub fn observes(&self) -> bool {
        self.observations.ended || !self.observations.all.is_empty()
    }

    /// What happened to observed components since the last call: what came and went, in order, and then what is
    /// another than it was.
    pub fn take_notes(&mut self, storage: &mut Storage) -> Vec<Note> {
        let mut notes = storage.watch_mut().take();
        let observations = &mut self.observations;
        observations.ended = false;
        for component in storage.watch_mut().observed() {
            storage.watch_mut().observe(component, observations.wanted(component));
        }
        storage.number_watch();
        let watched = |what, component| {
            let mut all = observations.all.iter();
            all.any(|known| known.record.what == what && known.component == component)
        };
        observations.shadows.retain(|shadow| watched(Lifecycle::Changed, shadow.component));
        if observations.shadows.is_empty() {
            return notes;
        }
        let now = storage.next_tick();
        for shadow in &mut observations.shadows {
            let component = shadow.component;
            let came = notes.iter().filter(|note| note.what == Lifecycle::Added && note.component == component);
            came.for_each(|note| shadow.forget(note.entity));
            let changed = shadow.look(storage, now).into_iter();
            notes.extend(changed.map(|entity| Note { what: Lifecycle::Changed, entity, component, last: None }));
        }
        notes
    }

    /// Who is to be told of a note, in order.
    pub fn observers_of(&self, note: &Note) -> Vec<ObservationId> {
        let wants = |known: &&Observation| known.record.what == note.what && known.component == note.component;
        self.observations.all.iter().filter(wants).map(|known| known.record.id).collect()
    }

    /// Takes out what is to be called for an observer; `None` if it was ended or its module is switched off.
    pub fn take_observer(&mut self, id: ObservationId) -> Option<BoxedObserver> {
        let at = self.observations.position(id).ok()?;
        let known = &mut self.observations.all[at];
        if self.off.contains(&known.record.module) { None } else { known.observer.take() }
    }

    /// The number under which the world's beacon shows that it runs; the names to ask a number for if it has none yet.
    ///
    /// # Errors
    /// With module and name, if it has no number yet.
    pub fn who_observes(&self, id: ObservationId) -> Result<Who, (String, String)> {
        let Ok(at) = self.observations.position(id) else { return Ok(Who::UNKNOWN) };
        let known = &self.observations.all[at];
        let names = || (known.record.module.clone(), known.record.name.clone());
        if known.who == Who::UNKNOWN { Err(names()) } else { Ok(known.who) }
    }

    /// Gives an observer its number.
    pub fn number_observer(&mut self, id: ObservationId, who: Who) {
        if let Ok(at) = self.observations.position(id) {
            self.observations.all[at].who = who;
        }
    }

    /// Takes it back with what came of the call; a panic ends it. What is given back is to be dropped where no lock is
    /// held.
    #[must_use]
    pub fn noticed(
        &mut self,
        id: ObservationId,
        observer: BoxedObserver,
        outcome: Result<Result<(), EcsError>, String>,
    ) -> Option<BoxedObserver> {
        let Ok(at) = self.observations.position(id) else { return Some(observer) };
        let known = &mut self.observations.all[at];
        known.record.told += 1;
        if let Err(message) = outcome {
            self.observations.ended = true;
            let ObservationRecord { module, name, component, .. } = self.observations.all.remove(at).record;
            self.report_note(Some(Failure { module, name, subject: component, message }));
            return Some(observer);
        }
        known.observer = Some(observer);
        known.record.last_error = outcome.ok().and_then(Result::err).or(known.record.last_error.take());
        self.report_note(None);
        None
    }
}

impl Storage {
    /// Tells the watch which pools the observed components have now.
    pub(in crate::model) fn number_watch(&mut self) {
        let numbers = self.watch.observed().into_iter().filter_map(|id| Some((id, self.pool_index(id)?))).collect();
        self.watch.number(numbers);
    }
}

//! Events of a world: what was emitted, who wants to know, what was delivered.
//!
//! An event type is a type that derives [`Component`] and that no entity has. Events are stored as what they are, in
//! the columns of a pool of their own.
//!
//! # Order
//!
//! Every event has a [`Sequence`]. Events that are emitted outside of a stage, and those that a handler emits, get it
//! at once; those that systems emit get it later, by the order of the systems in the schedule and then in the order of
//! emission, so that it does not depend on which system ran on which thread. A delivery takes the events that are
//! due by their sequence, and tells of each its subscriptions by priority, highest first, and those of one priority by
//! age. What is emitted meanwhile comes in the same delivery, after all that was emitted before.
//!
//! Delivering is the business of the ViewModel, which calls handlers without holding a lock; this is the bookkeeping.
//!
//! Whoever locks both the world's tables and its events locks the tables first.

mod delivery;
mod emission;
mod filter;
mod kind;
mod observation;
mod param;
mod subscription;

pub use delivery::{Delivery, EventRef, Failure, MOST_FOLLOWING, Step};
pub use filter::{Comparison, EventFilter, compare};
pub use kind::{Emission, HISTORY, RECEIVABLE_CALLS};
pub use observation::{Observation, ObservationId, ObservationRecord};
pub use param::{Emit, Inbox, Received};
pub use subscription::{Subscription, SubscriptionId, SubscriptionRecord, Told};

use super::{component::Component, error::EcsError};
use crate::view::event::{Subscriber, SubscriptionParts};
use emission::Staged;
use kind::EventType;
use observation::Observations;
use playground_engine_types::{ComponentId, ComponentInfo, ErasedPool, IdMap, Value};
use std::collections::BTreeSet;

/// An event's place among all events of its world: later ones have higher numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

/// A delivered event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    /// When and by whom it was emitted.
    pub emission: Emission,
    /// The world's time when it was delivered, seconds.
    pub delivered: f64,
    /// The event.
    pub value: Value,
}

/// An event type as a list shows it.
#[derive(Clone, Copy, Debug)]
pub struct EventSummary {
    /// The type.
    pub info: &'static ComponentInfo,
    /// How many were emitted.
    pub emitted: u64,
    /// How many were delivered.
    pub delivered: u64,
    /// How many wait to be delivered.
    pub pending: usize,
    /// How many subscriptions there are.
    pub subscriptions: usize,
    /// Whether its events are held back, by itself or with all others.
    pub paused: bool,
    /// How many delivered ones are remembered.
    pub history: usize,
}

/// What waits of one event type.
#[derive(Clone, Debug)]
pub struct PendingEvents {
    /// The type.
    pub info: &'static ComponentInfo,
    /// Whether they are held back.
    pub paused: bool,
    /// How many are due and come with the next delivery.
    pub due: usize,
    /// When the others are due in seconds of the world's time, and how many at each time, earliest first.
    pub later: Vec<(f64, usize)>,
}

/// All event types of a world.
#[derive(Default)]
pub struct Events {
    types: Vec<EventType>,
    by_id: IdMap<ComponentId, usize>,
    /// What systems emitted since events got their sequence last.
    staged: Vec<Staged>,
    sequence: u64,
    subscriptions: u64,
    /// The world's time at the latest delivery, seconds, and its frame.
    now: f64,
    frame: u64,
    /// How many deliveries there were.
    calls: u64,
    delivered: u64,
    paused: bool,
    delivering: Option<delivery::Turn>,
    report: Delivery,
    observations: Observations,
    /// Modules whose subscriptions and observers are not told.
    off: BTreeSet<String>,
}

impl Events {
    /// Makes an event type known; does nothing if it is.
    ///
    /// # Errors
    /// When another type has the same id, or the registered one has other fields.
    pub fn register(&mut self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        self.place(info).map(drop)
    }

    /// The number of an event type, which is registered if it is not yet.
    fn place(&mut self, info: &'static ComponentInfo) -> Result<usize, EcsError> {
        if let Some(at) = self.by_id.get(&info.id).copied() {
            // One description is always the same type: the comparison is for others of its name.
            return if std::ptr::eq(self.types[at].info, info) {
                Ok(at)
            } else {
                self.types[at].check(info).map(|()| at)
            };
        }
        self.types.push(EventType::new(info, self.delivered));
        self.by_id.insert(info.id, self.types.len() - 1);
        Ok(self.types.len() - 1)
    }

    /// Takes an event type over under another generation's description: without touching an event if the fields are the
    /// same, else each is converted. Registers it if it is not known. Subscriptions stay.
    ///
    /// # Errors
    /// When another event has its id, or a conversion panicked; everything stays as it was.
    pub fn adopt(&mut self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        let at = match self.by_id.get(&info.id) {
            Some(at) => *at,
            None => self.place(info)?,
        };
        self.types[at].adopt(info)
    }

    /// Forgets an event type and the history of its events.
    ///
    /// # Errors
    /// When there is no such event, or it has subscriptions or events that wait: nobody is cut off without being told.
    pub fn unregister(&mut self, event: ComponentId) -> Result<(), EcsError> {
        self.settle();
        let at = self.known(event)?;
        let kind = &self.types[at];
        let (subscriptions, pending) = (kind.subscriptions.len(), kind.pending_len());
        if subscriptions + pending > 0 {
            return Err(EcsError::EventInUse { event: kind.info.name, subscriptions, pending });
        }
        drop(self.types.remove(at));
        self.by_id = self.types.iter().enumerate().map(|(at, kind)| (kind.info.id, at)).collect();
        Ok(())
    }

    fn known(&self, event: ComponentId) -> Result<usize, EcsError> {
        let at = self.by_id.get(&event).copied();
        at.ok_or_else(|| EcsError::no_event(&format!("{event:?}"), self.types.iter().map(|kind| kind.info.name)))
    }

    /// An event type by its whole name, or by the part behind `::` if that is enough.
    ///
    /// # Errors
    /// When there is none of that name; the error lists those that there are.
    pub fn find(&self, name: &str) -> Result<&'static ComponentInfo, EcsError> {
        let all = || self.types.iter().map(|kind| kind.info);
        let mut short = all().filter(|info| info.name.rsplit("::").next() == Some(name));
        let found = all().find(|info| info.name == name).or_else(|| match (short.next(), short.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        });
        found.ok_or_else(|| EcsError::no_event(name, all().map(|info| info.name)))
    }

    /// All event types in the order of their registration.
    pub fn list(&mut self) -> Vec<EventSummary> {
        self.settle();
        let summary = |kind: &EventType| EventSummary {
            info: kind.info,
            emitted: kind.emitted,
            delivered: kind.delivered(),
            pending: kind.pending_len(),
            subscriptions: kind.subscriptions.len(),
            paused: self.paused || kind.paused,
            history: kind.limit,
        };
        self.types.iter().map(summary).collect()
    }

    /// The storage of the event types.
    pub fn pools(&self) -> impl Iterator<Item = &dyn ErasedPool> {
        self.types.iter().map(EventType::pool)
    }

    /// Whether there is such an event and the filter can pass for one. To be asked before subscribing: a refused
    /// handler is dropped where no lock is held.
    ///
    /// # Errors
    /// When there is none, or it can't.
    pub fn accepts(&self, event: ComponentId, filter: Option<&EventFilter>) -> Result<(), EcsError> {
        let info = self.types[self.known(event)?].info;
        let misfit = |cause| EcsError::Value { component: info.name, cause };
        filter.map_or(Ok(()), |filter| filter.check(info.schema)).map_err(misfit)
    }

    /// Whether all of these can be subscribed. To be asked before subscribing, as [`Events::accepts`].
    ///
    /// # Errors
    /// When an event's fields differ from the registered ones, or a filter does not fit.
    pub fn accepts_all(&self, parts: &[SubscriptionParts]) -> Result<(), EcsError> {
        for SubscriptionParts { event, filter, .. } in parts {
            self.by_id.get(&event.id).map_or(Ok(()), |at| self.types[*at].check(event))?;
            let misfit = |cause| EcsError::Value { component: event.name, cause };
            filter.as_ref().map_or(Ok(()), |filter| filter.check(event.schema)).map_err(misfit)?;
        }
        Ok(())
    }

    /// Subscribes; those of higher `priority` are told first.
    ///
    /// # Errors
    /// When there is no such event, or the filter does not fit it.
    pub fn subscribe(
        &mut self,
        event: ComponentId,
        subscriber: Subscriber,
        priority: i32,
        filter: Option<EventFilter>,
    ) -> Result<SubscriptionId, EcsError> {
        self.accepts(event, filter.as_ref())?;
        let at = self.known(event)?;
        self.subscriptions += 1;
        let id = SubscriptionId(self.subscriptions);
        let Subscriber { module, name, handler } = subscriber;
        let all = &mut self.types[at].subscriptions;
        let place = all.iter().position(|other| other.priority < priority).unwrap_or(all.len());
        all.insert(place, Subscription::new(id, (module, name), priority, filter, handler));
        Ok(id)
    }

    /// Puts a module's subscriptions in place of those that it has, and gives these. Event types that are not known are
    /// registered, and the module is switched on.
    ///
    /// # Errors
    /// What [`Events::accepts_all`] refuses. The module has no subscriptions then.
    pub fn replace_subscriptions(
        &mut self,
        module: &str,
        parts: Vec<SubscriptionParts>,
    ) -> (Vec<Subscription>, Result<Vec<SubscriptionId>, EcsError>) {
        self.off.remove(module);
        let before = self.unsubscribe_all(module);
        let attached = self.accepts_all(&parts).and_then(|()| self.attach(module, parts));
        (before, attached)
    }

    fn attach(&mut self, module: &str, parts: Vec<SubscriptionParts>) -> Result<Vec<SubscriptionId>, EcsError> {
        let subscribe = |parts: SubscriptionParts| {
            self.register(parts.event)?;
            let subscriber = Subscriber { module: module.to_owned(), name: parts.name, handler: parts.handler };
            self.subscribe(parts.event.id, subscriber, parts.priority, parts.filter)
        };
        parts.into_iter().map(subscribe).collect()
    }

    /// Ends a subscription. A delivery in progress does not reach it any more.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn unsubscribe(&mut self, id: SubscriptionId) -> Result<Subscription, EcsError> {
        let lists = self.types.iter_mut().map(|kind| &mut kind.subscriptions);
        let found =
            lists.filter_map(|list| list.iter().position(|known| known.id == id).map(|at| list.remove(at))).next();
        found.ok_or(EcsError::NoSubscriber { what: "subscription", id: id.0 })
    }

    /// Ends all subscriptions of a module.
    pub fn unsubscribe_all(&mut self, module: &str) -> Vec<Subscription> {
        let lists = self.types.iter_mut().map(|kind| &mut kind.subscriptions);
        lists.flat_map(|list| list.extract_if(.., |known| known.module == module)).collect()
    }

    /// The subscriptions to an event, or to all, in the order in which they are told.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn subscriptions(&self, event: Option<ComponentId>) -> Result<Vec<SubscriptionRecord>, EcsError> {
        let only = event.map(|event| self.known(event)).transpose()?;
        let kinds = self.types.iter().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at));
        let record = |known: &Subscription, info| known.record(info, !self.off.contains(&known.module));
        Ok(kinds.flat_map(|(_, kind)| kind.subscriptions.iter().map(|known| record(known, kind.info))).collect())
    }

    /// Lets a subscription miss what is delivered from now on, or tells it again.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn mute(&mut self, id: SubscriptionId, muted: bool) -> Result<(), EcsError> {
        let found = self.types.iter_mut().flat_map(|kind| &mut kind.subscriptions).find(|known| known.id == id);
        found.map(|known| known.muted = muted).ok_or(EcsError::NoSubscriber { what: "subscription", id: id.0 })
    }

    /// Lets all subscriptions and observers of a module miss what happens from now on, or tells them again. What is said
    /// of each of them stays.
    pub fn enable_module(&mut self, module: &str, enabled: bool) {
        match enabled {
            true => drop(self.off.remove(module)),
            false => drop(self.off.insert(module.to_owned())),
        }
    }

    /// Holds the events of a type back, or those of all types. They stay pending.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn pause(&mut self, event: Option<ComponentId>) -> Result<(), EcsError> {
        match event {
            Some(event) => {
                let at = self.known(event)?;
                self.types[at].paused = true;
            }
            None => self.paused = true,
        }
        Ok(())
    }

    /// Ends the pause of a type, or every pause. As long as all types are paused, ending that of one has no effect.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn resume(&mut self, event: Option<ComponentId>) -> Result<(), EcsError> {
        match event {
            Some(event) => {
                let at = self.known(event)?;
                self.types[at].paused = false;
            }
            None => {
                self.paused = false;
                self.types.iter_mut().for_each(|kind| kind.paused = false);
            }
        }
        Ok(())
    }

    /// What waits, by type; types of which nothing waits are left out.
    pub fn pending(&mut self) -> Vec<PendingEvents> {
        self.settle();
        let pending = |kind: &EventType| PendingEvents {
            info: kind.info,
            paused: self.paused || kind.paused,
            due: kind.ready_len(),
            later: kind.waiting(),
        };
        self.types.iter().filter(|kind| kind.pending_len() > 0).map(pending).collect()
    }

    /// The last `most` delivered events of a type, oldest first.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn history(&self, event: ComponentId, most: usize) -> Result<Vec<EventRecord>, EcsError> {
        Ok(self.types[self.known(event)?].history(most))
    }

    /// Sets how many delivered events of a type are remembered; [`HISTORY`] unless it is set.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn set_history(&mut self, event: ComponentId, limit: usize) -> Result<(), EcsError> {
        let at = self.known(event)?;
        self.types[at].limit = limit;
        Ok(())
    }

    /// Drops the events of a type that wait, or those of all types; tells how many. They are delivered to nobody.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn clear(&mut self, event: Option<ComponentId>) -> Result<usize, EcsError> {
        self.settle();
        let only = event.map(|event| self.known(event)).transpose()?;
        let kinds = self.types.iter_mut().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at));
        Ok(kinds.map(|(_, kind)| kind.clear()).sum())
    }

    /// The place of the event that was emitted last.
    pub fn last(&mut self) -> Sequence {
        self.settle();
        Sequence(self.sequence)
    }

    /// Drops the events that wait and were emitted after another one, as if they had never been; tells how many.
    pub fn clear_after(&mut self, last: Sequence) -> usize {
        self.settle();
        self.types.iter_mut().map(|kind| kind.clear_after(last)).sum()
    }

    fn receive<T: Component>(&self, inbox: &mut Inbox<T>) {
        inbox.events.clear();
        let kind = self.by_id.get(&T::INFO.id).map(|at| &self.types[*at]);
        let (seen, missed) = kind.map_or((0, 0), |kind| kind.receive(inbox.seen, self.calls, &mut inbox.events));
        (inbox.seen, inbox.missed) = (Some(seen), missed);
    }
}

//! Events: publishing and subscribing, and observing components that come, go and change.

use crate::model::events::{
    Delivery, EventFilter, EventRecord, EventRef, EventSummary, ObservationId, ObservationRecord, PendingEvents,
    Sequence, SubscriptionId, SubscriptionRecord,
};
use crate::model::watch::{Lifecycle, Note};
use crate::{Component, ComponentId, ComponentInfo, EcsError, Time, Value, World};
use playground_core_types::Handle;
use std::marker::PhantomData;
use std::time::Duration;

/// What is called for an event. A closure is one:
///
/// ```
/// use playground_core_ecs::model::events::EventRef;
/// use playground_core_ecs::view::event::{BoxedHandler, Subscriber};
/// use playground_core_ecs::World;
/// use playground_core_types::Handle;
///
/// let handler = |world: &Handle<World>, event: &EventRef| {
///     println!("{} in a world of {} entities", event.info().name, world.read().len());
///     Ok(())
/// };
/// let subscriber = Subscriber::new("demo", "print every event", handler);
/// ```
///
/// No lock is held while it runs: it may read and change the world, emit events, and end subscriptions, its own
/// included. If it panics, its subscription is ended and the panic reported; others still get the event.
pub trait EventHandler: Send + Sync {
    /// Is told of one event.
    ///
    /// # Errors
    /// What went wrong; it is shown with the subscription, and the next event comes all the same.
    fn handle(&mut self, world: &Handle<World>, event: &EventRef) -> Result<(), EcsError>;
}

impl<F> EventHandler for F
where
    F: FnMut(&Handle<World>, &EventRef) -> Result<(), EcsError> + Send + Sync,
{
    fn handle(&mut self, world: &Handle<World>, event: &EventRef) -> Result<(), EcsError> {
        self(world, event)
    }
}

/// What is called for an observed component, under the rules of [`EventHandler`].
pub trait Observer: Send + Sync {
    /// Is told that a component came, went or is another than at the last look. The entity may be gone by now.
    ///
    /// # Errors
    /// What went wrong; it is shown with the observer.
    fn notice(&mut self, world: &Handle<World>, note: &Note) -> Result<(), EcsError>;
}

impl<F> Observer for F
where
    F: FnMut(&Handle<World>, &Note) -> Result<(), EcsError> + Send + Sync,
{
    fn notice(&mut self, world: &Handle<World>, note: &Note) -> Result<(), EcsError> {
        self(world, note)
    }
}

/// A handler of any type.
pub type BoxedHandler = Box<dyn EventHandler>;
/// An observer of any type.
pub type BoxedObserver = Box<dyn Observer>;

/// Who subscribes.
pub struct Subscriber {
    /// The module that it comes with; it goes with it too.
    pub module: String,
    /// What it is for, as lists show it.
    pub name: String,
    /// What is called.
    pub handler: BoxedHandler,
}

impl Subscriber {
    /// A subscriber that calls `handler`.
    pub fn new(
        module: impl Into<String>,
        name: impl Into<String>,
        handler: impl FnMut(&Handle<World>, &EventRef) -> Result<(), EcsError> + Send + Sync + 'static,
    ) -> Self {
        Self { module: module.into(), name: name.into(), handler: Box::new(handler) }
    }
}

/// A subscription as a module hands it over.
pub struct SubscriptionParts {
    /// What it is for, as lists show it.
    pub name: String,
    /// The event type; it is registered if it is not yet.
    pub event: &'static ComponentInfo,
    /// Those of higher priority are told first.
    pub priority: i32,
    /// The condition on events; `None` if all are wanted.
    pub filter: Option<EventFilter>,
    /// What is called.
    pub handler: BoxedHandler,
}

impl SubscriptionParts {
    /// A subscription of priority 0 to all events of the type that the closure takes, as in
    /// `SubscriptionParts::on("score", |world, hit: &Hit| …)`.
    pub fn on<T: Component>(
        name: impl Into<String>,
        handle: impl FnMut(&Handle<World>, &T) -> Result<(), EcsError> + Send + Sync + 'static,
    ) -> Self {
        let handler = Box::new(Typed { handle, event: PhantomData });
        Self { name: name.into(), event: T::INFO, priority: 0, filter: None, handler }
    }

    /// The same with this priority.
    #[must_use]
    pub fn priority(self, priority: i32) -> Self {
        Self { priority, ..self }
    }

    /// The same for the events that pass.
    #[must_use]
    pub fn filter(self, filter: EventFilter) -> Self {
        Self { filter: Some(filter), ..self }
    }
}

/// A closure that takes the event as what it is.
struct Typed<F, T> {
    handle: F,
    event: PhantomData<fn(&T)>,
}

impl<T: Component, F> EventHandler for Typed<F, T>
where
    F: FnMut(&Handle<World>, &T) -> Result<(), EcsError> + Send + Sync,
{
    fn handle(&mut self, world: &Handle<World>, event: &EventRef) -> Result<(), EcsError> {
        event.get(|event: &T| (self.handle)(world, event))?
    }
}

/// An observer as a module hands it over.
pub struct ObserverParts {
    /// What it is for, as lists show it.
    pub name: String,
    /// The component type.
    pub component: ComponentId,
    /// What it is told of.
    pub what: Lifecycle,
    /// What is called.
    pub observer: BoxedObserver,
}

impl ObserverParts {
    /// An observer that calls `notice`.
    pub fn new(
        name: impl Into<String>,
        component: ComponentId,
        what: Lifecycle,
        notice: impl FnMut(&Handle<World>, &Note) -> Result<(), EcsError> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), component, what, observer: Box::new(notice) }
    }
}

/// Publishing and subscribing. The order of delivery is that of [`crate::model::events`].
///
/// Where `event` is an `Option`, `None` stands for all types.
pub trait EventView: Send + Sync {
    /// Makes an event type known; does nothing if it is.
    ///
    /// # Errors
    /// When another type has its id, or it is registered with other fields.
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError>;
    /// Forgets an event type and the history of its events.
    ///
    /// # Errors
    /// When there is no such event, or it has subscriptions or events that wait.
    fn unregister(&self, world: &Handle<World>, event: ComponentId) -> Result<(), EcsError>;
    /// Takes an event type and its events over under another generation's description; registers it if it is not known.
    /// If it has other fields, its events are converted.
    ///
    /// # Errors
    /// When another event has its id, or the conversion panicked; everything stays as it was.
    fn adopt(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError>;
    /// The event types in the order of their registration.
    fn list(&self, world: &Handle<World>) -> Vec<EventSummary>;
    /// An event type by its whole name, or by the part behind `::` if that is enough.
    ///
    /// # Errors
    /// When there is none of that name; the error lists those that there are.
    fn find(&self, world: &Handle<World>, name: &str) -> Result<&'static ComponentInfo, EcsError>;

    /// Emits an event. It is delivered by [`process`](Self::process).
    ///
    /// # Errors
    /// When there is no such event, or the value does not fit.
    fn emit(&self, world: &Handle<World>, event: ComponentId, value: &Value) -> Result<Sequence, EcsError>;
    /// Emits events of one type in their order.
    ///
    /// # Errors
    /// When there is no such event, or a value does not fit; none is emitted then.
    fn emit_batch(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        values: &[Value],
    ) -> Result<Vec<Sequence>, EcsError>;
    /// Emits an event that is delivered `delay` of the world's time after the latest [`process`](Self::process).
    ///
    /// # Errors
    /// When there is no such event, or the value does not fit.
    fn emit_delayed(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        value: &Value,
        delay: Duration,
    ) -> Result<Sequence, EcsError>;

    /// Subscribes to an event type with priority 0.
    ///
    /// # Errors
    /// When there is no such event.
    fn subscribe(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
    ) -> Result<SubscriptionId, EcsError>;
    /// Subscribes to an event type. Those of higher priority are told first.
    ///
    /// # Errors
    /// When there is no such event.
    fn subscribe_with_priority(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
        priority: i32,
    ) -> Result<SubscriptionId, EcsError>;
    /// Subscribes to those events of a type that pass a filter.
    ///
    /// # Errors
    /// When there is no such event, or the filter can't pass for any event of the type.
    fn subscribe_filtered(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
        priority: i32,
        filter: EventFilter,
    ) -> Result<SubscriptionId, EcsError>;
    /// Puts a module's subscriptions in place of those that it has, and switches the module on.
    ///
    /// # Errors
    /// When an event's fields differ from the registered ones, or a filter does not fit; nothing is changed then.
    fn replace_subscriptions(
        &self,
        world: &Handle<World>,
        module: &str,
        parts: Vec<SubscriptionParts>,
    ) -> Result<Vec<SubscriptionId>, EcsError>;
    /// Ends a subscription. A delivery in progress does not reach it any more.
    ///
    /// # Errors
    /// When there is none of that id.
    fn unsubscribe(&self, world: &Handle<World>, id: SubscriptionId) -> Result<(), EcsError>;
    /// Ends all subscriptions and observers of a module; tells how many.
    fn unsubscribe_all(&self, world: &Handle<World>, module: &str) -> usize;
    /// The subscriptions to an event type, in the order in which they are told.
    ///
    /// # Errors
    /// When there is no such event.
    fn subscriptions(
        &self,
        world: &Handle<World>,
        event: Option<ComponentId>,
    ) -> Result<Vec<SubscriptionRecord>, EcsError>;
    /// Lets a subscription miss what is delivered from now on, or tells it again.
    ///
    /// # Errors
    /// When there is none of that id.
    fn mute(&self, world: &Handle<World>, id: SubscriptionId, muted: bool) -> Result<(), EcsError>;

    /// Lets all subscriptions and observers of a module miss what happens from now on, or tells them again, until its
    /// subscriptions are replaced. Which of them are muted stays.
    fn enable_module(&self, world: &Handle<World>, module: &str, enabled: bool);

    /// Holds the events of a type back. They stay pending.
    ///
    /// # Errors
    /// When there is no such event.
    fn pause(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<(), EcsError>;
    /// Ends the pause of a type; with `None` every pause.
    ///
    /// # Errors
    /// When there is no such event.
    fn resume(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<(), EcsError>;
    /// Tells observers what happened, then delivers the events that are due at `time`, and those that are emitted
    /// meanwhile. Not to be called while a stage runs.
    ///
    /// # Errors
    /// When it is called by a handler, or when more than
    /// [`MOST_FOLLOWING`](crate::model::events::MOST_FOLLOWING) events are emitted meanwhile: the rest stays pending, and
    /// what was delivered until then is counted with the next call.
    fn process(&self, world: &Handle<World>, time: Time) -> Result<Delivery, EcsError>;
    /// What waits, by type.
    fn pending(&self, world: &Handle<World>) -> Vec<PendingEvents>;
    /// The last `most` delivered events of a type, oldest first.
    ///
    /// # Errors
    /// When there is no such event.
    fn history(&self, world: &Handle<World>, event: ComponentId, most: usize) -> Result<Vec<EventRecord>, EcsError>;
    /// Sets how many delivered events of a type are remembered.
    ///
    /// # Errors
    /// When there is no such event.
    fn set_history(&self, world: &Handle<World>, event: ComponentId, limit: usize) -> Result<(), EcsError>;
    /// Drops the events of a type that wait; tells how many.
    ///
    /// # Errors
    /// When there is no such event.
    fn clear(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<usize, EcsError>;

    /// Observes a component type from now on. Not to be called by a system.
    ///
    /// What comes and goes with a whole world is not told: by clearing or destroying it, going back to an earlier state,
    /// or loading another one. What is another than before is told all the same.
    ///
    /// # Errors
    /// When the component is not registered.
    fn observe(&self, world: &Handle<World>, module: &str, parts: ObserverParts) -> Result<ObservationId, EcsError>;
    /// Ends an observer.
    ///
    /// # Errors
    /// When there is none of that id.
    fn unobserve(&self, world: &Handle<World>, id: ObservationId) -> Result<(), EcsError>;
    /// The observers in the order in which they are told.
    fn observers(&self, world: &Handle<World>) -> Vec<ObservationRecord>;
    /// Tells observers what happened since the last time: what came and went, in order, and then what is another than
    /// it was. What they do to the world themselves is told the next time. Not to be called while a stage runs.
    ///
    /// # Errors
    /// When it is called by a handler or an observer.
    fn deliver_notes(&self, world: &Handle<World>) -> Result<Delivery, EcsError>;
}

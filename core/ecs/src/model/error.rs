//! What can go wrong with entities and components.

mod nearest;

use playground_engine_types::{Entity, ValueError, value::names};

/// A failed access to the world. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EcsError {
    /// The entity does not live.
    #[error("{0:?} does not exist, or does not any more")]
    NoEntity(Entity),
    /// No such component type.
    #[error("there is no component `{name}`; there are {known}{}", meant(.nearest.as_deref()))]
    NoComponent {
        /// The name asked for.
        name: String,
        /// The name that may have been meant.
        nearest: Option<String>,
        /// The names there are.
        known: String,
    },
    /// The entity lacks the component.
    #[error("{entity:?} has no component {component}")]
    Missing {
        /// The entity.
        entity: Entity,
        /// The component.
        component: &'static str,
    },
    /// The entity has the component already.
    #[error("{entity:?} has a component {component} already")]
    Present {
        /// The entity.
        entity: Entity,
        /// The component.
        component: &'static str,
    },
    /// A value does not fit.
    #[error("{component}: {cause}")]
    Value {
        /// The component.
        component: &'static str,
        /// Why not.
        cause: ValueError,
    },
    /// A float that is no number, or without an end.
    #[error("{component}.{field}: {value} can't be stored; give a finite number")]
    NotFinite {
        /// The component.
        component: &'static str,
        /// The way to the field.
        field: String,
        /// What was given.
        value: String,
    },
    /// A number that makes no sense for the field.
    #[error("{component}.{field}: {value} is outside of {range}; give a number in it, or widen `range` in the code")]
    OutOfRange {
        /// The component.
        component: &'static str,
        /// The way to the field.
        field: String,
        /// What was given.
        value: String,
        /// The field's range and unit.
        range: String,
    },
    /// A reference to nobody.
    #[error(
        "{component}.{field}: {entity:?}, number {number}, does not exist, or does not any more; give one that does, or \
         `Entity::NONE`"
    )]
    Reference {
        /// The component.
        component: &'static str,
        /// The way to the field.
        field: String,
        /// The entity.
        entity: Entity,
        /// Its number, [`Entity::bits`].
        number: u64,
    },
    /// Entities still have the component.
    #[error("{entities} entities have the component {component}; remove it from them first")]
    InUse {
        /// The component.
        component: &'static str,
        /// How many have it.
        entities: usize,
    },
    /// No such query.
    #[error("there is no query {number}; there are {known}")]
    NoQuery {
        /// The number asked for.
        number: u64,
        /// Numbers and names of those that there are.
        known: String,
    },
    /// Two terms of a query exclude each other.
    #[error("the query asks for {component} both as `{first}` and as `{second}`; take one of them away")]
    QueryConflict {
        /// The component.
        component: &'static str,
        /// One use.
        first: &'static str,
        /// The other use.
        second: &'static str,
    },
    /// A word that is no term of a query.
    #[error("`{term}` is no term of a query; write terms such as {known}")]
    QueryTerm {
        /// The word.
        term: String,
        /// The terms that there are.
        known: &'static str,
    },
    /// One component is given twice for one entity.
    #[error("the component {component} is given twice for one entity")]
    Twice {
        /// The component.
        component: &'static str,
    },
    /// Not exactly one entity where one is asked for.
    #[error("exactly one entity was asked for, and there are {found}")]
    NotSingle {
        /// How many there are.
        found: usize,
    },
    /// Columns of one batch differ in length.
    #[error("the columns of a batch differ in length: each entity needs one component of each")]
    Lengths,
    /// A sparse component where only those in archetypes can be.
    #[error("the component {component} is sparse: spawn it one entity at a time")]
    Sparse {
        /// The component.
        component: &'static str,
    },
    /// Two component types have one id.
    #[error("the component {second} has the id of {first}; rename one of them")]
    Collision {
        /// The one that is registered.
        first: &'static str,
        /// The one that wants to be.
        second: &'static str,
    },
    /// Two component types have one name.
    #[error("two components are called {component}; give one of them another name with `#[component(name = \"…\")]`")]
    SameName {
        /// The name.
        component: &'static str,
    },
    /// A component's own conversion refuses a value.
    #[error("{component} can't be converted, says its `migrate`: {cause}")]
    Migrate {
        /// The component.
        component: &'static str,
        /// Why not, with the field if one is at fault.
        cause: ValueError,
    },
    /// A component with other fields than the stored ones.
    #[error("the component {component} is stored with other fields ({change})")]
    Schema {
        /// The component.
        component: &'static str,
        /// Which fields.
        change: String,
    },
    /// No such system.
    #[error("there is no system `{name}`; there are {known}")]
    NoSystem {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Several systems of one name.
    #[error("there are several systems `{name}`: {which}; name one of them with its module")]
    Systems {
        /// The name asked for.
        name: String,
        /// Those that have it.
        which: String,
    },
    /// The module has a system of that name.
    #[error("the module {module} has a system `{name}` already; register this one with `named`")]
    SystemPresent {
        /// The module.
        module: String,
        /// The name.
        name: String,
    },
    /// Systems that wait for each other.
    #[error("systems wait for each other: {cycle}; take one `before` or `after` away")]
    Cycle {
        /// Each system after the next one: `a::x after a::y after a::x`.
        cycle: String,
    },
    /// No rate.
    #[error("{rate} Hz is no rate; give a number above 0, such as 30")]
    Rate {
        /// What was given.
        rate: String,
    },
    /// Systems run already.
    #[error("systems of this world run already, and a system can't run others; use `before` and `after`")]
    Running,
    /// Code of a module panicked.
    #[error("{what} panicked: {message}")]
    Panicked {
        /// What was done.
        what: &'static str,
        /// The panic's message.
        message: String,
    },
    /// Commands from before a reload.
    #[error(
        "{waiting} commands from before a reload were dropped: their components belong to a generation that is gone"
    )]
    Reloaded {
        /// How many.
        waiting: usize,
    },
    /// No such event type.
    #[error("there is no event `{name}`; there are {known}. Register it, or start the module that does")]
    NoEvent {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// An event with other fields than the registered ones.
    #[error("the event {event} is registered with other fields ({change}); rebuild the modules that use it")]
    EventSchema {
        /// The event.
        event: &'static str,
        /// Which fields.
        change: String,
    },
    /// An event type that can't go yet.
    #[error(
        "the event {event} is in use: {subscriptions} subscriptions, {pending} pending; end the subscriptions and clear \
         the event first"
    )]
    EventInUse {
        /// The event.
        event: &'static str,
        /// How many want to know of it.
        subscriptions: usize,
        /// How many wait to be delivered.
        pending: usize,
    },
    /// An event looked at as another type.
    #[error("this event is a {found}, not a {asked}")]
    OtherEvent {
        /// What it was taken for.
        asked: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// No such subscription or observer.
    #[error("there is no {what} {id}; it was ended, or it panicked")]
    NoSubscriber {
        /// A subscription or an observer.
        what: &'static str,
        /// Its number.
        id: u64,
    },
    /// A delivery inside a delivery.
    #[error("events are being delivered already; what a handler emits is delivered without another call")]
    Delivering,
    /// Handlers that never stop to emit.
    #[error(
        "{event} is emitted again and again: more than {limit} events were emitted while events were delivered; the \
         rest stays pending. A handler probably answers an event with the same event"
    )]
    Endless {
        /// The event that would have been next.
        event: &'static str,
        /// How many were delivered.
        limit: u64,
    },
    /// A handler says that it failed.
    #[error("{0}")]
    Handler(String),
    /// No speed of time.
    #[error("{scale} is no time scale; give a finite number from 0, such as 0.5 for half as fast")]
    TimeScale {
        /// What was given.
        scale: String,
    },
    /// A checkpoint that is too large.
    #[error("a checkpoint of this world takes {needed} bytes, and all together may take {budget}; raise the budget")]
    Budget {
        /// What it takes, bytes.
        needed: u64,
        /// What is allowed, bytes.
        budget: u64,
    },
    /// No such checkpoint.
    #[error("there is no checkpoint {wanted}; there are {known}")]
    NoCheckpoint {
        /// What was asked for.
        wanted: String,
        /// The numbers there are.
        known: String,
    },
    /// Saved components of another shape.
    #[error("{what} has the component {component} with other fields than it has now; nothing was changed")]
    Stale {
        /// What holds the components.
        what: String,
        /// The component.
        component: &'static str,
    },
    /// Bytes that are no saved storage.
    #[error("byte {at}, {place}: {cause}; nothing was loaded")]
    Broken {
        /// How far they could be read.
        at: usize,
        /// What was being read.
        place: String,
        /// What is wrong.
        cause: String,
    },
    /// A scene that can't be loaded.
    #[error("{cause}; the world is unchanged")]
    Scene {
        /// Where and why.
        cause: String,
    },
    /// Too much of something.
    #[error("the world is full: at most {limit} {what} fit")]
    Full {
        /// Of what.
        what: &'static str,
        /// How many fit.
        limit: u64,
    },
}

impl EcsError {
    /// The error that an entity does not live. Apart from the way where it does, which stays short then.
    #[cold]
    pub fn no_entity(entity: Entity) -> Self {
        Self::NoEntity(entity)
    }

    /// The error that an entity lacks a component.
    #[cold]
    pub fn missing(entity: Entity, component: &'static str) -> Self {
        Self::Missing { entity, component }
    }

    /// The error that no more entities fit.
    #[cold]
    pub fn full() -> Self {
        Self::Full { what: "entities", limit: super::entities::MAX_ROWS }
    }

    /// The error that `name` is none of the systems `known`.
    pub fn no_system<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self::NoSystem { name: name.to_owned(), known: names(known) }
    }

    /// The error that `name` is none of the `known` events.
    pub fn no_event<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self::NoEvent { name: name.to_owned(), known: names(known) }
    }

    /// The error that `name` is none of `known`.
    pub fn no_component<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.collect();
        let nearest = nearest::nearest(name, known.iter().copied()).map(str::to_owned);
        Self::NoComponent { name: name.to_owned(), nearest, known: names(known.into_iter()) }
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

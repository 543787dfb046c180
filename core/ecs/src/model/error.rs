//! What can go wrong with entities and components.

use playground_engine_types::{Entity, ValueError, value::names};

/// A failed access to the world. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EcsError {
    /// The entity does not live.
    #[error("{0:?} does not exist, or does not any more")]
    NoEntity(Entity),
    /// No such component type.
    #[error("there is no component `{name}`; there are {known}")]
    NoComponent {
        /// The name asked for.
        name: String,
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
    #[error("{waiting} commands from before a reload were dropped: their components belong to a generation that is gone")]
    Reloaded {
        /// How many.
        waiting: usize,
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

    /// The error that `name` is none of `known`.
    pub fn no_component<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self::NoComponent { name: name.to_owned(), known: names(known) }
    }
}

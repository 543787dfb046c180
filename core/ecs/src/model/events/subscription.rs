//! Who wants to know of which events. Knows nothing of the events themselves.

use super::{EventRef, filter::EventFilter};
use crate::model::{error::EcsError, world::World};
use crate::view::event::BoxedHandler;
use playground_core_types::{Handle, Who};
use playground_engine_types::ComponentInfo;

/// Names one subscription of one world, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(pub u64);

/// A subscription as its record shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionRecord {
    /// Its id.
    pub id: SubscriptionId,
    /// What it is for.
    pub name: String,
    /// The module that it came with; it goes with it too.
    pub module: String,
    /// The event type.
    pub event: &'static str,
    /// Those of higher priority are told first.
    pub priority: i32,
    /// The condition on events, in words; `None` if all are wanted.
    pub filter: Option<String>,
    /// Whether it is not told for now. What is delivered meanwhile passes it by.
    pub muted: bool,
    /// Whether its module is switched on; if it is not, it is not told either.
    pub module_enabled: bool,
    /// How many events it was told of.
    pub delivered: u64,
    /// What went wrong last.
    pub last_error: Option<EcsError>,
}

/// What is called and on which condition. Away from the tables while it is called.
pub struct Told {
    filter: Option<EventFilter>,
    handler: BoxedHandler,
    module: String,
    name: String,
    who: Who,
}

impl Told {
    /// The number under which the world's beacon shows that it runs.
    pub fn who(&mut self, world: &World) -> Who {
        if self.who == Who::UNKNOWN {
            self.who = world.schedule().write().number_of(&self.module, &self.name);
        }
        self.who
    }

    /// Tells the handler of an event, if it passes the filter. Says whether it did.
    ///
    /// # Errors
    /// With the handler's own error.
    pub fn tell(&mut self, world: &Handle<World>, event: &EventRef) -> Result<bool, EcsError> {
        if self.filter.as_ref().is_some_and(|filter| !filter.passes(event.value())) {
            return Ok(false);
        }
        self.handler.handle(world, event).map(|()| true)
    }
}

/// One subscription. To be dropped where no lock is held: a handler's own code may use the world.
pub struct Subscription {
    pub(super) id: SubscriptionId,
    pub(super) name: String,
    pub(super) module: String,
    pub(super) priority: i32,
    pub(super) filter: Option<String>,
    pub(super) muted: bool,
    pub(super) delivered: u64,
    pub(super) last_error: Option<EcsError>,
    /// `None` while it is called.
    pub(super) told: Option<Told>,
}

impl Subscription {
    pub(super) fn new(
        id: SubscriptionId,
        (module, name): (String, String),
        priority: i32,
        filter: Option<EventFilter>,
        handler: BoxedHandler,
    ) -> Self {
        let told = Told { filter, handler, module: module.clone(), name: name.clone(), who: Who::UNKNOWN };
        Self {
            id,
            name,
            module,
            priority,
            filter: told.filter.as_ref().map(ToString::to_string),
            muted: false,
            delivered: 0,
            last_error: None,
            told: Some(told),
        }
    }

    pub(super) fn record(&self, event: &'static ComponentInfo, module_enabled: bool) -> SubscriptionRecord {
        SubscriptionRecord {
            id: self.id,
            name: self.name.clone(),
            module: self.module.clone(),
            event: event.name,
            priority: self.priority,
            filter: self.filter.clone(),
            muted: self.muted,
            module_enabled,
            delivered: self.delivered,
            last_error: self.last_error.clone(),
        }
    }
}

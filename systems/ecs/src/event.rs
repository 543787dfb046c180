//! Events.

use crate::{
    Ecs,
    deliver::{self, drop_outside},
};
use playground::core_types::Handle;
use playground::ecs::model::events::{
    Delivery, EventFilter, EventRecord, EventSummary, ObservationId, ObservationRecord, PendingEvents, Sequence,
    SubscriptionId, SubscriptionRecord,
};
use playground::ecs::view::EventView;
use playground::ecs::view::event::{ObserverParts, Subscriber, SubscriptionParts};
use playground::ecs::{ComponentId, ComponentInfo, EcsError, Time, Value, World};
use std::time::Duration;

impl EventView for Ecs {
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError> {
        world.events().write().register(info)
    }
    fn unregister(&self, world: &Handle<World>, event: ComponentId) -> Result<(), EcsError> {
        world.events().write().unregister(event)
    }
    fn adopt(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError> {
        world.events().write().adopt(info)
    }
    fn list(&self, world: &Handle<World>) -> Vec<EventSummary> {
        world.events().write().list()
    }
    fn find(&self, world: &Handle<World>, name: &str) -> Result<&'static ComponentInfo, EcsError> {
        world.events().read().find(name)
    }

    fn emit(&self, world: &Handle<World>, event: ComponentId, value: &Value) -> Result<Sequence, EcsError> {
        world.emit_input(event, value, Duration::ZERO)
    }
    fn emit_batch(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        values: &[Value],
    ) -> Result<Vec<Sequence>, EcsError> {
        world.emit_input_batch(event, values)
    }
    fn emit_delayed(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        value: &Value,
        delay: Duration,
    ) -> Result<Sequence, EcsError> {
        world.emit_input(event, value, delay)
    }

    fn subscribe(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
    ) -> Result<SubscriptionId, EcsError> {
        subscribe(world, event, subscriber, 0, None)
    }
    fn subscribe_with_priority(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
        priority: i32,
    ) -> Result<SubscriptionId, EcsError> {
        subscribe(world, event, subscriber, priority, None)
    }
    fn subscribe_filtered(
        &self,
        world: &Handle<World>,
        event: ComponentId,
        subscriber: Subscriber,
        priority: i32,
        filter: EventFilter,
    ) -> Result<SubscriptionId, EcsError> {
        subscribe(world, event, subscriber, priority, Some(filter))
    }
    fn replace_subscriptions(
        &self,
        world: &Handle<World>,
        module: &str,
        parts: Vec<SubscriptionParts>,
    ) -> Result<Vec<SubscriptionId>, EcsError> {
        world.events().read().accepts_all(&parts)?;
        let (before, attached) = world.events().write().replace_subscriptions(module, parts);
        before.into_iter().for_each(|ended| drop_outside(world, ended));
        attached
    }
    fn unsubscribe(&self, world: &Handle<World>, id: SubscriptionId) -> Result<(), EcsError> {
        let ended = world.events().write().unsubscribe(id);
        ended.map(|ended| drop_outside(world, ended))
    }
    fn unsubscribe_all(&self, world: &Handle<World>, module: &str) -> usize {
        let subscriptions = world.events().write().unsubscribe_all(module);
        let observations = world.events().write().unobserve_all(module);
        let ended = subscriptions.len() + observations.len();
        subscriptions.into_iter().for_each(|ended| drop_outside(world, ended));
        observations.into_iter().for_each(|ended| drop_outside(world, ended));
        ended
    }
    fn subscriptions(
        &self,
        world: &Handle<World>,
        event: Option<ComponentId>,
    ) -> Result<Vec<SubscriptionRecord>, EcsError> {
        world.events().read().subscriptions(event)
    }
    fn mute(&self, world: &Handle<World>, id: SubscriptionId, muted: bool) -> Result<(), EcsError> {
        world.events().write().mute(id, muted)
    }

    fn enable_module(&self, world: &Handle<World>, module: &str, enabled: bool) {
        world.events().write().enable_module(module, enabled);
    }

    fn pause(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<(), EcsError> {
        world.events().write().pause(event)
    }
    fn resume(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<(), EcsError> {
        world.events().write().resume(event)
    }
    fn process(&self, world: &Handle<World>, time: Time) -> Result<Delivery, EcsError> {
        deliver::process(world, time)
    }
    fn pending(&self, world: &Handle<World>) -> Vec<PendingEvents> {
        world.events().write().pending()
    }
    fn history(&self, world: &Handle<World>, event: ComponentId, most: usize) -> Result<Vec<EventRecord>, EcsError> {
        world.events().read().history(event, most)
    }
    fn set_history(&self, world: &Handle<World>, event: ComponentId, limit: usize) -> Result<(), EcsError> {
        world.events().write().set_history(event, limit)
    }
    fn clear(&self, world: &Handle<World>, event: Option<ComponentId>) -> Result<usize, EcsError> {
        world.events().write().clear(event)
    }

    fn observe(&self, world: &Handle<World>, module: &str, parts: ObserverParts) -> Result<ObservationId, EcsError> {
        // Asked before, so that what is refused is dropped where no lock is held.
        world.read().info_of(parts.component)?;
        let mut storage = world.write();
        world.events().write().observe(&mut storage, module, parts)
    }
    fn unobserve(&self, world: &Handle<World>, id: ObservationId) -> Result<(), EcsError> {
        let ended = world.events().write().unobserve(id);
        ended.map(|ended| drop_outside(world, ended))
    }
    fn observers(&self, world: &Handle<World>) -> Vec<ObservationRecord> {
        world.events().read().observations()
    }
    fn deliver_notes(&self, world: &Handle<World>) -> Result<Delivery, EcsError> {
        deliver::deliver_notes(world)
    }
}

/// Asks before it subscribes, so that what is refused is dropped where no lock is held.
fn subscribe(
    world: &Handle<World>,
    event: ComponentId,
    subscriber: Subscriber,
    priority: i32,
    filter: Option<EventFilter>,
) -> Result<SubscriptionId, EcsError> {
    world.events().read().accepts(event, filter.as_ref())?;
    world.events().write().subscribe(event, subscriber, priority, filter)
}

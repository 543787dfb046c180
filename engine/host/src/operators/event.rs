//! Events: what was emitted and delivered, who is subscribed, and emitting one by hand.

use super::{Outcome, done, in_words, missing};
use crate::edit::{check_named, live};
use crate::engine::Engine;
use playground::ecs::model::events::{EventRecord, EventSummary, PendingEvents, SubscriptionId, SubscriptionRecord};
use playground::ecs::{ComponentId, Value};
use playground::editor::Arguments;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Events of a history shown if nothing else is asked for.
const SHOWN: usize = 20;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let (events, world) = (ecs.events(), engine.session.world().clone());
    let find = |name: &str| events.find(&world, name).map(|info| info.id).map_err(in_words);
    let named: Option<ComponentId> = match arguments.text("name")? {
        Some(name) => Some(find(&name)?),
        None => None,
    };
    let needed = || named.ok_or_else(|| "the argument `name` is empty".to_owned());
    match id {
        "event.list" => done(json!({ "events": events.list(&world).iter().map(summary).collect::<Vec<_>>() })),
        "event.emit" => {
            let value = arguments.value("value").cloned().unwrap_or(Value::Unit);
            check_named(&engine.session.tree, &value)?;
            let value = live(&engine.session.tree, &value);
            let sequence = match arguments.get::<f64>("delay")? {
                Some(delay) => events.emit_delayed(&world, needed()?, &value, seconds(delay)?),
                None => events.emit(&world, needed()?, &value),
            };
            done(json!({ "sequence": sequence.map_err(in_words)?.0 }))
        }
        "event.pending" => done(json!({ "events": events.pending(&world).iter().map(pending).collect::<Vec<_>>() })),
        "event.history" => {
            let count = arguments.get::<u32>("count")?.map_or(SHOWN, |count| count as usize);
            let records = events.history(&world, needed()?, count).map_err(in_words)?;
            done(json!({ "events": records.iter().map(record).collect::<Vec<_>>() }))
        }
        "event.history_length" => {
            let length = arguments.get::<u32>("length")?.unwrap_or_default();
            events.set_history(&world, needed()?, length as usize).map_err(in_words)?;
            done(json!({ "length": length }))
        }
        "event.subscriptions" => {
            let all = events.subscriptions(&world, named).map_err(in_words)?;
            done(json!({ "subscriptions": all.iter().map(subscription).collect::<Vec<_>>() }))
        }
        "event.mute" => {
            let number = arguments.get::<u64>("subscription")?.unwrap_or_default();
            let muted = arguments.get::<bool>("muted")?.unwrap_or(true);
            events.mute(&world, SubscriptionId(number), muted).map_err(in_words)?;
            done(json!({ "subscription": number, "muted": muted }))
        }
        "event.unsubscribe" => {
            let number = arguments.get::<u64>("subscription")?.unwrap_or_default();
            events.unsubscribe(&world, SubscriptionId(number)).map_err(in_words)?;
            done(json!({ "subscription": number }))
        }
        "event.pause" => {
            events.pause(&world, named).map_err(in_words)?;
            done(json!({}))
        }
        "event.resume" => {
            events.resume(&world, named).map_err(in_words)?;
            done(json!({}))
        }
        "event.clear" => done(json!({ "dropped": events.clear(&world, named).map_err(in_words)? })),
        other => missing(other),
    }
}

fn seconds(delay: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(delay).map_err(|_| format!("the delay {delay} is no number of seconds from 0 on"))
}

fn summary(event: &EventSummary) -> Json {
    json!({
        "event": event.info.name, "emitted": event.emitted, "delivered": event.delivered, "pending": event.pending,
        "subscriptions": event.subscriptions, "paused": event.paused, "history": event.history,
    })
}

fn pending(event: &PendingEvents) -> Json {
    json!({ "event": event.info.name, "paused": event.paused, "due": event.due, "later": event.later })
}

fn record(event: &EventRecord) -> Json {
    let value = playground::types::text::write(&event.value);
    json!({ "sequence": event.emission.sequence.0, "delivered": event.delivered, "value": value })
}

fn subscription(record: &SubscriptionRecord) -> Json {
    json!({
        "subscription": record.id.0, "name": record.name, "module": record.module, "event": record.event,
        "priority": record.priority, "filter": record.filter, "muted": record.muted, "module_enabled": record.module_enabled,
        "delivered": record.delivered,
        "last_error": record.last_error.as_ref().map(ToString::to_string),
    })
}

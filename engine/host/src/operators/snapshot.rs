//! Earlier states of the running world: snapshots with names, what changed since, and the ring of checkpoints.

use super::{Outcome, done, in_words, missing};
use crate::engine::Engine;
use playground::ecs::Storage;
use playground::ecs::model::checkpoint::{CheckpointId, Rewind};
use playground::ecs::model::diff::OfEntity;
use playground::editor::Arguments;
use playground::editor::report::PlayState;
use serde_json::{Value as Json, json};

/// Snapshots kept at most; each is a copy of the whole world.
const MOST: usize = 16;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let world = engine.session.world().clone();
    match id {
        "world.snapshot" => {
            let name = arguments.required_text("name")?;
            let kept = &mut engine.session.holder.snapshots;
            if kept.len() >= MOST && !kept.contains_key(&name) {
                return Err(format!("{MOST} snapshots are kept already; drop one with world.forget"));
            }
            kept.insert(name.clone(), ecs.worlds().snapshot(&world));
            engine.note_snapshot(&name);
            done(json!({ "snapshot": name, "entities": world.read().len() }))
        }
        "world.snapshots" => {
            let row = |(name, storage): (&String, &Storage)| json!({ "snapshot": name, "entities": storage.len() });
            done(json!({ "snapshots": engine.session.holder.snapshots.iter().map(row).collect::<Vec<_>>() }))
        }
        "world.forget" => {
            let name = arguments.required_text("name")?;
            let gone = engine.session.holder.snapshots.remove(&name);
            gone.map(drop).ok_or_else(|| unknown(engine, &name))?;
            engine.note_snapshot(&name);
            done(json!({ "snapshot": name }))
        }
        "world.diff" => {
            let name = arguments.required_text("name")?;
            let earlier = engine.session.holder.snapshots.get(&name).ok_or_else(|| unknown(engine, &name))?;
            let diff = ecs.worlds().diff(earlier, &world).map_err(in_words)?;
            let tree = &engine.session.tree;
            let of = |all: &[OfEntity]| -> Vec<Json> {
                let row = |(entity, info): &OfEntity| json!({ "entity": tree.id(*entity), "component": info.name });
                // What is hidden follows from the rest.
                all.iter().filter(|(_, info)| !info.hidden).map(row).collect()
            };
            done(json!({
                "spawned": diff.spawned.iter().map(|entity| tree.id(*entity)).collect::<Vec<_>>(),
                "despawned": diff.despawned.len(), "added": of(&diff.added), "removed": of(&diff.removed),
                "changed": of(&diff.changed),
            }))
        }
        "world.restore" => {
            only_while_running(engine)?;
            let name = arguments.required_text("name")?;
            let earlier = engine.session.holder.snapshots.get(&name).ok_or_else(|| unknown(engine, &name))?.copy();
            ecs.worlds().restore(&world, earlier);
            went_back(engine);
            done(json!({ "snapshot": name, "entities": world.read().len() }))
        }
        "world.checkpoint" => done(checkpoint(ecs.storage().checkpoint(&world).map_err(in_words)?)),
        "world.checkpoints" => {
            let all: Vec<Json> = ecs.storage().checkpoints(&world).into_iter().map(checkpoint).collect();
            done(json!({ "checkpoints": all, "bytes": ecs.storage().memory(&world).checkpoints }))
        }
        "world.rewind" => {
            only_while_running(engine)?;
            let to = match (arguments.get::<u64>("to")?, arguments.get::<u32>("back")?) {
                (Some(_), Some(_)) => return Err("give `to` or `back`, not both".to_owned()),
                (Some(number), None) => Rewind::To(number),
                (None, back) => Rewind::Back(back.unwrap_or(0) as usize),
            };
            let reached = ecs.storage().rewind(&world, to).map_err(in_words)?;
            engine.rewound(reached);
            done(checkpoint(reached))
        }
        other => missing(other),
    }
}

fn unknown(engine: &Engine, name: &str) -> String {
    let known: Vec<&str> = engine.session.holder.snapshots.keys().map(String::as_str).collect();
    match known.as_slice() {
        [] => format!("there is no snapshot `{name}`; take one with world.snapshot"),
        known => format!("there is no snapshot `{name}`; there are {}", known.join(", ")),
    }
}

/// The authored scene has undo for going back; only the running world goes back as a whole.
fn only_while_running(engine: &Engine) -> Result<(), String> {
    match engine.play.state {
        PlayState::Stopped => Err("the world is not running; undo takes edits of the scene back".to_owned()),
        _ => Ok(()),
    }
}

fn went_back(engine: &mut Engine) {
    engine.adopt_orphans("snapshot");
    engine.session.mark_stale();
    engine.session.refresh();
}

fn checkpoint(id: CheckpointId) -> Json {
    json!({ "checkpoint": id.number, "tick": id.tick, "time": id.time })
}

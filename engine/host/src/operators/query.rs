//! Queries by their text, such as `has:Orbit not:Light`.

use super::{Outcome, done, in_words, missing};
use crate::arguments::Arguments;
use crate::engine::Engine;
use serde_json::{Value as Json, json};

/// Entities shown if nothing else is asked for.
const SHOWN: usize = 100;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let (queries, world) = (ecs.queries(), engine.session.world().clone());
    let text = arguments.required_text("query")?;
    let description = queries.read(&world, &text).map_err(in_words)?;
    let query = queries.create(&world, &text, description).map_err(in_words)?;
    let outcome = match id {
        "query.run" => {
            let limit = arguments.get::<u32>("limit")?.map_or(SHOWN, |limit| limit as usize);
            queries.matching(&world, query).map_err(in_words).and_then(|entities| {
                let tree = &engine.session.tree;
                let shown: Vec<u64> = entities.iter().take(limit).map(|entity| tree.id(*entity)).collect();
                done(json!({ "count": entities.len(), "entities": shown }))
            })
        }
        "query.explain" => queries.explain(&world, query).map_err(in_words).and_then(|all| {
            let row = |why: playground::ecs::model::query_table::Explanation| -> Json {
                json!({
                    "archetype": why.archetype, "components": why.components, "entities": why.entities,
                    "matching": why.matching, "why": why.why,
                })
            };
            done(json!({ "archetypes": all.into_iter().map(row).collect::<Vec<_>>() }))
        }),
        other => missing(other),
    };
    queries.remove(&world, query).map_err(in_words)?;
    outcome
}

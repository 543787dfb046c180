//! Queries by their text, such as `has:Orbit not:Light`.

use super::{Outcome, done, in_words, missing};
use crate::engine::Engine;
use playground::ecs::model::query_table::{Explanation, QueryId, QueryInfo};
use playground::editor::Arguments;
use serde_json::{Value as Json, json};

/// Entities shown if nothing else is asked for.
const SHOWN: usize = 100;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let (queries, world) = (ecs.queries(), engine.session.world().clone());
    let create = |text: &str| {
        let description = queries.read(&world, text).map_err(in_words)?;
        queries.create(&world, text, description).map_err(in_words)
    };
    // A query that is made for one call has seen nothing, so it can't tell what changed; a kept one can.
    let once = |ask: &dyn Fn(QueryId) -> Outcome| {
        let query = create(&arguments.required_text("query")?)?;
        let outcome = ask(query);
        queries.remove(&world, query).map_err(in_words)?;
        outcome
    };
    match id {
        "query.run" => {
            let limit = arguments.get::<u32>("limit")?.map_or(SHOWN, |limit| limit as usize);
            let ask = |query: QueryId| {
                let entities = queries.matching(&world, query).map_err(in_words)?;
                let tree = &engine.session.tree;
                let shown: Vec<u64> = entities.iter().take(limit).map(|entity| tree.id(*entity)).collect();
                done(json!({ "count": entities.len(), "entities": shown }))
            };
            match (arguments.get::<u64>("number")?, arguments.value("query")) {
                (Some(number), None) => ask(kept(&queries.list(&world), number)?),
                (None, Some(_)) => once(&ask),
                _ => Err("give either `query`, or the `number` of one that query.create made".to_owned()),
            }
        }
        "query.explain" => once(&|query| {
            let all = queries.explain(&world, query).map_err(in_words)?;
            let row = |why: Explanation| -> Json {
                json!({
                    "archetype": why.archetype, "components": why.components, "entities": why.entities,
                    "matching": why.matching, "why": why.why,
                })
            };
            done(json!({ "archetypes": all.into_iter().map(row).collect::<Vec<_>>() }))
        }),
        "query.create" => done(json!({ "number": create(&arguments.required_text("query")?)?.number() })),
        "query.list" => {
            let row = |query: QueryInfo| -> Json {
                json!({ "number": query.id.number(), "query": query.name, "runs": query.stats.runs })
            };
            done(json!({ "queries": queries.list(&world).into_iter().map(row).collect::<Vec<_>>() }))
        }
        "query.drop" => {
            let number = arguments.get::<u64>("number")?.unwrap_or_default();
            queries.remove(&world, kept(&queries.list(&world), number)?).map_err(in_words)?;
            done(json!({ "number": number }))
        }
        other => missing(other),
    }
}

/// The query of a number.
fn kept(queries: &[QueryInfo], number: u64) -> Result<QueryId, String> {
    let found = queries.iter().map(|query| query.id).find(|id| id.number() == number);
    found.ok_or_else(|| format!("there is no query {number}; query.list shows those that are kept"))
}

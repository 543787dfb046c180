//! The operators that modules bring: which there are at the moment, and carrying one out.

use super::{Outcome, done};
use crate::difference::Difference;
use crate::edit::{Step, check_named, live, stable};
use crate::engine::Engine;
use crate::modules::short;
use playground::ecs::model::events::Sequence;
use playground::ecs::{Entity, Storage, Value, World};
use playground::editor::report::OperatorRow;
use playground::editor::{Arguments, Invocation, Operator, OperatorContext, Situation};
use playground::types::erase::guarded;
use playground_engine_registry::Module;
use serde_json::Value as Json;

/// The operators that can be called, in the order of the modules. Those of a module that is off, and those that
/// panicked, are not among them.
pub fn rows(engine: &Engine) -> Vec<OperatorRow> {
    let of_module = |module: &Module| {
        let contributed = engine.session.holder.contributed.get(&module.spec.name).filter(|_| !module.is_off());
        let operators = contributed
            .into_iter()
            .flat_map(|found| found.operators.iter().filter(|operator| !found.broken.contains_key(operator.info.id)));
        let row = |operator: &&'static Operator| OperatorRow { info: &operator.info, module: module.spec.name.clone() };
        operators.map(row).collect::<Vec<_>>()
    };
    engine.modules.registry.modules().iter().flat_map(of_module).collect()
}

/// The module that brings an operator, and the operator; `None` if nobody brings it.
///
/// # Errors
/// When it is withdrawn; how it comes back, the error says.
pub fn find(engine: &Engine, id: &str) -> Result<Option<(String, &'static Operator)>, String> {
    for (module, contributed) in &engine.session.holder.contributed {
        let Some(operator) = contributed.operators.iter().find(|operator| operator.info.id == id) else { continue };
        if engine.is_off(module) {
            let name = short(module);
            return Err(format!(
                "{id} is withdrawn: {module} is switched off; module.enable name={name} brings it back"
            ));
        }
        if let Some(message) = contributed.broken.get(id) {
            return Err(format!("{id} panicked: {message}. It is not called again until {module} is reloaded"));
        }
        return Ok(Some((module.clone(), operator)));
    }
    Ok(None)
}

/// Carries an operator of a module out. What it changes is one step of undo; if it fails, the world is as it was.
pub fn run(engine: &mut Engine, module: &str, operator: &'static Operator, call: &Invocation) -> Outcome {
    let id = operator.info.id;
    Arguments::of(call, &operator.info)?;
    if let Some(reason) = operator.info.when.reason_in(&situation(engine)) {
        return Err(format!("{id} can't be used now: {reason}"));
    }
    engine.session.ecs()?;
    let call = with_entities(engine, call)?;
    let before = Before::of(engine.session.world());
    match engine.inside(module, id, |engine| guarded(|| carry_out(engine, operator, &call))) {
        Ok(Ok((value, selection))) => match keep(engine, operator, &before.storage, &value, selection) {
            Ok(result) => done(result),
            Err(error) => Err(format!("{id} of {module} failed: {error}. {}", take_back(engine, before))),
        },
        Ok(Err(error)) => Err(format!("{id} of {module} failed: {error}. {}", take_back(engine, before))),
        Err(message) => {
            let state = take_back(engine, before);
            engine.part_failed(module, id, &message);
            // What goes back to an earlier generation is replaced as a whole, this note with it.
            if let Some(contributed) = engine.session.holder.contributed.get_mut(module) {
                contributed.broken.insert(id, message.clone());
            }
            Err(format!("{id} of {module} panicked: {message}. {state}"))
        }
    }
}

fn situation(engine: &Engine) -> Situation {
    Situation {
        selected: !engine.session.selection.is_empty(),
        can_undo: engine.session.history.undo_title().is_some(),
        can_redo: engine.session.history.redo_title().is_some(),
        play: engine.play.state,
        building: engine.modules.status.is_some(),
    }
}

/// The call with entities in its arguments, where it names them by their stable numbers.
fn with_entities(engine: &Engine, call: &Invocation) -> Result<Invocation, String> {
    let tree = &engine.session.tree;
    let mut call = call.clone();
    for (_, value) in &mut call.arguments {
        check_named(tree, value)?;
        *value = live(tree, value);
    }
    Ok(call)
}

/// The world before a call.
struct Before {
    storage: Storage,
    emitted: Sequence,
}

impl Before {
    fn of(world: &World) -> Self {
        Self { storage: world.read().copy(), emitted: world.events().write().last() }
    }
}

/// What an operator gave, and the entities that shall be selected if it selected others.
type Carried = Result<(Value, Option<Vec<Entity>>), String>;

fn carry_out(engine: &Engine, operator: &Operator, call: &Invocation) -> Carried {
    let session = &engine.session;
    let selected: Vec<Entity> = session.selection.iter().filter_map(|id| session.tree.entity(*id)).collect();
    let arguments = Arguments::of(call, &operator.info)?;
    let mut context = OperatorContext::new(session.world(), arguments, selected.clone(), &session.tree);
    let value = (operator.run)(&mut context)?;
    Ok((value, Some(context.selection).filter(|selection| *selection != selected)))
}

/// Makes what was done a step of undo, and gives the result as whoever called sees it.
fn keep(
    engine: &mut Engine,
    operator: &Operator,
    before: &Storage,
    value: &Value,
    selection: Option<Vec<Entity>>,
) -> Result<Json, String> {
    let world = engine.session.world().clone();
    let difference = Difference::of(before, &world.read(), &engine.session.tree)?;
    // What came has no number yet.
    engine.session.refresh();
    let session = &mut engine.session;
    if let Some(difference) = difference {
        let changes = difference.changes(&world.read(), &session.tree);
        session.history.push(Step { title: operator.info.title.to_owned(), changes, gesture: None });
    }
    if let Some(selection) = selection {
        let mut ids: Vec<u64> = Vec::with_capacity(selection.len());
        for id in selection.iter().map(|entity| session.tree.id(*entity)).filter(|id| *id != 0) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        session.selection = ids;
    }
    serde_json::to_value(stable(&session.tree, value)).map_err(|error| error.to_string())
}

/// Makes the world what it was before a call that failed; says so.
fn take_back(engine: &mut Engine, before: Before) -> &'static str {
    let world = engine.session.world().clone();
    let Before { storage: before, emitted } = before;
    world.events().write().clear_after(emitted);
    let same = before.diff(&world.read()).is_ok_and(|diff| diff.is_empty());
    if !same {
        // What components do when they are dropped is their own business.
        let _ = guarded(|| world.write().restore(before));
        engine.session.mark_stale();
        engine.session.refresh();
    }
    "The world is as it was"
}

//! Refuses operators of modules that could not be told from others, by name or by key, before anything changes.

use super::built_in;
use super::table::SECOND_KEYS;
use crate::holder::Contributed;
use crate::modules::short;
use playground::editor::operator::belongs;
use playground::editor::{App, Operator, OperatorInfo, Session};
use playground::types::ModuleError;
use std::collections::{BTreeMap, HashMap};

/// Who brings the editor's own operators.
const EDITOR: &str = "the editor";

/// Checks the operators that there would be with those of `apps` in place of what these modules have now.
///
/// # Errors
/// When an operator has the name of another module, or a name or a key has two owners; who, and what to do, the error
/// says.
pub fn check(apps: &[(String, App)], contributed: &HashMap<String, Contributed>) -> Result<(), ModuleError> {
    let in_set = |module: &String| apps.iter().any(|(name, _)| name == module);
    let mut others: Vec<(&str, &'static Operator)> = Vec::new();
    for (module, brought) in contributed.iter().filter(|(module, _)| !in_set(module)) {
        others.extend(brought.operators.iter().map(|operator| (module.as_str(), *operator)));
    }
    let mut names: BTreeMap<&str, &str> = built_in().iter().map(|info| (info.id, EDITOR)).collect();
    let mut keys: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for info in built_in() {
        keys.extend(keys_of(info.shortcut).map(|key| (key, (info.id, EDITOR))));
    }
    for (shortcut, id) in SECOND_KEYS {
        keys.extend(keys_of(shortcut).map(|key| (key, (id, EDITOR))));
    }
    for (module, operator) in others {
        names.insert(operator.info.id, module);
        keys.extend(keys_of(operator.info.shortcut).map(|key| (key, (operator.info.id, module))));
    }
    for (module, app) in apps {
        for operator in &app.operators {
            is_well_named(module, &operator.info)?;
            if let Some(owner) = names.insert(operator.info.id, module) {
                let what = format!("the operator {}", operator.info.id);
                return Err(ModuleError::Collision { what, first: owner.to_owned(), second: module.clone() });
            }
            for key in keys_of(operator.info.shortcut) {
                if let Some((id, owner)) = keys.insert(key, (operator.info.id, module)) {
                    return Err(ModuleError::Other(format!(
                        "the shortcut {} is claimed by both {id} of {owner} and {} of {module}; give one of them \
                         another one",
                        operator.info.shortcut, operator.info.id
                    )));
                }
            }
        }
    }
    Ok(())
}

fn is_well_named(module: &str, info: &OperatorInfo) -> Result<(), ModuleError> {
    if !belongs(info.id, module) {
        let why = format!(
            "{module} brings an operator `{}`; its id has to begin with `{}.`, as all operators of that module do",
            info.id,
            short(module)
        );
        return Err(ModuleError::Other(why));
    }
    if info.session == Session::Window {
        let why = format!("the operator {} of {module} has to be one of the engine: it works on the world", info.id);
        return Err(ModuleError::Other(why));
    }
    Ok(())
}

/// The key bindings in a text such as `Ctrl+Z / Del`, each written one way.
fn keys_of(shortcut: &str) -> impl Iterator<Item = String> {
    shortcut.split(['/', ',']).filter(|keys| !keys.trim().is_empty()).map(|keys| {
        let mut parts: Vec<String> = keys.split('+').map(|part| part.trim().to_lowercase()).collect();
        parts.iter_mut().filter(|part| *part == "del").for_each(|part| "delete".clone_into(part));
        parts.sort_unstable();
        parts.join("+")
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::holder::Contributed;
    use playground::editor::{App, Operator};
    use playground::types::Value;
    use std::collections::HashMap;

    const ADD: Operator = Operator::new("swarm.add", "Add", "", |_| Ok(Value::Unit));
    const KEYED: Operator = Operator::new("orbit.stop", "Stop", "", |_| Ok(Value::Unit)).shortcut("Ctrl+Shift+J");
    const OTHER: Operator = Operator::new("swarm.stop", "Stop", "", |_| Ok(Value::Unit)).shortcut("Shift+Ctrl+J");
    const TAKEN: Operator = Operator::new("swarm.end", "End", "", |_| Ok(Value::Unit)).shortcut("Del");
    const SECOND: Operator = Operator::new("swarm.redo", "Redo", "", |_| Ok(Value::Unit)).shortcut("Ctrl+Y");
    const FOREIGN: Operator = Operator::new("entity.spawn", "New", "", |_| Ok(Value::Unit));

    fn with(operators: &[&'static Operator]) -> App {
        App { operators: operators.to_vec(), ..App::new() }
    }

    #[test]
    fn two_owners_of_a_name_or_a_key_are_refused_and_named() {
        let known = Contributed { operators: vec![&KEYED], ..Contributed::default() };
        let contributed = HashMap::from([("playground-plugins-orbit".to_owned(), known)]);
        let check = |operators: &[&'static Operator], expected: &[&str]| {
            let outcome = check(&[("playground-plugins-swarm".to_owned(), with(operators))], &contributed);
            match outcome {
                Ok(()) => assert!(expected.is_empty(), "{expected:?}"),
                Err(error) => {
                    let error = error.to_string();
                    assert!(!expected.is_empty() && expected.iter().all(|part| error.contains(part)), "{error}");
                }
            }
        };
        check(&[&ADD], &[]);
        check(&[&ADD, &ADD], &["the operator swarm.add", "playground-plugins-swarm", "rename it"]);
        check(
            &[&OTHER],
            &["Shift+Ctrl+J", "orbit.stop of playground-plugins-orbit", "swarm.stop of playground-plugins-swarm"],
        );
        check(&[&TAKEN], &["Del", "entity.despawn of the editor", "another one"]);
        check(&[&SECOND], &["Ctrl+Y", "edit.redo of the editor"]);
        check(&[&FOREIGN], &["`entity.spawn`", "begin with `swarm.`"]);
    }

    #[test]
    fn what_another_module_of_the_set_gives_up_may_be_taken() {
        let known = Contributed { operators: vec![&KEYED], ..Contributed::default() };
        let contributed = HashMap::from([("playground-plugins-orbit".to_owned(), known)]);
        let apps = [
            ("playground-plugins-swarm".to_owned(), with(&[&OTHER])),
            ("playground-plugins-orbit".to_owned(), with(&[])),
        ];
        assert!(check(&apps, &contributed).is_ok());
    }
}

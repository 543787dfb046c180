//! `dyn` is for module contracts, erased storage, and what a third-party API demands.

use super::Violation;
use crate::source::{Kind, Token};
use crate::workspace::{SourceFile, Workspace};

const REMEDY: &str = "use a generic parameter or an enum; if a contract or a third-party API demands the trait object, \
                      add a row to xtask/src/invariants/trait_objects.rs that says why";

/// Which traits may stand behind `dyn` where. Paths are folders or files; `*` in a name is any beginning.
const ALLOWED: &[(&str, &[&str], &str)] = &[
    ("engine", &["*"], "the engine handles modules of which it knows only the contract"),
    ("core/*/src/view", &["*"], "a View is the contract"),
    ("core/*/src/view.rs", &["*"], "a View is the contract"),
    (
        "core/ecs/src/model",
        &["ErasedPool", "Fn", "FnMut"],
        "the erased pools' functions take closures as trait objects",
    ),
    ("core/ecs/src/model/component.rs", &["ErasedPool"], "a module describes how its pools are made"),
    ("core/ecs/src/model/system.rs", &["System"], "a system is a module's function of any signature"),
    ("core/ecs/src/model/schedule.rs", &["System"], "a schedule holds systems of many modules"),
    ("core/editor/src", &["Panel"], "a panel is a module's widget"),
    ("systems", &["*View", "*ViewTrait"], "a system hands out its contract"),
    ("systems", &["Fn"], "a contract that takes a function takes it as a trait object, or it could not be one itself"),
    ("plugins", &["*View", "*ViewTrait"], "a plugin may use a contract directly"),
    ("editor", &["Panel", "*View", "*ViewTrait"], "the editor shows panels of many modules"),
    ("editor", &["App", "Error"], "eframe runs a boxed App and reports boxed errors"),
    ("game", &["*View", "*ViewTrait", "App", "Error"], "as in the editor"),
];

/// Finds every other `dyn`.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &workspace.files {
        for (at, token) in file.shipped.iter().enumerate().filter(|(_, token)| token.is_word("dyn")) {
            let name = trait_name(&file.shipped[at + 1..]);
            let allowed = ALLOWED
                .iter()
                .any(|(place, names, _)| is_at(file, place) && names.iter().any(|pattern| name_matches(pattern, name)));
            if !allowed {
                violations.push(Violation::new(&file.path, token.line, format!("`dyn {name}` here"), REMEDY));
            }
        }
    }
    violations
}

/// The last segment of the path at the start, which is the trait.
fn trait_name(tokens: &[Token]) -> &str {
    let mut name = "?";
    for token in tokens {
        match token.kind {
            Kind::Word if token.text != "for" => name = &token.text,
            Kind::Sign if matches!(token.text.as_str(), ":" | "(" | "?") && !name.starts_with("Fn") => {}
            _ => break,
        }
    }
    name
}

/// Whether `file` is the file or in the folder `place`, in which `*` stands for one name.
fn is_at(file: &SourceFile, place: &str) -> bool {
    let mut parts = file.path.split('/');
    place.split('/').all(|expected| parts.next().is_some_and(|part| expected == "*" || expected == part))
}

fn name_matches(pattern: &str, name: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == name, |end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        testing::check(super::check, files, expected);
    }

    #[test]
    fn contracts_are_trait_objects() {
        check(
            &[
                ("engine/host/src/a.rs", "fn f(x: &dyn Anything) {}"),
                ("core/ecs/src/view.rs", "fn f(x: &dyn Fn(u8)) {}"),
                ("core/ecs/src/view/storage.rs", "fn f(x: &dyn Fn(u8)) {}"),
                ("core/ecs/src/model/schedule.rs", "struct A(Box<dyn System>);"),
                (
                    "systems/ecs/src/lib.rs",
                    "fn f() { Contract::new::<dyn EcsViewTrait>(x); g(|s: &dyn Fn(Entity)| ()) }",
                ),
                ("editor/src/main.rs", "fn f() -> Box<dyn eframe::App> {}"),
                ("systems/ecs/src/tests.rs", "#![cfg(test)]\nfn f(x: &dyn Anything) {}"),
                ("editor/tests/it/main.rs", "fn f(x: &dyn Anything) {}"),
            ],
            &[],
        );
    }

    #[test]
    fn anything_else_is_not() {
        check(
            &[
                ("core/ecs/src/model/schedule.rs", "fn f(x: &dyn for<'a> Other<'a>) {}"),
                ("core/scene/src/query.rs", "fn f(x: &dyn ErasedPool) {}"),
                ("editor/src/rows.rs", "\nfn f(x: Box<dyn Iterator<Item = u8>>) {}"),
                ("plugins/a/src/lib.rs", "fn f(x: &dyn Fn(u8)) {}"),
            ],
            &[
                "core/ecs/src/model/schedule.rs:1",
                "core/scene/src/query.rs:1",
                "editor/src/rows.rs:2",
                "plugins/a/src/lib.rs:1",
            ],
        );
    }
}

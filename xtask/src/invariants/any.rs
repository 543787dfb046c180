//! `std::any::Any` is used by the erasure helper and by the trait of the erased pools, and by nothing else.

use super::Violation;
use crate::source::{Token, matches};
use crate::workspace::Workspace;

const ALLOWED: [&str; 2] = ["engine/types/src/erase.rs", "engine/types/src/storage.rs"];
const REMEDY: &str = "a `TypeId` stays equal when a reload changes the fields; go through playground's `types::erase`, \
                      which compares schemas too";

/// Finds every other use of `Any`, the trait.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| !ALLOWED.contains(&file.path.as_str())) {
        for at in 0..file.tokens.len() {
            if names_any(&file.tokens[at..]) {
                violations.push(Violation::new(&file.path, file.tokens[at].line, "`Any` outside engine/types", REMEDY));
            }
        }
    }
    violations
}

/// Whether `any::Any`, a `use` of it, or `dyn Any` starts here. A variant that is called `Any` is another thing.
fn names_any(tokens: &[Token]) -> bool {
    if matches(tokens, "any : : {") {
        let group = tokens.iter().take_while(|token| !token.is_sign("}"));
        return group.skip(4).any(|token| token.is_word("Any") || token.is_sign("*"));
    }
    ["dyn Any", "any : : Any", "any : : *"].iter().any(|pattern| matches(tokens, pattern))
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        testing::check(super::check, files, expected);
    }

    #[test]
    fn the_erasure_helper_may() {
        check(
            &[
                ("engine/types/src/erase.rs", "use std::any::{Any, type_name};"),
                ("engine/types/src/storage.rs", "use std::any::Any;"),
                ("core/ecs/src/model/id.rs", "use std::any::{TypeId, type_name};\nenum Filter { Any, None }"),
            ],
            &[],
        );
    }

    #[test]
    fn nobody_else_may() {
        check(
            &[
                ("core/ecs/src/a.rs", "use std::any::Any;"),
                ("core/ecs/src/b.rs", "use std::any::{type_name, Any};\n\nfn f(x: &dyn Any) {}"),
                ("editor/src/c.rs", "use core::any::*;"),
                ("engine/host/src/d.rs", "fn f(x: Box<dyn std::any::Any + Send>) {}"),
            ],
            &[
                "core/ecs/src/a.rs:1",
                "core/ecs/src/b.rs:1",
                "core/ecs/src/b.rs:3",
                "editor/src/c.rs:1",
                "engine/host/src/d.rs:1",
            ],
        );
    }
}

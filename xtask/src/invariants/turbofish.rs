//! Systems and plugins name component types in signatures, never in a turbofish.

use super::Violation;
use crate::source::{Kind, Token, matches};
use crate::workspace::Workspace;
use std::collections::BTreeSet;

const REMEDY: &str = "let the closure's or the function's signature say the type: `|(transform, orbit): (&mut \
                      Transform, &Orbit)|`";

/// Methods whose type parameters are components whatever they are called.
const ALWAYS: [&str; 3] = ["query", "query_mut", "component"];

/// Finds every turbofish on a component.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let components: BTreeSet<&str> = workspace.files.iter().flat_map(|file| components(&file.tokens)).collect();
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| file.is_in("systems") || file.is_in("plugins")) {
        for at in 0..file.shipped.len() {
            let rest = &file.shipped[at..];
            if !matches(rest, ": : <") {
                continue;
            }
            let method = at.checked_sub(1).map(|before| file.shipped[before].text.as_str());
            let named = parameters(&rest[2..]).find(|token| components.contains(token.text.as_str()));
            let what = match (named, method) {
                (Some(component), _) => format!("a turbofish on the component `{}`", component.text),
                (None, Some(method)) if ALWAYS.contains(&method) => format!("a turbofish on `{method}`"),
                _ => continue,
            };
            violations.push(Violation::new(&file.path, rest[0].line, what, REMEDY));
        }
    }
    violations
}

/// The names of the types in `tokens` that derive `Component` or implement it.
fn components(tokens: &[Token]) -> impl Iterator<Item = &str> {
    let starts = tokens.iter().enumerate().filter_map(|(at, _)| {
        let rest = &tokens[at..];
        if matches(rest, "derive (") {
            let list = rest.iter().skip(2).take_while(|token| !token.is_sign(")"));
            let derives = list.clone().any(|token| token.is_word("Component"));
            let after = &rest[2 + list.count()..];
            let keyword = after.iter().position(|token| token.is_word("struct") || token.is_word("enum"));
            return keyword.filter(|_| derives).and_then(|keyword| after.get(keyword + 1));
        }
        if matches(rest, "Component for") { rest.get(2).filter(|token| token.text.len() > 1) } else { None }
    });
    starts.filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str())
}

/// The names between the `<` at the start and its `>`.
fn parameters(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    let mut depth = 0_i32;
    let mut before_was_arrow = false;
    let inside = tokens.iter().take_while(move |token| {
        if token.is_sign("<") {
            depth += 1;
        } else if token.is_sign(">") && !before_was_arrow {
            depth -= 1;
        }
        before_was_arrow = token.is_sign("-");
        depth > 0
    });
    inside.filter(|token| token.kind == Kind::Word)
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    const ORBIT: (&str, &str) = (
        "plugins/orbit/src/component.rs",
        "#[derive(Clone, playground::Component)]\n#[component(was = \"x\")]\npub struct Orbit { a: f32 }",
    );

    fn check(source: &str, expected: &[&str]) {
        testing::check(super::check, &[ORBIT, ("plugins/orbit/src/lib.rs", source)], expected);
    }

    #[test]
    fn signatures_and_other_types_are_fine() {
        check(
            "fn f(q: Query<(&mut Orbit,)>) { x.collect::<Vec<u8>>(); <Orbit as Component>::INFO; size_of::<u8>() }",
            &[],
        );
    }

    #[test]
    fn a_component_in_a_turbofish_is_not() {
        check("fn f(w: World) {\n    w.get_mut::<Orbit>();\n}", &["plugins/orbit/src/lib.rs:2"]);
        check("fn f(w: World) { w.each::<(&mut a::Orbit, fn() -> u8)>(); }", &["plugins/orbit/src/lib.rs:1"]);
        check("fn f(w: World) { Query::<&Orbit>::new(); }", &["plugins/orbit/src/lib.rs:1"]);
    }

    #[test]
    fn nor_is_one_on_a_query() {
        check("fn f<T>(w: World) { w.query::<T>(); }", &["plugins/orbit/src/lib.rs:1"]);
    }
}

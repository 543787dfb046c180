//! No global mutable state: what changes is in a value that is passed.

use super::Violation;
use crate::source::{Kind, Token, matches};
use crate::workspace::Workspace;

const REMEDY: &str = "pass it: state of the world is in `Handle<World>`, state of a module in its ViewModel, state of the \
                      engine in a field; a global is another one in every generation of a module";

/// The types that make a `static` mutable.
const MUTABLE: [&str; 18] = [
    "ArcSwap",
    "ArcSwapOption",
    "Atomic",
    "AtomicCell",
    "Cell",
    "DashMap",
    "Lazy",
    "LazyCell",
    "LazyLock",
    "Mutex",
    "Once",
    "OnceCell",
    "OnceLock",
    "RefCell",
    "RwLock",
    "Shared",
    "SyncUnsafeCell",
    "UnsafeCell",
];

/// Finds statics that can change.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| !file.is_in("xtask")) {
        for at in 0..file.shipped.len() {
            if let Some(what) = mutable(&file.shipped[at..]) {
                violations.push(Violation::new(&file.path, file.shipped[at].line, what, REMEDY));
            }
        }
    }
    violations
}

fn mutable(tokens: &[Token]) -> Option<String> {
    if matches(tokens, "thread_local !") {
        return Some("a thread-local is global state".to_owned());
    }
    // In `&'static mut T`, as in a query's type, the word is a lifetime.
    if matches(tokens, "static mut") && tokens[0].kind == Kind::Word {
        return Some("`static mut`".to_owned());
    }
    let [keyword, name, colon, ty @ ..] = tokens else { return None };
    if !keyword.is_word("static") || name.kind != Kind::Word || !colon.is_sign(":") {
        return None;
    }
    let ty = ty.iter().take_while(|token| !token.is_sign("=") && !token.is_sign(";"));
    let found = ty.into_iter().find(|token| is_mutable(token))?;
    Some(format!("the static `{}` can change: it is a `{}`", name.text, found.text))
}

fn is_mutable(token: &Token) -> bool {
    let is_std_atomic = token.text.strip_prefix("Atomic").is_some_and(|rest| rest.starts_with(['U', 'I', 'B', 'P']));
    token.kind == Kind::Word && (is_std_atomic || MUTABLE.contains(&token.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn check(source: &str, expected: &[&str]) {
        testing::check(super::check, &[("engine/host/src/lib.rs", source)], expected);
    }

    #[test]
    fn constants_and_tables_are_fine() {
        check("static TABLE: &'static [fn() -> u8] = &[]; const A: u8 = 1; fn f(x: &'static Mutex<u8>) {}", &[]);
        check("type State = QueryState<&'static mut T>;", &[]);
        check("#[cfg(test)]\nmod tests { static NEXT: AtomicU64 = AtomicU64::new(1); }", &[]);
    }

    #[test]
    fn what_can_change_is_not() {
        for source in [
            "static mut A: u8 = 0;",
            "fn f() { static NEXT: AtomicU64 = AtomicU64::new(0); }",
            "pub static A: std::sync::OnceLock<u8> = OnceLock::new();",
            "static A: [parking_lot::RwLock<u8>; 2] = x;",
            "thread_local! { static A: u8 = 0 }",
        ] {
            check(source, &["engine/host/src/lib.rs:1"]);
        }
    }
}

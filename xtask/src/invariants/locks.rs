//! In core and in systems, what is locked is `Shared`, whose waiting is measured, and nothing points back.

use super::Violation;
use crate::workspace::Workspace;

const BANNED: [(&str, &str); 5] = [
    ("DashMap", "use `Shared`, whose reads, writes and waiting the Locks panel shows"),
    ("Mutex", "use `Shared`, whose reads, writes and waiting the Locks panel shows"),
    ("MutexGuard", "use `Shared`, whose reads, writes and waiting the Locks panel shows"),
    ("ReentrantMutex", "use `Shared`, whose reads, writes and waiting the Locks panel shows"),
    ("Weak", "data flows one way: keep an id and look it up, or pass what is needed"),
];

/// Finds other locks and back references.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| file.is_in("core") || file.is_in("systems")) {
        for token in &file.shipped {
            if let Some((name, remedy)) = BANNED.iter().find(|(name, _)| token.is_word(name)) {
                violations.push(Violation::new(&file.path, token.line, format!("`{name}` in core or systems"), remedy));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    #[test]
    fn they_are_found_in_core_and_systems_only() {
        testing::check(
            super::check,
            &[
                ("core/a/src/lib.rs", "use std::sync::Mutex;\nuse x::Shared;"),
                ("engine/a/src/lib.rs", "use std::sync::{Mutex, Weak};"),
                ("systems/a/src/lib.rs", "//! No Mutex.\nfn f(x: Weak<u8>, y: DashMap<u8, u8>) {}"),
                ("systems/a/tests/it/main.rs", "use std::sync::Mutex;"),
            ],
            &["core/a/src/lib.rs:1", "systems/a/src/lib.rs:2", "systems/a/src/lib.rs:2"],
        );
    }
}

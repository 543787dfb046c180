//! How files are named, how they begin, and how long they may get.

use super::Violation;
use crate::workspace::Workspace;

/// More lines than this is more than one concept.
const MOST_LINES: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 10] =
    ["common", "helper", "helpers", "manager", "managers", "misc", "util", "utilities", "utility", "utils"];

/// Finds files without a purpose in their first line, or in their name, or with too many purposes.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &workspace.files {
        let mut report = |line, rule: String, remedy| violations.push(Violation::new(&file.path, line, rule, remedy));
        if !file.is_test() && !file.text.starts_with("//!") {
            report(1, "no `//!` at the start".to_owned(), "say what the file owns and what it refuses to know");
        }
        let inside = file.path.split_once("/src/").map_or(file.path.as_str(), |(_, inside)| inside);
        let stem = inside.strip_suffix(".rs").unwrap_or(inside);
        if stem.split('/').next_back() == Some("mod") {
            report(1, "a file called mod.rs".to_owned(), "call it `foo.rs`, beside the folder `foo`");
        }
        if let Some(name) = stem.split(['/', '_']).find(|name| EMPTY_NAMES.contains(name)) {
            report(1, format!("`{name}` is no concept"), "name the file after the one thing that is in it");
        }
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            report(MOST_LINES + 1, format!("{lines} lines, more than {MOST_LINES}"), "split it by concept");
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn check(path: &str, text: &str, expected: &[&str]) {
        testing::check(super::check, &[(path, text)], expected);
    }

    #[test]
    fn a_file_says_what_it_is() {
        check("core/a/src/lib.rs", "//! A.\n", &[]);
        check("core/a/tests/it/main.rs", "mod a;\n", &[]);
        check("engine/build-utils/src/versions.rs", "//! A.\n", &[]);
        check("core/a/src/lib.rs", "use b;\n//! A.\n", &["core/a/src/lib.rs:1"]);
    }

    #[test]
    fn a_name_is_a_concept() {
        for path in
            ["core/a/src/b/mod.rs", "core/a/src/utils.rs", "core/a/src/world_manager.rs", "editor/src/misc/a.rs"]
        {
            check(path, "//! A.\n", &[&format!("{path}:1")]);
        }
    }

    #[test]
    fn a_file_is_short() {
        check("editor/src/a.rs", &format!("//! A.\n{}", "\n".repeat(599)), &[]);
        check("editor/src/a.rs", &format!("//! A.\n{}", "\n".repeat(600)), &["editor/src/a.rs:601"]);
    }
}

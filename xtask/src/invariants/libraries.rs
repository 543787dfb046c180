//! Libraries are opened by the loader, after their header was accepted, and stay open.

use super::Violation;
use crate::source::matches;
use crate::workspace::Workspace;

const OPEN: &str = "only engine/loader opens libraries, after their header was accepted (engine/dylib names the crate for \
                    its features)";
const CLOSE: &str = "a library that registered a thread-local destructor crashes when it is unloaded, and code of it may \
                     be referenced from anywhere: leave it mapped";

/// Finds other users of libloading, and whatever unloads.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for one in workspace.crates.iter().filter(|one| !matches!(one.folder.as_str(), "engine/loader" | "engine/dylib")) {
        for (key, _, value) in one.dependencies() {
            if workspace.package_of(&key, value) == "libloading" {
                let line = one.line_of_key(&key);
                violations.push(Violation::new(&one.manifest_path(), line, "a dependency on libloading", OPEN));
            }
        }
    }
    for file in &workspace.files {
        for (at, token) in file.tokens.iter().enumerate() {
            let is_loader = file.is_in("engine/loader");
            if ["dlclose", "FreeLibrary"].iter().any(|name| token.is_word(name)) {
                violations.push(Violation::new(&file.path, token.line, format!("`{}`", token.text), CLOSE));
            } else if is_loader && matches(&file.tokens[at..], ". close (") {
                violations.push(Violation::new(&file.path, token.line, "`.close()` in the loader", CLOSE));
            } else if !is_loader && (token.is_word("libloading") || token.is_word("dlopen")) {
                violations.push(Violation::new(&file.path, token.line, format!("`{}`", token.text), OPEN));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    const NEEDS: &str = "[package]\nname = \"a\"\n[dependencies]\nlibloading.workspace = true\n";

    #[test]
    fn the_loader_opens() {
        testing::check(
            super::check,
            &[
                ("engine/loader/Cargo.toml", NEEDS),
                ("engine/dylib/Cargo.toml", NEEDS),
                ("engine/loader/src/open.rs", "use libloading::os::unix::Library;"),
                ("editor/src/dock.rs", "fn f() { tab.close() }"),
            ],
            &[],
        );
    }

    #[test]
    fn nobody_else_opens_and_nobody_closes() {
        testing::check(
            super::check,
            &[
                ("engine/host/Cargo.toml", NEEDS),
                ("engine/host/src/lib.rs", "use libloading::Library;"),
                ("engine/loader/src/open.rs", "fn f() {\n    library.close();\n    libc::dlclose(x);\n}"),
            ],
            &[
                "engine/host/Cargo.toml:4",
                "engine/host/src/lib.rs:1",
                "engine/loader/src/open.rs:2",
                "engine/loader/src/open.rs:3",
            ],
        );
    }
}

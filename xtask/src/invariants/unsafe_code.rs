//! `unsafe` is one block, in the loader; the export macro's attributes are the only other occurrence of the word.

use super::Violation;
use crate::source::matches;
use crate::workspace::Workspace;

const BLOCK: &str = "engine/loader/src";
const ATTRIBUTES: &str = "engine/sdk/src/export.rs";
const REMEDY: &str = "write it in safe Rust; what can't be is a matter for the loader's one block";

/// Finds every other `unsafe`.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut blocks = Vec::new();
    for file in &workspace.files {
        for (at, token) in file.tokens.iter().enumerate().filter(|(_, token)| token.is_word("unsafe")) {
            let rest = &file.tokens[at..];
            if file.is_in(BLOCK) && matches(rest, "unsafe {") {
                blocks.push((file, token.line));
            } else if !(file.path == ATTRIBUTES && matches(rest, "unsafe (")) {
                violations.push(Violation::new(&file.path, token.line, "`unsafe` outside engine/loader", REMEDY));
            }
        }
    }
    for (file, line) in blocks.into_iter().skip(1) {
        violations.push(Violation::new(&file.path, line, "a second `unsafe` block in engine/loader", REMEDY));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        testing::check(super::check, files, expected);
    }

    #[test]
    fn the_loaders_block_and_the_attributes_are_allowed() {
        check(
            &[
                ("engine/loader/src/open.rs", "//! The `unsafe` block.\nfn f() { unsafe { g() } }"),
                ("engine/sdk/src/export.rs", "#[allow(unsafe_code)]\n#[unsafe(no_mangle)]\nstatic A: u8 = 0;"),
                ("engine/builder/tests/it/main.rs", "const A: &str = \"unsafe {}\";"),
            ],
            &[],
        );
    }

    #[test]
    fn any_other_is_not() {
        check(
            &[
                ("engine/loader/src/open.rs", "fn f() { unsafe { g() } }\nfn h() { unsafe { g() } }"),
                ("engine/sdk/src/export.rs", "unsafe impl Send for A {}"),
                ("plugins/a/src/lib.rs", "\n#[unsafe(no_mangle)] fn a() {}"),
                ("plugins/a/tests/it/main.rs", "unsafe fn a() {}"),
            ],
            &[
                "engine/sdk/src/export.rs:1",
                "plugins/a/src/lib.rs:2",
                "plugins/a/tests/it/main.rs:1",
                "engine/loader/src/open.rs:2",
            ],
        );
    }
}

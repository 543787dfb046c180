//! The rules of the workspace that the compiler does not know, each with the words that say what to do instead.
//!
//! A rule looks at tokens and manifests ([`Workspace`]), so that comments and strings may speak of anything. The last
//! one asks cargo. The list of rules is also the order in which they are reported.

mod any;
mod arrows;
mod features;
mod files;
mod globals;
mod libraries;
mod locks;
mod modules;
mod trait_objects;
mod turbofish;
mod unsafe_code;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::fmt;
use std::path::Path;

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the workspace's folder.
    pub path: String,
    /// The line in it.
    pub line: usize,
    /// What is wrong there, by which rule.
    pub rule: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Violation {
    /// A violation at `path:line`.
    pub fn new(path: &str, line: usize, rule: impl Into<String>, remedy: &'static str) -> Self {
        Self { path: path.to_owned(), line, rule: rule.into(), remedy }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    {}", self.path, self.line, self.rule, self.remedy)
    }
}

type Rule = fn(&Workspace) -> Vec<Violation>;

const RULES: [(&str, Rule); 10] = [
    ("unsafe code", unsafe_code::check),
    ("trait objects", trait_objects::check),
    ("Any", any::check),
    ("turbofish on components", turbofish::check),
    ("global state", globals::check),
    ("locks", locks::check),
    ("who depends on whom", arrows::check),
    ("opening libraries", libraries::check),
    ("files", files::check),
    ("modules", modules::check),
];

/// Checks the workspace in `root` and prints what breaks a rule.
///
/// # Errors
/// When anything does, or when the tree can't be read.
pub fn run(root: &Path) -> Result<()> {
    let workspace = Workspace::read(root)?;
    let mut broken = 0;
    let mut report = |name: &str, violations: Vec<Violation>| {
        println!("{} {name}", if violations.is_empty() { "ok    " } else { "broken" });
        for violation in &violations {
            println!("  {violation}");
        }
        broken += violations.len();
    };
    for (name, rule) in RULES {
        report(name, rule(&workspace));
    }
    report("one version, the same features", features::check(&workspace)?);
    if broken > 0 {
        bail!("{broken} places break an invariant");
    }
    Ok(())
}

#[cfg(test)]
mod testing {
    //! Small trees for the tests of the rules.

    use super::{Rule, Workspace};

    /// Checks that `rule` finds exactly `expected` (`"path:line"`) in a tree of `files`.
    pub fn check(rule: Rule, files: &[(&str, &str)], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let violations = rule(&Workspace::read(folder.path()).unwrap());
        let places: Vec<String> = violations.iter().map(|one| format!("{}:{}", one.path, one.line)).collect();
        assert_eq!(places, expected, "{violations:?}");
    }
}

//! What the checks look at: every Rust file of the workspace as tokens, and every manifest.
//!
//! Reads the tree once. Knows nothing of the rules.

use crate::source::{self, Token};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The folders of the workspace that have crates in them, or are one.
const FOLDERS: [&str; 7] = ["core", "editor", "engine", "game", "plugins", "systems", "xtask"];

/// The workspace as it lies on the disk.
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its Rust files, in the order of their paths.
    pub files: Vec<SourceFile>,
    /// Its crates, in the order of their folders.
    pub crates: Vec<Crate>,
    /// The packages that `[workspace.dependencies]` names: key → package.
    pub renamed: BTreeMap<String, String>,
}

/// One Rust file.
pub struct SourceFile {
    /// Its path from the workspace's folder, with `/` on every system.
    pub path: String,
    /// What is written in it.
    pub text: String,
    /// Its tokens, tests included.
    pub tokens: Vec<Token>,
    /// Its tokens without the items that are for tests only; none for a file of a `tests` folder.
    pub shipped: Vec<Token>,
}

impl SourceFile {
    /// Whether the file is in the folder `folder` (`"systems"`, `"engine/loader/src"`).
    pub fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it belongs to integration tests, examples or benches.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples"))
    }
}

/// One crate.
pub struct Crate {
    /// Its folder from the workspace's (`"systems/ecs"`).
    pub folder: String,
    /// Its package's name.
    pub name: String,
    /// Its manifest as text, for line numbers.
    pub manifest_text: String,
    /// Its manifest.
    pub manifest: Table,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is linked.
    Normal,
    /// The build script uses it.
    Build,
    /// Tests use it.
    Dev,
}

impl Crate {
    /// Its manifest's path from the workspace's folder.
    pub fn manifest_path(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    /// The line of its manifest that contains `text`; the first if none does.
    pub fn line_of(&self, text: &str) -> usize {
        self.manifest_text.lines().position(|line| line.contains(text)).map_or(1, |at| at + 1)
    }

    /// The line of its manifest that sets `key`; the first if none does.
    pub fn line_of_key(&self, key: &str) -> usize {
        let sets = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.starts_with([' ', '.', '=']))
        };
        self.manifest_text.lines().position(sets).map_or(1, |at| at + 1)
    }

    /// The packages it depends on, of every target, by the key they have in the manifest.
    pub fn dependencies(&self) -> Vec<(String, Purpose, &Value)> {
        let targets = self.manifest.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(|targets| targets.values().filter_map(Value::as_table));
        let mut found = Vec::new();
        for table in std::iter::once(&self.manifest).chain(targets) {
            for (section, purpose) in [
                ("dependencies", Purpose::Normal),
                ("build-dependencies", Purpose::Build),
                ("dev-dependencies", Purpose::Dev),
            ] {
                let entries = table.get(section).and_then(Value::as_table).into_iter().flatten();
                found.extend(entries.map(|(key, value)| (key.clone(), purpose, value)));
            }
        }
        found
    }
}

impl Workspace {
    /// Reads the workspace in `root`.
    ///
    /// # Errors
    /// When a file can't be read, or a manifest isn't TOML.
    pub fn read(root: &Path) -> Result<Self> {
        let mut workspace =
            Self { root: root.to_owned(), files: Vec::new(), crates: Vec::new(), renamed: BTreeMap::new() };
        if let Ok(text) = std::fs::read_to_string(root.join("Cargo.toml")) {
            let manifest: Table = text.parse().context("Cargo.toml is not TOML")?;
            workspace.renamed = renamed(&manifest);
        }
        for folder in FOLDERS {
            if root.join(folder).is_dir() {
                workspace.walk(folder)?;
            }
        }
        Ok(workspace)
    }

    /// The package that a dependency's key and value mean.
    pub fn package_of(&self, key: &str, value: &Value) -> String {
        let own = value.get("package").and_then(Value::as_str);
        own.or_else(|| self.renamed.get(key).map(String::as_str)).unwrap_or(key).to_owned()
    }

    fn walk(&mut self, folder: &str) -> Result<()> {
        let path = self.root.join(folder);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&path).with_context(|| format!("reading {folder}"))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        for name in names {
            let inner = format!("{folder}/{name}");
            if self.root.join(&inner).is_dir() {
                if name != "target" && !name.starts_with('.') {
                    self.walk(&inner)?;
                }
            } else if name == "Cargo.toml" && !inner.contains("/tests/") {
                self.read_manifest(folder)?;
            } else if name.ends_with(".rs") {
                self.read_source(inner)?;
            }
        }
        Ok(())
    }

    fn read_manifest(&mut self, folder: &str) -> Result<()> {
        let path = self.root.join(folder).join("Cargo.toml");
        let manifest_text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let manifest: Table = manifest_text.parse().with_context(|| format!("{folder}/Cargo.toml is not TOML"))?;
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        if let Some(name) = name.map(str::to_owned) {
            self.crates.push(Crate { folder: folder.to_owned(), name, manifest_text, manifest });
        }
        Ok(())
    }

    fn read_source(&mut self, path: String) -> Result<()> {
        let text = std::fs::read_to_string(self.root.join(&path)).with_context(|| format!("reading {path}"))?;
        let tokens = source::tokens(&text);
        let mut file = SourceFile { path, text, tokens, shipped: Vec::new() };
        if !file.is_test() {
            file.shipped = source::without_tests(&file.tokens);
        }
        self.files.push(file);
        Ok(())
    }
}

fn renamed(manifest: &Table) -> BTreeMap<String, String> {
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let entries = dependencies.and_then(Value::as_table).into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.get("package").and_then(Value::as_str)?.to_owned())))
        .collect()
}

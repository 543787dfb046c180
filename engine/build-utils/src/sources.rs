//! Finding files, in an order that is the same on every machine.

use std::fs;
use std::path::{Path, PathBuf};

/// All files below `folder` whose name `wanted` accepts, sorted; hidden folders and `target` are left out.
#[must_use]
pub fn files_below(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name == "target" {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if wanted(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path` below `root`, with forward slashes, so that a hash doesn't depend on where a checkout lies.
#[must_use]
pub fn name_below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The nearest folder at or above `from` whose Cargo.toml has a `[workspace]`.
#[must_use]
pub fn workspace_root(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .find(|folder| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            manifest.parse::<toml::Table>().is_ok_and(|table| table.contains_key("workspace"))
        })
        .map(Path::to_owned)
}

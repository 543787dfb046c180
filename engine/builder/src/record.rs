//! What cargo called the compiler with, and the conditions under which the same call is still right.

use crate::Builder;
use crate::command_line::CommandLine;
use crate::shortcut::Shortcuts;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A compiler call of one module, recorded from cargo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The module's package.
    pub package: String,
    /// Its library's name.
    pub library: String,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// Where the compiler is started.
    pub current_dir: PathBuf,
    /// The compiler.
    pub program: String,
    /// Its arguments, as cargo gave them.
    pub arguments: Vec<String>,
    /// The variables that cargo set.
    pub variables: Vec<(String, String)>,
    /// Files that its build script reads; empty for a module without one.
    pub script_inputs: Vec<PathBuf>,
    /// Everything but the module's own sources that decides the outcome, as it was.
    pub conditions: Vec<Stamp>,
    /// How to call it in less time.
    pub shortcuts: Shortcuts,
}

/// A file's length and time of change; both `None` for a file that isn't there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    path: PathBuf,
    length: Option<u64>,
    changed_ns: Option<u64>,
}

impl Stamp {
    fn of(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let metadata = fs::metadata(&path).ok();
        let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        Self {
            length: metadata.as_ref().map(fs::Metadata::len),
            changed_ns: changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_nanos() as u64),
            path,
        }
    }

    fn holds(&self) -> bool {
        *self == Self::of(&self.path)
    }
}

impl Record {
    /// A record of `command`, or `None` if it can't be repeated safely: the module's build script may look at anything.
    /// `libraries` are all that the build has made or found fresh.
    pub(crate) fn new(builder: &Builder, package: &str, command: &CommandLine, libraries: &[PathBuf]) -> Option<Self> {
        let folder = PathBuf::from(command.variable("CARGO_MANIFEST_DIR")?);
        let root = builder.root();
        let mut conditions = vec![
            folder.join("Cargo.toml"),
            folder.join("build.rs"),
            root.join("Cargo.toml"),
            root.join("Cargo.lock"),
            root.join(".cargo/config.toml"),
            root.join("rust-toolchain.toml"),
            builder.engine_library(),
        ];
        let externs = command.options("--extern").filter_map(|text| text.split_once('='));
        conditions.extend(externs.map(|(_, path)| root.join(path)));
        conditions.extend(foreign_sources(command, root, &folder)?);
        let mut script_inputs = Vec::new();
        if let Some(out_dir) = command.variable("OUT_DIR") {
            script_inputs = script_inputs_of(Path::new(out_dir), &folder)?;
            conditions.extend(script_inputs.iter().filter(|path| path.is_file()).cloned());
        }
        Some(Self {
            package: package.to_owned(),
            library: command.option("--crate-name")?.to_owned(),
            folder,
            current_dir: root.to_owned(),
            program: command.program.clone(),
            arguments: command.arguments.clone(),
            variables: command
                .variables
                .iter()
                .filter(|(name, _)| !JOBSERVER.contains(&name.as_str()))
                .cloned()
                .collect(),
            script_inputs,
            conditions: conditions.into_iter().map(Stamp::of).collect(),
            shortcuts: Shortcuts::new(builder, package, command, libraries),
        })
    }

    pub(crate) fn load(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    pub(crate) fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let partial = path.with_extension("part");
        fs::write(&partial, serde_json::to_vec_pretty(self)?)?;
        fs::rename(partial, path)
    }

    /// Whether `file` is one of the module's own sources, which only this call of the compiler reads.
    #[must_use]
    pub fn owns(&self, file: &Path) -> bool {
        let is_source = file.extension().is_some_and(|extension| extension == "rs" || extension == "wgsl");
        let is_below = file.starts_with(&self.folder)
            || fs::canonicalize(&self.folder).is_ok_and(|folder| file.starts_with(folder));
        let is_read_elsewhere = self.script_inputs.iter().any(|input| file.starts_with(input));
        is_source && is_below && !file.ends_with("build.rs") && !is_read_elsewhere
    }

    /// Tells calls apart that would not make the same of the same sources.
    pub(crate) fn digest(&self) -> String {
        let parts = serde_json::to_vec(&(&self.program, &self.arguments, &self.variables, &self.conditions));
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&parts.unwrap_or_default()))
    }

    /// Whether everything but the module's own sources is as it was.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.conditions.iter().all(Stamp::holds)
    }
}

/// Handles of cargo's own job server, which is gone with that cargo.
const JOBSERVER: [&str; 3] = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];

/// Files outside the module's folder that the compiler read, from the dependency file that it wrote.
fn foreign_sources(command: &CommandLine, root: &Path, folder: &Path) -> Option<Vec<PathBuf>> {
    let name = command.option("--crate-name")?;
    let codegen = command.options("-C");
    let extra = codegen.filter_map(|option| option.strip_prefix("extra-filename=")).next().unwrap_or_default();
    let path = root.join(command.option("--out-dir")?).join(format!("{name}{extra}.d"));
    let text = fs::read_to_string(path).ok()?;
    let files = text.lines().filter_map(|line| line.strip_suffix(':')).map(|file| root.join(file.replace("\\ ", " ")));
    Some(files.filter(|file| !file.starts_with(folder)).collect())
}

/// The files that a build script names; `None` if it names none, for then cargo runs it after every change.
fn script_inputs_of(out_dir: &Path, folder: &Path) -> Option<Vec<PathBuf>> {
    let output = fs::read_to_string(out_dir.parent()?.join("output")).ok()?;
    let named = output.lines().filter_map(|line| {
        line.strip_prefix("cargo::rerun-if-changed=").or(line.strip_prefix("cargo:rerun-if-changed="))
    });
    let inputs: Vec<_> = named.map(|path| folder.join(path.trim())).collect();
    (!inputs.is_empty()).then_some(inputs)
}

//! What spares a repeated call of the compiler some of its work: looking through every file that cargo ever left in its
//! folder, starting the C compiler only to start the linker, reading all names of the engine library.
//!
//! None of it changes what is built. Whatever can't be had is left out, and when a call fails because of it, cargo
//! builds as ever.

use crate::Builder;
use crate::command_line::CommandLine;
use object::{Object, ObjectSection};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is used of it for one module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortcuts {
    /// Where cargo puts libraries, and a folder with those of them that the module may need.
    crates: Option<(PathBuf, PathBuf)>,
    /// Arguments by which the compiler starts the linker itself.
    linker: Vec<String>,
}

impl Shortcuts {
    /// Those for a module that cargo builds with `command`; `libraries` are all that the build has made or found fresh.
    pub(crate) fn new(builder: &Builder, package: &str, command: &CommandLine, libraries: &[PathBuf]) -> Self {
        if !cfg!(target_os = "linux") {
            return Self::default();
        }
        let linker = linker(command).unwrap_or_default();
        let folder = builder.direct_dir(package).join("crates");
        let crates = command.option("--out-dir").and_then(|from| {
            let from = builder.root().join(from);
            link_crates(&from, &folder, libraries)?;
            if !linker.is_empty() {
                // The linker is told less then; without it, it reads the library itself.
                let _ = stand_in(&from, &builder.engine_library(), &folder);
            }
            Some((from, folder))
        });
        Self { crates, linker }
    }

    /// What they add to the compiler's arguments.
    pub(crate) fn linker(&self) -> &[String] {
        &self.linker
    }

    /// Where to look for libraries instead of `folder`.
    pub(crate) fn crates_for(&self, folder: &Path) -> Option<&Path> {
        let (from, crates) = self.crates.as_ref()?;
        (from == folder && crates.is_dir()).then_some(crates)
    }
}

/// Fills `folder` with links to the libraries in `from`. The compiler looks at every file there of the name of a crate it
/// needs, and cargo leaves those of earlier builds and other features.
fn link_crates(from: &Path, folder: &Path, libraries: &[PathBuf]) -> Option<()> {
    // What is there is of an earlier build; that it is gone is what is wanted.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).ok()?;
    let is_library = |name: &&std::ffi::OsStr| {
        let extension = Path::new(name).extension().unwrap_or_default();
        extension == "rlib" || extension == "rmeta" || extension == "so"
    };
    let names: BTreeSet<_> = libraries.iter().filter_map(|library| library.file_name()).filter(is_library).collect();
    for name in names {
        let library = from.join(name);
        if library.is_file() {
            link(&library, &folder.join(name)).ok()?;
        }
    }
    Some(())
}

#[cfg(unix)]
fn link(file: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(file, link)
}

#[cfg(not(unix))]
fn link(file: &Path, link: &Path) -> std::io::Result<()> {
    fs::hard_link(file, link)
}

/// Puts a library in the engine library's place that has what the compiler reads of it, and no symbols: reading
/// seventeen thousand takes a third of the linker's time. Those that the module uses stay undefined, and are found when
/// it is loaded into a process that has the engine.
fn stand_in(from: &Path, engine: &Path, folder: &Path) -> Option<()> {
    let name = engine.file_name()?;
    let place = folder.join(name);
    place.exists().then_some(())?;
    let bytes = fs::read(from.join(name)).ok()?;
    let file = object::File::parse(bytes.as_slice()).ok()?;
    fs::write(folder.join("metadata"), file.section_by_name(".rustc")?.data().ok()?).ok()?;
    let assembly = ".section .rustc,\"\",%progbits\n.incbin \"metadata\"\n.section .note.GNU-stack,\"\",%progbits\n";
    let mut command = Command::new("cc");
    command.current_dir(folder).args(["-shared", "-nostdlib", "-x", "assembler", "-", "-o", "stand-in"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let written = child.stdin.take().map(|mut input| input.write_all(assembly.as_bytes()));
    let ended = child.wait().ok()?;
    (ended.success() && matches!(written, Some(Ok(())))).then_some(())?;
    fs::rename(folder.join("stand-in"), place).ok()
}

/// Arguments by which the compiler starts its own linker, not the C compiler that would start it. `None` when somebody
/// chose another linker, or this compiler brings none.
fn linker(command: &CommandLine) -> Option<Vec<String>> {
    let chosen = ["linker", "link-arg", "link-self-contained"];
    let is_chosen = |option: &str| chosen.iter().any(|name| option.trim_start_matches("-C").starts_with(name));
    let is_foreign = command.option("--target").is_some();
    if is_foreign || command.arguments.iter().any(|option| is_chosen(option)) {
        return None;
    }
    let printed = output(&command.program, &["--print", "sysroot", "--print", "host-tuple"])?;
    let (sysroot, host) = printed.trim().split_once('\n')?;
    let linker = Path::new(sysroot).join("lib/rustlib").join(host.trim()).join("bin/rust-lld");
    linker.is_file().then_some(())?;
    let searched = output("cc", &["-print-search-dirs"])?;
    let folders = searched.lines().find_map(|line| line.strip_prefix("libraries: ="))?;
    let mut known = BTreeSet::new();
    let folders = folders.split(':').filter_map(|folder| fs::canonicalize(folder).ok());
    let mut arguments = vec![format!("linker={}", linker.display()), "linker-flavor=ld.lld".to_owned()];
    let new = folders.filter(|folder| known.insert(folder.clone()));
    arguments.extend(new.map(|folder| format!("link-arg=-L{}", folder.display())));
    Some(arguments.into_iter().flat_map(|argument| ["-C".to_owned(), argument]).collect())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(arguments: &str) -> CommandLine {
        CommandLine::parse(&format!("rustc {arguments}")).unwrap()
    }

    #[test]
    fn a_chosen_linker_is_left_alone() {
        for chosen in
            ["-C linker=clang", "-Clinker=clang", "-C link-arg=-fuse-ld=mold", "--target x86_64-pc-windows-gnu"]
        {
            assert_eq!(linker(&command(chosen)), None, "{chosen}");
        }
    }

    #[test]
    fn only_libraries_of_the_build_are_linked() {
        let (from, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["liba-1.rlib", "liba-1.rmeta", "liba-0.rlib", "libderive-2.so", "liba-1.d"] {
            fs::write(from.path().join(name), name).unwrap();
        }
        let folder = own.path().join("crates");
        let libraries = ["/t/liba-1.rlib", "/t/liba-1.rmeta", "/t/libderive-2.so", "/t/liba-1.d", "/t/libgone-3.rlib"];
        let libraries = libraries.map(PathBuf::from);
        link_crates(from.path(), &folder, &libraries).unwrap();
        let mut found: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        found.sort();
        assert_eq!(found, ["liba-1.rlib", "liba-1.rmeta", "libderive-2.so"]);
        assert_eq!(fs::read(folder.join("liba-1.rlib")).unwrap(), b"liba-1.rlib");
        let shortcuts = Shortcuts { crates: Some((from.path().to_owned(), folder.clone())), linker: Vec::new() };
        assert_eq!(shortcuts.crates_for(from.path()), Some(folder.as_path()));
        assert_eq!(shortcuts.crates_for(own.path()), None);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(shortcuts.crates_for(from.path()), None, "what is gone is not used");
    }
}

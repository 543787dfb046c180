//! Libraries of every broken kind, made with the C compiler: none of them runs, each is refused in words.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]

mod damage;

use playground_engine_loader::{LoadError, Loader, inspect};
use playground_engine_types::header::{EngineBuild, HEADER_SECTION, ModuleHeader, ModuleKind};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const BUILD: EngineBuild = EngineBuild {
    rustc: "rustc 1.95.0 (test)",
    target: "x86_64-unknown-linux-gnu",
    profile: "debug",
    id: "0123456789abcdef0123456789abcdef",
};
const NAME: &str = "playground-plugins-orbit";

/// A library with a header and, when it is opened, a trace that it ran.
fn library(folder: &Path, header: &[u8], code: &str) -> PathBuf {
    let (source, output) = (folder.join("module.c"), folder.join("libplayground_plugins_orbit.so"));
    let bytes = header.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    let header = format!("__attribute__((section(\"{HEADER_SECTION}\"), used)) const unsigned char h[] = {{{bytes}}};");
    let header = if bytes.is_empty() { String::new() } else { header };
    fs::write(&source, format!("{header}\n{code}\n")).unwrap();
    let status = Command::new("cc").args(["-shared", "-fPIC", "-O0", "-o"]).arg(&output).arg(&source).status().unwrap();
    assert!(status.success());
    output
}

fn header(build: &EngineBuild) -> Vec<u8> {
    ModuleHeader::new(NAME, ModuleKind::Plugin, build).to_bytes()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn loader(folder: &Path) -> Loader {
    Loader::new(folder.join("staged")).unwrap()
}

#[test]
fn a_whole_module_is_read_and_staged() {
    let folder = folder();
    let path = library(folder.path(), &header(&BUILD), "");
    let found = inspect(&path).unwrap();
    assert_eq!(found.header.name, NAME);
    assert_eq!(found.size_bytes, fs::metadata(&path).unwrap().len());
    let loader = loader(folder.path());
    let [first, second] = [1, 2].map(|generation| loader.stage(&found, NAME, generation).unwrap());
    assert_ne!(first.path, second.path);
    assert_eq!(fs::read(&first.path).unwrap(), fs::read(&path).unwrap());
}

#[test]
fn garbage_and_missing_files_are_refused() {
    let folder = folder();
    let path = folder.path().join("libnoise.so");
    let noise: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fs::write(&path, noise).unwrap();
    let error = inspect(&path).unwrap_err();
    assert!(matches!(error, LoadError::NotALibrary { .. }), "{error}");
    assert!(error.to_string().contains("cargo build -p noise"), "{error}");
    let error = inspect(&folder.path().join("absent.so")).unwrap_err();
    assert!(matches!(error, LoadError::Read { .. }), "{error}");
}

#[test]
fn a_library_that_is_no_module_is_refused() {
    let folder = folder();
    let path = library(folder.path(), &[], "int answer(void) { return 42; }");
    let error = inspect(&path).unwrap_err();
    assert!(matches!(error, LoadError::NotAModule { .. }), "{error}");
    assert!(error.to_string().contains(HEADER_SECTION), "{error}");
    for system in ["/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib64/libc.so.6"].map(Path::new) {
        if system.exists() {
            assert!(matches!(inspect(system), Err(LoadError::NotAModule { .. })));
        }
    }
}

#[test]
fn another_build_is_refused_before_any_of_its_code_runs() {
    let folder = folder();
    let trace = folder.path().join("ran");
    let code = format!(
        "#include <stdio.h>\n__attribute__((constructor)) static void ran(void) {{ fclose(fopen(\"{}\", \"w\")); }}",
        trace.display()
    );
    let other = EngineBuild { id: "f123456789abcdef0123456789abcdef", ..BUILD };
    let path = library(folder.path(), &header(&other), &code);
    let loader = loader(folder.path());
    let error = loader.open(loader.stage_file(&path, NAME, 1).unwrap(), &BUILD).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("f123456789abcdef") && message.contains(BUILD.id), "{message}");
    assert!(message.contains("libplayground_plugins_orbit.so"), "{message}");
    assert_eq!(fs::read_dir(loader.folder()).unwrap().count(), 0, "the copy is gone");
    assert!(message.contains(&format!("cargo build -p {NAME}")), "{message}");
    assert!(!trace.exists(), "the library ran");
}

#[test]
fn exports_are_found_and_generations_are_apart() {
    let folder = folder();
    // Never looked into here: only that there is something under the name.
    let code = "const unsigned long PLAYGROUND_PLUGIN_playground_plugins_orbit[8] = {1, 1, 1, 1, 1, 1, 1, 1};";
    let path = library(folder.path(), &header(&BUILD), code);
    let loader = loader(folder.path());
    let [first, second] = [1, 2].map(|generation| {
        let opened = loader.open(loader.stage_file(&path, NAME, generation).unwrap(), &BUILD).unwrap();
        assert_eq!((opened.name.as_str(), opened.generation), (NAME, generation));
        assert!(opened.exports.view.is_none() && opened.exports.viewmodel.is_none());
        assert!(opened.exports.models.is_empty());
        std::ptr::from_ref(opened.exports.plugin.unwrap())
    });
    assert_ne!(first, second, "the second generation is mapped beside the first");
}

#[test]
fn a_module_that_exports_nothing_is_refused() {
    let folder = folder();
    let path = library(folder.path(), &header(&BUILD), "");
    let loader = loader(folder.path());
    let error = loader.open(loader.stage_file(&path, NAME, 1).unwrap(), &BUILD).unwrap_err();
    assert!(matches!(error, LoadError::MissingSymbol { .. }), "{error}");
    assert!(error.to_string().contains("PLAYGROUND_PLUGIN_playground_plugins_orbit"), "{error}");
}

#[test]
fn what_the_system_loader_says_is_passed_on() {
    let folder = folder();
    let code = "int no_such_function(void); int (*keep)(void) = no_such_function;";
    let path = library(folder.path(), &header(&BUILD), code);
    let loader = loader(folder.path());
    let error = loader.open(loader.stage_file(&path, NAME, 1).unwrap(), &BUILD).unwrap_err();
    assert!(error.to_string().contains("undefined symbol: no_such_function"), "{error}");
}

#[test]
fn a_library_that_changes_after_inspection_is_not_staged() {
    let folder = folder();
    let path = library(folder.path(), &header(&BUILD), "");
    let found = inspect(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes.push(0);
    fs::write(&path, bytes).unwrap();
    let loader = loader(folder.path());
    assert!(matches!(loader.stage(&found, NAME, 1), Err(LoadError::Changed { .. })));
    assert_eq!(fs::read_dir(loader.folder()).unwrap().count(), 0);
}

#[test]
fn a_failed_copy_names_the_file_and_leaves_nothing() {
    let folder = folder();
    let path = library(folder.path(), &header(&BUILD), "");
    let loader = loader(folder.path());
    fs::remove_dir(loader.folder()).unwrap();
    let error = loader.stage_file(&path, NAME, 1).unwrap_err();
    assert!(matches!(error, LoadError::Stage { .. }), "{error}");
    assert!(error.to_string().contains("libplayground_plugins_orbit.so"), "{error}");
}

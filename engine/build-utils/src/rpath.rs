//! Where a program that is started outside cargo finds the engine library and std.

use std::env;
use std::process::Command;

/// Adds run paths for the package's programs: beside the program, in `deps` beside it, and rustc's own libraries.
///
/// Called from the build script of a package with a program. Does nothing for targets without run paths.
pub fn link_rpaths() {
    let os = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    for path in run_paths(&os, target_libdir().as_deref()) {
        println!("cargo:rustc-link-arg-bins=-Wl,-rpath,{path}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

fn run_paths(os: &str, target_libdir: Option<&str>) -> Vec<String> {
    let origin = match os {
        "windows" => return Vec::new(),
        "macos" | "ios" => "@loader_path",
        _ => "$ORIGIN",
    };
    let mut paths = vec![origin.to_owned(), format!("{origin}/deps")];
    paths.extend(target_libdir.map(str::to_owned));
    paths
}

fn target_libdir() -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir"]);
    if let Ok(target) = env::var("TARGET") {
        command.args(["--target", &target]);
    }
    let output = command.output().ok().filter(|output| output.status.success())?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_gets_its_own_origin() {
        assert_eq!(run_paths("linux", Some("/rust/lib")), ["$ORIGIN", "$ORIGIN/deps", "/rust/lib"]);
        assert_eq!(run_paths("macos", None), ["@loader_path", "@loader_path/deps"]);
        assert!(run_paths("windows", Some("C:/rust")).is_empty());
        assert!(std::path::Path::new(&target_libdir().unwrap()).is_dir());
    }
}

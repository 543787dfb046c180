//! The variables that `cargo run` gives a program, and that a cargo started from there must not inherit.

/// Whether cargo (or rustup) sets `name` for the programs it runs. Settings of the user's, like `CARGO_HOME`, aren't.
///
/// Inherited, they would make cargo rebuild what is fresh, or its rustc load the libraries of another build.
#[must_use]
pub fn is_cargos_own(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "CARGO",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MAKEFLAGS",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_RUSTC_CURRENT_DIR",
        "CARGO_TARGET_TMPDIR",
        "CARGO_WORKSPACE_DIR",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "LD_LIBRARY_PATH",
        "MAKEFLAGS",
        "MFLAGS",
        "OUT_DIR",
        "RUST_RECURSION_COUNT",
        "RUSTC_WORKSPACE_WRAPPER",
    ];
    const PREFIXES: [&str; 6] =
        ["CARGO_BIN_EXE_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_MANIFEST_", "CARGO_PKG_", "DEP_"];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_sets_goes_and_what_the_user_sets_stays() {
        for name in ["CARGO", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "LD_LIBRARY_PATH", "CARGO_CFG_UNIX"] {
            assert!(is_cargos_own(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_PROFILE_DEV_DEBUG", "PATH", "RUSTUP_TOOLCHAIN"] {
            assert!(!is_cargos_own(name), "{name}");
        }
    }
}

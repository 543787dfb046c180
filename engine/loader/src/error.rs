//! Why a library isn't loaded: always the file, the cause and what to do.

use playground_engine_types::header::HeaderError;
use std::io;
use std::path::PathBuf;

/// Why a module library can't be inspected, staged or opened.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file can't be read.
    #[error("can't read the library {}: {cause}; build the module first, or check the folder's permissions", path.display())]
    Read {
        /// The library.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The file ends before what it says it contains.
    #[error("{} is incomplete: {detail}; it is still being written, or the build was interrupted. Wait for the build, or rebuild the module with `cargo build -p {package}`", path.display())]
    Truncated {
        /// The library.
        path: PathBuf,
        /// Which part is missing.
        detail: String,
        /// What to rebuild, as far as the file's name tells.
        package: String,
    },
    /// The file is no library of this system.
    #[error("{} isn't a library that this system can load: {detail}; rebuild the module with `cargo build -p {package}`", path.display())]
    NotALibrary {
        /// The file.
        path: PathBuf,
        /// What its bytes look like instead.
        detail: String,
        /// What to rebuild, as far as the file's name tells.
        package: String,
    },
    /// A library, without the section that makes it a module.
    #[error("{} is a library but not a Playground module: it has no `{section}` section; write the module's export macro (`playground::plugin!` or `playground::viewmodel!`) in its lib.rs and rebuild it", path.display())]
    NotAModule {
        /// The library.
        path: PathBuf,
        /// The section that was looked for.
        section: &'static str,
    },
    /// The header can't be read, or is for another engine.
    #[error("{}: {cause}", path.display())]
    Header {
        /// The library.
        path: PathBuf,
        /// What is wrong with the header.
        cause: Box<HeaderError>,
    },
    /// The copy can't be made.
    #[error("can't copy {} to {}: {cause}; free some space, or check the folder's permissions", from.display(), to.display())]
    Stage {
        /// The library.
        from: PathBuf,
        /// Where its copy was to be.
        to: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The library changed while it was copied.
    #[error("{} changed while it was copied (digest {before}, then {after}): a build is writing it; reload again when the build is done", path.display())]
    Changed {
        /// The library.
        path: PathBuf,
        /// Digest when it was inspected.
        before: String,
        /// Digest of the copy.
        after: String,
    },
    /// The system's loader refused the library.
    #[error("can't open {}: {cause}; {remedy}", path.display())]
    Open {
        /// The library.
        path: PathBuf,
        /// What the system's loader said, with its own cause.
        cause: String,
        /// What to do about it.
        remedy: String,
    },
    /// The library opened, but exports nothing that its kind of module must.
    #[error("{} exports no `{symbol}`, which a {kind} must have; write the export macro once in the module's lib.rs and rebuild it with `cargo build -p {module}`", path.display())]
    MissingSymbol {
        /// The library.
        path: PathBuf,
        /// The module.
        module: String,
        /// What kind of module its header says it is.
        kind: String,
        /// The symbol that was looked for.
        symbol: String,
    },
}

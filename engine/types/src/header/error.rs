//! What is wrong with a header, and what to do about it.

use std::fmt;

/// Why a header can't be read, or isn't that of a module for this engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// Fewer bytes than one header.
    TooShort {
        /// Bytes there are.
        found: usize,
        /// Bytes of a header.
        expected: usize,
    },
    /// The bytes don't start like a header.
    NotAHeader,
    /// A header, of another version of Playground.
    Layout {
        /// The library's layout version.
        found_abi: u32,
        /// The library's header length, bytes.
        found_length: u32,
        /// This engine's layout version.
        expected_abi: u32,
        /// This engine's header length, bytes.
        expected_length: u32,
    },
    /// A header whose checksum isn't that of its fields.
    Damaged,
    /// A kind of module that this engine doesn't know.
    UnknownKind {
        /// The byte that stands for the kind.
        found: u8,
    },
    /// A field that isn't text.
    NotText {
        /// Which field.
        field: &'static str,
    },
    /// A module, built for something else than the running engine.
    Mismatch {
        /// What differs.
        what: &'static str,
        /// The module that was asked for.
        module: String,
        /// What the library says.
        found: String,
        /// What the engine needs.
        expected: String,
        /// The command that rebuilds it.
        remedy: String,
    },
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const REBUILD: &str = "rebuild the module with `cargo build -p <module>` in this workspace";
        match self {
            Self::TooShort { found, expected } => {
                write!(f, "the module header has {found} bytes of {expected}: the library is cut off; {REBUILD}")
            }
            Self::NotAHeader => write!(
                f,
                "the header section doesn't start with Playground's mark: the library is damaged or isn't a module; \
                 {REBUILD}"
            ),
            Self::Layout { found_abi, found_length, expected_abi, expected_length } => write!(
                f,
                "the module header has layout {found_abi} ({found_length} bytes), this engine reads layout \
                 {expected_abi} ({expected_length} bytes): it was built for another version of Playground; {REBUILD}"
            ),
            Self::Damaged => {
                write!(
                    f,
                    "the checksum of the module header isn't that of its fields: the library is damaged; {REBUILD}"
                )
            }
            Self::UnknownKind { found } => write!(
                f,
                "the module header names kind {found:#04x}, this engine knows plugin, system and core; {REBUILD}"
            ),
            Self::NotText { field } => {
                write!(f, "the {field} in the module header isn't text: the library is damaged; {REBUILD}")
            }
            Self::Mismatch { what, module, found, expected, remedy } => {
                write!(
                    f,
                    "{module} can't be loaded: its {what} is `{found}`, the running engine needs `{expected}`; rebuild \
                     the module with `{remedy}`"
                )?;
                // A module that is newer than the engine can't be helped by building it again.
                if *what == "engine build" {
                    f.write_str(", or restart the editor if the engine's own sources have changed")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for HeaderError {}

//! The header that every module library carries, readable from its file before any of its code runs.
//!
//! Owns the layout, the parser and the comparison with the running engine. Byte arrays only: the bytes mean the same
//! whichever compiler wrote them, so a library of another compiler is recognised instead of misread. Knows nothing of
//! library file formats.

use std::fmt;

/// The link section that holds the [`ModuleHeader`]s of a library.
#[cfg(not(target_vendor = "apple"))]
pub const HEADER_SECTION: &str = ".playground";
/// The link section that holds the [`ModuleHeader`]s of a library, as Mach-O wants it: segment, then section.
#[cfg(target_vendor = "apple")]
pub const HEADER_SECTION: &str = "__DATA,__playground";

/// The layout of [`ModuleHeader`] and of the exported statics; raised when either changes.
pub const HEADER_ABI: u32 = 1;

const MAGIC: [u8; 16] = *b"\x7fPLAYGROUND-MOD\n";
const RUSTC_LEN: usize = 128;
const TARGET_LEN: usize = 64;
const PROFILE_LEN: usize = 32;
const BUILD_ID_LEN: usize = 32;
const NAME_LEN: usize = 96;

/// What a build of the engine is: two libraries share types safely only when all four agree.
///
/// The running engine's own value is a constant of the sdk, made by its build script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineBuild {
    /// What `rustc --version` prints.
    pub rustc: &'static str,
    /// The target triple, for example `x86_64-unknown-linux-gnu`.
    pub target: &'static str,
    /// `debug` or `release`.
    pub profile: &'static str,
    /// 32 hexadecimal digits: engine and core sources, features and the locked versions of the shared crates.
    pub id: &'static str,
}

/// What a module is to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    /// A feature or a panel.
    Plugin,
    /// The implementation of a core module's contracts.
    System,
    /// Contracts and data types.
    Core,
}

impl ModuleKind {
    const fn code(self) -> u8 {
        match self {
            Self::Plugin => b'P',
            Self::System => b'S',
            Self::Core => b'C',
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            b'P' => Some(Self::Plugin),
            b'S' => Some(Self::System),
            b'C' => Some(Self::Core),
            _ => None,
        }
    }
}

impl fmt::Display for ModuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plugin => "plugin",
            Self::System => "system",
            Self::Core => "core",
        })
    }
}

/// Who built a module, with what, against which engine; placed in [`HEADER_SECTION`] by the export macro.
///
/// ```
/// use playground_engine_types::header::{EngineBuild, ModuleHeader, ModuleKind};
/// const BUILD: EngineBuild = EngineBuild {
///     rustc: "rustc 1.95.0",
///     target: "x86_64-unknown-linux-gnu",
///     profile: "debug",
///     id: "00112233445566778899aabbccddeeff",
/// };
/// static HEADER: ModuleHeader = ModuleHeader::new("orbit", ModuleKind::Plugin, &BUILD);
/// let parsed = ModuleHeader::parse(&HEADER.to_bytes()).unwrap();
/// assert_eq!(parsed.name, "orbit");
/// assert!(parsed.check(&BUILD, "orbit").is_ok());
/// ```
#[repr(C)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleHeader {
    magic: [u8; 16],
    length: [u8; 4],
    abi: [u8; 4],
    kind: [u8; 1],
    rustc: [u8; RUSTC_LEN],
    target: [u8; TARGET_LEN],
    profile: [u8; PROFILE_LEN],
    build_id: [u8; BUILD_ID_LEN],
    name: [u8; NAME_LEN],
}

impl ModuleHeader {
    /// Bytes of one header in the section.
    pub const LEN: usize = size_of::<Self>();

    /// The header of module `name`, usable in a static.
    ///
    /// # Panics
    /// While compiling, when a text is longer than its field or the build id isn't 32 bytes.
    #[must_use]
    pub const fn new(name: &str, kind: ModuleKind, build: &EngineBuild) -> Self {
        assert!(!name.is_empty(), "a module needs a name");
        assert!(build.id.len() == BUILD_ID_LEN, "an engine build id has 32 hexadecimal digits");
        Self {
            magic: MAGIC,
            length: (Self::LEN as u32).to_le_bytes(),
            abi: HEADER_ABI.to_le_bytes(),
            kind: [kind.code()],
            rustc: padded(build.rustc),
            target: padded(build.target),
            profile: padded(build.profile),
            build_id: padded(build.id),
            name: padded(name),
        }
    }

    /// The header as it lies in the section.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let fields: [&[u8]; 9] = [
            &self.magic,
            &self.length,
            &self.abi,
            &self.kind,
            &self.rustc,
            &self.target,
            &self.profile,
            &self.build_id,
            &self.name,
        ];
        fields.concat()
    }

    /// Reads the first header of a section's bytes.
    ///
    /// # Errors
    /// When the bytes are too few, are no header, or a header of another layout. Never panics, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<ParsedHeader, HeaderError> {
        let mut reader = Reader { rest: bytes };
        if reader.take::<16>(bytes)? != MAGIC {
            return Err(HeaderError::NotAHeader);
        }
        let length = u32::from_le_bytes(reader.take(bytes)?);
        let abi = u32::from_le_bytes(reader.take(bytes)?);
        if abi != HEADER_ABI || length as usize != Self::LEN {
            return Err(HeaderError::Layout {
                found_abi: abi,
                found_length: length,
                expected_abi: HEADER_ABI,
                expected_length: Self::LEN as u32,
            });
        }
        let [kind] = reader.take::<1>(bytes)?;
        Ok(ParsedHeader {
            kind: ModuleKind::from_code(kind).ok_or(HeaderError::UnknownKind { found: kind })?,
            rustc: text("rustc version", &reader.take::<RUSTC_LEN>(bytes)?)?,
            target: text("target", &reader.take::<TARGET_LEN>(bytes)?)?,
            profile: text("profile", &reader.take::<PROFILE_LEN>(bytes)?)?,
            build_id: text("engine build id", &reader.take::<BUILD_ID_LEN>(bytes)?)?,
            name: text("name", &reader.take::<NAME_LEN>(bytes)?)?,
        })
    }

    /// Reads all headers of a section's bytes: a library has several when crates with a header of their own are linked
    /// into it. Zero bytes between them, which a linker may put there, are skipped.
    ///
    /// # Errors
    /// As [`Self::parse`]; a section without any header is an error.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<ParsedHeader>, HeaderError> {
        let mut headers = Vec::new();
        let mut rest = bytes;
        loop {
            let padding = rest.iter().take_while(|&&byte| byte == 0).count();
            rest = &rest[padding..];
            if rest.is_empty() && !headers.is_empty() {
                return Ok(headers);
            }
            headers.push(Self::parse(rest)?);
            rest = rest.get(Self::LEN..).unwrap_or_default();
        }
    }
}

/// A header read from a file: owned text, since the file's bytes are gone when a person reads the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedHeader {
    /// The module's package name.
    pub name: String,
    /// What the module is.
    pub kind: ModuleKind,
    /// Which compiler built it.
    pub rustc: String,
    /// For which target.
    pub target: String,
    /// In which profile.
    pub profile: String,
    /// Against which engine.
    pub build_id: String,
}

impl ParsedHeader {
    /// Whether the library is module `name`, built for exactly the engine `expected`. `-` and `_` in names are one.
    ///
    /// # Errors
    /// [`HeaderError::Mismatch`] for the first difference, with both sides and the command that removes it.
    pub fn check(&self, expected: &EngineBuild, name: &str) -> Result<(), HeaderError> {
        let same_name = self.name.replace('-', "_") == name.replace('-', "_");
        let pairs = [
            ("name", &self.name, name, same_name),
            ("target", &self.target, expected.target, self.target == expected.target),
            ("compiler", &self.rustc, expected.rustc, self.rustc == expected.rustc),
            ("profile", &self.profile, expected.profile, self.profile == expected.profile),
            ("engine build", &self.build_id, expected.id, self.build_id == expected.id),
        ];
        match pairs.into_iter().find(|(.., same)| !same) {
            None => Ok(()),
            Some((what, found, wanted, _)) => Err(HeaderError::Mismatch {
                what,
                module: name.to_owned(),
                found: found.clone(),
                expected: wanted.to_owned(),
                remedy: rebuild_command(name, expected.profile),
            }),
        }
    }
}

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

fn rebuild_command(module: &str, profile: &str) -> String {
    let flag = match profile {
        "debug" => String::new(),
        "release" => " --release".to_owned(),
        other => format!(" --profile {other}"),
    };
    format!("cargo build -p {module}{flag}")
}

const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    assert!(bytes.len() <= N, "a text is too long for its field of the module header");
    let mut field = [0; N];
    let mut at = 0;
    while at < bytes.len() {
        field[at] = bytes[at];
        at += 1;
    }
    field
}

fn text(field: &'static str, bytes: &[u8]) -> Result<String, HeaderError> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Ok(text) if end > 0 && !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(HeaderError::NotText { field }),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self, whole: &[u8]) -> Result<[u8; N], HeaderError> {
        let short = HeaderError::TooShort { found: whole.len(), expected: ModuleHeader::LEN };
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or(short)?;
        self.rest = tail;
        Ok(*head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILD: EngineBuild = EngineBuild {
        rustc: "rustc 1.95.0 (59807616e 2026-04-14)",
        target: "x86_64-unknown-linux-gnu",
        profile: "debug",
        id: "0123456789abcdef0123456789abcdef",
    };
    static HEADER: ModuleHeader = ModuleHeader::new("playground-plugins-orbit", ModuleKind::Plugin, &BUILD);

    #[test]
    fn a_header_survives_the_way_through_its_bytes() {
        let bytes = HEADER.to_bytes();
        assert_eq!(bytes.len(), ModuleHeader::LEN);
        let parsed = ModuleHeader::parse(&bytes).unwrap();
        assert_eq!(parsed.name, "playground-plugins-orbit");
        assert_eq!(parsed.kind, ModuleKind::Plugin);
        assert_eq!(parsed.build_id, BUILD.id);
        parsed.check(&BUILD, "playground_plugins_orbit").unwrap();
    }

    #[test]
    fn several_headers_are_read_with_padding_between() {
        let mut bytes = HEADER.to_bytes();
        bytes.extend([0; 15]);
        bytes.extend(ModuleHeader::new("scene", ModuleKind::Core, &BUILD).to_bytes());
        bytes.push(0);
        let names: Vec<_> = ModuleHeader::parse_all(&bytes).unwrap().into_iter().map(|header| header.name).collect();
        assert_eq!(names, ["playground-plugins-orbit", "scene"]);
        assert!(ModuleHeader::parse_all(&[]).is_err());
        assert!(ModuleHeader::parse_all(&[0; 9]).is_err());
    }

    #[test]
    fn no_bytes_make_the_parser_panic() {
        let good = HEADER.to_bytes();
        for length in 0..good.len() {
            assert!(ModuleHeader::parse(&good[..length]).is_err(), "{length} bytes");
        }
        let mut state = 0x9e37_79b9_u32;
        for at in 0..good.len() {
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let mut bad = good.clone();
                bad[at] = (state >> 24) as u8;
                let _ = ModuleHeader::parse(&bad).map(|header| header.check(&BUILD, "playground-plugins-orbit"));
            }
        }
    }

    #[test]
    fn each_difference_names_both_sides_and_the_remedy() {
        let differences: [(EngineBuild, &str, &str); 4] = [
            (EngineBuild { rustc: "rustc 1.94.0", ..BUILD }, "compiler", "rustc 1.94.0"),
            (EngineBuild { target: "aarch64-unknown-linux-gnu", ..BUILD }, "target", "aarch64-unknown-linux-gnu"),
            (EngineBuild { profile: "release", ..BUILD }, "profile", "`release`"),
            (EngineBuild { id: "ffffffffffffffffffffffffffffffff", ..BUILD }, "engine build", "ffffffffffffffff"),
        ];
        for (engine, what, theirs) in differences {
            let header = ModuleHeader::parse(&HEADER.to_bytes()).unwrap();
            let message = header.check(&engine, "playground-plugins-orbit").unwrap_err().to_string();
            assert!(message.contains(what) && message.contains(theirs), "{message}");
            assert!(message.contains("cargo build -p playground-plugins-orbit"), "{message}");
            assert_eq!(message.contains("--release"), engine.profile == "release", "{message}");
        }
        let message = ModuleHeader::parse(&HEADER.to_bytes()).unwrap().check(&BUILD, "stars").unwrap_err().to_string();
        assert!(message.contains("playground-plugins-orbit") && message.contains("stars"), "{message}");
    }

    #[test]
    fn another_layout_is_said_to_be_another_version() {
        let mut bytes = HEADER.to_bytes();
        bytes[20] = 9;
        assert!(matches!(ModuleHeader::parse(&bytes), Err(HeaderError::Layout { found_abi: 9, .. })));
        bytes[0] = 0;
        assert_eq!(ModuleHeader::parse(&bytes), Err(HeaderError::NotAHeader));
    }
}

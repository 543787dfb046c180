//! The header that every module library carries, readable from its file before any of its code runs.
//!
//! Owns the layout, the parser and the comparison with the running engine. Byte arrays only: the bytes mean the same
//! whichever compiler wrote them, so a library of another compiler is recognised instead of misread. Knows nothing of
//! library file formats.

mod error;

pub use error::HeaderError;

use crate::id::hash_bytes;
use std::fmt;

/// The link section that holds the [`ModuleHeader`]s of a library.
#[cfg(not(target_vendor = "apple"))]
pub const HEADER_SECTION: &str = ".playground";
/// The link section that holds the [`ModuleHeader`]s of a library, as Mach-O wants it: segment, then section.
#[cfg(target_vendor = "apple")]
pub const HEADER_SECTION: &str = "__DATA,__playground";

/// The layout of [`ModuleHeader`] and of the exported statics; raised when either changes.
pub const HEADER_ABI: u32 = 2;

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
    /// Of everything before it: a damaged header of another module or kind must not look like a whole one.
    checksum: [u8; 8],
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
        let mut header = Self {
            magic: MAGIC,
            length: (Self::LEN as u32).to_le_bytes(),
            abi: HEADER_ABI.to_le_bytes(),
            kind: [kind.code()],
            rustc: padded(build.rustc),
            target: padded(build.target),
            profile: padded(build.profile),
            build_id: padded(build.id),
            name: padded(name),
            checksum: [0; 8],
        };
        header.checksum = header.sum().to_le_bytes();
        header
    }

    /// The header as it lies in the section.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.fields().concat()[..], &self.checksum].concat()
    }

    /// What the checksum is of, in its order.
    const fn fields(&self) -> [&[u8]; 9] {
        [
            &self.magic,
            &self.length,
            &self.abi,
            &self.kind,
            &self.rustc,
            &self.target,
            &self.profile,
            &self.build_id,
            &self.name,
        ]
    }

    const fn sum(&self) -> u64 {
        let (fields, mut hash, mut at) = (self.fields(), 0, 0);
        while at < fields.len() {
            hash = hash_bytes(hash, fields[at]);
            at += 1;
        }
        hash
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
        let header = Self {
            magic: MAGIC,
            length: length.to_le_bytes(),
            abi: abi.to_le_bytes(),
            kind: reader.take(bytes)?,
            rustc: reader.take(bytes)?,
            target: reader.take(bytes)?,
            profile: reader.take(bytes)?,
            build_id: reader.take(bytes)?,
            name: reader.take(bytes)?,
            checksum: reader.take(bytes)?,
        };
        if header.sum() != u64::from_le_bytes(header.checksum) {
            return Err(HeaderError::Damaged);
        }
        let [kind] = header.kind;
        Ok(ParsedHeader {
            kind: ModuleKind::from_code(kind).ok_or(HeaderError::UnknownKind { found: kind })?,
            rustc: text("rustc version", &header.rustc)?,
            target: text("target", &header.target)?,
            profile: text("profile", &header.profile)?,
            build_id: text("engine build id", &header.build_id)?,
            name: text("name", &header.name)?,
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
    fn no_bytes_make_the_parser_panic_and_no_damage_is_accepted() {
        let good = HEADER.to_bytes();
        for length in 0..good.len() {
            assert!(ModuleHeader::parse(&good[..length]).is_err(), "{length} bytes");
        }
        for at in 0..good.len() {
            for flip in 1..=255 {
                let mut bad = good.clone();
                bad[at] ^= flip;
                assert!(ModuleHeader::parse(&bad).is_err(), "byte {at} with {flip:#04x} flipped");
            }
        }
        let mut state = 0x9e37_79b9_u32;
        let mut below = |limit: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % limit
        };
        for _ in 0..20_000 {
            // Noise behind a whole header and in it, which also moves what follows.
            let mut bytes = [good.clone(), vec![0; below(40)], good.clone()].concat();
            for _ in 0..=below(3) {
                let at = below(bytes.len());
                match below(3) {
                    0 => bytes[at] = below(256) as u8,
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, below(256) as u8),
                }
            }
            bytes.truncate(if below(4) == 0 { below(bytes.len()) } else { bytes.len() });
            let whole = ModuleHeader::parse(&good);
            let parsed = ModuleHeader::parse_all(&bytes).unwrap_or_default();
            assert!(parsed.into_iter().all(|header| Ok(header) == whole));
            let noise: Vec<u8> = (0..below(800)).map(|_| below(256) as u8).collect();
            assert!(ModuleHeader::parse_all(&noise).is_err());
        }
    }

    #[test]
    fn what_no_module_says_of_itself_is_refused_although_its_checksum_is_right() {
        #[track_caller]
        fn check(change: impl Fn(&mut ModuleHeader), expected: HeaderError) {
            let mut header = HEADER.clone();
            change(&mut header);
            header.checksum = header.sum().to_le_bytes();
            assert_eq!(ModuleHeader::parse(&header.to_bytes()), Err(expected));
        }
        check(|header| header.kind = *b"X", HeaderError::UnknownKind { found: b'X' });
        check(|header| header.name = [0; NAME_LEN], HeaderError::NotText { field: "name" });
        check(|header| header.target[3] = 0xff, HeaderError::NotText { field: "target" });
        check(|header| header.profile[0] = b'\n', HeaderError::NotText { field: "profile" });
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

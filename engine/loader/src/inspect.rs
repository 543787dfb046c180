//! Reading a library file without opening it: is it whole, is it a module, whose is it.

use crate::LoadError;
use object::{Object, ObjectSection, ObjectSegment};
use playground_engine_types::header::{HEADER_SECTION, ModuleHeader, ModuleKind, ParsedHeader};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The xxh3 digest of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(u128);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A library file that is whole and carries a module header. Nothing of it has run.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What its header says.
    pub header: ParsedHeader,
}

/// Reads and checks the library at `path`.
///
/// "It could be opened" proves nothing: half a library can load and run until a missing page is touched. So every
/// section and segment must lie within the file, and the header must be there.
///
/// # Errors
/// When the file can't be read, is cut off, is no library or no module, or its header is damaged.
pub fn inspect(path: &Path) -> Result<Inspected, LoadError> {
    let bytes = fs::read(path).map_err(|cause| LoadError::Read { path: path.to_owned(), cause })?;
    let header = read_header(path, &bytes)?;
    Ok(Inspected { path: path.to_owned(), size_bytes: bytes.len() as u64, digest: Digest::of(&bytes), header })
}

fn read_header(path: &Path, bytes: &[u8]) -> Result<ParsedHeader, LoadError> {
    if bytes.is_empty() {
        return Err(truncated(path, "it is empty"));
    }
    let file = object::File::parse(bytes).map_err(|cause| unreadable(path, bytes, &cause))?;
    check_complete(path, bytes, &file)?;
    let section = HEADER_SECTION.rsplit(',').next().unwrap_or(HEADER_SECTION);
    let Some(section) = file.section_by_name(section) else {
        return Err(LoadError::NotAModule { path: path.to_owned(), section: HEADER_SECTION });
    };
    let data = section.data().map_err(|_| truncated(path, "its module header is outside the file"))?;
    let headers = ModuleHeader::parse_all(data)
        .map_err(|cause| LoadError::Header { path: path.to_owned(), cause: Box::new(cause) })?;
    // A module may have a core crate of the user's linked into it, whose header then lies beside its own.
    let own = headers.iter().position(|header| header.kind != ModuleKind::Core).unwrap_or(0);
    headers.into_iter().nth(own).ok_or(LoadError::NotAModule { path: path.to_owned(), section: HEADER_SECTION })
}

fn check_complete(path: &Path, bytes: &[u8], file: &object::File<'_>) -> Result<(), LoadError> {
    let length = bytes.len() as u64;
    let outside = |start: u64, size: u64| start.checked_add(size).is_none_or(|end| end > length);
    for segment in file.segments() {
        let (start, size) = segment.file_range();
        if outside(start, size) {
            return Err(truncated(path, &format!("a segment of {size} bytes at {start} ends after byte {length}")));
        }
    }
    for section in file.sections() {
        let Some((start, size)) = section.file_range() else { continue };
        if outside(start, size) {
            let name = section.name().unwrap_or("?");
            let detail = format!("its section `{name}` of {size} bytes at {start} ends after byte {length}");
            return Err(truncated(path, &detail));
        }
    }
    match section_table_end(bytes) {
        Some(end) if end > length => {
            Err(truncated(path, &format!("its section table ends at byte {end} and the file at {length}")))
        }
        _ => Ok(()),
    }
}

/// Where the section table of a 64-bit little-endian ELF ends. `object` ignores a table that it can't read in some
/// files, and linkers put it last, so this is what shows a file that lacks only its tail.
fn section_table_end(bytes: &[u8]) -> Option<u64> {
    if bytes.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let offset = u64::from_le_bytes(*bytes.get(0x28..)?.first_chunk()?);
    let entry = u16::from_le_bytes(*bytes.get(0x3a..)?.first_chunk()?);
    let count = u16::from_le_bytes(*bytes.get(0x3c..)?.first_chunk()?);
    offset.checked_add(u64::from(entry) * u64::from(count))
}

fn unreadable(path: &Path, bytes: &[u8], cause: &object::Error) -> LoadError {
    let is_elf = bytes.starts_with(&b"\x7fELF"[..bytes.len().min(4)]);
    let ends_early = section_table_end(bytes).is_none_or(|end| end > bytes.len() as u64);
    if is_elf && ends_early {
        return truncated(path, &format!("only {} bytes of it are there", bytes.len()));
    }
    LoadError::NotALibrary { path: path.to_owned(), detail: cause.to_string(), package: package_of(path) }
}

fn truncated(path: &Path, detail: &str) -> LoadError {
    LoadError::Truncated { path: path.to_owned(), detail: detail.to_owned(), package: package_of(path) }
}

/// The package that probably built a file, for the remedy only.
fn package_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.strip_prefix("lib").unwrap_or(&stem).replace('_', "-")
}

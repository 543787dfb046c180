//! Damaged libraries: whatever their bytes, they are refused or are what they were, in bounded time and without a panic.

use crate::{BUILD, NAME, folder, header, library};
use playground_engine_loader::{Inspected, LoadError, inspect};
use playground_engine_types::header::{ModuleHeader, ModuleKind};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// No file of these sizes takes longer to look at, by far.
const LONGEST: Duration = Duration::from_secs(2);

/// Source: Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// A module, and files that are almost it.
struct Lab {
    bytes: Vec<u8>,
    /// Where the header is in the file.
    header: Range<usize>,
    bad: PathBuf,
    /// Dropped last: it holds `bad`.
    _folder: tempfile::TempDir,
}

impl Lab {
    fn new() -> Self {
        let folder = folder();
        let code = "const unsigned long PLAYGROUND_PLUGIN_playground_plugins_orbit[8] = {1, 1, 1, 1, 1, 1, 1, 1};";
        let path = library(folder.path(), &header(&BUILD), code);
        let (bytes, wanted) = (fs::read(path).unwrap(), header(&BUILD));
        let start = bytes.windows(wanted.len()).position(|window| window == wanted).unwrap();
        Self { bytes, header: start..start + wanted.len(), bad: folder.path().join("libbad.so"), _folder: folder }
    }

    /// Where the section table is: behind it nothing follows.
    fn sections(&self) -> Range<usize> {
        let number =
            |at: usize, len: usize| self.bytes[at..at + len].iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
        let (start, size, count) = (number(0x28, 8), number(0x3a, 2), number(0x3c, 2));
        start..start + size * count
    }

    #[track_caller]
    fn inspect(&self, bytes: &[u8]) -> Result<Inspected, LoadError> {
        fs::write(&self.bad, bytes).unwrap();
        let started = Instant::now();
        let outcome = inspect(&self.bad);
        assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
        match &outcome {
            Ok(found) => check_genuine(found),
            Err(error) => assert!(error.to_string().contains("libbad.so"), "{error}"),
        }
        outcome
    }
}

/// What is accepted says of itself what the module said that it was made of.
#[track_caller]
fn check_genuine(found: &Inspected) {
    found.header.check(&BUILD, NAME).unwrap();
    assert_eq!(found.header.kind, ModuleKind::Plugin);
}

#[test]
fn cut_off_at_any_length_it_is_not_loaded() {
    let lab = Lab::new();
    let len = lab.bytes.len();
    // Around every end of something, and in between.
    let ends = [0, 16, 64, lab.header.start, lab.header.end, lab.sections().start, lab.sections().end, len];
    let around = ends.into_iter().flat_map(|end| end.saturating_sub(70)..end + 70);
    for length in around.chain((0..len).step_by(97)).filter(|length| *length < len) {
        let error = lab.inspect(&lab.bytes[..length]).expect_err("a part of a library");
        assert!(matches!(error, LoadError::Truncated { .. }), "{length} of {len}: {error}");
    }
}

#[test]
fn no_damage_of_the_header_is_accepted() {
    let lab = Lab::new();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for at in lab.header.clone() {
        let mut bytes = lab.bytes.clone();
        bytes[at] ^= 1 + random.below(255) as u8;
        let error = lab.inspect(&bytes).expect_err("a damaged header");
        assert!(matches!(error, LoadError::Header { .. }), "byte {at}: {error}");
    }
    for _ in 0..500 {
        let mut bytes = lab.bytes.clone();
        let (from, to) = (random.below(ModuleHeader::LEN), random.below(ModuleHeader::LEN));
        let range = lab.header.start + from.min(to)..=lab.header.start + from.max(to);
        bytes[range].iter_mut().for_each(|byte| *byte = random.below(256) as u8);
        assert!(bytes == lab.bytes || lab.inspect(&bytes).is_err());
    }
}

#[test]
fn random_damage_is_refused_or_leaves_the_header_as_it_was() {
    let lab = Lab::new();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (tables, len) = (lab.sections(), lab.bytes.len());
    let mut outcomes = [0, 0];
    for _ in 0..2000 {
        let mut bytes = lab.bytes.clone();
        for _ in 0..=random.below(4) {
            let at = match random.below(4) {
                // The file's head and its program table, the section table, and all.
                0 | 1 => random.below(64 + 56 * 9),
                2 => tables.start + random.below(tables.len()),
                _ => random.below(len),
            };
            bytes[at] = match random.below(3) {
                0 => 0xff,
                1 => bytes[at] ^ 1 << random.below(8),
                _ => random.below(256) as u8,
            };
        }
        match random.below(12) {
            0 => bytes.truncate(random.below(len)),
            1 => bytes.extend((0..random.below(300)).map(|at| at as u8)),
            _ => {}
        }
        outcomes[usize::from(lab.inspect(&bytes).is_ok())] += 1;
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}

#[test]
fn noise_of_any_length_is_refused() {
    let lab = Lab::new();
    let mut random = Random(77);
    for _ in 0..500 {
        let mut bytes: Vec<u8> = (0..random.below(3000)).map(|_| random.below(256) as u8).collect();
        // Half of it looks like an ELF file at first sight.
        let head = if random.below(2) == 0 { 0 } else { random.below(64) };
        let head = head.min(bytes.len());
        bytes[..head].copy_from_slice(&lab.bytes[..head]);
        lab.inspect(&bytes).expect_err("noise");
    }
}

/// A real module, if one was built: larger than what the C compiler makes, with sections of every kind.
#[test]
fn damage_of_a_built_module_is_refused_or_leaves_its_header_as_it_was() {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug");
    let Ok(whole) = fs::read(target.join("libplayground_plugins_orbit.so")) else { return };
    let folder = folder();
    let bad = folder.path().join("libbad.so");
    fs::write(&bad, &whole).unwrap();
    // One of another version of the engine is of no use here.
    let Ok(genuine) = inspect(&bad) else { return };
    let mut random = Random(0x5eed);
    for round in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(6) {
            let at = if random.below(2) == 0 { random.below(1024) } else { random.below(bytes.len()) };
            bytes[at] = random.below(256) as u8;
        }
        if round % 3 == 0 {
            bytes.truncate(random.below(whole.len()));
        }
        fs::write(&bad, &bytes).unwrap();
        let started = Instant::now();
        if let Ok(found) = inspect(&bad) {
            assert_eq!(found.header, genuine.header);
        }
        assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    }
}

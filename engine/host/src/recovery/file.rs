//! The file: a line of JSON that lists its parts with their lengths, and the parts. Whole, or not read.

use playground_engine_loader::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const FORMAT: u32 = 1;

/// The parts by name.
pub type Parts = BTreeMap<String, Vec<u8>>;

#[derive(Serialize, Deserialize)]
struct Index {
    format: u32,
    digest: String,
    parts: Vec<(String, usize)>,
}

/// The bytes of a file with these parts.
pub fn write(parts: &Parts) -> Vec<u8> {
    let body = parts.values().flatten().copied().collect::<Vec<u8>>();
    let list: Vec<(String, usize)> = parts.iter().map(|(name, part)| (name.clone(), part.len())).collect();
    let index = Index { format: FORMAT, digest: digest(&list, &body), parts: list };
    let mut bytes = serde_json::to_vec(&index).expect("an index has names and numbers only");
    bytes.push(b'\n');
    bytes.extend(body);
    bytes
}

/// Over the list and all that follows it.
fn digest(list: &[(String, usize)], body: &[u8]) -> String {
    let list: String = list.iter().map(|(name, length)| format!("{name} {length}\n")).collect();
    Digest::of(&[list.as_bytes(), body].concat()).to_string()
}

/// Reads a file.
///
/// # Errors
/// In words, when it can't be read or is not whole.
pub fn read(path: &Path) -> Result<Parts, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    parse(&bytes).map_err(|cause| format!("{}: {cause}", path.display()))
}

fn parse(bytes: &[u8]) -> Result<Parts, String> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or("its first line does not end")?;
    let index: Index =
        serde_json::from_slice(&bytes[..end]).map_err(|error| format!("its first line is damaged: {error}"))?;
    if index.format != FORMAT {
        return Err(format!("it has format {}, this build reads {FORMAT}", index.format));
    }
    let mut rest = &bytes[end + 1..];
    if digest(&index.parts, rest) != index.digest {
        return Err("it is damaged: its content does not have the digest that it names".to_owned());
    }
    let mut parts = Parts::new();
    for (name, length) in index.parts {
        let (part, left) = rest.split_at_checked(length).ok_or_else(|| format!("its part `{name}` is cut off"))?;
        parts.insert(name, part.to_vec());
        rest = left;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{Parts, parse, write};

    #[test]
    fn what_was_written_is_read_and_what_was_damaged_is_not() {
        let parts = Parts::from([("a".to_owned(), b"one\ntwo".to_vec()), ("b".to_owned(), Vec::new())]);
        let bytes = write(&parts);
        assert_eq!(parse(&bytes), Ok(parts));
        for at in 0..bytes.len() {
            assert!(parse(&bytes[..at]).is_err(), "cut at {at}");
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x01;
            assert!(parse(&damaged).is_err(), "changed at {at}");
        }
    }
}

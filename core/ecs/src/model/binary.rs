//! A storage, or some of its pools, as bytes: small, and readable by a build whose components have other fields.
//!
//! Head: `PGST`, version, kind, length and XXH3 of what follows, seeded with the kind. Then the components with their
//! shapes, the entities by slot, who has what, and the components one type after the other, each as the leaves of a walk.
//! Whole numbers and the bits of floats are LEB128: <https://en.wikipedia.org/wiki/LEB128>.

mod read;
mod shape;

use super::{
    error::EcsError,
    pools::{PoolSnapshot, PoolsRestored},
    storage::Storage,
};
use playground_engine_types::{ComponentId, Entity, Leaf, Value, storage::Place};
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

const MAGIC: &[u8; 4] = b"PGST";
const VERSION: u8 = 1;
const WHOLE: u8 = 0;
const POOLS: u8 = 1;
const HEAD: usize = 22;

/// What was loaded, and what did not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StorageLoaded {
    /// Entities in the data.
    pub entities: usize,
    /// Components in the data, of all types together.
    pub components: usize,
    /// Whether the data is a whole storage, which took the place of the other one.
    pub whole: bool,
    /// Components of single pools whose entity does not live here.
    pub missing: BTreeSet<Entity>,
    /// Fields in the data that no component has or that do not fit, as `component.field`.
    pub lost: BTreeSet<String>,
    /// Fields that are not in the data and have their default, as `component.field`.
    pub defaulted: BTreeSet<String>,
}

/// The components of one type in the data that is not registered here, as the data describes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// The type's name.
    pub component: String,
    /// The hash of its schema when it was saved.
    pub schema: u64,
    /// Who has one, and what it is worth. Entities in the values are those of the data.
    pub held: Vec<(Entity, Value)>,
}

impl Storage {
    /// All entities and components as bytes, or the components of some types; `None` for all. Equal storages give equal
    /// bytes if their entities have equal ids.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn save(&self, components: Option<&[ComponentId]>) -> Result<Vec<u8>, EcsError> {
        let mut pools: Vec<u32> = match components {
            None => (0..self.pools.len() as u32).filter(|pool| self.live_info(*pool).is_some()).collect(),
            Some(ids) => ids.iter().map(|id| self.known_pool(*id)).collect::<Result<_, _>>()?,
        };
        pools.sort_unstable_by_key(|pool| self.pools[*pool as usize].info().name);
        pools.dedup();
        let held: Vec<Vec<(Entity, Place)>> = pools.iter().map(|pool| self.sorted_holders(*pool)).collect();
        let mut entities: Vec<Entity> = match components {
            None => self.entities().collect(),
            Some(_) => held.iter().flatten().map(|(entity, _)| *entity).collect(),
        };
        entities.sort_unstable_by_key(|entity| entity.index());
        entities.dedup();
        let mut body = Vec::new();
        whole(pools.len() as u64, &mut body);
        for pool in &pools {
            let info = self.pools[*pool as usize].info();
            text(info.name, &mut body);
            body.extend_from_slice(&info.schema.hash.to_le_bytes());
            shape::write(info.schema, &mut body);
        }
        write_entities(&entities, self.resources, &mut body);
        let position: BTreeMap<Entity, u64> = entities.iter().copied().zip(0..).collect();
        for holders in &held {
            whole(holders.len() as u64, &mut body);
            let positions = holders.iter().filter_map(|(entity, _)| position.get(entity).copied());
            deltas(positions, &mut body);
        }
        for (pool, holders) in pools.iter().zip(&held) {
            for (_, place) in holders {
                self.pools[*pool as usize].walk(*place, &mut |one| leaf(one, &mut body));
            }
        }
        Ok(with_head(if components.is_some() { POOLS } else { WHOLE }, &body))
    }

    fn sorted_holders(&self, pool: u32) -> Vec<(Entity, Place)> {
        let mut holders: Vec<(Entity, Place)> = self.holders(pool).collect();
        holders.sort_unstable_by_key(|(entity, _)| entity.index());
        holders
    }

    /// Loads what [`Storage::save`] wrote. A whole storage takes the place of this one, ids included; single pools
    /// become what they were for the entities that live here. Components whose fields are others by now are matched by
    /// field name.
    ///
    /// # Errors
    /// When the bytes are damaged or name a component that is not registered; nothing was changed then.
    pub fn load(&mut self, bytes: &[u8]) -> Result<StorageLoaded, EcsError> {
        self.load_read(bytes, None)
    }

    /// As [`Storage::load`], for data of a world that had more modules: components of types that are not registered are
    /// no error but given beside the others, for whoever keeps them until their module is there.
    ///
    /// # Errors
    /// When the bytes are damaged; nothing was changed then.
    pub fn load_with_absent(&mut self, bytes: &[u8]) -> Result<(StorageLoaded, Vec<Absent>), EcsError> {
        let mut absent: Vec<Absent> = Vec::new();
        let mut loaded = self.load_read(bytes, Some(&mut absent))?;
        for one in &mut absent {
            let gone = one.held.extract_if(.., |(entity, _)| !self.exists(*entity));
            loaded.missing.extend(gone.map(|(entity, _)| entity));
        }
        Ok((loaded, absent))
    }

    fn load_read(&mut self, bytes: &[u8], absent: Option<&mut Vec<Absent>>) -> Result<StorageLoaded, EcsError> {
        let (kind, body) = check_head(bytes)?;
        let (staged, mut loaded) = read::Reader::new(body, HEAD).storage(self, absent)?;
        if kind == WHOLE {
            loaded.whole = true;
            self.restore(staged);
            return Ok(loaded);
        }
        let pools = (0..staged.pools.len() as u32).collect();
        let PoolsRestored { missing, .. } = self.restore_pools(&PoolSnapshot { storage: staged, pools })?;
        Ok(StorageLoaded { missing, ..loaded })
    }
}

fn with_head(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[VERSION, kind]);
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&checksum(kind, body).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The kind counts too: a storage that was taken for some pools would leave out its entities.
fn checksum(kind: u8, body: &[u8]) -> u64 {
    xxh3_64_with_seed(body, u64::from(kind))
}

/// The kind of data and what is behind the head.
fn check_head(bytes: &[u8]) -> Result<(u8, &[u8]), EcsError> {
    let fail = |at: usize, cause: String| EcsError::Broken { at, place: "the head".to_owned(), cause };
    if !bytes.starts_with(MAGIC) {
        return Err(fail(0, "this is no saved storage".to_owned()));
    }
    let Some((head, body)) = bytes.split_at_checked(HEAD) else {
        return Err(fail(bytes.len(), "the data ends here".to_owned()));
    };
    let (version, kind) = (head[4], head[5]);
    if version != VERSION {
        return Err(fail(4, format!("it has format {version}, this build reads {VERSION}")));
    }
    if kind > POOLS {
        return Err(fail(5, format!("there is no kind {kind}")));
    }
    let number = |at: usize| head[at..at + 8].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    if number(6) != body.len() as u64 {
        return Err(fail(bytes.len(), format!("{} bytes should follow the head, {} do", number(6), body.len())));
    }
    if number(14) != checksum(kind, body) {
        return Err(fail(14, "the checksum is not that of the data: it was damaged".to_owned()));
    }
    Ok((kind, body))
}

fn write_entities(entities: &[Entity], resources: Option<Entity>, out: &mut Vec<u8>) {
    whole(entities.len() as u64, out);
    deltas(entities.iter().map(|entity| u64::from(entity.index())), out);
    entities.iter().for_each(|entity| whole(u64::from(entity.generation()), out));
    let holder = resources.and_then(|resources| entities.iter().position(|entity| *entity == resources));
    whole(holder.map_or(0, |at| at as u64 + 1), out);
}

/// Ascending numbers, each by what it is more than the one before, less one.
fn deltas(numbers: impl Iterator<Item = u64>, out: &mut Vec<u8>) {
    let mut next = 0;
    for number in numbers {
        whole(number - next, out);
        next = number + 1;
    }
}

fn whole(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn text(text: &str, out: &mut Vec<u8>) {
    whole(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn leaf(leaf: Leaf<'_>, out: &mut Vec<u8>) {
    match leaf {
        Leaf::Bool(value) => out.push(u8::from(value)),
        Leaf::Whole(bits) | Leaf::Float(bits) => whole(bits, out),
        Leaf::Text(value) => text(value, out),
        Leaf::Entity(entity) => whole(entity.bits().wrapping_add(1), out),
        Leaf::Tag(tag) => whole(tag as u64, out),
    }
}

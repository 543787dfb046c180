//! A number that tells two worlds apart by what is in them, not by where it lies in memory.

use super::storage::Storage;
use playground_engine_types::{Entity, Value, text};
use xxhash_rust::xxh3::Xxh3;

/// Hash over all component data, independent of memory order.
///
/// Entities are named by `stable`; those of the same name count as one place each, so the order of the storage never
/// shows. Floats count bit by bit (their shortest decimal form is unique), hidden components do not count.
pub fn digest(storage: &Storage, stable: &impl Fn(Entity) -> u64) -> u128 {
    storage.entities().fold(0_u128, |sum, entity| {
        let mut hash = Xxh3::new();
        hash.update(&stable(entity).to_le_bytes());
        let mut components: Vec<(&'static str, Value)> = storage
            .components_of(entity)
            .into_iter()
            .flatten()
            .filter(|info| !info.hidden)
            .filter_map(|info| Some((info.name, storage.value(entity, info.id).ok()?)))
            .collect();
        components.sort_by_key(|(name, _)| *name);
        for (name, mut value) in components {
            value.map_entities(&mut |entity| match entity {
                Entity::NONE => Entity::NONE,
                entity => Entity::from_bits(stable(entity)),
            });
            hash.update(name.as_bytes());
            hash.update(text::write(&value).as_bytes());
        }
        // A sum does not depend on the order; 128 bits keep two sums from meeting by chance.
        sum.wrapping_add(hash.digest128())
    })
}

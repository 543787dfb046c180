//! A number that tells two worlds apart by what is in them, not by where it lies in memory.

use super::storage::Storage;
use playground_engine_types::{Entity, Leaf, reflect::LeafBuffer};
use xxhash_rust::xxh3::Xxh3;

/// Hash over all component data, independent of memory order.
///
/// Entities are named by `stable`; those of the same name count as one place each, so the order of the storage never
/// shows. Floats count bit by bit, hidden components do not count.
pub fn digest(storage: &Storage, stable: &dyn Fn(Entity) -> u64) -> u128 {
    let mut pools: Vec<(&'static str, u32)> = Vec::new();
    let mut leaves = LeafBuffer::default();
    storage.entities().fold(0_u128, |sum, entity| {
        let mut hash = Xxh3::new();
        hash.update(&stable(entity).to_le_bytes());
        pools.clear();
        let all = storage.pools_of(entity).into_iter().flatten();
        let visible = all.filter_map(|(pool, _)| storage.pool_at(pool).map(|held| (pool, held.info())));
        pools.extend(visible.filter(|(_, info)| !info.hidden).map(|(pool, info)| (info.name, pool)));
        pools.sort_unstable();
        for (name, pool) in &pools {
            let (Some(held), Ok(place)) = (storage.pool_at(*pool), storage.place_in(*pool, entity)) else { continue };
            leaves.bytes.clear();
            held.walk(place, &mut |leaf| match leaf {
                Leaf::Entity(Entity::NONE) => leaves.push(leaf),
                Leaf::Entity(entity) => leaves.push(Leaf::Whole(stable(entity))),
                leaf => leaves.push(leaf),
            });
            hash.update(name.as_bytes());
            hash.update(&leaves.bytes);
        }
        // A sum does not depend on the order; 128 bits keep two sums from meeting by chance.
        sum.wrapping_add(hash.digest128())
    })
}

//! Where each entity is. Knows nothing of components.

use playground_engine_types::Entity;

const ROW_BITS: u32 = 28;
const ARCHETYPE_BITS: u32 = 14;
const GENERATION_BITS: u32 = 22;
/// Most rows of one archetype.
pub const MAX_ROWS: u64 = 1 << ROW_BITS;
/// Most archetypes of one world. The number after the last one marks a free slot.
pub const MAX_ARCHETYPES: u64 = (1 << ARCHETYPE_BITS) - 1;
const FREE: u64 = MAX_ARCHETYPES;
const LAST_GENERATION: u32 = (1 << GENERATION_BITS) - 1;
const NO_SLOT: u32 = MAX_ROWS as u32 - 1;

/// Generation, archetype and row of one slot in eight bytes; a free slot holds the next free one instead of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Location(u64);

impl Location {
    fn new(generation: u32, archetype: u64, row: u32) -> Self {
        Self(u64::from(generation) << (ROW_BITS + ARCHETYPE_BITS) | archetype << ROW_BITS | u64::from(row))
    }
    fn generation(self) -> u32 {
        (self.0 >> (ROW_BITS + ARCHETYPE_BITS)) as u32
    }
    fn archetype(self) -> u64 {
        self.0 >> ROW_BITS & ((1 << ARCHETYPE_BITS) - 1)
    }
    fn row(self) -> u32 {
        (self.0 & (MAX_ROWS - 1)) as u32
    }
}

/// The table of entity slots.
#[derive(Clone)]
pub struct Entities {
    slots: Vec<Location>,
    free: u32,
    count: usize,
}

impl Default for Entities {
    fn default() -> Self {
        Self { slots: Vec::new(), free: NO_SLOT, count: 0 }
    }
}

impl Entities {
    /// Number of living entities.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether nothing lives.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes a slot for an entity that lives at `archetype`, `row`. `None` if all slots are used.
    pub fn allocate(&mut self, archetype: u32, row: u32) -> Option<Entity> {
        let index = if self.free == NO_SLOT {
            if self.slots.len() as u64 >= MAX_ROWS - 1 {
                return None;
            }
            self.slots.push(Location::new(0, u64::from(archetype), row));
            self.slots.len() as u32 - 1
        } else {
            let index = self.free;
            let slot = &mut self.slots[index as usize];
            self.free = slot.row();
            *slot = Location::new(slot.generation(), u64::from(archetype), row);
            index
        };
        self.count += 1;
        Some(Entity::new(index, self.slots[index as usize].generation()))
    }

    /// Gives the slot back. Its next entity has the next generation; a slot whose generations ran out stays unused.
    pub fn release(&mut self, entity: Entity) {
        let slot = &mut self.slots[entity.index() as usize];
        self.count -= 1;
        if entity.generation() == LAST_GENERATION {
            *slot = Location::new(LAST_GENERATION, FREE, NO_SLOT);
            return;
        }
        *slot = Location::new(entity.generation() + 1, FREE, self.free);
        self.free = entity.index();
    }

    /// Archetype and row of an entity, if it lives.
    #[inline]
    pub fn locate(&self, entity: Entity) -> Option<(u32, u32)> {
        let slot = *self.slots.get(entity.index() as usize)?;
        (slot.generation() == entity.generation() && slot.archetype() != FREE)
            .then(|| (slot.archetype() as u32, slot.row()))
    }

    /// Notes that the entity in slot `index` moved.
    pub fn relocate(&mut self, index: u32, archetype: u32, row: u32) {
        let slot = &mut self.slots[index as usize];
        *slot = Location::new(slot.generation(), u64::from(archetype), row);
    }

    /// The living entity in slot `index`.
    #[inline]
    pub fn at(&self, index: u32) -> Entity {
        Entity::new(index, self.slots[index as usize].generation())
    }
}

#[cfg(test)]
mod tests {
    use super::Entities;

    #[test]
    fn a_stale_id_never_comes_back() {
        let mut entities = Entities::default();
        let first = entities.allocate(0, 0).expect("there is room");
        entities.release(first);
        let second = entities.allocate(3, 5).expect("there is room");
        assert_eq!(second.index(), first.index());
        assert_eq!(entities.locate(first), None);
        assert_eq!(entities.locate(second), Some((3, 5)));
        assert_eq!(entities.len(), 1);
    }
}

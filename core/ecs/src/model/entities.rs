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
    /// Entities from here on have at least this generation, so that ids from before a clear or a restore stay dead.
    floor: u32,
    /// The highest generation that was handed out.
    highest: u32,
}

/// Where the next entities will be, while nobody may change the table. Gives the ids that [`Entities::allocate`] is
/// going to give, in the same order.
#[derive(Clone, Copy, Debug)]
pub struct Reservation {
    free: u32,
    fresh: u32,
}

impl Default for Entities {
    fn default() -> Self {
        Self { slots: Vec::new(), free: NO_SLOT, count: 0, floor: 0, highest: 0 }
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

    /// Number of slots, used or free.
    pub(super) fn slots_len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Memory of the table, bytes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Location>()
    }

    /// Memory that a copy of the table takes, bytes.
    pub(super) fn used_bytes(&self) -> usize {
        self.slots.len() * size_of::<Location>()
    }

    /// Makes room for `more` entities.
    pub fn reserve(&mut self, more: usize) {
        self.slots.reserve(more);
    }

    /// Takes a slot for an entity that lives at `archetype`, `row`. `None` if all slots or generations are used.
    #[inline]
    pub fn allocate(&mut self, archetype: u32, row: u32) -> Option<Entity> {
        if self.free == NO_SLOT {
            let index = self.slots.len();
            if index as u64 >= MAX_ROWS - 1 || self.floor > LAST_GENERATION {
                return None;
            }
            self.slots.push(Location::new(self.floor, u64::from(archetype), row));
            self.count += 1;
            self.highest = self.highest.max(self.floor);
            return Some(Entity::new(index as u32, self.floor));
        }
        let index = self.free;
        let slot = &mut self.slots[index as usize];
        let generation = slot.generation().max(self.floor);
        if generation > LAST_GENERATION {
            return None;
        }
        self.free = slot.row();
        *slot = Location::new(generation, u64::from(archetype), row);
        self.count += 1;
        self.highest = self.highest.max(generation);
        Some(Entity::new(index, generation))
    }

    /// Takes slots for `count` entities in neighbouring rows. `None`, and nothing taken, if there are not that many.
    pub fn allocate_many(&mut self, archetype: u32, first_row: u32, count: usize) -> Option<Vec<Entity>> {
        if count as u64 >= MAX_ROWS {
            return None;
        }
        let mut placed = Vec::with_capacity(count);
        while placed.len() < count && self.free != NO_SLOT {
            let Some(entity) = self.allocate(archetype, first_row + placed.len() as u32) else { break };
            placed.push(entity);
        }
        let (start, fresh) = (self.slots.len(), count - placed.len());
        let fits = ((start + fresh) as u64) < MAX_ROWS && self.floor <= LAST_GENERATION && self.free == NO_SLOT;
        if fresh > 0 && !fits {
            placed.into_iter().rev().for_each(|entity| self.release(entity));
            return None;
        }
        if fresh > 0 {
            let (row, floor) = (first_row + placed.len() as u32, self.floor);
            let at = |more: usize| Location::new(floor, u64::from(archetype), row + more as u32);
            self.slots.extend((0..fresh).map(at));
            placed.extend((start..start + fresh).map(|index| Entity::new(index as u32, floor)));
            self.count += fresh;
            self.highest = self.highest.max(floor);
        }
        Some(placed)
    }

    /// Gives the slot back. Its next entity has the next generation; a slot whose generations ran out stays unused.
    #[inline]
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

    /// Forgets all entities, in constant time. Their ids stay dead.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.free = NO_SLOT;
        self.count = 0;
        self.floor = self.highest.saturating_add(1);
    }

    /// Makes ids that `other` handed out stay dead here too, as far as they are not alive here now.
    pub fn outlive(&mut self, other: &Entities) {
        self.highest = self.highest.max(other.highest);
        self.floor = self.floor.max(self.highest.saturating_add(1));
    }

    /// The next entities to be.
    pub fn reservation(&self) -> Reservation {
        Reservation { free: self.free, fresh: 0 }
    }

    /// The next entity of a reservation. `None` if all slots or generations are used.
    pub fn reserve_next(&self, reservation: &mut Reservation) -> Option<Entity> {
        if reservation.free == NO_SLOT {
            let index = self.slots.len() as u64 + u64::from(reservation.fresh);
            if index >= MAX_ROWS - 1 || self.floor > LAST_GENERATION {
                return None;
            }
            reservation.fresh += 1;
            return Some(Entity::new(index as u32, self.floor));
        }
        let index = reservation.free;
        let slot = self.slots[index as usize];
        let generation = slot.generation().max(self.floor);
        if generation > LAST_GENERATION {
            return None;
        }
        reservation.free = slot.row();
        Some(Entity::new(index, generation))
    }

    /// Makes exactly this entity live again, at a place that [`Entities::relocate`] tells later. Says whether its slot
    /// was free. [`Entities::rebuild`] must follow before the next entity is allocated.
    pub fn revive(&mut self, entity: Entity) -> bool {
        let index = entity.index() as usize;
        if entity.generation() > LAST_GENERATION || u64::from(entity.index()) >= MAX_ROWS - 1 {
            return false;
        }
        if self.slots.len() <= index {
            self.slots.resize(index + 1, Location::new(0, FREE, NO_SLOT));
        }
        if self.slots[index].archetype() != FREE {
            return false;
        }
        // Later ones that had the slot must not be handed out again when this one has ended.
        if self.slots[index].generation() > entity.generation() + 1 {
            self.floor = self.floor.max(self.highest.saturating_add(1));
        }
        self.slots[index] = Location::new(entity.generation(), 0, 0);
        self.highest = self.highest.max(entity.generation());
        self.count += 1;
        true
    }

    /// Whether no entity here ever had this id.
    pub fn is_unused(&self, entity: Entity) -> bool {
        let generation = entity.generation();
        if generation < self.floor || generation >= LAST_GENERATION || u64::from(entity.index()) >= MAX_ROWS - 1 {
            return false;
        }
        let slot = self.slots.get(entity.index() as usize);
        // A slot in use has the generation of its entity, a free one that of the next.
        slot.is_none_or(|slot| slot.generation() + u32::from(slot.archetype() != FREE) <= generation)
    }

    /// Gives memory back that no slot needs.
    pub fn shrink(&mut self) {
        self.slots.shrink_to_fit();
    }

    /// What is wrong with the table, in words.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let living = self.slots.iter().filter(|slot| slot.archetype() != FREE);
        let highest = living.clone().map(|slot| slot.generation()).max().unwrap_or(0);
        if living.count() != self.count {
            problems.push(format!("the entity table counts {} entities and has another number", self.count));
        }
        if highest > self.highest {
            problems.push(format!("an entity has generation {highest}, above the highest known {}", self.highest));
        }
        let (mut at, mut free) = (self.free, 0);
        while at != NO_SLOT {
            match self.slots.get(at as usize).filter(|slot| slot.archetype() == FREE) {
                // A list longer than the table has come back to itself.
                Some(slot) if free < self.slots.len() => (at, free) = (slot.row(), free + 1),
                _ => {
                    problems.push(format!("the list of free slots has slot {at}, which is not free or is in it twice"));
                    return problems;
                }
            }
        }
        let is_retired = |slot: &&Location| slot.generation() == LAST_GENERATION && slot.row() == NO_SLOT;
        let all = self.slots.iter().filter(|slot| slot.archetype() == FREE);
        let retired = all.clone().filter(is_retired).count();
        if !(free..=free + retired).contains(&all.count()) {
            problems.push(format!("only {free} free slots are in the list of free slots"));
        }
        problems
    }

    /// Threads all free slots into the list of free ones, the lowest first.
    pub fn rebuild(&mut self) {
        self.free = NO_SLOT;
        for index in (0..self.slots.len()).rev() {
            let slot = self.slots[index];
            let retired = slot.generation() == LAST_GENERATION && slot.row() == NO_SLOT;
            if slot.archetype() == FREE && !retired {
                self.slots[index] = Location::new(slot.generation(), FREE, self.free);
                self.free = index as u32;
            }
        }
    }

    /// Archetype and row of an entity, if it lives.
    #[inline]
    pub fn locate(&self, entity: Entity) -> Option<(u32, u32)> {
        let slot = *self.slots.get(entity.index() as usize)?;
        (slot.generation() == entity.generation() && slot.archetype() != FREE)
            .then(|| (slot.archetype() as u32, slot.row()))
    }

    /// Archetype and row of an entity if it lives; if it is only reserved, an archetype that there never is.
    #[inline]
    pub fn locate_dense(&self, entity: Entity) -> Option<(u32, u32)> {
        let slot = *self.slots.get(entity.index() as usize)?;
        (slot.generation() == entity.generation()).then(|| (slot.archetype() as u32, slot.row()))
    }

    /// Notes that the entity in slot `index` moved.
    #[inline]
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
    fn a_reservation_gives_the_ids_that_come_next() {
        let mut entities = Entities::default();
        let all: Vec<_> = (0..4).map(|row| entities.allocate(0, row).expect("there is room")).collect();
        entities.release(all[1]);
        entities.release(all[3]);
        let mut reservation = entities.reservation();
        let reserved: Vec<_> = (0..4).map(|_| entities.reserve_next(&mut reservation)).collect();
        let allocated: Vec<_> = (0..4).map(|row| entities.allocate(0, row)).collect();
        assert_eq!(reserved, allocated);
    }

    #[test]
    fn ids_from_before_a_clear_stay_dead() {
        let mut entities = Entities::default();
        let old = entities.allocate(0, 0).expect("there is room");
        entities.clear();
        let new = entities.allocate(0, 0).expect("there is room");
        assert_eq!((old.index(), entities.locate(old)), (new.index(), None));
    }

    #[test]
    fn a_revived_entity_is_not_given_again() {
        let mut entities = Entities::default();
        let all: Vec<_> = (0..3).map(|row| entities.allocate(0, row).expect("there is room")).collect();
        all.iter().for_each(|entity| entities.release(*entity));
        assert!(entities.revive(all[1]));
        assert!(!entities.revive(all[1]));
        entities.rebuild();
        let more: Vec<_> = (0..3).map(|row| entities.allocate(1, row).expect("there is room")).collect();
        assert_eq!(entities.locate(all[1]), Some((0, 0)));
        assert!(more.iter().all(|entity| entity.index() != all[1].index()));
    }

    #[test]
    fn an_id_is_unused_until_it_is_handed_out() {
        let mut entities = Entities::default();
        let first = entities.allocate(0, 0).expect("there is room");
        let next = playground_engine_types::Entity::new(first.index(), 1);
        assert!(!entities.is_unused(first) && entities.is_unused(next), "the slot is in use, by the one before");
        entities.release(first);
        assert!(!entities.is_unused(first) && entities.is_unused(next));
        entities.clear();
        assert!(!entities.is_unused(first), "it lived before the table was cleared");
        assert!(entities.is_unused(next));
    }

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

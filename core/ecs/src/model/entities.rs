//! Where each entity is. Knows nothing of components.

use playground_engine_types::Entity;
use std::collections::BTreeMap;

const ROW_BITS: u32 = 28;
const ARCHETYPE_BITS: u32 = 14;
const GENERATION_BITS: u32 = 22;
/// Most rows of one archetype.
pub const MAX_ROWS: u64 = 1 << ROW_BITS;
/// Most archetypes of one world. The number after the last one marks a free slot.
pub const MAX_ARCHETYPES: u64 = (1 << ARCHETYPE_BITS) - 1;
const FREE: u64 = MAX_ARCHETYPES;
/// The generation of a free slot that is used up. No entity has it.
const RETIRED: u32 = (1 << GENERATION_BITS) - 1;
/// Up to here the floor keeps ids dead, in constant time. Beyond, one slot that was used often would use up all others
/// with it, so each slot counts for itself.
const HIGHEST_FLOOR: u32 = RETIRED / 2;
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
    fn is_free(self) -> bool {
        self.archetype() == FREE
    }
    fn is_retired(self) -> bool {
        self.is_free() && self.generation() == RETIRED
    }
}

/// The table of entity slots.
#[derive(Clone)]
pub struct Entities {
    slots: Vec<Location>,
    free: u32,
    count: usize,
    /// Entities from here on have at least this generation, so that ids from before a clear or a restore stay dead. At
    /// most [`HIGHEST_FLOOR`].
    floor: u32,
    /// The highest generation that was handed out.
    highest: u32,
    /// By slot in use: the next generation, where entities after the living one had the slot already.
    later: BTreeMap<u32, u32>,
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
        Self { slots: Vec::new(), free: NO_SLOT, count: 0, floor: 0, highest: 0, later: BTreeMap::new() }
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

    /// Whether there can be so many more entities.
    pub fn has_room(&self, more: usize) -> bool {
        (self.count as u64).saturating_add(more as u64) < MAX_ROWS
    }

    /// Takes a slot for an entity that lives at `archetype`, `row`. `None` if all slots are used.
    #[inline]
    pub fn allocate(&mut self, archetype: u32, row: u32) -> Option<Entity> {
        if self.free == NO_SLOT {
            let index = self.slots.len();
            if index as u64 >= MAX_ROWS - 1 {
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
        self.free = slot.row();
        *slot = Location::new(generation, u64::from(archetype), row);
        self.count += 1;
        self.highest = self.highest.max(generation);
        Some(Entity::new(index, generation))
    }

    /// Takes slots for `count` entities in neighbouring rows. `None`, and nothing taken, if there are not that many.
    pub fn allocate_many(&mut self, archetype: u32, first_row: u32, count: usize) -> Option<Vec<Entity>> {
        if !self.has_room(count) {
            return None;
        }
        let mut placed = Vec::with_capacity(count);
        while placed.len() < count && self.free != NO_SLOT {
            let Some(entity) = self.allocate(archetype, first_row + placed.len() as u32) else { break };
            placed.push(entity);
        }
        let (start, fresh) = (self.slots.len(), count - placed.len());
        if fresh > 0 && (start + fresh) as u64 >= MAX_ROWS {
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
        let index = entity.index();
        let mut next = entity.generation() + 1;
        if !self.later.is_empty() {
            next = next.max(self.later.remove(&index).unwrap_or(0));
        }
        self.count -= 1;
        if next >= RETIRED {
            self.slots[index as usize] = Location::new(RETIRED, FREE, NO_SLOT);
            return;
        }
        self.slots[index as usize] = Location::new(next, FREE, self.free);
        self.free = index;
    }

    /// Forgets all entities. Their ids stay dead. Takes constant time until a slot has been used so often that slots
    /// have to count for themselves.
    pub fn clear(&mut self) {
        self.count = 0;
        if self.highest < HIGHEST_FLOOR {
            self.slots.clear();
            self.later.clear();
            self.free = NO_SLOT;
            self.floor = self.highest + 1;
            return;
        }
        for index in 0..self.slots.len() {
            self.slots[index] = Location::new(self.next_of(index), FREE, NO_SLOT);
        }
        self.later.clear();
        self.rebuild();
    }

    /// Begins anew, as if there had never been an entity, and keeps the memory. Only for tables whose ids nobody keeps.
    pub(super) fn reset(&mut self) {
        let mut slots = std::mem::take(&mut self.slots);
        slots.clear();
        *self = Self { slots, ..Self::default() };
    }

    /// Makes ids that `other` handed out stay dead here too, as far as they are not alive here now.
    pub fn outlive(&mut self, other: &Entities) {
        self.highest = self.highest.max(other.highest);
        self.floor = self.floor.max(other.floor);
        if self.highest < HIGHEST_FLOOR {
            self.floor = self.highest + 1;
            return;
        }
        // The list of free slots keeps its order, so that the same is done with the same slots again.
        let mut free = self.free_list();
        free.extend(self.slots.len() as u32..other.slots.len() as u32);
        for index in 0..other.slots.len() {
            let next = other.next_of(index);
            match self.slots.get(index).copied() {
                None => self.slots.push(Location::new(next, FREE, NO_SLOT)),
                Some(slot) if slot.is_free() => {
                    self.slots[index] = Location::new(slot.generation().max(next), FREE, NO_SLOT);
                }
                Some(_) => self.keep_dead_below(index, next),
            }
        }
        self.thread(free.into_iter());
    }

    /// The generation that the next entity of a slot has, unless the floor is higher.
    fn next_of(&self, index: usize) -> u32 {
        let slot = self.slots[index];
        if slot.is_free() {
            return slot.generation();
        }
        let later = self.later.get(&(index as u32)).copied().unwrap_or(0);
        later.max(slot.generation() + 1)
    }

    /// Makes the next entity of a slot in use have at least this generation.
    fn keep_dead_below(&mut self, index: usize, next: u32) {
        if next > self.next_of(index) {
            self.later.insert(index as u32, next);
        }
    }

    /// The free slots, in the order in which they are used.
    fn free_list(&self) -> Vec<u32> {
        let next = |at: &u32| Some(self.slots[*at as usize].row()).filter(|next| *next != NO_SLOT);
        std::iter::successors(Some(self.free).filter(|first| *first != NO_SLOT), next).collect()
    }

    /// Makes these the free slots that are used next, in this order, without those that are used up.
    fn thread(&mut self, free: impl DoubleEndedIterator<Item = u32>) {
        self.free = NO_SLOT;
        for index in free.rev() {
            let slot = self.slots[index as usize];
            if slot.is_free() && !slot.is_retired() {
                self.slots[index as usize] = Location::new(slot.generation(), FREE, self.free);
                self.free = index;
            }
        }
    }

    /// The next entities to be.
    pub fn reservation(&self) -> Reservation {
        Reservation { free: self.free, fresh: 0 }
    }

    /// The next entity of a reservation. `None` if all slots are used.
    pub fn reserve_next(&self, reservation: &mut Reservation) -> Option<Entity> {
        if reservation.free == NO_SLOT {
            let index = self.slots.len() as u64 + u64::from(reservation.fresh);
            if index >= MAX_ROWS - 1 {
                return None;
            }
            reservation.fresh += 1;
            return Some(Entity::new(index as u32, self.floor));
        }
        let index = reservation.free;
        let slot = self.slots[index as usize];
        reservation.free = slot.row();
        Some(Entity::new(index, slot.generation().max(self.floor)))
    }

    /// Makes exactly this entity live again, at a place that [`Entities::relocate`] tells later. Says whether its slot
    /// was free. [`Entities::rebuild`] must follow before the next entity is allocated.
    pub fn revive(&mut self, entity: Entity) -> bool {
        let index = entity.index() as usize;
        if entity.generation() >= RETIRED || u64::from(entity.index()) >= MAX_ROWS - 1 {
            return false;
        }
        if self.slots.len() <= index {
            self.slots.resize(index + 1, Location::new(0, FREE, NO_SLOT));
        }
        if !self.slots[index].is_free() {
            return false;
        }
        let next = self.slots[index].generation();
        self.slots[index] = Location::new(entity.generation(), 0, 0);
        self.highest = self.highest.max(entity.generation());
        self.count += 1;
        // Later ones that had the slot must not be handed out again when this one has ended.
        self.keep_dead_below(index, next);
        true
    }

    /// Whether no entity here ever had this id.
    pub fn is_unused(&self, entity: Entity) -> bool {
        let generation = entity.generation();
        if generation < self.floor || generation >= RETIRED || u64::from(entity.index()) >= MAX_ROWS - 1 {
            return false;
        }
        let index = entity.index() as usize;
        index >= self.slots.len() || self.next_of(index) <= generation
    }

    /// Gives memory back that no slot needs.
    pub fn shrink(&mut self) {
        self.slots.shrink_to_fit();
    }

    /// What is wrong with the table, in words.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let living = self.slots.iter().filter(|slot| !slot.is_free());
        let highest = living.clone().map(|slot| slot.generation()).max().unwrap_or(0);
        if living.count() != self.count {
            problems.push(format!("the entity table counts {} entities and has another number", self.count));
        }
        if highest > self.highest {
            problems.push(format!("an entity has generation {highest}, above the highest known {}", self.highest));
        }
        let (mut at, mut free) = (self.free, 0);
        while at != NO_SLOT {
            match self.slots.get(at as usize).filter(|slot| slot.is_free()) {
                // A list longer than the table has come back to itself.
                Some(slot) if free < self.slots.len() => (at, free) = (slot.row(), free + 1),
                _ => {
                    problems.push(format!("the list of free slots has slot {at}, which is not free or is in it twice"));
                    return problems;
                }
            }
        }
        if free != self.slots.iter().filter(|slot| slot.is_free() && !slot.is_retired()).count() {
            problems.push(format!("only {free} free slots are in the list of free slots"));
        }
        if let Some(at) = self.later.keys().find(|at| self.slots.get(**at as usize).is_none_or(|slot| slot.is_free())) {
            problems.push(format!("slot {at} is free and has a generation for after its entity"));
        }
        problems
    }

    /// Threads all free slots into the list of free ones, the lowest first.
    pub fn rebuild(&mut self) {
        self.thread(0..self.slots.len() as u32);
    }

    /// Archetype and row of an entity, if it lives.
    #[inline]
    pub fn locate(&self, entity: Entity) -> Option<(u32, u32)> {
        let slot = *self.slots.get(entity.index() as usize)?;
        (slot.generation() == entity.generation() && !slot.is_free()).then(|| (slot.archetype() as u32, slot.row()))
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
    use super::{Entities, HIGHEST_FLOOR, Location, RETIRED};
    use playground_engine_types::Entity;

    /// A table with one entity, in slot 0, that has this generation.
    fn table_at(generation: u32) -> (Entities, Entity) {
        let entity = Entity::new(0, generation);
        let slots = vec![Location::new(generation, 0, 0)];
        (Entities { slots, count: 1, highest: generation, ..Entities::default() }, entity)
    }

    /// Takes `count` slots; none of them may be a slot and generation that was used before.
    fn take(entities: &mut Entities, count: u32, used: &mut Vec<Entity>) -> Vec<Entity> {
        let taken: Vec<Entity> = (0..count).map(|row| entities.allocate(0, row).expect("there is room")).collect();
        assert!(taken.iter().all(|entity| !used.contains(entity)), "{taken:?} after {used:?}");
        assert_eq!(entities.problems(), [""; 0]);
        used.extend(&taken);
        taken
    }

    #[test]
    fn a_slot_that_is_used_up_retires_alone() {
        let (mut entities, old) = table_at(RETIRED - 1);
        let mut used = vec![old];
        for _ in 0..3 {
            entities.clear();
            assert_eq!((entities.len(), entities.locate(old)), (0, None));
            let taken = take(&mut entities, 3, &mut used);
            assert!(taken.iter().all(|entity| entity.index() != old.index()));
        }
        assert!(entities.allocate_many(0, 0, 5).is_some_and(|more| more.len() == 5));
        let mut again = Entities::default();
        again.outlive(&entities);
        take(&mut again, 9, &mut used);
    }

    #[test]
    fn going_back_keeps_each_slots_generation() {
        let (mut entities, first) = table_at(HIGHEST_FLOOR + 5);
        let mut used = vec![first];
        used.extend(take(&mut entities, 2, &mut Vec::new()));
        let before = entities.clone();
        entities.release(first);
        take(&mut entities, 4, &mut used);
        let mut back = before.clone();
        back.outlive(&entities);
        assert!(back.locate(first).is_some(), "it lived then");
        assert!(used[3..].iter().all(|entity| back.locate(*entity).is_none() && !back.is_unused(*entity)));
        back.release(first);
        let taken = take(&mut back, 5, &mut used);
        assert!(taken.iter().any(|entity| entity.index() == 0), "its slot goes on");
        // Once more, past an entity in a slot that knows of later ones.
        let mut back = before.clone();
        let mut middle = before.clone();
        middle.outlive(&entities);
        back.outlive(&middle);
        back.clear();
        take(&mut back, 3, &mut used[..7].to_vec());
    }

    #[test]
    fn what_is_revived_far_up_does_not_lift_all_others() {
        let (mut entities, old) = table_at(RETIRED - 1);
        entities.release(old);
        let early = Entity::new(0, 7);
        assert!(!entities.revive(Entity::new(1, RETIRED)), "no entity has the generation of retired slots");
        assert!(entities.revive(early));
        entities.rebuild();
        entities.release(early);
        let taken = take(&mut entities, 2, &mut vec![old, early]);
        assert!(taken.iter().all(|entity| entity.generation() == 0 && entity.index() > 0), "{taken:?}");
    }

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
        let next = Entity::new(first.index(), 1);
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

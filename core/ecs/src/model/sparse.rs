//! Where the components of a sparse type are. Knows slots and rows, not components.

use super::pool;
use playground_engine_types::CHUNK_ROWS;

const NONE: u32 = u32::MAX;

/// Rows of a sparse pool's only column by entity slot, and back.
#[derive(Clone, Default)]
pub struct SparseIndex {
    rows: Vec<u32>,
    slots: Vec<u32>,
    row_ticks: Vec<u64>,
}

impl SparseIndex {
    /// The row of the entity in slot `slot`, if it has the component.
    #[inline]
    pub fn row(&self, slot: u32) -> Option<u32> {
        self.rows.get(slot as usize).copied().filter(|row| *row != NONE)
    }

    /// The slots of the entities that have the component, by row.
    pub fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// When rows of a chunk came or were exchanged last.
    pub fn arrived(&self, chunk: u32) -> u64 {
        self.row_ticks.get(chunk as usize).copied().unwrap_or(0)
    }

    /// Notes that the component of slot `slot` was appended to the column.
    pub fn push(&mut self, slot: u32, tick: u64) {
        let at = slot as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, NONE);
        }
        let row = self.slots.len() as u32;
        self.rows[at] = row;
        self.slots.push(slot);
        pool::stamp(&mut self.row_ticks, row, tick);
    }

    /// Notes that the component of slot `slot` is removed; gives the row that it had, which the last row takes.
    pub fn remove(&mut self, slot: u32, tick: u64) -> Option<u32> {
        let row = self.row(slot)?;
        self.rows[slot as usize] = NONE;
        self.slots.swap_remove(row as usize);
        if let Some(moved) = self.slots.get(row as usize) {
            self.rows[*moved as usize] = row;
            pool::stamp(&mut self.row_ticks, row, tick);
        }
        Some(row)
    }

    /// Notes that all components are removed.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.slots.clear();
    }

    /// Notes that all rows are others than before.
    pub fn touch(&mut self, tick: u64) {
        self.row_ticks = vec![tick; self.slots.len().div_ceil(CHUNK_ROWS as usize)];
    }

    /// Gives memory back that no row needs.
    pub fn shrink(&mut self) {
        let used = self.rows.iter().rposition(|row| *row != NONE).map_or(0, |last| last + 1);
        self.rows.truncate(used);
        self.row_ticks.truncate(self.slots.len().div_ceil(CHUNK_ROWS as usize));
        self.rows.shrink_to_fit();
        self.slots.shrink_to_fit();
        self.row_ticks.shrink_to_fit();
    }

    /// Slots that do not lead to a row which leads back to them.
    pub(super) fn astray(&self) -> impl Iterator<Item = u32> {
        let leads_back = |(slot, row): (usize, &u32)| self.slots.get(*row as usize) == Some(&(slot as u32));
        let rows = self.rows.iter().enumerate().filter(|(_, row)| **row != NONE);
        let lost = rows.filter(move |pair| !leads_back(*pair)).map(|(slot, _)| slot as u32);
        lost.chain(self.slots.iter().copied().filter(|slot| self.row(*slot).is_none()))
    }

    /// Memory of the tables, bytes.
    pub fn bytes(&self) -> usize {
        (self.rows.capacity() + self.slots.capacity()) * size_of::<u32>() + self.row_ticks.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::SparseIndex;

    #[test]
    fn the_last_row_takes_the_place_of_a_removed_one() {
        let mut index = SparseIndex::default();
        [5, 2, 9].iter().for_each(|slot| index.push(*slot, 1));
        assert_eq!(index.remove(5, 2), Some(0));
        assert_eq!((index.row(5), index.row(9), index.row(2)), (None, Some(0), Some(1)));
        assert_eq!(index.remove(5, 3), None);
        assert_eq!(index.slots(), [9, 2]);
    }
}

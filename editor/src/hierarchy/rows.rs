//! Which rows of the tree are visible, made anew only when the tree, the filter or what is open has changed.

use super::filter::Filter;
use playground::core_types::Handle;
use playground::editor::report::EntityRow;
use std::collections::HashMap;

/// One visible row: indices into the report's hierarchy and the entity's components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// An entity.
    Entity(usize),
    /// A component of an entity.
    Component(usize, usize),
}

impl Row {
    /// The entity's index, if it is an entity's row.
    pub fn entity(&self) -> Option<usize> {
        match self {
            Row::Entity(index) => Some(*index),
            Row::Component(..) => None,
        }
    }
}

/// The visible rows.
#[derive(Default)]
pub struct Rows {
    /// From top to bottom.
    pub visible: Vec<Row>,
    /// Whether a filter makes a flat list of the tree.
    pub flat: bool,
    /// What the user opened and closed; the others are as [`open_at_first`] says.
    open: HashMap<u64, bool>,
    made_for: Option<(Handle<Vec<EntityRow>>, Filter)>,
}

/// Roots with a few entities beneath them show them.
fn open_at_first(row: &EntityRow) -> bool {
    row.depth == 0 && (1..=12).contains(&row.descendants)
}

impl Rows {
    /// Makes the rows, unless they were made for the same tree and filter.
    pub fn update(&mut self, tree: &Handle<Vec<EntityRow>>, filter: &Filter) {
        let same = |(made, with): &(Handle<Vec<EntityRow>>, Filter)| Handle::ptr_eq(made, tree) && with == filter;
        if self.made_for.as_ref().is_some_and(same) {
            return;
        }
        self.flat = !filter.is_empty();
        self.visible.clear();
        let mut index = 0;
        while index < tree.len() {
            let row = &tree[index];
            let open = self.is_open(row);
            let shown = !self.flat || filter.passes(row);
            if shown {
                self.visible.push(Row::Entity(index));
            }
            if shown && open {
                self.visible.extend((0..row.components.len()).map(|component| Row::Component(index, component)));
            }
            index += if self.flat || open { 1 } else { 1 + row.descendants as usize };
        }
        self.made_for = Some((tree.clone(), filter.clone()));
    }

    /// Whether the entity shows what is beneath it.
    pub fn is_open(&self, row: &EntityRow) -> bool {
        let at_first = !self.flat && open_at_first(row);
        self.open.get(&row.id).copied().unwrap_or(at_first)
    }

    /// Opens or closes an entity.
    pub fn set_open(&mut self, row: &EntityRow, open: bool) {
        self.open.insert(row.id, open);
        self.made_for = None;
    }

    /// Opens what an entity lies beneath. Returns whether the entity is there.
    pub fn reveal(&mut self, tree: &[EntityRow], id: u64) -> bool {
        let Some(found) = tree.iter().position(|row| row.id == id) else { return false };
        let mut parent = tree[found].parent;
        for row in tree[..found].iter().rev() {
            if Some(row.id) == parent {
                if !self.is_open(row) {
                    self.set_open(row, true);
                }
                parent = row.parent;
            }
        }
        true
    }

    /// Where the entity's row is, if it is visible.
    pub fn position(&self, tree: &[EntityRow], id: u64) -> Option<usize> {
        self.visible.iter().position(|row| row.entity().is_some_and(|index| tree[index].id == id))
    }

    /// The entities from the row of `anchor` to row `to`, the latter last.
    pub fn range(&self, tree: &[EntityRow], anchor: u64, to: usize) -> Vec<u64> {
        let from = self.position(tree, anchor).unwrap_or(to);
        let ids = |rows: &[Row]| rows.iter().filter_map(Row::entity).map(|index| tree[index].id).collect::<Vec<_>>();
        if from <= to {
            return ids(&self.visible[from..=to]);
        }
        let mut ids = ids(&self.visible[to..=from]);
        ids.reverse();
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Rows};
    use crate::hierarchy::filter::Filter;
    use playground::core_types::Handle;
    use playground::editor::report::EntityRow;

    fn row(id: u64, depth: u16, parent: Option<u64>, descendants: u32) -> EntityRow {
        EntityRow { id, name: format!("e{id}"), depth, parent, descendants, components: vec!["Name"].into() }
    }

    #[test]
    fn closed_entities_hide_what_is_beneath_them() {
        let tree =
            Handle::new(vec![row(1, 0, None, 2), row(2, 1, Some(1), 1), row(3, 2, Some(2), 0), row(4, 0, None, 0)]);
        let mut rows = Rows::default();
        rows.update(&tree, &Filter::default());
        let entities = |rows: &Rows| rows.visible.iter().filter_map(Row::entity).collect::<Vec<_>>();
        assert_eq!(entities(&rows), [0, 1, 3]);
        assert!(rows.reveal(&tree, 3));
        rows.update(&tree, &Filter::default());
        assert_eq!(entities(&rows), [0, 1, 2, 3]);
        assert_eq!(rows.range(&tree, 1, rows.position(&tree, 3).expect("it is revealed")), [1, 2, 3]);
        rows.update(&tree, &Filter::new("e4"));
        assert_eq!(entities(&rows), [3]);
    }
}

//! The links between the nodes: siblings, rings, and the rows that they make.

use super::{Ends, NO, Node, Tree};
use crate::GENERATED_FIRST;
use playground_core_ecs::Entity;
use std::cmp::Ordering;

/// More than this many nodes are not linked one by one.
const FEW: usize = 64;

impl Node {
    /// Which of two siblings comes first.
    fn order(&self, other: &Node) -> Ordering {
        self.place.total_cmp(&other.place).then(self.id.cmp(&other.id))
    }
}

impl Tree {
    /// The node of a slot, which is made if there is none yet.
    pub(super) fn slot(&mut self, slot: u32) -> &mut Node {
        let at = slot as usize;
        if self.nodes.len() <= at {
            self.nodes.resize_with(at + 1, Node::default);
        }
        &mut self.nodes[at]
    }

    /// Makes the node of an entity, in place of what had its slot before.
    pub(super) fn enter(&mut self, entity: Entity) {
        let slot = entity.index();
        let known = self.slot(slot).entity;
        if known == entity {
            return;
        }
        if known != Entity::NONE {
            self.remove(slot);
        }
        self.nodes[slot as usize] = Node { entity, ..Node::default() };
        self.count += 1;
        self.pending.push(slot);
        self.rows_stale = true;
    }

    /// Gives a node its number.
    pub(super) fn number(&mut self, slot: u32, id: u64) {
        let Node { entity, id: known, .. } = self.nodes[slot as usize];
        if known != 0 && self.numbers.get(&known) == Some(&entity) {
            self.numbers.remove(&known);
        }
        self.numbers.insert(id, entity);
        self.nodes[slot as usize].id = id;
        if id < GENERATED_FIRST {
            self.last_id = self.last_id.max(id);
        }
    }

    /// Takes a node out. Those below it wait to be linked anew.
    pub(super) fn remove(&mut self, slot: u32) {
        self.unlink(slot);
        let below: Vec<u32> = self.list(self.nodes[slot as usize].children).collect();
        for child in below {
            self.unlink(child);
            self.pending.push(child);
        }
        let node = std::mem::take(&mut self.nodes[slot as usize]);
        if self.numbers.get(&node.id) == Some(&node.entity) {
            self.numbers.remove(&node.id);
        }
        self.count -= 1;
        self.rows_stale = true;
    }

    /// Lets a node be linked anew.
    pub(super) fn touch(&mut self, slot: u32) {
        // One that is not linked waits already.
        if self.unlink(slot) {
            self.pending.push(slot);
            self.rows_stale = true;
        }
    }

    /// Links what waits, and makes the rows if they changed. Says whether they did.
    pub(super) fn settle(&mut self, arrived: bool) -> bool {
        if !self.rows_stale {
            return false;
        }
        let pending = std::mem::take(&mut self.pending);
        // A parent that came back, or a ring that was opened, concerns others than those that wait.
        let simple = pending.len() <= FEW && self.cut.is_empty() && !(arrived && self.dangling > 0);
        if !simple || !pending.into_iter().all(|slot| self.link(slot)) {
            self.link_all();
        }
        self.rows.clear();
        self.rows.reserve(self.count);
        let mut rows = std::mem::take(&mut self.rows);
        let mut root = self.roots.first;
        while root != NO {
            self.walk(root, |node, depth| rows.push((node.entity, depth)));
            root = self.nodes[root as usize].next;
        }
        self.rows = rows;
        self.rows_stale = false;
        self.links += 1;
        true
    }

    /// The slots of a list of siblings.
    pub(super) fn list(&self, ends: Ends) -> impl Iterator<Item = u32> + '_ {
        let some = |slot: u32| (slot != NO).then_some(slot);
        std::iter::successors(some(ends.first), move |slot| some(self.nodes[*slot as usize].next))
    }

    /// Visits a node and all below it, parents first, with their depth below it.
    pub(super) fn walk(&self, top: u32, mut visit: impl FnMut(&Node, u16)) {
        let (mut at, mut depth) = (top, 0_u16);
        loop {
            let node = &self.nodes[at as usize];
            visit(node, depth);
            if node.children.first != NO {
                (at, depth) = (node.children.first, depth.saturating_add(1));
                continue;
            }
            while at != top && self.nodes[at as usize].next == NO {
                (at, depth) = (self.nodes[at as usize].parent, depth.saturating_sub(1));
            }
            if at == top {
                return;
            }
            at = self.nodes[at as usize].next;
        }
    }

    /// Where the parent of a node is, if it lives.
    fn wanted(&self, slot: u32) -> u32 {
        let wanted = self.nodes[slot as usize].wanted;
        self.node(wanted).map_or(NO, |_| wanted.index())
    }

    /// Links one node. Says whether that could be done without breaking a ring.
    fn link(&mut self, slot: u32) -> bool {
        let node = &self.nodes[slot as usize];
        if node.entity == Entity::NONE || node.linked {
            return true;
        }
        let parent = self.wanted(slot);
        let above = |at: &u32| Some(self.nodes[*at as usize].parent).filter(|parent| *parent != NO);
        if parent != NO && std::iter::successors(Some(parent), above).any(|at| at == slot) {
            return false;
        }
        let mut before = self.ends(parent).last;
        while before != NO && self.nodes[before as usize].order(&self.nodes[slot as usize]) == Ordering::Greater {
            before = self.nodes[before as usize].previous;
        }
        self.insert(slot, parent, before);
        true
    }

    fn ends(&mut self, parent: u32) -> &mut Ends {
        if parent == NO { &mut self.roots } else { &mut self.nodes[parent as usize].children }
    }

    /// Puts a node behind one of its siblings, or first.
    fn insert(&mut self, slot: u32, parent: u32, before: u32) {
        let after = if before == NO { self.ends(parent).first } else { self.nodes[before as usize].next };
        let node = &mut self.nodes[slot as usize];
        (node.linked, node.parent, node.previous, node.next) = (true, parent, before, after);
        node.dangling = parent == NO && node.wanted != Entity::NONE;
        self.dangling += usize::from(node.dangling);
        match before {
            NO => self.ends(parent).first = slot,
            before => self.nodes[before as usize].next = slot,
        }
        match after {
            NO => self.ends(parent).last = slot,
            after => self.nodes[after as usize].previous = slot,
        }
    }

    /// Takes a node from among its siblings; says whether it was there.
    fn unlink(&mut self, slot: u32) -> bool {
        let node = &mut self.nodes[slot as usize];
        if !std::mem::take(&mut node.linked) {
            return false;
        }
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NO, NO, NO);
        self.dangling -= usize::from(std::mem::take(&mut node.dangling));
        match previous {
            NO => self.ends(parent).first = next,
            previous => self.nodes[previous as usize].next = next,
        }
        match next {
            NO => self.ends(parent).last = previous,
            next => self.nodes[next as usize].previous = previous,
        }
        true
    }

    /// Links all nodes from scratch.
    fn link_all(&mut self) {
        self.roots = Ends::default();
        self.dangling = 0;
        self.pending.clear();
        let mut order: Vec<(u32, f64, u64)> = Vec::with_capacity(self.count);
        for (slot, node) in self.nodes.iter_mut().enumerate() {
            if node.entity == Entity::NONE {
                continue;
            }
            (node.linked, node.dangling, node.children) = (false, false, Ends::default());
            (node.parent, node.previous, node.next) = (NO, NO, NO);
            order.push((slot as u32, node.place, node.id));
        }
        order.sort_unstable_by(|one, other| one.1.total_cmp(&other.1).then(one.2.cmp(&other.2)));
        self.cut = self.rings();
        for (slot, _, _) in order {
            let parent = if self.cut.binary_search(&slot).is_ok() { NO } else { self.wanted(slot) };
            let last = self.ends(parent).last;
            self.insert(slot, parent, last);
        }
    }

    /// Of every ring of parents, the node with the lowest number.
    fn rings(&self) -> Vec<u32> {
        let mut cut = Vec::new();
        // By slot, the walk that came along first.
        let mut walks = vec![NO; self.nodes.len()];
        for start in 0..self.nodes.len() as u32 {
            let mut at = start;
            while at != NO && walks[at as usize] == NO {
                walks[at as usize] = start;
                at = self.wanted(at);
            }
            if at == NO || walks[at as usize] != start || self.wanted(at) == NO {
                continue;
            }
            // The walk came back to itself, so `at` is on a ring.
            let (mut lowest, mut other) = (at, self.wanted(at));
            while other != at {
                if self.nodes[other as usize].id < self.nodes[lowest as usize].id {
                    lowest = other;
                }
                other = self.wanted(other);
            }
            cut.push(lowest);
        }
        cut.sort_unstable();
        cut
    }
}

//! The basic values that a walk through a component visits, and their comparison.

use crate::{Entity, Reflect};

/// A basic value met on a walk through a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number, in the 64 bits that hold it.
    Whole(u64),
    /// The bits of a floating-point number.
    Float(u64),
    /// Text.
    Text(&'a str),
    /// A reference to an entity.
    Entity(Entity),
    /// A list, an option or a variant begins: how many values follow, or which variant it is.
    Tag(usize),
}

/// Whether both hold the same; floats count bit by bit.
pub fn same<T: Reflect>(a: &T, b: &T) -> bool {
    // Both walks are cut into numbers, so that they can be compared without keeping borrowed text.
    let mut first = LeafBuffer::default();
    a.walk(&mut |leaf| first.push(leaf));
    let mut second = LeafBuffer::default();
    b.walk(&mut |leaf| second.push(leaf));
    first.bytes == second.bytes
}

/// The leaves of a walk as bytes. Two walks give equal bytes exactly if their leaves are equal.
#[derive(Default)]
pub struct LeafBuffer {
    /// The bytes so far.
    pub bytes: Vec<u8>,
}

impl LeafBuffer {
    /// Appends one leaf.
    pub fn push(&mut self, leaf: Leaf<'_>) {
        match leaf {
            Leaf::Bool(value) => self.bytes.push(u8::from(value)),
            Leaf::Whole(bits) | Leaf::Float(bits) => self.bytes.extend_from_slice(&bits.to_le_bytes()),
            Leaf::Entity(entity) => self.bytes.extend_from_slice(&entity.bits().to_le_bytes()),
            Leaf::Tag(tag) => self.bytes.extend_from_slice(&(tag as u64).to_le_bytes()),
            Leaf::Text(text) => {
                self.bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                self.bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
}

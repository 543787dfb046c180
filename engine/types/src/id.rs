//! Ids that are the same in every build and every run, because they are made from stable names.

use std::fmt;

/// FNV-1a, 64 bit: small, `const`, and good enough for names; collisions are refused at registration.
/// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.
pub const fn hash_name(name: &str) -> u64 {
    hash_bytes(0xcbf2_9ce4_8422_2325, name.as_bytes())
}

/// Continues an FNV-1a hash over `bytes`.
pub const fn hash_bytes(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

/// Continues an FNV-1a hash over a number.
pub const fn hash_number(hash: u64, number: u64) -> u64 {
    hash_bytes(hash, &number.to_le_bytes())
}

/// The number that a build script wrote as decimal digits.
pub const fn decimal(digits: &str) -> u64 {
    match u64::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("build scripts write decimal numbers"),
    }
}

macro_rules! name_id {
    ($(#[$docs:meta])* $id:ident) => {
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub u64);

        impl $id {
            /// The id of a stable name.
            pub const fn from_name(name: &str) -> Self {
                Self(hash_name(name))
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($id), "({:016x})"), self.0)
            }
        }
    };
}

name_id!(/// Names one API contract, such as the ECS.
    ViewId);
name_id!(/// Names one fragment of a View.
    FragmentId);
name_id!(/// Names one Model object.
    ModelId);
name_id!(/// Names one type of Model.
    ModelType);
name_id!(/// Names one component type.
    ComponentId);

/// One entity of one world: a slot and the generation of its occupant.
///
/// Valid for as long as the entity lives; afterwards every access with it fails, also when the slot is used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity(u64);

impl Entity {
    /// No entity. No world ever hands it out.
    pub const NONE: Entity = Entity(u64::MAX);

    /// An entity from its slot and generation.
    pub const fn new(index: u32, generation: u32) -> Self {
        Self((generation as u64) << 32 | index as u64)
    }

    /// The slot.
    pub const fn index(self) -> u32 {
        self.0 as u32
    }

    /// How many entities the slot had before this one.
    pub const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The whole id as one number.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The entity of [`Entity::bits`].
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

impl Default for Entity {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return f.write_str("Entity(none)");
        }
        write!(f, "Entity({}v{})", self.index(), self.generation())
    }
}

//! A map from stable numbers. These are dense and nobody's attack, so one multiplication spreads them well enough.

use playground_core_ecs::Entity;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Entities by stable number.
pub type Numbers = HashMap<u64, Entity, BuildHasherDefault<NumberHasher>>;

/// Spreads one number.
#[derive(Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
    #[inline]
    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio; the map takes its place from the low bits and its tag from the high ones.
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

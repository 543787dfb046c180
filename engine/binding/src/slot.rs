//! A place that always holds the current implementation of a contract.

use arc_swap::ArcSwapOption;
use playground_engine_types::Contract;
use std::sync::Arc;

/// The current implementation of the contract `C`, a trait object type. Cloning makes another name of the same slot.
pub struct Slot<C: ?Sized>(Arc<ArcSwapOption<Arc<C>>>);

impl<C: ?Sized> Clone for Slot<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C: ?Sized + Send + Sync + 'static> Slot<C> {
    /// A slot without an implementation.
    pub fn empty() -> Self {
        Self(Arc::new(ArcSwapOption::empty()))
    }

    /// The implementation now. Held only for one call, else it pins its generation.
    pub fn load(&self) -> Option<Arc<C>> {
        self.0.load().as_deref().cloned()
    }

    /// A reader with a cache of its own, for hot paths.
    pub fn reader(&self) -> SlotReader<C> {
        SlotReader(arc_swap::Cache::new(self.0.clone()))
    }
}

/// Reads a slot without any lock as long as it does not change.
pub struct SlotReader<C: ?Sized>(arc_swap::Cache<Arc<ArcSwapOption<Arc<C>>>, Option<Arc<Arc<C>>>>);

impl<C: ?Sized + Send + Sync + 'static> SlotReader<C> {
    /// The implementation now.
    pub fn get(&mut self) -> Option<&C> {
        self.0.load().as_deref().map(|handle| &**handle)
    }
}

/// A slot whose contract the registry does not know.
pub trait SlotTrait: Send + Sync {
    /// Whether `contract` can go in.
    fn accepts(&self, contract: &Contract) -> bool;
    /// Replaces the implementation.
    fn store(&self, contract: &Contract);
}

impl<C: ?Sized + Send + Sync + 'static> SlotTrait for Slot<C> {
    fn accepts(&self, contract: &Contract) -> bool {
        contract.get::<C>().is_some()
    }
    fn store(&self, contract: &Contract) {
        self.0.store(contract.get::<C>().map(Arc::new));
    }
}

#[cfg(test)]
mod tests {
    use super::{Slot, SlotTrait};
    use playground_engine_types::Contract;
    use std::sync::Arc;

    trait Version: Send + Sync {
        fn number(&self) -> u32;
    }
    impl Version for u32 {
        fn number(&self) -> u32 {
            *self
        }
    }

    #[test]
    fn a_reader_sees_the_next_generation() {
        let slot = Slot::<dyn Version>::empty();
        let mut reader = slot.reader();
        assert!(reader.get().is_none());
        for number in [1, 2] {
            slot.store(&Contract::new::<dyn Version>(Arc::new(number)));
            assert_eq!(reader.get().map(Version::number), Some(number));
        }
        assert!(!slot.accepts(&Contract::new::<u32>(Arc::new(3))));
    }
}

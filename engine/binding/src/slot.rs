//! A place that always holds the current implementation of a contract.

use super::sync::{ArcSwapOption, Cache};
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
        SlotReader(Cache::new(self.0.clone()))
    }
}

/// Reads a slot without any lock as long as it does not change.
pub struct SlotReader<C: ?Sized>(Cache<Arc<ArcSwapOption<Arc<C>>>, Option<Arc<Arc<C>>>>);

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

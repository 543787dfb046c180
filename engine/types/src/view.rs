//! The base traits of the module system: View (contract), ViewModel (implementation), Model (data), Plugin (feature).

use crate::{Contract, Erased, FragmentId, ModelId, ModelType, ModuleError, ViewId};
use async_trait::async_trait;
use std::sync::Arc;

/// An API contract.
pub trait ViewTrait: Send + Sync {
    /// Which contract it is.
    fn view_id(&self) -> ViewId;
    /// Hash of the contract's source, as the implementor was compiled with. Another one is not bound.
    fn api_version(&self) -> u64;
}

/// One part of a contract. A composite contract requires all of its fragments.
pub trait ViewFragmentTrait: Send + Sync {
    /// The contract it belongs to.
    fn view_id(&self) -> ViewId;
    /// Which part it is.
    fn fragment_id(&self) -> FragmentId;
}

/// An implementation of a View.
#[async_trait]
pub trait ViewModelTrait: Send + Sync {
    /// The contract it implements.
    fn view_id(&self) -> ViewId;
    /// Hash of the contract's source, as it was compiled with.
    fn api_version(&self) -> u64;
    /// The implementation under its contract's type.
    fn contract(self: Arc<Self>) -> Contract;
    /// What the next generation needs to go on; `None` if there is nothing.
    async fn save_state(&self) -> Option<Result<Vec<u8>, ModuleError>> {
        None
    }
    /// Goes on from what the generation before saved.
    ///
    /// # Errors
    /// When the state can't be read; the generation before then stays.
    async fn restore_state(&self, _state: &[u8]) -> Result<(), ModuleError> {
        Ok(())
    }
    /// Whether it does what it should. Asked after each of the first frames of a new generation; an error takes that
    /// generation back.
    ///
    /// # Errors
    /// In words, with what is wrong.
    fn health(&self) -> Result<(), String> {
        Ok(())
    }
}

/// An implementation of one fragment of a View.
pub trait ViewModelFragmentTrait: Send + Sync {
    /// The fragment it implements.
    fn fragment_id(&self) -> FragmentId;
}

/// Data with an identity of its own, kept in a pool.
pub trait ModelTrait: Send + Sync + 'static {
    /// Which object it is.
    fn model_id(&self) -> ModelId;
    /// Which type of object it is.
    fn model_type(&self) -> ModelType;
}

/// A feature: components, systems, panels.
pub trait PluginTrait: Send + Sync {
    /// The plugin's name.
    fn name(&self) -> &'static str;
    /// What it brings, as the type that the core crates define for it.
    fn contributions(&self) -> Erased;
}

//! A contract and implementations of it, for the tests and for the models.

use super::Binding;
use playground_engine_types::{Contract, ViewExport, ViewId, ViewModelTrait};
use std::sync::Arc;

/// The version of the contract.
const API: u64 = 7;

/// The contract: to say which generation one is of.
pub trait Version: Send + Sync {
    fn number(&self) -> u32;
}

impl Version for u32 {
    fn number(&self) -> u32 {
        *self
    }
}

/// An implementation, under the contract of that id.
struct Module {
    view: ViewId,
    number: u32,
}

impl ViewModelTrait for Module {
    fn view_id(&self) -> ViewId {
        self.view
    }
    fn api_version(&self) -> u64 {
        API
    }
    fn contract(self: Arc<Self>) -> Contract {
        Contract::new::<dyn Version>(Arc::new(self.number))
    }
}

/// The contract's description.
pub fn view(name: &'static str) -> Arc<ViewExport> {
    Arc::new(ViewExport { name, view_id: ViewId::from_name(name), api_version: API, state_format_version: 0 })
}

/// A generation of the implementation of a contract.
pub fn binding(view: &ViewExport, generation: u32) -> Arc<Binding> {
    let viewmodel = Arc::new(Module { view: view.view_id, number: generation });
    let contract = viewmodel.clone().contract();
    Arc::new(Binding { module: view.name.to_owned(), generation, viewmodel, contract })
}

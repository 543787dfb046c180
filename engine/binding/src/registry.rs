//! The table of what is bound, behind one atomic pointer: a set of modules changes in one step.

use super::sync::{ArcSwap, Shared};
use crate::{ModelPoolTrait, Slot, slot::SlotTrait};
use playground_engine_types::{Contract, IdMap, ModelType, ViewExport, ViewId, ViewModelTrait};
use std::sync::Arc;

/// What is bound at one moment.
#[derive(Clone, Default)]
pub struct Table {
    /// The contracts that may be bound.
    pub views: IdMap<ViewId, Arc<ViewExport>>,
    /// The implementation of each contract.
    pub viewmodels: IdMap<ViewId, Arc<Binding>>,
    /// The pools of model objects.
    pub models: IdMap<(ViewId, ModelType), Arc<dyn ModelPoolTrait>>,
}

/// One implementation.
pub struct Binding {
    /// The module that it is from.
    pub module: String,
    /// The module's generation.
    pub generation: u32,
    /// The implementation under its base trait.
    pub viewmodel: Arc<dyn ViewModelTrait>,
    /// The implementation under its contract.
    pub contract: Contract,
}

/// Why an implementation was not bound. What was bound before still is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// No declared core module has the contract.
    #[error("{module} implements a contract ({view:?}) that no declared core module has; declare its core module")]
    Undeclared {
        /// The module.
        module: String,
        /// The contract.
        view: ViewId,
    },
    /// Compiled with another version of the contract.
    #[error(
        "{module} was compiled with version {found:016x} of the contract {view}, this engine has {expected:016x}; \
         rebuild the module"
    )]
    Version {
        /// The module.
        module: String,
        /// The contract.
        view: &'static str,
        /// The version of the engine.
        expected: u64,
        /// The version of the module.
        found: u64,
    },
    /// It offers another type than its contract's.
    #[error("{module} offers {found} under the contract {view}, whose users need another type; rebuild the module")]
    Type {
        /// The module.
        module: String,
        /// The contract.
        view: &'static str,
        /// What it offers.
        found: &'static str,
    },
}

/// What is bound, and the slots that follow it.
#[derive(Clone)]
pub struct BindingRegistry {
    table: Arc<ArcSwap<Table>>,
    slots: Shared<Vec<(ViewId, Box<dyn SlotTrait>)>>,
}

impl Default for BindingRegistry {
    fn default() -> Self {
        Self { table: Arc::default(), slots: Shared::new("slots", Vec::new()) }
    }
}

impl BindingRegistry {
    /// What is bound now.
    pub fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// Declares a contract.
    pub fn declare(&self, view: Arc<ViewExport>) {
        self.update(|table| drop(table.views.insert(view.view_id, view.clone())));
    }

    /// Adds a pool of model objects.
    pub fn add_pool(&self, view: ViewId, model: ModelType, pool: Arc<dyn ModelPoolTrait>) {
        self.update(|table| drop(table.models.insert((view, model), pool.clone())));
    }

    /// A slot that follows the implementation of a contract from now on.
    pub fn slot<C: ?Sized + Send + Sync + 'static>(&self, view: ViewId) -> Slot<C> {
        let slot = Slot::<C>::empty();
        let mut slots = self.slots.write();
        if let Some(binding) = self.table.load().viewmodels.get(&view) {
            slot.store(&binding.contract);
        }
        slots.push((view, Box::new(slot.clone())));
        slot
    }

    /// Checks that an implementation fits its contract and everyone who waits for it.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, binding: &Binding) -> Result<(), BindError> {
        let view_id = binding.viewmodel.view_id();
        let table = self.table.load();
        let module = || binding.module.clone();
        let view = table.views.get(&view_id);
        let view = view.ok_or_else(|| BindError::Undeclared { module: module(), view: view_id })?;
        let found = binding.viewmodel.api_version();
        if found != view.api_version {
            return Err(BindError::Version { module: module(), view: view.name, expected: view.api_version, found });
        }
        let slots = self.slots.read();
        if slots.iter().any(|(id, slot)| *id == view_id && !slot.accepts(&binding.contract)) {
            return Err(BindError::Type { module: module(), view: view.name, found: binding.contract.type_name() });
        }
        Ok(())
    }

    /// Binds implementations that were checked, all in one step.
    pub fn commit(&self, bindings: Vec<Arc<Binding>>) {
        // The slots stay locked, so that a slot made meanwhile does not miss the change.
        let slots = self.slots.write();
        self.update(|table| {
            table.viewmodels.extend(bindings.iter().map(|binding| (binding.viewmodel.view_id(), binding.clone())));
        });
        for binding in &bindings {
            let view = binding.viewmodel.view_id();
            slots.iter().filter(|(id, _)| *id == view).for_each(|(_, slot)| slot.store(&binding.contract));
        }
    }

    fn update(&self, change: impl Fn(&mut Table)) {
        self.table.rcu(|table| {
            let mut next = Table::clone(table);
            change(&mut next);
            next
        });
    }
}

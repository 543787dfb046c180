//! What holds state across a reload, as the registry sees it.

use crate::{Erased, ModuleError};
use std::collections::BTreeMap;

/// What one module brings, before and after a reload.
pub struct ModuleChange {
    /// The module's package name.
    pub module: String,
    /// What the new generation brings; `None` if that is only an implementation.
    pub contributions: Option<Erased>,
}

/// What becomes of a component type in a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// There was none of that name.
    New,
    /// It has the same fields: nothing is touched.
    Kept,
    /// It has other fields: each component is converted.
    Converted,
    /// The new generation does not bring it any more: its components stay under the code of the one before.
    Left,
}

impl Fate {
    /// The fate as one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Kept => "kept",
            Self::Converted => "converted",
            Self::Left => "left",
        }
    }
}

/// What a reload does to the components of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentPlan {
    /// The module that brings it.
    pub module: String,
    /// The component's name.
    pub component: String,
    /// What becomes of it.
    pub fate: Fate,
    /// How many there are.
    pub count: usize,
    /// What changed about its fields, in words; empty if nothing.
    pub change: String,
    /// Fields whose values do not survive, as `component.field`, and in how many components.
    pub lost: BTreeMap<String, usize>,
}

/// What a reload does to the private state of an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatePlan {
    /// The module.
    pub module: String,
    /// Versions of the state before and after.
    pub versions: (u64, u64),
    /// Its size, bytes.
    pub size_bytes: usize,
    /// Why it does not survive; `None` if it does.
    pub lost: Option<String>,
    /// How it is called among what is lost.
    label: String,
}

impl StatePlan {
    /// A state that survives, unless `lost` says why it does not.
    pub fn new(module: &str, versions: (u64, u64), size_bytes: usize, lost: Option<String>) -> Self {
        Self { module: module.to_owned(), versions, size_bytes, lost, label: format!("the state of {module}") }
    }

    /// What becomes of it, as one word.
    pub fn fate(&self) -> &'static str {
        match &self.lost {
            Some(_) => "lost",
            None if self.versions.0 == self.versions.1 => Fate::Kept.name(),
            None => Fate::Converted.name(),
        }
    }
}

/// What a reload is going to do, before it does anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By module and component.
    pub components: Vec<ComponentPlan>,
    /// By module.
    pub states: Vec<StatePlan>,
}

impl Plan {
    /// The fields whose values would not survive, and in how many components; then the states that would not.
    pub fn lost(&self) -> impl Iterator<Item = (&str, usize)> {
        let fields = self.components.iter().flat_map(|plan| &plan.lost).map(|(field, count)| (field.as_str(), *count));
        fields.chain(self.states.iter().filter(|plan| plan.lost.is_some()).map(|plan| (plan.label.as_str(), 1)))
    }

    /// Whether values would not survive.
    pub fn is_lossy(&self) -> bool {
        self.lost().next().is_some()
    }
}

/// Something whose state follows the modules: the world, the panels, the command table.
///
/// A reload first calls [`StateHolder::prepare`], which may fail and must not change anything, and then
/// [`StateHolder::commit`], which can't fail, or [`StateHolder::abandon`].
pub trait StateHolder {
    /// Checks the changes of a set of modules, and remembers what carrying them out needs.
    ///
    /// # Errors
    /// When they can't be carried out; then nothing was changed.
    fn prepare(&mut self, changes: Vec<ModuleChange>) -> Result<Plan, ModuleError>;

    /// Puts into effect what was prepared, all of it in one step.
    fn commit(&mut self);

    /// Forgets what was prepared.
    fn abandon(&mut self);
}

//! What holds state across a reload, as the registry sees it.

use crate::{Erased, ModuleError};

/// What one module brings, before and after a reload.
pub struct ModuleChange<'a> {
    /// The module's package name.
    pub module: &'a str,
    /// What the new generation brings; `None` if the module is being removed.
    pub contributions: Option<Erased>,
}

/// Something whose state follows the modules: the world, the panels, the command table.
///
/// A reload first calls [`StateHolder::prepare`], which may fail and must not change anything, and then
/// [`StateHolder::commit`], which can't fail.
pub trait StateHolder {
    /// Checks a change and remembers what it needs.
    ///
    /// # Errors
    /// When the change would lose state; then nothing was changed.
    fn prepare(&mut self, change: ModuleChange<'_>) -> Result<(), ModuleError>;

    /// Puts into effect what was prepared.
    fn commit(&mut self, module: &str);

    /// Forgets what was prepared.
    fn abandon(&mut self, module: &str);
}

//! The end of every frame: systems of the editor's stage, the tree, and where everything is in the world.

use crate::engine::Engine;

impl Engine {
    /// Brings everything that follows from the world up to date with it.
    pub fn settle(&mut self) {
        self.run_editor_stage();
        self.session.refresh();
        if self.session.propagate() {
            self.draw.mark_dirty();
        }
    }
}

//! The end of every frame: systems of the editor's stage, the tree, and where everything is in the world.

use crate::engine::Engine;
use playground::editor::report::PlayState;

impl Engine {
    /// Brings everything that follows from the world up to date with it.
    pub fn settle(&mut self) {
        self.run_editor_stage();
        if self.play.state == PlayState::Stopped {
            self.forget_events();
        }
        self.session.refresh();
        if self.session.propagate() {
            self.draw.mark_dirty();
        }
    }
}

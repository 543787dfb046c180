//! What the screen asks for, once a frame has been drawn.

use playground::editor::Invocation;
use playground::rendering::Camera;

/// One wish of the user. The app carries it out; in tests it is simply looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Run an operator, of the engine or of the window.
    Invoke(Invocation),
    /// Run the first; if it succeeds, run the second. Neither asks about unsaved changes again.
    Chain(Invocation, Invocation),
    /// Run an operator without asking about unsaved changes.
    Force(Invocation),
    /// Start the editor anew with all work, or without a module, and why without it.
    Restart {
        /// The module and the reason.
        without: Option<(String, String)>,
    },
    /// A panel of a module panicked.
    PanelFailed {
        /// The module.
        module: String,
        /// What happened.
        why: String,
    },
    /// The viewport has this size and looks from here.
    View {
        /// Width and height, pixels.
        size: (u32, u32),
        /// Where it looks from.
        camera: Camera,
    },
    /// Select what is drawn at this pixel.
    Pick {
        /// Pixel from the left.
        x: f32,
        /// Pixel from the top.
        y: f32,
        /// Whether to add to the selection.
        extend: bool,
    },
}

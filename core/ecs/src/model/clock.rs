//! How fast a world's time passes.

/// A world's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Whether time stands still.
    pub paused: bool,
    /// Seconds of the world per second outside.
    pub scale: f32,
}

impl Default for Clock {
    fn default() -> Self {
        Self { paused: false, scale: 1.0 }
    }
}

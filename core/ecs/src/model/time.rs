//! The world's clock, as systems see it.

/// How much time passes in one run of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Time {
    delta: f32,
    elapsed: f64,
    frame: u64,
}

impl Time {
    /// A clock that stands at `elapsed` seconds, `delta` seconds after the frame before.
    pub fn new(delta: f32, elapsed: f64, frame: u64) -> Self {
        Self { delta, elapsed, frame }
    }

    /// Seconds since the frame before.
    pub fn delta(&self) -> f32 {
        self.delta
    }

    /// Seconds since the world started to play.
    pub fn elapsed(&self) -> f64 {
        self.elapsed
    }

    /// Frames since the world started to play.
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// The clock one frame of `delta` seconds later.
    #[must_use]
    pub fn advance(self, delta: f32) -> Self {
        Self { delta, elapsed: self.elapsed + f64::from(delta), frame: self.frame + 1 }
    }
}

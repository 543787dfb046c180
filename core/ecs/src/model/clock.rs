//! How fast a world's time passes.

use super::error::EcsError;

/// A world's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Whether time stands still.
    pub paused: bool,
    /// Seconds of the world per second outside.
    pub scale: f32,
    /// Seconds of the world since it was made.
    pub elapsed: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { paused: false, scale: 1.0, elapsed: 0.0 }
    }
}

impl Clock {
    /// Lets `seconds` pass outside; gives the seconds that pass in the world. None pass backwards.
    pub fn advance(&mut self, seconds: f64) -> f64 {
        let passes = !self.paused && seconds.is_finite() && seconds > 0.0;
        let passed = if passes { seconds * f64::from(self.scale) } else { 0.0 };
        self.elapsed += passed;
        passed
    }

    /// Sets the seconds of the world per second outside; 0 stops it as a pause does.
    ///
    /// # Errors
    /// When the number is negative or not finite; the clock goes on as before.
    pub fn set_scale(&mut self, scale: f32) -> Result<(), EcsError> {
        if !scale.is_finite() || scale < 0.0 {
            return Err(EcsError::TimeScale { scale: scale.to_string() });
        }
        self.scale = scale;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn time_passes_by_the_scale_and_not_while_paused() {
        let mut clock = Clock::default();
        clock.set_scale(0.5).expect("it is a scale");
        assert_eq!(clock.advance(4.0), 2.0);
        clock.paused = true;
        assert_eq!(clock.advance(4.0), 0.0);
        clock.paused = false;
        for nonsense in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(clock.advance(nonsense), 0.0);
        }
        for nonsense in [-0.5, f32::NAN, f32::INFINITY] {
            assert!(clock.set_scale(nonsense).is_err(), "{nonsense}");
        }
        assert_eq!((clock.scale, clock.elapsed), (0.5, 2.0));
    }
}

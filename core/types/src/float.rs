//! Floats that can be compared and exchanged: by their bits. Knows nothing of what they measure.

use crate::Atomic;

/// A float whose equality is that of its bits, which is what an exchange needs: a NaN equals itself, and the two zeros
/// differ.
///
/// An `Atomic<f64>` can be loaded and stored; an `Atomic<Float<f64>>` can also be added to.
///
/// ```
/// use playground_core_types::{Float, Gauge};
/// let load = Gauge::new(Float(0.5));
/// assert_eq!(load.fetch_add(0.25), 0.5);
/// assert_eq!(load.load().0, 0.75);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub struct Float<F>(pub F);

/// A shared number that goes up and down.
pub type Gauge = Atomic<Float<f64>>;

macro_rules! float {
    ($($float:ty)*) => { $(
        impl PartialEq for Float<$float> {
            fn eq(&self, other: &Self) -> bool {
                self.0.to_bits() == other.0.to_bits()
            }
        }

        impl Eq for Float<$float> {}

        impl From<$float> for Float<$float> {
            fn from(value: $float) -> Self {
                Self(value)
            }
        }

        /// Each is a loop around one exchange: lock-free, and as exact as if the threads had taken turns.
        impl Atomic<Float<$float>> {
            /// Adds to the value. Returns the value before.
            pub fn fetch_add(&self, other: $float) -> $float {
                self.update(|Float(value)| Float(value + other)).0
            }

            /// Subtracts from the value. Returns the value before.
            pub fn fetch_sub(&self, other: $float) -> $float {
                self.update(|Float(value)| Float(value - other)).0
            }

            /// The value becomes the greater of itself and `other`; a NaN gives way. Returns the value before.
            pub fn fetch_max(&self, other: $float) -> $float {
                self.update(|Float(value)| Float(value.max(other))).0
            }

            /// The value becomes the smaller of itself and `other`; a NaN gives way. Returns the value before.
            pub fn fetch_min(&self, other: $float) -> $float {
                self.update(|Float(value)| Float(value.min(other))).0
            }
        }
    )* };
}

float! { f32 f64 }

#[cfg(test)]
mod tests {
    use super::{Float, Gauge};
    use crate::Atomic;

    #[test]
    fn sums_of_two_threads_are_complete() {
        let sum = Gauge::default();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        sum.fetch_add(0.5);
                    }
                });
            }
        });
        assert_eq!(sum.load().0, 10_000.0);
        assert!(Gauge::is_lock_free() && Atomic::<Float<f32>>::is_lock_free());
    }

    #[test]
    fn a_nan_is_no_obstacle() {
        let value = Atomic::new(Float(f32::NAN));
        assert!(value.fetch_add(1.0).is_nan());
        assert!(value.fetch_max(2.0).is_nan());
        assert_eq!([value.fetch_min(1.0), value.fetch_sub(3.0), value.load().0], [2.0, 1.0, -2.0]);
        assert_ne!(Float(0.0_f64), Float(-0.0));
    }
}

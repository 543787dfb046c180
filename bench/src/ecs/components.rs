//! The components of every workload, once for each library, since each has a derive of its own.

use glam::{Mat4, Vec3, Vec4};

/// Entities of most workloads.
pub const MANY: usize = 10_000;
/// Entities of the workloads that do not fit the caches.
pub const MILLION: usize = 1_000_000;
/// Entities in each archetype of the fragmented workload.
pub const FEW: usize = 20;
/// Entities of the heavy workload.
pub const HEAVY: usize = 1_000;
/// Entities of the random reads.
pub const READ_ENTITIES: usize = 100_000;
/// Random reads.
pub const READS: usize = 1_000_000;

/// Where an entity starts.
pub fn position(at: usize) -> Vec3 {
    Vec3::new(at as f32, 1.0, (at % 13) as f32)
}

/// How fast it is.
pub fn velocity(at: usize) -> Vec3 {
    Vec3::new(0.5, (at % 7) as f32 * 0.25, -0.125)
}

/// A matrix whose inverse keeps its size, so that it can be inverted for ever.
pub fn matrix(at: usize) -> Mat4 {
    Mat4::from_rotation_x(1.2 + at as f32 * 0.001)
}

/// The work of the heavy workload: the same for all, so that the row compares the libraries and not the mathematics.
#[inline]
pub fn invert_often(columns: [Vec4; 4], position: Vec3) -> ([Vec4; 4], Vec3) {
    let mut matrix = Mat4::from_cols(columns[0], columns[1], columns[2], columns[3]);
    for _ in 0..100 {
        matrix = matrix.inverse();
    }
    let columns = [matrix.x_axis, matrix.y_axis, matrix.z_axis, matrix.w_axis];
    (columns, matrix.transform_vector3(position))
}

/// Which entities are read, in which order: the same for all.
pub fn reads() -> Vec<u32> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..READS).map(|_| random.u32(0..READ_ENTITIES as u32)).collect()
}

// A repetition can't be used once for every element of another one, so the names are taken off one at a time.
macro_rules! numbers {
    ($(#[$derive:meta])*;) => {};
    ($(#[$derive:meta])*; $name:ident $($rest:ident)*) => {
        $(#[$derive])*
        /// One number.
        pub struct $name(pub f32);
        numbers!($(#[$derive])*; $($rest)*);
    };
}

macro_rules! components {
    ($library:ident; $(#[$derive:meta])*) => {
        #[doc = concat!("For ", stringify!($library), ".")]
        pub mod $library {
            use glam::{Mat4, Vec3, Vec4};

            $(#[$derive])*
            /// A matrix of 4 × 4 numbers.
            pub struct Matrix {
                /// First column.
                pub x: Vec4,
                /// Second column.
                pub y: Vec4,
                /// Third column.
                pub z: Vec4,
                /// Fourth column.
                pub w: Vec4,
            }
            $(#[$derive])*
            /// Where something is.
            pub struct Position(pub Vec3);
            $(#[$derive])*
            /// How it is turned.
            pub struct Rotation(pub Vec3);
            $(#[$derive])*
            /// How fast it is.
            pub struct Velocity(pub Vec3);

            numbers!($(#[$derive])*; Data A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);

            impl Matrix {
                /// The matrix as a component.
                pub fn of(matrix: Mat4) -> Self {
                    Self { x: matrix.x_axis, y: matrix.y_axis, z: matrix.z_axis, w: matrix.w_axis }
                }

                /// Inverts itself a hundred times, and moves `position` with the outcome.
                #[inline]
                pub fn work(&mut self, position: &mut Position) {
                    let columns = [self.x, self.y, self.z, self.w];
                    let ([x, y, z, w], moved) = super::invert_often(columns, position.0);
                    *self = Self { x, y, z, w };
                    position.0 = moved;
                }
            }

            /// What an entity of the spawn workloads has.
            pub type Row = (Matrix, Position, Rotation, Velocity);

            /// The components of one entity.
            #[inline]
            pub fn row(at: usize) -> Row {
                let turn = Rotation(Vec3::splat(at as f32));
                let matrix = Matrix::of(Mat4::from_translation(super::position(at)));
                (matrix, Position(super::position(at)), turn, Velocity(super::velocity(at)))
            }

            /// The components of one entity that moves.
            #[inline]
            pub fn moving(at: usize) -> (Position, Velocity) {
                (Position(super::position(at)), Velocity(super::velocity(at)))
            }

            /// The components of one entity of the heavy workload.
            pub fn heavy(at: usize) -> Row {
                let (_, position, rotation, velocity) = row(at);
                (Matrix::of(super::matrix(at)), position, rotation, velocity)
            }
        }
    };
}

components!(plain; #[derive(Clone, Copy, Default)]);
components!(bevy; #[derive(Clone, Copy, Default, bevy_ecs::component::Component)]);
components!(flecs; #[derive(Clone, Copy, Default, flecs_ecs::prelude::Component)]);
components!(ours; #[derive(Clone, Copy, Default, playground_core_ecs::Component)] #[component(crate = playground_core_ecs)]);

/// Calls a macro with one kind of entity for each of the 26 archetypes of the fragmented workload.
#[macro_export]
macro_rules! for_each_letter {
    ($call:ident) => {
        $call!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z)
    };
}

//! Stands in for the sdk, so that the scheduler's own source is linked statically into a benchmark.
//!
//! Has what `systems/ecs` names and nothing else; a benchmark should not have to compile a renderer.

pub use playground_core_ecs as ecs;
pub use playground_core_scene as scene;
pub use playground_core_types as core_types;
pub use playground_engine_types as types;
pub use tracing;

/// Names the contract, and exports nothing: a benchmark makes the ViewModel itself.
#[macro_export]
macro_rules! viewmodel {
    ($viewmodel:ty, $core:ident $($rest:tt)*) => {
        impl $crate::types::ViewTrait for $viewmodel {
            fn view_id(&self) -> $crate::types::ViewId {
                $crate::$core::view::VIEW_ID
            }
            fn api_version(&self) -> u64 {
                $crate::$core::API_VERSION
            }
        }
    };
}

//! The scene graph as its users see it.

mod chance;
mod document;
mod hierarchy;
mod orphans;
mod propagate;
mod relation;
mod tree;

use playground_core_ecs::Storage;
use playground_core_scene::COMPONENTS;

/// An empty world that knows the components of this crate.
fn world() -> Storage {
    let mut storage = Storage::default();
    for info in COMPONENTS {
        storage.pool_of(info).expect("names differ");
    }
    storage
}

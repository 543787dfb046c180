//! What the compiler refuses, as tests: each mistake next to the same code without it.
//!
//! What derived code refuses is with the derive, in engine/derive/component.md.

/// A component that is written can't be asked for twice in one query. The message names both uses and shows the call.
///
/// ```
/// # use playground_core_ecs::{Component, Query, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Cold { value: f32 }
/// let storage = Storage::default();
/// let query: Query<(&mut Heat, &mut Cold)> = storage.query();
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Component, Query, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// let storage = Storage::default();
/// let query: Query<(&mut Heat, &mut Heat)> = storage.query();
/// ```
struct TwiceInAQuery;

/// The same holds for the parameters of one system, which would wait for each other for ever.
///
/// ```
/// # use playground_core_ecs::{Component, Query, system::IntoSystem};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// fn burn(first: Query<&Heat>, second: Query<&Heat>) {}
/// IntoSystem::into_system(burn);
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Component, Query, system::IntoSystem};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// fn burn(first: Query<&mut Heat>, second: Query<&Heat>) {}
/// IntoSystem::into_system(burn);
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Component, Query, ResMut, system::IntoSystem};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// fn burn(first: Query<&mut Heat>, second: ResMut<Heat>) {}
/// IntoSystem::into_system(burn);
/// ```
struct TwiceInASystem;

/// Commands are one queue behind one lock.
///
/// ```
/// # use playground_core_ecs::{Commands, system::IntoSystem};
/// fn burn(commands: Commands) {}
/// IntoSystem::into_system(burn);
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Commands, system::IntoSystem};
/// fn burn(first: Commands, second: Commands) {}
/// IntoSystem::into_system(burn);
/// ```
struct CommandsTwice;

/// A pool is of the type that it was asked for as, also for the compiler.
///
/// ```
/// # use playground_core_ecs::{Component, ComponentPool, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// let mut storage = Storage::default();
/// let number = storage.pool_of(Heat::INFO).unwrap();
/// let pool: &ComponentPool<Heat> = storage.pool::<Heat>(number);
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Component, ComponentPool, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Cold { value: f32 }
/// let mut storage = Storage::default();
/// let number = storage.pool_of(Heat::INFO).unwrap();
/// let pool: &ComponentPool<Cold> = storage.pool::<Heat>(number);
/// ```
///
/// That the number is of a pool of this type is not seen before it runs, because numbers are given then. A query needs no
/// number.
///
/// ```should_panic
/// # use playground_core_ecs::{Component, ComponentPool, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Heat { value: f32 }
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Cold { value: f32 }
/// let mut storage = Storage::default();
/// let Ok(number) = storage.pool_of(Heat::INFO) else { return };
/// let pool: &ComponentPool<Cold> = storage.pool::<Cold>(number);
/// ```
struct PoolOfAnotherType;

/// A sparse component has no rows beside those of others, so there are no slices of it.
///
/// ```
/// # use playground_core_ecs::{Component, Query, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs)]
/// # struct Burning;
/// let storage = Storage::default();
/// let mut query: Query<&Burning> = storage.query();
/// query.for_each_chunk(|rows| assert!(rows.is_empty()));
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{Component, Query, Storage};
/// # #[derive(Component, Clone, Default)]
/// # #[component(crate = playground_core_ecs, sparse)]
/// # struct Burning;
/// let storage = Storage::default();
/// let mut query: Query<&Burning> = storage.query();
/// query.for_each_chunk(|rows| assert!(rows.is_empty()));
/// ```
struct ChunksOfSparse;

/// A contract is kept as a whole: without one fragment it is none,
///
/// ```
/// # use playground_core_ecs::{EcsViewTrait, view::*};
/// # use playground_engine_types::ViewTrait;
/// fn whole<T>(ecs: &T) -> &dyn EcsViewTrait
/// where
///     T: ViewTrait + ComponentView + EntityView + EventView + QueryView + StorageView + SystemView + WorldView,
/// {
///     ecs
/// }
/// ```
///
/// ```compile_fail
/// # use playground_core_ecs::{EcsViewTrait, view::*};
/// # use playground_engine_types::ViewTrait;
/// fn without_queries<T>(ecs: &T) -> &dyn EcsViewTrait
/// where
///     T: ViewTrait + ComponentView + EntityView + EventView + StorageView + SystemView + WorldView,
/// {
///     ecs
/// }
/// ```
///
/// and so is a fragment: the compiler lists the functions that are missing, here all but one.
///
/// ```compile_fail,E0046
/// # use playground_core_ecs::{World, view::EntityView};
/// # use playground_core_types::Handle;
/// struct Half;
/// impl EntityView for Half {
///     fn count(&self, world: &Handle<World>) -> usize {
///         world.read().len()
///     }
/// }
/// ```
struct PartOfAContract;

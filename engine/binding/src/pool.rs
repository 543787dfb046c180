//! Pools of model objects: those alive by id, and ended ones kept for the next of their kind.

use playground_core_types::{Handle, LockStats, Shared};
use playground_engine_types::{IdMap, ModelId, ModelTrait, storage::PoolSize};

/// Ended objects kept at most; the rest is dropped.
const RECYCLED: usize = 64;

/// The objects of one model type.
pub struct ModelPool<T> {
    name: String,
    objects: Shared<Objects<T>>,
}

struct Objects<T> {
    active: IdMap<ModelId, Handle<T>>,
    recycled: Vec<Handle<T>>,
}

impl<T: ModelTrait> ModelPool<T> {
    /// An empty pool; `name` is what the Pools panel shows.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let objects = Objects { active: IdMap::default(), recycled: Vec::new() };
        Self { objects: Shared::new(name.clone(), objects), name }
    }

    /// The object of an id.
    pub fn get(&self, id: ModelId) -> Option<Handle<T>> {
        self.objects.read().active.get(&id).cloned()
    }

    /// An object: an ended one made ready by `reuse`, if there is one and nobody else holds it, else a new one.
    pub fn get_or_recycle(&self, make: impl FnOnce() -> T, reuse: impl FnOnce(&mut T)) -> Handle<T> {
        let mut objects = self.objects.write();
        let free = objects.recycled.iter().position(|object| Handle::strong_count(object) == 1);
        let object = match free.map(|at| objects.recycled.swap_remove(at)) {
            Some(mut object) => {
                // Counted as free above, and the pool's lock keeps anyone from cloning it since.
                Handle::get_mut(&mut object).into_iter().for_each(reuse_once(reuse));
                object
            }
            None => Handle::new(make()),
        };
        objects.active.insert(object.model_id(), object.clone());
        object
    }

    /// Ends an object; whoever still holds it keeps it alive.
    pub fn recycle(&self, id: ModelId) -> bool {
        let mut objects = self.objects.write();
        let Some(object) = objects.active.remove(&id) else { return false };
        if objects.recycled.len() < RECYCLED {
            objects.recycled.push(object);
        }
        true
    }
}

fn reuse_once<T>(reuse: impl FnOnce(&mut T)) -> impl FnMut(&mut T) {
    let mut reuse = Some(reuse);
    move |object| {
        if let Some(reuse) = reuse.take() {
            reuse(object);
        }
    }
}

/// A pool whose model the registry does not know.
pub trait ModelPoolTrait: Send + Sync {
    /// What it holds.
    fn name(&self) -> &str;
    /// How much it holds.
    fn size(&self) -> PoolSize;
    /// What happened to its lock.
    fn lock_stats(&self) -> LockStats;
}

impl<T: ModelTrait> ModelPoolTrait for ModelPool<T> {
    fn name(&self) -> &str {
        &self.name
    }
    fn size(&self) -> PoolSize {
        let objects = self.objects.read();
        let (active, recycled) = (objects.active.len() as u64, objects.recycled.len() as u64);
        PoolSize { active, recycled, bytes: (active + recycled) * size_of::<T>() as u64 }
    }
    fn lock_stats(&self) -> LockStats {
        self.objects.stats()
    }
}

#[cfg(test)]
mod tests {
    use super::{ModelPool, ModelPoolTrait};
    use playground_engine_types::{ModelId, ModelTrait, ModelType};

    struct Texture(u64);
    impl ModelTrait for Texture {
        fn model_id(&self) -> ModelId {
            ModelId(self.0)
        }
        fn model_type(&self) -> ModelType {
            ModelType::from_name("Texture")
        }
    }

    #[test]
    fn an_ended_object_is_used_again_once_nobody_holds_it() {
        let pool = ModelPool::new("Texture");
        let first = pool.get_or_recycle(|| Texture(1), |_| unreachable!("nothing was recycled yet"));
        assert!(pool.recycle(ModelId(1)));
        let second = pool.get_or_recycle(|| Texture(2), |_| unreachable!("the first is still held"));
        assert_eq!(second.0, 2);
        drop(first);
        let third = pool.get_or_recycle(|| unreachable!("one is free"), |texture| texture.0 = 3);
        assert_eq!((third.0, pool.size().active, pool.size().recycled), (3, 2, 0));
    }
}

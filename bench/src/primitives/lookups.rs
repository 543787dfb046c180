//! Finding implementations, pools and model objects by their ids.

use super::sharing::{OPERATIONS, Threads, case};
use crate::harness::{Aim::*, Case, Report, Side, Table, timed};
use playground_engine_binding::{BindingRegistry, ModelPool, Table as Bindings};
use playground_engine_types::{ModelId, ModelTrait, ModelType, ViewId};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::sync::Arc;

/// Objects of the model pool.
const OBJECTS: u64 = 4096;

/// An object that is nothing but its id.
struct Object(u64);

impl ModelTrait for Object {
    fn model_id(&self) -> ModelId {
        ModelId(self.0)
    }
    fn model_type(&self) -> ModelType {
        ModelType::from_name("bench::Object")
    }
}

/// Takes the key as its own hash.
#[derive(Clone, Copy, Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("the keys are numbers");
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Keys as ids have them: spread over all bits.
fn key(at: u64) -> u64 {
    at.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The lookups beside a map whose keys are their own hashes.
pub fn tables(report: &mut Report) {
    for (title, threads) in [("Pool lookup", Threads::One), ("Pool lookup, two threads", Threads::Two)] {
        let cases = vec![pool_lookup(threads), identity_map(threads)];
        report.table(Table::new(title, cases).goal(title, "registry's table", AtMost(5.0)));
    }
    for (title, threads) in [("Model access", Threads::One), ("Model access, two threads", Threads::Two)] {
        let cases = vec![model_access(threads), identity_map(threads)];
        let aim = if threads == Threads::One { AtMost(30.0) } else { Shown };
        report.table(Table::new(title, cases).goal(title, "ModelPool::get", aim));
    }
    let title = "Model create + recycle";
    report.table(Table::new(title, [recycle()]).goal(title, "get_or_recycle, recycle", AtMost(40.0)));
}

fn identity_map(threads: Threads) -> Case {
    let map: HashMap<u64, u64, BuildHasherDefault<Identity>> = (0..OBJECTS).map(|at| (key(at), at)).collect();
    case("HashMap, identity hasher", Side::Floor, threads, Arc::new(map), |map| {
        for at in 0..OPERATIONS as u64 {
            black_box(map.get(&key(at % OBJECTS)));
        }
    })
}

fn pool_lookup(threads: Threads) -> Case {
    let registry = BindingRegistry::default();
    let view = playground_core_ecs::view::VIEW_ID;
    let types: Vec<ModelType> = ["a", "b", "c", "d", "e", "f", "g", "h"].map(ModelType::from_name).to_vec();
    for model in &types {
        let pool: ModelPool<Object> = ModelPool::new("bench");
        registry.add_pool(view, *model, Arc::new(pool));
    }
    let state: (Arc<Bindings>, ViewId, Vec<ModelType>) = (registry.table(), view, types);
    case("registry's table", Side::Ours, threads, state, |(table, view, types)| {
        for at in 0..OPERATIONS {
            black_box(table.models.get(&(*view, types[at % 8])));
        }
    })
}

fn filled() -> Arc<ModelPool<Object>> {
    let pool = ModelPool::new("bench");
    for at in 0..OBJECTS {
        drop(pool.get_or_recycle(|| Object(key(at)), |_| ()));
    }
    Arc::new(pool)
}

fn model_access(threads: Threads) -> Case {
    case("ModelPool::get", Side::Ours, threads, filled(), |pool| {
        for at in 0..OPERATIONS as u64 {
            black_box(pool.get(ModelId(key(at % OBJECTS))));
        }
    })
}

fn recycle() -> Case {
    Case::new("get_or_recycle, recycle", Side::Ours, filled(), |pool| {
        timed(OPERATIONS, || {
            for _ in 0..OPERATIONS {
                let object = pool.get_or_recycle(|| Object(1), |object| object.0 = 1);
                drop(black_box(object));
                pool.recycle(ModelId(1));
            }
        })
    })
}

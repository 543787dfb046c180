//! Every order in which threads can run the slots' and the registry's own source: the files are included, with types in
//! the place of the real ones that loom sees inside.

#![allow(dead_code, reason = "no model needs all of the two files")]

#[path = "../../src/registry.rs"]
mod registry;
#[path = "../../src/slot.rs"]
mod slot;
mod sync;
#[path = "../it/version.rs"]
mod version;

use loom::thread::{self, JoinHandle};
use playground_engine_types::ViewExport;
use registry::{Binding, BindingRegistry};
use slot::Slot;
use std::sync::Arc;
use version::{Version, binding, view};

/// A table may hold pools; no model has any.
pub trait ModelPoolTrait: Send + Sync {}

/// Starts a thread that has the registry too.
fn spawn<T: 'static>(registry: &BindingRegistry, run: impl FnOnce(&BindingRegistry) -> T + 'static) -> JoinHandle<T> {
    let registry = registry.clone();
    thread::spawn(move || run(&registry))
}

/// A registry in which the first generation of each contract is bound.
fn bound(views: &[&Arc<ViewExport>]) -> BindingRegistry {
    let registry = BindingRegistry::default();
    registry.commit(views.iter().map(|view| binding(view, 1)).collect());
    registry
}

fn number(slot: &Slot<dyn Version>) -> u32 {
    slot.load().expect("one is bound in every model").number()
}

#[test]
fn a_set_of_changes_is_seen_whole_or_not_at_all() {
    loom::model(|| {
        let (left, right) = (view("left"), view("right"));
        let registry = bound(&[&left, &right]);
        let bindings = vec![binding(&left, 2), binding(&right, 2)];
        let writer = spawn(&registry, move |registry| registry.commit(bindings));
        for _ in 0..2 {
            let table = registry.table();
            let generation = |view: &ViewExport| table.viewmodels[&view.view_id].generation;
            assert_eq!(generation(&left), generation(&right));
        }
        writer.join().expect("the writer ends");
        assert_eq!(registry.table().viewmodels[&left.view_id].generation, 2);
    });
}

#[test]
fn no_update_is_lost() {
    loom::model(|| {
        let registry = BindingRegistry::default();
        let view = view("left");
        let committed = binding(&view, 1);
        let writers = [
            spawn(&registry, |registry| registry.declare(version::view("right"))),
            spawn(&registry, |registry| registry.commit(vec![committed])),
        ];
        registry.declare(view);
        writers.into_iter().for_each(|writer| writer.join().expect("the writer ends"));
        let table = registry.table();
        assert_eq!((table.views.len(), table.viewmodels.len()), (2, 1));
    });
}

#[test]
fn a_consumer_never_goes_back() {
    loom::model(|| {
        let view = view("left");
        let registry = bound(&[&view]);
        let slot = registry.slot::<dyn Version>(view.view_id);
        let mut reader = slot.reader();
        let committed = binding(&view, 2);
        let writer = spawn(&registry, move |registry| registry.commit(vec![committed]));
        let mut seen = 1;
        for _ in 0..2 {
            let now = reader.get().map_or(0, Version::number);
            assert!(now >= seen, "{now} after {seen}");
            seen = now;
        }
        writer.join().expect("the writer ends");
        assert_eq!((reader.get().map(Version::number), number(&slot)), (Some(2), 2));
    });
}

#[test]
fn a_slot_made_during_a_change_does_not_miss_it() {
    loom::model(|| {
        let view = view("left");
        let registry = bound(&[&view]);
        let (committed, id) = (binding(&view, 2), view.view_id);
        let writer = spawn(&registry, move |registry| registry.commit(vec![committed]));
        let slot = registry.slot::<dyn Version>(id);
        writer.join().expect("the writer ends");
        assert_eq!(number(&slot), 2);
    });
}

#[test]
fn the_slot_and_the_table_agree_after_two_changes() {
    loom::model(|| {
        let view = view("left");
        let registry = bound(&[&view]);
        let slot = registry.slot::<dyn Version>(view.view_id);
        let writers = [2, 3].map(|generation| {
            let committed: Arc<Binding> = binding(&view, generation);
            spawn(&registry, move |registry| registry.commit(vec![committed]))
        });
        writers.into_iter().for_each(|writer| writer.join().expect("the writer ends"));
        assert_eq!(number(&slot), registry.table().viewmodels[&view.view_id].generation);
    });
}

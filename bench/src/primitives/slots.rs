//! Calling the current implementation of a contract, as modules do.

use super::sharing::{OPERATIONS, Threads, case};
use crate::harness::{Aim::*, Case, Report, Side, Table};
use arc_swap::{ArcSwap, Cache};
use playground_engine_binding::{Binding, BindingRegistry, Slot};
use playground_engine_types::{Contract, ViewId, ViewModelTrait};
use std::hint::black_box;
use std::sync::Arc;

/// A contract with one function.
trait Adds: Send + Sync {
    fn add(&self, number: u64) -> u64;
}

/// An implementation.
struct One;

/// Another one, so that the compiler does not know which it calls.
struct Two;

impl Adds for One {
    fn add(&self, number: u64) -> u64 {
        number + 1
    }
}

impl Adds for Two {
    fn add(&self, number: u64) -> u64 {
        number + 2
    }
}

fn implementation() -> Arc<dyn Adds> {
    if black_box(true) { Arc::new(One) } else { Arc::new(Two) }
}

impl ViewModelTrait for One {
    fn view_id(&self) -> ViewId {
        ViewId::from_name("bench::Adds")
    }
    fn api_version(&self) -> u64 {
        0
    }
    fn contract(self: Arc<Self>) -> Contract {
        Contract::new::<dyn Adds>(self)
    }
}

fn bound() -> Slot<dyn Adds> {
    let registry = BindingRegistry::default();
    let (module, viewmodel) = ("bench".to_owned(), Arc::new(One));
    let view = viewmodel.view_id();
    let contract = Contract::new::<dyn Adds>(implementation());
    registry.commit(vec![Arc::new(Binding { module, generation: 0, viewmodel, contract })]);
    registry.slot(view)
}

/// A slot call beside its two halves and both together.
pub fn tables(report: &mut Report) {
    for (title, threads) in [("Slot call", Threads::One), ("Slot call, two threads", Threads::Two)] {
        let table = Table::new(title, cases(threads));
        report.table(table.goal(title, "SlotReader::get + call", Above(1.0, "Cache load + dyn call")));
    }
}

fn cases(threads: Threads) -> Vec<Case> {
    let slot: Slot<dyn Adds> = bound();
    let swap = Arc::new(ArcSwap::from_pointee(implementation()));
    vec![
        case("SlotReader::get + call", Side::Ours, threads, slot.clone(), |slot| {
            let mut reader = slot.reader();
            for number in 0..OPERATIONS as u64 {
                black_box(black_box(&mut reader).get().map(|implementation| implementation.add(number)));
            }
        }),
        case("Slot::load + call", Side::Ours, threads, slot, |slot| {
            for number in 0..OPERATIONS as u64 {
                black_box(black_box(&*slot).load().map(|implementation| implementation.add(number)));
            }
        }),
        case("Cache load + dyn call", Side::Floor, threads, swap.clone(), |swap| {
            let mut cache = Cache::new(swap.clone());
            for number in 0..OPERATIONS as u64 {
                black_box(black_box(&mut cache).load().add(number));
            }
        }),
        case("ArcSwap load + dyn call", Side::Peer("arc_swap"), threads, swap, |swap| {
            for number in 0..OPERATIONS as u64 {
                black_box(black_box(&*swap).load().add(number));
            }
        }),
        case("dyn call", Side::Floor, threads, implementation(), |implementation| {
            for number in 0..OPERATIONS as u64 {
                black_box(black_box(&*implementation).add(number));
            }
        }),
    ]
}

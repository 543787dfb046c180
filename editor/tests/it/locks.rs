use crate::sample::{report, screen};
use egui_kittest::kittest::Queryable as _;
use playground::core_types::{Contention, Handle, Lock, Who};
use playground::editor::Report;
use playground::editor::report::Runner;

fn runner(module: &str, name: &str) -> Runner {
    Runner { module: module.into(), name: name.into() }
}

/// The sample, with the pool's lock held by one system while another waits for it, and one wait behind them.
fn contended() -> Report {
    let mut report = report();
    let lock = &mut report.pools[0].lock;
    lock.age_ns = 5_000_000_000;
    lock.holder = Some(Who(1));
    lock.waiters = 2;
    lock.contended = 3;
    lock.wait.add(2_000_000);
    lock.recent = vec![Contention {
        number: 0,
        at_ns: 1_000_000_000,
        wait_ns: 2_000_000,
        waiter: Who(2),
        holder: Who(1),
        write: true,
    }];
    report.who = Handle::new(vec![runner("orbit", "advance"), runner("swarm", "flock")]);
    report
}

#[test]
fn a_selected_lock_names_who_holds_it_and_who_waited() {
    let mut screen = screen(contended());
    let (_, dock) = screen.state_mut().shell.dock_mut();
    dock.show("locks");
    screen.run_steps(3);
    assert!(screen.query_by_label("Held by advance (orbit), 2 threads wait").is_none());
    screen.get_by_label("Lock Transform").click();
    screen.run_steps(3);
    screen.get_by_label("Held by advance (orbit), 2 threads wait");
    screen.get_by_label("flock (swarm)");
    screen.get_by_label("writing");
    screen.get_by_label("4.00 s ago");
}

#[test]
fn a_lock_that_nobody_waited_for_says_so() {
    let mut calm = report();
    calm.pools[0].lock = Lock::new("scene::Transform", 0).stats();
    let mut screen = screen(calm);
    let (_, dock) = screen.state_mut().shell.dock_mut();
    dock.show("locks");
    screen.run_steps(3);
    screen.get_by_label("Lock Transform").click();
    screen.run_steps(3);
    screen.get_by_label("Nobody holds it, nobody waits");
    screen.get_by_label("Nobody had to wait for this lock so far.");
}

#[test]
fn a_type_that_is_a_component_and_an_event_has_two_locks() {
    let mut twice = report();
    let mut events = twice.pools[0].clone();
    events.name = "event scene::Transform".into();
    events.lock.reads = 1;
    twice.pools.push(events);
    let mut screen = screen(twice);
    let (_, dock) = screen.state_mut().shell.dock_mut();
    dock.show("locks");
    screen.run_steps(3);
    screen.get_by_label("Lock Transform");
    screen.get_by_label("Lock event Transform").click();
    screen.run_steps(3);
    screen.get_by_label("Showing event scene::Transform");
}

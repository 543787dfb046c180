//! The schedule in the report: one row per system, by stage and order.

use playground::ecs::World;
use playground::ecs::model::schedule::{SystemInfo, Use};
use playground::editor::report::{AccessRow, SystemRow};

/// All systems, and those that wait for each other.
pub fn rows(world: &World) -> (Vec<SystemRow>, Vec<String>) {
    let mut schedule = world.schedule().write();
    (schedule.list().into_iter().map(row).collect(), schedule.cycles())
}

fn row(info: SystemInfo) -> SystemRow {
    let used = |used: Use| AccessRow { name: used.name, write: used.write, event: used.event };
    SystemRow {
        access: info.access.into_iter().map(used).collect(),
        module: info.module,
        name: info.name,
        stage: info.stage,
        order: info.order,
        wave: info.wave,
        commands: info.commands,
        before: info.before,
        after: info.after,
        conditions: info.conditions,
        rate: info.rate,
        enabled: info.enabled,
        module_enabled: info.module_enabled,
        runs: info.stats.runs,
        skipped: info.stats.skipped,
        last: info.stats.last,
        average: info.stats.average,
        max: info.stats.max,
        warnings: info.warnings,
    }
}

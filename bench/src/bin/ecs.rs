//! The ECS beside others: `ecs GROUP`.

use playground_bench::{ecs, harness};

fn main() -> anyhow::Result<()> {
    harness::main(ecs::GROUPS)
}

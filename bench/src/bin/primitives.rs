//! Shared values, slots and pools beside the bare operation: `primitives GROUP`.

use playground_bench::{harness, primitives};

fn main() -> anyhow::Result<()> {
    harness::main(primitives::GROUPS)
}

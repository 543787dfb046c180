//! Checks what the system says it provides.

fn main() {
    playground_engine_build_utils::validate_system();
}

//! Checks what the app declares, and lets the built program find the engine library wherever it is started from.

fn main() {
    playground_engine_build_utils::validate_app();
    playground_engine_build_utils::link_rpaths();
}

//! Names this build of the engine, so that no module of another build is ever opened.

fn main() {
    playground_engine_build_utils::engine_build_id();
}

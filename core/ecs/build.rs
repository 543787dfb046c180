//! Versions of the contract and of the model, from their source.

fn main() {
    playground_engine_build_utils::generate_versions();
}

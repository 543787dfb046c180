//! Saved columns: what a checkpoint keeps of a pool. Chunks that did not change are shared between checkpoints.

use super::{component::Component, pool};
use playground_core_types::Handle;
use playground_engine_types::CHUNK_ROWS;

/// The chunks of all columns, by archetype.
pub struct Columns<T> {
    columns: Vec<Vec<Handle<Vec<T>>>>,
}

/// Saves columns; `unchanged` tells which chunks are still as `before` has them.
pub fn save<T: Component>(
    columns: &pool::Columns<T>,
    before: Option<&Columns<T>>,
    unchanged: &dyn Fn(u32, u32) -> bool,
) -> Columns<T> {
    let column = |(archetype, column): (usize, &pool::Column<T>)| {
        let known = before.and_then(|before| before.columns.get(archetype));
        let chunks = column.rows.chunks(CHUNK_ROWS as usize).enumerate();
        let save = |(chunk, rows): (usize, &[T])| {
            let known = known.and_then(|known| known.get(chunk));
            // The length is compared too: rows that left from the end of a chunk leave no tick in it.
            match known.filter(|known| known.len() == rows.len() && unchanged(archetype as u32, chunk as u32)) {
                Some(known) => known.clone(),
                None => Handle::new(pool::detached_rows(rows)),
            }
        };
        chunks.map(save).collect()
    };
    Columns { columns: columns.columns.iter().enumerate().map(column).collect() }
}

/// Makes the columns what they were when they were saved.
pub fn load<T: Component>(columns: &mut pool::Columns<T>, saved: &Columns<T>) {
    for archetype in 0..columns.columns.len().max(saved.columns.len()) {
        let rows = columns.open(archetype as u32);
        rows.clear();
        for chunk in saved.columns.get(archetype).into_iter().flatten() {
            rows.extend(pool::detached_rows(chunk));
        }
    }
}

/// Memory that is freed when this is dropped, bytes. What a component owns outside of itself is not counted.
pub fn own_bytes<T>(saved: &Columns<T>) -> u64 {
    let chunks = saved.columns.iter().flatten();
    chunks
        .filter(|chunk| Handle::strong_count(chunk) == 1)
        .map(|chunk| (chunk.capacity() * size_of::<T>()) as u64)
        .sum()
}

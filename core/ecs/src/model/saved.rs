//! Saved columns: what a checkpoint keeps of a pool. Chunks that did not change are shared between checkpoints.

use super::{component::Component, pool};
use playground_core_types::Handle;
use playground_engine_types::{CHUNK_ROWS, Leaf, TypeKind, TypeSchema};

/// The chunks of all columns, by archetype.
pub struct Columns<T> {
    columns: Vec<Vec<Handle<Chunk<T>>>>,
}

struct Chunk<T> {
    rows: Vec<T>,
    /// What the rows own outside of themselves, roughly, bytes.
    heap: u64,
}

impl<T: Component> Chunk<T> {
    fn of(rows: &[T]) -> Self {
        let rows = pool::detached_rows(rows);
        let heap = if owns_memory(T::SCHEMA) { rows.iter().map(heap_of).sum() } else { 0 };
        Self { rows, heap }
    }
}

/// Whether values of a type can own memory outside of themselves.
fn owns_memory(schema: &TypeSchema) -> bool {
    match schema.kind {
        TypeKind::Text | TypeKind::List(_) | TypeKind::Shared(_) => true,
        TypeKind::Struct(fields) => fields.iter().any(|field| owns_memory(field.ty)),
        TypeKind::Enum(variants) => {
            variants.iter().flat_map(|variant| variant.fields).any(|field| owns_memory(field.ty))
        }
        TypeKind::Option(inner) | TypeKind::Array(inner, _) => owns_memory(inner),
        _ => false,
    }
}

/// What of a component's basic values can't lie in the component itself, bytes.
fn heap_of<T: Component>(row: &T) -> u64 {
    let mut bytes = 0;
    row.walk(&mut |leaf| {
        bytes += match leaf {
            Leaf::Text(text) => text.len(),
            _ => size_of::<u64>(),
        };
    });
    bytes.saturating_sub(size_of::<T>()) as u64
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
            match known.filter(|known| known.rows.len() == rows.len() && unchanged(archetype as u32, chunk as u32)) {
                Some(known) => known.clone(),
                None => Handle::new(Chunk::of(rows)),
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
            rows.extend(pool::detached_rows(&chunk.rows));
        }
    }
}

/// Memory that is freed when this is dropped, bytes. What components own outside of themselves is estimated.
pub fn own_bytes<T>(saved: &Columns<T>) -> u64 {
    let chunks = saved.columns.iter().flatten();
    chunks
        .filter(|chunk| Handle::strong_count(chunk) == 1)
        .map(|chunk| (chunk.rows.capacity() * size_of::<T>()) as u64 + chunk.heap)
        .sum()
}

//! Saved columns: what a checkpoint keeps of a pool. Chunks that did not change are shared between checkpoints. In plain
//! loops, as the pool itself.

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

impl<T> Columns<T> {
    fn chunk(&self, archetype: usize, chunk: usize) -> Option<&Handle<Chunk<T>>> {
        match self.columns.get(archetype) {
            Some(chunks) => chunks.get(chunk),
            None => None,
        }
    }
}

impl<T> Columns<T> {
    /// The rows of all chunks that nobody else has.
    fn into_rows(self) -> Vec<Vec<T>> {
        let mut all = Vec::new();
        for chunks in self.columns {
            for chunk in chunks {
                if let Some(chunk) = Handle::into_inner(chunk) {
                    all.push(chunk.rows);
                }
            }
        }
        all
    }
}

/// Copies of the chunks that no other saved columns share, in one column: memory for the next ones.
pub fn ready<T: Component>(saved: &Columns<T>) -> Columns<T> {
    let mut copies = Vec::new();
    for chunks in &saved.columns {
        for chunk in chunks {
            if Handle::strong_count(chunk) == 1 {
                copies.push(Handle::new(Chunk::of(&chunk.rows, Vec::new())));
            }
        }
    }
    Columns { columns: vec![copies] }
}

impl<T: Component> Chunk<T> {
    /// A copy of `original`, in the memory of `rows`.
    fn of(original: &[T], mut rows: Vec<T>) -> Self {
        rows.clear();
        pool::detach_into(&mut rows, original);
        let mut heap = 0;
        if owns_memory(T::SCHEMA) {
            for row in &rows {
                heap += heap_of(row);
            }
        }
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
    ready: Option<Columns<T>>,
    unchanged: &dyn Fn(u32, u32) -> bool,
) -> Columns<T> {
    let mut memory = match ready {
        Some(ready) => ready.into_rows(),
        None => Vec::new(),
    };
    let mut saved = Vec::with_capacity(columns.columns.len());
    for (archetype, column) in columns.columns.iter().enumerate() {
        let mut chunks: Vec<Handle<Chunk<T>>> = Vec::with_capacity(column.rows.len().div_ceil(CHUNK_ROWS as usize));
        let mut rest = &column.rows[..];
        while !rest.is_empty() {
            let (rows, behind) = rest.split_at(rest.len().min(CHUNK_ROWS as usize));
            let chunk = match before.and_then(|before| before.chunk(archetype, chunks.len())) {
                // The length is compared too: rows that left from the end of a chunk leave no tick in it.
                Some(known) if known.rows.len() == rows.len() && unchanged(archetype as u32, chunks.len() as u32) => {
                    known.clone()
                }
                _ => Handle::new(Chunk::of(rows, memory.pop().unwrap_or_default())),
            };
            chunks.push(chunk);
            rest = behind;
        }
        saved.push(chunks);
    }
    Columns { columns: saved }
}

/// Makes the columns what they were when they were saved.
pub fn load<T: Component>(columns: &mut pool::Columns<T>, saved: &Columns<T>) {
    for archetype in 0..columns.columns.len().max(saved.columns.len()) {
        let rows = columns.open(archetype as u32);
        rows.clear();
        let Some(chunks) = saved.columns.get(archetype) else { continue };
        for chunk in chunks {
            pool::detach_into(rows, &chunk.rows);
        }
    }
}

/// Memory that is freed when this is dropped, bytes. What components own outside of themselves is estimated.
pub fn own_bytes<T>(saved: &Columns<T>) -> u64 {
    let mut bytes = 0;
    for chunks in &saved.columns {
        for chunk in chunks {
            if Handle::strong_count(chunk) == 1 {
                bytes += (chunk.rows.capacity() * size_of::<T>()) as u64 + chunk.heap;
            }
        }
    }
    bytes
}

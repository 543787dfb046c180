//! What narrows a query without giving a value.
//!
//! A filter is decided before the query locks its pools, so it never waits for what the query itself holds.

use super::{
    access::{NO_TERMS, Terms},
    term::At,
};
use crate::model::{archetype::Archetype, component::Component, storage::Storage};
use playground_engine_types::CHUNK_ROWS;
use std::marker::PhantomData;

/// One chunk of one archetype.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    /// The archetype.
    pub archetype: u32,
    /// The chunk in it.
    pub chunk: u32,
}

/// What narrows a query. A tuple of two passes what both pass.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't filter a query",
    note = "use `With<T>`, `Without<T>`, `Changed<T>`, `Added<T>`, `Or<(A, B)>` or a tuple of them"
)]
pub trait QueryFilter {
    /// What it looks at.
    const TERMS: Terms;
    /// Whether chunks of one archetype can differ.
    const CHUNKED: bool;
    /// Whether entities of one chunk can differ.
    const SPARSE: bool;
    /// Whether everything passes.
    const TRIVIAL: bool = false;
    /// Whether some entities of an archetype could pass.
    fn may(storage: &Storage, archetype: &Archetype) -> bool;
    /// Whether the entities of a chunk pass, if they do not differ. Ticks above `since` are new.
    fn chunk(storage: &Storage, archetype: &Archetype, chunk: Chunk, since: u64) -> bool;
    /// Whether an entity passes.
    fn row(storage: &Storage, archetype: &Archetype, at: At, since: u64) -> bool;
}

impl QueryFilter for () {
    const TERMS: Terms = NO_TERMS;
    const CHUNKED: bool = false;
    const SPARSE: bool = false;
    const TRIVIAL: bool = true;
    fn may(_: &Storage, _: &Archetype) -> bool {
        true
    }
    fn chunk(_: &Storage, _: &Archetype, _: Chunk, _: u64) -> bool {
        true
    }
    fn row(_: &Storage, _: &Archetype, _: At, _: u64) -> bool {
        true
    }
}

/// Passes entities that have `T`.
pub struct With<T>(PhantomData<fn() -> T>);
/// Passes entities that lack `T`.
pub struct Without<T>(PhantomData<fn() -> T>);
/// Passes entities whose `T` may have been written, or that came to where they are, since this system ran last.
///
/// Writing is noted by chunk of 1,024 entities, so neighbours of a changed one pass too; none that changed is missed.
pub struct Changed<T>(PhantomData<fn() -> T>);
/// Passes entities that have `T` and may have got it, or came to where they are, since this system ran last.
///
/// Coming is noted by chunk of 1,024 entities, so neighbours of an added one pass too; none that was added is missed.
pub struct Added<T>(PhantomData<fn() -> T>);
/// Passes what at least one of two filters passes.
pub struct Or<F>(PhantomData<fn() -> F>);

fn has<T: Component>(storage: &Storage, archetype: &Archetype) -> bool {
    storage.pool_index(T::INFO.id).is_some_and(|pool| T::SPARSE || archetype.has(pool))
}

fn has_row<T: Component>(storage: &Storage, archetype: &Archetype, at: At) -> bool {
    let Some(pool) = storage.pool_index(T::INFO.id) else { return false };
    match storage.sparse(pool) {
        Some(index) => index.row(at.slot).is_some(),
        None => archetype.has(pool),
    }
}

impl<T: Component> QueryFilter for With<T> {
    const TERMS: Terms = NO_TERMS;
    const CHUNKED: bool = false;
    const SPARSE: bool = T::SPARSE;
    fn may(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
    fn chunk(storage: &Storage, archetype: &Archetype, _: Chunk, _: u64) -> bool {
        has::<T>(storage, archetype)
    }
    fn row(storage: &Storage, archetype: &Archetype, at: At, _: u64) -> bool {
        has_row::<T>(storage, archetype, at)
    }
}

impl<T: Component> QueryFilter for Without<T> {
    const TERMS: Terms = NO_TERMS;
    const CHUNKED: bool = false;
    const SPARSE: bool = T::SPARSE;
    fn may(storage: &Storage, archetype: &Archetype) -> bool {
        T::SPARSE || !has::<T>(storage, archetype)
    }
    fn chunk(storage: &Storage, archetype: &Archetype, _: Chunk, _: u64) -> bool {
        !has::<T>(storage, archetype)
    }
    fn row(storage: &Storage, archetype: &Archetype, at: At, _: u64) -> bool {
        !has_row::<T>(storage, archetype, at)
    }
}

/// When rows of the chunk of a component came last, and when they were written last.
fn ticks<T: Component>(storage: &Storage, archetype: &Archetype, chunk: Chunk) -> Option<(u64, u64)> {
    let pool = storage.pool_index(T::INFO.id)?;
    if !archetype.has(pool) {
        return None;
    }
    Some((archetype.arrived(chunk.chunk), storage.pool_at(pool)?.written(chunk.archetype, chunk.chunk)))
}

fn row_ticks<T: Component>(storage: &Storage, archetype: &Archetype, at: At) -> Option<(u64, u64)> {
    if !T::SPARSE {
        let chunk = Chunk { archetype: at.archetype, chunk: at.row / CHUNK_ROWS };
        return ticks::<T>(storage, archetype, chunk);
    }
    let pool = storage.pool_index(T::INFO.id)?;
    let index = storage.sparse(pool)?;
    let chunk = index.row(at.slot)? / CHUNK_ROWS;
    Some((index.arrived(chunk), storage.pool_at(pool)?.written(0, chunk)))
}

impl<T: Component> QueryFilter for Changed<T> {
    const TERMS: Terms = Terms::read(T::INFO);
    const CHUNKED: bool = true;
    const SPARSE: bool = T::SPARSE;
    fn may(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
    fn chunk(storage: &Storage, archetype: &Archetype, chunk: Chunk, since: u64) -> bool {
        ticks::<T>(storage, archetype, chunk).is_some_and(|(came, written)| came.max(written) > since)
    }
    fn row(storage: &Storage, archetype: &Archetype, at: At, since: u64) -> bool {
        row_ticks::<T>(storage, archetype, at).is_some_and(|(came, written)| came.max(written) > since)
    }
}

impl<T: Component> QueryFilter for Added<T> {
    const TERMS: Terms = NO_TERMS;
    const CHUNKED: bool = true;
    const SPARSE: bool = T::SPARSE;
    fn may(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
    fn chunk(storage: &Storage, archetype: &Archetype, chunk: Chunk, since: u64) -> bool {
        has::<T>(storage, archetype) && archetype.arrived(chunk.chunk) > since
    }
    fn row(storage: &Storage, archetype: &Archetype, at: At, since: u64) -> bool {
        let Some(pool) = storage.pool_index(T::INFO.id) else { return false };
        match storage.sparse(pool) {
            Some(index) => index.row(at.slot).is_some_and(|row| index.arrived(row / CHUNK_ROWS) > since),
            None => archetype.has(pool) && archetype.arrived(at.row / CHUNK_ROWS) > since,
        }
    }
}

macro_rules! filters {
    ($($name:ident)*) => {
        impl<$($name: QueryFilter),*> QueryFilter for ($($name,)*) {
            const TERMS: Terms = Terms::All(&[$($name::TERMS),*]);
            const CHUNKED: bool = $($name::CHUNKED)||*;
            const SPARSE: bool = $($name::SPARSE)||*;
            fn may(storage: &Storage, archetype: &Archetype) -> bool {
                $($name::may(storage, archetype))&&*
            }
            fn chunk(storage: &Storage, archetype: &Archetype, chunk: Chunk, since: u64) -> bool {
                $($name::chunk(storage, archetype, chunk, since))&&*
            }
            fn row(storage: &Storage, archetype: &Archetype, at: At, since: u64) -> bool {
                $($name::row(storage, archetype, at, since))&&*
            }
        }

        impl<$($name: QueryFilter),*> QueryFilter for Or<($($name,)*)> {
            const TERMS: Terms = Terms::All(&[$($name::TERMS),*]);
            const CHUNKED: bool = $($name::CHUNKED)||*;
            const SPARSE: bool = $($name::SPARSE)||*;
            fn may(storage: &Storage, archetype: &Archetype) -> bool {
                $($name::may(storage, archetype))||*
            }
            fn chunk(storage: &Storage, archetype: &Archetype, chunk: Chunk, since: u64) -> bool {
                $(($name::may(storage, archetype) && $name::chunk(storage, archetype, chunk, since)))||*
            }
            fn row(storage: &Storage, archetype: &Archetype, at: At, since: u64) -> bool {
                $(($name::may(storage, archetype) && $name::row(storage, archetype, at, since)))||*
            }
        }
    };
}
filters!(A);
filters!(A B);
filters!(A B C);
filters!(A B C D);

//! What a query asks for: one term, or a tuple of up to eight.

use super::{
    access::Terms,
    term::{At, NO_POOL, Packing, QueryTerm, ReadOnlyTerm},
};
use crate::model::{archetype::Archetype, sparse::SparseIndex, storage::Storage};
use playground_core_types::Who;

/// Most terms of one query.
pub const MAX_TERMS: usize = 8;

/// The pools of a query's terms, and the order in which they are locked.
#[derive(Clone, Copy, Debug)]
pub struct Pools {
    /// By term.
    pub of: [u32; MAX_TERMS],
    /// Terms, those of lower pools first, so that two queries never wait for each other.
    pub order: [u8; MAX_TERMS],
    /// Number of terms.
    pub len: u8,
}

impl Pools {
    pub(super) fn new(of: &[u32]) -> Self {
        let mut pools = Self { of: [NO_POOL; MAX_TERMS], order: [0; MAX_TERMS], len: of.len() as u8 };
        pools.of[..of.len()].copy_from_slice(of);
        for (at, place) in pools.order.iter_mut().enumerate() {
            *place = at as u8;
        }
        let Pools { of, order, len } = &mut pools;
        order[..usize::from(*len)].sort_by_key(|term| of[usize::from(*term)]);
        pools
    }
}

#[cold]
fn not_locked() -> ! {
    unreachable!("every term was locked")
}

/// Calls `each` for every row, such that the compiler can pack rows into vector registers.
#[inline]
fn each_row<D: QueryData + ?Sized>(rows: D::Rows<'_>, each: &mut impl FnMut(D::Item<'_>)) {
    let rest = match D::PACKING {
        Packing::Loop => rows,
        // Without optimisation nothing is packed, and each way holds the closure once more.
        _ if cfg!(debug_assertions) => rows,
        Packing::Words => {
            let whole = D::len(&rows) & !7;
            let (rows, rest) = D::split(rows, whole);
            D::each_single(rows, each);
            D::each_block::<4>(rest, each)
        }
        Packing::Blocks => {
            let rest = D::each_block::<8>(rows, each);
            D::each_block::<4>(rest, each)
        }
    };
    D::each_single(rest, each);
}

/// What a query asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be queried",
    note = "ask for `&T`, `&mut T`, `Option<&T>`, `Option<&mut T>` or `Entity`, or a tuple of up to eight of them"
)]
pub trait QueryData {
    /// What it reads and writes.
    const TERMS: Terms;
    /// Whether components of a term lie beside the archetypes.
    const SPARSE: bool;
    /// Whether an archetype without rows of a term gives nothing.
    const DENSE: bool;
    /// Whether a term needs the ids of an archetype's entities.
    const IDS: bool;
    /// How the compiler packs its components into vector registers.
    const PACKING: Packing;
    /// The locks on the pools.
    type Guards<'w>;
    /// What one entity gives.
    type Item<'q>;
    /// The way through the columns.
    type Cursor<'q>;
    /// Rows of one archetype: a slice for each term.
    type Rows<'q>: Send + Sync;
    /// Single rows.
    type Iter<'q>;

    /// The pools to lock.
    fn pools(storage: &Storage) -> Pools;
    /// Whether an archetype fits.
    fn matches(storage: &Storage, pools: &Pools, archetype: &Archetype) -> bool;
    /// Locks the pools in their order.
    fn lock<'w>(storage: &'w Storage, pools: &Pools, who: Who) -> Self::Guards<'w>;
    /// Begins the way through the columns.
    fn cursor<'q>(storage: &'q Storage, guards: &'q mut Self::Guards<'_>, now: u64) -> Self::Cursor<'q>;
    /// The rows of an archetype.
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, ids: &'q [u32], whole: bool) -> Self::Rows<'q>;
    /// Stamps the chunk of a row of the archetype asked for last.
    fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32);
    /// Number of rows.
    fn len(rows: &Self::Rows<'_>) -> usize;
    /// The first `at` rows and the others.
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>);
    /// Calls `each` for every row of whole blocks; gives the rows behind them.
    fn each_block<'q, const N: usize>(rows: Self::Rows<'q>, each: &mut impl FnMut(Self::Item<'_>)) -> Self::Rows<'q>;
    /// Calls `each` for every row, one at a time.
    fn each_single(rows: Self::Rows<'_>, each: &mut impl FnMut(Self::Item<'_>));
    /// Calls `each` for every row.
    #[inline]
    fn each(rows: Self::Rows<'_>, each: &mut impl FnMut(Self::Item<'_>)) {
        each_row::<Self>(rows, each);
    }
    /// Single rows.
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_>;
    /// The next single row.
    fn next<'q>(iter: &mut Self::Iter<'q>) -> Option<Self::Item<'q>>;
    /// Whether an entity of a matching archetype has all that is asked for.
    fn present(storage: &Storage, pools: &Pools, at: At) -> bool;
    /// The shortest list of entities that can have all that is asked for, if there is one.
    fn driver<'w>(storage: &'w Storage, pools: &Pools) -> Option<&'w SparseIndex>;
    /// What one entity gives, if it has all.
    fn fetch<'q>(
        storage: &'q Storage,
        guards: &'q mut Self::Guards<'_>,
        pools: &Pools,
        at: At,
        now: u64,
    ) -> Option<Self::Item<'q>>;
}

/// What only reads, so that several items may be held at once.
pub trait ReadOnlyData: QueryData {
    /// The columns, found once for many entities.
    type Shared<'q>: Copy;
    /// The columns, found once for many entities.
    fn share<'q>(storage: &'q Storage, guards: &'q Self::Guards<'_>, pools: &Pools) -> Self::Shared<'q>;
    /// What one entity gives, if it has all.
    fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>>;
}

impl<Q: QueryTerm> QueryData for Q {
    const TERMS: Terms = Q::TERMS;
    const SPARSE: bool = Q::SPARSE;
    const DENSE: bool = Q::DENSE;
    const IDS: bool = Q::IDS;
    const PACKING: Packing = Q::PACKING;
    type Guards<'w> = Q::Guard<'w>;
    type Item<'q> = Q::Item<'q>;
    type Cursor<'q> = Q::Cursor<'q>;
    type Rows<'q> = Q::Rows<'q>;
    type Iter<'q> = Q::Iter<'q>;

    fn pools(storage: &Storage) -> Pools {
        Pools::new(&[Q::pool(storage)])
    }
    fn matches(storage: &Storage, pools: &Pools, archetype: &Archetype) -> bool {
        Q::matches(storage, pools.of[0], archetype)
    }
    #[inline]
    fn lock<'w>(storage: &'w Storage, pools: &Pools, who: Who) -> Self::Guards<'w> {
        Q::lock(storage, pools.of[0], who)
    }
    #[inline]
    fn cursor<'q>(storage: &'q Storage, guards: &'q mut Self::Guards<'_>, now: u64) -> Self::Cursor<'q> {
        Q::cursor(storage, guards, now)
    }
    #[inline]
    fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, ids: &'q [u32], whole: bool) -> Self::Rows<'q> {
        Q::rows(cursor, archetype, ids, whole)
    }
    fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32) {
        Q::stamp(cursor, archetype, row);
    }
    #[inline]
    fn len(rows: &Self::Rows<'_>) -> usize {
        Q::len(rows)
    }
    #[inline]
    fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
        Q::split(rows, at)
    }
    #[inline]
    fn each_single(rows: Self::Rows<'_>, each: &mut impl FnMut(Self::Item<'_>)) {
        Q::iter(rows).for_each(each);
    }
    #[inline]
    fn each_block<'q, const N: usize>(rows: Self::Rows<'q>, each: &mut impl FnMut(Self::Item<'_>)) -> Self::Rows<'q> {
        let (blocks, rest) = Q::blocks::<N>(rows);
        for mut block in blocks {
            for at in 0..N {
                each(Q::in_block(&mut block, at));
            }
        }
        rest
    }
    #[inline]
    fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
        Q::iter(rows)
    }
    #[inline]
    fn next<'q>(iter: &mut Self::Iter<'q>) -> Option<Self::Item<'q>> {
        iter.next()
    }
    fn present(storage: &Storage, pools: &Pools, at: At) -> bool {
        Q::present(storage, pools.of[0], at)
    }
    fn driver<'w>(storage: &'w Storage, pools: &Pools) -> Option<&'w SparseIndex> {
        Q::driver(storage, pools.of[0])
    }
    #[inline]
    fn fetch<'q>(
        storage: &'q Storage,
        guards: &'q mut Self::Guards<'_>,
        pools: &Pools,
        at: At,
        now: u64,
    ) -> Option<Self::Item<'q>> {
        Q::fetch(storage, guards, pools.of[0], at, now)
    }
}

impl<Q: ReadOnlyTerm> ReadOnlyData for Q {
    type Shared<'q> = Q::Shared<'q>;
    #[inline]
    fn share<'q>(storage: &'q Storage, guards: &'q Self::Guards<'_>, pools: &Pools) -> Self::Shared<'q> {
        Q::share(storage, guards, pools.of[0])
    }
    #[inline]
    fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>> {
        Q::look(shared, at)
    }
}

macro_rules! query_data {
    ($($term:ident $at:tt)*; $pattern:pat) => {
        #[allow(non_snake_case)] // the macro names a value after its type
        impl<$($term: QueryTerm),*> QueryData for ($($term,)*) {
            const TERMS: Terms = Terms::All(&[$($term::TERMS),*]);
            const SPARSE: bool = $($term::SPARSE)||*;
            const DENSE: bool = $($term::DENSE)||*;
            const IDS: bool = $($term::IDS)||*;
            const PACKING: Packing = Packing::Loop$(.with($term::PACKING))*;
            type Guards<'w> = ($(Option<$term::Guard<'w>>,)*);
            type Item<'q> = ($($term::Item<'q>,)*);
            type Cursor<'q> = ($($term::Cursor<'q>,)*);
            type Rows<'q> = ($($term::Rows<'q>,)*);
            type Iter<'q> = ($($term::Iter<'q>,)*);

            fn pools(storage: &Storage) -> Pools {
                Pools::new(&[$($term::pool(storage)),*])
            }
            fn matches(storage: &Storage, pools: &Pools, archetype: &Archetype) -> bool {
                $($term::matches(storage, pools.of[$at], archetype))&&*
            }
            #[inline]
            fn lock<'w>(storage: &'w Storage, pools: &Pools, who: Who) -> Self::Guards<'w> {
                $(let mut $term = None;)*
                for term in &pools.order[..usize::from(pools.len)] {
                    match *term {
                        $($at => $term = Some($term::lock(storage, pools.of[$at], who)),)*
                        _ => {}
                    }
                }
                ($($term,)*)
            }
            #[inline]
            fn cursor<'q>(storage: &'q Storage, guards: &'q mut Self::Guards<'_>, now: u64) -> Self::Cursor<'q> {
                $(let Some($term) = &mut guards.$at else { not_locked() };)*
                ($($term::cursor(storage, $term, now),)*)
            }
            #[inline]
            fn rows<'q>(cursor: &mut Self::Cursor<'q>, archetype: u32, ids: &'q [u32], whole: bool) -> Self::Rows<'q> {
                ($($term::rows(&mut cursor.$at, archetype, ids, whole),)*)
            }
            fn stamp(cursor: &mut Self::Cursor<'_>, archetype: u32, row: u32) {
                $($term::stamp(&mut cursor.$at, archetype, row);)*
            }
            #[inline]
            fn len(rows: &Self::Rows<'_>) -> usize {
                A::len(&rows.0)
            }
            #[inline]
            fn split<'q>(rows: Self::Rows<'q>, at: usize) -> (Self::Rows<'q>, Self::Rows<'q>) {
                $(let $term = $term::split(rows.$at, at);)*
                (($($term.0,)*), ($($term.1,)*))
            }
            #[inline]
            fn each_single(rows: Self::Rows<'_>, each: &mut impl FnMut(Self::Item<'_>)) {
                if cfg!(debug_assertions) {
                    // Without optimisation it is as fast, and much less to compile.
                    $(let mut $term = $term::iter(rows.$at);)*
                    while let ($(Some($term),)*) = ($($term.next(),)*) {
                        each(($($term,)*));
                    }
                    return;
                }
                let zipped = std::iter::repeat(());
                $(let zipped = zipped.zip($term::iter(rows.$at));)*
                zipped.for_each(|$pattern| each(($($term,)*)));
            }
            #[inline]
            fn each_block<'q, const N: usize>(
                rows: Self::Rows<'q>,
                each: &mut impl FnMut(Self::Item<'_>),
            ) -> Self::Rows<'q> {
                $(let $term = $term::blocks::<N>(rows.$at);)*
                let zipped = std::iter::repeat(());
                $(let zipped = zipped.zip($term.0);)*
                zipped.for_each(|$pattern| {
                    $(let mut $term = $term;)*
                    for at in 0..N {
                        each(($($term::in_block(&mut $term, at),)*));
                    }
                });
                ($($term.1,)*)
            }
            #[inline]
            fn iter(rows: Self::Rows<'_>) -> Self::Iter<'_> {
                ($($term::iter(rows.$at),)*)
            }
            #[inline]
            fn next<'q>(iter: &mut Self::Iter<'q>) -> Option<Self::Item<'q>> {
                Some(($(iter.$at.next()?,)*))
            }
            fn present(storage: &Storage, pools: &Pools, at: At) -> bool {
                $($term::present(storage, pools.of[$at], at))&&*
            }
            fn driver<'w>(storage: &'w Storage, pools: &Pools) -> Option<&'w SparseIndex> {
                let all = [$($term::driver(storage, pools.of[$at])),*];
                all.into_iter().flatten().min_by_key(|index| index.slots().len())
            }
            #[inline]
            fn fetch<'q>(storage: &'q Storage, guards: &'q mut Self::Guards<'_>, pools: &Pools, at: At, now: u64) -> Option<Self::Item<'q>> {
                Some(($($term::fetch(storage, guards.$at.as_mut()?, pools.of[$at], at, now)?,)*))
            }
        }

        impl<$($term: ReadOnlyTerm),*> ReadOnlyData for ($($term,)*) {
            type Shared<'q> = ($($term::Shared<'q>,)*);
            #[inline]
            fn share<'q>(storage: &'q Storage, guards: &'q Self::Guards<'_>, pools: &Pools) -> Self::Shared<'q> {
                ($($term::share(storage, guards.$at.as_ref().expect("every term was locked"), pools.of[$at]),)*)
            }
            #[inline]
            fn look(shared: Self::Shared<'_>, at: At) -> Option<Self::Item<'_>> {
                Some(($($term::look(shared.$at, at)?,)*))
            }
        }
    };
}
query_data!(A 0; ((), A));
query_data!(A 0 B 1; (((), A), B));
query_data!(A 0 B 1 C 2; ((((), A), B), C));
query_data!(A 0 B 1 C 2 D 3; (((((), A), B), C), D));
query_data!(A 0 B 1 C 2 D 3 E 4; ((((((), A), B), C), D), E));
query_data!(A 0 B 1 C 2 D 3 E 4 F 5; (((((((), A), B), C), D), E), F));
query_data!(A 0 B 1 C 2 D 3 E 4 F 5 G 6; ((((((((), A), B), C), D), E), F), G));
query_data!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7; (((((((((), A), B), C), D), E), F), G), H));

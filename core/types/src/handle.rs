//! What all shared values have in common. Knows none of them but the plainest, the handle.

use std::sync::Arc;

/// A shared value that never changes once it is built.
///
/// **When**: for whatever is made in one piece and then only read: reports, meshes, tables. Reading costs nothing.
/// To change it, build another one and hand that out; a [`Shared`](crate::Shared) is for data that changes in place.
///
/// **Clone** makes an alias. It is a plain `Arc`, so that it converts to trait objects. [`Detach::detach`] makes a
/// copy; where the handle is about to be replaced, `Handle::make_mut` copies only if somebody else has it too.
pub type Handle<T> = Arc<T>;

/// What every shared value of this crate can do: cross threads and be cloned into an alias of itself.
///
/// A bound on it says that a value may be handed to another thread, and that writing through one clone shows through
/// all of them.
pub trait ThreadSafe: Clone + Send + Sync + 'static {
    /// Whether both name the same value in memory. Equal values are not enough.
    fn same(&self, other: &Self) -> bool;
}

impl<T: Send + Sync + 'static> ThreadSafe for Handle<T> {
    fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(self, other)
    }
}

/// Copies what a shared value holds, where `clone` would make another name for it.
///
/// The types of this crate have a method of the same name; this trait is for `Handle`, which is not a type of this
/// crate, and for code that is generic or written by a macro.
///
/// ```
/// use playground_core_types::{Detach, Handle, ThreadSafe};
/// let mesh = Handle::new(vec![1, 2, 3]);
/// let copy = mesh.detach();
/// assert_eq!(mesh, copy);
/// assert!(!mesh.same(&copy));
/// ```
pub trait Detach: Sized {
    /// A value of its own, which holds a copy of what this one holds now.
    fn detach(&self) -> Self;
}

impl<T: Clone> Detach for Handle<T> {
    fn detach(&self) -> Self {
        Handle::new(T::clone(self))
    }
}

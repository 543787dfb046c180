//! Type erasure, in one place: a value whose type only its maker and its user know.
//!
//! `TypeId`s do not change when a struct's fields do, so nothing here is enough by itself to take data from one
//! generation of a module to the next: component storage also compares schema hashes (see [`crate::storage`]).

use crate::{ErasedPool, TypeSchema};
use std::any::{Any, type_name};
use std::sync::Arc;

/// An owned value of a type that the carrier does not know.
pub struct Erased {
    value: Box<dyn Any + Send>,
    name: &'static str,
}

impl Erased {
    /// Hides the type of `value`.
    pub fn new<T: Send + 'static>(value: T) -> Self {
        Self { value: Box::new(value), name: type_name::<T>() }
    }

    /// The value, if it is a `T`; else this, unchanged.
    pub fn take<T: 'static>(self) -> Result<T, Self> {
        match self.value.downcast::<T>() {
            Ok(value) => Ok(*value),
            Err(value) => Err(Self { value, name: self.name }),
        }
    }

    /// The name of the hidden type, for messages.
    pub fn type_name(&self) -> &'static str {
        self.name
    }
}

/// What a component pool saved of itself. Only a pool of the same type and shape can read it. A clone is the same state.
#[derive(Clone)]
pub struct SavedPool {
    schema: u64,
    saved: Arc<dyn Any + Send + Sync>,
}

impl SavedPool {
    /// Hides the type of `saved`, the state of a `P`.
    pub fn new<P: TypedPool, S: Send + Sync + 'static>(saved: S) -> Self {
        Self { schema: P::SCHEMA.hash, saved: Arc::new(saved) }
    }

    /// The state, if a `P` of the same shape saved it.
    pub fn get<P: TypedPool, S: 'static>(&self) -> Option<&S> {
        if self.schema == P::SCHEMA.hash { self.saved.downcast_ref() } else { None }
    }
}

impl SavedPool {
    /// The state itself, if a `P` of the same shape saved it and nobody else has it.
    pub fn take<P: TypedPool, S: Send + Sync + 'static>(self) -> Option<S> {
        if self.schema != P::SCHEMA.hash {
            return None;
        }
        match self.saved.downcast::<S>() {
            Ok(saved) => Arc::into_inner(saved),
            Err(_) => None,
        }
    }
}

/// A module's implementation of a View, before its user asks for it by the View's type.
pub struct Contract {
    handle: Box<dyn Any + Send + Sync>,
    name: &'static str,
}

impl Contract {
    /// Offers `handle` under the contract `C`, a trait object type such as `dyn EcsViewTrait`.
    pub fn new<C: ?Sized + Send + Sync + 'static>(handle: Arc<C>) -> Self {
        Self { handle: Box::new(handle), name: type_name::<C>() }
    }

    /// The implementation, if it was offered under `C`.
    pub fn get<C: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<C>> {
        self.handle.downcast_ref::<Arc<C>>().cloned()
    }

    /// The name of the contract, for messages.
    pub fn type_name(&self) -> &'static str {
        self.name
    }
}

/// Runs `call` and gives the message of its panic, if it panics.
///
/// # Errors
/// With the panic's message.
pub fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        // Dropping a payload of unknown type runs code of the module that panicked; it is kept instead.
        std::mem::forget(panic);
        text.unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Component storage whose type is known, for the checks below.
pub trait TypedPool: ErasedPool {
    /// The shape of its components.
    const SCHEMA: &'static TypeSchema;
}

/// Component storage and the shape of what it holds: the only way back from storage to its type.
pub struct PoolBox {
    schema: u64,
    pool: Box<dyn ErasedPool>,
}

impl PoolBox {
    /// Storage without its type.
    pub fn new(pool: Box<dyn ErasedPool>) -> Self {
        Self { schema: pool.info().schema.hash, pool }
    }

    /// The storage, if it is a `P` and its components have the shape that `P` was compiled with.
    #[inline]
    pub fn typed<P: TypedPool>(&self) -> Option<&P> {
        if self.schema != P::SCHEMA.hash {
            return None;
        }
        (&*self.pool as &dyn Any).downcast_ref()
    }

    /// The storage, if it is a `P` and its components have the shape that `P` was compiled with.
    #[inline]
    pub fn typed_mut<P: TypedPool>(&mut self) -> Option<&mut P> {
        if self.schema != P::SCHEMA.hash {
            return None;
        }
        (&mut *self.pool as &mut dyn Any).downcast_mut()
    }

    /// The storage, owned.
    pub fn into_inner(self) -> Box<dyn ErasedPool> {
        self.pool
    }
}

impl std::ops::Deref for PoolBox {
    type Target = dyn ErasedPool;
    #[inline]
    fn deref(&self) -> &dyn ErasedPool {
        &*self.pool
    }
}

impl std::ops::DerefMut for PoolBox {
    #[inline]
    fn deref_mut(&mut self) -> &mut dyn ErasedPool {
        &mut *self.pool
    }
}

/// The storage as a `P`, if it is one of the same shape.
pub fn pool_ref<P: TypedPool>(pool: &dyn ErasedPool) -> Option<&P> {
    if pool.info().schema.hash == P::SCHEMA.hash { (pool as &dyn Any).downcast_ref() } else { None }
}

/// The storage as a `P`, if it is one of the same shape.
pub fn pool_mut<P: TypedPool>(pool: &mut dyn ErasedPool) -> Option<&mut P> {
    if pool.info().schema.hash == P::SCHEMA.hash { (pool as &mut dyn Any).downcast_mut() } else { None }
}

/// The storage as an owned `P`, if it is one of the same shape; else the storage, unchanged.
///
/// # Errors
/// With the storage, if it holds something else.
pub fn pool_box<P: TypedPool>(pool: Box<dyn ErasedPool>) -> Result<Box<P>, Box<dyn ErasedPool>> {
    if pool.info().schema.hash == P::SCHEMA.hash && (&*pool as &dyn Any).is::<P>() {
        Ok((pool as Box<dyn Any>).downcast().expect("the type was checked in the line above"))
    } else {
        Err(pool)
    }
}

#[cfg(test)]
mod tests {
    use super::{Contract, Erased};
    use std::sync::Arc;

    trait Speak: Send + Sync {
        fn word(&self) -> &'static str;
    }
    struct Dog;
    impl Speak for Dog {
        fn word(&self) -> &'static str {
            "woof"
        }
    }

    #[test]
    fn a_contract_comes_back_only_under_its_own_type() {
        let contract = Contract::new::<dyn Speak>(Arc::new(Dog));
        assert!(contract.get::<Dog>().is_none());
        assert_eq!(contract.get::<dyn Speak>().map(|dog| dog.word()), Some("woof"));
    }

    #[test]
    fn a_wrong_guess_loses_nothing() {
        let erased = Erased::new(7_u32).take::<String>().expect_err("it is a number");
        assert_eq!(erased.take::<u32>().ok(), Some(7));
    }
}

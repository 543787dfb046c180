//! Fields that several threads or several components share: `Atomic`, `Shared`, `Handle` and `Once`.
//!
//! A clone of such a field is another name for the same value. As a tree it looks like the value that it holds, so the
//! inspector, scenes and undo need not know it. A copy of a world copies what it holds.

use crate::{Entity, Leaf, Reflect, TypeKind, TypeSchema, Value, ValueError, reflect};
use playground_core_types::{Atomic, Handle, Once, Shared};
use std::marker::PhantomData;

/// The longest name of a shared type, bytes. What is longer is cut.
const MOST: usize = 64;

/// `Atomic<f32>`, put together while compiling.
struct Text {
    bytes: [u8; MOST],
    len: usize,
}

impl Text {
    const fn of(outer: &str, inner: &str) -> Self {
        Self { bytes: [0; MOST], len: 0 }.with(outer).with("<").with(inner).with(">")
    }

    const fn with(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        let mut at = 0;
        while at < part.len() && self.len < MOST {
            self.bytes[self.len] = part[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    const fn as_str(&self, outer: &'static str) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // The cut went through a character.
            Err(_) => outer,
        }
    }
}

/// The names of the shared types over `T`.
struct Names<T>(PhantomData<T>);

macro_rules! names {
    ($($text:ident $name:ident $outer:literal),*) => {
        impl<T: Reflect> Names<T> {
            $(
                const $text: Text = Text::of($outer, T::SCHEMA.name);
                const $name: &'static str = (&Self::$text).as_str($outer);
            )*
        }
    };
}
names!(ATOMIC_TEXT ATOMIC "Atomic", SHARED_TEXT SHARED "Shared", HANDLE_TEXT HANDLE "Handle", ONCE_TEXT ONCE "Once");

const fn schema<This>(name: &'static str, held: &'static TypeSchema) -> TypeSchema {
    TypeSchema::new(name, "", size_of::<This>(), align_of::<This>(), TypeKind::Shared(held))
}

impl<T: Reflect + Copy> Reflect for Atomic<T> {
    const SCHEMA: &'static TypeSchema = &schema::<Self>(Names::<T>::ATOMIC, T::SCHEMA);
    const PLAIN: bool = false;
    fn to_value(&self) -> Value {
        self.load().to_value()
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        T::from_value(value).map(Self::new)
    }
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        self.load().walk(visit);
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        Self::new(self.load().detach(map))
    }
    fn assign(&mut self, new: &mut Self, base: Option<&Self>) {
        if base.is_none_or(|base| !reflect::same(base, new)) {
            new.store(self.swap(new.load()));
        }
    }
}

/// Walks and copies under the lock: whoever holds it for writing makes the inspector and snapshots wait.
impl<T: Reflect> Reflect for Shared<T> {
    const SCHEMA: &'static TypeSchema = &schema::<Self>(Names::<T>::SHARED, T::SCHEMA);
    const PLAIN: bool = false;
    fn to_value(&self) -> Value {
        self.read().to_value()
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        T::from_value(value).map(|value| Self::new(T::SCHEMA.name, value))
    }
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        self.read().walk(visit);
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        Self::new(self.name().to_owned(), self.read().detach(map))
    }
    fn assign(&mut self, new: &mut Self, base: Option<&Self>) {
        // Two names of one value would wait for each other.
        if !self.same(new) {
            let base = base.filter(|base| !base.same(self) && !base.same(new)).map(Self::read);
            self.write().assign(&mut new.write(), base.as_deref());
        }
    }
}

impl<T: Reflect> Reflect for Handle<T> {
    const SCHEMA: &'static TypeSchema = &schema::<Self>(Names::<T>::HANDLE, T::SCHEMA);
    const PLAIN: bool = false;
    fn to_value(&self) -> Value {
        T::to_value(self)
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        T::from_value(value).map(Self::new)
    }
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        T::walk(self, visit);
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        Self::new(T::detach(self, map))
    }
    fn assign(&mut self, new: &mut Self, base: Option<&Self>) {
        keep_or_swap(self, new, base);
    }
}

/// As a tree an optional: nothing until it is set.
impl<T: Reflect> Reflect for Once<T> {
    const SCHEMA: &'static TypeSchema = &schema::<Self>(Names::<T>::ONCE, <Option<T>>::SCHEMA);
    const PLAIN: bool = false;
    fn to_value(&self) -> Value {
        self.get().map_or(Value::None, |held| Value::Some(Box::new(held.to_value())))
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        <Option<T>>::from_value(value).map(|held| held.map_or_else(Self::new, Self::from))
    }
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        let held = self.get();
        visit(Leaf::Tag(usize::from(held.is_some())));
        held.into_iter().for_each(|held| held.walk(visit));
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        self.get().map_or_else(Self::new, |held| Self::from(held.detach(map)))
    }
    fn assign(&mut self, new: &mut Self, base: Option<&Self>) {
        keep_or_swap(self, new, base);
    }
}

/// What never changes in place stays the same for its other names as long as the new value is equal.
fn keep_or_swap<T: Reflect>(now: &mut T, new: &mut T, base: Option<&T>) {
    if base.is_none_or(|base| !reflect::same(base, new)) && !reflect::same(now, new) {
        std::mem::swap(now, new);
    }
}

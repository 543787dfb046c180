//! `derive(Component)` and `derive(Reflect)`: static tables and thin functions over engine code.
//!
//! What a derive writes is compiled on every save of a module, so it writes as little as possible.

mod attributes;
mod component;
mod reflect;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

// The examples need the whole of the engine; its façade runs them.
#[cfg_attr(not(doctest), doc = include_str!("../component.md"))] // the sdk runs the examples
#[proc_macro_derive(Component, attributes(component))]
pub fn derive_component(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    component::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes a struct or an enum usable as a field of a component. A struct needs `Clone` and `Default` too.
///
/// Fields take `#[component(unit = …, range = …, was = …)]` as those of a component do.
#[proc_macro_derive(Reflect, attributes(component))]
pub fn derive_reflect(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = attributes::part(&input).and_then(|()| reflect::expand(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}

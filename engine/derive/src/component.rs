//! `derive(Component)`.

use crate::{attributes::TypeOptions, reflect};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Result};

pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    if !matches!(input.data, Data::Struct(_)) {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "a component is a struct; derive `Reflect` on an enum and use it as a field of one",
        ));
    }
    if !input.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &input.generics,
            "a component can't be generic: it has one name and one schema; write a struct for each type that you need",
        ));
    }
    let reflect = reflect::expand(input)?;
    let options = TypeOptions::of(&input.attrs)?;
    let (engine, ident, hidden, sparse) = (options.engine(), &input.ident, options.hidden, options.sparse);
    let name = options.name.clone().unwrap_or_else(|| format!("{}::{ident}", module_name()));
    // The constant gives the function's type a name, so that a wrong one is reported where it is named.
    let migrate = options.migrate.as_ref().map_or(quote!(::core::option::Option::None), |path| {
        quote!(::core::option::Option::Some(|old| {
            const MIGRATE: #engine::Migrate<#ident> = #path;
            #engine::migrated(MIGRATE(old))
        }))
    });
    Ok(quote! {
        #reflect
        impl #engine::Component for #ident {
            const INFO: &'static #engine::ComponentInfo =
                &#engine::component_info::<#ident>(#name, #hidden, #sparse, #migrate);
            const SPARSE: bool = #sparse;
        }
    })
}

/// `orbit` for the package `playground-plugins-orbit`.
fn module_name() -> String {
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let short = ["playground-plugins-", "playground-core-", "playground-systems-"]
        .iter()
        .find_map(|prefix| package.strip_prefix(prefix))
        .unwrap_or(&package);
    short.replace('-', "_")
}

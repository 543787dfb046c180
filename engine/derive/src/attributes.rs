//! What `#[component(…)]` says, and doc comments.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprRange, Lit, LitStr, Path, Result};

/// What stands in `#[component(…)]` on a type or a field.
#[derive(Default)]
pub struct Options {
    pub name: Option<String>,
    pub hidden: bool,
    pub sparse: bool,
    pub krate: Option<Path>,
    pub unit: String,
    pub was: String,
    pub range: Option<(Expr, Expr)>,
}

impl Options {
    pub fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("component")) {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                match key.as_str() {
                    "hidden" => options.hidden = true,
                    "sparse" => options.sparse = true,
                    "name" => options.name = Some(meta.value()?.parse::<LitStr>()?.value()),
                    "unit" => options.unit = meta.value()?.parse::<LitStr>()?.value(),
                    "was" => options.was = meta.value()?.parse::<LitStr>()?.value(),
                    "crate" => options.krate = Some(meta.value()?.parse()?),
                    "range" => options.range = Some(range(meta.value()?.parse()?)?),
                    _ => {
                        return Err(meta.error(
                            "`component` knows `name`, `hidden`, `sparse`, `unit`, `was` and `range = 0.0..=1.0`",
                        ));
                    }
                }
                Ok(())
            })?;
        }
        Ok(options)
    }

    /// The crate that derived code takes the engine's names from.
    pub fn engine(&self) -> TokenStream {
        self.krate.as_ref().map_or(quote!(::playground::derived), |path| quote!(#path::derived))
    }
}

fn range(range: ExprRange) -> Result<(Expr, Expr)> {
    match (&range.start, &range.end) {
        (Some(start), Some(end)) => Ok((*start.clone(), *end.clone())),
        _ => Err(syn::Error::new_spanned(&range, "a range needs both ends, as in 0.0..=10.0")),
    }
}

/// The doc comment as one text.
pub fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let value = &attribute.meta.require_name_value().ok()?.value;
        match value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

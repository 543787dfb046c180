//! What `#[component(…)]` says, and doc comments. Each mistake is named where it is made.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, DeriveInput, Expr, ExprRange, Field, Lit, LitStr, Path, RangeLimits, Result, Type, UnOp,
    meta::ParseNestedMeta,
};

const ON_TYPES: &str =
    "on a struct `component` knows `name = \"module::Type\"`, `migrate = function`, `hidden` and `sparse`";
const ON_FIELDS: &str = "on a field `component` knows `unit = \"m\"`, `range = 0.0..=1.0` and `was = \"old_name\"`";

/// What stands in `#[component(…)]` on a type.
#[derive(Default)]
pub struct TypeOptions {
    pub name: Option<String>,
    pub hidden: bool,
    pub sparse: bool,
    pub krate: Option<Path>,
    /// The author's own conversion of earlier versions.
    pub migrate: Option<Path>,
}

/// What stands in `#[component(…)]` on a field.
#[derive(Default)]
pub struct FieldOptions {
    pub unit: String,
    pub was: String,
    pub range: Option<(Expr, Expr)>,
}

impl TypeOptions {
    pub fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        each(attributes, ON_TYPES, &mut |key, meta| {
            match key {
                "hidden" => options.hidden = true,
                "sparse" => options.sparse = true,
                "name" => options.name = Some(text(meta, "a component's name can't be empty")?),
                "crate" => options.krate = Some(meta.value()?.parse()?),
                "migrate" => options.migrate = Some(function(meta)?),
                "unit" | "range" | "was" => {
                    return Err(meta.error(format!("`{key}` belongs on a field; {ON_TYPES}")));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(options)
    }

    /// The crate that derived code takes the engine's names from.
    pub fn engine(&self) -> TokenStream {
        self.krate.as_ref().map_or(quote!(::playground::derived), |path| quote!(#path::derived))
    }
}

impl FieldOptions {
    pub fn of(field: &Field) -> Result<Self> {
        let mut options = Self::default();
        each(&field.attrs, ON_FIELDS, &mut |key, meta| {
            match key {
                "unit" => options.unit = text(meta, "a unit can't be empty: leave it out")?,
                "was" => options.was = text(meta, "a field's old name can't be empty")?,
                "range" => options.range = Some(range(&meta.value()?.parse()?, &field.ty)?),
                "hidden" | "sparse" | "name" | "crate" | "migrate" => {
                    return Err(meta.error(format!("`{key}` belongs on the struct; {ON_FIELDS}")));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(options)
    }
}

/// Refuses what only a component can have on a type that is a part of one.
pub fn part(input: &DeriveInput) -> Result<()> {
    match TypeOptions::of(&input.attrs)?.migrate {
        Some(path) => Err(syn::Error::new_spanned(
            path,
            "`migrate` belongs on a component, which gets this type's old values with its own",
        )),
        None => Ok(()),
    }
}

/// Refuses `#[component(…)]` where it says nothing, such as on a variant of an enum.
pub fn none(attributes: &[Attribute]) -> Result<()> {
    each(attributes, "", &mut |_, meta| {
        Err(meta.error("`component` says nothing about a variant; write it on the variant's fields"))
    })
}

/// Calls `take` for each key; it says whether it knows the key.
fn each(
    attributes: &[Attribute],
    known: &str,
    take: &mut dyn FnMut(&str, &ParseNestedMeta<'_>) -> Result<bool>,
) -> Result<()> {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("component")) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.to_token_stream().to_string();
            if seen.contains(&key) {
                return Err(meta.error(format!("`{key}` is given twice")));
            }
            if !take(&key, &meta)? {
                return Err(meta.error(format!("`component` does not know `{key}`: {known}")));
            }
            seen.push(key);
            Ok(())
        })?;
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta<'_>, empty: &str) -> Result<String> {
    let literal: LitStr = meta.value()?.parse()?;
    let value = literal.value();
    if value.trim().is_empty() { Err(syn::Error::new_spanned(literal, empty)) } else { Ok(value) }
}

fn function(meta: &ParseNestedMeta<'_>) -> Result<Path> {
    let value: Expr = meta.value()?.parse()?;
    match value {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path),
        other => Err(syn::Error::new_spanned(
            other,
            "`migrate` is the name of a function, as in `migrate = from_degrees`, that is \
             `fn(&Value) -> Result<Option<Self>, ValueError>`",
        )),
    }
}

fn range(range: &ExprRange, ty: &Type) -> Result<(Expr, Expr)> {
    let refuse = |why: &str| Err(syn::Error::new_spanned(range, why));
    let (Some(start), Some(end)) = (&range.start, &range.end) else {
        return refuse("a range needs both ends, as in 0.0..=10.0");
    };
    if matches!(range.limits, RangeLimits::HalfOpen(_)) {
        return refuse("a range includes its end: write `..=`, as in 0.0..=10.0");
    }
    if let (Some(low), Some(high)) = (number(start), number(end))
        && low > high
    {
        return refuse("a range begins with its lower end");
    }
    let name = ty.to_token_stream().to_string();
    if ["String", "bool", "Entity"].contains(&name.as_str()) {
        return refuse(&format!("a range is for numbers, and this field is a {name}"));
    }
    Ok((*start.clone(), *end.clone()))
}

/// A number that is written out; others are known to the compiler only.
fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Float(number) => number.base10_parse().ok(),
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => number(&unary.expr).map(|number| -number),
        _ => None,
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

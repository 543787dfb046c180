//! `derive(Reflect)` for structs and enums.
//!
//! What is derived is compiled on every save of its module: no closure where a `match` does, no `?` in what is generic.

use crate::attributes::{FieldOptions, TypeOptions, docs, none};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DeriveInput, Field, Fields, Ident, Result, Type};

pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &input.generics,
            "a type with a schema can't be generic; write one for each type that you need",
        ));
    }
    let options = TypeOptions::of(&input.attrs)?;
    let (engine, ident, docs) = (options.engine(), &input.ident, docs(&input.attrs));
    let (kind, to_value, from_value, walk, detach, assign, types) = match &input.data {
        Data::Struct(data) => of_struct(&engine, ident, &data.fields)?,
        Data::Enum(data) => of_enum(&engine, ident, data)?,
        Data::Union(_) => {
            return Err(syn::Error::new_spanned(ident, "a union has no schema: use an enum"));
        }
    };
    let name = ident.to_string();
    Ok(quote! {
        impl #engine::Reflect for #ident {
            const SCHEMA: &'static #engine::TypeSchema = &#engine::TypeSchema::new(
                #name, #docs, ::core::mem::size_of::<#ident>(), ::core::mem::align_of::<#ident>(), #kind,
            );
            fn to_value(&self) -> #engine::Value {
                #to_value
            }
            fn from_value(value: &#engine::Value) -> ::core::result::Result<Self, #engine::ValueError> {
                #from_value
            }
            const PLAIN: bool = true #(&& <#types as #engine::Reflect>::PLAIN)*;
            fn walk(&self, visit: &mut dyn FnMut(#engine::Leaf<'_>)) {
                let _ = &visit;
                #walk
            }
            fn detach(&self, map: &dyn Fn(#engine::Entity) -> #engine::Entity) -> Self {
                let _ = map;
                #detach
            }
            #assign
        }
    })
}

/// Schema, tree and back, walk, copy, replacing, and the types of the fields.
type Parts<'a> = (TokenStream, TokenStream, TokenStream, TokenStream, TokenStream, TokenStream, Vec<&'a Type>);

fn of_struct<'a>(engine: &TokenStream, ident: &Ident, fields: &'a Fields) -> Result<Parts<'a>> {
    let mut schemas = Vec::new();
    let (mut gets, mut sets, mut walks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut copies, mut assigns, mut merges, mut types) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, field) in fields.iter().enumerate() {
        let (member, name) = match &field.ident {
            Some(ident) => (quote!(#ident), ident.to_string()),
            None => {
                let index = syn::Index::from(at);
                (quote!(#index), format!("{at}"))
            }
        };
        // Calls name the type as it is written, so that the compiler reports a field without a schema one time, there.
        let ty = &field.ty;
        let offset = quote!(::core::mem::offset_of!(#ident, #member));
        schemas.push(field_schema(engine, field, &name, &offset)?);
        gets.push(quote!(#at => <#ty as #engine::Reflect>::to_value(&self.#member),));
        sets.push(quote!(#at => <#ty as #engine::Reflect>::set(&mut out.#member, value),));
        walks.push(quote!(<#ty as #engine::Reflect>::walk(&self.#member, visit);));
        copies.push(quote!(#member: <#ty as #engine::Reflect>::detach(&self.#member, map)));
        let assign = quote!(<#ty as #engine::Reflect>::assign);
        assigns.push(quote!(#assign(&mut self.#member, &mut new.#member, ::core::option::Option::None);));
        merges.push(quote!(#assign(&mut self.#member, &mut new.#member, ::core::option::Option::Some(&base.#member));));
        types.push(&field.ty);
    }
    let name = ident.to_string();
    Ok((
        quote!(#engine::TypeKind::Struct(&[#(#schemas),*])),
        quote! {
            #engine::struct_to_value(Self::SCHEMA.fields(), &|at| match at { #(#gets)* _ => #engine::Value::Unit })
        },
        quote! {
            #[allow(unused_mut)] // a struct without fields has nothing to set
            let mut out = <Self as ::core::default::Default>::default();
            let read = #engine::struct_from_value(#name, Self::SCHEMA.fields(), value, &mut |at, value| {
                let _ = value;
                match at { #(#sets)* _ => Ok(()) }
            });
            match read {
                Ok(()) => Ok(out),
                Err(error) => Err(error),
            }
        },
        quote!(#(#walks)*),
        quote!(Self { #(#copies),* }),
        quote! {
            fn assign(&mut self, new: &mut Self, base: ::core::option::Option<&Self>) {
                let _ = &new;
                match base {
                    ::core::option::Option::None => { #(#assigns)* }
                    ::core::option::Option::Some(base) => {
                        let _ = base;
                        #(#merges)*
                    }
                }
            }
        },
        types,
    ))
}

fn of_enum<'a>(engine: &TokenStream, ident: &Ident, data: &'a DataEnum) -> Result<Parts<'a>> {
    let (mut schemas, mut to_arms, mut from_arms) = (Vec::new(), Vec::new(), Vec::new());
    let (mut walk_arms, mut copy_arms, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for (number, variant) in data.variants.iter().enumerate() {
        none(&variant.attrs)?;
        let (tag, name, about) = (&variant.ident, variant.ident.to_string(), docs(&variant.attrs));
        let mut fields = Vec::new();
        let (mut bindings, mut members, mut gets, mut reads) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, field) in variant.fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
            // The offset inside a variant can't be named on stable Rust: its place in the row stands for it.
            fields.push(field_schema(engine, field, &name, &quote!(#at))?);
            let binding = format_ident!("field_{at}");
            let member = field.ident.as_ref().map_or_else(
                || {
                    let index = syn::Index::from(at);
                    quote!(#index)
                },
                |ident| quote!(#ident),
            );
            gets.push(quote!(#at => #engine::Reflect::to_value(#binding),));
            reads.push(quote! {
                #member: #engine::Reflect::from_value(#engine::variant_field(value, &variants[#number], #at)?)
                    .map_err(|error: #engine::ValueError| error.inside(#name))?
            });
            members.push(member);
            bindings.push(binding);
            types.push(&field.ty);
        }
        schemas.push(quote!(#engine::VariantSchema { name: #name, docs: #about, fields: &[#(#fields),*] }));
        to_arms.push(quote! {
            #ident::#tag { #(#members: #bindings),* } => #engine::variant_to_value(&variants[#number], &|at| match at {
                #(#gets)* _ => #engine::Value::Unit
            }),
        });
        from_arms.push(quote!(#number => #ident::#tag { #(#reads),* },));
        walk_arms.push(quote! {
            #ident::#tag { #(#members: #bindings),* } => {
                visit(#engine::Leaf::Tag(#number));
                #(#engine::Reflect::walk(#bindings, visit);)*
            }
        });
        copy_arms.push(quote! {
            #ident::#tag { #(#members: #bindings),* } =>
                #ident::#tag { #(#members: #engine::Reflect::detach(#bindings, map)),* },
        });
    }
    let name = ident.to_string();
    let variants = quote! {
        let #engine::TypeKind::Enum(variants) = Self::SCHEMA.kind else { unreachable!("it is an enum") };
    };
    Ok((
        quote!(#engine::TypeKind::Enum(&[#(#schemas),*])),
        quote!(#variants match self { #(#to_arms)* }),
        quote! {
            #variants
            Ok(match #engine::variant_index(#name, variants, value)? { #(#from_arms)* _ => unreachable!("indices end here") })
        },
        quote!(match self { #(#walk_arms)* }),
        quote!(match self { #(#copy_arms)* }),
        // A variant is replaced as a whole.
        TokenStream::new(),
        types,
    ))
}

fn field_schema(engine: &TokenStream, field: &Field, name: &str, offset: &TokenStream) -> Result<TokenStream> {
    let options = FieldOptions::of(field)?;
    let (ty, docs, unit, was) = (&field.ty, docs(&field.attrs), &options.unit, &options.was);
    let range = match &options.range {
        Some((start, end)) => quote!(::core::option::Option::Some((#start as f64, #end as f64))),
        None => quote!(::core::option::Option::None),
    };
    Ok(quote! {
        #engine::FieldSchema {
            name: #name, ty: <#ty as #engine::Reflect>::SCHEMA, offset: #offset,
            docs: #docs, unit: #unit, range: #range, was: #was,
        }
    })
}

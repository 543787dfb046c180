//! Shared values, slots, lookups and pools, each beside the bare operation.

mod lookups;
mod pools;
mod sharing;
mod slots;
mod values;

use crate::harness::Report;

/// The groups by name.
pub const GROUPS: &[(&str, fn(&mut Report))] =
    &[("values", values::tables), ("slots", slots::tables), ("lookups", lookups::tables), ("pools", pools::tables)];

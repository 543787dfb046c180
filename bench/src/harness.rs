//! Taking rounds: cases in rotating order, medians, tables, and the report that the summary is made of.

mod aim;
mod case;
mod cores;
mod report;
mod table;
mod unit;

pub use aim::{Against, Aim};
pub use case::{Case, Side, checksum, timed};
pub use report::{Report, main};
pub use table::{Goal, Table};
pub use unit::Unit;

//! What the editor, its panels and the engine say to each other.
//!
//! Invocations go in ([`invocation`]), reports come out ([`report`]). A panel ([`panel`]) sees a report and may ask
//! for invocations; it never reaches the world itself. [`app`] is what a plugin contributes, [`operator`] what a user can
//! do, whoever brings it.

pub mod app;
pub mod arguments;
pub mod invocation;
pub mod operator;
pub mod panel;
pub mod report;

pub use app::{App, HealthCheck};
pub use arguments::Arguments;
pub use invocation::{Invocation, InvocationError};
pub use operator::{Availability, Operator, OperatorContext, OperatorInfo, Parameter, Session, Situation};
pub use panel::{Panel, PanelContext};
pub use report::Report;

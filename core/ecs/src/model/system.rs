//! Plain functions as systems: `fn advance(time: Time, bodies: Query<(&mut Transform, &Speed)>)`.

use super::{
    commands::{CommandQueue, Commands},
    query::{Access, Query, QueryData, QueryFilter},
    storage::Storage,
    time::Time,
};

/// What a system is run with.
pub struct Frame<'w> {
    /// The world's tables.
    pub storage: &'w Storage,
    /// The clock.
    pub time: Time,
    /// Structural changes for later.
    pub commands: &'w CommandQueue,
}

/// A function that the scheduler calls. Part of a module's contract.
pub trait System: Send + Sync {
    /// Runs it once.
    fn run(&mut self, frame: &Frame<'_>);
    /// What it reads and writes.
    fn access(&self) -> Access;
}

/// One parameter of a system.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a parameter of a system",
    note = "use `Time`, `Query<…>` or `Commands`"
)]
pub trait SystemParam {
    /// The parameter as it is for one frame.
    type Item<'w>;
    /// Adds what it reads and writes.
    fn access(access: &mut Access);
    /// Takes it from the frame.
    fn take<'w>(frame: &Frame<'w>) -> Self::Item<'w>;
}

impl SystemParam for Time {
    type Item<'w> = Time;
    fn access(_: &mut Access) {}
    fn take<'w>(frame: &Frame<'w>) -> Time {
        frame.time
    }
}

impl<D: QueryData, F: QueryFilter> SystemParam for Query<'_, D, F> {
    type Item<'w> = Query<'w, D, F>;
    fn access(access: &mut Access) {
        D::access(access);
    }
    fn take<'w>(frame: &Frame<'w>) -> Query<'w, D, F> {
        Query::new(frame.storage)
    }
}

impl SystemParam for Commands<'_> {
    type Item<'w> = Commands<'w>;
    fn access(_: &mut Access) {}
    fn take<'w>(frame: &Frame<'w>) -> Commands<'w> {
        Commands::new(frame.commands)
    }
}

/// A function that can be a system.
#[diagnostic::on_unimplemented(
    message = "this function can't be a system",
    note = "its parameters must be `Time`, `Query<…>` or `Commands`, at most six, and it must return nothing"
)]
pub trait IntoSystem<P>: Send + Sync + 'static {
    /// The system and the function's name.
    fn into_system(self) -> (&'static str, Box<dyn System>);
}

struct FunctionSystem<F, P> {
    function: F,
    params: std::marker::PhantomData<fn() -> P>,
}

/// `advance` of `playground_plugins_orbit::advance`.
fn short_name<F>() -> &'static str {
    std::any::type_name::<F>().rsplit("::").next().unwrap_or("system")
}

macro_rules! function_system {
    ($($param:ident)*) => {
        impl<Function, $($param: SystemParam + 'static),*> IntoSystem<fn($($param),*)> for Function
        where
            Function: Send + Sync + 'static,
            for<'a> &'a mut Function: FnMut($($param),*) + FnMut($($param::Item<'_>),*),
        {
            fn into_system(self) -> (&'static str, Box<dyn System>) {
                let system = FunctionSystem::<Function, fn($($param),*)> { function: self, params: std::marker::PhantomData };
                (short_name::<Function>(), Box::new(system))
            }
        }

        impl<Function, $($param: SystemParam + 'static),*> System for FunctionSystem<Function, fn($($param),*)>
        where
            Function: Send + Sync + 'static,
            for<'a> &'a mut Function: FnMut($($param),*) + FnMut($($param::Item<'_>),*),
        {
            #[allow(non_snake_case)] // the macro names a value after its type
            fn run(&mut self, _frame: &Frame<'_>) {
                // Told apart from the function itself, whose own signature would make the call ambiguous.
                fn call<$($param),*>(mut function: impl FnMut($($param),*), $($param: $param),*) {
                    function($($param),*);
                }
                $(let $param = $param::take(_frame);)*
                call(&mut self.function, $($param),*);
            }
            fn access(&self) -> Access {
                #[allow(unused_mut)] // a system without parameters adds nothing
                let mut access = Access::default();
                $($param::access(&mut access);)*
                access
            }
        }
    };
}
function_system!();
function_system!(A);
function_system!(A B);
function_system!(A B C);
function_system!(A B C D);
function_system!(A B C D E);
function_system!(A B C D E F);

//! Plain functions as systems: `fn advance(time: Time, bodies: Query<(&mut Transform, &Speed)>)`.

use super::{
    commands::{CommandQueue, Commands},
    component::Component,
    events::Events,
    query::{Access, NO_TERMS, Query, QueryData, QueryFilter, QueryState, Terms, Ticks},
    resource::{Res, ResMut},
    storage::Storage,
    time::Time,
};
use playground_core_types::{Shared, Who};

/// What a system is run with.
pub struct Frame<'w> {
    /// The world's tables.
    pub storage: &'w Storage,
    /// The system's clock: one of its own, if it runs at a fixed rate.
    pub time: Time,
    /// The world's clock, by which events are delivered.
    pub world_time: Time,
    /// Structural changes for later.
    pub commands: &'w CommandQueue,
    /// What was emitted and delivered.
    pub events: &'w Shared<Events>,
    /// When the system ran last, and the tick of what it writes now.
    pub ticks: Ticks,
    /// The system, as locks show it.
    pub who: Who,
}

impl<'w> Frame<'w> {
    /// A frame outside of a schedule: everything counts as changed.
    pub fn new(storage: &'w Storage, time: Time, commands: &'w CommandQueue, events: &'w Shared<Events>) -> Self {
        let ticks = Ticks { since: 0, now: storage.tick() };
        Self { storage, time, world_time: time, commands, events, ticks, who: Who::UNKNOWN }
    }
}

/// A function that the scheduler calls: a system, or with an answer a condition. Part of a module's contract.
pub trait System<R = ()>: Send + Sync {
    /// Runs it once.
    fn run(&mut self, frame: &Frame<'_>) -> R;
    /// What it reads and writes.
    fn access(&self) -> Access;
}

/// A system of any signature.
pub type BoxedSystem<R = ()> = Box<dyn System<R>>;

/// One parameter of a system.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a parameter of a system",
    note = "use `Time`, `Query<…>`, `Res<…>`, `ResMut<…>`, `Emit<…>`, `Received<…>` or `Commands`"
)]
pub trait SystemParam {
    /// What it remembers from one run to the next.
    type State: Default + Send + Sync + 'static;
    /// The parameter as it is for one frame.
    type Item<'w>;
    /// What it reads and writes.
    const TERMS: Terms;
    /// What it looks at before it reads and writes.
    const FILTERS: Terms;
    /// Whether it asks for structural changes.
    const COMMANDS: bool;
    /// Takes it from the frame.
    fn take<'w>(state: &'w mut Self::State, frame: &'w Frame<'w>) -> Self::Item<'w>;
}

impl SystemParam for Time {
    type State = ();
    type Item<'w> = Time;
    const TERMS: Terms = NO_TERMS;
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = false;
    fn take<'w>((): &'w mut (), frame: &'w Frame<'w>) -> Time {
        frame.time
    }
}

impl<D: QueryData + 'static, F: QueryFilter + 'static> SystemParam for Query<'_, D, F> {
    type State = QueryState<D, F>;
    type Item<'w> = Query<'w, D, F>;
    const TERMS: Terms = D::TERMS;
    const FILTERS: Terms = F::TERMS;
    const COMMANDS: bool = false;
    #[inline]
    fn take<'w>(state: &'w mut QueryState<D, F>, frame: &'w Frame<'w>) -> Query<'w, D, F> {
        Query::of(frame.storage, state, frame.ticks, frame.who)
    }
}

impl<T: Component> SystemParam for Res<'_, T> {
    type State = QueryState<&'static T>;
    type Item<'w> = Res<'w, T>;
    const TERMS: Terms = Terms::read(T::INFO);
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = false;
    fn take<'w>(state: &'w mut Self::State, frame: &'w Frame<'w>) -> Res<'w, T> {
        Res(Query::of(frame.storage, state, frame.ticks, frame.who))
    }
}

impl<T: Component> SystemParam for ResMut<'_, T> {
    type State = QueryState<&'static mut T>;
    type Item<'w> = ResMut<'w, T>;
    const TERMS: Terms = Terms::write(T::INFO);
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = false;
    fn take<'w>(state: &'w mut Self::State, frame: &'w Frame<'w>) -> ResMut<'w, T> {
        ResMut(Query::of(frame.storage, state, frame.ticks, frame.who))
    }
}

impl SystemParam for Commands<'_> {
    type State = ();
    type Item<'w> = Commands<'w>;
    const TERMS: Terms = NO_TERMS;
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = true;
    fn take<'w>((): &'w mut (), frame: &'w Frame<'w>) -> Commands<'w> {
        Commands::new(frame.commands, frame.storage, frame.who)
    }
}

/// A function that can be a system, or a condition if it answers `R`.
#[diagnostic::on_unimplemented(
    message = "this function can't be a system",
    note = "its parameters must be `Time`, `Query<…>`, `Res<…>`, `ResMut<…>`, `Emit<…>`, `Received<…>` or `Commands`, at most eight; a system returns nothing, a condition `bool`"
)]
pub trait IntoSystem<P, R = ()>: Send + Sync + 'static {
    /// The system and the function's name.
    fn into_system(self) -> (&'static str, BoxedSystem<R>);
}

struct FunctionSystem<F, P, S> {
    function: F,
    states: S,
    params: std::marker::PhantomData<fn() -> P>,
}

/// `advance` of `playground_plugins_orbit::advance`, also of `…::advance<…>`; `closure` of a closure.
pub(crate) fn short_name(name: &'static str) -> &'static str {
    let mut open = 0;
    let types = name.char_indices().rev().find(|(_, char)| {
        open += i32::from(*char == '>') - i32::from(*char == '<');
        open == 0
    });
    let plain = types.filter(|(_, char)| *char == '<').map_or(name, |(at, _)| &name[..at]);
    match plain.rsplit("::").next() {
        Some("{{closure}}") | None => "closure",
        Some(name) => name,
    }
}

macro_rules! function_system {
    ($($param:ident $at:tt)*) => {
        impl<Function, R: 'static, $($param: SystemParam + 'static),*> IntoSystem<fn($($param),*), R> for Function
        where
            Function: Send + Sync + 'static,
            for<'a> &'a mut Function: FnMut($($param),*) -> R + FnMut($($param::Item<'_>),*) -> R,
        {
            fn into_system(self) -> (&'static str, BoxedSystem<R>) {
                // Two parameters that exclude each other would wait for each other's lock for ever.
                // Each by itself too, so that the compiler's message shows the registration.
                $(const { $param::TERMS.check() };)*
                const { Terms::check_apart(&[$(Terms::All(&[$param::TERMS, $param::FILTERS])),*]) };
                const { assert!(0 $(+ $param::COMMANDS as usize)* <= 1, "a system needs `Commands` only once") };
                let states: ($($param::State,)*) = Default::default();
                let params = std::marker::PhantomData;
                let system: FunctionSystem<Function, fn($($param),*), _> = FunctionSystem { function: self, states, params };
                (short_name(std::any::type_name::<Function>()), Box::new(system))
            }
        }

        impl<Function, R: 'static, $($param: SystemParam + 'static),*> System<R>
            for FunctionSystem<Function, fn($($param),*), ($($param::State,)*)>
        where
            Function: Send + Sync + 'static,
            for<'a> &'a mut Function: FnMut($($param),*) -> R + FnMut($($param::Item<'_>),*) -> R,
        {
            #[allow(non_snake_case)] // the macro names a value after its type
            fn run(&mut self, _frame: &Frame<'_>) -> R {
                // Told apart from the function itself, whose own signature would make the call ambiguous.
                #[allow(clippy::too_many_arguments)] // as many as the system has
                fn call<R, $($param),*>(mut function: impl FnMut($($param),*) -> R, $($param: $param),*) -> R {
                    function($($param),*)
                }
                $(let $param = $param::take(&mut self.states.$at, _frame);)*
                call(&mut self.function, $($param),*)
            }
            fn access(&self) -> Access {
                let mut access = Access { commands: false $(|| $param::COMMANDS)*, ..Access::default() };
                let parts: &[Terms] = &[$($param::TERMS, $param::FILTERS),*];
                parts.iter().for_each(|terms| access.add(terms));
                access
            }
        }
    };
}
function_system!();
function_system!(A 0);
function_system!(A 0 B 1);
function_system!(A 0 B 1 C 2);
function_system!(A 0 B 1 C 2 D 3);
function_system!(A 0 B 1 C 2 D 3 E 4);
function_system!(A 0 B 1 C 2 D 3 E 4 G 5);
function_system!(A 0 B 1 C 2 D 3 E 4 G 5 H 6);
function_system!(A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7);

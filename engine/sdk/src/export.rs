//! The macros that make a crate a module. They write its header and its exported statics, and nothing else.

/// Makes the crate a plugin.
///
/// `components`, `events`, `systems`, `panels`, `operators` and `health` may each be left out. Panels are made with
/// `Default`. An operator is a `const` [`Operator`](crate::editor::Operator): something that a user can do, by menu, key,
/// palette, console and command line.
/// `health` is a function `fn(&World) -> Result<(), String>` that is asked after each of the first frames of a new
/// generation: an error takes that generation back.
#[macro_export]
macro_rules! plugin {
    ($name:ident
        $(, components: [$($component:ty),* $(,)?])?
        $(, events: [$($event:ty),* $(,)?])?
        $(, systems: $systems:expr)?
        $(, panels: [$($panel:ty),* $(,)?])?
        $(, operators: [$($operator:expr),* $(,)?])?
        $(, health: $health:expr)? $(,)?
    ) => {
        struct $name;

        impl $crate::types::PluginTrait for $name {
            fn name(&self) -> &'static str {
                env!("CARGO_PKG_NAME")
            }
            fn contributions(&self) -> $crate::types::Erased {
                let mut app = $crate::editor::App::new();
                $($(app.component(<$component as $crate::ecs::Component>::INFO);)*)?
                $($(app.event(<$event as $crate::ecs::Component>::INFO);)*)?
                $($crate::editor::app::describe(&mut app, $systems);)?
                $($(app.panel(<$panel as ::core::default::Default>::default());)*)?
                $(
                    const OPERATORS: &[$crate::editor::Operator] =
                        $crate::editor::operator::checked(env!("CARGO_PKG_NAME"), &[$($operator),*]);
                    app.operators(OPERATORS);
                )?
                $(app.health($health);)?
                $crate::types::Erased::new(app)
            }
        }

        $crate::module_header!($crate::types::ModuleKind::Plugin);

        #[allow(unsafe_code)] // a name that the loader can find
        #[unsafe(export_name = concat!("PLAYGROUND_PLUGIN_", env!("CARGO_CRATE_NAME")))]
        #[doc(hidden)]
        pub static PLAYGROUND_PLUGIN: $crate::types::PluginExport = $crate::types::PluginExport {
            name: env!("CARGO_PKG_NAME"),
            construct: || ::std::sync::Arc::new($name),
        };
    };
}

/// Makes the crate a system: `viewmodel!(Console, console)` exports the type `Console`, which is `Default` and a
/// `ViewModelTrait`, as the implementation of `playground::console`.
///
/// What `save_state` gives has the version of the core's model. An implementation whose saved state changes on its own
/// gives it a number with `state: 2`. States of other versions come through `migrations`, each a version that is read,
/// the version that is made of it, and a function `fn(&[u8]) -> Result<Vec<u8>, String>`:
/// `viewmodel!(Console, console, state: 2, migrations: [(1, 2, with_colors), (2, 1, without_colors)])`. Those that lead
/// back are for going back to an earlier generation.
#[macro_export]
macro_rules! viewmodel {
    ($name:ident, $core:ident $(, migrations: [$($migration:tt),* $(,)?])? $(,)?) => {
        $crate::viewmodel!(
            $name, $core, state: $crate::$core::STATE_FORMAT_VERSION, migrations: [$($($migration),*)?]
        );
    };
    ($name:ident, $core:ident, state: $state:expr $(,)?) => {
        $crate::viewmodel!($name, $core, state: $state, migrations: []);
    };
    ($name:ident, $core:ident, state: $state:expr,
        migrations: [$(($from:expr, $to:expr, $migrate:expr)),* $(,)?] $(,)?
    ) => {
        impl $crate::types::ViewTrait for $name {
            fn view_id(&self) -> $crate::types::ViewId {
                $crate::$core::view::VIEW_ID
            }
            fn api_version(&self) -> u64 {
                $crate::$core::API_VERSION
            }
        }

        $crate::module_header!($crate::types::ModuleKind::System);

        #[allow(unsafe_code)] // a name that the loader can find
        #[unsafe(export_name = concat!("PLAYGROUND_VIEWMODEL_", env!("CARGO_CRATE_NAME")))]
        #[doc(hidden)]
        pub static PLAYGROUND_VIEWMODEL: $crate::types::ViewModelExport = $crate::types::ViewModelExport {
            view: $crate::$core::view::NAME,
            view_id: $crate::$core::view::VIEW_ID,
            api_version: $crate::$core::API_VERSION,
            state_format_version: $state,
            migrations: &[$($crate::types::StateMigration { from: $from, to: $to, migrate: $migrate }),*],
            construct: || ::std::sync::Arc::new(<$name as ::core::default::Default>::default()),
        };
    };
}

/// Writes the header that is read from the file before the library is opened.
#[doc(hidden)]
#[macro_export]
macro_rules! module_header {
    ($kind:expr) => {
        #[allow(unsafe_code)] // a section of its own
        #[used]
        #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".playground"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__playground"))]
        #[doc(hidden)]
        pub static PLAYGROUND_HEADER: $crate::types::ModuleHeader =
            $crate::types::ModuleHeader::new(env!("CARGO_PKG_NAME"), $kind, &$crate::ENGINE_BUILD);
    };
}

//! The table.

use playground::editor::operator::Availability::{Always, Building, CanRedo, CanUndo, NotPlaying, Running, Selected};
use playground::editor::operator::{Availability, OperatorInfo, Parameter, Session};

const fn needed(name: &'static str, docs: &'static str) -> Parameter {
    Parameter { name, docs, required: true }
}

const fn optional(name: &'static str, docs: &'static str) -> Parameter {
    Parameter { name, docs, required: false }
}

const fn op(id: &'static str, title: &'static str, docs: &'static str) -> OperatorInfo {
    let (shortcut, menu) = ("", "");
    OperatorInfo { id, title, docs, shortcut, menu, parameters: &[], when: Always, session: Session::Engine }
}

const fn window(id: &'static str, title: &'static str, docs: &'static str) -> OperatorInfo {
    OperatorInfo { session: Session::Window, ..op(id, title, docs) }
}

/// With its menu and key.
const fn at(menu: &'static str, shortcut: &'static str, info: OperatorInfo) -> OperatorInfo {
    OperatorInfo { menu, shortcut, ..info }
}

const fn takes(parameters: &'static [Parameter], info: OperatorInfo) -> OperatorInfo {
    OperatorInfo { parameters, ..info }
}

const fn when(when: Availability, info: OperatorInfo) -> OperatorInfo {
    OperatorInfo { when, ..info }
}

const ENTITIES: Parameter = optional("entity", "number of an entity, or a list of numbers; the selection if not given");
const ENTITY: Parameter = optional("entity", "number of an entity; the selection if not given");
const KEEP: Parameter =
    optional("keep", "what stays as it is: the `local` transform (default) or the place in the `world`");
const LOSSY: Parameter =
    optional("lossy", "`allow` if values that do not survive may get lost; `ask` (default) refuses");
const MODULE: Parameter = needed("name", "a module's name");
const SYSTEM: Parameter = needed("name", "a system's name, such as `advance` or `orbit::advance`");
const QUERY: Parameter = needed("query", "such as \"has:Orbit not:Light\"");
const QUERY_NUMBER: Parameter = needed("number", "its number, from query.create or query.list");
const EVENT: Parameter = needed("name", "an event's name");
const ANY_EVENT: Parameter = optional("name", "an event's name; all if not given");
const SUBSCRIPTION: Parameter = needed("subscription", "its number, from event.subscriptions");
const SNAPSHOT: Parameter = needed("name", "the snapshot's name");
const GESTURE: Parameter = optional("gesture", "a number; calls with the same one are a single step of undo");

/// Second bindings that people know from other programs, and what they run; menus show the first ones.
pub const SECOND_KEYS: [(&str, &str); 3] =
    [("Ctrl+Shift+P", "app.palette"), ("F2", "entity.rename"), ("Ctrl+Y", "edit.redo")];

/// The editor's own operators, in the order of menus.
pub const TABLE: &[OperatorInfo] = &[
    at("File", "Ctrl+N", op("scene.new", "New scene", "Starts an empty scene; unsaved changes are dropped")),
    at("File", "Ctrl+O", window("scene.open_dialog", "Open scene…", "Asks for a scene file and opens it")),
    takes(
        &[needed("path", "file, relative to the project"), optional("checksum", "`warn` (default) or `require`")],
        op("scene.open", "Open scene file", "Opens a scene file; unsaved changes are dropped"),
    ),
    at(
        "File",
        "Ctrl+S",
        takes(
            &[optional("path", "file, relative to the project; the scene's own if not given")],
            op("scene.save", "Save scene", "Saves the authored scene atomically"),
        ),
    ),
    at(
        "File",
        "Ctrl+Shift+S",
        window("scene.save_as_dialog", "Save scene as…", "Asks for a file and saves the scene there"),
    ),
    at("File", "", window("app.restart", "Restart", "Starts the editor anew; scene, running world and undo go on")),
    at("File", "Ctrl+Q", window("app.quit", "Quit", "Ends the editor; asks before unsaved changes are dropped")),
    at("Edit", "Ctrl+Z", when(CanUndo, op("edit.undo", "Undo", "Takes the last edit back"))),
    at("Edit", "Ctrl+Shift+Z", when(CanRedo, op("edit.redo", "Redo", "Does the last undone edit again"))),
    at("Edit", "Ctrl+K", window("app.palette", "Command palette…", "Finds operators and entities by name")),
    at("Edit", "Ctrl+A", op("selection.all", "Select all", "Selects every entity")),
    takes(
        &[needed("entity", "number of an entity, or a list of numbers; an empty list selects nothing")],
        op("selection.set", "Select", "Selects these entities and no others"),
    ),
    at(
        "Entity",
        "Ctrl+Shift+N",
        takes(
            &[
                optional("name", "text"),
                optional("parent", "number of the parent"),
                optional("select", "whether to select it"),
            ],
            op("entity.spawn", "New entity", "Spawns an entity with a name and a transform"),
        ),
    ),
    at(
        "Entity",
        "Ctrl+D",
        when(
            Selected,
            takes(&[ENTITIES], op("entity.duplicate", "Duplicate", "Copies entities with everything below them")),
        ),
    ),
    at(
        "Entity",
        "Delete",
        when(
            Selected,
            takes(
                &[
                    ENTITIES,
                    optional("children", "`end` (default): those below end too; `keep`: they move up to the parent"),
                    KEEP,
                ],
                op("entity.despawn", "Delete", "Ends entities with everything below them; others forget them"),
            ),
        ),
    ),
    takes(&[ENTITIES, needed("name", "text")], op("entity.rename", "Rename", "Gives entities a name")),
    takes(
        &[ENTITIES, needed("parent", "number of the parent; 0 for none"), KEEP],
        op("entity.reparent", "Reparent", "Moves entities below another one; a cycle is refused"),
    ),
    takes(
        &[
            ENTITIES,
            optional("before", "number of the entity before which they should stand"),
            optional("after", "number of the entity behind which they should stand"),
            KEEP,
        ],
        op("entity.move", "Move among siblings", "Moves entities beside another one, below the same parent"),
    ),
    op("entity.list", "List entities", "All entities with their names, parents and components"),
    takes(&[ENTITY], op("entity.get", "Show entity", "An entity with the values of its components")),
    takes(
        &[
            ENTITIES,
            needed("component", "a component's name"),
            optional("value", "its value; the default if not given"),
        ],
        op("component.add", "Add component", "Adds a component to entities"),
    ),
    takes(
        &[ENTITIES, needed("component", "a component's name")],
        op("component.remove", "Remove component", "Removes a component from entities"),
    ),
    takes(
        &[
            ENTITIES,
            needed("component", "a component's name"),
            optional("field", "a path such as `translation.x`; the whole component if not given"),
            needed("value", "the new value"),
            GESTURE,
        ],
        op("component.set", "Set field", "Changes a field of a component"),
    ),
    takes(
        &[ENTITY],
        op("entity.archetype", "Show archetype", "The set of components that an entity shares with others"),
    ),
    takes(
        &[needed("component", "a component's name")],
        op("component.info", "Show component", "A component type with its fields, and how many entities have it"),
    ),
    op("component.list", "List components", "The component types with their fields"),
    at("Play", "F5", when(NotPlaying, op("play.start", "Play", "Lets systems run"))),
    at("Play", "F6", when(Running, op("play.pause", "Pause", "Lets systems wait, or go on"))),
    at(
        "Play",
        "F10",
        takes(
            &[optional("frames", "how many; 1 if not given")],
            op("play.step", "Step", "Runs systems for some frames, then waits"),
        ),
    ),
    at(
        "Play",
        "",
        when(
            Running,
            takes(
                &[
                    optional("to", "a checkpoint's number"),
                    optional("back", "how many checkpoints before the latest one; 0 if not given"),
                ],
                op(
                    "world.rewind",
                    "Rewind",
                    "Takes the running world back to its last checkpoint; one is taken every 0.8 s",
                ),
            ),
        ),
    ),
    at("Play", "Shift+F5", when(Running, op("play.stop", "Stop", "Brings the authored scene back exactly"))),
    at(
        "Build",
        "Ctrl+R",
        takes(
            &[optional("name", "a module's name; the plugin reloaded or edited last if not given"), LOSSY],
            op("module.reload", "Reload module", "Rebuilds a module and swaps it with all entities kept"),
        ),
    ),
    at(
        "Build",
        "Ctrl+Shift+R",
        takes(
            &[LOSSY],
            op("module.reload_all", "Reload all modules", "Rebuilds all modules and swaps those that changed, or none"),
        ),
    ),
    at(
        "Build",
        "",
        op("build.engine", "Rebuild editor", "Builds the editor and all modules; the window then restarts and goes on"),
    ),
    at(
        "Build",
        "",
        when(Building, op("build.cancel", "Cancel build", "Stops the running build; the old code goes on")),
    ),
    takes(
        &[MODULE],
        op("module.disable", "Disable module", "Calls nothing of a plugin, reloaded or not, until it is enabled"),
    ),
    takes(&[MODULE], op("module.enable", "Enable module", "Calls a plugin again that was switched off or panicked")),
    takes(
        &[MODULE],
        op("module.plan", "Plan reload", "Rebuilds a module and says what a reload would do to its components"),
    ),
    takes(
        &[MODULE, optional("to", "the generation's number; the one before the running one if not given"), LOSSY],
        op("module.rollback", "Roll module back", "Goes back to an earlier generation, with the world as it is"),
    ),
    takes(
        &[MODULE],
        op("module.history", "Module history", "The generations of a module: when, from what, how they fared"),
    ),
    takes(
        &[MODULE],
        op("module.pin", "Pin module", "Keeps a module as it is, whatever is saved, until it is unpinned"),
    ),
    takes(
        &[MODULE],
        op("module.unpin", "Unpin module", "Lets a module change again; its next build has what was saved meanwhile"),
    ),
    op("module.list", "List modules", "The declared modules with states, generations and versions"),
    op("module.bindings", "Bindings", "The contracts with what is bound to them, its generation, and who uses them"),
    op("system.list", "List systems", "All systems by stage and order, with what they use and what they took"),
    op("system.graph", "Schedule graph", "The systems, who waits for whom and why, and cycles"),
    takes(&[SYSTEM], op("system.info", "Show system", "A system with its order, access, times and warnings")),
    takes(&[SYSTEM], op("system.enable", "Enable system", "Switches a system on, also after a reload")),
    takes(&[SYSTEM], op("system.disable", "Disable system", "Switches a system off, also after a reload")),
    takes(
        &[
            SYSTEM,
            optional("before", "systems that run after it: a name or a list; as it was if not given"),
            optional("after", "systems that run before it: a name or a list; as it was if not given"),
        ],
        op("system.order", "Order system", "Says anew before and after which systems one runs; a cycle is refused"),
    ),
    takes(
        &[SYSTEM, needed("stage", "`PreUpdate`, `Update`, `PostUpdate` or `Editor`")],
        op("system.stage", "Move system", "Moves a system to another stage"),
    ),
    takes(
        &[SYSTEM, optional("hz", "runs per second of the world's time; every run of the stage if not given")],
        op("system.rate", "Set system's rate", "Sets how often a system runs"),
    ),
    takes(
        &[SYSTEM],
        op("system.run_once", "Run system once", "Runs one system now, as a step does; stop brings the scene back"),
    ),
    op("pool.stats", "Pool statistics", "Active and recycled components and memory of each pool"),
    op("lock.stats", "Lock statistics", "Reads, writes, contention and waits of each lock"),
    op("storage.memory", "Storage memory", "Bytes of the entity table, archetypes, pools and checkpoints"),
    op("storage.verify", "Verify storage", "Checks every table against every other; an empty list is right"),
    op("storage.compact", "Compact storage", "Gives memory back that no component needs"),
    takes(
        &[
            needed("component", "a component's name"),
            optional("format", "`csv` (default) or `json`"),
            optional("path", "file, relative to the project; the text is the result if not given"),
        ],
        op("storage.export", "Export pool", "All components of one type as a table"),
    ),
    takes(
        &[needed("component", "a component's name")],
        op("storage.clear", "Remove component from all", "Removes a component from every entity that has it"),
    ),
    takes(
        &[needed("path", "file, relative to the project")],
        op("storage.save", "Save storage", "Writes all entities and components as bytes, ids included"),
    ),
    takes(
        &[needed("path", "file, relative to the project")],
        when(Running, op("storage.load", "Load storage", "Puts what storage.save wrote in place of the running world")),
    ),
    takes(
        &[
            optional("query", "such as \"has:Orbit not:Light\""),
            optional("number", "of a kept query in place of one: `changed` and `added` count from its last run"),
            optional("limit", "entities to show; 100 if not given"),
        ],
        op("query.run", "Find entities by components", "The entities that a query matches, and how many"),
    ),
    takes(&[QUERY], op("query.create", "Keep query", "Keeps a query, to see what changed from run to run")),
    op("query.list", "List queries", "The queries that are kept, with their numbers"),
    takes(&[QUERY_NUMBER], op("query.drop", "Drop query", "Forgets a kept query")),
    takes(&[QUERY], op("query.explain", "Explain query", "For each archetype whether it matches, and why not")),
    op("event.list", "List events", "The event types, what was emitted and delivered, and who is subscribed"),
    takes(
        &[EVENT, optional("value", "its fields; defaults if not given"), optional("delay", "s of the world's time")],
        op("event.emit", "Emit event", "Emits an event; it is delivered after the next step"),
    ),
    op("event.pending", "Pending events", "What waits to be delivered, and when"),
    takes(
        &[EVENT, optional("count", "how many; 20 if not given")],
        op("event.history", "Event history", "The events of a type that were delivered last"),
    ),
    takes(
        &[EVENT, needed("length", "how many; 0 for none")],
        op("event.history_length", "Set event history", "How many delivered events of a type are remembered"),
    ),
    takes(&[ANY_EVENT], op("event.subscriptions", "Subscriptions", "Who is told of events, in which order")),
    takes(
        &[SUBSCRIPTION, optional("muted", "`true` (default) or `false`")],
        op("event.mute", "Mute subscription", "Lets a subscription miss events, or not any more"),
    ),
    takes(&[SUBSCRIPTION], op("event.unsubscribe", "End subscription", "Ends a subscription until its module reloads")),
    takes(&[ANY_EVENT], op("event.pause", "Pause events", "Holds events back; they stay pending")),
    takes(&[ANY_EVENT], op("event.resume", "Resume events", "Delivers events again that were held back")),
    takes(&[ANY_EVENT], op("event.clear", "Drop pending events", "Drops events that wait to be delivered")),
    op("world.stats", "World statistics", "Numbers of entities, components, archetypes, systems, and memory"),
    takes(
        &[
            optional("scale", "seconds of the world per second outside, from 0 on"),
            optional("paused", "`true` or `false`"),
        ],
        op("world.time", "World time", "How fast the world's time passes; sets it if asked to"),
    ),
    takes(&[SNAPSHOT], op("world.snapshot", "Take snapshot", "Keeps a copy of the world under a name")),
    op("world.snapshots", "List snapshots", "The copies of the world that are kept"),
    takes(&[SNAPSHOT], op("world.forget", "Drop snapshot", "Drops a copy of the world")),
    takes(&[SNAPSHOT], op("world.diff", "What changed", "What is different from a snapshot, by entity and component")),
    takes(
        &[SNAPSHOT],
        when(Running, op("world.restore", "Restore snapshot", "Takes the running world back to a snapshot")),
    ),
    op("world.checkpoint", "Take checkpoint", "Adds the world to the ring of checkpoints; unchanged parts are shared"),
    op("world.checkpoints", "List checkpoints", "The checkpoints that are kept, and their memory"),
    takes(
        &[needed("bytes", "memory for all of them"), needed("most", "how many are kept")],
        op("world.limit_checkpoints", "Limit checkpoints", "Bounds the ring of checkpoints; the oldest ones go"),
    ),
    takes(
        &[needed("path", "a file, relative to the project")],
        op("recovery.keep", "Keep everything", "Writes scene, running world, undo and module state to a file"),
    ),
    takes(
        &[
            needed("path", "a file, relative to the project"),
            optional("play", "`true` (default) if a world that played goes on; with `false` it waits"),
        ],
        op("recovery.restore", "Go on from a file", "Goes on from what was kept; what is open is dropped"),
    ),
    op("world.digest", "World digest", "A hash of all component data, independent of memory order"),
    takes(&[needed("line", "text")], op("console.run", "Run console line", "Runs a line as if typed into the console")),
    op("operator.list", "List operators", "Everything that can be done, with parameters and keys"),
    at("View", "F", window("view.focus", "Focus selection", "Turns the camera to the selected entities")),
    at(
        "View",
        "",
        takes(&[needed("panel", "a panel's id")], window("view.show", "Show panel", "Brings a panel to the front")),
    ),
    at(
        "View",
        "",
        takes(&[needed("value", "`dark`, `light` or `system`")], window("view.theme", "Theme", "Changes the theme")),
    ),
    at(
        "View",
        "",
        takes(
            &[needed("value", "percent, 75 to 300")],
            window("view.scale", "Scale", "Changes the size of everything"),
        ),
    ),
    at("View", "", window("view.reset_layout", "Reset layout", "Puts all panels where they were at first")),
    takes(&[needed("path", "a PNG file")], window("app.screenshot", "Screenshot", "Saves a picture of the window")),
    takes(
        &[needed("label", "the accessible name of a widget")],
        window("ui.click", "Click widget", "Clicks the widget with this name, as the pointer would"),
    ),
];

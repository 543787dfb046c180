//! The entities of a world by their stable numbers and as a tree.
//!
//! Kept as one vector of nodes by entity slot, linked to each other. [`Tree::update`] reads only what changed since it
//! was read last, by the ticks of the world's chunks.

mod links;
mod number;
mod update;

use number::Numbers;
use playground_core_ecs::Entity;

/// No node.
const NO: u32 = u32::MAX;

/// The entities of one world by their stable numbers and as a tree.
///
/// ```
/// use playground_core_ecs::Storage;
/// use playground_core_scene::{Parent, StableId, Tree};
///
/// let mut storage = Storage::default();
/// let sun = storage.spawn((StableId { value: 1 },)).unwrap();
/// let earth = storage.spawn((StableId { value: 2 }, Parent { entity: sun })).unwrap();
/// let mut tree = Tree::read(&storage);
/// assert_eq!(tree.rows, [(sun, 0), (earth, 1)]);
/// storage.despawn(earth).unwrap();
/// assert!(tree.update(&storage));
/// assert_eq!(tree.rows, [(sun, 0)]);
/// ```
#[derive(Default)]
pub struct Tree {
    /// All entities in the order of the tree, parents first, with their depth; siblings by place.
    pub rows: Vec<(Entity, u16)>,
    /// By slot.
    nodes: Vec<Node>,
    numbers: Numbers,
    roots: Ends,
    /// Nodes with an entity.
    count: usize,
    /// Nodes that wait to be linked; some may have ended since.
    pending: Vec<u32>,
    /// Linked nodes whose parent does not live.
    dangling: usize,
    /// Roots only because their parent is below them.
    cut: Vec<u32>,
    /// Changes up to this tick are known.
    mark: u64,
    /// The world's structure as it was read last.
    structure: Option<u64>,
    /// Counts changes of parents and siblings.
    links: u64,
    /// Whether the rows are as the links are.
    rows_stale: bool,
    last_id: u64,
}

/// What is known of one entity.
struct Node {
    /// [`Entity::NONE`] where no entity is.
    entity: Entity,
    id: u64,
    name: String,
    /// The parent as the component says.
    wanted: Entity,
    place: f64,
    archetype: u32,
    linked: bool,
    dangling: bool,
    parent: u32,
    children: Ends,
    previous: u32,
    next: u32,
}

/// The ends of a list of siblings.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    first: u32,
    last: u32,
}

impl Default for Ends {
    fn default() -> Self {
        Self { first: NO, last: NO }
    }
}

impl Default for Node {
    fn default() -> Self {
        Self {
            entity: Entity::NONE,
            id: 0,
            name: String::new(),
            wanted: Entity::NONE,
            place: 0.0,
            archetype: NO,
            linked: false,
            dangling: false,
            parent: NO,
            children: Ends::default(),
            previous: NO,
            next: NO,
        }
    }
}

impl Tree {
    /// The entity of a stable number.
    #[inline]
    pub fn entity(&self, id: u64) -> Option<Entity> {
        self.numbers.get(&id).copied()
    }

    /// The stable number of an entity; 0 if it has none.
    #[inline]
    pub fn id(&self, entity: Entity) -> u64 {
        self.node(entity).map_or(0, |node| node.id)
    }

    /// The entity's name; empty if it has none.
    pub fn name(&self, entity: Entity) -> &str {
        self.node(entity).map_or("", |node| &node.name)
    }

    /// The entity's parent. One that has ended, or stands below the entity, counts as none.
    #[inline]
    pub fn parent(&self, entity: Entity) -> Option<Entity> {
        let parent = self.node(entity)?.parent;
        (parent != NO).then(|| self.nodes[parent as usize].entity)
    }

    /// Where the entity stands among its siblings; see [`Place`](crate::Place).
    pub fn place(&self, entity: Entity) -> Option<f64> {
        self.node(entity).map(|node| node.place)
    }

    /// The entity's children, or the roots for `None`, in their order.
    pub fn children(&self, parent: Option<Entity>) -> impl Iterator<Item = Entity> + '_ {
        let ends = match parent {
            None => self.roots,
            Some(parent) => self.node(parent).map_or_else(Ends::default, |node| node.children),
        };
        self.list(ends).map(|slot| self.nodes[slot as usize].entity)
    }

    /// Whether the entity has children.
    #[inline]
    pub fn has_children(&self, entity: Entity) -> bool {
        self.node(entity).is_some_and(|node| node.children.first != NO)
    }

    /// `entity` and all entities below it, parents first.
    pub fn branch(&self, entity: Entity) -> Vec<Entity> {
        let mut branch = Vec::new();
        if self.node(entity).is_some() {
            self.walk(entity.index(), |node, _| branch.push(node.entity));
        }
        branch
    }

    /// Entities that are roots only because their parent is below them.
    pub fn cut(&self) -> impl Iterator<Item = Entity> + '_ {
        self.cut.iter().map(|slot| self.nodes[*slot as usize].entity)
    }

    /// Counts changes of parents, siblings and entities: it is the same as long as the tree has the same shape.
    pub fn links(&self) -> u64 {
        self.links
    }

    /// Notes an entity that was spawned since the tree was read. Its place in [`Tree::rows`] comes with the next update.
    pub fn note_spawned(&mut self, id: u64, entity: Entity) {
        self.enter(entity);
        self.number(entity.index(), id);
    }

    /// Notes an entity that ended since the tree was read. [`Tree::rows`] has it until the next update.
    pub fn note_despawned(&mut self, id: u64) {
        if let Some(entity) = self.entity(id) {
            self.remove(entity.index());
        }
    }

    /// The largest stable number that was seen, other than those of generated entities.
    pub fn last_id(&self) -> u64 {
        self.last_id
    }

    #[inline]
    fn node(&self, entity: Entity) -> Option<&Node> {
        self.nodes.get(entity.index() as usize).filter(|node| node.entity == entity && entity != Entity::NONE)
    }
}

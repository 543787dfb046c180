//! A galaxy of small bodies, as many as its count says.
//!
//! The bodies are children of the swarm's entity: they move with it, the hierarchy shows them below it, and they end
//! with it. They are [`Generated`], so a scene holds the swarm and not its bodies. Every body follows from its number
//! alone, so a count that goes down and up again brings the same ones back.

mod arrangement;

use playground::prelude::*;
use std::collections::HashMap;

/// A galaxy of small bodies around the entity.
#[derive(Component, Clone)]
pub struct Swarm {
    /// Number of bodies.
    #[component(range = 0.0..=1_000_000.0)]
    pub count: u32,
    /// Distance of the outermost bodies.
    #[component(unit = "m", range = 0.1..=1_000.0)]
    pub radius: f32,
    /// How fast bodies half way out go.
    #[component(unit = "m/s", range = -100.0..=100.0)]
    pub speed: f32,
    /// Number of arms.
    #[component(range = 1.0..=12.0)]
    pub arms: u32,
    /// Edge of a large body.
    #[component(unit = "m", range = 0.001..=10.0)]
    pub size: f32,
}

impl Default for Swarm {
    fn default() -> Self {
        Self { count: 1_000, radius: 10.0, speed: 1.5, arms: 4, size: 0.1 }
    }
}

/// One body of a swarm, which is its parent.
#[derive(Component, Clone, Copy, Default)]
pub struct SwarmMember {
    /// Its number in the swarm, from 0.
    pub number: u32,
    /// How far out it is, as a part of the swarm's radius.
    pub distance: f32,
    /// How high it is, as a part of the swarm's radius.
    pub height: f32,
    /// Where on its way around it is.
    #[component(unit = "rad")]
    pub angle: f32,
}

/// The members of all swarms with the swarms that they belong to.
type Members<'w> = Query<'w, (Entity, &'static Parent, &'static SwarmMember), With<Generated>>;

/// Keeps the number of members equal to the count, in every frame.
fn populate(
    mut commands: Commands,
    mut swarms: Query<(Entity, &Swarm)>,
    changed: Query<Entity, Changed<Swarm>>,
    mut members: Members,
) {
    let mut wanted = 0;
    swarms.for_each(|(_, swarm)| wanted += swarm.count as usize);
    if changed.is_empty() && members.count() == wanted {
        return;
    }
    let mut present: HashMap<Entity, Vec<bool>> = HashMap::new();
    swarms.for_each(|(entity, swarm)| drop(present.insert(entity, vec![false; swarm.count as usize])));
    members.for_each(|(entity, parent, member)| {
        let swarm = present.get_mut(&parent.entity);
        match swarm.and_then(|numbers| numbers.get_mut(member.number as usize)) {
            Some(known) if !*known => *known = true,
            // Above the count, there already, or of a swarm that has ended.
            _ => commands.despawn(entity),
        }
    });
    swarms.for_each(|(entity, swarm)| {
        let numbers = present.remove(&entity).unwrap_or_default();
        for (number, _) in numbers.into_iter().enumerate().filter(|(_, known)| !known) {
            let (member, transform, shape) = swarm.body(number as u32);
            let world = WorldTransform::default();
            commands.spawn((Parent { entity }, member, transform, world, shape, Generated {}));
        }
    });
}

/// Puts the members of swarms that were edited where they belong now.
fn arrange(
    mut changed: Query<(Entity, &Swarm), Changed<Swarm>>,
    mut members: Query<(&mut Transform, &SwarmMember, &Parent)>,
) {
    if changed.is_empty() {
        return;
    }
    let swarms = sorted(&mut changed);
    members.par_for_each(|(transform, member, parent)| {
        if let Some(swarm) = find(&swarms, parent.entity) {
            swarm.place(member, transform);
            transform.scale = swarm.scale(member);
        }
    });
}

/// Lets every member go its way.
fn swirl(
    time: Time,
    mut swarms: Query<(Entity, &Swarm)>,
    mut members: Query<(&mut Transform, &mut SwarmMember, &Parent)>,
) {
    let (swarms, delta) = (sorted(&mut swarms), time.delta());
    members.par_for_each(|(transform, member, parent)| {
        if let Some(swarm) = find(&swarms, parent.entity) {
            member.angle += swarm.turn(member.distance) * delta;
            swarm.place(member, transform);
        }
    });
}

/// The swarms by entity, so that each member finds its own fast.
fn sorted<F: playground::ecs::QueryFilter>(swarms: &mut Query<(Entity, &Swarm), F>) -> Vec<(Entity, Swarm)> {
    let mut sorted = Vec::new();
    swarms.for_each(|(entity, swarm)| sorted.push((entity, swarm.clone())));
    sorted.sort_unstable_by_key(|(entity, _)| *entity);
    sorted
}

fn find(swarms: &[(Entity, Swarm)], entity: Entity) -> Option<&Swarm> {
    let at = swarms.binary_search_by_key(&entity, |(known, _)| *known).ok()?;
    Some(&swarms[at].1)
}

const ADD: Operator = Operator::new("swarm.add", "Add a swarm", "Puts a galaxy of small bodies at the origin", add)
    .menu("Entity")
    .parameters(&[
        Parameter::optional("count", "number of bodies, up to 1000000; 1000 if not given"),
        Parameter::optional("radius", "distance of the outermost bodies, 0.1 to 1000 m; 10 if not given"),
    ]);

fn add(context: &mut OperatorContext) -> Result<Value, String> {
    let usual = Swarm::default();
    let count = context.arguments.whole("count", 0..=1_000_000)?.map_or(usual.count, |count| count as u32);
    let radius = context.arguments.number("radius", 0.1..=1_000.0)?.map_or(usual.radius, |radius| radius as f32);
    let parts = (Name { value: "Swarm".to_owned() }, Transform::default(), Swarm { count, radius, ..usual });
    let swarm = context.world.write().spawn(parts).map_err(|error| error.to_string())?;
    context.selection = vec![swarm];
    Ok(Value::Struct(vec![("entity".to_owned(), Value::Entity(swarm))]))
}

playground::plugin!(Swarms, components: [Swarm, SwarmMember], systems: |app| {
    app.system(Update, swirl);
    app.system(Editor, populate);
    app.system(Editor, arrange).after("populate")
}, operators: [ADD]);

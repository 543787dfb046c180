//! From the world to the renderer: the draw list, the target, and what came of it.

use crate::client::Ring;
use crate::engine::Engine;
use arc_swap::ArcSwap;
use playground::core_types::Handle;
use playground::ecs::{Entity, Query, Storage};
use playground::editor::report::ViewportStatus;
use playground::rendering::{
    Camera, DirectionalLight, DrawList, GraphicsDevice, Instance, MeshId, RenderTargetDesc, RenderingViewTrait,
    TargetId,
};
use playground::scene::{Light, Shape, ShapeKind, WorldTransform};
use playground::types::erase::guarded;
use playground_engine_binding::Slot;
use std::sync::Arc;
use std::time::Duration;

/// The core whose module draws.
pub const RENDERER: &str = "playground-core-rendering";

/// The viewport's picture.
pub struct Draw {
    /// The window's device; `None` without a window.
    pub graphics: Option<GraphicsDevice>,
    /// Size of the viewport, pixels.
    pub size: (u32, u32),
    /// From where it looks.
    pub camera: Camera,
    /// The last picture.
    pub status: ViewportStatus,
    renderer: Slot<dyn RenderingViewTrait>,
    target: Option<TargetId>,
    ring: Arc<ArcSwap<Ring>>,
    ring_count: u64,
    shown_ring: Option<u64>,
    /// Counts what can be seen; equal numbers are equal pictures.
    dirty: bool,
    pending: bool,
    broken: bool,
}

impl Draw {
    /// Nothing to draw on yet.
    pub fn new(renderer: Slot<dyn RenderingViewTrait>, ring: Arc<ArcSwap<Ring>>) -> Self {
        Self {
            graphics: None,
            size: (0, 0),
            camera: Camera::default(),
            status: ViewportStatus::default(),
            renderer,
            target: None,
            ring,
            ring_count: 0,
            shown_ring: None,
            dirty: true,
            pending: false,
            broken: false,
        }
    }

    /// The picture must be made anew.
    pub fn mark_dirty(&mut self) {
        self.dirty = true;
    }

    /// The renderer is another one: it gets the device and makes its target again. The old picture stays up until
    /// there is a new one.
    pub fn renew(&mut self) {
        self.target = None;
        self.shown_ring = None;
        self.dirty = true;
        self.broken = false;
    }

    /// Whether a picture is to be made or waited for.
    pub fn wants_frame(&self) -> bool {
        self.graphics.is_some() && self.size.0 > 0 && self.size.1 > 0 && !self.broken && (self.dirty || self.pending)
    }

    fn target(&mut self, renderer: &dyn RenderingViewTrait) -> Result<TargetId, String> {
        let graphics = self.graphics.clone().ok_or("there is no window to draw in")?;
        let (width, height) = self.size;
        let target = match self.target {
            Some(target) => target,
            None => {
                renderer.attach(graphics).map_err(|error| error.to_string())?;
                renderer
                    .create_render_target(RenderTargetDesc::new(width, height))
                    .map_err(|error| error.to_string())?
            }
        };
        self.target = Some(target);
        renderer.resize(target, width, height).map_err(|error| error.to_string())?;
        Ok(target)
    }

    fn render(
        &mut self,
        renderer: &dyn RenderingViewTrait,
        list: impl FnOnce(Camera) -> DrawList,
    ) -> Result<(), String> {
        let target = self.target(renderer)?;
        if self.dirty {
            let list = Handle::new(list(self.camera));
            let output = renderer.render_frame(target, list).map_err(|error| error.to_string())?;
            self.dirty = output.submitted.is_none();
            self.pending = true;
        }
        if let Some(graphics) = &self.graphics {
            // Callbacks of finished work only run when someone polls.
            let _ = graphics.device.poll(playground::wgpu::PollType::Poll);
        }
        let Some(finished) = renderer.finished_frame(target).map_err(|error| error.to_string())? else { return Ok(()) };
        if self.shown_ring != Some(finished.ring) {
            let frames = renderer.target_frames(target).map_err(|error| error.to_string())?;
            if frames.ring == finished.ring {
                self.ring_count += 1;
                self.shown_ring = Some(finished.ring);
                self.ring.store(Arc::new(Ring { number: self.ring_count, views: frames.views }));
            }
        }
        let statistics = renderer.statistics(target).map_err(|error| error.to_string())?;
        self.pending = finished.frame < statistics.frame;
        let matrix = self.camera.clip_from_world(self.size.0 as f32 / self.size.1.max(1) as f32);
        self.status = ViewportStatus {
            texture: Some(finished.slot),
            frame: finished.frame,
            ring: self.ring_count,
            size: (finished.size[0], finished.size[1]),
            cpu: Duration::from_nanos(statistics.cpu_ns),
            instances: statistics.instances,
            problem: String::new(),
            clip_from_world: matrix.map(|matrix| matrix.to_cols_array()).unwrap_or_default(),
        };
        Ok(())
    }
}

impl Engine {
    /// Draws the world, if anything that can be seen changed.
    pub fn draw_world(&mut self) {
        if !self.draw.wants_frame() {
            return;
        }
        let Some(renderer) = self.draw.renderer.load() else {
            self.draw.status.problem = "no renderer is loaded; the Modules panel says why".to_owned();
            return;
        };
        let selected = Selected::of(self.session.selection.iter().filter_map(|id| self.session.tree.entity(*id)));
        let world = self.session.world().clone();
        let draw = &mut self.draw;
        let outcome = guarded(|| draw.render(&*renderer, |camera| draw_list(&world.read(), camera, &selected)));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                self.draw.status.problem = error;
                self.draw.dirty = false;
            }
            Err(panic) => {
                self.draw.broken = true;
                self.draw.status.problem = "the renderer panicked; correct it and reload it".to_owned();
                let module = self.modules.registry.modules().iter();
                let module = module.filter(|module| module.spec.implements.as_deref() == Some(RENDERER));
                let names: Vec<String> = module.map(|module| module.spec.name.clone()).collect();
                names.iter().for_each(|name| self.quarantine(name, &format!("it panicked while drawing: {panic}")));
            }
        }
    }

    /// The stable number of the entity that is drawn at a pixel.
    pub fn pick(&self, x: f32, y: f32) -> Option<u64> {
        let (renderer, target) = (self.draw.renderer.load()?, self.draw.target?);
        let picked = guarded(|| renderer.pick(target, x, y)).ok()?.ok()??;
        Some(self.session.tree.id(Entity::from_bits(picked))).filter(|id| *id != 0)
    }
}

/// The entities that are highlighted, by slot.
struct Selected(Vec<bool>);

impl Selected {
    fn of(entities: impl Iterator<Item = Entity>) -> Self {
        let mut slots = Vec::new();
        for slot in entities.map(|entity| entity.index() as usize) {
            if slots.len() <= slot {
                slots.resize(slot + 1, false);
            }
            slots[slot] = true;
        }
        Self(slots)
    }

    fn contains(&self, entity: Entity) -> bool {
        self.0.get(entity.index() as usize).copied().unwrap_or(false)
    }
}

fn draw_list(storage: &Storage, camera: Camera, selected: &Selected) -> DrawList {
    let mut batches: [(ShapeKind, Vec<Instance>); 4] = KINDS.map(|kind| (kind, Vec::new()));
    let mut shapes: Query<(Entity, &WorldTransform, &Shape)> = storage.query();
    let most = shapes.count();
    shapes.for_each(|(entity, world, shape)| {
        let [red, green, blue] = shape.color.to_array();
        let (_, instances) = &mut batches[shape.kind as usize];
        if instances.is_empty() {
            // Most scenes are of one kind; memory that is never written costs nothing.
            instances.reserve(most);
        }
        instances.push(Instance {
            world_from_model: world.world_from_model(),
            color: [red, green, blue, 1.0],
            id: entity.bits(),
            selected: selected.contains(entity),
        });
    });
    drop(shapes);
    let mut list = DrawList { camera, ..DrawList::default() };
    for (kind, instances) in batches {
        if !instances.is_empty() {
            *list.batch_mut(mesh(kind)) = instances;
        }
    }
    let mut lights = Vec::new();
    let mut sources: Query<(&Light, Option<&WorldTransform>)> = storage.query();
    sources.for_each(|(light, world)| {
        let down = -playground::glam::Vec3::Y;
        let direction = world.map_or(down, |world| -world.world_from_model().z_axis.truncate());
        lights.push(DirectionalLight { direction, color: light.color.to_array(), strength: light.strength });
    });
    if !lights.is_empty() {
        list.lights = lights;
    }
    list
}

/// All kinds, by number.
const KINDS: [ShapeKind; 4] = [ShapeKind::Cube, ShapeKind::Sphere, ShapeKind::Cylinder, ShapeKind::Plane];

fn mesh(kind: ShapeKind) -> MeshId {
    match kind {
        ShapeKind::Cube => MeshId::CUBE,
        ShapeKind::Sphere => MeshId::SPHERE,
        ShapeKind::Cylinder => MeshId::CYLINDER,
        ShapeKind::Plane => MeshId::PLANE,
    }
}

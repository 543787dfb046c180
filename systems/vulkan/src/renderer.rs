//! The contract, function by function: finds what a call names under the lock and hands it to the part that does it.

use crate::capture::capture;
use crate::frame::Painter;
use crate::instances::{InstanceBuffer, PackedFrame, most_instances};
use crate::meshes::{MeshBuffers, Meshes};
use crate::pick::Scene;
use crate::pipelines::Shared as SharedPipelines;
use crate::saved;
use crate::scope::scoped;
use crate::target::{Ring, Target, clamp_size, max_side};
use crate::timer::GpuTimer;
use playground::async_trait::async_trait;
use playground::core_types::{Handle, Shared};
use playground::rendering::{
    Antialiasing, Capabilities, CaptureView, CapturedImage, DeviceView, DrawList, FinishedFrame, FrameOutput,
    FrameStatistics, FrameView, GraphicsDevice, Mesh, MeshId, MeshView, PickView, RenderError, RenderTargetDesc,
    RenderingViewTrait, TargetFrames, TargetId, TargetView,
};
use playground::types::{Contract, ModuleError, ViewId, ViewModelTrait};
use std::collections::BTreeMap;

/// Samples per pixel where edges are smoothed; every device that can smooth at all can do this many.
const SAMPLES: u32 = 4;

/// The renderer.
pub struct Renderer {
    state: Shared<State>,
}

/// Everything that the renderer keeps.
struct State {
    /// Outlive the device, so that the next one has them too.
    meshes: Meshes,
    attached: Option<Attached>,
}

/// What lives and ends with a device.
struct Attached {
    painter: Painter,
    targets: BTreeMap<TargetId, Target>,
    /// Samples per pixel when edges are smoothed: 1 if the device can't.
    samples: u32,
    made_targets: u32,
    made_rings: u64,
}

impl Default for Renderer {
    fn default() -> Self {
        Self { state: Shared::new("renderer", State { meshes: Meshes::new(), attached: None }) }
    }
}

#[async_trait]
impl ViewModelTrait for Renderer {
    fn view_id(&self) -> ViewId {
        playground::rendering::view::VIEW_ID
    }
    fn api_version(&self) -> u64 {
        playground::rendering::API_VERSION
    }
    fn contract(self: Handle<Self>) -> Contract {
        Contract::new::<dyn RenderingViewTrait>(self)
    }
    async fn save_state(&self) -> Option<Result<Vec<u8>, ModuleError>> {
        let state = self.state.read();
        let meshes = state.meshes.own();
        (!meshes.is_empty()).then(|| Ok(saved::to_bytes(&meshes)))
    }
    async fn restore_state(&self, state: &[u8]) -> Result<(), ModuleError> {
        let unreadable = |cause| ModuleError::State { module: env!("CARGO_PKG_NAME").to_owned(), cause };
        let meshes = saved::from_bytes(state).map_err(unreadable)?;
        for (name, mesh) in &meshes {
            self.create_mesh(name, mesh).map_err(|error| unreadable(error.to_string()))?;
        }
        Ok(())
    }
}

impl DeviceView for Renderer {
    fn attach(&self, graphics: GraphicsDevice) -> Result<(), RenderError> {
        let mut state = self.state.write();
        state.detach();
        let device = graphics.device.clone();
        let attached = scoped(&device, "setting up the renderer", || {
            state.meshes.upload(&device)?;
            Ok(Attached::new(graphics))
        });
        let ready = attached.and_then(|mut attached| {
            attached.samples = attached.try_samples()?;
            Ok(attached)
        });
        match ready {
            Ok(attached) => state.attached = Some(attached),
            Err(error) => {
                state.detach();
                return Err(error);
            }
        }
        Ok(())
    }

    fn detach(&self) {
        self.state.write().detach();
    }

    fn is_attached(&self) -> bool {
        self.state.read().attached.is_some()
    }

    fn device_lost(&self) -> bool {
        self.state.read().attached.as_ref().is_some_and(|attached| attached.painter.graphics.is_lost())
    }

    fn capabilities(&self) -> Result<Capabilities, RenderError> {
        let state = self.state.read();
        let attached = state.attached()?;
        let graphics = &attached.painter.graphics;
        Ok(Capabilities {
            adapter: graphics.info.name.clone(),
            backend: graphics.info.backend.to_string(),
            software: graphics.is_software(),
            max_target_side: max_side(&graphics.device),
            max_instances: most_instances(&graphics.device) as u32,
            default_samples: attached.samples_for(Antialiasing::Auto),
            gpu_timing: attached.painter.timer.is_some(),
        })
    }
}

impl TargetView for Renderer {
    fn create_render_target(&self, desc: RenderTargetDesc) -> Result<TargetId, RenderError> {
        let mut state = self.state.write();
        let attached = state.attached_mut()?;
        let ring = attached.make_ring(desc.width, desc.height, desc.antialiasing)?;
        attached.made_targets += 1;
        let id = TargetId(attached.made_targets);
        let statistics = FrameStatistics::default();
        let target = Target { antialiasing: desc.antialiasing, ring, frame: 0, shown: None, statistics };
        attached.targets.insert(id, target);
        Ok(id)
    }

    fn resize(&self, target: TargetId, width: u32, height: u32) -> Result<(), RenderError> {
        let mut state = self.state.write();
        let attached = state.attached_mut()?;
        let size = clamp_size(&attached.painter.graphics.device, width, height)?;
        let Target { antialiasing, ring, .. } = attached.target(target)?;
        if ring.size == size {
            return Ok(());
        }
        let ring = attached.make_ring(width, height, *antialiasing)?;
        attached.target_mut(target)?.ring = ring;
        Ok(())
    }

    fn destroy_render_target(&self, target: TargetId) -> Result<(), RenderError> {
        let mut state = self.state.write();
        state.attached_mut()?.targets.remove(&target).map(drop).ok_or(RenderError::UnknownTarget(target))
    }

    fn target_frames(&self, target: TargetId) -> Result<TargetFrames, RenderError> {
        Ok(self.state.read().attached()?.target(target)?.ring.frames())
    }
}

impl MeshView for Renderer {
    fn create_mesh(&self, name: &str, mesh: &Mesh) -> Result<MeshId, RenderError> {
        mesh.check().map_err(|cause| RenderError::Mesh { name: name.to_owned(), cause })?;
        let id = MeshId::from_name(name);
        let mut state = self.state.write();
        let device = state.attached.as_ref().map(|attached| attached.painter.graphics.device.clone());
        let upload = |device| scoped(&device, "making a mesh", || MeshBuffers::new(&device, name, mesh));
        let buffers = device.map(upload).transpose()?;
        state.meshes.insert(id, name, mesh.clone(), buffers);
        Ok(id)
    }

    fn destroy_mesh(&self, mesh: MeshId) -> Result<(), RenderError> {
        self.state.write().meshes.remove(mesh)
    }

    fn meshes(&self) -> Vec<(String, MeshId)> {
        self.state.read().meshes.list()
    }
}

impl FrameView for Renderer {
    fn render_frame(&self, target: TargetId, list: Handle<DrawList>) -> Result<FrameOutput, RenderError> {
        let mut state = self.state.write();
        let State { meshes, attached } = &mut *state;
        let Attached { painter, targets, .. } = attached.as_mut().ok_or(RenderError::NotAttached)?;
        let target = targets.get_mut(&target).ok_or(RenderError::UnknownTarget(target))?;
        painter.render(target, meshes, list)
    }

    fn finished_frame(&self, target: TargetId) -> Result<Option<FinishedFrame>, RenderError> {
        let state = self.state.read();
        let attached = state.attached()?;
        attached.painter.poll()?;
        Ok(attached.target(target)?.ring.finished())
    }

    fn statistics(&self, target: TargetId) -> Result<FrameStatistics, RenderError> {
        Ok(self.state.read().attached()?.target(target)?.statistics)
    }
}

impl PickView for Renderer {
    fn pick(&self, target: TargetId, x: f32, y: f32) -> Result<Option<u64>, RenderError> {
        let state = self.state.read();
        let target = state.attached()?.target(target)?;
        let Some((list, matrices)) = target.shown.clone() else { return Ok(None) };
        let scene = Scene::new(list, matrices, target.ring.size, &state.meshes);
        // Searching needs no lock, and must not hold up the next frame.
        drop(state);
        Ok(scene.pick(x, y))
    }
}

impl CaptureView for Renderer {
    fn capture(&self, target: TargetId) -> Result<CapturedImage, RenderError> {
        let state = self.state.read();
        let attached = state.attached()?;
        let texture = attached.target(target)?.newest_texture().cloned().ok_or(RenderError::NothingDrawn(target))?;
        let graphics = attached.painter.graphics.clone();
        drop(state);
        capture(&graphics, &texture)
    }
}

impl State {
    fn attached(&self) -> Result<&Attached, RenderError> {
        self.attached.as_ref().ok_or(RenderError::NotAttached)
    }

    fn attached_mut(&mut self) -> Result<&mut Attached, RenderError> {
        self.attached.as_mut().ok_or(RenderError::NotAttached)
    }

    fn detach(&mut self) {
        self.attached = None;
        self.meshes.unload();
    }
}

impl Attached {
    /// Call it in an error scope.
    fn new(graphics: GraphicsDevice) -> Self {
        let painter = Painter {
            shared: SharedPipelines::new(&graphics.device),
            pipelines: [None, None],
            instances: InstanceBuffer::new(&graphics.device),
            packed: PackedFrame::default(),
            timer: GpuTimer::new(&graphics.device, &graphics.queue),
            graphics,
        };
        Self { painter, targets: BTreeMap::new(), samples: 1, made_targets: 0, made_rings: 0 }
    }

    /// How many samples per pixel the device can do, found out by making the pipelines.
    fn try_samples(&mut self) -> Result<u32, RenderError> {
        let device = self.painter.graphics.device.clone();
        let mut prepare = |samples| {
            scoped(&device, "making the pipelines", || {
                self.painter.prepare(samples);
                Ok(samples)
            })
        };
        prepare(1)?;
        Ok(prepare(SAMPLES).unwrap_or(1))
    }

    fn samples_for(&self, antialiasing: Antialiasing) -> u32 {
        match antialiasing {
            Antialiasing::Off => 1,
            Antialiasing::Auto if self.painter.graphics.is_software() => 1,
            Antialiasing::Auto | Antialiasing::On => self.samples,
        }
    }

    fn make_ring(&mut self, width: u32, height: u32, antialiasing: Antialiasing) -> Result<Ring, RenderError> {
        let device = &self.painter.graphics.device;
        let size = clamp_size(device, width, height)?;
        let samples = self.samples_for(antialiasing);
        let number = self.made_rings + 1;
        let ring = scoped(device, "making a render target", || Ok(Ring::new(device, number, size, samples)))?;
        self.made_rings = number;
        Ok(ring)
    }

    fn target(&self, id: TargetId) -> Result<&Target, RenderError> {
        self.targets.get(&id).ok_or(RenderError::UnknownTarget(id))
    }

    fn target_mut(&mut self, id: TargetId) -> Result<&mut Target, RenderError> {
        self.targets.get_mut(&id).ok_or(RenderError::UnknownTarget(id))
    }
}

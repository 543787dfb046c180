//! One frame: pack, encode, submit.

use crate::instances::{InstanceBuffer, PackedFrame, Paint, most_instances};
use crate::meshes::Meshes;
use crate::pipelines::{Pipelines, Shared};
use crate::scope::scoped;
use crate::target::{Ring, Target};
use crate::timer::GpuTimer;
use crate::uniforms::frame_uniforms;
use playground::core_types::Handle;
use playground::rendering::{DrawList, FrameOutput, FrameStatistics, GraphicsDevice, RenderError};
use playground::wgpu;
use std::time::Instant;

/// What drawing needs, whatever is drawn.
pub struct Painter {
    /// The device.
    pub graphics: GraphicsDevice,
    /// Shaders and uniforms.
    pub shared: Shared,
    /// Pipelines for one sample per pixel and for several, made when first needed.
    pub pipelines: [Option<Pipelines>; 2],
    /// The instances of the frame.
    pub instances: InstanceBuffer,
    /// Their copy on the CPU, kept for its memory.
    pub packed: PackedFrame,
    /// Measures the GPU, if the device can.
    pub timer: Option<GpuTimer>,
}

impl Painter {
    /// Hands a frame to the GPU.
    ///
    /// # Errors
    /// When the camera shows nothing or the device refuses the work. The target then stays as it was.
    pub fn render(
        &mut self,
        target: &mut Target,
        meshes: &Meshes,
        list: Handle<DrawList>,
    ) -> Result<FrameOutput, RenderError> {
        let start = Instant::now();
        self.poll()?;
        let matrices = list.camera.matrices(target.ring.aspect())?;
        let Some(slot) = target.ring.free_slot() else {
            target.statistics.frames_dropped += 1;
            return Ok(FrameOutput { submitted: None, finished: target.ring.finished() });
        };
        let device = self.graphics.device.clone();
        self.packed.pack(&list, meshes, target.ring.size[1], most_instances(&device));
        // Whatever happens now, the slot no longer holds the frame that it held.
        target.ring.slots[slot].frame = 0;
        scoped(&device, "drawing a frame", || {
            self.prepare(target.ring.samples);
            self.timer.iter_mut().for_each(GpuTimer::collect);
            self.shared.write(&self.graphics.queue, &frame_uniforms(&list, &matrices, target.ring.size));
            self.instances.write(&device, &self.graphics.queue, &self.packed.instances);
            self.submit(&target.ring, slot, meshes, list.grid);
            Ok(())
        })?;

        target.frame += 1;
        self.watch(target, slot);
        target.shown = Some((list, matrices));
        target.statistics = FrameStatistics {
            frame: target.frame,
            cpu_ns: start.elapsed().as_nanos() as u64,
            gpu_ns: self.timer.as_ref().and_then(GpuTimer::newest_ns),
            draws: self.packed.draws.len() as u32 + 1 + u32::from(target.shown_grid()),
            instances: self.packed.bodies,
            triangles: self.packed.triangles,
            skipped: self.packed.skipped,
            frames_dropped: target.statistics.frames_dropped,
        };
        self.poll()?;
        Ok(FrameOutput { submitted: Some(target.frame), finished: target.ring.finished() })
    }

    /// Lets the device say what it has completed. Does not wait.
    ///
    /// # Errors
    /// When the device is lost.
    pub fn poll(&self) -> Result<(), RenderError> {
        let polled = self.graphics.device.poll(wgpu::PollType::Poll);
        if self.graphics.is_lost() {
            return Err(RenderError::DeviceLost { adapter: self.graphics.info.name.clone() });
        }
        match polled {
            Ok(_) => Ok(()),
            Err(error) => Err(RenderError::Gpu { during: "asking for finished work", message: error.to_string() }),
        }
    }

    /// Makes the pipelines for a number of samples, once.
    pub fn prepare(&mut self, samples: u32) {
        let pipelines = &mut self.pipelines[usize::from(samples > 1)];
        pipelines.get_or_insert_with(|| Pipelines::new(&self.graphics.device, &self.shared, samples));
    }

    fn submit(&self, ring: &Ring, slot: usize, meshes: &Meshes, grid: bool) {
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("frame") };
        let mut encoder = self.graphics.device.create_command_encoder(&descriptor);
        let timing = self.timer.as_ref().and_then(GpuTimer::begin);
        {
            let timestamps = self.timer.as_ref().filter(|_| timing.is_some()).map(GpuTimer::writes);
            let mut pass = begin_pass(&mut encoder, ring, slot, timestamps);
            self.draw(&mut pass, ring.samples, meshes, grid);
        }
        if let (Some(timer), Some(at)) = (&self.timer, timing) {
            timer.resolve(&mut encoder, at);
        }
        self.graphics.queue.submit([encoder.finish()]);
        if let (Some(timer), Some(at)) = (&self.timer, timing) {
            timer.request(at);
        }
    }

    fn draw(&self, pass: &mut wgpu::RenderPass, samples: u32, meshes: &Meshes, grid: bool) {
        let Some(pipelines) = &self.pipelines[usize::from(samples > 1)] else { return };
        pass.set_bind_group(0, &self.shared.bind_group, &[]);
        pass.set_vertex_buffer(1, self.instances.slice());
        let mut current: Option<(Paint, bool)> = None;
        for draw in &self.packed.draws {
            let Some(buffers) = meshes.get(draw.mesh).and_then(|entry| entry.buffers.as_ref()) else { continue };
            if current.replace((draw.paint, draw.mirrored)) != Some((draw.paint, draw.mirrored)) {
                pass.set_pipeline(pipelines.solid(draw.paint, draw.mirrored));
            }
            pass.set_vertex_buffer(0, buffers.corners.slice(..));
            pass.set_index_buffer(buffers.indices.slice(..), wgpu::IndexFormat::Uint32);
            pass.draw_indexed(0..buffers.index_count, 0, draw.instances.clone());
        }
        // After the bodies, so that pixels that they cover are not painted twice.
        pass.set_pipeline(&pipelines.background);
        pass.draw(0..3, 0..1);
        if grid {
            pass.set_pipeline(&pipelines.grid);
            pass.draw(0..3, 0..1);
        }
    }

    /// Marks the slot as complete once the GPU says so.
    fn watch(&self, target: &mut Target, slot: usize) {
        let slot = &mut target.ring.slots[slot];
        slot.frame = target.frame;
        let (completed, frame) = (slot.completed.clone(), target.frame);
        self.graphics.queue.on_submitted_work_done(move || completed.store(frame));
    }
}

impl Target {
    fn shown_grid(&self) -> bool {
        self.shown.as_ref().is_some_and(|(list, _)| list.grid)
    }
}

fn begin_pass<'encoder>(
    encoder: &'encoder mut wgpu::CommandEncoder,
    ring: &Ring,
    slot: usize,
    timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
) -> wgpu::RenderPass<'encoder> {
    let resolved = &ring.slots[slot].view;
    let (view, resolve_target, store) = match &ring.multisampled {
        Some(samples) => (samples, Some(resolved), wgpu::StoreOp::Discard),
        None => (resolved, None, wgpu::StoreOp::Store),
    };
    let color = wgpu::RenderPassColorAttachment {
        view,
        depth_slice: None,
        resolve_target,
        ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store },
    };
    let depth = wgpu::RenderPassDepthStencilAttachment {
        view: &ring.depth,
        depth_ops: Some(wgpu::Operations { load: wgpu::LoadOp::Clear(1.0), store: wgpu::StoreOp::Discard }),
        stencil_ops: None,
    };
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("frame"),
        color_attachments: &[Some(color)],
        depth_stencil_attachment: Some(depth),
        timestamp_writes,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}

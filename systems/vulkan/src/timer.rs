//! How long the GPU takes for a frame, by timestamps that arrive some frames later.

use playground::core_types::Atomic;
use playground::{bytemuck, wgpu};

/// Measurements under way at one time; a frame beyond them is not measured.
const SLOTS: usize = 4;

/// Measures frames.
pub struct GpuTimer {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    slots: Vec<TimerSlot>,
    /// Length of a tick, ns.
    period_ns: f32,
    newest_ns: Option<u64>,
}

struct TimerSlot {
    buffer: wgpu::Buffer,
    state: Atomic<State>,
}

/// What a measurement waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A frame to measure.
    Free,
    /// The GPU.
    Pending,
    /// Being read.
    Ready,
    /// Nothing: its buffer can't be read any more.
    Failed,
}

impl GpuTimer {
    /// A timer, if the device can measure; call it in an error scope.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue) -> Option<Self> {
        if !device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let buffer = |usage, size| {
            let label = Some("timestamps");
            device.create_buffer(&wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false })
        };
        let slot = |_| TimerSlot {
            buffer: buffer(wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ, 16),
            state: Atomic::new(State::Free),
        };
        Some(Self {
            queries: device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("frame"),
                ty: wgpu::QueryType::Timestamp,
                count: 2,
            }),
            resolved: buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC, 16),
            slots: (0..SLOTS).map(slot).collect(),
            period_ns: queue.get_timestamp_period(),
            newest_ns: None,
        })
    }

    /// Takes a free measurement, if there is one.
    pub fn begin(&self) -> Option<usize> {
        self.slots.iter().position(|slot| slot.state.load() == State::Free)
    }

    /// Where a pass writes its times.
    pub fn writes(&self) -> wgpu::RenderPassTimestampWrites<'_> {
        wgpu::RenderPassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: Some(1),
        }
    }

    /// Copies the times to where the CPU can read them.
    pub fn resolve(&self, encoder: &mut wgpu::CommandEncoder, at: usize) {
        encoder.resolve_query_set(&self.queries, 0..2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.slots[at].buffer, 0, 16);
    }

    /// Asks for the times; call it after the submission.
    pub fn request(&self, at: usize) {
        let TimerSlot { buffer, state } = &self.slots[at];
        state.store(State::Pending);
        let state = state.clone();
        // Callbacks run on whichever thread polls the device, where no error scope is, so they touch nothing but this.
        buffer.map_async(wgpu::MapMode::Read, .., move |outcome| {
            state.store(if outcome.is_ok() { State::Ready } else { State::Failed });
        });
    }

    /// Reads the times that have arrived; call it in an error scope.
    pub fn collect(&mut self) {
        for TimerSlot { buffer, state } in self.slots.iter().filter(|slot| slot.state.load() == State::Ready) {
            if let Ok(bytes) = buffer.get_mapped_range(..) {
                let [start, end] = [0, 8].map(|at| bytemuck::pod_read_unaligned::<u64>(&bytes[at..at + 8]));
                self.newest_ns = Some((end.saturating_sub(start) as f64 * f64::from(self.period_ns)) as u64);
            }
            buffer.unmap();
            state.store(State::Free);
        }
    }

    /// Time of the newest frame that was measured, ns.
    pub fn newest_ns(&self) -> Option<u64> {
        self.newest_ns
    }
}

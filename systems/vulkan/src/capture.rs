//! From a texture to a picture in the memory of the CPU.

use crate::scope::scoped;
use playground::core_types::Atomic;
use playground::rendering::{CapturedImage, GraphicsDevice, RenderError};
use playground::wgpu;
use std::time::{Duration, Instant};

/// How long the GPU may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time between two questions to the GPU. Short against a frame; a waiting poll would hold up other threads.
const PAUSE: Duration = Duration::from_micros(200);

/// State of a buffer that is being mapped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapping {
    Waiting,
    Ready,
    Failed,
}

/// Copies a texture of 4 bytes per pixel and waits for it.
///
/// # Errors
/// When the device refuses or does not finish in time.
pub fn capture(graphics: &GraphicsDevice, texture: &wgpu::Texture) -> Result<CapturedImage, RenderError> {
    let (width, height) = (texture.width(), texture.height());
    // Rows in the buffer start at multiples of 256 bytes.
    let row_bytes = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let (buffer, mapping) = scoped(&graphics.device, "capturing a frame", || Ok(copy(graphics, texture, row_bytes)))?;
    wait(graphics, &mapping)?;
    let range = buffer.get_mapped_range(..);
    let bytes = range.map_err(|error| RenderError::Gpu { during: "capturing a frame", message: error.to_string() })?;
    let rows = bytes.chunks_exact(row_bytes as usize).take(height as usize);
    let pixels = rows.flat_map(|row| &row[..width as usize * 4]).copied().collect();
    Ok(CapturedImage { width, height, pixels })
}

fn copy(graphics: &GraphicsDevice, texture: &wgpu::Texture, row_bytes: u32) -> (wgpu::Buffer, Atomic<Mapping>) {
    let buffer = graphics.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("capture"),
        size: u64::from(row_bytes) * u64::from(texture.height()),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder =
        graphics.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("capture") });
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row_bytes), rows_per_image: None };
    let destination = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), destination, texture.size());
    graphics.queue.submit([encoder.finish()]);
    let mapping = Atomic::new(Mapping::Waiting);
    let outcome = mapping.clone();
    buffer.map_async(wgpu::MapMode::Read, .., move |result| {
        outcome.store(if result.is_ok() { Mapping::Ready } else { Mapping::Failed });
    });
    (buffer, mapping)
}

fn wait(graphics: &GraphicsDevice, mapping: &Atomic<Mapping>) -> Result<(), RenderError> {
    let start = Instant::now();
    let refused = |message: String| RenderError::Gpu { during: "capturing a frame", message };
    loop {
        graphics.device.poll(wgpu::PollType::Poll).map_err(|error| refused(error.to_string()))?;
        match mapping.load() {
            Mapping::Ready => return Ok(()),
            Mapping::Failed => return Err(refused("the picture can't be read".to_owned())),
            Mapping::Waiting if graphics.is_lost() => {
                return Err(RenderError::DeviceLost { adapter: graphics.info.name.clone() });
            }
            Mapping::Waiting if start.elapsed() > PATIENCE => {
                return Err(RenderError::Timeout { waited_ms: PATIENCE.as_millis() as u64 });
            }
            Mapping::Waiting => std::thread::sleep(PAUSE),
        }
    }
}

//! The graphics device that a renderer draws with.

use playground_core_types::Atomic;

/// A device, its queue and what is known of the hardware. Clones are the same device.
#[derive(Clone, Debug)]
pub struct GraphicsDevice {
    /// Makes resources.
    pub device: wgpu::Device,
    /// Takes work.
    pub queue: wgpu::Queue,
    /// The hardware and its driver.
    pub info: wgpu::AdapterInfo,
    lost: Atomic<bool>,
}

impl GraphicsDevice {
    /// Wraps a device, and takes over its device-lost callback.
    pub fn new(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo) -> Self {
        let lost = Atomic::new(false);
        let flag = lost.clone();
        device.set_device_lost_callback(move |_, _| flag.store(true));
        Self { device, queue, info, lost }
    }

    /// Whether the device is gone: nothing drawn with it will ever arrive.
    pub fn is_lost(&self) -> bool {
        self.lost.load()
    }

    /// Whether the device draws on the CPU.
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }
}

/// What a renderer can do with the device that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The hardware's name.
    pub adapter: String,
    /// The programming interface under it, such as Vulkan.
    pub backend: String,
    /// Whether it draws on the CPU.
    pub software: bool,
    /// Largest side of a render target, px.
    pub max_target_side: u32,
    /// Most instances in one frame.
    pub max_instances: u32,
    /// Samples per pixel where antialiasing is left to the renderer.
    pub default_samples: u32,
    /// Whether the time that the GPU takes is measured.
    pub gpu_timing: bool,
}

//! Shaders and pipelines, one set per number of samples.

use crate::instances::{INSTANCE_BYTES, Paint};
use crate::meshes::CORNER_FLOATS;
use crate::uniforms::{FLOATS, FrameUniforms};
use playground::{bytemuck, wgpu};

/// What targets are: gamma-encoded values in a format that does not encode.
pub const COLOR_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
/// What depth is kept in.
pub const DEPTH_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Depth32Float;

const FRAME_SOURCE: &str = include_str!("shaders/frame.wgsl");
const BODY_SOURCE: &str = include_str!("shaders/body.wgsl");
const BACKDROP_SOURCE: &str = include_str!("shaders/backdrop.wgsl");

/// What all pipelines of a device share.
pub struct Shared {
    body: wgpu::ShaderModule,
    backdrop: wgpu::ShaderModule,
    layout: wgpu::PipelineLayout,
    uniforms: wgpu::Buffer,
    /// Gives the shaders the uniforms.
    pub bind_group: wgpu::BindGroup,
}

/// The pipelines for one number of samples.
pub struct Pipelines {
    bodies: [wgpu::RenderPipeline; 2],
    outlines: [wgpu::RenderPipeline; 2],
    /// Behind everything.
    pub background: wgpu::RenderPipeline,
    /// Over everything, where nothing hides it.
    pub grid: wgpu::RenderPipeline,
}

impl Shared {
    /// Compiles the shaders; call it in an error scope.
    pub fn new(device: &wgpu::Device) -> Self {
        let shader = |label, source: &str| {
            let source = wgpu::ShaderSource::Wgsl(format!("{FRAME_SOURCE}\n{source}").into());
            device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(label), source })
        };
        let groups = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("frame"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let uniforms = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("frame"),
            size: FLOATS as u64 * 4,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bind_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("frame"),
            layout: &groups,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: uniforms.as_entire_binding() }],
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("frame"),
            bind_group_layouts: &[Some(&groups)],
            immediate_size: 0,
        });
        Self {
            body: shader("body", BODY_SOURCE),
            backdrop: shader("backdrop", BACKDROP_SOURCE),
            layout,
            uniforms,
            bind_group,
        }
    }

    /// Replaces the uniforms for the next submission.
    pub fn write(&self, queue: &wgpu::Queue, uniforms: &FrameUniforms) {
        queue.write_buffer(&self.uniforms, 0, bytemuck::cast_slice(uniforms));
    }
}

impl Pipelines {
    /// Makes the pipelines; call it in an error scope.
    pub fn new(device: &wgpu::Device, shared: &Shared, samples: u32) -> Self {
        let make = |recipe: &Recipe| recipe.pipeline(device, shared, samples);
        let solid = |name, cull| {
            // Mirroring turns triangles around, so the front of a mirrored body is what is the back of others.
            [wgpu::FrontFace::Ccw, wgpu::FrontFace::Cw].map(|front_face| {
                make(&Recipe {
                    name,
                    module: &shared.body,
                    instanced: true,
                    front_face,
                    cull,
                    depth_write: true,
                    depth: wgpu::CompareFunction::Less,
                    blend: None,
                })
            })
        };
        let covering = |name, blend| {
            make(&Recipe {
                name,
                module: &shared.backdrop,
                instanced: false,
                front_face: wgpu::FrontFace::Ccw,
                cull: None,
                depth_write: false,
                depth: wgpu::CompareFunction::LessEqual,
                blend,
            })
        };
        Self {
            bodies: solid("body", Some(wgpu::Face::Back)),
            outlines: solid("outline", Some(wgpu::Face::Front)),
            background: covering("background", None),
            grid: covering("grid", Some(OVER)),
        }
    }

    /// The pipeline for a draw of instances.
    pub fn solid(&self, paint: Paint, mirrored: bool) -> &wgpu::RenderPipeline {
        match paint {
            Paint::Body => &self.bodies[usize::from(mirrored)],
            Paint::Outline => &self.outlines[usize::from(mirrored)],
        }
    }
}

/// Colour over what is there; the target stays opaque.
const OVER: wgpu::BlendState = wgpu::BlendState {
    color: wgpu::BlendComponent {
        src_factor: wgpu::BlendFactor::SrcAlpha,
        dst_factor: wgpu::BlendFactor::OneMinusSrcAlpha,
        operation: wgpu::BlendOperation::Add,
    },
    alpha: wgpu::BlendComponent {
        src_factor: wgpu::BlendFactor::Zero,
        dst_factor: wgpu::BlendFactor::One,
        operation: wgpu::BlendOperation::Add,
    },
};

/// In what the pipelines differ.
struct Recipe<'a> {
    /// Start of the names of its entry points.
    name: &'static str,
    module: &'a wgpu::ShaderModule,
    instanced: bool,
    front_face: wgpu::FrontFace,
    cull: Option<wgpu::Face>,
    depth_write: bool,
    depth: wgpu::CompareFunction,
    blend: Option<wgpu::BlendState>,
}

impl Recipe<'_> {
    fn pipeline(&self, device: &wgpu::Device, shared: &Shared, samples: u32) -> wgpu::RenderPipeline {
        const CORNER: [wgpu::VertexAttribute; 3] =
            wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Float32x3];
        const INSTANCE: [wgpu::VertexAttribute; 5] =
            wgpu::vertex_attr_array![3 => Float32x4, 4 => Float32x4, 5 => Float32x4, 6 => Float32x4, 7 => Float32];
        let buffers = [
            Some(wgpu::VertexBufferLayout {
                array_stride: CORNER_FLOATS as u64 * 4,
                step_mode: wgpu::VertexStepMode::Vertex,
                attributes: &CORNER,
            }),
            Some(wgpu::VertexBufferLayout {
                array_stride: INSTANCE_BYTES,
                step_mode: wgpu::VertexStepMode::Instance,
                attributes: &INSTANCE,
            }),
        ];
        let target =
            wgpu::ColorTargetState { format: COLOR_FORMAT, blend: self.blend, write_mask: wgpu::ColorWrites::ALL };
        device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(self.name),
            layout: Some(&shared.layout),
            vertex: wgpu::VertexState {
                module: self.module,
                entry_point: Some(&format!("{}_vertex", self.name)),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: if self.instanced { &buffers } else { &[] },
            },
            primitive: wgpu::PrimitiveState {
                front_face: self.front_face,
                cull_mode: self.cull,
                ..wgpu::PrimitiveState::default()
            },
            depth_stencil: Some(wgpu::DepthStencilState {
                format: DEPTH_FORMAT,
                depth_write_enabled: Some(self.depth_write),
                depth_compare: Some(self.depth),
                stencil: wgpu::StencilState::default(),
                bias: wgpu::DepthBiasState::default(),
            }),
            multisample: wgpu::MultisampleState { count: samples, ..wgpu::MultisampleState::default() },
            fragment: Some(wgpu::FragmentState {
                module: self.module,
                entry_point: Some(&format!("{}_fragment", self.name)),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(target)],
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}

//! The renderer's textures as the window knows them.

use eframe::egui::TextureId;
use eframe::egui_wgpu::RenderState;
use playground::editor::Report;
use playground::wgpu;
use playground_engine_host::Ring;

/// A picture that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The window's name for the texture.
    pub texture: TextureId,
}

/// The ring of textures, registered once for every ring.
#[derive(Default)]
pub struct Pictures {
    ring: u64,
    textures: Vec<TextureId>,
    /// The ring before: a frame that shows it may still be on its way to the screen.
    retired: Vec<TextureId>,
}

impl Pictures {
    /// The last finished picture, once its ring is known here and in the report alike.
    pub fn current(&mut self, state: &RenderState, ring: &Ring, report: &Report) -> Option<Picture> {
        if ring.number != self.ring {
            self.register(state, ring);
        }
        let at = report.viewport.texture.filter(|_| report.viewport.ring == self.ring)?;
        self.textures.get(at).map(|texture| Picture { texture: *texture })
    }

    fn register(&mut self, state: &RenderState, ring: &Ring) {
        let mut renderer = state.renderer.write();
        self.retired.drain(..).for_each(|texture| renderer.free_texture(&texture));
        self.retired = std::mem::take(&mut self.textures);
        self.textures = ring
            .views
            .iter()
            .map(|view| renderer.register_native_texture(&state.device, view, wgpu::FilterMode::Linear))
            .collect();
        self.ring = ring.number;
    }
}

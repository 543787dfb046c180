//! The one place with raw colours, sizes and fonts: tokens for dark and light, and the `egui` style made from them.
#![allow(clippy::disallowed_methods)] // the theme is where raw colours live

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, Style,
    TextStyle, Theme, ThemePreference, Vec2, Visuals, style::ScrollStyle, style::WidgetVisuals,
};
use serde::{Deserialize, Serialize};

/// Height of one row in lists and trees, points.
pub const ROW: f32 = 22.0;
/// The step that all distances are multiples of, points.
pub const STEP: f32 = 4.0;
/// Size of body text, points.
pub const BODY: f32 = 13.0;
/// Size of secondary text, points.
pub const SMALL: f32 = 11.5;
/// Smallest and largest scale of the whole window.
pub const SCALE: std::ops::RangeInclusive<f32> = 0.75..=3.0;

/// Which theme the user wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// What the desktop says.
    System,
    /// Dark.
    #[default]
    Dark,
    /// Light.
    Light,
}

impl Choice {
    /// The choice of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "system" => Some(Self::System),
            "dark" => Some(Self::Dark),
            "light" => Some(Self::Light),
            _ => None,
        }
    }
}

/// The colours of one theme, by role.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// Behind everything.
    pub canvas: Color32,
    /// Panels.
    pub panel: Color32,
    /// Buttons, popups: what lies above a panel.
    pub raised: Color32,
    /// What lies above a panel and is pointed at.
    pub hover: Color32,
    /// One-pixel lines.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// What is selected or active.
    pub accent: Color32,
    /// Behind selected rows.
    pub selected: Color32,
    /// Worked.
    pub good: Color32,
    /// Needs a look.
    pub warn: Color32,
    /// Failed.
    pub bad: Color32,
    /// The axes x, y and z.
    pub axes: [Color32; 3],
    /// Series of a graph; they differ in dash and label as well.
    pub series: [Color32; 4],
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// The dark theme.
pub const DARK: Tokens = Tokens {
    canvas: hex(0x14161a),
    panel: hex(0x1b1e24),
    raised: hex(0x252932),
    hover: hex(0x2e343f),
    line: hex(0x333945),
    text: hex(0xdfe3ea),
    muted: hex(0x98a1b0),
    accent: hex(0x7aa7ff),
    selected: hex(0x2a3d63),
    good: hex(0x67c491),
    warn: hex(0xe6b35a),
    bad: hex(0xf2757c),
    axes: [hex(0xf2757c), hex(0x7fc873), hex(0x7aa7ff)],
    series: [hex(0x7aa7ff), hex(0xe6b35a), hex(0x67c491), hex(0xd78ae0)],
};

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    canvas: hex(0xeceef2),
    panel: hex(0xf8f9fb),
    raised: hex(0xffffff),
    hover: hex(0xe6e9ef),
    line: hex(0xd3d8e0),
    text: hex(0x1d222b),
    muted: hex(0x596273),
    accent: hex(0x1f5fd6),
    selected: hex(0xd3e1fb),
    good: hex(0x1b7a4a),
    warn: hex(0x8a5a00),
    bad: hex(0xb3262f),
    axes: [hex(0xb3262f), hex(0x2c7a1f), hex(0x1f5fd6)],
    series: [hex(0x1f5fd6), hex(0x8a5a00), hex(0x1b7a4a), hex(0x8e3a9b)],
};

/// The tokens of the theme that is shown.
pub fn tokens(ui: &egui::Ui) -> &'static Tokens {
    of(ui.visuals().dark_mode)
}

/// The tokens of the dark or the light theme.
pub fn of(dark: bool) -> &'static Tokens {
    if dark { &DARK } else { &LIGHT }
}

/// The font for numbers that change: every digit is as wide as the next.
pub fn digits() -> FontId {
    FontId::new(SMALL, FontFamily::Monospace)
}

fn digits_style() -> TextStyle {
    TextStyle::Name("digits".into())
}

/// Sets fonts, both styles, the theme and the scale. Call it again when the choice changes.
pub fn apply(ctx: &egui::Context, choice: Choice, scale: f32) {
    ctx.set_style_of(Theme::Dark, style(&DARK, true));
    ctx.set_style_of(Theme::Light, style(&LIGHT, false));
    ctx.set_theme(match choice {
        Choice::System => ThemePreference::System,
        Choice::Dark => ThemePreference::Dark,
        Choice::Light => ThemePreference::Light,
    });
    ctx.set_zoom_factor(scale.clamp(*SCALE.start(), *SCALE.end()));
}

/// Installs the fonts: text (Inter without its private-use glyphs, which would shadow the icons), then icons.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    let text = FontData::from_static(include_bytes!("../fonts/Inter-Regular.otf"));
    fonts.font_data.insert("inter".to_owned(), text.into());
    fonts.families.entry(FontFamily::Proportional).or_default().insert(0, "inter".to_owned());
    playground::egui_phosphor::add_to_fonts(&mut fonts, playground::egui_phosphor::Variant::Regular);
    ctx.set_fonts(fonts);
}

fn style(tokens: &Tokens, dark: bool) -> Style {
    let mut style = Style { visuals: visuals(tokens, dark), ..Style::default() };
    let body = FontId::proportional(BODY);
    style.text_styles = [
        (TextStyle::Body, body.clone()),
        (TextStyle::Button, body.clone()),
        (TextStyle::Heading, body),
        (TextStyle::Small, FontId::proportional(SMALL)),
        (TextStyle::Monospace, FontId::monospace(12.0)),
        (digits_style(), digits()),
    ]
    .into();
    style.drag_value_text_style = digits_style();
    style.animation_time = 0.1;
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(STEP * 1.5, STEP);
    spacing.button_padding = Vec2::new(STEP * 2.0, 2.0);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(4);
    spacing.indent = 14.0;
    spacing.interact_size = Vec2::new(24.0, ROW);
    spacing.icon_width = 14.0;
    spacing.icon_width_inner = 8.0;
    spacing.combo_width = 80.0;
    spacing.text_edit_width = 160.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, floating_width: 4.0, ..ScrollStyle::floating() };
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.url_in_tooltip = true;
    style
}

fn visuals(tokens: &Tokens, dark: bool) -> Visuals {
    let base = if dark { Visuals::dark() } else { Visuals::light() };
    let radius = CornerRadius::same(4);
    let widget = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let shadow =
        Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(if dark { 110 } else { 38 }) };
    let mut visuals = Visuals {
        dark_mode: dark,
        override_text_color: None,
        weak_text_color: Some(tokens.muted),
        hyperlink_color: tokens.accent,
        faint_bg_color: tokens.canvas.gamma_multiply(0.5),
        extreme_bg_color: tokens.canvas,
        text_edit_bg_color: Some(tokens.canvas),
        code_bg_color: tokens.canvas,
        warn_fg_color: tokens.warn,
        error_fg_color: tokens.bad,
        window_corner_radius: CornerRadius::same(6),
        window_shadow: shadow,
        window_fill: tokens.panel,
        window_stroke: Stroke::new(1.0, tokens.line),
        menu_corner_radius: CornerRadius::same(6),
        panel_fill: tokens.panel,
        popup_shadow: shadow,
        indent_has_left_vline: false,
        striped: false,
        ..base
    };
    visuals.widgets.noninteractive = widget(tokens.panel, tokens.line, tokens.text);
    visuals.widgets.inactive = widget(tokens.raised, if dark { tokens.raised } else { tokens.line }, tokens.text);
    visuals.widgets.hovered = widget(tokens.hover, tokens.line, tokens.text);
    visuals.widgets.active = widget(tokens.selected, tokens.accent, tokens.text);
    visuals.widgets.open = widget(tokens.hover, tokens.line, tokens.text);
    visuals.selection.bg_fill = tokens.selected;
    visuals.selection.stroke = Stroke::new(1.0, tokens.accent);
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    visuals
}

/// The style of the dock: flat tabs, one-pixel separators.
pub fn dock_style(style: &Style) -> egui_dock::Style {
    let tokens = of(style.visuals.dark_mode);
    let mut dock = egui_dock::Style::from_egui(style);
    dock.separator.width = 1.0;
    dock.separator.extra_interact_width = 6.0;
    dock.separator.color_idle = tokens.line;
    dock.separator.color_hovered = tokens.accent;
    dock.separator.color_dragged = tokens.accent;
    dock.tab_bar.bg_fill = tokens.canvas;
    dock.tab_bar.hline_color = tokens.line;
    dock.tab_bar.height = 28.0;
    dock.tab_bar.corner_radius = CornerRadius::ZERO;
    let tab = |fill: Color32, text: Color32| egui_dock::TabInteractionStyle {
        outline_color: Color32::TRANSPARENT,
        corner_radius: CornerRadius::ZERO,
        bg_fill: fill,
        text_color: text,
    };
    dock.tab.active = tab(tokens.panel, tokens.text);
    dock.tab.focused = tab(tokens.panel, tokens.text);
    dock.tab.inactive = tab(tokens.canvas, tokens.muted);
    dock.tab.hovered = tab(tokens.hover, tokens.text);
    dock.tab.active_with_kb_focus = tab(tokens.selected, tokens.text);
    dock.tab.focused_with_kb_focus = tab(tokens.selected, tokens.text);
    dock.tab.inactive_with_kb_focus = tab(tokens.selected, tokens.text);
    dock.buttons.close_tab_color = tokens.muted;
    dock.buttons.close_tab_active_color = tokens.text;
    dock.buttons.close_tab_bg_fill = tokens.hover;
    dock.tab.hline_below_active_tab_name = true;
    dock.tab.tab_body.bg_fill = tokens.panel;
    dock.tab.tab_body.stroke = Stroke::NONE;
    dock.tab.tab_body.corner_radius = CornerRadius::ZERO;
    dock.tab.tab_body.inner_margin = Margin::same(0);
    dock.overlay.selection_color = tokens.accent.gamma_multiply(0.25);
    dock
}

/// A colour from parts between 0 and 1 in sRGB, as components store it.
pub fn srgb(parts: [f32; 3]) -> [u8; 3] {
    parts.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// A colour that lies between two others.
pub fn mix(from: Color32, to: Color32, amount: f32) -> Color32 {
    from.lerp_to_gamma(to, amount)
}

#[cfg(test)]
mod tests {
    use super::{Color32, DARK, LIGHT, Tokens};

    /// WCAG 2 contrast. Source: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let [r, g, b] = [color.r(), color.g(), color.b()].map(|part| {
                let part = f32::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_pair_can_be_read() {
        let pairs = |tokens: &Tokens| {
            let grounds = [tokens.canvas, tokens.panel, tokens.raised];
            let texts = [tokens.text, tokens.muted, tokens.accent, tokens.good, tokens.warn, tokens.bad];
            for ground in grounds {
                for text in texts {
                    assert!(contrast(ground, text) >= 4.5, "{text:?} on {ground:?}: {}", contrast(ground, text));
                }
            }
            assert!(contrast(tokens.selected, tokens.text) >= 4.5);
        };
        pairs(&DARK);
        pairs(&LIGHT);
    }
}

//! The graph of bindings on the screen: three columns of boxes with lines between them.

use super::nodes::{Graph, Node, Use};
use crate::theme::{self, Tokens};
use crate::widget;
use eframe::egui::epaint::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align2, Color32, FontId, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, TextFormat, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

/// Around the graph, points.
pub const MARGIN: f32 = theme::STEP * 3.0;
/// Height of a box, points.
const HEIGHT: f32 = 36.0;
/// Between two boxes of a column, points.
const GAP: f32 = theme::STEP * 1.5;
/// Widths that a box may have, points.
const WIDTHS: std::ops::RangeInclusive<f32> = 116.0..=200.0;
/// The room for lines between two columns, as long as boxes need not be narrower for it, and the least of it, points.
const LINES: (f32, f32) = (64.0, 36.0);
/// A wider graph would have lines that the eye can't follow, points.
const WIDEST: f32 = 900.0;
/// Straight parts that a line is drawn with.
const PARTS: usize = 24;

/// Where everything is.
pub struct Place {
    heading: Rect,
    users: Vec<Rect>,
    views: Vec<Rect>,
    viewmodels: Vec<Rect>,
}

impl Place {
    /// Takes the room that the graph needs.
    pub fn new(ui: &mut Ui, graph: &Graph) -> Self {
        let room = (ui.available_width() - 2.0 * MARGIN).min(WIDEST);
        let box_width = ((room - 2.0 * LINES.0) / 3.0).clamp(*WIDTHS.start(), *WIDTHS.end());
        let gap = ((room - 3.0 * box_width) / 2.0).max(LINES.1);
        let rows = graph.users.len().max(graph.views.len());
        let height = rows as f32 * (HEIGHT + GAP) - GAP;
        let whole = vec2(3.0 * box_width + 2.0 * gap + 2.0 * MARGIN, theme::ROW + height + MARGIN);
        let (rect, _) = ui.allocate_exact_size(whole, Sense::hover());
        let start = rect.min + vec2(MARGIN, theme::STEP);
        let heading = Rect::from_min_size(start, vec2(whole.x - 2.0 * MARGIN, theme::ROW));
        let column = |at: usize, count: usize| -> Vec<Rect> {
            let left = start.x + at as f32 * (box_width + gap);
            // Each column stands in the middle of the highest one.
            let own = count as f32 * (HEIGHT + GAP) - GAP;
            let top = heading.bottom() + (height - own) / 2.0;
            let place = |row: usize| pos2(left, top + row as f32 * (HEIGHT + GAP));
            (0..count).map(|row| Rect::from_min_size(place(row), vec2(box_width, HEIGHT))).collect()
        };
        let (users, views) = (column(0, graph.users.len()), column(1, graph.views.len()));
        let viewmodels = column(2, graph.viewmodels.len());
        Self { heading, users, views, viewmodels }
    }
}

/// What is emphasised.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Active {
    User(usize),
    View(usize),
}

impl Active {
    fn includes(self, one: Use) -> bool {
        match self {
            Self::User(user) => one.user == user,
            Self::View(view) => one.view == view,
        }
    }

    fn includes_view(self, graph: &Graph, view: usize) -> bool {
        match self {
            Self::User(user) => graph.uses.iter().any(|one| one.user == user && one.view == view),
            Self::View(active) => active == view,
        }
    }

    fn includes_user(self, graph: &Graph, user: usize) -> bool {
        match self {
            Self::User(active) => active == user,
            Self::View(view) => graph.uses.iter().any(|one| one.user == user && one.view == view),
        }
    }
}

/// Draws the graph; gives the module that was clicked.
pub fn ui(ui: &mut Ui, graph: &Graph, place: &Place, selected: Option<&str>) -> Option<String> {
    let columns = [(&graph.users, &place.users), (&graph.views, &place.views), (&graph.viewmodels, &place.viewmodels)];
    let is_selected = |node: &Node| node.module.is_some() && node.module.as_deref() == selected;
    let (mut pointed, mut chosen, mut clicked) = (None, None, None);
    let mut responses: Vec<Vec<Response>> = Vec::new();
    for (column, (nodes, rects)) in columns.iter().enumerate() {
        let mut of_column = Vec::new();
        for (at, (node, rect)) in nodes.iter().zip(rects.iter()).enumerate() {
            let active = if column == 0 { Active::User(at) } else { Active::View(at) };
            let response = touch(ui, node, *rect, is_selected(node));
            if response.hovered() || response.has_focus() {
                pointed = Some(active);
            }
            if is_selected(node) && chosen.is_none() {
                chosen = Some(active);
            }
            if response.gained_focus() {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                clicked.clone_from(&node.module);
            }
            of_column.push(response);
        }
        responses.push(of_column);
    }
    let active = pointed.or(chosen);
    headings(ui, place);
    lines(ui, graph, place, active);
    for (column, (nodes, rects)) in columns.iter().enumerate() {
        for (at, (node, rect)) in nodes.iter().zip(rects.iter()).enumerate() {
            let lit = pointed.is_none_or(|active: Active| match column {
                0 => active.includes_user(graph, at),
                _ => active.includes_view(graph, at),
            });
            paint(ui, node, *rect, &responses[column][at], (is_selected(node), lit));
            responses[column][at].clone().on_hover_text(&node.about);
        }
    }
    clicked
}

/// Lets a box be pointed at, focused and, if it is a module, clicked.
fn touch(ui: &Ui, node: &Node, rect: Rect, selected: bool) -> Response {
    let sense = if node.module.is_some() { Sense::click() } else { Sense::focusable_noninteractive() | Sense::hover() };
    let response = ui.interact(rect, ui.id().with(("binding", &node.name)), sense);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &node.name));
    response.ctx.accesskit_node_builder(response.id, |accessible| {
        accessible.set_description(node.about.replace('\n', "; "));
    });
    response
}

fn headings(ui: &Ui, place: &Place) {
    let muted = theme::tokens(ui).muted;
    let columns = [(&place.users, "Used by"), (&place.views, "View"), (&place.viewmodels, "ViewModel")];
    for (rects, title) in columns {
        let Some(first) = rects.first() else { continue };
        let at = pos2(first.left(), place.heading.top());
        ui.painter().text(at, Align2::LEFT_TOP, title, FontId::proportional(theme::SMALL), muted);
    }
}

fn lines(ui: &Ui, graph: &Graph, place: &Place, active: Option<Active>) {
    let tokens = theme::tokens(ui);
    // Those that are emphasised lie above the others.
    for above in [false, true] {
        for one in &graph.uses {
            let lit = active.is_some_and(|active| active.includes(*one));
            if lit == above {
                line(ui, place.users[one.user], place.views[one.view], stroke(tokens, lit), one.requires);
            }
        }
        for (view, node) in graph.viewmodels.iter().enumerate() {
            let lit = active.is_some_and(|active| active.includes_view(graph, view));
            if lit == above && !node.warns {
                line(ui, place.views[view], place.viewmodels[view], stroke(tokens, lit), false);
            }
        }
    }
}

fn stroke(tokens: &Tokens, lit: bool) -> Stroke {
    match lit {
        true => Stroke::new(2.0, tokens.accent),
        false => Stroke::new(1.0, theme::mix(tokens.panel, tokens.muted, 0.6)),
    }
}

/// A curve from the right side of one box to the left side of another.
fn line(ui: &Ui, from: Rect, to: Rect, stroke: Stroke, dashed: bool) {
    let (start, end) = (from.right_center(), to.left_center());
    let points: Vec<Pos2> = (0..=PARTS)
        .map(|part| {
            let along = part as f32 / PARTS as f32;
            // Level at both ends: smoothstep.
            let rise = along * along * (3.0 - 2.0 * along);
            pos2(start.x + (end.x - start.x) * along, start.y + (end.y - start.y) * rise)
        })
        .collect();
    match dashed {
        true => ui.painter().extend(Shape::dashed_line(&points, stroke, 5.0, 4.0)),
        false => drop(ui.painter().add(Shape::line(points, stroke))),
    }
}

fn paint(ui: &Ui, node: &Node, rect: Rect, response: &Response, (selected, lit): (bool, bool)) {
    let tokens = theme::tokens(ui);
    let pointed = response.hovered() || response.has_focus();
    let fill = match (selected, pointed) {
        (true, _) => tokens.selected,
        (_, true) => tokens.hover,
        _ => tokens.raised,
    };
    let border = if pointed || selected { tokens.accent } else { tokens.line };
    ui.painter().rect(rect, 4.0, fill, (1.0, border), StrokeKind::Inside);
    // On other fills secondary text could not be read.
    let secondary = if selected || pointed { tokens.text } else { tokens.muted };
    let title = if lit && !node.alone { tokens.text } else { secondary };
    let left = rect.left() + theme::STEP * 2.0;
    let mut room = rect.width() - theme::STEP * 4.0;
    let mut start = left;
    if let Some((icon, color)) = node.mark(tokens) {
        let at = pos2(left, rect.top() + 12.0);
        let drawn = ui.painter().text(at, Align2::LEFT_CENTER, icon, FontId::proportional(theme::BODY), color);
        start = drawn.right() + theme::STEP;
        room -= start - left;
    }
    text(ui, pos2(start, rect.top() + 12.0), room, &node.title, theme::BODY, title);
    let room = rect.width() - theme::STEP * 4.0;
    text(ui, pos2(left, rect.top() + 26.0), room, &node.subtitle, theme::SMALL, secondary);
    widget::focus_ring(ui, response, rect.expand(2.0));
}

/// One line of text, cut where there is no room; `at` is the middle of its left side.
fn text(ui: &Ui, at: Pos2, room: f32, text: &str, size: f32, color: Color32) {
    let format = TextFormat::simple(FontId::proportional(size), color);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let top = at.y - galley.size().y / 2.0;
    ui.painter().galley(pos2(at.x, top), galley, color);
}

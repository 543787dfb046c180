// Bodies: hemisphere ambient, up to four directional lights, a highlight and a rim; and the outline of selected ones.

const ACCENT = vec3<f32>(1.0, 0.42, 0.06);
const OUTLINE_PX = 2.6;

struct Corner {
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) outline: vec3<f32>,
    // The upper three rows of world_from_model.
    @location(3) row_x: vec4<f32>,
    @location(4) row_y: vec4<f32>,
    @location(5) row_z: vec4<f32>,
    @location(6) color: vec4<f32>,
    @location(7) selected: f32,
}

struct Surface {
    @builtin(position) clip: vec4<f32>,
    @location(0) world: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) albedo: vec3<f32>,
    @location(3) selected: f32,
}

fn to_world(corner: Corner, v: vec4<f32>) -> vec3<f32> {
    return vec3(dot(corner.row_x, v), dot(corner.row_y, v), dot(corner.row_z, v));
}

// Normals go with the cofactor matrix, which needs no division and so survives a flattened axis.
fn normal_to_world(corner: Corner, normal: vec3<f32>) -> vec3<f32> {
    let x = corner.row_x.xyz;
    let y = corner.row_y.xyz;
    let z = corner.row_z.xyz;
    let yz = cross(y, z);
    let mirrored = sign(dot(x, yz) + 1e-30);
    return mirrored * vec3(dot(yz, normal), dot(cross(z, x), normal), dot(cross(x, y), normal));
}

@vertex
fn body_vertex(corner: Corner) -> Surface {
    let world = to_world(corner, vec4(corner.position, 1.0));
    var out: Surface;
    out.clip = frame.clip_from_world * vec4(world, 1.0);
    out.world = world;
    // Scaled to about one, so that tiny bodies do not lose their normals to underflow.
    let normal = normal_to_world(corner, corner.normal);
    let largest = max(max(abs(normal.x), abs(normal.y)), max(abs(normal.z), 1e-30));
    out.normal = normal / largest;
    out.albedo = decode(corner.color.rgb);
    out.selected = corner.selected;
    return out;
}

@fragment
fn body_fragment(in: Surface) -> @location(0) vec4<f32> {
    let normal = normalize(in.normal);
    let to_eye = normalize(frame.eye.xyz - in.world);
    let facing = max(dot(normal, to_eye), 0.0);
    let albedo = mix(in.albedo, ACCENT, in.selected * 0.22);

    let ambient = mix(frame.ground.rgb, frame.sky.rgb, normal.y * 0.5 + 0.5);
    var color = albedo * ambient;
    for (var i = 0; i < 4; i++) {
        let direction = frame.light_direction[i].xyz;
        let light = frame.light_color[i].rgb;
        let lambert = max(dot(normal, direction), 0.0);
        let halfway = normalize(direction + to_eye + vec3(0.0, 1e-6, 0.0));
        let highlight = pow(max(dot(normal, halfway), 0.0), 42.0) * 0.16 * step(1e-4, lambert);
        color += light * (albedo * lambert + highlight);
    }
    let edge = pow(1.0 - facing, 3.0);
    color += edge * 0.20 * frame.sky.rgb * (albedo * 0.7 + 0.3) * (normal.y * 0.35 + 0.65);
    color += edge * in.selected * 0.45 * ACCENT;

    // Above 0.8 brightness is compressed instead of cut.
    let over = max(color - 0.8, vec3(0.0));
    color = min(color, vec3(0.8)) + 0.2 * over / (over + 0.2);
    return vec4(encode(color) + dither(in.clip.xy), 1.0);
}

// The far side of the body, pushed outwards by a width that is the same at every distance, and a little away from the
// eye, so that a flat body does not fight with its own outline.
@vertex
fn outline_vertex(corner: Corner) -> @builtin(position) vec4<f32> {
    let place = to_world(corner, vec4(corner.position, 1.0));
    // A sheet, whose outline grows within its own plane, has no far side; it is pushed beyond what the width costs.
    let is_sheet = abs(dot(corner.outline, corner.normal)) < 0.1;
    let world = place + (place - frame.eye.xyz) * select(0.002, 0.02, is_sheet);
    var clip = frame.clip_from_world * vec4(world, 1.0);
    let outwards = frame.clip_from_world * vec4(normal_to_world(corner, corner.outline), 0.0);
    let on_screen = (outwards.xy * clip.w - clip.xy * outwards.w) * frame.viewport.xy;
    let largest = max(abs(on_screen.x), abs(on_screen.y));
    if largest > 1e-30 {
        let step_px = normalize(on_screen / largest) * OUTLINE_PX;
        clip += vec4(step_px * 2.0 * frame.viewport.zw * clip.w, 0.0, 0.0);
    }
    return clip;
}

@fragment
fn outline_fragment() -> @location(0) vec4<f32> {
    return vec4(encode(ACCENT), 1.0);
}

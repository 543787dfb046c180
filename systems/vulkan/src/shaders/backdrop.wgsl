// What is behind the bodies: a gradient around the horizon, and the ground grid with the X and Z axes.

struct Ray {
    @builtin(position) clip: vec4<f32>,
    // The points on the near and far plane; linear over the picture.
    @location(0) near: vec3<f32>,
    @location(1) far: vec3<f32>,
}

fn ray_at(index: u32, depth: f32) -> Ray {
    let corner = covering(index);
    let near = frame.world_from_clip * vec4(corner, 0.0, 1.0);
    let far = frame.world_from_clip * vec4(corner, 1.0, 1.0);
    var out: Ray;
    out.clip = vec4(corner, depth, 1.0);
    out.near = near.xyz / near.w;
    out.far = far.xyz / far.w;
    return out;
}

@vertex
fn background_vertex(@builtin(vertex_index) index: u32) -> Ray {
    return ray_at(index, 1.0);
}

@fragment
fn background_fragment(in: Ray) -> @location(0) vec4<f32> {
    let height = normalize(in.far - in.near).y;
    let above = 0.70 + 0.75 * exp(-3.2 * max(height, 0.0));
    let below = 0.66 + 0.79 * exp(-5.0 * max(-height, 0.0));
    let shade = select(below, above, height > 0.0);
    let from_center = (in.clip.xy * frame.viewport.zw - 0.5) * vec2(1.0, 0.8);
    let vignette = 1.0 - 0.55 * dot(from_center, from_center);
    return vec4(encode(frame.background.rgb * shade * vignette) + dither(in.clip.xy), 1.0);
}

struct GridPixel {
    @location(0) color: vec4<f32>,
    @builtin(frag_depth) depth: f32,
}

@vertex
fn grid_vertex(@builtin(vertex_index) index: u32) -> Ray {
    return ray_at(index, 0.5);
}

// How much of the pixel the lines of a grid cover; nothing where the lines would be closer than a few pixels.
fn lines(place: vec2<f32>, pixel: vec2<f32>, spacing: f32) -> f32 {
    let width = max(pixel / spacing, vec2(1e-7));
    let distance = abs(fract(place / spacing - 0.5) - 0.5) / width;
    let covered = clamp(1.1 - distance, vec2(0.0), vec2(1.0));
    let dense = 1.0 - smoothstep(vec2(0.08), vec2(0.35), width);
    let each = covered * dense;
    return max(each.x, each.y);
}

@fragment
fn grid_fragment(in: Ray) -> GridPixel {
    let ray = in.far - in.near;
    let along = -in.near.y / ray.y;
    let place = in.near + ray * along;
    // Derivatives are taken by every pixel, also by those that are dropped below.
    let pixel = max(fwidth(place.xz), vec2(1e-7));
    if !(along > 0.0 && along < 1.0) {
        discard;
    }

    let away = length(place.xz - frame.eye.xz);
    let reach = max(60.0, abs(frame.eye.w) * 14.0);
    let steep = smoothstep(0.0, 0.10, abs(normalize(ray).y));
    let fade = exp(-3.0 * away * away / (reach * reach)) * steep;

    var alpha = lines(place.xz, pixel, 1.0) * 0.10;
    alpha = max(alpha, lines(place.xz, pixel, 10.0) * 0.22);
    alpha = max(alpha, lines(place.xz, pixel, 100.0) * 0.30);
    var color = vec3(0.72, 0.76, 0.82);

    let axis = clamp(1.6 - abs(place.xz) / pixel, vec2(0.0), vec2(1.0));
    color = mix(color, vec3(0.30, 0.52, 0.94), step(0.001, axis.x));
    color = mix(color, vec3(0.90, 0.32, 0.36), step(0.001, axis.y) * step(axis.x, axis.y));
    alpha = max(alpha, max(axis.x, axis.y) * 0.80);

    let clip = frame.clip_from_world * vec4(place, 1.0);
    var out: GridPixel;
    out.color = vec4(color, alpha * fade);
    out.depth = clamp(clip.z / clip.w, 0.0, 1.0);
    return out;
}

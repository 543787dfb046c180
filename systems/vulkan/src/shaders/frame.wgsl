// What all shaders of a frame share. Colours in here are linear; the target takes gamma-encoded values as they are.

struct Frame {
    clip_from_world: mat4x4<f32>,
    world_from_clip: mat4x4<f32>,
    // Place of the camera, m; w is its height above the ground, m.
    eye: vec4<f32>,
    // Width and height in pixels, then one divided by each.
    viewport: vec4<f32>,
    background: vec4<f32>,
    sky: vec4<f32>,
    ground: vec4<f32>,
    // Unit directions towards the lights.
    light_direction: array<vec4<f32>, 4>,
    light_color: array<vec4<f32>, 4>,
}

@group(0) @binding(0) var<uniform> frame: Frame;

// The sRGB transfer function, IEC 61966-2-1.
fn encode(linear: vec3<f32>) -> vec3<f32> {
    let c = clamp(linear, vec3(0.0), vec3(1.0));
    return select(1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, c * 12.92, c < vec3(0.0031308));
}

fn decode(encoded: vec3<f32>) -> vec3<f32> {
    let c = clamp(encoded, vec3(0.0), vec3(1.0));
    return select(pow((c + 0.055) / 1.055, vec3(2.4)), c / 12.92, c < vec3(0.04045));
}

// Half a step of noise, so that dark gradients show no bands. Jimenez 2014, interleaved gradient noise.
fn dither(pixel: vec2<f32>) -> f32 {
    return (fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0;
}

// A triangle that covers the picture.
fn covering(index: u32) -> vec2<f32> {
    return vec2(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0);
}

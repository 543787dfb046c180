//! Where a body of a swarm is and what it looks like: all from its number.

use crate::{Swarm, SwarmMember};
use playground::prelude::*;
use std::f32::consts::TAU;

/// Part of the bodies that make the bulge in the middle.
const BULGE: f32 = 0.22;
/// How far an arm winds around from the middle to its end, rad.
const WINDING: f32 = 4.6;
/// How much bodies stray from their arm, rad.
const STRAY: f32 = 0.75;
/// How far bodies bob up and down, as a part of the radius.
const BOB: f32 = 0.008;
/// Colours from the middle outwards (sRGB).
const COLOURS: [Vec3; 4] = [vec3(1.0, 0.93, 0.72), vec3(1.0, 0.62, 0.32), vec3(0.86, 0.34, 0.74), vec3(0.3, 0.52, 1.0)];

/// A number from 0 to 1 that looks like chance, and is the same for the same number and purpose.
fn chance(number: u32, purpose: u32) -> f32 {
    // The finisher of MurmurHash3 (Austin Appleby, public domain).
    let mut bits = number.wrapping_mul(0x9e37_79b9) ^ purpose.wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ bits >> 16).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ bits >> 13).wrapping_mul(0xc2b2_ae35);
    ((bits ^ bits >> 16) >> 8) as f32 / (1 << 24) as f32
}

/// From -1 to 1, mostly near 0.
fn spread(number: u32, purpose: u32) -> f32 {
    chance(number, purpose) + chance(number, purpose + 100) - 1.0
}

impl Swarm {
    /// The body of a number as it starts.
    pub fn body(&self, number: u32) -> (SwarmMember, Transform, Shape) {
        let is_bulge = chance(number, 1) < BULGE;
        let out = chance(number, 2);
        let distance = if is_bulge { 0.26 * out * out.sqrt() + 0.01 } else { 0.08 + 0.92 * out.powf(0.8) };
        let arm = (number % self.arms.max(1)) as f32 / self.arms.max(1) as f32;
        let angle = match is_bulge {
            true => TAU * chance(number, 3),
            false => TAU * arm + WINDING * distance.sqrt() + STRAY * spread(number, 3) * (1.2 - 0.7 * distance),
        };
        let thickness = if is_bulge { 0.22 * (1.0 - distance / 0.28).max(0.2) } else { 0.05 * (1.1 - distance) };
        let height = thickness * spread(number, 4);
        let member = SwarmMember { number, distance, height, angle };
        let mut transform = Transform { scale: self.scale(&member), ..Transform::default() };
        self.place(&member, &mut transform);
        (member, transform, Shape { kind: ShapeKind::Cube, color: colour(number, distance) })
    }

    /// Puts a body where it belongs.
    #[inline]
    pub fn place(&self, member: &SwarmMember, transform: &mut Transform) {
        let (sine, cosine) = member.angle.sin_cos();
        let bob = BOB * sine * cosine;
        let unit = vec3(cosine * member.distance, member.height + bob, sine * member.distance);
        transform.translation = unit * self.radius;
        transform.rotation = Quat::from_rotation_y(-member.angle);
    }

    /// How large a body is along each axis, m.
    pub fn scale(&self, member: &SwarmMember) -> Vec3 {
        let part = chance(member.number, 5);
        Vec3::splat(self.size * (0.3 + 0.7 * part * part))
    }

    /// How fast a body goes around, rad/s: as in a galaxy, those further in need less time.
    #[inline]
    pub fn turn(&self, distance: f32) -> f32 {
        self.speed / (self.radius * 0.5).max(f32::MIN_POSITIVE) * 0.85 / (0.35 + distance)
    }
}

fn colour(number: u32, distance: f32) -> Vec3 {
    let last = COLOURS.len() - 1;
    let at = ((distance * 1.25).sqrt() + 0.12 * spread(number, 6)).clamp(0.0, 1.0) * last as f32;
    let low = (at as usize).min(last - 1);
    let mixed = COLOURS[low].lerp(COLOURS[low + 1], at - low as f32);
    (mixed * (0.75 + 0.4 * chance(number, 7))).clamp(Vec3::ZERO, Vec3::ONE)
}

#[cfg(test)]
mod tests {
    use crate::Swarm;
    use playground::prelude::*;

    #[test]
    fn bodies_follow_from_their_number_and_lie_within_the_radius() {
        let swarm = Swarm { radius: 20.0, ..Swarm::default() };
        let mut places = Vec::new();
        for number in 0..5_000 {
            let (member, transform, shape) = swarm.body(number);
            let (again, same, _) = swarm.body(number);
            assert_eq!((member.number, member.angle, transform.translation), (number, again.angle, same.translation));
            assert!(transform.translation.length() <= swarm.radius * 1.02, "{number}: {}", transform.translation);
            assert!(transform.scale.max_element() <= swarm.size && transform.scale.min_element() > 0.0);
            assert!(shape.color.cmpge(Vec3::ZERO).all() && shape.color.cmple(Vec3::ONE).all());
            places.push(transform.translation.to_array().map(f32::to_bits));
        }
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 5_000, "no two lie in one place");
    }

    #[test]
    fn a_body_goes_around_at_its_distance() {
        let swarm = Swarm::default();
        let (mut member, mut transform, _) = swarm.body(7);
        let flat = |transform: &Transform| vec2(transform.translation.x, transform.translation.z);
        let before = flat(&transform);
        member.angle += swarm.turn(member.distance) * 0.5;
        swarm.place(&member, &mut transform);
        assert!((flat(&transform).length() - before.length()).abs() < 1e-3);
        assert!(before.angle_to(flat(&transform)).abs() > 0.01);
        assert!(swarm.turn(0.1) > swarm.turn(0.9), "those further in need less time");
    }
}

//! Damaged data of components whose fields are others by now: refused or fitted, whatever the bytes.

use super::{LaterThing, Thing, thing};
use crate::properties::Random;
use crate::worlds::{damaged, seal};
use playground_core_ecs::{Component, EcsError, Storage};
use std::time::{Duration, Instant};

/// No data of this size takes longer, by far.
const LONGEST: Duration = Duration::from_secs(2);

fn saved() -> Vec<u8> {
    let mut storage = Storage::default();
    storage.spawn_batch([thing(), Thing::default(), thing()].map(|one| (one,))).unwrap();
    storage.save(None).unwrap()
}

fn later() -> Storage {
    let mut storage = Storage::default();
    storage.pool_of(LaterThing::INFO).unwrap();
    storage
}

#[track_caller]
fn load(bytes: &[u8]) -> bool {
    let mut storage = later();
    let kept = storage.spawn((LaterThing::default(),)).unwrap();
    let started = Instant::now();
    let outcome = storage.load(bytes);
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    assert_eq!(storage.verify(), Vec::<String>::new());
    match &outcome {
        Ok(loaded) => assert_eq!(loaded.entities, storage.len()),
        Err(EcsError::Broken { at, .. }) => {
            assert!(*at <= bytes.len(), "byte {at} of {}", bytes.len());
            assert!(storage.exists(kept) && storage.len() == 1);
        }
        Err(_) => assert!(storage.exists(kept) && storage.len() == 1),
    }
    outcome.is_ok()
}

#[test]
fn no_damage_is_taken_for_data() {
    let bytes = saved();
    assert!(load(&bytes));
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            assert!(!load(&bytes), "byte {at} with {flip:#04x} flipped");
        }
        assert!(!load(&bytes[..at]), "{at} bytes");
    }
}

#[test]
fn whoever_makes_the_checksum_right_gets_an_error_or_a_whole_world() {
    let bytes = saved();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut outcomes = [0, 0];
    for _ in 0..20_000 {
        let bytes = damaged(&bytes, &mut random);
        outcomes[usize::from(load(&bytes))] += 1;
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}

/// A few bytes that announce more than there is memory for: types that take no bytes, many times over.
#[test]
fn a_few_bytes_make_no_large_world() {
    #[track_caller]
    fn check(shape: &[u8], component: &[u8], expected: &str) {
        let name = Thing::INFO.name.as_bytes();
        let mut bytes = saved()[..22].to_vec();
        bytes.extend([1, name.len() as u8]);
        bytes.extend(name);
        // A hash that is nobody's, then the shape; one entity in slot 0, which has the component.
        bytes.extend([7; 8]);
        bytes.extend(shape);
        bytes.extend([1, 0, 0, 0, 1, 0]);
        bytes.extend(component);
        seal(&mut bytes);
        assert!(!load(&bytes));
        let error = later().load(&bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let many = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let field = |inner: &[u8]| [&[8, 1, 1, b'x'][..], inner].concat();
    // An array of empty structs; arrays of arrays of them; lists of them; more types inside of types than there are.
    let values = "there are more values than fit into data of this size";
    check(&field(&[&[12][..], &many, &[8, 0]].concat()), &[], values);
    check(&field(&[&[12][..], &many, &[12], &many, &[12], &many, &[8, 0]].concat()), &[], values);
    check(&field(&[11, 8, 0]), &many, values);
    check(&field(&[11; 5000]), &[1; 5000], "types inside of types deeper than 64");
    check(&field(&[10; 5000]), &[1; 5000], "types inside of types deeper than 64");
    let announced = "72057594037927935 are announced";
    check(&[&[8][..], &many].concat(), &[], announced);
    check(&[&[9][..], &many].concat(), &[], announced);
    check(&field(&[&[7][..], &many].concat()), &[], announced);
}

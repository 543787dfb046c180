//! What is bound, and who follows it.

mod version;

use playground_engine_binding::{BindError, Binding, BindingRegistry};
use playground_engine_types::{Contract, ViewExport};
use std::sync::Arc;
use version::{Version, binding, view};

#[test]
fn a_reader_follows_the_generations() {
    let (registry, view) = (BindingRegistry::default(), view("version"));
    registry.declare(view.clone());
    let slot = registry.slot::<dyn Version>(view.view_id);
    let mut reader = slot.reader();
    assert!(reader.get().is_none() && slot.load().is_none());
    for number in [1, 2] {
        registry.commit(vec![binding(&view, number)]);
        assert_eq!(reader.get().map(Version::number), Some(number));
        assert_eq!(slot.clone().load().map(|version| version.number()), Some(number));
        assert_eq!(registry.table().viewmodels[&view.view_id].generation, number);
    }
    assert_eq!(registry.slot::<dyn Version>(view.view_id).load().map(|version| version.number()), Some(2));
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let (registry, view) = (BindingRegistry::default(), view("version"));
    let with = |change: fn(&mut Binding)| {
        let mut binding = Arc::into_inner(binding(&view, 1)).unwrap();
        change(&mut binding);
        registry.check(&binding)
    };
    assert!(matches!(with(|_| ()), Err(BindError::Undeclared { view: found, .. }) if found == view.view_id));
    registry.declare(view.clone());
    let _slot = registry.slot::<dyn Version>(view.view_id);
    assert_eq!(with(|_| ()), Ok(()));
    let other = with(|binding| binding.contract = Contract::new::<u32>(Arc::new(1)));
    assert!(matches!(other, Err(BindError::Type { found: "u32", .. })), "{other:?}");
    registry.declare(Arc::new(ViewExport { api_version: 8, state_format_version: 0, ..*view }));
    assert!(matches!(with(|_| ()), Err(BindError::Version { expected: 8, found: 7, .. })));
}

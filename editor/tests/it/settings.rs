use playground_editor::dock::Tab;
use playground_editor::settings::load_from;
use playground_editor::theme::Choice;

#[test]
fn what_is_saved_is_found_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut found = load_from(Some(folder.path()));
    assert_eq!(found.problem, None);
    found.settings.theme = Choice::Light;
    found.settings.scale = 1.25;
    found.settings.dock.add_plugin("pools", "Pools");
    found.store.save(&found.settings).expect("the folder can be written");
    let again = load_from(Some(folder.path()));
    assert_eq!(again.problem, None);
    assert_eq!((again.settings.theme, again.settings.scale), (Choice::Light, 1.25));
    assert!(again.settings.dock.is_open(&Tab::Plugin("pools".into())));
}

#[test]
fn a_broken_file_is_set_aside() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("editor.ron");
    std::fs::write(&file, "(theme: Purple").expect("the folder can be written");
    let found = load_from(Some(folder.path()));
    assert!(found.problem.is_some_and(|problem| problem.contains("editor.ron.bad")));
    assert_eq!(found.settings.theme, Choice::Dark);
    assert!(!file.exists());
    assert_eq!(std::fs::read_to_string(file.with_extension("ron.bad")).expect("it is kept"), "(theme: Purple");
}

#[test]
fn a_closed_plugin_tab_stays_closed() {
    let mut dock = playground_editor::dock::Dock::default();
    dock.add_plugin("pools", "Pools");
    let tab = Tab::Plugin("pools".into());
    assert!(dock.is_open(&tab));
    dock.state.retain_tabs(|other| *other != tab);
    dock.add_plugin("pools", "Pools");
    assert!(!dock.is_open(&tab));
    assert!(dock.show("pools"));
    assert!(dock.is_open(&tab));
}

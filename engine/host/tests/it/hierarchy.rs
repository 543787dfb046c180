//! Parents, children and references as operators change them, and what systems make of entities.

use crate::session::Session;
use serde_json::{Value, json};

fn digest(session: &Session) -> Value {
    session.ok("world.digest")["digest"].clone()
}

/// The stable numbers in the order of the tree.
fn order(session: &Session) -> Vec<u64> {
    session.report().hierarchy.iter().map(|row| row.id).collect()
}

/// Undoes everything that `line` did, and does it again.
#[track_caller]
fn there_and_back(session: &Session, line: &str) -> Value {
    let (before, tree) = (digest(session), order(session));
    let result = session.ok(line);
    let (after, tree_after) = (digest(session), order(session));
    session.ok("edit.undo");
    assert_eq!((digest(session), order(session)), (before, tree), "{line} was undone");
    session.ok("edit.redo");
    assert_eq!((digest(session), order(session)), (after, tree_after), "{line} was done again");
    result
}

#[test]
fn siblings_are_moved_and_undo_brings_the_order_back() {
    let session = Session::start();
    for name in ["Top", "A", "B", "C", "Other"] {
        let parent = if ["A", "B", "C"].contains(&name) { " parent=1" } else { "" };
        session.ok(&format!("entity.spawn name={name}{parent}"));
    }
    assert_eq!(order(&session), [1, 2, 3, 4, 5]);
    there_and_back(&session, "entity.move entity=4 before=2");
    assert_eq!(order(&session), [1, 4, 2, 3, 5]);
    there_and_back(&session, "entity.move entity=[2, 4] after=3");
    assert_eq!(order(&session), [1, 3, 2, 4, 5]);
    there_and_back(&session, "entity.move entity=5 after=3");
    assert_eq!(order(&session), [1, 3, 5, 2, 4], "it has the parent of the other now");
    there_and_back(&session, "entity.move entity=3 before=1");
    assert_eq!(order(&session), [3, 1, 5, 2, 4], "those without a parent are siblings too");
    assert!(session.fails("entity.move entity=1 after=5").contains("a cycle"));
    assert!(session.fails("entity.move entity=1").contains("either `before` or `after`"));
    assert_eq!(order(&session), [3, 1, 5, 2, 4]);
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("order.ron");
    session.ok(&format!("scene.save path={}", file.display()));
    session.ok(&format!("scene.open path={}", file.display()));
    assert_eq!(order(&session), [3, 1, 5, 2, 4]);
}

#[test]
fn a_parent_is_changed_with_the_local_transform_or_the_place_in_the_world() {
    let session = Session::start();
    session.ok("entity.spawn name=Cart");
    session.ok("component.set entity=1 component=Transform field=translation value=[10, 0, 0]");
    session.ok("entity.spawn name=Box");
    session.ok("component.set entity=2 component=Transform field=translation value=[1, 2, 3]");
    session.ok("selection.set entity=2");
    let position = || session.report().inspected[0].position;
    there_and_back(&session, "entity.reparent entity=2 parent=1 keep=world");
    assert_eq!(position(), Some([1.0, 2.0, 3.0]));
    let local = session.ok("entity.get entity=2")["components"]["scene::Transform"]["translation"].clone();
    assert_eq!(local, json!([-9.0, 2.0, 3.0]));
    there_and_back(&session, "entity.reparent entity=2 parent=0");
    assert_eq!(position(), Some([-9.0, 2.0, 3.0]));
    assert!(session.fails("entity.reparent entity=2 parent=1 keep=both").contains("`local` or `world`"));
}

#[test]
fn a_refused_parent_takes_back_those_before_it() {
    let session = Session::start();
    for line in ["entity.spawn name=Sun", "entity.spawn name=Earth parent=1", "entity.spawn name=Moon"] {
        session.ok(line);
    }
    let before = digest(&session);
    let error = session.fails("entity.reparent entity=[3, 1] parent=2");
    assert!(error.contains("entity 2 (Earth) is below entity 1 (Sun)"), "{error}");
    assert_eq!(digest(&session), before);
    assert_eq!(session.ok("edit.undo")["step"], "New Moon");
}

#[test]
fn what_ends_is_forgotten_and_undo_brings_names_back() {
    let session = Session::start();
    for line in ["entity.spawn name=Top", "entity.spawn name=Middle parent=1", "entity.spawn name=Low parent=2"] {
        session.ok(line);
    }
    // A parent that is its child's child would be a cycle; a parent that is somebody outside of the branch is not.
    session.ok("entity.spawn name=Fan parent=3");
    session.ok("entity.reparent entity=4 parent=3");
    there_and_back(&session, "entity.despawn entity=2 children=keep");
    assert_eq!(session.ok("entity.get entity=3")["parent"], 1);
    session.ok("edit.undo");
    assert_eq!(session.ok("entity.get entity=3")["parent"], 2);
    let ended = there_and_back(&session, "entity.despawn entity=2");
    assert_eq!(ended["despawned"], 3);
    session.ok("edit.undo");
    assert_eq!(session.ok("entity.get entity=4")["parent"], 3);
    there_and_back(&session, "entity.despawn entity=1 children=keep keep=world");
    assert_eq!(session.ok("entity.get entity=2")["parent"], Value::Null);
}

#[test]
fn a_swarm_has_as_many_members_as_it_says_and_undo_counts_back() {
    let session = Session::start();
    session.ok("entity.spawn name=Swarm");
    let empty = digest(&session);
    session.ok("component.add entity=1 component=Swarm value=(count: 300, radius: 5)");
    let many = digest(&session);
    assert_eq!(session.report().entity_count, 301);
    assert_eq!(session.report().hierarchy[0].descendants, 300);
    session.ok("component.set entity=1 component=Swarm field=count value=40");
    assert_eq!((session.report().entity_count, session.report().hierarchy.len()), (41, 41));
    session.ok("edit.undo");
    assert_eq!((session.report().entity_count, digest(&session)), (301, many.clone()));
    assert_eq!(session.ok("query.run query=\"has:SwarmMember\"")["count"], 300);

    // A member that is deleted comes back; a copy of one is an entity of its own.
    let member = session.report().hierarchy[7].id;
    session.ok(&format!("entity.despawn entity={member}"));
    assert_eq!((session.report().entity_count, digest(&session)), (301, many.clone()));
    session.ok(&format!("entity.duplicate entity={member}"));
    assert_eq!(session.report().entity_count, 302);
    session.ok("edit.undo");

    // The copy of a swarm has members of its own; one that ends takes them along, and they come back with it.
    session.ok("entity.duplicate entity=1");
    assert_eq!(session.report().entity_count, 602);
    session.ok("edit.undo");
    assert_eq!(session.report().entity_count, 301);
    session.ok("entity.despawn entity=1");
    assert_eq!(session.report().entity_count, 0);
    session.ok("edit.undo");
    assert_eq!(session.report().entity_count, 301);
    session.ok("edit.redo");
    assert_eq!(session.report().entity_count, 0);
    session.ok("edit.undo");
    session.ok("component.remove entity=1 component=Swarm");
    assert_eq!((session.report().entity_count, digest(&session)), (1, empty));
    session.ok("edit.undo");
    assert_eq!((session.report().entity_count, digest(&session)), (301, many));
    assert_eq!(session.ok("entity.spawn name=Next")["entity"], 4, "members do not use up numbers");
}

#[test]
fn members_move_while_playing_stop_brings_them_back_and_scenes_leave_them_out() {
    let session = Session::start();
    session.ok("entity.spawn name=Swarm");
    session.ok("component.add entity=1 component=Swarm value=(count: 500, radius: 5, speed: 2)");
    let authored = digest(&session);
    session.ok("play.step frames=5");
    assert_ne!(digest(&session), authored);
    session.ok("play.stop");
    assert_eq!(digest(&session), authored);
    // While it plays, the count works as well, and stop takes that back too.
    session.ok("play.step frames=1");
    session.ok("component.set entity=1 component=Swarm field=count value=20");
    assert_eq!(session.report().entity_count, 21);
    session.ok("play.stop");
    assert_eq!((session.report().entity_count, digest(&session)), (501, authored.clone()));

    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("swarm.ron");
    session.ok(&format!("scene.save path={}", file.display()));
    let text = std::fs::read_to_string(&file).expect("it was just saved");
    assert!(!text.contains("SwarmMember") && text.contains("swarm::Swarm"), "{text}");
    session.ok("scene.new");
    assert_eq!(session.ok(&format!("scene.open path={}", file.display()))["entities"], 1);
    assert_eq!((session.report().entity_count, digest(&session)), (501, authored));
}

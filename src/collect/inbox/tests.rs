//! Files as senders leave them, and two processes that look at once.

use super::*;

struct Room {
    dir: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn inbox(&self) -> Inbox {
        Inbox::open(self.dir.path(), Duration::from_secs(10)).expect("opened")
    }
}

fn names(found: &[Candidate]) -> Vec<String> {
    found.iter().map(|it| it.name.to_string_lossy().into_owned()).collect()
}

#[test]
fn a_file_is_taken_when_it_did_not_change_between_two_looks() {
    let room = Room::new();
    room.write("XYJ/penalty/a.csv", "one");
    let (mut inbox, start) = (room.inbox(), Instant::now());
    let at = |seconds| start + Duration::from_secs(seconds);
    assert_eq!(names(&inbox.look(at(0)).expect("looked")), [""; 0]);
    assert_eq!(names(&inbox.look(at(9)).expect("looked")), [""; 0]);
    room.write("XYJ/penalty/a.csv", "one and two");
    assert_eq!(names(&inbox.look(at(11)).expect("looked")), [""; 0], "it has grown");
    assert_eq!(names(&inbox.look(at(20)).expect("looked")), [""; 0]);
    let found = inbox.look(at(21)).expect("looked");
    assert_eq!(names(&found), ["a.csv"]);
    assert_eq!((found[0].unit.as_deref(), found[0].resource.as_deref()), (Some("XYJ"), Some("penalty")));
}

#[test]
fn a_marker_says_at_once_that_a_file_is_whole() {
    let room = Room::new();
    room.write("XYJ/penalty/a.csv", "one");
    room.write("XYJ/penalty/a.csv.done", "");
    room.write("XYJ/penalty/b.csv.done", "");
    let found = room.inbox().look(Instant::now()).expect("looked");
    assert_eq!(names(&found), ["a.csv"]);
    let claimed = claim(&found[0]).expect("claimed").expect("free");
    assert!(!room.path("XYJ/penalty/a.csv.done").exists() && room.path("XYJ/penalty/b.csv.done").exists());
    assert_eq!(claimed.name(), "a.csv");
}

#[test]
fn hidden_unfinished_and_linked_files_are_left_alone() {
    let room = Room::new();
    for name in [".hidden.csv", "a.csv.part", "b.TMP", "~$c.xlsx"] {
        room.write(&format!("XYJ/penalty/{name}"), "text");
        room.write(&format!("XYJ/penalty/{name}.done"), "");
    }
    room.write("secret.txt", "text");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(room.path("secret.txt"), room.path("XYJ/penalty/link.csv")).expect("linked");
        room.write("XYJ/penalty/link.csv.done", "");
        std::os::unix::fs::symlink(room.path("XYJ"), room.path("other")).expect("linked");
    }
    room.write("XYJ/penalty/failed/old.csv", "text");
    let mut inbox = room.inbox();
    let now = Instant::now();
    inbox.look(now).expect("looked");
    let found = inbox.look(now + Duration::from_secs(60)).expect("looked");
    assert_eq!(names(&found), ["secret.txt"]);
    assert_eq!((&found[0].unit, &found[0].resource), (&None, &None), "it lies too high");
}

#[test]
fn two_processes_never_take_one_file() {
    let room = Room::new();
    room.write("XYJ/penalty/a.csv", "one");
    room.write("XYJ/penalty/a.csv.done", "");
    let (mine, theirs) =
        (room.inbox().look(Instant::now()).expect("looked"), room.inbox().look(Instant::now()).expect("looked"));
    let claimed = claim(&mine[0]).expect("claimed").expect("free");
    assert!(claim(&theirs[0]).expect("looked").is_none(), "it is gone");
    let later = room.inbox().look(Instant::now()).expect("looked");
    assert_eq!(names(&later), ["a.csv"], "it is being worked on, as far as one can see");
    assert!(claim(&later[0]).expect("looked").is_none(), "and it is locked");
    drop(claimed);
    let again = claim(&later[0]).expect("claimed").expect("its process is gone");
    assert_eq!(std::io::read_to_string(&again.file).expect("read"), "one");
}

#[test]
fn nothing_put_away_earlier_is_overwritten() {
    let room = Room::new();
    for round in ["one", "two", "three"] {
        room.write("XYJ/penalty/a.csv", round);
        room.write("XYJ/penalty/a.csv.done", "");
        let found = room.inbox().look(Instant::now()).expect("looked");
        let claimed = claim(&found[0]).expect("claimed").expect("free");
        let shelf = claimed.shelf(Fate::Done).expect("a free name");
        claimed.put_away(&shelf).expect("put away");
    }
    for (name, text) in [("a.csv", "one"), ("a-2.csv", "two"), ("a-3.csv", "three")] {
        let path = room.path("XYJ/penalty/done").join(name);
        assert_eq!(fs::read_to_string(&path).expect("put away"), text);
        assert!(room.path("XYJ/penalty/done").join(format!("{name}.report.json")).exists());
    }
    assert_eq!(files(&room.path("XYJ/penalty/working")).expect("read").len(), 0);
}

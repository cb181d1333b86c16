//! `serve` and `demo` as a whole: a file laid into the inbox is answered over HTTP, and a signal ends it all gently.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    Said, command, credence, json,
    world::{
        UNIT, World,
        penalty::{penalty, table},
    },
    write,
};

/// A running server. Dropped, it is killed.
struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    base: String,
}

impl Server {
    fn start(world: &World, more: &[&str]) -> Self {
        let mut child = command(world)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says where it listens");
        let base =
            line.split_whitespace().find_map(|it| it.split_once("http://")).map(|(_, it)| format!("http://{it}"));
        Self { child, out, base: base.expect("an address") }
    }

    /// What an address answers with a key.
    fn get(&self, path: &str, key: &str) -> serde_json::Value {
        let mut answer = ureq::get(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {key}"))
            .call()
            .expect("an answer");
        answer.body_mut().read_json().expect("JSON")
    }

    /// Ends it as a supervisor does.
    fn end(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        let mut rest = String::new();
        self.out.read_line(&mut rest).expect("closed");
        status.code().expect("by itself")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _waited = self.child.wait();
    }
}

#[test]
fn a_file_of_the_inbox_is_answered_over_http_and_a_signal_ends_the_server() {
    let world = World::early();
    let key = credence(&world, &["account", "add", "--org", UNIT]).out.trim().to_owned();
    let server = Server::start(&world, &["--inbox", "inbox", "--settle", "0"]);
    write(&world, &format!("inbox/{UNIT}/penalty/a.csv"), table(&[penalty(1), penalty(2).decided("三月一日")]));
    write(&world, &format!("inbox/{UNIT}/penalty/a.csv.done"), "");
    let put_away = world.dir.path().join(format!("inbox/{UNIT}/penalty/done/a.csv"));
    while !put_away.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let report = json(&world, &format!("inbox/{UNIT}/penalty/done/a.csv.report.json"));
    let delivery = server.get(&format!("/api/v1/deliveries/{}", report["delivery"]), &key);
    assert_eq!((&delivery["channel"], &delivery["state"]), (&"inbox".into(), &"done".into()), "{delivery}");
    assert_eq!(server.end(), 0);
}

#[test]
fn the_demonstration_takes_every_format_and_leaves_a_database_to_look_at() {
    let world = World::early();
    // The demonstration is itself, whatever the environment says.
    let said: Said = command(&world).args(["demo", "--dir", "demo", "--no-serve"]).output().expect("runs").into();
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for word in ["xml", "GB18030", "xlsx", "json", "jsonl", "疑问"] {
        assert!(said.out.contains(word), "{word}: {}", said.out);
    }
    assert!(!said.out.contains("已拒收") && !said.out.contains("暂存待核"), "{}", said.out);
    // What it wrote can be proved: a root was made, and everything under it is as it was.
    let beside = ["--database", "demo/credence.db"];
    let roots: Said = command(&world).args(["ledger", "roots"]).args(beside).output().expect("runs").into();
    assert!(roots.code == 0 && roots.out.contains('1'), "{}{}", roots.out, roots.err);
    let clean: Said = command(&world).arg("verify").args(beside).output().expect("runs").into();
    assert_eq!(clean.code, 0, "{}{}", clean.out, clean.err);
    let again: Said = command(&world).args(["demo", "--dir", "demo", "--no-serve"]).output().expect("runs").into();
    assert_eq!(again.code, 1, "it does not touch a folder that is in use");
}

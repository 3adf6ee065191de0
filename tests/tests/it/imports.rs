//! Lists from files: read, compared, applied, undone; and everything that a file may be and must not do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::PathBuf;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, SignedIn, World, key, on_both, until};
use uuid::Uuid;
use wire::imports::{Import, ImportAction, ImportProblem, ImportProblems, ImportRows, ImportState, ProblemLevel};
use wire::register::Reachability;
use wire::{Code, IDEMPOTENCY_KEY};

mod adopted;
mod hidden;
mod numbers;
mod places_now;
mod trusted;
mod undoing;

/// The offices that the messy list speaks of, besides Kenya's and Ethiopia's.
const MORE_OFFICES: [&str; 6] = ["SS", "SO", "AF", "YE", "SY", "JO"];

pub(crate) const HEAD: &str = "Staff ID,Full name,Type,Country,E-mail,Mobile,Sponsor\n";

fn data(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Somebody who sends lists of an organisation.
pub(crate) struct Sender<'a> {
    desk: &'a SignedIn,
    organisation: Uuid,
}

impl Sender<'_> {
    async fn try_send(&self, name: &str, bytes: Vec<u8>) -> Answer {
        self.send_by(key(), name, bytes).await
    }

    async fn send_by(&self, key: Uuid, name: &str, bytes: Vec<u8>) -> Answer {
        let path = format!("/v1/imports?organisation={}", self.organisation);
        let request = self.desk.request(Method::POST, &path).header(IDEMPOTENCY_KEY, key.to_string());
        self.desk.http().send(request.header("Muster-File-Name", name).body(bytes)).await
    }

    async fn send(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Import {
        self.try_send(name, bytes.into()).await.expect(201).json()
    }

    async fn try_map(&self, import: Uuid, mapping: &Value) -> Answer {
        let path = format!("/v1/imports/{import}/mapping");
        let request = self.desk.request(Method::PUT, &path).header(IDEMPOTENCY_KEY, key().to_string()).json(mapping);
        self.desk.http().send(request).await
    }

    /// Names the columns as they seem right, and waits for the dry run.
    pub(crate) async fn checked(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Import {
        let import = self.send(name, bytes).await;
        self.try_map(import.id, &json!(import.mapping.expect("something seems right"))).await.expect(200);
        self.reaches(import.id, ImportState::Checked).await
    }

    async fn reaches(&self, import: Uuid, state: ImportState) -> Import {
        until("the import", async || {
            let found = self.show(import).await;
            assert!(found.state == state || found.state != ImportState::Failed, "{:?}", found.failure);
            (found.state == state).then_some(found)
        })
        .await
    }

    async fn show(&self, import: Uuid) -> Import {
        self.desk.get(&format!("/v1/imports/{import}")).await.expect(200).json()
    }

    async fn apply(&self, import: Uuid, how: Value) -> Answer {
        self.desk.post(&format!("/v1/imports/{import}/apply"), &how).await
    }

    pub(crate) async fn applied(&self, import: Uuid, how: Value) -> Import {
        self.apply(import, how).await.expect(200);
        self.reaches(import, ImportState::Applied).await
    }

    /// Takes an applied import back.
    pub(crate) async fn undone(&self, import: Uuid) -> Import {
        self.desk.post(&format!("/v1/imports/{import}/undo"), &json!({})).await.expect(200);
        self.reaches(import, ImportState::Undone).await
    }

    /// Somebody by their name.
    pub(crate) async fn found(&self, name: &str) -> Uuid {
        let found = self.desk.post("/v1/people/search", &json!({ "q": name })).await.expect(200);
        let person = found.json::<wire::register::PeopleFound>().people.into_iter().next().expect("they are there");
        person.brief.id.expect("somebody of the register")
    }

    /// Whom an import entered, by the row.
    async fn entered(&self, import: Uuid) -> Vec<Uuid> {
        let rows: ImportRows = self.desk.get(&format!("/v1/imports/{import}/rows")).await.expect(200).json();
        rows.rows.into_iter().filter(|row| row.action == ImportAction::New).map(|row| row.person).collect()
    }

    /// The one thing that is wrong with a list.
    async fn problem(&self, import: Uuid) -> ImportProblem {
        let mut problems = self.problems(import).await.problems;
        let why: Vec<&str> = problems.iter().map(|one| one.why.as_str()).collect();
        assert_eq!(why.len(), 1, "{why:?}");
        problems.remove(0)
    }

    async fn problems(&self, import: Uuid) -> ImportProblems {
        self.desk.get(&format!("/v1/imports/{import}/problems")).await.expect(200).json()
    }

    /// Everybody who is there, by office.
    async fn reachability(&self) -> Reachability {
        self.desk.get(&format!("/v1/reachability?organisation={}", self.organisation)).await.expect(200).json()
    }

    async fn people(&self) -> u64 {
        self.reachability().await.offices.iter().map(|office| office.people).sum()
    }
}

pub(crate) fn sender(world: &World) -> Sender<'_> {
    Sender { desk: world.administrator.deref(), organisation: world.organisation }
}

/// Offices in these countries too.
async fn offices(world: &World, countries: &[&str]) {
    for country in countries {
        let office =
            json!({ "organisation": world.organisation, "country": country, "name": format!("Office in {country}") });
        world.administrator.post("/v1/offices", &office).await.expect(201);
    }
}

on_both!(a_messy_list_becomes_who_can_be_reached_by_office, async |app| {
    let world = app.world().await;
    offices(&world, &MORE_OFFICES).await;
    let sender = sender(&world);
    let expected: Value = serde_json::from_slice(&data("messy-500.json")).expect("what is wrong with it");
    let before = sender.people().await;
    for file in ["messy-500.csv", "messy-500.xlsx"] {
        let import = sender.checked(file, data(file)).await;
        let problems = sender.problems(import.id).await;
        let mut bad: Vec<u32> =
            problems.problems.iter().filter(|one| one.level == ProblemLevel::Error).filter_map(|one| one.row).collect();
        bad.dedup();
        assert_eq!(json!(bad), expected["bad"], "{file}");
        assert_eq!(json!(import.figures.bad_rows), json!(bad.len()));
        // Every error names a row and says why.
        assert!(problems.problems.iter().all(|one| one.row.is_some() && one.why.len() > 20));
        if file.ends_with("csv") {
            assert_eq!(json!(import.figures.new), expected["good"]);
            sender.apply(import.id, json!({})).await.refused(Code::RowsHaveErrors);
            assert_eq!(sender.people().await, before);
            sender.applied(import.id, json!({ "only_good_rows": true })).await;
        } else {
            // The same list as a workbook says nothing new.
            assert_eq!((import.figures.new, import.figures.changed), (0, 0));
            assert_eq!(json!(import.figures.unchanged), expected["good"]);
        }
    }
    let reachable = sender.reachability().await.offices;
    assert_eq!(json!(sender.people().await - before), expected["good"]);
    let with_numbers = reachable.iter().filter(|office| office.with_number > 0).count();
    assert_eq!(with_numbers, 8, "every office of the list has people who can be called");
});

on_both!(an_imported_list_can_be_undone_and_the_log_says_so, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let before = sender.people().await;
    let import =
        sender.checked("list.csv", format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,+254712000001,\n")).await;
    sender.applied(import.id, json!({})).await;
    assert_eq!(sender.people().await, before + 1);
    let rows: ImportRows = sender.desk.get(&format!("/v1/imports/{}/rows", import.id)).await.expect(200).json();
    assert_eq!((rows.rows.len(), rows.rows[0].action), (1, ImportAction::New));
    sender.desk.post(&format!("/v1/imports/{}/undo", import.id), &json!({})).await.expect(200);
    let undone = sender.reaches(import.id, ImportState::Undone).await;
    assert_eq!(undone.figures.left_as_is, 0);
    assert_eq!(sender.people().await, before);
    let noted: Vec<String> = app
        .log_of(world.organisation)
        .await
        .into_iter()
        .filter_map(|event| serde_json::from_slice::<Value>(&event.payload?).ok())
        .filter_map(|payload| payload["notice"]["deed"].as_str().map(str::to_owned))
        .filter(|deed| deed.contains("import"))
        .collect();
    assert_eq!(noted, ["list_imported", "import_undone"]);
    // What is done cannot be done again.
    sender.apply(import.id, json!({})).await.refused(Code::ImportState);
    sender.desk.post(&format!("/v1/imports/{}/cancel", import.id), &json!({})).await.refused(Code::ImportState);
});

on_both!(more_than_one_in_twenty_leave_only_when_their_number_is_typed, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let rows: String = (0..20).map(|n| format!("{n},Person {n},national,KE,p{n}@lakes.example,,\n")).collect();
    let import = sender.checked("list.csv", format!("{HEAD}{rows}")).await;
    sender.applied(import.id, json!({})).await;
    let before = sender.people().await;
    let fewer: String = (2..20).map(|n| format!("{n},Person {n},national,KE,p{n}@lakes.example,,\n")).collect();
    let import = sender.checked("list.csv", format!("{HEAD}{fewer}")).await;
    assert_eq!((import.figures.leaving, import.confirm_leaving), (2, Some(2)));
    for wrong in [json!({}), json!({ "confirm_leaving": 3 })] {
        let problem = sender.apply(import.id, wrong).await.refused(Code::LeavingUnconfirmed);
        assert_eq!(problem.field.as_deref(), Some("/confirm_leaving"));
    }
    assert_eq!(sender.people().await, before);
    sender.applied(import.id, json!({ "confirm_leaving": 2 })).await;
    assert_eq!(sender.people().await, before - 2);
});

on_both!(every_write_of_an_import_is_done_once_per_key, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let list = format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,,\n").into_bytes();
    let key = key();
    let first = sender.send_by(key, "a.csv", list.clone()).await.expect(201).value();
    assert_eq!(sender.send_by(key, "a.csv", list.clone()).await.expect(201).value(), first);
    sender.send_by(key, "a.csv", b"Name,Mobile\nX,+254712000001\n".to_vec()).await.refused(Code::KeyReused);
    sender.send_by(key, "b.csv", list).await.refused(Code::KeyReused);
    let all: wire::imports::Imports =
        sender.desk.get(&format!("/v1/imports?organisation={}", world.organisation)).await.expect(200).json();
    assert_eq!(all.imports.len(), 1);
});

on_both!(a_file_that_is_no_list_is_refused_and_nothing_changes, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let before = sender.people().await;
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("one line", b"Name,Mobile\n".to_vec()),
        ("broken workbook", b"PK\x03\x04 not a workbook".to_vec()),
        ("old workbook", [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat()),
        ("picture", [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 400]].concat()),
        ("too many columns", format!("{}\nx", "a,".repeat(400)).into_bytes()),
        ("too many rows", format!("{HEAD}{}", "1,A,national,KE,,,\n".repeat(50_001)).into_bytes()),
        ("bomb", bomb()),
    ] {
        let problem = sender.try_send("list.xlsx", bytes).await.refused(Code::FileUnreadable);
        assert!(problem.detail.len() > 20, "{what}: {}", problem.detail);
    }
    let nameless = sender.desk.request(Method::POST, &format!("/v1/imports?organisation={}", world.organisation));
    let nameless = nameless.header(IDEMPOTENCY_KEY, key().to_string()).body("Name,Mobile\nAwa,+254712000001\n");
    assert_eq!(
        sender.desk.http().send(nameless).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/file_name")
    );
    let elsewhere = Sender { organisation: Uuid::from_u128(7), ..sender };
    let refused = elsewhere.try_send("a.csv", format!("{HEAD}1,A,national,KE,,,\n").into_bytes()).await;
    assert_eq!(refused.refused(Code::InvalidValue).field.as_deref(), Some("/organisation"));
    let all: wire::imports::Imports =
        elsewhere.desk.get(&format!("/v1/imports?organisation={}", world.organisation)).await.expect(200).json();
    assert!(all.imports.is_empty());
    let sender = Sender { organisation: world.organisation, ..elsewhere };
    assert_eq!(sender.people().await, before);
});

/// A workbook of a few kilobytes that unpacks to 300 MB.
fn bomb() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).expect("begun");
    let blank = vec![b' '; 1024 * 1024];
    for _ in 0..300 {
        writer.write_all(&blank).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

on_both!(a_file_of_two_hundred_megabytes_is_refused_unread, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    // By what it says.
    let head = format!(
        "POST /v1/imports?organisation={} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {}\r\nMuster-Console: 1\r\nCookie: {}\r\n\
         Idempotency-Key: {}\r\nMuster-File-Name: big.csv\r\nContent-Length: 209715200\r\n\r\nName,Mobile\n",
        world.organisation,
        app.port(),
        sender.desk.http().origin(),
        sender.desk.cookie(),
        key()
    );
    let port = app.port();
    let said = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.write_all(head.as_bytes()).expect("sent");
        let mut said = [0; 4_096];
        let read = stream.read(&mut said).expect("answered");
        String::from_utf8_lossy(&said[..read]).into_owned()
    });
    let said = said.await.expect("asked");
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("body_too_large"), "{said}");
    // And by what it sends, when it does not say.
    let head = format!(
        "POST /v1/imports?organisation={} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {}\r\nMuster-Console: 1\r\nCookie: {}\r\n\
         Idempotency-Key: {}\r\nMuster-File-Name: big.csv\r\nTransfer-Encoding: chunked\r\n\r\n",
        world.organisation,
        sender.desk.http().origin(),
        sender.desk.cookie(),
        key()
    );
    let said = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.write_all(head.as_bytes()).expect("sent");
        let piece = [b"100000\r\n".to_vec(), vec![b'a'; 1024 * 1024], b"\r\n".to_vec()].concat();
        for _ in 0..21 {
            stream.write_all(&piece).expect("what is too much is read and thrown away");
        }
        let mut said = [0; 4_096];
        let read = stream.read(&mut said).expect("answered");
        String::from_utf8_lossy(&said[..read]).into_owned()
    });
    let said = said.await.expect("asked");
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    let all: wire::imports::Imports =
        sender.desk.get(&format!("/v1/imports?organisation={}", world.organisation)).await.expect(200).json();
    assert!(all.imports.is_empty());
});

on_both!(a_mapping_that_cannot_be_names_its_field_and_begins_nothing, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let import = sender.send("list.csv", format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,,\n")).await;
    let good = json!(import.mapping);
    let with = |pointer: &str, value: Value| {
        let mut mapping = good.clone();
        *mapping.pointer_mut(pointer).expect("there") = value;
        mapping
    };
    for (mapping, field) in [
        (with("/columns/0/column", json!(99)), "/columns/0/column"),
        (with("/columns/1/field", json!("external_id")), "/columns/1/field"),
        (with("/columns", json!([])), "/columns"),
    ] {
        assert_eq!(sender.try_map(import.id, &mapping).await.refused(Code::InvalidValue).field.as_deref(), Some(field));
    }
    let mut foreign = good.clone();
    foreign["office"] = json!(Uuid::from_u128(9));
    assert_eq!(sender.try_map(import.id, &foreign).await.refused(Code::InvalidValue).field.as_deref(), Some("/office"));
    let mut odd = good.clone();
    odd["colour"] = json!("red");
    sender.try_map(import.id, &odd).await.refused(Code::UnknownField);
    assert_eq!(sender.show(import.id).await.state, ImportState::Read);
    sender.apply(import.id, json!({})).await.refused(Code::ImportState);
});

on_both!(only_who_may_change_its_people_sees_an_import, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let list = format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,,\n");
    let import = sender.checked("list.csv", list.clone()).await;
    let officer = world.field_officer("Femi Officer", &world.kenya).await;
    let path = format!("/v1/imports/{}", import.id);
    for path in [path.clone(), format!("{path}/rows"), format!("{path}/problems")] {
        officer.get(&path).await.refused(Code::Forbidden);
    }
    // A steward of another office: outside their scope it does not exist.
    let steward = world.account("Uma Steward", &world.uganda).await;
    world.grant(steward.person, "list_steward", "office", Some(world.uganda.id)).await;
    let steward = steward.again().await;
    for path in [path.clone(), format!("{path}/rows"), format!("{path}/problems")] {
        steward.get(&path).await.refused(Code::NotFound);
    }
    steward.post(&format!("{path}/apply"), &json!({})).await.refused(Code::NotFound);
    let theirs = Sender { desk: &steward.desk, organisation: world.organisation };
    theirs.try_send("a.csv", list.into_bytes()).await.refused(Code::InvalidValue);
});

on_both!(applying_asks_who_one_is_again, by_hand, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let import = sender.checked("list.csv", format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,,\n")).await;
    app.advance(TimeDelta::minutes(6));
    sender.apply(import.id, json!({})).await.refused(Code::StepUpRequired);
    assert_eq!(sender.show(import.id).await.state, ImportState::Checked);
});

on_both!(an_import_that_a_stop_interrupted_goes_on_at_the_next_start, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let rows: String = (0..1_500).map(|n| format!("{n},Person {n},national,KE,p{n}@lakes.example,,\n")).collect();
    let import = sender.checked("list.csv", format!("{HEAD}{rows}")).await;
    let before = sender.people().await;
    sender.apply(import.id, json!({})).await.expect(200);
    app.stop().await;
    app.start_again();
    let sender = self::sender(&world);
    let seen = sender.people().await;
    assert!([before, before + 1_500].contains(&seen), "{seen} of {before} are shown");
    sender.reaches(import.id, ImportState::Applied).await;
    assert_eq!(sender.people().await, before + 1_500);
});

//! `muster import people`, as somebody at the server's machine uses it; and a server that is killed
//! while it imports.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tests::{Database, Db, Program, World, free_port, key, within};
use wire::IDEMPOTENCY_KEY;
use wire::imports::{Import, ImportState};
use wire::register::Reachability;

const LIST: &str = "Staff ID;Full name;Type;Country;E-mail;Mobile\n\
                    1;Awa Diallo;international;Kenya;awa@lists.example;+254712000001\n\
                    2;Ben Otieno;national;Uganda;ben@lists.example;+256712000002\n\
                    3;Eva Wizard;wizard;Kenya;eva@lists.example;\n";

fn with_database(db: Db, test: impl AsyncFnOnce(Database)) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(test(Database::fresh(db)));
}

fn import(database: &Database, file: &Path, more: &[&str]) -> Output {
    let mut command = Program::command(&database.data(), &database.url(), "warn");
    command.args(["import", "people"]).arg(file).args(["--organisation", "lakes relief"]).args(more);
    Program::run(command, "")
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}

async fn people(world: &World) -> u64 {
    let path = format!("/v1/reachability?organisation={}", world.organisation);
    let found: Reachability = world.administrator.get(&path).await.expect(200).json();
    found.offices.iter().map(|office| office.people).sum()
}

async fn imports_with_and_without_a_server(database: Database) {
    let (port, list) = (free_port(), database.folder().join("list.csv"));
    let start = || Program::start(database.folder(), &database.data(), &database.url(), port, "info");
    let mut program = start();
    program.ready().await;
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let before = people(&world).await;
    std::fs::write(&list, LIST).expect("written");

    // A dry run says what is wrong and changes nothing.
    let dry = import(&database, &list, &[]);
    let text = said(&dry);
    assert!(dry.status.success(), "{text}");
    assert!(text.contains("row 4, column C") && text.contains("no kind of person"), "{text}");
    assert!(text.contains("3 rows: 2 new") && text.contains("Nothing was changed"), "{text}");
    assert_eq!(people(&world).await, before);
    // With errors, and without being told to leave them out, nothing is applied.
    let refused = import(&database, &list, &["--apply", "--yes"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("rows have errors"), "{}", said(&refused));
    assert_eq!(people(&world).await, before);
    // Nobody is asked where nobody sits.
    assert_eq!(import(&database, &list, &["--apply", "--only-good-rows"]).status.code(), Some(1));

    let done = import(&database, &list, &["--apply", "--only-good-rows", "--yes"]);
    let text = said(&done);
    assert!(done.status.success() && text.contains("Who is reachable"), "{text}");
    assert_eq!(people(&world).await, before + 2);

    // With nobody running, the command works on the database itself.
    program.terminate().await;
    std::fs::write(&list, LIST.replace("3;Eva Wizard;wizard", "3;Eva Right;consultant")).expect("written");
    let done = import(&database, &list, &["--apply", "--yes"]);
    assert!(done.status.success() && said(&done).contains("1 new"), "{}", said(&done));
    let missing = import(&database, &database.folder().join("nothing.csv"), &[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(said(&missing).contains("cannot read"), "{}", said(&missing));
    let mut program = start();
    program.ready().await;
    let second = world.administrator.at(&program.http());
    let path = format!("/v1/reachability?organisation={}", world.organisation);
    let found: Reachability = second.get(&path).await.expect(200).json();
    assert_eq!(found.offices.iter().map(|office| office.people).sum::<u64>(), before + 3);
    let unknown = {
        let mut command = Program::command(&database.data(), &database.url(), "warn");
        command.args(["import", "people"]).arg(&list).args(["--organisation", "nobody"]);
        Program::run(command, "")
    };
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("there is no organisation"), "{}", said(&unknown));
}

#[test]
fn the_command_imports_with_and_without_a_server_on_sqlite() {
    with_database(Db::Sqlite, imports_with_and_without_a_server);
}

#[cfg(not(sqlite_only))]
#[test]
fn the_command_imports_with_and_without_a_server_on_postgres() {
    with_database(Db::Postgres, imports_with_and_without_a_server);
}

/// Kill -9 while a list is applied: at every moment everybody of it is shown or nobody, and at the
/// next start it goes on to its end.
async fn survives_kills(database: Database) {
    const PEOPLE: u64 = 1_200;
    let port = free_port();
    let start = || Program::start(database.folder(), &database.data(), &database.url(), port, "info");
    let mut program = start();
    program.ready().await;
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let before = people(&world).await;
    let rows: String = (0..PEOPLE).map(|n| format!("{n},Person {n},national,KE,p{n}@lists.example\n")).collect();
    let desk = &world.administrator;
    let path = format!("/v1/imports?organisation={}", world.organisation);
    let request = desk.request(Method::POST, &path).header(IDEMPOTENCY_KEY, key().to_string());
    let request = request.header("Muster-File-Name", "a.csv");
    let list = format!("Staff ID,Full name,Type,Country,E-mail\n{rows}");
    let sent: Import = desk.http().send(request.body(list)).await.expect(201).json();
    let path = format!("/v1/imports/{}", sent.id);
    let request = desk.request(Method::PUT, &format!("{path}/mapping")).header(IDEMPOTENCY_KEY, key().to_string());
    desk.http().send(request.json(&json!(sent.mapping))).await.expect(200);
    let state = async || desk.get(&path).await.expect(200).json::<Import>();
    let reaches = async |wanted: ImportState| {
        within(Duration::from_secs(120), "the import", async || (state().await.state == wanted).then_some(())).await;
    };
    reaches(ImportState::Checked).await;
    desk.post(&format!("{path}/apply"), &json!({})).await.expect(200);
    let mut kills = 0;
    for done in [100, 500, 900] {
        within(Duration::from_secs(120), "some of it", async || {
            let import = state().await;
            (import.figures.done >= done || import.state == ImportState::Applied).then_some(())
        })
        .await;
        program.kill();
        kills += 1;
        program = start();
        program.ready().await;
        let seen = people(&world).await - before;
        assert!([0, PEOPLE].contains(&seen), "{seen} of {PEOPLE} are shown");
    }
    assert_eq!(kills, 3);
    reaches(ImportState::Applied).await;
    assert_eq!(people(&world).await - before, PEOPLE);
    let figures = state().await.figures;
    assert_eq!((figures.overtaken, figures.done), (0, figures.total));
}

#[test]
fn an_import_survives_kills_on_sqlite() {
    with_database(Db::Sqlite, survives_kills);
}

#[cfg(not(sqlite_only))]
#[test]
fn an_import_survives_kills_on_postgres() {
    with_database(Db::Postgres, survives_kills);
}

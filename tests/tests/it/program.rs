//! The program as a user starts it: its commands, its signals, its first link.

use std::cell::RefCell;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::{Connection, SimpleConnection};
use serde_json::json;
use tests::{Database, Db, Phone, Program, SignedIn, World, free_port, key};
#[cfg(not(sqlite_only))]
use tests::{Link, Proxy};

/// Runs a test with a database and a runtime of its own.
fn with_database(db: Db, test: impl AsyncFnOnce(Database)) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(test(Database::fresh(db)));
}

async fn serves_from_the_first_link_to_the_last_signal(database: Database) {
    let port = free_port();
    let start = || Program::start(database.folder(), &database.data(), &database.url(), port, "info");
    let mut program = start();
    program.ready().await;
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    console.shows(id, "the tap", |case| case.ringing).await;

    // Commands reach the running server through its admin socket.
    let command = |arguments: &[&str], input: &str| {
        let mut command = Program::command(&database.data(), &database.url(), "info");
        command.args(arguments);
        Program::run(command, input)
    };
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let verified = command(&["verify"], "");
    assert!(verified.status.success() && said(&verified).contains("follow from one another"), "{verified:?}");
    let create =
        ["create-admin", "--email", "second@lakes.example", "--name", "Second Okoro", "--organisation", "Lakes Relief"];
    let short = command(&create, "short\n");
    assert_eq!(short.status.code(), Some(1));
    let made = command(&create, "kettle marble orchard wind\n");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let second = SignedIn::sign_in(&program.http(), "second@lakes.example", "kettle marble orchard wind").await;
    second.post("/v1/organisations", &json!({ "name": "Hills Relief", "short_name": "HILLS" })).await.expect(201);
    let again = command(&create, "kettle marble orchard wind\n");
    assert_eq!(again.status.code(), Some(1));

    let (took, code) = program.terminate().await;
    assert_eq!((code, took.as_secs() < 5), (Some(0), true), "{took:?}");
    assert_eq!(console.end().await.code, 1012);
    // With nobody running, commands open the database themselves.
    let verified = command(&["verify"], "");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    assert!(command(&["migrate"], "").status.success());

    let mut program = start();
    program.ready().await;
    assert_eq!(program.stdout().matches("#setup=").count(), 1, "there is an administrator: no second link");
    let operator = operator.again().await;
    assert_eq!(operator.snapshot().await.cases[0].id, id);
    assert_eq!(phone.tap().await.case.id, id);
    let person = world.person("Grace Achieng", &world.kenya).await;
    Phone::enrol(&program.http(), &world.enrolment(person).await.code).await;
}

#[test]
fn the_program_serves_from_the_first_link_to_the_last_signal_on_sqlite() {
    with_database(Db::Sqlite, serves_from_the_first_link_to_the_last_signal);
}

#[cfg(not(sqlite_only))]
#[test]
fn the_program_serves_from_the_first_link_to_the_last_signal_on_postgres() {
    with_database(Db::Postgres, serves_from_the_first_link_to_the_last_signal);
}

/// A program whose database stops answering while a tap is under way: it ends in time all the same,
/// says by its exit code that not everything did, and has lost nothing that was acknowledged.
async fn ends_in_time(database: &Database, url: &str, hang: impl FnOnce(), recover: impl FnOnce()) {
    let port = free_port();
    let start = || Program::start(database.folder(), &database.data(), url, port, "info");
    let mut program = start();
    program.ready().await;
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    hang();
    let tap = key();
    let (http, request) = (phone.http().clone(), phone.raising(tap, 0).body("{}"));
    let mut waiting = tokio::spawn(async move { http.try_send(request).await });
    let early = tokio::time::timeout(Duration::from_secs(1), &mut waiting).await;
    assert!(early.is_err(), "the database does not hang");

    let (took, code) = program.terminate().await;
    assert!(took < Duration::from_millis(5_000), "it took {took:?}");
    assert_eq!(code, Some(1), "after {took:?}");
    let answer = waiting.await.expect("no panic");
    // Where nodes share a database, the tap is on this one's disk by then.
    let honest = answer.is_none_or(|answer| [202, 503].contains(&answer.status));
    assert!(honest, "what was not stored is not acknowledged");

    recover();
    let mut program = start();
    program.ready().await;
    assert!([200, 201].contains(&phone.raise(tap, "{}").await.status));
    let operator = operator.again().await;
    assert_eq!(operator.sees(id).await.case.taps, 2);
}

#[test]
fn a_program_whose_database_hangs_ends_in_time_on_sqlite() {
    with_database(Db::Sqlite, async |database: Database| {
        let lock = RefCell::new(None);
        let hang = || {
            let path = database.file().display().to_string();
            let mut conn = SqliteConnection::establish(&path).expect("the file opens");
            conn.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").expect("the write lock");
            *lock.borrow_mut() = Some(conn);
        };
        ends_in_time(&database, &database.url(), hang, || drop(lock.take())).await;
    });
}

#[cfg(not(sqlite_only))]
#[test]
fn a_program_whose_database_hangs_ends_in_time_on_postgres() {
    with_database(Db::Postgres, async |database: Database| {
        let proxy = Proxy::before(database.server_address(), Link::Up).await;
        let url = database.url_by_port(proxy.port());
        let recover = || proxy.set(Link::Up);
        ends_in_time(&database, &url, || proxy.set(Link::Hung), recover).await;
    });
}

#[test]
fn settings_that_cannot_be_meant_are_refused_with_a_sentence() {
    let database = Database::fresh(Db::Sqlite);
    for (variable, value, said) in [
        ("MUSTER_DATABASE", "mysql://localhost/muster", "postgres://"),
        ("MUSTER_DATABASE", "postgres://u:p@db.example/m", "no TLS"),
        ("MUSTER_LOG", "loud[", "log level"),
    ] {
        let mut command = Program::command(&database.data(), &database.url(), "info");
        command.env(variable, value).args(["serve", "--listen", &format!("127.0.0.1:{}", free_port())]);
        let refused = Program::run(command, "");
        let stderr = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(said) && !stderr.contains("u:p"), "{stderr}");
    }
    assert!(!database.data().join("muster.db").exists());
}

#[test]
fn the_key_and_the_data_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    with_database(Db::Sqlite, async |database: Database| {
        let mut program = Program::start(database.folder(), &database.data(), &database.url(), free_port(), "info");
        program.ready().await;
        let mode = |name: &str| {
            let path = database.data().join(name);
            std::fs::metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
                & 0o777
        };
        assert_eq!(
            (mode(""), mode("installation.key"), mode("admin.sock"), mode("lock")),
            (0o700, 0o600, 0o600, 0o600)
        );
    });
}

//! Numbers, positions, notes, passwords and credentials: never in a log, a figure, or in clear in the
//! database. The real program says all that it can say, at `trace`.

use serde_json::json;
use tests::{Database, Db, Phone, Program, World, files_holding, free_port, holds, key, until};
use wire::enrolment::EnrolmentBatchIssued;
use wire::live::Command;

/// A position that nobody else has, to the last digit.
const LAT: f64 = -1.298_713_579;
const LON: f64 = 36.791_246_813;

/// What was said, sent or held, and where it may be in clear all the same.
struct Canaries {
    /// Nowhere: not in logs, figures, or the database.
    hidden: Vec<(&'static str, String)>,
    /// In the register by design, but in no log and no figure.
    unlogged: Vec<(&'static str, String)>,
}

/// Everything that happens in a day, with canaries in every field that takes them.
async fn a_day(program: &Program) -> Canaries {
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let operator = world.operator("Awa Canarydiallo").await;
    let console = operator.console().await;
    let fields = json!({ "phones": [{ "number": "+254705559871", "kind": "mobile" }], "call_sign": "CANARY 7",
                         "email": "musa.canary@lakes.example" });
    let person = world.person_with("Musa Canarykimani", &world.kenya, fields).await.brief.id.expect("in the register");
    let code = world.enrolment(person).await.code;
    let mut phone = Phone::enrol(&program.http(), &code).await;
    let batch = json!({ "people": [person], "days": 7 });
    let batch: EnrolmentBatchIssued =
        world.administrator.post("/v1/enrolment-batches", &batch).await.expect(201).json();
    let printed = batch.invitations[0].code.clone();
    let first = phone.tokens.clone();
    phone.refresh().await;
    let facts = json!({ "place": "canary place behind the school", "note": "canary fact note", "can_talk": "no" });
    let fix = json!({ "lat": LAT, "lon": LON, "accuracy_m": 7.25 });
    let body = json!({ "position": fix, "facts": facts, "canaryfield": "canary raw value", "network": "canarynet" });
    let stored = phone.tap_with(&body).await;
    phone.raise(key(), "canary broken body {").await.expect(201);
    phone.add(&stored.case_token, "position", &json!({ "position": fix })).await.expect(200);
    let mut socket = phone.socket().await;
    socket
        .cmd(key(), Command::Facts, &stored.case_token, json!({ "facts": { "note": "canary over the socket" } }))
        .await;
    // What is wrong is answered, and logged without what it was.
    phone.add(&stored.case_token, "position", &json!({ "position": { "lat": LAT, "lon": 999 } })).await.expect(422);
    phone.add(&stored.case_token, "facts", &json!({ "facts": { "canaryfield": LAT } })).await.expect(400);
    let id = stored.case.id;
    console.shows(id, "the tap", |case| case.shown_at.is_some()).await;
    operator.claims(id).await;
    operator.does(id, "notes", json!({ "text": "canary note text" })).await;
    operator
        .does(id, "contacts", json!({ "channel": "call", "result": "reached", "note": "canary contact note" }))
        .await;
    operator.does(id, "responder", json!({ "responder": "canary responder" })).await;
    let caller = json!({ "name": "Canary Caller", "number": "+254705559872", "channel": "call",
                         "position": { "lat": LAT, "lon": LON }, "facts": { "note": "canary caller note" } });
    operator.post("/v1/cases", &caller).await.expect(201);
    for text in ["Canarykimani", "+254705559871", "CANARY 7"] {
        operator.post("/v1/people/search", &json!({ "q": text })).await.expect(200);
    }
    operator.close(&operator.sees(id).await.case, "resolved", "canary closing note").await.expect(200);
    let wrong = tests::SignedIn::try_sign_in(&program.http(), &operator.email, "canary wrong password").await;
    wrong.expect(401);
    let ticket = operator.ticket().await;
    until("the console to have the close", async || {
        console.model().case(id).filter(|case| case.state.is_closed()).map(drop)
    })
    .await;

    let cookie = operator.cookie().split_once('=').expect("name and value").1.to_owned();
    let hidden = [
        ("latitude", "1.298713579".to_owned()),
        ("longitude", "36.791246813".to_owned()),
        ("number", "254705559871".to_owned()),
        ("caller's number", "254705559872".to_owned()),
        ("caller's name", "Canary Caller".to_owned()),
        ("facts' place", "canary place".to_owned()),
        ("facts' note", "canary fact note".to_owned()),
        ("fact over the socket", "canary over the socket".to_owned()),
        ("raw value", "canary raw value".to_owned()),
        ("raw field", "canaryfield".to_owned()),
        ("broken body", "canary broken body".to_owned()),
        ("network", "canarynet".to_owned()),
        ("note", "canary note text".to_owned()),
        ("contact note", "canary contact note".to_owned()),
        ("responder", "canary responder".to_owned()),
        ("caller's note", "canary caller note".to_owned()),
        ("closing note", "canary closing note".to_owned()),
        ("password", operator.password.clone()),
        ("wrong password", "canary wrong password".to_owned()),
        ("cookie", cookie),
        ("ticket", ticket),
        ("enrolment code", code.replace('-', "")),
        ("enrolment code with dashes", code),
        ("printed code", printed.replace('-', "")),
        ("printed code with dashes", printed),
        ("first refresh secret", first.refresh),
        ("refresh secret", phone.tokens.refresh.clone()),
        ("access token", phone.tokens.access.clone()),
        ("distress capability", phone.distress.clone()),
        ("case token", stored.case_token.clone()),
    ];
    let unlogged = [
        ("name", "Canarykimani".to_owned()),
        ("operator's name", "Canarydiallo".to_owned()),
        ("e-mail address", "musa.canary@".to_owned()),
        ("operator's e-mail address", operator.email.clone()),
        ("call sign", "CANARY 7".to_owned()),
        ("name as it is searched", "canarykimani".to_owned()),
    ];
    Canaries { hidden: hidden.into(), unlogged: unlogged.into() }
}

fn nothing_leaks(db: Db) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = Database::fresh(db);
    runtime.block_on(async {
        let mut program = Program::start(database.folder(), &database.data(), &database.url(), free_port(), "trace");
        program.ready().await;
        let Canaries { hidden, unlogged } = a_day(&program).await;
        let figures = program.http().get("/metrics").await.expect(200).text();
        let dumped = database.dump();
        // It would be found if it were there: names of the register are.
        assert!(holds(&dumped, "Canarykimani"), "the dump does not show the register");
        for (what, canary) in &hidden {
            assert!(!holds(&dumped, canary), "the {what} is in clear in the database");
        }
        let setup = program.setup_secret().await;
        assert!(!holds(&dumped, &setup), "the first administrator's secret is in clear in the database");
        let (took, code) = program.terminate().await;
        assert_eq!(code, Some(0), "it ends in order");
        assert!(took.as_secs() < 5, "stopping took {took:?}");
        let log = std::fs::read_to_string(database.folder().join("stderr")).expect("the log");
        assert!(log.len() > 10_000, "the log at trace says too little to be one");
        for (what, canary) in hidden.iter().chain(&unlogged) {
            let line = log.lines().find(|line| line.contains(canary.as_str()));
            assert!(line.is_none(), "the {what} is in the log: {}", line.unwrap_or_default());
            assert!(!figures.contains(canary.as_str()), "the {what} is among the figures");
        }
        let left = |canary: &str| files_holding(&database.data(), canary);
        for (what, canary) in &hidden {
            assert_eq!(left(canary), Vec::<std::path::PathBuf>::new(), "the {what} is in clear in the data directory");
        }
    });
}

#[test]
fn nothing_that_must_be_hidden_is_logged_or_stored_in_clear_on_sqlite() {
    nothing_leaks(Db::Sqlite);
}

#[cfg(not(sqlite_only))]
#[test]
fn nothing_that_must_be_hidden_is_logged_or_stored_in_clear_on_postgres() {
    nothing_leaks(Db::Postgres);
}

//! The console's live socket: frames, refusals, closes.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use muster::live::socket::WRITE_LIMIT;
use serde_json::{Value, json};
use tests::{Closed, Console, Operator, PATIENCE, Socket, on_both, until, within};
use wire::live::{FromConsole, ScopeMode};
use wire::{Code, PROTOCOL};

/// Says hello with a fresh ticket; returns the socket after the welcome.
async fn welcomed(operator: &Operator) -> Socket {
    let mut socket = Socket::dial(operator.http(), "/v1/live").await;
    let ticket = operator.ticket().await;
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: [].into() }).await;
    assert_eq!(socket.frame(PATIENCE).await.expect("a frame")["t"], "welcome");
    socket
}

/// The code in the parting word, and how the socket was closed.
async fn refusal(mut socket: Socket) -> (Value, Closed) {
    loop {
        let frame = socket.frame(PATIENCE).await.expect("a word before the close");
        if frame["t"] == "bye" {
            return (frame["problem"]["code"].clone(), socket.end(PATIENCE).await);
        }
    }
}

on_both!(beats_come_every_five_seconds_with_the_digest_of_what_was_sent, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let mut console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap_at(tests::KAMPALA).await.case.id;
    operator.claims(id).await;
    console.until("two beats after the events", |model| (model.beats >= 3).then_some(())).await;
    console.redial().await;
    assert!(console.scopes.iter().all(|scope| scope.mode == ScopeMode::Resume && scope.head > 0));
    let beats = console.model().beats;
    console.until("the first beat after a resume", |model| (model.beats > beats).then_some(())).await;
    console.keeps_the_rules();
});

on_both!(a_console_that_was_away_gets_what_it_missed_and_no_more, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let mut console = operator.unattended_console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    console.shows(id, "the tap", |case| case.ringing).await;
    let snapshots = console.model().snapshots;
    console.cut();
    for number in 0..100 {
        operator.does(id, "notes", json!({ "text": format!("note {number}") })).await;
    }
    console.redial().await;
    console.shows(id, "all notes", |case| case.revision == 101).await;
    assert_eq!(
        (console.model().entries.len(), console.model().snapshots),
        (101, snapshots),
        "resumed, not started afresh"
    );
    console.equals_a_fresh_snapshot().await;
});

on_both!(a_cursor_of_another_log_means_a_fresh_snapshot, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    phone.tap().await;
    let mut console = operator.console().await;
    console.cut();
    let good = console.model().cursors[&world.kenya.id].clone();
    let [epoch, seq, hash] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let other = |text: &str| format!("{:08x}", u32::from_str_radix(text, 16).expect("hex") ^ 1);
    let (other_epoch, other_hash) = (other(epoch), other(hash));
    for bad in [
        format!("{other_epoch}.{seq}.{hash}"),
        format!("{epoch}.{seq}.{other_hash}"),
        format!("{epoch}.999999.{hash}"),
        format!("{epoch}.-1.{hash}"),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let mut socket = Socket::dial(operator.http(), "/v1/live").await;
        let cursors = [(world.kenya.id, bad.clone())].into();
        socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket: operator.ticket().await, cursors }).await;
        let welcome = socket.frame(PATIENCE).await.expect("a welcome");
        assert_eq!(welcome["scopes"][0]["mode"], "snapshot", "{bad}");
    }
    console.redial().await;
    console.equals_a_fresh_snapshot().await;
});

on_both!(a_resume_at_what_is_no_place_in_the_log_is_refused, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    phone.tap().await;
    let snapshot = operator.snapshot().await.cursors;
    let good = snapshot[&world.kenya.id].clone();
    let [epoch, last, hash] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let ahead = last.parse::<u64>().expect("a number") + 5;
    let resume = async |scope, cursor: String| {
        let mut socket = welcomed(&operator).await;
        let mut cursors = snapshot.clone();
        cursors.insert(scope, cursor);
        socket.send(&FromConsole::Resume { cursors }).await;
        socket
    };
    for (what, scope, cursor) in [
        ("ahead of the head", world.kenya.id, format!("{epoch}.{ahead}.{hash}")),
        ("another hash", world.kenya.id, format!("{epoch}.1.00000000")),
        ("a scope without events", world.uganda.id, good.clone()),
        ("a scope that there is not", uuid::Uuid::nil(), good.clone()),
    ] {
        let (code, closed) = refusal(resume(scope, cursor).await).await;
        assert_eq!((code, closed.code), (json!("invalid_value"), 4002), "{what}");
    }
    // The snapshot's own, and nothing that comes after it is hidden.
    let mut socket = resume(world.kenya.id, good.clone()).await;
    phone.tap().await;
    let next = loop {
        let frame = socket.frame(PATIENCE).await.expect("the next tap");
        if frame["t"] == "event" {
            break frame;
        }
    };
    assert_eq!(next["seq"], last.parse::<u64>().expect("a number") + 1);
});

on_both!(a_ticket_works_once_and_for_thirty_seconds, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let dial = async |ticket: String| {
        let mut socket = Socket::dial(operator.http(), "/v1/live").await;
        socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: [].into() }).await;
        socket
    };
    let ticket = operator.ticket().await;
    let mut first = dial(ticket.clone()).await;
    assert_eq!(first.frame(PATIENCE).await.expect("a welcome")["t"], "welcome");
    let refused = (json!("credential_invalid"), 4002);
    for bad in [ticket, "nonsense".to_owned(), String::new()] {
        let (code, closed) = refusal(dial(bad).await).await;
        assert_eq!((code, closed.code), refused);
    }
    let late = operator.ticket().await;
    app.advance(TimeDelta::seconds(30));
    let (code, closed) = refusal(dial(late).await).await;
    assert_eq!((code, closed.code), refused);
    let in_time = operator.ticket().await;
    app.advance(TimeDelta::milliseconds(29_999));
    assert_eq!(dial(in_time).await.frame(PATIENCE).await.expect("a welcome")["t"], "welcome");
    // A ticket of a session that has ended since.
    let orphan = operator.ticket().await;
    operator.sign_out().await.expect(204);
    assert_eq!(refusal(dial(orphan).await).await.1.code, 4002);
});

on_both!(a_page_of_another_origin_cannot_open_a_socket, async |app| {
    let http = app.http();
    for path in ["/v1/live", "/v1/phone/live"] {
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"] {
            let dialled = Socket::try_dial(&http, path, origin, None).await;
            assert_eq!(dialled.err(), Some(403), "{path} from {origin}");
        }
        assert!(Socket::try_dial(&http, path, &http.origin(), None).await.is_ok());
    }
});

on_both!(what_is_not_of_the_protocol_is_refused_with_a_reason, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let hello =
        |protocol: u32, ticket: String| json!({ "t": "hello", "protocol": protocol, "ticket": ticket, "cursors": {} });
    let first = async |text: String| {
        let mut socket = Socket::dial(operator.http(), "/v1/live").await;
        socket.send_text(text).await;
        let (code, closed) = refusal(socket).await;
        assert_eq!(closed.code, 4002);
        code
    };
    assert_eq!(first(hello(PROTOCOL + 1, operator.ticket().await).to_string()).await, "protocol_unsupported");
    assert_eq!(first(json!({ "t": "shown", "taps": [] }).to_string()).await, "protocol_unsupported");
    assert_eq!(first("{}".to_owned()).await, "wrong_type");
    assert_eq!(first("not json".to_owned()).await, "body_malformed");
    let mut more = hello(PROTOCOL, operator.ticket().await);
    more["scopes"] = json!([]);
    assert_eq!(first(more.to_string()).await, "unknown_field");

    let mut again = welcomed(&operator).await;
    again.send_text(hello(PROTOCOL, operator.ticket().await).to_string()).await;
    assert_eq!(refusal(again).await.1.code, 4002);
    let mut large = welcomed(&operator).await;
    large.send_text(json!({ "t": "shown", "taps": [], "x": "x".repeat(70_000) }).to_string()).await;
    assert_eq!(refusal(large).await.0, "body_too_large");
    let mut binary = welcomed(&operator).await;
    binary.send_binary(vec![1, 2, 3]).await;
    assert_eq!(refusal(binary).await.1.code, 4002);
});

on_both!(a_message_in_pieces_is_one_message, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let tap = operator.sees(id).await.case.last_tap;
    let mut socket = Socket::dial(operator.http(), "/v1/live").await;
    let cursors = operator.snapshot().await.cursors;
    let hello = FromConsole::Hello { protocol: PROTOCOL, ticket: operator.ticket().await, cursors };
    socket.send_in_pieces(&serde_json::to_string(&hello).expect("a frame"), 7).await;
    assert_eq!(socket.frame(PATIENCE).await.expect("a frame")["t"], "welcome");
    let here = FromConsole::Here { visible: true, sound: true, idle_ms: 0 };
    socket.send_in_pieces(&serde_json::to_string(&here).expect("a frame"), 1).await;
    let shown = FromConsole::Shown { taps: vec![tap] };
    socket.send_in_pieces(&serde_json::to_string(&shown).expect("a frame"), 40).await;
    until("the tap to count as shown", async || operator.sees(id).await.case.shown_at).await;
    // Pieces that together are too large are too large.
    socket.send_in_pieces(&"x".repeat(70_000), 10_000).await;
    assert_eq!(refusal(socket).await.1.code, 4002);
});

on_both!(shown_counts_only_with_somebody_at_the_console, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let console = operator.unattended_console().await;
    let id = phone.tap().await.case.id;
    let tap = operator.sees(id).await.case.last_tap;
    let watched = async || phone.now().await.watched;
    for (visible, sound, idle_ms) in [(false, true, 0), (true, false, 0), (true, true, 600_000), (true, true, u64::MAX)]
    {
        console.say(FromConsole::Here { visible, sound, idle_ms });
        console.say(FromConsole::Shown { taps: vec![tap] });
        // The note's event comes after whatever the two frames caused.
        let revision = operator.does(id, "notes", json!({ "text": "still there?" })).await.revision;
        console.shows(id, "the note", |case| case.revision == revision).await;
        assert!(!watched().await, "visible {visible}, sound {sound}, idle {idle_ms}");
        assert_eq!(operator.sees(id).await.case.shown_at, None);
    }
    console.say(FromConsole::Here { visible: true, sound: true, idle_ms: 599_000 });
    console.say(FromConsole::Shown { taps: vec![tap] });
    console.shows(id, "the tap to count as shown", |case| case.shown_at.is_some()).await;
    assert!(watched().await);
    // Shown again, by whomever, changes nothing.
    let before = operator.sees(id).await.case.revision;
    console.say(FromConsole::Shown { taps: vec![tap, tap, uuid::Uuid::now_v7()] });
    let after = operator.does(id, "notes", json!({ "text": "once" })).await.revision;
    assert_eq!(after, before + 1);
});

on_both!(a_server_that_stops_says_so_to_every_socket, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let mut console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut raw = Socket::dial(phone.http(), "/v1/phone/live").await;
    raw.send(&phone.hello()).await;
    raw.frame(PATIENCE).await.expect("what waits");
    let id = phone.tap().await.case.id;
    console.shows(id, "the tap", |case| case.shown_at.is_some()).await;

    let began = Instant::now();
    app.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "stopping took {:?}", began.elapsed());
    assert_eq!(console.end().await.code, 1012);
    assert_eq!(raw.end(PATIENCE).await.code, 1012);
    app.start_again();
    let snapshots = console.model().snapshots;
    console.redial().await;
    assert_eq!(console.model().snapshots, snapshots, "a restart is no reason to start afresh");
    let again = phone.tap().await;
    assert_eq!(again.case.id, id);
    console.shows(id, "the next tap", |case| case.taps == 2).await;
    console.equals_a_fresh_snapshot().await;
});

/// The database has no part in it, and a write may take 10 s before its console is let go: once.
#[test]
fn a_console_that_reads_nothing_is_let_go_and_holds_nobody_up() {
    tests::run(tests::Db::Sqlite, tests::Time::Real, async |app| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let quick: Console = operator.unattended_console().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let id = phone.tap().await.case.id;
        let dialled = Socket::try_dial(operator.http(), "/v1/live", &operator.http().origin(), Some(4_096)).await;
        let mut slow = dialled.expect("a socket");
        let cursors = operator.snapshot().await.cursors;
        let mut held = cursors.clone();
        let before = cursors[&world.kenya.id].split('.').nth(1).expect("a number").parse::<u64>().expect("a number");
        slow.send(&FromConsole::Hello { protocol: PROTOCOL, ticket: operator.ticket().await, cursors }).await;
        assert_eq!(slow.frame(PATIENCE).await.expect("a frame")["t"], "welcome");

        // More than every buffer on the way holds, and then the 10 s that a write may take.
        let text = "\u{6a39}".repeat(4_000);
        let mut notes = 0;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(18) {
            let sent = Instant::now();
            let revision = operator.does(id, "notes", json!({ "text": text })).await.revision;
            quick.shows(id, "the note at once", |case| case.revision >= revision).await;
            // Who waited for the other console would wait as long as a write may take.
            assert!(sent.elapsed() < WRITE_LIMIT * 9 / 10, "note {notes} took {:?}", sent.elapsed());
            notes += 1;
        }
        let (mut last, mut cursor) = (before, String::new());
        let closed = loop {
            match within(PATIENCE, "a frame or the end", async || Some(slow.next().await)).await {
                Ok(text) => {
                    let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
                    if frame["t"] == "event" {
                        assert_eq!(frame["seq"], last + 1, "a number is missing");
                        last += 1;
                        cursor = frame["cursor"].as_str().expect("a cursor").to_owned();
                    }
                }
                Err(closed) => break closed,
            }
        };
        assert!([1013, 1006].contains(&closed.code), "{closed:?}");
        assert!(last - before < notes, "{notes} notes were sent and {last} taken by somebody who reads nothing");
        // It dials again with its cursor and gets the rest, without a gap.
        let mut again = Socket::dial(operator.http(), "/v1/live").await;
        held.insert(world.kenya.id, cursor);
        let ticket = operator.ticket().await;
        again.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: held }).await;
        let welcome = again.frame(PATIENCE).await.expect("a welcome");
        let scopes = welcome["scopes"].as_array().expect("scopes");
        let kenya = scopes.iter().find(|one| one["scope"] == json!(world.kenya.id)).expect("its scope");
        assert_eq!(kenya["mode"], "resume");
        while last < notes + before {
            let frame = again.frame(PATIENCE).await.expect("the rest");
            if frame["t"] == "event" {
                assert_eq!(frame["seq"], last + 1);
                last += 1;
            }
        }
    });
}

on_both!(a_phones_socket_refuses_what_is_not_of_the_protocol, by_hand, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let refused = async |text: String| {
        let mut socket = Socket::dial(phone.http(), "/v1/phone/live").await;
        socket.send_text(text).await;
        let (code, closed) = refusal(socket).await;
        assert_eq!(closed.code, 4002);
        code
    };
    let hello = |token: &str| json!({ "t": "hello", "protocol": PROTOCOL, "token": token }).to_string();
    assert_eq!(refused(hello("nonsense")).await, Code::CredentialInvalid.name());
    assert_eq!(refused(hello(&phone.distress)).await, Code::CredentialInvalid.name());
    assert_eq!(refused(hello(&phone.tokens.access)).await, Code::ProofInvalid.name());
    assert_eq!(refused(json!({ "t": "ping" }).to_string()).await, "protocol_unsupported");
    assert_eq!(refused("x".repeat(7_000)).await, "body_malformed");
    app.advance(TimeDelta::minutes(10));
    assert_eq!(refused(hello(&phone.tokens.access)).await, Code::CredentialExpired.name());
});

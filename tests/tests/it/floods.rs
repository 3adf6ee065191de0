//! Requests that never end, bodies that swell, sockets that never stop talking: they cost themselves time,
//! and nobody else an alarm.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::Method;
use tests::{Operator, PATIENCE, Socket, TestApp, key, on_both};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wire::live::FromConsole;
use wire::{Code, IDEMPOTENCY_KEY, PROTOCOL};

/// A tap is stored, and shown at a console that is open already.
async fn an_alarm_comes_through(app: &TestApp) {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    console.shows(id, "the alarm", |case| case.ringing).await;
}

on_both!(a_thousand_requests_that_never_end_hold_no_alarm_up, async |app| {
    let mut lines = Vec::new();
    for _ in 0..1_000 {
        let mut line = TcpStream::connect(("127.0.0.1", app.port())).await.expect("the server is there");
        line.write_all(b"POST /v1/not-okay HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await.expect("sent");
        lines.push(line);
    }
    an_alarm_comes_through(app).await;
    for line in &mut lines {
        // It is open still, or was closed: what matters is that it held nobody up.
        drop(line.write_all(b"a").await);
    }
});

/// Sixteen mebibytes of spaces in a few kilobytes.
fn bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b' '; 16 * 1024 * 1024]).expect("packed");
    packed.finish().expect("packed")
}

on_both!(a_body_that_would_swell_is_not_unpacked, async |app| {
    let world = app.world().await;
    let packed = bomb();
    assert!(packed.len() < 64 * 1024, "{}", packed.len());
    let swelling = |request: reqwest::RequestBuilder, bytes: &[u8]| {
        request.header(IDEMPOTENCY_KEY, key().to_string()).header("Content-Encoding", "gzip").body(bytes.to_vec())
    };
    let entry = world.administrator.request(Method::POST, "/v1/people").header("Content-Type", "application/json");
    let answer = app.http().send(swelling(entry, &packed)).await;
    answer.refused(Code::BodyMalformed);
    // An alarm with such a body rings all the same.
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let answer = phone.raise(key(), packed).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
});

/// A console's socket after its welcome, which nobody reads from.
async fn welcomed(operator: &Operator) -> Socket {
    let mut socket = Socket::dial(operator.http(), "/v1/live").await;
    let (ticket, cursors) = (operator.ticket().await, operator.snapshot().await.cursors);
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors }).await;
    assert_eq!(socket.frame(PATIENCE).await.expect("a frame")["t"], "welcome");
    socket
}

on_both!(a_console_that_never_stops_talking_holds_no_alarm_up, async |app| {
    let world = app.world().await;
    let operator = world.operator("Ben Otieno").await;
    let mut talker = welcomed(&operator).await;
    let talking = tokio::spawn(async move {
        loop {
            talker.send(&FromConsole::Here { visible: true, sound: true, idle_ms: 0 }).await;
        }
    });
    let awa = world.operator("Awa Diallo").await;
    let console = awa.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for tap in 1..=5 {
        let id = phone.tap().await.case.id;
        console.shows(id, "the alarm", |case| case.taps == tap).await;
    }
    assert!(!talking.is_finished());
    talking.abort();
});

on_both!(a_frame_that_says_it_is_compressed_closes_the_socket, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let packed = bomb();
    let mut socket = welcomed(&operator).await;
    socket.send_as_compressed(packed).await;
    let closed = socket.end(PATIENCE).await;
    // It was never agreed on, so that it is taken for text, which it is not.
    assert_eq!(closed.code, 1007, "{closed:?}");
});

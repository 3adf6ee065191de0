//! Phones are told whether anybody watches: soon after a console came or went, and not at each one's every move.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{PhoneSocket, on_both};
use wire::live::FromConsole;

on_both!(a_phone_on_its_socket_hears_soon_that_a_console_came_or_went, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let elsewhere = world.phone("Grace Auma", &world.uganda).await;
    let (mut socket, mut other) = (phone.socket().await, elsewhere.socket().await);
    assert!(!socket.now().watched && !other.now().watched);
    for _ in 0..2 {
        let console = operator.console().await;
        hears(&mut socket, true).await;
        hears(&mut other, true).await;
        drop(console);
        hears(&mut socket, false).await;
        hears(&mut other, false).await;
    }
    let officer = world.field_officer("Ben Otieno", &world.uganda).await;
    let before = socket.told();
    let _console = officer.console().await;
    hears(&mut other, true).await;
    socket.ping().await;
    assert_eq!((socket.now().watched, socket.told()), (false, before), "the officer sees another country alone");
});

/// A phone on its socket is told soon. The time is real: what is waited for is a socket that closes, or another node.
pub(crate) async fn hears(socket: &mut PhoneSocket, watched: bool) {
    let began = Instant::now();
    socket.until("whether anybody watches", |now| (now.watched == watched).then_some(())).await;
    assert!(began.elapsed() < Duration::from_secs(4), "heard after {:?}", began.elapsed());
}

on_both!(however_often_consoles_come_and_go_a_phone_is_told_about_once_a_second, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    let console = operator.unattended_console().await;
    let began = Instant::now();
    for turn in 0..400 {
        console.say(FromConsole::Here { visible: turn % 2 == 0, sound: true, idle_ms: 0 });
    }
    console.say(FromConsole::Here { visible: true, sound: true, idle_ms: 0 });
    // What the server does with a note comes after what it did with the frames before it.
    let id = phone.tap().await.case.id;
    let revision = operator.does(id, "notes", json!({ "text": "here" })).await.revision;
    console.shows(id, "the note", |case| case.revision == revision).await;
    socket.until("somebody to watch", |now| now.watched.then_some(())).await;
    let most = 2 * usize::try_from(began.elapsed().as_secs()).expect("a few seconds") + 6;
    assert!(socket.told() <= most, "told {} times in {:?}", socket.told(), began.elapsed());
});

//! The streams of the matrix: which scopes each role's console is sent, and that it ends with the grant.

use std::collections::BTreeMap;

use tests::{Attention, Console, PATIENCE, Socket, on_both, within};
use uuid::Uuid;
use wire::live::FromConsole;
use wire::{Code, PROTOCOL};

use super::ground::Ground;
use super::oracle::{At, CASES, Reach, every, reaches};
use super::{LASTS, Tried};

/// The streams of the document.
pub(super) fn operations() -> impl Iterator<Item = String> {
    ["GET /v1/live", "GET /v1/phone/live"].into_iter().map(str::to_owned)
}

on_both!(a_stream_carries_the_scopes_of_its_rights_and_ends_with_them, by_hand, async |app| {
    let ground = Ground::lay(app).await;
    let everybody = Tried::everybody(&ground, app.now() + LASTS).await;
    let (mut allowed, mut refused, mut consoles) = (0, 0, Vec::new());
    for tried in &everybody {
        let who = format!("{:?} over {:?}", tried.role, tried.area);
        let may = |at| CASES.contains(&tried.role) && tried.area.is_some_and(|area| reaches(Reach::Inside, area, at));
        if !CASES.contains(&tried.role) {
            let ticket = tried.desk.request(reqwest::Method::POST, "/v1/live/ticket");
            tried.desk.http().send(ticket).await.refused(Code::Forbidden);
            refused += 5;
            continue;
        }
        let dial = async |cursors: BTreeMap<Uuid, String>| {
            let mut socket = Socket::dial(tried.desk.http(), "/v1/live").await;
            let ticket = tried.desk.ticket().await;
            socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors }).await;
            socket.frame(PATIENCE).await.unwrap_or_else(|closed| panic!("{who}: {closed:?}"))
        };
        let welcome = dial([].into()).await.to_string();
        for at in every(At::Office(0)) {
            let At::Office(number) = at else { continue };
            let told = welcome.contains(&ground.spots[number].office.to_string());
            assert_eq!(told, may(at), "{who} about {at:?}: {welcome}");
            if told {
                allowed += 1;
                continue;
            }
            // A cursor opens nothing.
            let bye = dial([(ground.spots[number].office, "1.1".to_owned())].into()).await;
            assert_eq!(bye["problem"]["code"], Code::NotFound.name(), "{who} about {at:?}: {bye}");
            refused += 1;
        }
        consoles.push((who, Console::open(tried.desk.desk.clone(), Attention::Away).await));
    }
    println!("matrix, streams, {:?}: {} cells, {allowed} allowed, {refused} refused", app.db(), allowed + refused);
    assert!(allowed > 10 && refused > allowed);
    app.advance(LASTS);
    for (who, console) in consoles {
        let closed =
            within(PATIENCE, format!("the stream of {who} to be closed"), async || console.model().closed.clone());
        assert_eq!(closed.await.code, 4003, "{who}");
    }
});

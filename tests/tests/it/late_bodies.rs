//! Bodies that come later than their headers: what their sender might do when they began counts for nothing,
//! what they may do when the body is whole does.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Operator, PASSWORD, Phone, Provisioner, TestApp, World, key, on_both, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;
use wire::Code;
use wire::imports::Imports;
use wire::register::PeopleFound;
use wire::sign_in::OpenSessions;
use wire::tokens::ServiceTokens;

/// A request whose headers are at the server and whose body is not.
struct Begun {
    line: TcpStream,
    body: Vec<u8>,
}

impl Begun {
    /// Sends the headers: the first line, then `name: value` each.
    async fn new(app: &TestApp, first: &str, headers: &[String], body: impl Into<Vec<u8>>) -> Self {
        let (body, origin) = (body.into(), app.http().origin());
        let mut head = format!("{first} HTTP/1.1\r\nHost: {}\r\n", origin.trim_start_matches("http://"));
        head += &format!("Origin: {origin}\r\nIdempotency-Key: {}\r\nConnection: close\r\n", key());
        for header in headers {
            head += &format!("{header}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        let mut line = TcpStream::connect(("127.0.0.1", app.port())).await.expect("the server is there");
        line.write_all(head.as_bytes()).await.expect("sent");
        Self { line, body }
    }

    /// Sends the body; the status, and what the answer says.
    async fn ends(mut self) -> (u16, String) {
        self.line.write_all(&self.body).await.expect("sent");
        let mut answer = String::new();
        let read = tokio::time::timeout(Duration::from_secs(10), self.line.read_to_string(&mut answer)).await;
        read.expect("an answer comes").expect("it is text");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, answer)
    }

    async fn ends_refused(self, code: Code) {
        let (status, answer) = self.ends().await;
        assert_eq!(status, code.status(), "{answer}");
        assert!(answer.contains(code.name()), "{answer}");
    }
}

fn of_page(desk: &Operator, more: &str) -> Vec<String> {
    vec![format!("Cookie: {}", desk.cookie()), "Muster-Console: 1".to_owned(), more.to_owned()]
}

const JSON: &str = "Content-Type: application/json";

/// Who keeps the Kenyan list, in a session that was used a while ago: its next use is noted.
async fn steward(app: &TestApp, world: &World) -> (Operator, Uuid) {
    let steward = world.account("Lea Mutai", &world.kenya).await;
    let held = world.grant(steward.person, "list_steward", "office", Some(world.kenya.id)).await;
    app.advance(TimeDelta::minutes(6));
    (steward, held.id)
}

/// Waits until a session was used at this time: its permission was looked up.
async fn was_asked(app: &TestApp, world: &World, who: &Operator) {
    until("the permission to be looked up", async || {
        let path = format!("/v1/people/{}/sessions", who.person);
        let open: OpenSessions = world.administrator.get(&path).await.expect(200).json();
        (open.sessions[0].last_seen == app.now()).then_some(())
    })
    .await;
}

async fn people_named(world: &World, name: &str) -> usize {
    let found = world.administrator.post("/v1/people/search", &json!({ "q": name })).await.expect(200);
    found.json::<PeopleFound>().people.len()
}

fn newcomer(world: &World, name: &str) -> String {
    json!({ "office": world.kenya.id, "kind": "staff_national", "name": name }).to_string()
}

on_both!(whose_session_ends_before_their_body_is_whole_changes_nothing, by_hand, async |app| {
    let world = app.world().await;
    let (steward, _) = steward(app, &world).await;
    let body = newcomer(&world, "Zawadi Moraa");
    let kept = Begun::new(app, "POST /v1/people", &of_page(&steward, JSON), newcomer(&world, "Kibet Langat")).await;
    let begun = Begun::new(app, "POST /v1/people", &of_page(&steward, JSON), body).await;
    was_asked(app, &world, &steward).await;
    assert_eq!(kept.ends().await.0, 201, "who is late and signed in is served");
    let end = format!("/v1/people/{}/sessions/end", steward.person);
    world.administrator.post(&end, &json!({ "reason": "Her laptop was stolen." })).await.expect(200);
    begun.ends_refused(Code::CredentialExpired).await;
    assert_eq!((people_named(&world, "Kibet").await, people_named(&world, "Zawadi").await), (1, 0));
});

on_both!(whose_role_ends_before_their_body_is_whole_changes_nothing, by_hand, async |app| {
    let world = app.world().await;
    let (steward, held) = steward(app, &world).await;
    let body = newcomer(&world, "Zawadi Moraa");
    let begun = Begun::new(app, "POST /v1/people", &of_page(&steward, JSON), body).await;
    was_asked(app, &world, &steward).await;
    world.administrator.step_up(PASSWORD).await;
    world.administrator.withdraw(&format!("/v1/grants/{held}"), "moved on").await.expect(200);
    begun.ends_refused(Code::Forbidden).await;
    assert_eq!(people_named(&world, "Zawadi").await, 0);
});

on_both!(whose_session_ends_while_their_list_comes_sends_none, by_hand, async |app| {
    let world = app.world().await;
    let steward = world.account("Lea Mutai", &world.kenya).await;
    world.grant(steward.person, "list_steward", "organisation", Some(world.organisation)).await;
    app.advance(TimeDelta::minutes(6));
    let first = format!("POST /v1/imports?organisation={}", world.organisation);
    let list = "Name,Mobile\nZawadi Moraa,+254712000001\n";
    let begun = Begun::new(app, &first, &of_page(&steward, "Muster-File-Name: list.csv"), list).await;
    let kept = Begun::new(app, &first, &of_page(&steward, "Muster-File-Name: kept.csv"), list).await;
    was_asked(app, &world, &steward).await;
    assert_eq!(kept.ends().await.0, 201);
    let end = format!("/v1/people/{}/sessions/end", steward.person);
    world.administrator.post(&end, &json!({ "reason": "Her laptop was stolen." })).await.expect(200);
    begun.ends_refused(Code::CredentialExpired).await;
    let path = format!("/v1/imports?organisation={}", world.organisation);
    assert_eq!(world.administrator.get(&path).await.expect(200).json::<Imports>().imports.len(), 1);
});

on_both!(a_directory_whose_token_ends_before_its_body_is_whole_changes_nothing, by_hand, async |app| {
    let world = app.world().await;
    let directory = Provisioner::issued_by(&world.administrator.desk, world.organisation, 30).await;
    let headers =
        [format!("Authorization: Bearer {}", directory.secret()), "Content-Type: application/scim+json".to_owned()];
    let begun = Begun::new(app, "POST /scim/v2/Users", &headers, crate::scim::somebody(7).to_string()).await;
    until("the token to be looked up", async || {
        let path = format!("/v1/tokens?organisation={}", world.organisation);
        let tokens: ServiceTokens = world.administrator.get(&path).await.expect(200).json();
        tokens.tokens[0].last_used_at.map(|_| ())
    })
    .await;
    world.administrator.withdraw(&format!("/v1/tokens/{}", directory.token), "no more").await.expect(200);
    assert_eq!(begun.ends().await.0, 401);
    assert_eq!(people_named(&world, "Person 7").await, 0);
});

on_both!(a_phone_that_is_revoked_before_its_body_is_whole_changes_nothing, by_hand, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let begin = async |phone: &Phone, place: &Value| {
        let (path, token) = ("/v1/me/current-place", &phone.tokens.access);
        let proof = phone.device_key.proof("PUT", path, app.now().timestamp(), token);
        let headers = [format!("Authorization: Bearer {token}"), format!("Muster-Proof: {proof}"), JSON.to_owned()];
        Begun::new(app, &format!("PUT {path}"), &headers, place.to_string()).await
    };
    let until = app.now() + TimeDelta::days(2);
    let kept = begin(&phone, &json!({ "country": "UG", "until": until })).await;
    let begun = begin(&phone, &json!({ "country": "ET", "until": until })).await;
    assert_eq!(kept.ends().await.0, 200);
    // Whatever came before these was looked up.
    for _ in 0..3 {
        phone.now().await;
    }
    world.administrator.withdraw(&format!("/v1/devices/{}", phone.device), "lost in a taxi").await.expect(200);
    begun.ends_refused(Code::DeviceRevoked).await;
    let person = crate::people::read(&world.administrator, phone.person).await;
    assert_eq!(person.person.current_place.map(|place| place.country), Some("UG".to_owned()));
});

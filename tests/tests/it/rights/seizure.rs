//! A seized office: everything of it ends at one press, on every node, and its button still rings.

use serde_json::json;
use tests::{SignedIn, key, on_both};
use wire::Code;
use wire::audit::Deed;
use wire::tokens::{ServiceToken, TokenIssued};

use super::{CLOSED_WITHIN, audit, closed};

on_both!(one_press_ends_every_session_of_a_seized_office_and_its_phones_read_nothing, async |app| {
    let world = app.world().await;
    let watch = world.account("Awa Diallo", &world.ethiopia).await;
    world.grant(watch.person, "operations_operator", "installation", None).await;
    let inside = world.field_officer("Ken Mwangi", &world.kenya).await;
    let outside = world.field_officer("Uma Nakato", &world.uganda).await;
    let mut phone = world.phone("Musa Kimani", &world.kenya).await;
    let other = world.phone("Okello Akena", &world.uganda).await;
    let mut socket = phone.socket().await;
    socket.until("what waits", |_| Some(())).await;
    let (console, elsewhere) = (inside.console().await, outside.console().await);
    let path = format!("/v1/offices/{}/seizure", world.kenya.id);
    let why = json!({ "reason": "Armed men are inside" });
    inside.post(&path, &why).await.refused(Code::Forbidden);
    watch.post(&format!("/v1/offices/{}/seizure", key()), &why).await.refused(Code::NotFound);
    watch.post(&path, &json!({})).await.refused(Code::WrongType);
    inside.get("/v1/session").await.expect(200);

    watch.post(&path, &why).await.expect(200);
    assert_eq!(closed(&console).await, 4001);
    inside.get("/v1/session").await.refused(Code::CredentialExpired);
    SignedIn::try_sign_in(inside.http(), &inside.email, &inside.password).await.refused(Code::OfficeSeized);
    phone.try_now(None).await.refused(Code::OfficeSeized);
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::OfficeSeized);
    let ended = tokio::time::timeout(CLOSED_WITHIN, socket.end()).await.expect("the phone's socket to be closed");
    assert_eq!((ended.code, ended.reason.as_str()), (4001, "office_seized"));

    // Others go on, and a Not Okay from the office rings, and says where it came from.
    other.now().await;
    outside.get("/v1/session").await.expect(200);
    let stored = phone.tap().await;
    let case = watch.sees(stored.case.id).await.case;
    assert!(case.ringing && case.labels.contains(&"office_seized".to_owned()), "{:?}", case.labels);
    phone.my_case(&stored.case_token).await;
    assert_eq!(elsewhere.model().closed, None);

    watch.take_away(&path, &json!({ "reason": "Our guards are back" })).await.expect(204);
    watch.take_away(&path, &json!({ "reason": "Our guards are back" })).await.refused(Code::AlreadyEnded);
    inside.get("/v1/session").await.refused(Code::CredentialExpired);
    inside.again().await;
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::CredentialExpired);
    phone = world.phone_of(phone.person).await;
    phone.now().await;
    let of_offices = |deed: &Deed| matches!(deed, Deed::OfficeSeized | Deed::OfficeRestored);
    let noted = audit(&world.administrator, "").await;
    let deeds: Vec<Deed> = noted.into_iter().map(|notice| notice.deed).filter(of_offices).collect();
    assert_eq!(deeds[..2], [Deed::OfficeRestored, Deed::OfficeSeized]);
});

on_both!(tokens_that_people_of_a_seized_office_issued_or_answer_for_end_with_it, async |app| {
    let world = app.world().await;
    let watch = world.account("Awa Diallo", &world.ethiopia).await;
    world.grant(watch.person, "operations_operator", "installation", None).await;
    let (inside, outside) =
        (world.account("Ken Mwangi", &world.kenya).await, world.account("Uma Nakato", &world.uganda).await);
    for person in [inside.person, outside.person] {
        world.grant(person, "administrator", "organisation", Some(world.organisation)).await;
    }
    let issue = async |by: &tests::Operator| {
        by.step_up(&by.password).await;
        let new = json!({ "organisation": world.organisation, "name": "Entra", "days": 30 });
        by.post("/v1/tokens", &new).await.expect(201).json::<TokenIssued>()
    };
    let take_over = async |by: &tests::Operator, token: &TokenIssued| {
        let path = format!("/v1/tokens/{}/holder", token.token.id);
        let held: ServiceToken = by.post(&path, &json!({ "reason": "A new task" })).await.expect(200).json();
        assert_eq!(held.held_by, by.person);
    };
    let (of_inside, of_outside) = (issue(&inside).await, issue(&outside).await);
    let (from_inside, to_inside) = (issue(&inside).await, issue(&outside).await);
    take_over(&outside, &from_inside).await;
    take_over(&inside, &to_inside).await;
    // As a node of an earlier version issues one.
    let of_earlier = issue(&inside).await;
    let no_holder = |id: String| format!("UPDATE service_tokens SET held_by = NULL WHERE id = {id}");
    let id = of_earlier.token.id;
    app.database().meddle(&no_holder(format!("X'{}'", id.simple())), &no_holder(format!("'{id}'")));
    let tokens = [&of_outside, &of_inside, &from_inside, &to_inside, &of_earlier];
    let read = async || {
        let mut all = Vec::new();
        for one in tokens {
            let request = app.anonymous().http().request(reqwest::Method::GET, "/scim/v2/Users");
            let request = request.header("Authorization", format!("Bearer {}", one.secret));
            all.push(app.anonymous().http().send(request).await.status);
        }
        all
    };
    assert_eq!(read().await, [200; 5]);
    watch.post(&format!("/v1/offices/{}/seizure", world.kenya.id), &json!({ "reason": "Armed men" })).await.expect(200);
    assert_eq!(read().await, [200, 401, 401, 401, 401]);
});

#[cfg(not(sqlite_only))]
mod on_two_nodes {
    use super::*;
    use tests::{Db, Time, run, until};

    #[test]
    fn a_seizure_on_one_node_ends_consoles_and_phones_on_the_other() {
        run(Db::Postgres, Time::Real, async |one| {
            let mut other = one.node_beside();
            let world = one.world().await;
            let watch = world.account("Awa Diallo", &world.ethiopia).await;
            world.grant(watch.person, "operations_operator", "installation", None).await;
            let inside = world.field_officer("Ken Mwangi", &world.kenya).await;
            let mut phone = world.phone("Musa Kimani", &world.kenya).await;
            let offices = async || (other.app().directory.view().offices.len() >= 3).then_some(());
            until("the places to be known", offices).await;
            let console = inside.at(&other.http()).console().await;
            phone.go_to(&other.http());
            let mut socket = phone.socket().await;
            socket.until("what waits", |_| Some(())).await;
            let path = format!("/v1/offices/{}/seizure", world.kenya.id);
            watch.post(&path, &json!({ "reason": "Armed men are inside" })).await.expect(200);
            assert_eq!(closed(&console).await, 4001);
            let ended =
                tokio::time::timeout(CLOSED_WITHIN, socket.end()).await.expect("the phone's socket to be closed");
            assert_eq!(ended.reason, "office_seized");
            phone.try_now(None).await.refused(Code::OfficeSeized);
            other.stop().await;
        });
    }
}

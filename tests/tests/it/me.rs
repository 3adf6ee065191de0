//! A person's own entry, on their phone: what is known of them, where they are for now, their numbers.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Phone, key, on_both};
use uuid::Uuid;
use wire::profile::{CodeAsked, Profile};
use wire::register::{CurrentPlace, WaitingNumbers};
use wire::{Code, IDEMPOTENCY_KEY};

/// Sends something from the phone, under this key.
async fn send_by(phone: &Phone, by: Uuid, method: Method, path: &str, body: &Value) -> Answer {
    phone.ask(method, path, |request| request.header(IDEMPOTENCY_KEY, by.to_string()).json(body)).await
}

/// Sends something from the phone, under a fresh key.
async fn send(phone: &Phone, method: Method, path: &str, body: &Value) -> Answer {
    send_by(phone, key(), method, path, body).await
}

async fn profile(phone: &Phone) -> Profile {
    phone.ask(Method::GET, "/v1/me/profile", |request| request).await.expect(200).json()
}

/// Somebody with two numbers and a phone.
async fn owner(world: &tests::World) -> Phone {
    let more = json!({ "phones": [{ "number": "+254705550101", "kind": "mobile" },
                                  { "number": "+254705550102", "kind": "home" }],
                       "residence": "House 7", "job_title": "Engineer",
                       "passport": { "number": "AB12345", "country": "KEN" } });
    let person = world.person_with("Musa Kimani", &world.kenya, more).await;
    world.phone_of(person.brief.id.expect("somebody of the register")).await
}

on_both!(a_person_reads_their_own_entry, async |app| {
    let world = app.world().await;
    let phone = owner(&world).await;
    let mine = profile(&phone).await;
    assert_eq!(
        (mine.me.id, mine.me.name.as_str(), mine.me.office.as_str()),
        (phone.person, "Musa Kimani", "Kenya Office")
    );
    assert_eq!((mine.residence.as_deref(), mine.job_title.as_deref()), (Some("House 7"), Some("Engineer")));
    assert_eq!(
        mine.phones.iter().map(|one| one.phone.number.as_str()).collect::<Vec<_>>(),
        ["+254705550101", "+254705550102"]
    );
    assert!(mine.current_place.is_none() && mine.zone.is_none() && mine.wardens.is_empty());
    let text = phone.ask(Method::GET, "/v1/me/profile", |request| request).await.expect(200).text();
    assert!(!text.contains("AB12345"), "a phone that is lost holds no passport");
    let bare = phone.http().request(Method::GET, "/v1/me/profile");
    phone.http().send(bare).await.refused(Code::Unauthenticated);
    world.administrator.post(&format!("/v1/people/{}/departure", phone.person), &json!({})).await.expect(204);
    assert_eq!(phone.ask(Method::GET, "/v1/me/profile", |request| request).await.problem().status / 100, 4);
});

on_both!(who_says_where_they_are_is_seen_there, async |app| {
    let world = app.world().await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let phone = owner(&world).await;
    let open = phone.tap().await.case.id;
    let place = json!({ "country": "UG", "until": app.now() + TimeDelta::days(2) });
    let set: CurrentPlace = send(&phone, Method::PUT, "/v1/me/current-place", &place).await.expect(200).json();
    assert_eq!((set.country.as_str(), set.basis.word()), ("UG", "own"));
    ugandan.sees(open).await;
    assert!(profile(&phone).await.current_place == Some(set));
    for (body, field) in [
        (json!({ "country": "Uganda", "until": app.now() + TimeDelta::days(2) }), "/country"),
        (json!({ "country": "UG", "until": app.now() - TimeDelta::days(2) }), "/until"),
    ] {
        let problem = send(&phone, Method::PUT, "/v1/me/current-place", &body).await.refused(Code::InvalidValue);
        assert_eq!(problem.field.as_deref(), Some(field));
    }
    assert!(profile(&phone).await.current_place.is_some(), "what was refused changed nothing");
    send(&phone, Method::DELETE, "/v1/me/current-place", &json!({})).await.expect(204);
    send(&phone, Method::DELETE, "/v1/me/current-place", &json!({})).await.expect(204);
    assert!(profile(&phone).await.current_place.is_none());
});

on_both!(a_number_is_proven_by_the_code_that_was_spoken_to_it, by_hand, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let phone = owner(&world).await;
    let number = profile(&phone).await.phones[0].phone.id.expect("a number of the register");
    let (ask, verify) = (format!("/v1/me/numbers/{number}/code"), format!("/v1/me/numbers/{number}/verify"));
    let early = send(&phone, Method::POST, &verify, &json!({ "code": "123456" })).await.refused(Code::InvalidValue);
    assert_eq!(early.field.as_deref(), Some("/code"));
    let asked: CodeAsked = send(&phone, Method::POST, &ask, &json!({})).await.expect(200).json();
    assert_eq!((asked.expires, asked.tries_left), (app.now() + TimeDelta::minutes(30), 5));
    let waiting: WaitingNumbers = kenyan.get("/v1/numbers/waiting").await.expect(200).json();
    let [one] = &waiting.numbers[..] else { panic!("one number waits") };
    assert_eq!((one.person, one.phone.number.as_str(), one.code.len()), (phone.person, "+254705550101", 6));
    assert!(ugandan.get("/v1/numbers/waiting").await.expect(200).json::<WaitingNumbers>().numbers.is_empty());
    assert!(!tests::holds(&app.database().dump(), &one.code), "the code is sealed");
    let wrong = if one.code == "000000" { "000001" } else { "000000" };
    send(&phone, Method::POST, &verify, &json!({ "code": wrong })).await.refused(Code::InvalidValue);
    let again: CodeAsked = send(&phone, Method::POST, &ask, &json!({})).await.expect(200).json();
    assert_eq!((again.expires, again.tries_left), (asked.expires, 4), "asking again gives no further tries");
    let spoken = format!("{} {}", &one.code[..3], &one.code[3..]);
    send(&phone, Method::POST, &verify, &json!({ "code": spoken })).await.expect(200);
    let mine = profile(&phone).await.phones;
    assert_eq!((mine[0].phone.verified_at, mine[0].phone.verified_basis.as_deref()), (Some(app.now()), Some("code")));
    assert!(mine[1].phone.verified_at.is_none());
    assert!(kenyan.get("/v1/numbers/waiting").await.expect(200).json::<WaitingNumbers>().numbers.is_empty());
});

on_both!(a_code_is_good_for_five_tries_and_half_an_hour, by_hand, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let mut phone = owner(&world).await;
    let number = profile(&phone).await.phones[0].phone.id.expect("a number of the register");
    let (ask, verify) = (format!("/v1/me/numbers/{number}/code"), format!("/v1/me/numbers/{number}/verify"));
    send(&phone, Method::POST, &ask, &json!({})).await.expect(200);
    let spoken =
        async || kenyan.get("/v1/numbers/waiting").await.expect(200).json::<WaitingNumbers>().numbers[0].code.clone();
    let code = spoken().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let once = key();
    for _ in 0..3 {
        // One attempt that was sent three times counts once.
        send_by(&phone, once, Method::POST, &verify, &json!({ "code": wrong })).await.refused(Code::InvalidValue);
    }
    for _ in 0..4 {
        send(&phone, Method::POST, &verify, &json!({ "code": wrong })).await.refused(Code::InvalidValue);
    }
    send(&phone, Method::POST, &verify, &json!({ "code": code })).await.refused(Code::InvalidValue);
    let asked: CodeAsked = send(&phone, Method::POST, &ask, &json!({})).await.expect(200).json();
    assert_eq!(asked.tries_left, 0);
    app.advance(TimeDelta::minutes(31));
    phone.refresh().await;
    send(&phone, Method::POST, &verify, &json!({ "code": code })).await.refused(Code::InvalidValue);
    let asked: CodeAsked = send(&phone, Method::POST, &ask, &json!({})).await.expect(200).json();
    assert_eq!(asked.tries_left, 5);
    let fresh = spoken().await;
    send(&phone, Method::POST, &verify, &json!({ "code": fresh })).await.expect(200);
});

on_both!(nobody_proves_the_number_of_another, async |app| {
    let world = app.world().await;
    let phone = owner(&world).await;
    let other = world.phone("Nia Wanjiru", &world.kenya).await;
    let number = profile(&phone).await.phones[0].phone.id.expect("a number of the register");
    for number in [number, Uuid::from_u128(7)] {
        for (what, body) in [("code", json!({})), ("verify", json!({ "code": "123456" }))] {
            send(&other, Method::POST, &format!("/v1/me/numbers/{number}/{what}"), &body).await.refused(Code::NotFound);
        }
    }
    assert!(profile(&phone).await.phones.iter().all(|one| one.code_expires.is_none()));
});

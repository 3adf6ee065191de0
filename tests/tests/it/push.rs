//! Phones of those on duty are woken, say that they were, and are told what for.

use reqwest::Method;
use serde_json::{Value, json};
use tests::push_service::Answer as Served;
use tests::{Answer, Fcm, Phone, PushService, TestApp, fcm, key, on_both, until};
use uuid::Uuid;
use wire::case::{CallTrouble, Change, DeliveryChannel, DeliveryState};
use wire::push::{PushSetting, WokenFor};
use wire::{Code, IDEMPOTENCY_KEY};

use crate::duty::{Ground, OFFICER};

/// An officer in the country, and their phone.
async fn officer(ground: &Ground) -> Phone {
    let officer = ground.officer(true).await;
    ground.world.phone_of(officer).await
}

async fn browsers(app: &mut TestApp) -> (Ground, PushService, Phone) {
    app.pushes();
    let ground = Ground::new(app).await;
    let phone = officer(&ground).await;
    (ground, PushService::start(), phone)
}

async fn setting(phone: &Phone) -> PushSetting {
    phone.ask(Method::GET, "/v1/me/push", |request| request).await.expect(200).json()
}

async fn put(phone: &Phone, place: &Value) -> Answer {
    let with = |request: reqwest::RequestBuilder| request.header(IDEMPOTENCY_KEY, key().to_string()).json(place);
    phone.ask(Method::PUT, "/v1/me/push", with).await
}

/// The phone's browser subscribes, and tells the server.
async fn subscribed(phone: &Phone, service: &PushService) -> Value {
    let vapid = setting(phone).await.vapid_key.expect("the server sends Web Push");
    let mut place = service.subscribe(&vapid);
    place["channel"] = json!("webpush");
    put(phone, &place).await.expect(204);
    place
}

async fn woken(app: &TestApp, message: Uuid, event: &str) -> Answer {
    let http = app.http();
    let asked = http.request(Method::POST, "/v1/woken").json(&json!({ "message": message, "event": event }));
    http.send(asked).await
}

impl Ground {
    /// Waits until the newest word about a message by this channel is this.
    async fn becomes(&self, case: Uuid, channel: DeliveryChannel, wanted: (DeliveryState, Option<CallTrouble>)) {
        let newest = async || {
            let told = self.timeline(case).await.into_iter().rev().find_map(|entry| match entry.change {
                Change::CallResult { channel: by, state, trouble, .. } if by == channel => Some((state, trouble)),
                _ => None,
            });
            (told == Some(wanted)).then_some(())
        };
        until(format!("the message to be {}", wanted.0.word()), newest).await;
    }
}

/// The message that a push carried.
fn message_of(plain: &str) -> Uuid {
    let wake: Value = serde_json::from_str(plain).expect("JSON");
    assert_eq!(wake.as_object().expect("an object").len(), 1, "which message, and nothing else");
    wake["m"].as_str().expect("a message").parse().expect("a UUID")
}

on_both!(an_officers_browser_is_woken_and_says_that_it_shows_the_alarm, async |app| {
    let (ground, service, phone) = browsers(app).await;
    assert_eq!(setting(&phone).await.channel, None);
    subscribed(&phone, &service).await;
    let case = ground.raise().await;
    let taken = until("the browser to be woken", async || service.taken().pop()).await;
    assert_eq!((taken.urgency.as_deref(), taken.topic.as_deref()), (Some("high"), None));
    let message = message_of(&taken.plain);
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Accepted, None)).await;
    assert_eq!(setting(&phone).await.shown_at, None, "nobody knows yet whether it works");

    let told: WokenFor = woken(app, message, "shown").await.expect(200).json();
    let reference = ground.awa.sees(case).await.case.reference;
    assert!(told.text.starts_with(&format!("MUSTER: PAS OK {reference} KE.")) && told.current, "{}", told.text);
    assert_eq!(told.language, "fr");
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Displayed, None)).await;
    woken(app, message, "opened").await.expect(200);
    woken(app, message, "shown").await.expect(200);
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Opened, None)).await;
    let set = setting(&phone).await;
    assert!(set.channel == Some(DeliveryChannel::Webpush) && set.shown_at.is_some());
    assert!(ground.awa.sees(case).await.case.next_call.is_some(), "looking at it takes nothing");
    // The text went out beside it.
    ground.has_called(&[OFFICER]).await;

    ground.awa.claims(case).await;
    let told: WokenFor = woken(app, message, "shown").await.expect(200).json();
    assert!(told.text.contains("Quelqu'un l'a pris"), "{}", told.text);
    assert_eq!(service.faults(), Vec::<String>::new());
});

on_both!(a_subscription_that_is_gone_is_used_no_more, async |app| {
    let (ground, service, phone) = browsers(app).await;
    subscribed(&phone, &service).await;
    service.will([Served::Refuse(410, None)]);
    let case = ground.raise().await;
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Failed, Some(CallTrouble::Gone))).await;
    assert_eq!(setting(&phone).await.channel, None);
});

on_both!(a_subscription_that_was_made_meanwhile_outlives_the_one_that_is_gone, async |app| {
    let (ground, service, phone) = browsers(app).await;
    subscribed(&phone, &service).await;
    service.will([Served::RefuseLater(410)]);
    let case = ground.raise().await;
    until("the old one to be used", async || (service.asked() == 1).then_some(())).await;
    subscribed(&phone, &service).await;
    service.let_go();
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Failed, Some(CallTrouble::Gone))).await;
    assert_eq!(setting(&phone).await.channel, Some(DeliveryChannel::Webpush));
});

on_both!(a_push_service_in_trouble_keeps_the_subscription, async |app| {
    let (ground, service, phone) = browsers(app).await;
    subscribed(&phone, &service).await;
    service.will([Served::Refuse(500, None), Served::Refuse(429, Some(1))]);
    let case = ground.raise().await;
    until("the browser to be woken", async || service.taken().pop()).await;
    ground.becomes(case, DeliveryChannel::Webpush, (DeliveryState::Accepted, None)).await;
    assert_eq!(setting(&phone).await.channel, Some(DeliveryChannel::Webpush));
    assert_eq!((service.asked(), service.taken().len()), (3, 1));
});

on_both!(a_browser_is_one_phones, async |app| {
    let (ground, service, phone) = browsers(app).await;
    let place = subscribed(&phone, &service).await;
    let other = ground.world.phone("Amina Wanjiru", &ground.world.kenya).await;
    put(&other, &place).await.expect(204);
    assert_eq!((setting(&phone).await.channel, setting(&other).await.channel.is_some()), (None, true));
    let with = |request: reqwest::RequestBuilder| request.header(IDEMPOTENCY_KEY, key().to_string());
    other.ask(Method::DELETE, "/v1/me/push", with).await.expect(204);
    assert_eq!(setting(&other).await.channel, None);
});

on_both!(who_is_in_danger_is_not_woken, async |app| {
    let (ground, service, phone) = browsers(app).await;
    subscribed(&phone, &service).await;
    phone.tap().await;
    let case = ground.raise().await;
    until("every step", async || (ground.steps(case).await.len() >= 3).then_some(())).await;
    assert_eq!(service.asked(), 0);
});

on_both!(what_is_no_subscription_is_refused_with_the_reason, async |app| {
    let (_ground, service, phone) = browsers(app).await;
    let good = subscribed(&phone, &service).await;
    for (field, bad) in
        [("endpoint", "http://push.example/1"), ("endpoint", "no url"), ("p256dh", "AA"), ("auth", "AA")]
    {
        let mut place = good.clone();
        place[field] = json!(bad);
        put(&phone, &place).await.refused(Code::InvalidValue);
    }
    let fcm = json!({ "channel": "fcm", "token": "a token" });
    put(&phone, &fcm).await.refused(Code::InvalidValue);
    assert_eq!(setting(&phone).await.channel, Some(DeliveryChannel::Webpush), "what there was stays");
    woken(app, Uuid::now_v7(), "shown").await.refused(Code::NotFound);
});

on_both!(a_phone_with_an_app_of_its_own_is_woken_by_google, async |app| {
    let google = Fcm::start();
    app.wakes_by(&google);
    let ground = Ground::new(app).await;
    let phone = officer(&ground).await;
    put(&phone, &json!({ "channel": "fcm", "token": "token-of-the-officer" })).await.expect(204);
    let case = ground.raise().await;
    let taken = until("the phone to be woken", async || google.taken().pop()).await;
    assert_eq!(taken.token, "token-of-the-officer");
    let message = taken.message.pointer("/data/m").and_then(Value::as_str).and_then(|id| id.parse().ok());
    woken(app, message.expect("which message"), "shown").await.expect(200);
    ground.becomes(case, DeliveryChannel::Fcm, (DeliveryState::Displayed, None)).await;
    google.will([fcm::Answer::Unregistered]);
    let other = ground.world.phone("Amina Wanjiru", &ground.world.kenya).await.tap().await.case.id;
    ground.becomes(other, DeliveryChannel::Fcm, (DeliveryState::Failed, Some(CallTrouble::Gone))).await;
    assert_eq!(setting(&phone).await.channel, None);
    assert_eq!(google.faults(), Vec::<String>::new());
});

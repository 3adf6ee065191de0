//! Phones: codes that work once, secrets that rotate, tokens that nobody else can make.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{DeviceKey, Http, PATIENCE, Phone, Socket, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::audit::{Deed, Notice};
use wire::enrolment::{Device, DevicesOfPerson};
use wire::live::FromPhone;
use wire::phone::{Enrolled, Tokens};
use wire::{Code, PROTOCOL};

on_both!(an_enrolment_code_works_once_and_for_a_day, by_hand, async |app| {
    let world = app.world().await;
    let http = app.http();
    let person = world.person("Musa Kimani", &world.kenya).await;
    let issued = world.enrolment(person).await;
    assert_eq!(issued.link, format!("{}/phone#enrol={}", http.origin(), issued.code));
    assert!(issued.qr_svg.starts_with("<svg") && !issued.qr_svg.contains("<script"));
    let (mine, theirs) = (DeviceKey::default(), DeviceKey::default());
    Phone::try_enrol(&http, "AAAA-AAAA-AAAA-AAAA", &mine).await.refused(Code::LinkInvalid);
    // As it is typed on a small keyboard.
    let typed = issued.code.to_lowercase().replace('-', " ");
    let enrolled = Phone::try_enrol(&http, &typed, &mine).await.expect(201).json::<Enrolled>();
    assert_eq!((enrolled.person.id, enrolled.person.name.as_str()), (person, "Musa Kimani"));
    // The answer was lost: the same phone may ask again for a minute; another may not at all.
    let again = Phone::try_enrol(&http, &issued.code, &mine).await.expect(201).json::<Enrolled>();
    assert_eq!(again.device, enrolled.device);
    Phone::try_enrol(&http, &issued.code, &theirs).await.refused(Code::LinkInvalid);
    app.advance(TimeDelta::seconds(61));
    Phone::try_enrol(&http, &issued.code, &mine).await.refused(Code::LinkInvalid);

    let late = world.enrolment(person).await;
    app.advance(TimeDelta::hours(24));
    Phone::try_enrol(&http, &late.code, &theirs).await.refused(Code::LinkInvalid);
});

on_both!(an_enrolment_needs_proof_of_the_key, async |app| {
    let world = app.world().await;
    let http = app.http();
    let person = world.person("Musa Kimani", &world.kenya).await;
    let code = world.enrolment(person).await.code;
    let (mine, other) = (DeviceKey::default(), DeviceKey::default());
    let send = async |body: Value| http.send(http.request(Method::POST, "/v1/enrol").json(&body)).await;
    let body = |public: &str, proof: &str| json!({ "code": code, "public_key": public, "proof": proof, "device_name": "a phone" });
    let said = format!("muster-enrol|{code}");
    send(body(&mine.public(), &other.sign(&said))).await.refused(Code::CredentialInvalid);
    send(body(&mine.public(), &mine.sign("muster-enrol|another"))).await.refused(Code::CredentialInvalid);
    send(body(&mine.public(), "")).await.refused(Code::CredentialInvalid);
    send(body("AAAA", &mine.sign(&said))).await.refused(Code::InvalidValue);
    let off_the_curve = URL_SAFE_NO_PAD.encode([4; 65]);
    send(body(&off_the_curve, &mine.sign(&said))).await.refused(Code::CredentialInvalid);
    let mut long = body(&mine.public(), &mine.sign(&said));
    long["device_name"] = json!("x".repeat(61));
    send(long).await.refused(Code::InvalidValue);
    // None of the tries used the code up.
    send(body(&mine.public(), &mine.sign(&said))).await.expect(201);
});

on_both!(a_refresh_secret_rotates_and_a_lost_answer_may_be_asked_for_again, by_hand, async |app| {
    let world = app.world().await;
    let mut phone = world.phone("Musa Kimani", &world.kenya).await;
    phone.try_now(None).await.expect(200);
    app.advance(TimeDelta::minutes(10));
    phone.try_now(None).await.refused(Code::CredentialExpired);
    let first = phone.tokens.refresh.clone();
    phone.refresh().await;
    assert_ne!(phone.tokens.refresh, first);
    phone.try_now(None).await.expect(200);
    // The answer did not arrive: within a minute the same secret is good for a fresh pair.
    app.advance(TimeDelta::seconds(60));
    let again: Tokens = phone.refresh_by(&first).await.expect(200).json();
    phone.refresh_by(&again.refresh).await.expect(200);
    phone.refresh_proven(&phone.tokens.refresh, &DeviceKey::default()).await.refused(Code::CredentialInvalid);
    phone.refresh_by("nonsense").await.refused(Code::CredentialExpired);
});

on_both!(a_refresh_whose_answer_was_lost_for_hours_keeps_the_phone_signed_in, by_hand, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let first = phone.tokens.refresh.clone();
    phone.refresh_by(&first).await.expect(200);
    app.advance(TimeDelta::hours(9));
    let again: Tokens = phone.refresh_by(&first).await.expect(200).json();
    phone.refresh_by(&again.refresh).await.expect(200);
});

on_both!(a_refresh_secret_that_was_copied_ends_the_phones_session_but_not_its_button, by_hand, async |app| {
    let world = app.world().await;
    let mut phone = world.phone("Musa Kimani", &world.kenya).await;
    let stolen = phone.tokens.refresh.clone();
    // The next one was used, too: the answer to the first had arrived.
    phone.refresh().await;
    phone.refresh().await;
    app.advance(TimeDelta::seconds(61));
    phone.refresh_by(&stolen).await.refused(Code::CredentialExpired);
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::CredentialExpired);
    phone.tap().await;
    // Whoever works the office is told, loudly, and sees which phone it is.
    let told = notices(app, world.kenya.id).await;
    let told: Vec<&Notice> = told.iter().filter(|notice| notice.deed == Deed::DeviceCopied).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].loud && told[0].subject == Some(phone.person), "{:?}", told[0]);
    let devices = devices_of(&world, phone.person).await.devices;
    assert_eq!(devices.iter().map(|one| (one.id, one.signed_in)).collect::<Vec<_>>(), [(phone.device, false)]);
});

/// What was noted in a scope, oldest first.
pub(crate) async fn notices(app: &TestApp, scope: Uuid) -> Vec<Notice> {
    #[derive(serde::Deserialize)]
    struct Payload {
        notice: Notice,
    }
    let logged = app.log_of(scope).await;
    let payloads = logged.iter().filter_map(|event| event.payload.as_deref());
    payloads.filter_map(|payload| Some(serde_json::from_slice::<Payload>(payload).ok()?.notice)).collect()
}

/// A person's phones, as an administrator sees them.
async fn devices_of(world: &World, person: Uuid) -> DevicesOfPerson {
    world.administrator.get(&format!("/v1/people/{person}/devices")).await.expect(200).json()
}

on_both!(a_stolen_access_token_is_of_no_use_without_the_devices_key, by_hand, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let second = world.phone_of(phone.person).await;
    phone.try_now(None).await.expect(200);
    let (http, path, token) = (app.http(), "/v1/me/now", &phone.tokens.access);
    let now = app.now().timestamp();
    let send = async |proof: Option<String>| {
        let request = http.request(Method::GET, path).header("Authorization", format!("Bearer {token}"));
        http.send(match proof {
            Some(proof) => request.header("Muster-Proof", proof),
            None => request,
        })
        .await
    };
    let mine = &phone.device_key;
    let signature = mine.proof("GET", path, now, token).split_once('.').expect("a time and a signature").1.to_owned();
    for bad in [
        None,
        Some(String::new()),
        Some("nonsense".to_owned()),
        Some(format!("{now}.")),
        Some(format!("{}.{signature}", now + 1)),
        Some(format!("0{now}.{signature}")),
        Some(format!("{now}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        Some(DeviceKey::default().proof("GET", path, now, token)),
        Some(second.device_key.proof("GET", path, now, token)),
        Some(mine.proof("POST", path, now, token)),
        Some(mine.proof("GET", "/v1/me/profile", now, token)),
        Some(mine.proof("GET", path, now, &second.tokens.access)),
        Some(mine.proof("GET", path, now, &phone.distress)),
    ] {
        send(bad).await.refused(Code::ProofInvalid);
    }
    for wrong in [-61, 61, -86_400, 86_400] {
        let stale = send(Some(mine.proof("GET", path, now + wrong, token))).await.refused(Code::ProofStale);
        assert_eq!(stale.server_time, Some(app.now()), "a phone with a wrong clock is told the time");
    }
    for near in [-60, 0, 60] {
        send(Some(mine.proof("GET", path, now + near, token))).await.expect(200);
    }
    // A proof that was overheard is worth nothing a minute later.
    let overheard = mine.proof("GET", path, now, token);
    app.advance(TimeDelta::seconds(61));
    send(Some(overheard)).await.refused(Code::ProofStale);

    // The socket's hello is held to the same.
    let token = token.clone();
    let hello = |proof: Option<String>| FromPhone::Hello { protocol: PROTOCOL, token: token.clone(), proof };
    let stolen = DeviceKey::default().proof("GET", "/v1/phone/live", app.now().timestamp(), &token);
    for (proof, code) in [(None, Code::ProofInvalid), (Some(stolen), Code::ProofInvalid)] {
        let mut socket = Socket::dial(&http, "/v1/phone/live").await;
        socket.send(&hello(proof)).await;
        assert_eq!(socket.end(PATIENCE).await.reason, code.name());
    }
    phone.socket().await.ping().await;
});

on_both!(what_raises_or_follows_an_alarm_needs_no_proof, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    // None of these requests carries Muster-Proof.
    let stored = phone.tap().await;
    phone.my_case(&stored.case_token).await;
    phone.add(&stored.case_token, "facts", &json!({ "facts": { "people": 2 } })).await.expect(200);
    let http = phone.http();
    let by_access = http
        .request(Method::POST, "/v1/not-okay")
        .header("Authorization", format!("Bearer {}", phone.tokens.access))
        .header("Muster-Proof", "nonsense")
        .header("Idempotency-Key", key().to_string());
    http.send(by_access.body("{}")).await.expect(201);
});

on_both!(a_revoked_phone_reads_nothing_and_its_not_okay_rings_labelled, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let kept = world.phone_of(phone.person).await;
    let mut socket = phone.socket().await;
    let mut other = kept.socket().await;
    let path = format!("/v1/devices/{}", phone.device);
    let revoked: Device = operator.withdraw(&path, "left in a taxi").await.expect(200).json();
    assert_eq!((revoked.revoked_by, revoked.revoke_reason.as_deref()), (Some(operator.person), Some("left in a taxi")));
    // The open socket is told at once; so is every later request, and so is the refresh.
    assert_eq!(socket.end().await.reason, Code::DeviceRevoked.name());
    phone.try_now(None).await.refused(Code::DeviceRevoked);
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::DeviceRevoked);
    phone.refresh_proven(&phone.tokens.refresh, &DeviceKey::default()).await.refused(Code::CredentialInvalid);
    // The person's other phone goes on.
    other.ping().await;
    kept.try_now(None).await.expect(200);
    kept.refresh_by(&kept.tokens.refresh).await.expect(200);

    let stored = phone.tap().await;
    assert!(operator.sees(stored.case.id).await.case.labels.contains(&"device_revoked".to_owned()));
    phone.add(&stored.case_token, "facts", &json!({ "facts": { "people": 2 } })).await.expect(200);

    // Once more changes nothing, and is noted once.
    let again: Device = operator.withdraw(&path, "found it again").await.expect(200).json();
    assert_eq!(again, revoked);
    let told = notices(app, world.kenya.id).await;
    let told: Vec<&Notice> = told.iter().filter(|notice| notice.deed == Deed::DeviceRevoked).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].reason.as_deref(), told[0].subject), (Some("left in a taxi"), Some(phone.person)));

    // It becomes theirs again by a new code, as a new device.
    let anew = world.phone_of(phone.person).await;
    assert_ne!(anew.device, phone.device);
    anew.try_now(None).await.expect(200);
    let listed = devices_of(&world, phone.person).await.devices;
    let listed: Vec<_> = listed.iter().map(|one| (one.id, one.signed_in, one.revoked_at.is_some())).collect();
    assert_eq!(listed.len(), 3);
    assert!(listed.contains(&(phone.device, false, true)) && listed.contains(&(anew.device, true, false)));

    // Also when the case is older than that.
    let stolen = world.phone("Lea Mutai", &world.kenya).await;
    let before = stolen.tap().await.case.id;
    operator.withdraw(&format!("/v1/devices/{}", stolen.device), "stolen in Juba").await.expect(200);
    assert_eq!(stolen.tap().await.case.id, before);
    assert!(operator.sees(before).await.case.labels.contains(&"device_revoked".to_owned()));
});

on_both!(devices_are_seen_and_revoked_only_where_one_may_enrol, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let elsewhere = world.field_officer("Tove Lindqvist", &world.uganda).await;
    let nobody = world.account("Ben Carter", &world.kenya).await;
    let (device, list) = (format!("/v1/devices/{}", phone.device), format!("/v1/people/{}/devices", phone.person));
    elsewhere.withdraw(&device, "no reason of mine").await.refused(Code::NotFound);
    elsewhere.get(&list).await.refused(Code::NotFound);
    nobody.withdraw(&device, "no reason of mine").await.refused(Code::Forbidden);
    nobody.get(&list).await.refused(Code::Forbidden);
    let administrator = &world.administrator;
    administrator.withdraw(&format!("/v1/devices/{}", Uuid::nil()), "nobody's").await.refused(Code::NotFound);
    for reason in ["", "no", &"x".repeat(301), "two\nlines"] {
        let problem = administrator.withdraw(&device, reason).await.refused(Code::InvalidValue);
        assert_eq!(problem.field.as_deref(), Some("/reason"));
    }
    phone.try_now(None).await.expect(200);
    let Device { name, revoked_at, signed_in, last_seen_at, .. } =
        devices_of(&world, phone.person).await.devices.remove(0);
    assert_eq!((name.as_str(), revoked_at, signed_in, last_seen_at.is_some()), ("a phone", None, true, true));
});

on_both!(the_phones_of_a_seized_office_read_nothing_and_ring, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.uganda).await;
    let code = world.enrolment(phone.person).await.code;
    let mut socket = phone.socket().await;
    operator.post("/v1/session/step-up", &json!({ "password": operator.password })).await;
    let seizure = format!("/v1/offices/{}/seizure", world.uganda.id);
    operator.post(&seizure, &json!({ "reason": "armed men in the compound" })).await.expect(200);
    assert_eq!(socket.end().await.reason, Code::OfficeSeized.name());
    phone.try_now(None).await.refused(Code::OfficeSeized);
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::OfficeSeized);
    // Nor does a sheet that lies in the office make another phone of it.
    Phone::try_enrol(&app.http(), &code, &DeviceKey::default()).await.refused(Code::LinkInvalid);
    let stored = phone.tap().await;
    assert!(operator.sees(stored.case.id).await.case.labels.contains(&"office_seized".to_owned()));
    phone.my_case(&stored.case_token).await;
});

/// A token with a part of it replaced.
fn forged(token: &str, change: impl Fn(&mut Value, &mut Value)) -> String {
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("a signed token has three parts")
    };
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    let (mut header, mut claims) = (read(header), read(claims));
    change(&mut header, &mut claims);
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", write(&header), write(&claims))
}

/// A token signed by somebody else's Ed25519 key, or by HMAC with a known text.
fn signed_elsewhere(token: &str) -> String {
    use aws_lc_rs::signature::Ed25519KeyPair;
    let (signed, _) = token.rsplit_once('.').expect("a signature");
    let theirs = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(theirs.sign(signed.as_bytes())))
}

/// What must not pass for a token.
fn corpus(token: &str) -> Vec<String> {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let unsigned = |alg: &str| forged(token, |header, _| header["alg"] = json!(alg));
    let without = unsigned("none").rsplit_once('.').map(|(signed, _)| format!("{signed}.")).expect("a signature");
    vec![
        String::new(),
        "..".to_owned(),
        "nonsense".to_owned(),
        token[..token.len() - 2].to_owned(),
        format!("{signed}."),
        signed.to_owned(),
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        format!("{signature}.{signed}"),
        without,
        unsigned("none"),
        unsigned("None"),
        unsigned("HS256"),
        unsigned("ES256"),
        unsigned("RS256"),
        forged(token, |header, _| header["typ"] = json!("JWT")),
        forged(token, |header, _| header["kid"] = json!("../../../../dev/null")),
        forged(token, |header, _| header["jwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" })),
        forged(token, |_, claims| claims["sub"] = json!(uuid::Uuid::nil())),
        forged(token, |_, claims| claims["did"] = json!(uuid::Uuid::nil())),
        forged(token, |_, claims| claims["exp"] = json!(9_999_999_999_u64)),
        forged(token, |_, claims| claims["aud"] = json!("elsewhere")),
        forged(token, |_, claims| claims["iss"] = json!("elsewhere")),
        signed_elsewhere(token),
    ]
}

on_both!(no_forged_or_foreign_token_is_taken_for_another, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    let http: &Http = phone.http();
    // Each goes out with a good proof, so that it is the token that is refused.
    let send = async |method: Method, path: &str, scheme: &str, token: &str| {
        let proof = phone.device_key.proof(method.as_str(), path, phone.seconds(), token);
        let request = http.request(method, path).header("Authorization", format!("{scheme} {token}"));
        http.send(request.header("Idempotency-Key", key().to_string()).header("Muster-Proof", proof)).await
    };
    let kinds = [("Bearer", &phone.tokens.access), ("Distress", &phone.distress), ("Case", &stored.case_token)];
    for (method, path, scheme) in [
        (Method::GET, "/v1/me/now", "Bearer"),
        (Method::POST, "/v1/not-okay", "Distress"),
        (Method::GET, "/v1/my-case", "Case"),
    ] {
        let good = kinds.iter().find(|(kind, _)| *kind == scheme).expect("a kind").1;
        let mut bad = corpus(good);
        // Each kind of token passes for no other.
        bad.extend(kinds.iter().filter(|(kind, _)| *kind != scheme).map(|(_, token)| (*token).clone()));
        for token in bad {
            let answer = send(method.clone(), path, scheme, &token).await;
            assert_eq!(answer.status, 401, "{scheme} {token}: {}", answer.text());
            let code = answer.problem().code;
            assert!([Code::CredentialInvalid, Code::Unauthenticated].contains(&code), "{scheme} {token}: {code:?}");
        }
        assert!([200, 201].contains(&send(method, path, scheme, good).await.status));
    }
});

on_both!(every_contact_renews_the_distress_capability, by_hand, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    app.advance(TimeDelta::seconds(5));
    let renewed = [
        phone.raise(key(), "{}").await.expect(201),
        phone.try_now(None).await.expect(200),
        phone.refresh_by(&phone.tokens.refresh).await.expect(200),
    ];
    for answer in renewed {
        let capability =
            answer.header("muster-distress").unwrap_or_else(|| panic!("{} renews nothing", answer.asked)).to_owned();
        assert_ne!(capability, phone.distress);
        let request = phone
            .http()
            .request(Method::POST, "/v1/not-okay")
            .header("Authorization", format!("Distress {capability}"));
        phone.http().send(request.header("Idempotency-Key", key().to_string())).await.expect(201);
    }
});

//! Phones: codes that work once, secrets that rotate, tokens that nobody else can make.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{DeviceKey, Http, Phone, key, on_both};
use wire::Code;
use wire::phone::{Enrolled, Tokens};

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
    let send = async |method: Method, path: &str, scheme: &str, token: &str| {
        let request = http.request(method, path).header("Authorization", format!("{scheme} {token}"));
        http.send(request.header("Idempotency-Key", key().to_string())).await
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
            answer.problem();
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

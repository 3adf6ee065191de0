//! What must not pass for a token: other algorithms, keys that the token itself brings, other kinds,
//! audiences and times.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{key, on_both};
use wire::Code;

struct Parts {
    header: Value,
    claims: Value,
    signature: String,
}

impl Parts {
    fn of(token: &str) -> Self {
        let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let read = |part: &str| serde_json::from_slice(&B64.decode(part).expect("base64url")).expect("JSON");
        Self { header: read(header), claims: read(claims), signature: signature.to_owned() }
    }

    /// With these changes to header and claims.
    fn with(&self, header: Value, claims: Value) -> Self {
        let put = |into: &Value, more: &Value| {
            let mut changed = into.clone();
            for (name, value) in more.as_object().expect("an object") {
                changed[name] = value.clone();
            }
            changed
        };
        Self {
            header: put(&self.header, &header),
            claims: put(&self.claims, &claims),
            signature: self.signature.clone(),
        }
    }

    fn signed_part(&self) -> String {
        format!("{}.{}", B64.encode(self.header.to_string()), B64.encode(self.claims.to_string()))
    }

    /// With the signature as it was.
    fn unsigned(&self) -> String {
        format!("{}.{}", self.signed_part(), self.signature)
    }

    fn signed_by(&self, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let signed = self.signed_part();
        format!("{signed}.{}", B64.encode(sign(signed.as_bytes())))
    }
}

/// Tokens that are not ours, made from one that is.
fn corpus(token: &str) -> Vec<(&'static str, String)> {
    let parts = Parts::of(token);
    let theirs = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
    let by_theirs = |bytes: &[u8]| theirs.sign(bytes).as_ref().to_vec();
    let by_hmac = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        move |bytes: &[u8]| hmac::sign(&key, bytes).as_ref().to_vec()
    };
    let same = || parts.with(json!({}), json!({}));
    let header = |header: Value| parts.with(header, json!({}));
    let claims = |claims: Value| parts.with(json!({}), claims);
    let x = B64.encode(theirs.public_key().as_ref());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    let kid = parts.header["kid"].as_str().expect("a key's name").to_owned();
    let mut all = vec![
        ("signed by another key", same().signed_by(by_theirs)),
        ("brings its key", header(json!({ "jwk": jwk })).signed_by(by_theirs)),
        ("says where its key is", header(json!({ "jku": "http://127.0.0.1:9/keys" })).signed_by(by_theirs)),
        ("brings a certificate", header(json!({ "x5c": [x] })).signed_by(by_theirs)),
        ("says where its certificate is", header(json!({ "x5u": "file:///etc/passwd" })).signed_by(by_theirs)),
        ("a key's name that is a path", header(json!({ "kid": "/dev/null" })).signed_by(by_hmac(b""))),
        ("a key's name that is SQL", header(json!({ "kid": "' OR '1'='1" })).unsigned()),
        ("a key's name that is no text", header(json!({ "kid": [kid.clone()] })).unsigned()),
        ("critical extensions", header(json!({ "crit": ["b64"], "b64": false })).unsigned()),
        ("HMAC by nothing", header(json!({ "alg": "HS256" })).signed_by(by_hmac(b""))),
        ("HMAC by the key's name", header(json!({ "alg": "HS256" })).signed_by(by_hmac(kid.as_bytes()))),
        ("no algorithm", header(json!({ "alg": null })).unsigned()),
        ("an algorithm that is no text", header(json!({ "alg": ["EdDSA"] })).unsigned()),
        ("encrypted", format!("{}.a.b.c", same().unsigned())),
        ("twice", format!("{0}.{0}", same().unsigned())),
        ("a line in it", same().unsigned().replacen('.', ".%0A", 1)),
        ("padded", format!("{}==", same().unsigned())),
        ("claims that are no object", {
            let signed = format!("{}.{}", B64.encode(parts.header.to_string()), B64.encode("[]"));
            format!("{signed}.{}", parts.signature)
        }),
        ("very long", format!("{}{}", same().unsigned(), "A".repeat(6_000))),
    ];
    for algorithm in
        ["none", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "ES384", "eddsa", ""]
    {
        all.push(("another algorithm", header(json!({ "alg": algorithm })).unsigned()));
        let signed = header(json!({ "alg": algorithm })).signed_part();
        all.push(("another algorithm, unsigned", format!("{signed}.")));
    }
    for aud in [json!("muster-admin"), json!(["muster", "other"]), json!(null), json!(""), json!({})] {
        all.push(("another audience", claims(json!({ "aud": aud })).signed_by(by_theirs)));
        all.push(("another audience, our signature", claims(json!({ "aud": aud })).unsigned()));
    }
    for exp in [json!(9_999_999_999_u64), json!(-1), json!(1e300), json!("never"), json!(null)] {
        all.push(("another time", claims(json!({ "exp": exp })).unsigned()));
    }
    for kind in ["muster-access+jwt", "muster-distress+jwt", "muster-case+jwt", "JWT", "at+jwt", "id_token", ""] {
        if parts.header["typ"] != json!(kind) {
            all.push(("another kind", header(json!({ "typ": kind })).unsigned()));
        }
        all.push(("another kind, another key", header(json!({ "typ": kind })).signed_by(by_theirs)));
    }
    all
}

on_both!(every_token_of_the_corpus_is_refused, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let operator = world.operator("Awa Diallo").await;
    let stored = phone.tap().await;
    let http = phone.http();
    // Each goes out with a good proof, so that it is the token that is refused.
    let send = async |method: Method, path: &str, value: String| {
        let token = value.split_once(' ').map_or("", |(_, token)| token.trim());
        let proof = phone.device_key.proof(method.as_str(), path, phone.seconds(), token);
        let request = http.request(method, path).header("Authorization", value).header("Muster-Proof", proof);
        http.send(request.header("Idempotency-Key", key().to_string())).await
    };
    let cookie = operator.cookie().split_once('=').expect("a pair").1.to_owned();
    let routes = [
        (Method::GET, "/v1/me/now", "Bearer", &phone.tokens.access),
        (Method::POST, "/v1/not-okay", "Distress", &phone.distress),
        (Method::GET, "/v1/my-case", "Case", &stored.case_token),
    ];
    let mut refused = 0;
    for (method, path, scheme, good) in &routes {
        let mut bad = corpus(good);
        bad.push(("a refresh secret", phone.tokens.refresh.clone()));
        bad.push(("a session's cookie", cookie.clone()));
        bad.push(("a ticket", operator.ticket().await));
        for (_, _, other, token) in &routes {
            if other != scheme {
                bad.push(("another kind of ours", (*token).clone()));
            }
        }
        for (what, token) in bad {
            let answer = send(method.clone(), path, format!("{scheme} {token}")).await;
            assert_eq!(answer.status, 401, "{scheme}, {what}: {token}: {}", answer.text());
            assert_ne!(answer.problem().code, Code::ProofInvalid, "{scheme}, {what}: {token}");
            refused += 1;
        }
    }
    assert!(refused > 200, "{refused}");
    // Nor does a token open what a cookie opens, or stand for a refresh secret.
    for token in [&phone.tokens.access, &phone.distress, &stored.case_token, &phone.tokens.refresh] {
        let request = http.request(Method::GET, "/v1/session").header("Cookie", format!("__Host-muster={token}"));
        http.send(request).await.refused(Code::CredentialExpired);
        let proof = phone.device_key.sign(&format!("muster-refresh|{token}"));
        if *token != phone.tokens.refresh {
            let body = json!({ "device": phone.device, "refresh": token, "proof": proof });
            let answer = http.send(http.request(Method::POST, "/v1/token").json(&body)).await;
            assert_eq!(answer.status, 401, "{}", answer.text());
        }
    }
    let answer = send(Method::GET, "/v1/me/now", format!("Bearer {}", phone.tokens.access)).await;
    assert_eq!(answer.status, 200);
});

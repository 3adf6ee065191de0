use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::kernel::clock::ManualClock;
use crate::kernel::seal::SealKey;

const PERSON: Uuid = Uuid::from_u128(1);
const DEVICE: Uuid = Uuid::from_u128(2);
const CASE_ID: Uuid = Uuid::from_u128(3);
const OFFICE: Uuid = Uuid::from_u128(4);
const ORGANISATION: Uuid = Uuid::from_u128(5);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap()))
}

fn tokens() -> Tokens {
    Tokens::new(&Keyring::new(SealKey::random()), clock())
}

fn accepted(tokens: &Tokens, token: &str) -> [bool; 3] {
    [tokens.verify_access(token).is_ok(), tokens.verify_distress(token).is_ok(), tokens.verify_case(token).is_ok()]
}

fn all(tokens: &Tokens) -> [String; 3] {
    [
        tokens.access(PERSON, DEVICE).0,
        tokens.distress(PERSON, DEVICE, ORGANISATION, &[OFFICE], None),
        tokens.case(PERSON, DEVICE, CASE_ID),
    ]
}

/// The token with its header and claims changed, and the signature as it was.
fn changed(token: &str, header: impl Fn(&mut Value), claims: impl Fn(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let part = |text: &str| serde_json::from_slice::<Value>(&B64.decode(text).unwrap()).unwrap();
    let (mut head, mut body) = (part(parts[0]), part(parts[1]));
    header(&mut head);
    claims(&mut body);
    format!("{}.{}.{}", B64.encode(head.to_string()), B64.encode(body.to_string()), parts[2])
}

#[test]
fn each_kind_passes_for_itself_only() {
    let tokens = tokens();
    let [access, distress, case] = all(&tokens);
    assert_eq!(accepted(&tokens, &access), [true, false, false]);
    assert_eq!(accepted(&tokens, &distress), [false, true, false]);
    assert_eq!(accepted(&tokens, &case), [false, false, true]);
}

#[test]
fn a_token_says_what_was_signed() {
    let tokens = tokens();
    let (access, expires) = tokens.access(PERSON, DEVICE);
    assert_eq!(tokens.verify_access(&access), Ok(PhoneActor { person: PERSON, device: DEVICE, expires }));
    let hint = Hint { name: "Musa Kimani".to_owned(), number: Some("+254700000001".to_owned()) };
    let token = tokens.distress(PERSON, DEVICE, ORGANISATION, &[OFFICE], Some(&hint));
    let distress = tokens.verify_distress(&token).unwrap();
    assert_eq!(distress.hint, Some(hint));
    let claims = B64.decode(token.split('.').nth(1).unwrap()).unwrap();
    assert!(!String::from_utf8(claims).unwrap().contains("Musa"), "it is sealed in the token");
    assert_eq!((distress.person, distress.device), (PERSON, DEVICE));
    assert_eq!((distress.organisation, distress.offices), (ORGANISATION, vec![OFFICE]));
    assert_eq!(distress.issued_at, DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let case = tokens.verify_case(&tokens.case(PERSON, DEVICE, CASE_ID)).unwrap();
    assert_eq!(case, CaseHolder { person: PERSON, device: DEVICE, case: CASE_ID, known_as: CASE_ID });
}

#[test]
fn a_veiled_case_token_tells_its_case_to_muster_alone() {
    let (tokens, known_as) = (tokens(), Uuid::from_u128(6));
    let token = tokens.veiled_case(PERSON, DEVICE, known_as, CASE_ID);
    let holder = CaseHolder { person: PERSON, device: DEVICE, case: CASE_ID, known_as };
    assert_eq!(tokens.verify_case(&token), Ok(holder));
    let claims = String::from_utf8(B64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert!(claims.contains(&known_as.to_string()) && !claims.contains(&CASE_ID.to_string()));
    let sealed = |token: &str| {
        let claims = B64.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&claims).unwrap()["of"].as_str().unwrap().to_owned()
    };
    let again = tokens.veiled_case(PERSON, DEVICE, known_as, CASE_ID);
    assert_ne!(sealed(&token), sealed(&again), "two tokens do not tell that they are of one case");
}

#[test]
fn an_access_token_runs_out_after_ten_minutes_and_still_says_whose_it_was() {
    let clock = clock();
    let tokens = Tokens::new(&Keyring::new(SealKey::random()), clock.clone());
    let (access, expires) = tokens.access(PERSON, DEVICE);
    clock.advance(TimeDelta::seconds(599));
    assert!(tokens.verify_access(&access).is_ok());
    clock.advance(TimeDelta::seconds(1));
    let actor = PhoneActor { person: PERSON, device: DEVICE, expires };
    assert_eq!(tokens.verify_access(&access), Err(TokenRefusal::Expired(actor)));
}

#[test]
fn a_distress_capability_never_runs_out() {
    let clock = clock();
    let tokens = Tokens::new(&Keyring::new(SealKey::random()), clock.clone());
    let [_, distress, case] = all(&tokens);
    clock.advance(TimeDelta::days(3_650));
    assert!(tokens.verify_distress(&distress).is_ok() && tokens.verify_case(&case).is_ok());
}

#[test]
fn another_installations_tokens_are_foreign_and_every_node_signs_alike() {
    let (root, other) = (SealKey::random(), tokens());
    let one = Tokens::new(&Keyring::new(root.clone()), clock());
    let same = Tokens::new(&Keyring::new(root), clock());
    for token in all(&one) {
        assert_eq!(accepted(&other, &token), [false; 3]);
        assert!(accepted(&same, &token).contains(&true));
    }
}

#[test]
fn a_changed_header_or_claim_is_refused() {
    let tokens = tokens();
    let [access, distress, case] = all(&tokens);
    for token in [&access, &distress, &case] {
        for kind in [ACCESS, DISTRESS, CASE, "JWT", ""] {
            let other = changed(token, |header| header["typ"] = json!(kind), |_| {});
            if other != *token {
                assert_eq!(accepted(&tokens, &other), [false; 3]);
            }
        }
        let someone = changed(token, |_| {}, |claims| claims["sub"] = json!(Uuid::from_u128(9)));
        assert_eq!(accepted(&tokens, &someone), [false; 3]);
        let unsigned = format!("{}.", &token[..token.rfind('.').unwrap()]);
        assert_eq!(accepted(&tokens, &unsigned), [false; 3]);
    }
}

#[test]
fn no_other_algorithm_is_taken() {
    let tokens = tokens();
    for token in all(&tokens) {
        for algorithm in ["none", "None", "NONE", "HS256", "ES256", "RS256", "PS256", "eddsa"] {
            let other = changed(&token, |header| header["alg"] = json!(algorithm), |_| {});
            assert_eq!(accepted(&tokens, &other), [false; 3], "{algorithm}");
        }
        // The classic: the public key taken for a shared secret.
        let public = tokens.checking.try_get_as_bytes().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let claims: Value = serde_json::from_slice(&B64.decode(parts[1]).unwrap()).unwrap();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = jsonwebtoken::decode_header(&token).unwrap().typ;
        header.kid = Some(tokens.key_id.clone());
        let forged = encode(&header, &claims, &EncodingKey::from_secret(public)).unwrap();
        assert_eq!(accepted(&tokens, &forged), [false; 3]);
    }
}

#[test]
fn our_own_signature_over_another_issuer_audience_or_key_name_is_refused() {
    let tokens = tokens();
    let sign = |typ: &str, kid: &str, iss: &str, aud: &str| {
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some(typ.to_owned()), Some(kid.to_owned()));
        let claims = json!({ "iss": iss, "aud": aud, "sub": PERSON, "did": DEVICE, "iat": 1, "case": CASE_ID });
        encode(&header, &claims, &tokens.signing).unwrap()
    };
    let kid = tokens.key_id.as_str();
    assert_eq!(accepted(&tokens, &sign(CASE, kid, MUSTER, MUSTER)), [false, false, true]);
    assert_eq!(accepted(&tokens, &sign(CASE, "00000000", MUSTER, MUSTER)), [false; 3]);
    assert_eq!(accepted(&tokens, &sign(CASE, kid, "other", MUSTER)), [false; 3]);
    assert_eq!(accepted(&tokens, &sign(CASE, kid, MUSTER, "other")), [false; 3]);
    assert_eq!(accepted(&tokens, &sign("JWT", kid, MUSTER, MUSTER)), [false; 3]);
}

proptest! {
    #[test]
    fn nothing_but_a_token_is_a_token(text in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert_eq!(accepted(&tokens(), &text), [false; 3]);
    }

    #[test]
    fn one_changed_letter_spoils_a_token(at in 0..10_000_usize, letter in "[A-Za-z0-9_-]") {
        let tokens = tokens();
        for token in all(&tokens) {
            let at = at % token.len();
            let mut spoiled = token.clone();
            spoiled.replace_range(at..=at, &letter);
            // The last letter of a part may carry bits that no byte holds.
            let same_bytes = spoiled.split('.').map(|part| B64.decode(part).ok()).eq(token.split('.').map(|part| B64.decode(part).ok()));
            if spoiled != token && !same_bytes {
                prop_assert_eq!(accepted(&tokens, &spoiled), [false; 3]);
            }
        }
    }
}

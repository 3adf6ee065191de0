use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use actix_web::{App, web};
use proptest::prelude::*;
use serde_json::{Value, json};
use wire::Code;
use wire::access::Role;
use wire::phone::{Enrol, Enrolled, Refresh};

use super::proof::tests::DeviceKey;
use super::service::issue_code;
use super::*;
use crate::access::{Area, Operator};
use crate::kernel::ids;
use crate::places::fixture::Base;
use crate::store::WriteError;
use crate::store::types::{At, Id};

struct Phones {
    base: Base,
    devices: Devices,
    office: Uuid,
    person: Uuid,
}

fn refusal<T>(result: Result<T, WriteError<Refusal>>) -> Refusal {
    match result {
        Err(WriteError::Refused(refusal)) => refusal,
        Err(WriteError::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

fn enrol(key: &DeviceKey, code: &str) -> Enrol {
    Enrol {
        code: code.to_owned(),
        public_key: key.public(),
        proof: key.sign(&format!("muster-enrol|{code}")),
        device_name: "Pixel".to_owned(),
    }
}

fn refresh(key: &DeviceKey, enrolled: &Enrolled, secret: &str) -> Refresh {
    Refresh {
        device: enrolled.device,
        refresh: secret.to_owned(),
        proof: key.sign(&format!("muster-refresh|{secret}")),
    }
}

impl Phones {
    fn new() -> Self {
        let base = Base::new();
        let organisation = base.organisation("One");
        let office = base.office(organisation, "KE");
        let person = base.person(office, "Amina Diallo", None);
        let tokens = Arc::new(Tokens::new(base.store.keyring(), base.clock.clone()));
        let devices = Devices::new(base.store.clone(), base.directory.clone(), tokens);
        Self { base, devices, office, person }
    }

    fn code(&self) -> String {
        let person = self.person;
        self.base.write(move |tx| issue_code(tx, person)).code
    }

    fn officer(&self) -> Operator {
        self.base.operator(self.person, &[(Role::FieldSecurityOfficer, Area::Office(self.office))])
    }

    async fn enrolled(&self, key: &DeviceKey) -> Enrolled {
        self.devices.enrol(enrol(key, &self.code())).await.unwrap()
    }

    async fn refreshed(&self, key: &DeviceKey, enrolled: &Enrolled, secret: &str) -> Result<String, Refusal> {
        match self.devices.refresh(refresh(key, enrolled, secret)).await {
            Ok(next) => Ok(next.tokens.refresh),
            Err(error) => Err(refusal::<()>(Err(error))),
        }
    }

    fn seconds(&self, seconds: i64) {
        self.base.advance(TimeDelta::seconds(seconds));
    }
}

proptest! {
    #[test]
    fn a_secret_used_again_was_lost_until_its_successor_was_used_and_a_minute_went_by(
        after in -5_i64..200_000,
        followed: bool,
    ) {
        let used = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let verdict = Secret { used_at: Some(used), followed }.judge(used + TimeDelta::milliseconds(after));
        prop_assert_eq!(verdict, if after <= 60_000 || !followed { Verdict::Again } else { Verdict::Copied });
        prop_assert_eq!(Secret { used_at: None, followed: false }.judge(used), Verdict::Next);
    }
}

#[tokio::test]
async fn a_phone_enrols_once_by_a_code_however_it_is_typed() {
    let phones = Phones::new();
    let (key, code) = (DeviceKey::new(), phones.code());
    assert_eq!(code.len(), 16);
    let typed = format!("{}-{} ", &code[..7].to_lowercase(), &code[7..]);
    let enrolled = phones.devices.enrol(enrol(&key, &typed)).await.unwrap();
    assert_eq!((enrolled.person.id, enrolled.person.name.as_str()), (phones.person, "Amina Diallo"));
    assert_eq!((enrolled.person.organisation.as_str(), enrolled.person.office.as_str()), ("One", "Office in KE"));
    let distress = phones.devices.tokens().verify_distress(&enrolled.distress).unwrap();
    assert_eq!((distress.person, distress.device), (phones.person, enrolled.device));
    assert_eq!(distress.offices, [phones.office]);
    let actor = phones.devices.tokens().verify_access(&enrolled.tokens.access).unwrap();
    assert_eq!((actor.person, actor.device), (phones.person, enrolled.device));
    let other = DeviceKey::new();
    assert_eq!(refusal(phones.devices.enrol(enrol(&other, &code)).await), Refusal::LinkInvalid);
    assert_eq!(phones.devices.standing(enrolled.device).await.unwrap(), Standing::Enrolled);
    assert_eq!(phones.devices.standing(phones.person).await.unwrap(), Standing::Unknown);
}

#[tokio::test]
async fn a_lost_answer_is_given_again_to_the_same_phone_within_a_minute() {
    let phones = Phones::new();
    let (key, code) = (DeviceKey::new(), phones.code());
    let first = phones.devices.enrol(enrol(&key, &code)).await.unwrap();
    phones.seconds(60);
    let again = phones.devices.enrol(enrol(&key, &code)).await.unwrap();
    assert_eq!(again.device, first.device);
    assert!(phones.refreshed(&key, &again, &again.tokens.refresh).await.is_ok());
    phones.seconds(1);
    assert_eq!(refusal(phones.devices.enrol(enrol(&key, &code)).await), Refusal::LinkInvalid);
}

#[tokio::test]
async fn a_code_that_ran_out_was_made_up_or_is_of_somebody_who_left_enrols_nobody() {
    let phones = Phones::new();
    let (key, code) = (DeviceKey::new(), phones.code());
    assert_eq!(refusal(phones.devices.enrol(enrol(&key, "0000000000000000")).await), Refusal::LinkInvalid);
    phones.base.advance(CODE_LIFE);
    assert_eq!(refusal(phones.devices.enrol(enrol(&key, &code)).await), Refusal::LinkInvalid);
    let fresh = phones.code();
    phones.base.leave(phones.person);
    assert_eq!(refusal(phones.devices.enrol(enrol(&key, &fresh)).await), Refusal::LinkInvalid);
}

#[tokio::test]
async fn enrolment_takes_proof_of_the_key_and_a_wrong_proof_uses_nothing_up() {
    let phones = Phones::new();
    let (key, other, code) = (DeviceKey::new(), DeviceKey::new(), phones.code());
    let stolen = Enrol { proof: other.sign(&format!("muster-enrol|{code}")), ..enrol(&key, &code) };
    assert_eq!(refusal(phones.devices.enrol(stolen).await), Refusal::ProofInvalid);
    let not_a_key = Enrol { public_key: "AAAA".into(), ..enrol(&key, &code) };
    assert!(
        matches!(refusal(phones.devices.enrol(not_a_key).await), Refusal::Invalid(field) if field.field == "/public_key")
    );
    let long = Enrol { device_name: "x".repeat(61), ..enrol(&key, &code) };
    assert!(
        matches!(refusal(phones.devices.enrol(long).await), Refusal::Invalid(field) if field.field == "/device_name")
    );
    phones.devices.enrol(enrol(&key, &code)).await.unwrap();
}

#[tokio::test]
async fn refresh_secrets_rotate_and_a_lost_answer_is_made_good() {
    let phones = Phones::new();
    let key = DeviceKey::new();
    let enrolled = phones.enrolled(&key).await;
    let first = enrolled.tokens.refresh.clone();
    let second = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    phones.seconds(59);
    let instead = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    assert_ne!(instead, second);
    let third = phones.refreshed(&key, &enrolled, &instead).await.unwrap();
    phones.seconds(600);
    assert!(phones.refreshed(&key, &enrolled, &third).await.is_ok());
}

#[tokio::test]
async fn a_copied_secret_ends_every_secret_of_the_device_and_its_distress_capability_works_on() {
    let phones = Phones::new();
    let key = DeviceKey::new();
    let enrolled = phones.enrolled(&key).await;
    let first = enrolled.tokens.refresh.clone();
    let second = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    let third = phones.refreshed(&key, &enrolled, &second).await.unwrap();
    phones.seconds(61);
    assert_eq!(phones.refreshed(&key, &enrolled, &first).await, Err(Refusal::SessionEnded));
    assert_eq!(phones.refreshed(&key, &enrolled, &third).await, Err(Refusal::SessionEnded));
    assert!(phones.devices.tokens().verify_distress(&enrolled.distress).is_ok());
    assert_eq!(phones.devices.standing(enrolled.device).await.unwrap(), Standing::Enrolled);
    let anew = phones.enrolled(&key).await;
    assert!(phones.refreshed(&key, &anew, &anew.tokens.refresh).await.is_ok());
}

#[tokio::test]
async fn an_answer_lost_for_hours_does_not_sign_the_phone_out() {
    let phones = Phones::new();
    let key = DeviceKey::new();
    let enrolled = phones.enrolled(&key).await;
    let first = enrolled.tokens.refresh.clone();
    let _lost = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    phones.seconds(8 * 3_600);
    let again = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    assert!(phones.refreshed(&key, &enrolled, &again).await.is_ok());
}

#[tokio::test]
async fn a_thief_without_the_device_key_neither_refreshes_nor_ends_anything() {
    let phones = Phones::new();
    let (key, thief) = (DeviceKey::new(), DeviceKey::new());
    let enrolled = phones.enrolled(&key).await;
    let first = enrolled.tokens.refresh.clone();
    assert_eq!(phones.refreshed(&thief, &enrolled, &first).await, Err(Refusal::ProofInvalid));
    let second = phones.refreshed(&key, &enrolled, &first).await.unwrap();
    phones.seconds(61);
    assert_eq!(phones.refreshed(&thief, &enrolled, &first).await, Err(Refusal::ProofInvalid));
    assert!(phones.refreshed(&key, &enrolled, &second).await.is_ok());
}

#[tokio::test]
async fn a_secret_works_for_its_own_device_only() {
    let phones = Phones::new();
    let (key, other) = (DeviceKey::new(), DeviceKey::new());
    let (mine, theirs) = (phones.enrolled(&key).await, phones.enrolled(&other).await);
    assert_eq!(phones.refreshed(&other, &theirs, &mine.tokens.refresh).await, Err(Refusal::SessionEnded));
    let nobody = Enrolled { device: Uuid::from_u128(7), ..mine.clone() };
    assert_eq!(phones.refreshed(&key, &nobody, &mine.tokens.refresh).await, Err(Refusal::SessionEnded));
    assert!(phones.refreshed(&key, &mine, &mine.tokens.refresh).await.is_ok());
}

#[tokio::test]
async fn a_revoked_device_and_one_of_somebody_who_left_get_no_tokens() {
    let phones = Phones::new();
    let (key, other) = (DeviceKey::new(), DeviceKey::new());
    let (lost, kept) = (phones.enrolled(&key).await, phones.enrolled(&other).await);
    let device = lost.device;
    phones.base.write(move |tx| super::store::revoke(tx, device, Uuid::nil(), ("lost", RevokeCause::Lost)));
    assert_eq!(phones.devices.standing(device).await.unwrap(), Standing::Revoked(RevokeCause::Lost));
    assert_eq!(phones.refreshed(&key, &lost, &lost.tokens.refresh).await, Err(Refusal::DeviceRevoked));
    let person = phones.person;
    let count = phones.base.store.read_blocking(|reading| service::enrolled(reading.conn, &[person])).unwrap();
    assert_eq!(count.get(&person), Some(&1));
    phones.base.leave(person);
    assert_eq!(phones.devices.standing(kept.device).await.unwrap(), Standing::Left);
    assert_eq!(phones.refreshed(&other, &kept, &kept.tokens.refresh).await, Err(Refusal::DeviceRevoked));
}

#[tokio::test]
async fn a_code_is_issued_by_who_works_or_administers_the_persons_office() {
    let phones = Phones::new();
    let (base, person) = (&phones.base, phones.person);
    let administrator = base.administrator(person);
    for by in [phones.officer(), administrator] {
        assert!(phones.devices.issue_enrolment(&by, base.request(&by), person).await.is_ok());
    }
    let elsewhere = base.office(base.organisation("Two"), "KE");
    for grants in [vec![], vec![(Role::FieldSecurityOfficer, Area::Office(elsewhere))]] {
        let by = base.operator(person, &grants);
        let issued = phones.devices.issue_enrolment(&by, base.request(&by), person).await;
        assert_eq!(refusal(issued), Refusal::NotFound(list::NOBODY));
    }
    let by = phones.officer();
    let nobody = phones.devices.issue_enrolment(&by, base.request(&by), Uuid::from_u128(7)).await;
    assert_eq!(refusal(nobody), Refusal::NotFound(list::NOBODY));
    let request = base.request(&by);
    let first = phones.devices.issue_enrolment(&by, request, person).await.unwrap();
    assert_eq!(phones.devices.issue_enrolment(&by, request, person).await.unwrap().code, first.code);
    base.leave(person);
    assert_eq!(refusal(phones.devices.issue_enrolment(&by, base.request(&by), person).await), Refusal::Left);
}

async fn me(actor: http::PhoneBearer) -> String {
    actor.0.person.to_string()
}

#[actix_web::test]
async fn the_routes_answer_with_tokens_a_capability_and_problem_codes() {
    let phones = Phones::new();
    let devices = web::Data::new(phones.devices.clone());
    let app = App::new().app_data(devices).configure(http::routes).route("/me", web::get().to(me));
    let app = init_service(app).await;
    let key = DeviceKey::new();
    let send = async |path: &str, body: Value| {
        call_service(&app, TestRequest::post().uri(path).set_json(body).to_request()).await
    };
    let body = json!(enrol(&key, &phones.code()));
    let answer = send("/v1/enrol", body.clone()).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers().get("cache-control").unwrap(), "no-store");
    let renewed = answer.headers().get("muster-distress").unwrap().to_str().unwrap().to_owned();
    assert!(phones.devices.tokens().verify_distress(&renewed).is_ok());
    let enrolled: Enrolled = read_body_json(answer).await;
    phones.seconds(61);
    let used: Value = read_body_json(send("/v1/enrol", body).await).await;
    assert_eq!((&used["code"], &used["status"]), (&json!("link_invalid"), &json!(404)));
    let next = send("/v1/token", json!(refresh(&key, &enrolled, &enrolled.tokens.refresh))).await;
    assert_eq!(next.status(), StatusCode::OK);
    assert!(next.headers().contains_key("muster-distress"));

    let now = || phones.base.now();
    let who = async |authorization: Option<String>, proof: Option<String>| {
        let mut request = TestRequest::get().uri("/me?fresh=1");
        if let Some(value) = authorization {
            request = request.insert_header(("Authorization", value));
        }
        if let Some(value) = proof {
            request = request.insert_header(("Muster-Proof", value));
        }
        let answer = call_service(&app, request.to_request()).await;
        (answer.status().as_u16(), String::from_utf8(read_body(answer).await.to_vec()).unwrap())
    };
    let problem = async |authorization: Option<String>, proof: Option<String>| {
        let (status, body) = who(authorization, proof).await;
        assert_eq!(status, 401, "{body}");
        serde_json::from_str::<wire::Problem>(&body).unwrap()
    };
    let access = enrolled.tokens.access.clone();
    let bearer = || Some(format!("Bearer {access}"));
    let proven = |at: DateTime<Utc>| Some(key.proof("GET", "/me", at, &access));
    assert_eq!(who(bearer(), proven(now())).await, (200, phones.person.to_string()));
    assert_eq!(problem(None, proven(now())).await.code, Code::Unauthenticated);
    let distress = Some(format!("Bearer {}", enrolled.distress));
    assert_eq!(problem(distress, proven(now())).await.code, Code::CredentialInvalid);
    let thief = DeviceKey::new();
    for bad in [
        None,
        Some(thief.proof("GET", "/me", now(), &access)),
        Some(key.proof("PUT", "/me", now(), &access)),
        Some(key.proof("GET", "/v1/me/now", now(), &access)),
        Some(key.proof("GET", "/me", now(), &enrolled.distress)),
        Some(String::new()),
        Some("soon.AAAA".to_owned()),
    ] {
        assert_eq!(problem(bearer(), bad).await.code, Code::ProofInvalid);
    }
    for seconds in [-61, 61] {
        let stale = problem(bearer(), proven(now() + TimeDelta::seconds(seconds))).await;
        assert_eq!((stale.code, stale.server_time), (Code::ProofStale, Some(now())));
    }
    let device = enrolled.device;
    phones.base.write(move |tx| super::store::revoke(tx, device, Uuid::nil(), ("lost", RevokeCause::Lost)));
    assert_eq!(problem(bearer(), proven(now())).await.code, Code::DeviceRevoked);
    // Without the key nobody is told how the device stands.
    assert_eq!(problem(bearer(), None).await.code, Code::ProofInvalid);
    phones.seconds(600);
    assert_eq!(problem(bearer(), proven(now())).await.code, Code::CredentialExpired);
}

#[tokio::test]
async fn codes_of_a_batch_that_was_never_finished_work_for_nobody_and_earlier_ones_go_on() {
    let phones = Phones::new();
    let (person, organisation) = (phones.person, phones.base.view().office(phones.office).unwrap().organisation);
    let earlier = phones.code();
    let batch = ids::new(phones.base.now());
    let code = ids::spoken(16);
    let unfinished = code.clone();
    phones.base.write(move |tx| {
        let row = super::store::batches::BatchRow {
            id: Id(batch),
            organisation: Id(organisation),
            office: None,
            created_by: Id(Uuid::nil()),
            created_at: At(tx.now()),
            expires_at: At(tx.now() + TimeDelta::days(7)),
            people: 1,
            ready_at: None,
            voided_at: None,
        };
        super::store::batches::insert(tx, &row)?;
        let new = super::store::NewCode { code: service::code_key(tx, &unfinished), person };
        super::store::insert_enrolments(tx, &[new], Uuid::nil(), tx.now() + TimeDelta::days(7), Some(batch))
    });
    let key = DeviceKey::new();
    assert_eq!(refusal(phones.devices.enrol(enrol(&key, &code)).await), Refusal::LinkInvalid);
    phones.devices.enrol(enrol(&key, &earlier)).await.unwrap();
    phones.base.write(move |tx| super::store::batches::finish(tx, batch));
    phones.devices.enrol(enrol(&DeviceKey::new(), &code)).await.unwrap();
}

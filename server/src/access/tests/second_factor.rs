use chrono::TimeDelta;
use wire::access::{Permission, Role};

use super::fixture::{PASSWORD, Site, refusal, trying};
use crate::access::{Area, Operator, Refusal, SignedIn, Trying, Wait, codes, store};
use crate::store::requests::Request;

const EMAIL: &str = "amina@one.example";

impl Site {
    /// The secret that counts for somebody.
    fn secret(&self, operator: &Operator) -> codes::Secret {
        let (person, keyring) = (operator.person, self.base.store.keyring().clone());
        let read = move |reading: &mut crate::store::Reading<'_>| {
            let factor = store::factor(reading.conn, person)?.unwrap();
            factor.secret(&keyring, person)
        };
        self.base.store.read_blocking(read).unwrap()
    }

    /// Sets a code generator up; the recovery codes.
    async fn sets_up(&self, by: &Operator) -> Vec<String> {
        let offer = self.access.offer_second_factor(by, self.base.request(by)).await.ok().unwrap();
        assert_eq!(offer.expires, self.base.now() + TimeDelta::minutes(10));
        let code = codes::shown(&self.offered(by), self.base.now());
        let confirmed = self.access.confirm_second_factor(by, self.base.request(by), &code).await;
        confirmed.ok().unwrap().codes
    }

    fn offered(&self, by: &Operator) -> codes::Secret {
        let (person, keyring) = (by.person, self.base.store.keyring().clone());
        let read = move |reading: &mut crate::store::Reading<'_>| store::offered(reading.conn, &keyring, person);
        self.base.store.read_blocking(read).unwrap().unwrap().secret
    }

    fn shown(&self, operator: &Operator) -> String {
        codes::shown(&self.secret(operator), self.base.now())
    }

    async fn with_code(&self, code: &str) -> Result<SignedIn, Refusal> {
        let trying = Trying { code: Some(code.to_owned()), ..trying(EMAIL, PASSWORD) };
        match self.access.sign_in(trying).await {
            Ok(signed) => Ok(signed),
            error => Err(refusal(error)),
        }
    }

    fn next_step(&self) {
        self.base.advance(TimeDelta::seconds(30));
    }
}

#[tokio::test]
async fn without_a_second_factor_an_operator_has_no_rights_and_with_one_they_have() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    assert!(operator.confined && !operator.second_factor);
    assert!(operator.rights.roles.is_empty() && operator.rights.permissions().count() == 0);
    assert!(operator.reach.is_empty() && operator.sees().is_empty());
    site.sets_up(&operator).await;
    let now = site.access.recheck(operator.session).await.unwrap().unwrap();
    assert!(!now.confined && now.second_factor && now.works_cases());
    assert_ne!(now.fingerprint, operator.fingerprint);
}

#[tokio::test]
async fn who_reads_no_more_than_the_list_of_their_zone_needs_none() {
    let site = Site::strict();
    site.account("plain@one.example", &[]);
    site.account("warden@one.example", &[(Role::Warden, Area::Zone(uuid::Uuid::from_u128(9)))]);
    site.account(
        "both@one.example",
        &[(Role::Warden, Area::Zone(uuid::Uuid::from_u128(9))), (Role::SecurityManagementTeam, Area::Installation)],
    );
    assert!(!site.signed_in("plain@one.example").await.operator.confined);
    let warden = site.signed_in("warden@one.example").await.operator;
    assert!(!warden.confined && !warden.may(Permission::ReadZone).is_empty());
    assert!(site.signed_in("both@one.example").await.operator.confined);
}

#[tokio::test]
async fn where_none_is_asked_for_a_password_is_enough() {
    let site = Site::new();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    assert!(!operator.confined && operator.works_cases());
}

#[tokio::test]
async fn a_code_is_asked_for_only_after_the_right_password_and_is_taken_once() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    site.sets_up(&operator).await;
    site.next_step();
    assert_eq!(refusal(site.sign_in(EMAIL, PASSWORD).await), Refusal::CodeRequired);
    assert_eq!(
        refusal(site.access.sign_in(Trying { code: Some(String::new()), ..trying(EMAIL, PASSWORD) }).await),
        Refusal::CodeRequired
    );
    let code = site.shown(&operator);
    let wrong = Trying { code: Some(code.clone()), ..trying(EMAIL, "not the password") };
    assert_eq!(refusal(site.access.sign_in(wrong).await), Refusal::SignInFailed);
    site.base.advance(TimeDelta::seconds(1));
    let signed = site.with_code(&code).await.ok().unwrap();
    assert!(!signed.operator.confined && signed.operator.works_cases());
    // The same code again, in its own time: used.
    assert_eq!(site.with_code(&code).await.err(), Some(Refusal::CodeWrong));
    site.next_step();
    let code = site.shown(&operator);
    assert!(site.with_code(&format!(" {} {} ", &code[..3], &code[3..])).await.is_ok());
}

#[tokio::test]
async fn of_many_who_show_one_code_at_once_one_gets_in() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    site.sets_up(&operator).await;
    site.next_step();
    let code = site.shown(&operator);
    // From as many places, so that no delay decides it.
    let tries = (0..8_u32).map(|n| {
        let from = Some(std::net::IpAddr::from([10, 1, 0, n as u8]));
        let browser = Some(site.access.remember(None, EMAIL));
        site.access.sign_in(Trying { code: Some(code.clone()), from, browser, ..trying(EMAIL, PASSWORD) })
    });
    let all = futures_util::future::join_all(tries).await;
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1);
    assert!(all.into_iter().filter(Result::is_err).all(|one| refusal(one) == Refusal::CodeWrong));
}

#[tokio::test]
async fn wrong_codes_delay_as_wrong_passwords_do_and_a_missing_code_does_not_clear_them() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    site.sets_up(&operator).await;
    for wait in [1, 2, 4, 8, 16, 30, 30] {
        assert_eq!(site.with_code("000000").await.err(), Some(Refusal::CodeWrong));
        assert_eq!(site.with_code("000000").await.err(), Some(Refusal::Delayed(Wait(wait))));
        site.base.advance(TimeDelta::seconds(wait.into()));
        assert_eq!(refusal(site.sign_in(EMAIL, PASSWORD).await), Refusal::CodeRequired);
    }
    assert!(site.with_code(&site.shown(&operator)).await.is_ok());
}

#[tokio::test]
async fn each_recovery_code_lets_its_owner_in_once() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    site.account("other@one.example", &[]);
    let operator = site.signed_in(EMAIL).await.operator;
    let codes = site.sets_up(&operator).await;
    assert_eq!(codes.len(), 10);
    assert!(site.with_code(&codes[0]).await.is_ok());
    assert_eq!(site.with_code(&codes[0]).await.err(), Some(Refusal::CodeWrong));
    site.base.advance(TimeDelta::seconds(1));
    assert!(site.with_code(&codes[1].to_lowercase().replace('-', " ")).await.is_ok());
    // Codes of a code generator set up anew void those of the earlier one.
    site.next_step();
    let now = site.with_code(&site.shown(&operator)).await.ok().unwrap().operator;
    let fresh = site.sets_up(&now).await;
    assert_eq!(site.with_code(&codes[2]).await.err(), Some(Refusal::CodeWrong));
    site.base.advance(TimeDelta::seconds(1));
    assert!(site.with_code(&fresh[0]).await.is_ok());
    // Somebody else's recovery codes are of no use to anybody.
    let other = site.signed_in("other@one.example").await.operator;
    let theirs = site.sets_up(&other).await;
    assert_eq!(site.with_code(&theirs[0]).await.err(), Some(Refusal::CodeWrong));
}

#[tokio::test]
async fn an_offer_counts_only_once_confirmed_within_ten_minutes_and_the_earlier_one_meanwhile() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    let confirm = async |by: &Operator, code: &str| {
        refusal(site.access.confirm_second_factor(by, site.base.request(by), code).await)
    };
    assert_eq!(confirm(&operator, "123456").await, Refusal::NothingOffered);
    site.access.offer_second_factor(&operator, site.base.request(&operator)).await.ok().unwrap();
    assert!(site.sign_in(EMAIL, PASSWORD).await.is_ok());
    for bad in ["", "1", "ABCD-EFGH-JKMN", "abcdef"] {
        assert!(
            matches!(confirm(&operator, bad).await, Refusal::Invalid(invalid) if invalid.field == "/code"),
            "{bad}"
        );
    }
    let first = site.offered(&operator);
    site.access.offer_second_factor(&operator, site.base.request(&operator)).await.ok().unwrap();
    assert!(matches!(confirm(&operator, &codes::shown(&first, site.base.now())).await, Refusal::Invalid(_)));
    let late = site.offered(&operator);
    site.base.advance(TimeDelta::minutes(10));
    assert_eq!(confirm(&operator, &codes::shown(&late, site.base.now())).await, Refusal::NothingOffered);
    // Signed in anew, it is set up; another offer leaves it as it is.
    let operator = site.signed_in(EMAIL).await.operator;
    site.sets_up(&operator).await;
    let secret = site.secret(&operator);
    site.access.offer_second_factor(&operator, site.base.request(&operator)).await.ok().unwrap();
    assert_eq!(site.secret(&operator), secret);
    site.next_step();
    assert!(site.with_code(&site.shown(&operator)).await.is_ok());
}

#[tokio::test]
async fn setting_one_up_needs_a_step_up_and_ends_the_other_sessions() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let (one, two) = (site.signed_in(EMAIL).await, site.signed_in(EMAIL).await);
    site.base.advance(TimeDelta::minutes(5));
    let refused = site.access.offer_second_factor(&one.operator, site.base.request(&one.operator)).await;
    assert_eq!(refusal(refused), Refusal::StepUpRequired);
    let proof = wire::sign_in::StepUp { password: PASSWORD.to_owned(), code: None };
    site.access.step_up(&one.operator, proof).await.ok().unwrap();
    let stepped = site.access.recheck(one.operator.session).await.unwrap().unwrap();
    site.sets_up(&stepped).await;
    assert!(site.is_open(&one.cookie).await && !site.is_open(&two.cookie).await);
}

#[tokio::test]
async fn a_request_that_comes_again_gets_its_first_answer() {
    let site = Site::strict();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    let request = site.base.request(&operator);
    let offer = async |request: Request| site.access.offer_second_factor(&operator, request).await.ok().unwrap().secret;
    assert_eq!(offer(request).await, offer(request).await);
    let (request, code) = (site.base.request(&operator), codes::shown(&site.offered(&operator), site.base.now()));
    let confirm = async || site.access.confirm_second_factor(&operator, request, &code).await.ok().unwrap().codes;
    assert_eq!(confirm().await, confirm().await);
}

#[tokio::test]
async fn an_administrator_takes_a_lost_one_away_and_whoever_has_less_does_not() {
    let site = Site::new();
    let person = site.operator_account(EMAIL);
    let owner = site.signed_in(EMAIL).await;
    let codes = site.sets_up(&owner.operator).await;
    let administrator = site.administrator().await;
    let remove = async |by: &Operator, reason: &str| {
        site.access.remove_second_factor(by, site.base.request(by), person, reason).await
    };
    site.account("small@one.example", &[(Role::Administrator, Area::Organisation(site.organisation))]);
    let small = site.signed_in("small@one.example").await.operator;
    assert!(matches!(refusal(remove(&small, "lost").await), Refusal::Forbidden(_)));
    let two = site.base.organisation("Two");
    site.account("away@one.example", &[(Role::Administrator, Area::Organisation(two))]);
    let away = site.signed_in("away@one.example").await.operator;
    assert_eq!(refusal(remove(&away, "lost").await), Refusal::NotFound);
    for bad in ["", "no", &"x".repeat(501)] {
        assert!(matches!(refusal(remove(&administrator, bad).await), Refusal::Invalid(one) if one.field == "/reason"));
    }
    assert!(site.is_open(&owner.cookie).await);
    remove(&administrator, "The phone was lost.").await.ok().unwrap();
    assert!(!site.is_open(&owner.cookie).await);
    let again = site.signed_in(EMAIL).await.operator;
    assert!(!again.second_factor);
    assert_eq!(refusal(remove(&administrator, "The phone was lost.").await), Refusal::NoSecondFactor);
    // Nor do its recovery codes stay: there is no code to ask for.
    assert!(site.with_code(&codes[0]).await.is_ok());
    let own = site.sets_up(&administrator).await;
    assert_eq!(own.len(), 10);
    let itself = site.access.remove_second_factor(
        &administrator,
        site.base.request(&administrator),
        administrator.person,
        "mine",
    );
    assert!(matches!(refusal(itself.await), Refusal::Forbidden(_)));
    site.base.advance(TimeDelta::minutes(5));
    assert_eq!(refusal(remove(&administrator, "lost").await), Refusal::StepUpRequired);
}

#[tokio::test]
async fn a_secret_is_sealed_to_its_person() {
    let site = Site::new();
    let (one, two) = (site.operator_account(EMAIL), site.account("other@one.example", &[]));
    let (first, second) = (site.signed_in(EMAIL).await.operator, site.signed_in("other@one.example").await.operator);
    site.sets_up(&first).await;
    site.sets_up(&second).await;
    let keyring = site.base.store.keyring().clone();
    let swapped = site.base.store.read_blocking(move |reading| {
        let factor = store::factor(reading.conn, one)?.unwrap();
        Ok((factor.secret(&keyring, one).is_ok(), factor.secret(&keyring, two).is_ok()))
    });
    assert_eq!(swapped.unwrap(), (true, false));
}

#[tokio::test]
async fn a_step_up_counts_for_five_minutes_and_signing_in_is_one() {
    let site = Site::new();
    site.operator_account(EMAIL);
    let operator = site.signed_in(EMAIL).await.operator;
    let again = async || site.access.recheck(operator.session).await.unwrap().unwrap();
    assert!(again().await.stepped_up(site.base.now()).is_ok());
    site.base.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    assert!(again().await.stepped_up(site.base.now()).is_ok());
    site.base.advance(TimeDelta::seconds(1));
    assert!(again().await.stepped_up(site.base.now()).is_err());
    let step_up = async |password: &str, code: Option<String>| {
        let proof = wire::sign_in::StepUp { password: password.to_owned(), code };
        site.access.step_up(&operator, proof).await
    };
    assert_eq!(refusal(step_up("wrong", None).await), Refusal::SignInFailed);
    assert_eq!(refusal(step_up(PASSWORD, None).await), Refusal::Delayed(Wait(1)));
    assert!(again().await.stepped_up(site.base.now()).is_err());
    site.base.advance(TimeDelta::seconds(1));
    assert_eq!(step_up(PASSWORD, None).await.ok().unwrap().until, site.base.now() + TimeDelta::minutes(5));
    let stepped = again().await;
    assert!(stepped.stepped_up(site.base.now()).is_ok());
    // With a code generator the password alone is not enough.
    site.sets_up(&stepped).await;
    site.next_step();
    assert_eq!(refusal(step_up(PASSWORD, None).await), Refusal::CodeRequired);
    assert_eq!(refusal(step_up(PASSWORD, Some("000000".to_owned())).await), Refusal::CodeWrong);
    site.base.advance(TimeDelta::seconds(1));
    let code = site.shown(&operator);
    assert!(step_up(PASSWORD, Some(code.clone())).await.is_ok());
    assert_eq!(refusal(step_up(PASSWORD, Some(code)).await), Refusal::CodeWrong);
}

#[tokio::test]
async fn a_password_changed_meanwhile_opens_no_session() {
    let site = Site::new();
    let person = site.operator_account(EMAIL);
    let known = site
        .base
        .store
        .read_blocking(move |reading| crate::access::sign_in::Credentials::read(reading.conn, Some(person)));
    let known = known.unwrap();
    let hash = site.access.inner.hashing.hash_blocking("another gravel oboe").unwrap();
    let still = |known: crate::access::sign_in::Credentials| site.base.write(move |tx| known.still(tx));
    assert!(still(known.clone()));
    site.base.write(move |tx| crate::access::insert_account(tx, person, &hash));
    assert!(!still(known));
}

use chrono::TimeDelta;
use wire::access::Role;

use super::fixture::{PASSWORD, Site, refusal, trying};
use crate::access::service::TicketRefused;
use crate::access::{Area, Reach, Refusal, SESSION_ENDED, Trying, Wait, has_session};
use crate::store::timers::{Due, due};

impl Site {
    fn ends_due(&self) -> Vec<Due> {
        let now = self.base.now();
        let due = self
            .base
            .store
            .read_blocking(|reading| due(reading.conn, &[crate::access::SESSION_ENDED], now, 100))
            .unwrap();
        due.into_iter().filter(|timer| timer.kind == SESSION_ENDED).collect()
    }
}

#[tokio::test]
async fn a_right_password_opens_a_session_with_the_rights_of_now() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let signed = site.sign_in(" Amina@One.Example", PASSWORD).await.ok().unwrap();
    assert_eq!((signed.operator.person, signed.operator.name.as_str()), (person, "Amina Diallo"));
    assert_eq!(signed.operator.rights.roles, [Role::OperationsOperator]);
    assert_eq!(signed.operator.reach, Reach::Everything);
    assert_eq!(signed.operator.expires, site.base.now() + TimeDelta::hours(12));
    assert_eq!(signed.cookie.len(), 43);
    let again = site.access.authenticate(&signed.cookie).await.unwrap().unwrap();
    assert!(again == signed.operator);
    assert!(!site.is_open("").await && !site.is_open(&signed.cookie[1..]).await);
}

#[tokio::test]
async fn an_unknown_account_and_one_that_left_are_answered_like_a_wrong_password() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    site.base.person(site.office, "No Account", Some("none@one.example"));
    for (email, password) in [("amina@one.example", "wrong"), ("none@one.example", ""), ("nobody@x.example", PASSWORD)]
    {
        assert_eq!(refusal(site.sign_in(email, password).await), Refusal::SignInFailed, "{email}");
    }
    site.base.advance(TimeDelta::seconds(1));
    site.base.leave(person);
    assert_eq!(refusal(site.sign_in("amina@one.example", PASSWORD).await), Refusal::SignInFailed);
}

#[tokio::test]
async fn failures_delay_and_never_lock_out() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let open = site.signed_in("amina@one.example").await;
    for wait in [1, 2, 4, 8, 16, 30, 30] {
        assert_eq!(refusal(site.sign_in("amina@one.example", "wrong").await), Refusal::SignInFailed);
        assert_eq!(refusal(site.sign_in("amina@one.example", PASSWORD).await), Refusal::Delayed(Wait(wait)));
        site.base.advance(TimeDelta::seconds(wait.into()));
    }
    assert!(site.is_open(&open.cookie).await);
    site.signed_in("amina@one.example").await;
}

#[tokio::test]
async fn many_tries_at_once_are_no_faster_than_one_after_another() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let tries = (0..20).map(|_| site.sign_in("amina@one.example", "wrong"));
    let refusals: Vec<Refusal> = futures_util::future::join_all(tries).await.into_iter().map(refusal).collect();
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Refusal::SignInFailed).count(), 1);
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Refusal::Delayed(Wait(1))).count(), 19);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_and_a_timer_says_so() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let signed = site.signed_in("amina@one.example").await;
    site.base.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    assert!(site.is_open(&signed.cookie).await && site.ends_due().is_empty());
    site.base.advance(TimeDelta::seconds(1));
    assert!(!site.is_open(&signed.cookie).await);
    assert_eq!(site.ends_due().iter().map(|timer| timer.subject).collect::<Vec<_>>(), [person]);
}

#[tokio::test]
async fn signing_out_ends_one_session_at_once_and_leaves_the_other() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let (one, two) = (site.signed_in("amina@one.example").await, site.signed_in("amina@one.example").await);
    let open = || {
        let now = site.base.now();
        site.base.store.read_blocking(|reading| has_session(reading.conn, person, now)).unwrap()
    };
    site.access.sign_out(&one.operator).await.unwrap();
    assert!(!site.is_open(&one.cookie).await && site.is_open(&two.cookie).await && open());
    assert_eq!(site.ends_due().len(), 1);
    site.access.sign_out(&one.operator).await.unwrap();
    assert_eq!(site.ends_due().len(), 1);
    site.access.sign_out(&two.operator).await.unwrap();
    assert!(!open());
    assert_eq!(site.ends_due().len(), 2);
}

#[tokio::test]
async fn signing_in_again_in_one_browser_replaces_the_session() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let first = site.signed_in("amina@one.example").await;
    let replacing = Trying { replaced: Some(first.cookie.clone()), ..trying("amina@one.example", PASSWORD) };
    let second = site.access.sign_in(replacing).await.ok().unwrap();
    assert!(!site.is_open(&first.cookie).await && site.is_open(&second.cookie).await);
    assert_eq!(site.ends_due().len(), 1);
}

#[tokio::test]
async fn whoever_leaves_is_signed_out_and_rights_follow_the_clock() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let signed = site.signed_in("amina@one.example").await;
    let until = site.base.now() + TimeDelta::hours(1);
    let officer = crate::access::Grant {
        until: Some(until),
        ..crate::access::Grant::appointment(Role::FieldSecurityOfficer, Area::Office(site.office), site.base.now())
    };
    site.base.write(move |tx| crate::access::insert_grant(tx, person, officer));
    let with = site.access.recheck(signed.operator.session).await.unwrap().unwrap();
    assert_ne!(with.fingerprint, signed.operator.fingerprint);
    site.base.advance(TimeDelta::hours(1));
    let after = site.access.recheck(signed.operator.session).await.unwrap().unwrap();
    assert_eq!(after.fingerprint, signed.operator.fingerprint);
    site.base.leave(person);
    assert!(!site.is_open(&signed.cookie).await);
}

#[tokio::test]
async fn a_ticket_is_taken_once_within_thirty_seconds_while_the_session_is_open() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let operator = site.signed_in("amina@one.example").await.operator;
    let ticket = site.access.issue_ticket(&operator);
    assert!(site.access.redeem_ticket(&ticket).await.ok().unwrap() == operator);
    assert_eq!(site.access.redeem_ticket(&ticket).await.err(), Some(TicketRefused::Invalid));
    let late = site.access.issue_ticket(&operator);
    site.base.advance(TimeDelta::seconds(30));
    assert_eq!(site.access.redeem_ticket(&late).await.err(), Some(TicketRefused::Invalid));
    let last = site.access.issue_ticket(&operator);
    site.access.sign_out(&operator).await.unwrap();
    assert_eq!(site.access.redeem_ticket(&last).await.err(), Some(TicketRefused::Invalid));
}

#[tokio::test]
async fn of_many_who_show_one_ticket_one_gets_in() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let operator = site.signed_in("amina@one.example").await.operator;
    let ticket = site.access.issue_ticket(&operator);
    let tries = futures_util::future::join_all((0..16).map(|_| site.access.redeem_ticket(&ticket))).await;
    assert_eq!(tries.iter().filter(|one| one.is_ok()).count(), 1);
}

use chrono::TimeDelta;
use wire::access::Role;

use super::fixture::{Site, refusal};
use crate::access::{Area, Operator, Refusal, store};

const EMAIL: &str = "amina@one.example";

impl Site {
    async fn officer(&self, email: &str, area: Area) -> Operator {
        self.account(email, &[(Role::RegionalSecurityOfficer, area)]);
        self.signed_in(email).await.operator
    }
}

#[tokio::test]
async fn ones_own_sessions_are_listed_the_newest_first_and_any_of_them_can_be_ended() {
    let site = Site::new();
    let person = site.account(EMAIL, &[]);
    let first = site.signed_in(EMAIL).await;
    site.base.advance(TimeDelta::minutes(1));
    let second = site.signed_in(EMAIL).await;
    let list = async || site.access.sessions_of(&second.operator, person).await.ok().unwrap();
    let sessions = list().await;
    assert_eq!(sessions.iter().map(|one| one.current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(sessions[1].started, site.base.now() - TimeDelta::minutes(1));
    assert_eq!((sessions[0].device.as_str(), sessions[0].second_factor), ("Firefox on Linux", false));
    assert_eq!(sessions[0].expires, site.base.now() + TimeDelta::hours(12));
    // What a session is called does not open it.
    assert!(
        !site.is_open(&sessions[1].id.to_string()).await && !site.is_open(&sessions[1].id.simple().to_string()).await
    );
    let by = &second.operator;
    let request = site.base.request(by);
    site.access.end_session(by, request, sessions[1].id).await.ok().unwrap();
    assert!(!site.is_open(&first.cookie).await && site.is_open(&second.cookie).await);
    assert_eq!(list().await.len(), 1);
    // Again under the same key: as before. Under another: there is none.
    site.access.end_session(by, request, sessions[1].id).await.ok().unwrap();
    assert_eq!(refusal(site.access.end_session(by, site.base.request(by), sessions[1].id).await), Refusal::NotFound);
}

#[tokio::test]
async fn others_sessions_are_seen_and_ended_within_reach_only() {
    let site = Site::new();
    let person = site.account(EMAIL, &[]);
    let theirs = site.signed_in(EMAIL).await;
    let two = site.base.organisation("Two");
    let officer = site.officer("officer@one.example", Area::Organisation(site.organisation)).await;
    let away = site.officer("away@one.example", Area::Organisation(two)).await;
    site.account("plain@one.example", &[]);
    let plain = site.signed_in("plain@one.example").await.operator;
    let called = site.access.sessions_of(&officer, person).await.ok().unwrap()[0].id;
    for by in [&away, &plain] {
        assert_eq!(refusal(site.access.sessions_of(by, person).await), Refusal::NotFound);
        assert_eq!(refusal(site.access.end_session(by, site.base.request(by), called).await), Refusal::NotFound);
        let all = site.access.end_sessions(by, site.base.request(by), person, "left the desk").await;
        assert_eq!(refusal(all), Refusal::NotFound);
    }
    assert!(site.is_open(&theirs.cookie).await);
    site.access.end_session(&officer, site.base.request(&officer), called).await.ok().unwrap();
    assert!(!site.is_open(&theirs.cookie).await);
}

#[tokio::test]
async fn all_of_somebodys_sessions_end_and_of_ones_own_all_but_this() {
    let site = Site::new();
    let person = site.account(EMAIL, &[]);
    let (one, two) = (site.signed_in(EMAIL).await, site.signed_in(EMAIL).await);
    let officer = site.officer("officer@one.example", Area::Organisation(site.organisation)).await;
    let end =
        async |by: &Operator, reason: &str| site.access.end_sessions(by, site.base.request(by), person, reason).await;
    assert!(matches!(refusal(end(&officer, " ").await), Refusal::Invalid(invalid) if invalid.field == "/reason"));
    assert_eq!(end(&one.operator, "a lost laptop").await.ok().unwrap().ended, 1);
    assert!(site.is_open(&one.cookie).await && !site.is_open(&two.cookie).await);
    let three = site.signed_in(EMAIL).await;
    assert_eq!(end(&officer, "a lost laptop").await.ok().unwrap().ended, 2);
    assert!(!site.is_open(&one.cookie).await && !site.is_open(&three.cookie).await);
    assert_eq!(end(&officer, "a lost laptop").await.ok().unwrap().ended, 0);
}

#[tokio::test]
async fn when_a_session_was_last_used_is_noted_to_five_minutes() {
    let site = Site::new();
    let person = site.account(EMAIL, &[]);
    let signed = site.signed_in(EMAIL).await;
    let opened = site.base.now();
    site.base.advance(TimeDelta::minutes(4));
    let seen = async || site.access.sessions_of(&signed.operator, person).await.ok().unwrap()[0].last_seen;
    assert!(site.is_open(&signed.cookie).await);
    assert_eq!(seen().await, opened);
    site.base.advance(TimeDelta::minutes(1));
    assert!(site.is_open(&signed.cookie).await);
    // The note is made beside the request, by a write that came before this one.
    tokio::task::yield_now().await;
    site.signed_in(EMAIL).await;
    let listed = site.access.sessions_of(&signed.operator, person).await.ok().unwrap();
    assert_eq!(listed.iter().find(|one| one.current).unwrap().last_seen, site.base.now());
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_and_the_first_administrators_mark_is_not() {
    let site = Site::new();
    site.administrator().await;
    let person = site.account(EMAIL, &[]);
    let administrator = site.signed_in("admin@one.example").await.operator;
    site.access.create_account(&administrator, site.base.request(&administrator), person).await.ok().unwrap();
    for _ in 0..250 {
        site.signed_in(EMAIL).await;
    }
    let forget = || std::thread::scope(|scope| scope.spawn(|| site.access.forget_old().unwrap()).join().unwrap());
    assert_eq!(forget(), 0);
    site.base.advance(TimeDelta::days(30) + TimeDelta::hours(12));
    let fresh = site.signed_in(EMAIL).await;
    // Two of the administrator, 250, and then the link, which lives longer than a session.
    site.base.advance(TimeDelta::seconds(1));
    assert_eq!(forget(), 252);
    site.base.advance(TimeDelta::hours(12));
    assert_eq!(forget(), 1);
    assert_eq!(forget(), 0);
    let now = site.base.now();
    let kept =
        site.base.store.read_blocking(move |reading| store::session(reading.conn, &fresh.operator.session)).unwrap();
    assert!(kept.is_some_and(|session| session.expires <= now));
}

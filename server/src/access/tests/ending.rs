use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::{AreaKind, Because, GrantOrigin, NewGrant, Role};

use super::fixture::{Site, refusal};
use crate::access::{Area, CountryCode, Operator, Refusal, Wanted};

pub(super) fn because(reason: &str) -> Because {
    Because { reason: reason.to_owned() }
}

pub(super) fn officer_of(person: Uuid, office: Uuid) -> NewGrant {
    NewGrant {
        person,
        role: Role::FieldSecurityOfficer,
        area: AreaKind::Office,
        area_id: Some(office),
        country: None,
        from: None,
        until: None,
        letter: Some(" OPS/2027/14 ".to_owned()),
        rank: None,
    }
}

async fn open(site: &Site, by: &Operator) -> Vec<Uuid> {
    let page = site.access.grants(by, Wanted::default(), None).await.unwrap();
    page.grants.into_iter().map(|grant| grant.id).collect()
}

#[tokio::test]
async fn a_grant_that_is_ended_counts_no_more_and_says_by_whom() {
    let site = Site::new();
    let person = site.account("amina@one.example", &[]);
    let session = site.signed_in("amina@one.example").await.operator;
    let by = site.administrator().await;
    let made = site.access.grant(&by, site.base.request(&by), officer_of(person, site.office)).await.unwrap();
    assert_eq!((made.letter.as_deref(), made.origin), (Some("OPS/2027/14"), GrantOrigin::Appointment));
    assert_eq!((made.name.as_str(), made.area_name.as_deref()), ("Amina Diallo", Some("Office in KE")));
    assert!(site.access.recheck(session.session).await.unwrap().unwrap().works_cases());
    let request = site.base.request(&by);
    let ended = site.access.end_grant(&by, request, made.id, &because("moved on")).await.unwrap();
    assert_eq!((ended.ended_at, ended.ended_by), (Some(site.base.now()), Some(by.person)));
    assert_eq!(site.access.end_grant(&by, request, made.id, &because("moved on")).await.unwrap(), ended);
    assert!(!site.access.recheck(session.session).await.unwrap().unwrap().works_cases());
    let again = refusal(site.access.end_grant(&by, site.base.request(&by), made.id, &because("moved on")).await);
    assert!(matches!(again, Refusal::Ended(_)));
    assert!(!open(&site, &by).await.contains(&made.id));
    let all = Wanted { past: true, person: Some(person), ..Wanted::default() };
    assert_eq!(site.access.grants(&by, all, None).await.unwrap().grants, vec![ended]);
}

#[tokio::test]
async fn a_grant_is_ended_by_its_holder_or_by_who_may_give_it_and_for_nobody_else_it_exists() {
    let site = Site::new();
    let base = &site.base;
    let (person, other) = (site.account("amina@one.example", &[]), site.account("ben@one.example", &[]));
    let administrator = site.administrator().await;
    let make = async || {
        let new = officer_of(person, site.office);
        site.access.grant(&administrator, base.request(&administrator), new).await.unwrap().id
    };
    let two = base.organisation("Two");
    base.office(two, "UG");
    let foreign = base.operator(other, &[(Role::Administrator, Area::Organisation(two))]);
    let officer = base.operator(other, &[(Role::FieldSecurityOfficer, Area::Office(site.office))]);
    let local = base.operator(other, &[(Role::Administrator, Area::Office(site.office))]);
    let holder = base.operator(person, &[]);
    let one = make().await;
    for by in [&foreign, &officer] {
        let refused = refusal(site.access.end_grant(by, base.request(by), one, &because("not mine")).await);
        assert!(matches!(refused, Refusal::Missing(_)));
        assert!(!open(&site, by).await.contains(&one));
    }
    let missing = refusal(site.access.end_grant(&local, base.request(&local), Uuid::nil(), &because("gone")).await);
    assert!(matches!(missing, Refusal::Missing(_)));
    let short = refusal(site.access.end_grant(&local, base.request(&local), one, &because("  a ")).await);
    assert!(matches!(short, Refusal::Invalid(invalid) if invalid.field == "/reason"));
    assert!(open(&site, &holder).await.contains(&one) && open(&site, &local).await.contains(&one));
    site.access.end_grant(&local, base.request(&local), one, &because("moved on")).await.unwrap();
    let two = make().await;
    site.access.end_grant(&holder, base.request(&holder), two, &because("I gave it up")).await.unwrap();
    assert!(open(&site, &holder).await.is_empty());
}

#[tokio::test]
async fn the_last_administrator_of_everything_stays_until_there_is_another() {
    let site = Site::new();
    let by = site.administrator().await;
    let own = open(&site, &by).await[0];
    let end = async || site.access.end_grant(&by, site.base.request(&by), own, &because("I leave")).await;
    assert!(matches!(refusal(end().await), Refusal::Forbidden(_)));
    let next = site.account("next@one.example", &[]);
    let whole = NewGrant {
        role: Role::Administrator,
        area: AreaKind::Installation,
        area_id: None,
        ..officer_of(next, site.office)
    };
    let short = NewGrant { until: Some(site.base.now() + TimeDelta::days(1)), ..whole.clone() };
    site.access.grant(&by, site.base.request(&by), short).await.unwrap();
    assert!(matches!(refusal(end().await), Refusal::Forbidden(_)), "one whose days are counted does not count");
    site.access.grant(&by, site.base.request(&by), whole).await.unwrap();
    site.base.leave(next);
    assert!(matches!(refusal(end().await), Refusal::Forbidden(_)), "one who left does not count");
    site.account("third@one.example", &[(Role::Administrator, Area::Installation)]);
    end().await.unwrap();
}

#[tokio::test]
async fn lists_of_grants_are_asked_for_by_person_area_and_country_and_come_in_pages() {
    let site = Site::new();
    let base = &site.base;
    let uganda = base.office(site.organisation, "UG");
    let by = site.administrator().await;
    let (amina, ben) = (base.person(site.office, "Amina", None), base.person(uganda, "Ben", None));
    for number in 0..130 {
        base.advance(TimeDelta::milliseconds(5));
        let (person, office) = if number % 2 == 0 { (amina, site.office) } else { (ben, uganda) };
        let new = NewGrant { until: Some(base.now() + TimeDelta::days(number + 1)), ..officer_of(person, office) };
        site.access.grant(&by, base.request(&by), new).await.unwrap();
    }
    let count = async |wanted: Wanted| site.access.grants(&by, wanted, None).await.unwrap().grants.len();
    assert_eq!(count(Wanted { person: Some(amina), ..Wanted::default() }).await, 65);
    assert_eq!(count(Wanted { area: Some(uganda), ..Wanted::default() }).await, 65);
    let kenya = CountryCode::parse("KE");
    assert_eq!(count(Wanted { country: kenya, ..Wanted::default() }).await, 65);
    assert_eq!(count(Wanted { country: kenya, person: Some(ben), ..Wanted::default() }).await, 0);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = site.access.grants(&by, Wanted::default(), after).await.unwrap();
        all.extend(page.grants.iter().map(|grant| grant.id));
        after = page.next;
        if after.is_none() {
            break;
        }
        assert_eq!(page.grants.len(), 100);
    }
    assert_eq!(all.len(), 131, "those made here, and the administrator's own");
    assert!(all.windows(2).all(|pair| pair[1] < pair[0]), "the newest first, each once");
    base.advance(TimeDelta::days(50));
    assert_eq!(count(Wanted { past: true, person: Some(amina), ..Wanted::default() }).await, 65);
    assert_eq!(count(Wanted { person: Some(amina), ..Wanted::default() }).await, 40);
}

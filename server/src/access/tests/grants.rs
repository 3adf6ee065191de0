use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::{AreaKind, NewGrant, Role};

use super::fixture::{Site, refusal};
use crate::access::{Area, Reach, Refusal};

fn grant(person: Uuid, office: Uuid) -> NewGrant {
    NewGrant {
        person,
        role: Role::FieldSecurityOfficer,
        area: AreaKind::Office,
        country: None,
        area_id: Some(office),
        from: None,
        until: None,
        letter: None,
        rank: None,
    }
}

#[tokio::test]
async fn a_grant_counts_at_once_and_until_its_end() {
    let site = Site::new();
    let person = site.account("amina@one.example", &[]);
    let session = site.signed_in("amina@one.example").await.operator;
    assert!(!session.works_cases());
    let by = site.administrator().await;
    let until = site.base.now() + TimeDelta::hours(2);
    let new = NewGrant { until: Some(until), ..grant(person, site.office) };
    let request = site.base.request(&by);
    let made = site.access.grant(&by, request, new.clone()).await.unwrap();
    assert_eq!((made.from, made.until), (site.base.now(), Some(until)));
    assert_eq!(site.access.grant(&by, request, new).await.unwrap(), made);
    let now = site.access.recheck(session.session).await.unwrap().unwrap();
    assert_eq!(now.reach, Reach::Scopes([site.office].into()));
    site.base.advance(TimeDelta::hours(2));
    assert!(site.access.recheck(session.session).await.unwrap().unwrap().reach.is_empty());
}

#[tokio::test]
async fn a_grant_that_cannot_be_is_refused_by_its_field() {
    let site = Site::new();
    let person = site.account("amina@one.example", &[]);
    let by = site.administrator().await;
    let (now, good) = (site.base.now(), grant(person, site.office));
    let nobody = Uuid::from_u128(7);
    let cases: [(NewGrant, &str); 18] = [
        (NewGrant { from: Some(now), until: Some(now), ..good.clone() }, "/until"),
        (
            NewGrant { from: Some(now + TimeDelta::days(2)), until: Some(now + TimeDelta::days(1)), ..good.clone() },
            "/until",
        ),
        (NewGrant { from: Some(now - TimeDelta::days(2)), until: Some(now), ..good.clone() }, "/until"),
        (NewGrant { person: nobody, ..good.clone() }, "/person"),
        (NewGrant { area_id: Some(nobody), ..good.clone() }, "/area_id"),
        (NewGrant { area_id: None, ..good.clone() }, "/area_id"),
        // An officer's rights are over an office or a country; others may be over an organisation.
        (NewGrant { area: AreaKind::Organisation, ..good.clone() }, "/area"),
        (NewGrant { area: AreaKind::Installation, ..good.clone() }, "/area"),
        (NewGrant { role: Role::ShiftLead, area: AreaKind::Organisation, ..good.clone() }, "/area_id"),
        (NewGrant { role: Role::ShiftLead, area: AreaKind::Installation, ..good.clone() }, "/area_id"),
        (NewGrant { country: Some("KE".into()), ..good.clone() }, "/country"),
        (NewGrant { area: AreaKind::Country, area_id: None, country: Some("UG".into()), ..good.clone() }, "/country"),
        (NewGrant { area: AreaKind::Country, area_id: None, country: Some("ke".into()), ..good.clone() }, "/country"),
        (NewGrant { area: AreaKind::Country, area_id: None, ..good.clone() }, "/country"),
        (NewGrant { rank: Some(0), ..good.clone() }, "/rank"),
        (NewGrant { letter: Some("x".repeat(121)), ..good.clone() }, "/letter"),
        (NewGrant { letter: Some(" ".into()), ..good.clone() }, "/letter"),
        (NewGrant { role: Role::Personnel, ..good.clone() }, "/role"),
    ];
    for (new, field) in cases {
        let refused = refusal(site.access.grant(&by, site.base.request(&by), new).await);
        assert!(matches!(&refused, Refusal::Invalid(invalid) if invalid.field == field), "{field}: {refused:?}");
    }
    site.base.leave(person);
    let left = refusal(site.access.grant(&by, site.base.request(&by), good).await);
    assert!(matches!(left, Refusal::Invalid(invalid) if invalid.field == "/person"));
}

#[tokio::test]
async fn nobody_grants_more_than_they_administer() {
    let site = Site::new();
    let (base, person) = (&site.base, site.account("amina@one.example", &[]));
    let two = base.organisation("Two");
    let theirs = base.office(two, "KE");
    let stranger = base.person(theirs, "Omar", None);
    let by = base.operator(person, &[(Role::Administrator, Area::Organisation(site.organisation))]);
    let try_it = async |new: NewGrant| site.access.grant(&by, base.request(&by), new).await;
    let everything =
        NewGrant { role: Role::Administrator, area: AreaKind::Installation, area_id: None, ..grant(person, theirs) };
    assert!(matches!(refusal(try_it(everything).await), Refusal::Forbidden(_)));
    let organisation =
        NewGrant { role: Role::ListSteward, area: AreaKind::Organisation, area_id: Some(two), ..grant(person, theirs) };
    for (new, field) in
        [(grant(person, theirs), "/area_id"), (organisation, "/area_id"), (grant(stranger, site.office), "/person")]
    {
        let refused = refusal(try_it(new).await);
        assert!(matches!(&refused, Refusal::Invalid(invalid) if invalid.field == field), "{field}: {refused:?}");
    }
    assert!(try_it(grant(person, site.office)).await.is_ok());
}

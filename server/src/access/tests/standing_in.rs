use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::{AdInterim, AreaKind, BreakGlass, GrantOrigin, NewGrant, Permission, Role, Unseal};

use super::ending::{because, officer_of};
use super::fixture::{Site, refusal};
use crate::access::{Area, CountryCode, Operator, Reach, Refusal};

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

fn field_of(refusal: Refusal) -> String {
    match refusal {
        Refusal::Invalid(invalid) | Refusal::Exists(invalid) => invalid.field,
        other => panic!("{other:?}"),
    }
}

impl Site {
    /// What a person may do now, asked as their session asks.
    async fn may(&self, session: &Operator, permission: Permission) -> Reach {
        let now = self.access.recheck(session.session).await.unwrap().unwrap();
        now.may(permission).clone()
    }
}

#[tokio::test]
async fn who_stands_in_holds_the_same_within_the_appointment_and_no_longer() {
    let site = Site::new();
    let base = &site.base;
    let (holder, colleague) = (site.account("amina@one.example", &[]), site.account("ben@one.example", &[]));
    let session = site.signed_in("ben@one.example").await.operator;
    let administrator = site.administrator().await;
    let (from, end) = (base.now() + TimeDelta::days(1), base.now() + TimeDelta::days(30));
    let new = NewGrant { from: Some(from), until: Some(end), ..officer_of(holder, site.office) };
    let cause = site.access.grant(&administrator, base.request(&administrator), new).await.unwrap().id;
    let by = base.operator(holder, &[]);
    let wanted = AdInterim { person: colleague, from: None, until: end, letter: None };
    let ask = async |wanted: AdInterim| site.access.delegate(&by, base.request(&by), cause, wanted).await;
    let early = AdInterim { from: Some(from - TimeDelta::seconds(1)), ..wanted.clone() };
    let late = AdInterim { until: end + TimeDelta::seconds(1), ..wanted.clone() };
    let backwards = AdInterim { from: Some(end), ..wanted.clone() };
    let themself = AdInterim { person: holder, ..wanted.clone() };
    let nobody = AdInterim { person: Uuid::from_u128(7), ..wanted.clone() };
    let letter = AdInterim { letter: Some(String::new()), ..wanted.clone() };
    for (bad, field) in [
        (early, "/from"),
        (late, "/until"),
        (backwards, "/until"),
        (themself, "/person"),
        (nobody, "/person"),
        (letter, "/letter"),
    ] {
        assert_eq!(field_of(refusal(ask(bad).await)), field);
    }
    let made = ask(wanted).await.unwrap();
    assert_eq!(
        (made.origin, made.cause, made.from, made.until),
        (GrantOrigin::AdInterim, Some(cause), from, Some(end))
    );
    assert!(site.may(&session, Permission::WorkCases).await.is_empty(), "it has not begun");
    base.advance(TimeDelta::days(1));
    let session = site.signed_in("ben@one.example").await.operator;
    assert_eq!(site.may(&session, Permission::WorkCases).await, Reach::Scopes([site.office].into()));
    // It is not passed on, and it ends with the appointment.
    let stand_in = base.operator(colleague, &[]);
    let third = AdInterim { person: holder, from: None, until: end, letter: None };
    let chained = refusal(site.access.delegate(&stand_in, base.request(&stand_in), made.id, third).await);
    assert!(matches!(chained, Refusal::Forbidden(_)));
    site.access.end_grant(&administrator, base.request(&administrator), cause, &because("moved on")).await.unwrap();
    assert!(site.may(&session, Permission::WorkCases).await.is_empty());
    let over = AdInterim { person: colleague, from: None, until: end, letter: None };
    assert!(matches!(refusal(ask(over).await), Refusal::Ended(_)));
}

#[tokio::test]
async fn the_holder_names_a_colleague_and_who_may_grant_it_names_whom_they_may_appoint() {
    let site = Site::new();
    let base = &site.base;
    let holder = site.account("amina@one.example", &[]);
    let two = base.organisation("Two");
    let theirs = base.office(two, "UG");
    let (foreign, left) = (base.person(theirs, "Omar", None), base.person(site.office, "Nora", None));
    base.leave(left);
    let administrator = site.administrator().await;
    let cause = officer_of(holder, site.office);
    let cause = site.access.grant(&administrator, base.request(&administrator), cause).await.unwrap().id;
    let to = |person: Uuid| AdInterim { person, from: None, until: base.now() + TimeDelta::days(1), letter: None };
    let by = base.operator(holder, &[]);
    for person in [foreign, left] {
        let refused = refusal(site.access.delegate(&by, base.request(&by), cause, to(person)).await);
        assert_eq!(field_of(refused), "/person");
    }
    let stranger = base.operator(foreign, &[(Role::Administrator, Area::Organisation(two))]);
    let refused = refusal(site.access.delegate(&stranger, base.request(&stranger), cause, to(foreign)).await);
    assert!(matches!(refused, Refusal::Missing(_)), "another organisation's appointment does not exist");
    site.access.delegate(&administrator, base.request(&administrator), cause, to(foreign)).await.unwrap();
}

#[tokio::test]
async fn breaking_the_glass_gives_an_officers_rights_over_more_for_an_hour_and_tells_everybody() {
    let site = Site::new();
    let base = &site.base;
    let uganda = base.office(site.organisation, "UG");
    let person = site.account("lead@one.example", &[(Role::ShiftLead, Area::Office(site.office))]);
    let by = site.signed_in("lead@one.example").await.operator;
    let glass = |reason: &str| BreakGlass {
        area: AreaKind::Office,
        area_id: Some(uganda),
        country: None,
        reason: reason.to_owned(),
    };
    assert_eq!(
        field_of(refusal(site.access.break_glass(&by, base.request(&by), &glass("too short")).await)),
        "/reason"
    );
    let request = base.request(&by);
    let wanted = glass("Nobody answers in Kampala");
    let taken = site.access.break_glass(&by, request, &wanted).await.unwrap();
    assert_eq!(site.access.break_glass(&by, request, &wanted).await.unwrap(), taken);
    assert_eq!((taken.person, taken.role, taken.origin), (person, Role::FieldSecurityOfficer, GrantOrigin::BreakGlass));
    assert_eq!(taken.until, Some(base.now() + TimeDelta::hours(1)));
    assert!(site.may(&by, Permission::WorkCases).await.contains(uganda));
    assert!(!site.may(&by, Permission::GrantRoles).await.contains(uganda));
    let told = base.notices_of(uganda);
    assert_eq!(told.len(), 1);
    assert!(told[0].loud && told[0].reason.as_deref() == Some("Nobody answers in Kampala"));
    assert_eq!(base.notices_of(site.organisation), told);
    base.advance(TimeDelta::hours(1));
    assert!(!site.may(&by, Permission::WorkCases).await.contains(uganda));
}

#[tokio::test]
async fn the_glass_is_broken_within_ones_own_organisations_and_where_there_is_something_to_gain() {
    let site = Site::new();
    let base = &site.base;
    let uganda = base.office(site.organisation, "UG");
    let two = base.organisation("Two");
    let theirs = base.office(two, "KE");
    let person = base.person(site.office, "Lea", None);
    let by = base.operator(person, &[(Role::ShiftLead, Area::Office(site.office))]);
    let whole = base.operator(person, &[(Role::ShiftLead, Area::Installation)]);
    let over = |area: AreaKind, area_id: Option<Uuid>, country: Option<&str>| BreakGlass {
        area,
        area_id,
        country: country.map(str::to_owned),
        reason: "Nobody answers there".to_owned(),
    };
    for (bad, field) in [
        (over(AreaKind::Office, Some(theirs), None), "/area_id"),
        (over(AreaKind::Office, Some(Uuid::from_u128(7)), None), "/area_id"),
        (over(AreaKind::Office, Some(site.office), None), "/area_id"),
        (over(AreaKind::Office, None, None), "/area_id"),
        (over(AreaKind::Organisation, Some(site.organisation), None), "/area"),
        (over(AreaKind::Installation, None, None), "/area"),
        // The other organisation has an office in Kenya too; nobody has one in France.
        (over(AreaKind::Country, None, Some("KE")), "/country"),
        (over(AreaKind::Country, None, Some("FR")), "/country"),
    ] {
        assert_eq!(field_of(refusal(site.access.break_glass(&by, base.request(&by), &bad).await)), field, "{bad:?}");
    }
    let all = over(AreaKind::Country, None, Some("KE"));
    let refused = refusal(site.access.break_glass(&whole, base.request(&whole), &all).await);
    assert_eq!(field_of(refused), "/country", "who works everything has nothing to gain");
    assert!(base.notices_of(site.office).is_empty() && base.notices_of(theirs).is_empty());
    let taken = over(AreaKind::Country, None, Some("UG"));
    assert!(site.access.break_glass(&by, base.request(&by), &taken).await.is_ok());
    assert_eq!(base.notices_of(uganda).len(), 1);
}

#[tokio::test]
async fn names_are_unsealed_for_the_official_and_the_team_of_a_country_until_then() {
    let site = Site::new();
    let base = &site.base;
    let uganda = base.office(site.organisation, "UG");
    let kenya = Area::Country(country("KE"));
    site.account("official@one.example", &[(Role::DesignatedOfficial, kenya)]);
    site.account("team@one.example", &[(Role::SecurityManagementTeam, kenya)]);
    site.account("elsewhere@one.example", &[(Role::SecurityManagementTeam, Area::Country(country("UG")))]);
    let by = site.signed_in("official@one.example").await.operator;
    let team = site.signed_in("team@one.example").await.operator;
    let elsewhere = site.signed_in("elsewhere@one.example").await.operator;
    assert!(site.may(&by, Permission::ReadPeople).await.is_empty());
    let unseal = |country: &str, hours: u8, reason: &str| Unseal {
        country: country.to_owned(),
        hours,
        reason: reason.to_owned(),
    };
    let ask = async |wanted: Unseal| site.access.unseal(&by, base.request(&by), &wanted).await;
    for (bad, field) in [
        (unseal("UG", 4, "Evacuation of the capital"), "/country"),
        (unseal("ke", 4, "Evacuation of the capital"), "/country"),
        (unseal("FR", 4, "Evacuation of the capital"), "/country"),
        (unseal("KE", 0, "Evacuation of the capital"), "/hours"),
        (unseal("KE", 25, "Evacuation of the capital"), "/hours"),
        (unseal("KE", 4, "urgent"), "/reason"),
    ] {
        assert_eq!(field_of(refusal(ask(bad).await)), field);
    }
    assert!(base.notices_of(site.office).is_empty());
    let made = ask(unseal("KE", 4, "Evacuation of the capital")).await.unwrap();
    assert_eq!(made.until, Some(base.now() + TimeDelta::hours(4)));
    for session in [&by, &team] {
        let names = site.may(session, Permission::ReadPeople).await;
        assert!(names.contains(site.office) && !names.contains(uganda));
        assert!(site.may(session, Permission::ReadPassports).await.is_empty());
        assert!(site.may(session, Permission::WorkCases).await.is_empty());
    }
    assert!(site.may(&elsewhere, Permission::ReadPeople).await.is_empty());
    assert!(base.notices_of(site.office)[0].loud);
    // Sealed again early, it is sealed for all of them.
    site.access.end_grant(&by, base.request(&by), made.id, &because("it is over")).await.unwrap();
    for session in [&by, &team] {
        assert!(site.may(session, Permission::ReadPeople).await.is_empty());
    }
    ask(unseal("KE", 1, "Evacuation of the capital")).await.unwrap();
    base.advance(TimeDelta::hours(1));
    assert!(site.may(&team, Permission::ReadPeople).await.is_empty());
}

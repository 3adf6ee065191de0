use uuid::Uuid;
use wire::access::{Permission, Role};
use wire::audit::Deed;

use super::ending::because;
use super::fixture::{PASSWORD, Site, refusal};
use crate::access::{Area, Operator, Refusal};

async fn seize(site: &Site, by: &Operator, office: Uuid) -> Result<Uuid, Refusal> {
    match site.access.seize(by, site.base.request(by), office, &because("militia inside")).await {
        Ok(seizure) => Ok(seizure.office),
        Err(crate::store::WriteError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_of_a_seized_office_is_or_gets_signed_in_and_others_are_not_touched() {
    let site = Site::new();
    let base = &site.base;
    let two = base.organisation("Two");
    let elsewhere = base.office(two, "UG");
    site.account("amina@one.example", &[(Role::ListSteward, Area::Office(site.office))]);
    site.account("ben@one.example", &[]);
    let (amina, ben) = (site.signed_in("amina@one.example").await, site.signed_in("ben@one.example").await);
    let watch = base.person(elsewhere, "Watch", None);
    let by = base.operator(watch, &[(Role::OperationsOperator, Area::Installation)]);
    assert_eq!(seize(&site, &by, site.office).await, Ok(site.office));
    assert!(!site.is_open(&amina.cookie).await && !site.is_open(&ben.cookie).await);
    assert_eq!(refusal(site.sign_in("amina@one.example", PASSWORD).await), Refusal::OfficeSeized);
    assert_eq!(refusal(site.sign_in("ben@one.example", "guessed by whoever took it").await), Refusal::SignInFailed);
    // Pressed twice it is seized once.
    assert_eq!(seize(&site, &by, site.office).await, Ok(site.office));
    let deeds = |scope: Uuid| base.notices_of(scope).into_iter().map(|notice| notice.deed).collect::<Vec<_>>();
    assert_eq!(deeds(site.office), [Deed::OfficeSeized]);
    assert_eq!(deeds(site.organisation), [Deed::OfficeSeized]);
    assert!(deeds(elsewhere).is_empty());
    let request = base.request(&by);
    site.access.restore(&by, request, site.office, &because("our guards are back")).await.unwrap();
    assert!(!site.is_open(&amina.cookie).await, "what was ended stays ended");
    let amina = site.signed_in("amina@one.example").await;
    let again = refusal(site.access.restore(&by, base.request(&by), site.office, &because("once more")).await);
    assert!(matches!(again, Refusal::Ended(_)));
    assert!(site.is_open(&amina.cookie).await, "what is refused ends nobody's session");
    assert_eq!(deeds(site.office), [Deed::OfficeSeized, Deed::OfficeRestored]);
}

#[tokio::test]
async fn an_office_is_seized_by_who_may_do_so_there_and_for_others_it_does_not_exist() {
    let site = Site::new();
    let base = &site.base;
    let uganda = base.office(site.organisation, "UG");
    let person = base.person(uganda, "Lea", None);
    let by = base.operator(person, &[(Role::ShiftLead, Area::Office(uganda))]);
    assert!(by.may(Permission::SeizeOffice).contains(uganda));
    for office in [site.office, Uuid::from_u128(7)] {
        assert!(matches!(seize(&site, &by, office).await, Err(Refusal::Missing(_))));
        let restored = site.access.restore(&by, base.request(&by), office, &because("mistake")).await;
        assert!(matches!(refusal(restored), Refusal::Missing(_)));
    }
    let reason = refusal(site.access.seize(&by, base.request(&by), uganda, &because("")).await);
    assert!(matches!(reason, Refusal::Invalid(invalid) if invalid.field == "/reason"));
    assert!(base.notices_of(site.office).is_empty() && base.notices_of(uganda).is_empty());
}

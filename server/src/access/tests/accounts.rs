use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::Role;
use wire::setup::FirstAdministrator;

use super::fixture::{PASSWORD, Site, refusal, trying};
use crate::access::origin::Origins;
use crate::access::{Access, Area, Cost, Demands, NewAdministrator, NotMade, Reach, Refusal};
use crate::places::NO_COUNTRY;
use crate::places::fixture::Base;

const BROWSER: &str = "Firefox on Linux";

const NEW_PASSWORD: &str = "seven quiet umbrellas";

fn empty() -> (Base, Access) {
    let base = Base::new();
    let cost = Cost { memory_kib: 8, passes: 1 };
    let demands = Demands { cost, origins: Origins::default(), second_factor: false, texts: false };
    let access = Access::new(base.store.clone(), base.directory.clone(), demands).unwrap();
    (base, access)
}

fn first(secret: &str) -> FirstAdministrator {
    FirstAdministrator {
        secret: secret.to_owned(),
        organisation: "Relief Corps".to_owned(),
        name: "Amina Diallo".to_owned(),
        email: "Amina@Relief.example".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

fn another(email: &str) -> NewAdministrator {
    NewAdministrator {
        organisation: "Relief Corps".to_owned(),
        country: None,
        name: "Omar Barry".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

#[tokio::test]
async fn the_first_administrator_is_made_once_by_a_printed_link() {
    let (base, access) = empty();
    let (one, two) = (access.setup_secret().await.unwrap().unwrap(), access.setup_secret().await.unwrap().unwrap());
    let signed = access.set_up(first(&one), BROWSER.to_owned()).await.ok().unwrap();
    assert_eq!(*signed.operator.may(wire::access::Permission::GrantRoles), Reach::Everything);
    assert!(signed.operator.reach.is_empty());
    assert!(access.authenticate(&signed.cookie).await.unwrap().is_some());
    let view = base.view();
    let office = view.offices.values().next().unwrap();
    assert_eq!((view.offices.len(), office.country.as_str(), office.name.as_str()), (1, NO_COUNTRY, "Headquarters"));
    assert_eq!(view.organisation(office.organisation).unwrap().name, "Relief Corps");
    assert_eq!(refusal(access.set_up(first(&one), BROWSER.to_owned()).await), Refusal::LinkInvalid);
    assert_eq!(refusal(access.set_up(first(&two), BROWSER.to_owned()).await), Refusal::LinkInvalid);
    assert_eq!(access.setup_secret().await.unwrap(), None);
    assert!(access.sign_in(trying("amina@relief.example", PASSWORD)).await.is_ok());
}

#[tokio::test]
async fn a_setup_link_that_is_wrong_or_old_makes_nobody_and_a_refused_field_does_not_use_it_up() {
    let (base, access) = empty();
    assert_eq!(refusal(access.set_up(first("made up"), BROWSER.to_owned()).await), Refusal::LinkInvalid);
    let link = access.setup_secret().await.unwrap().unwrap();
    let short = FirstAdministrator { password: "short".into(), ..first(&link) };
    assert!(matches!(refusal(access.set_up(short, BROWSER.to_owned()).await), Refusal::Password(_)));
    let nameless = FirstAdministrator { name: " ".into(), ..first(&link) };
    assert!(
        matches!(refusal(access.set_up(nameless, BROWSER.to_owned()).await), Refusal::Invalid(invalid) if invalid.field == "/name")
    );
    let organisation = FirstAdministrator { organisation: String::new(), ..first(&link) };
    let refused = refusal(access.set_up(organisation, BROWSER.to_owned()).await);
    assert!(matches!(refused, Refusal::Invalid(invalid) if invalid.field == "/organisation"));
    assert!(base.view().organisations.is_empty());
    base.advance(TimeDelta::hours(24));
    assert_eq!(refusal(access.set_up(first(&link), BROWSER.to_owned()).await), Refusal::LinkInvalid);
}

#[test]
fn the_command_line_makes_administrators_of_one_organisation() {
    let (base, access) = empty();
    assert_eq!(access.create_admin(another("omar@relief.example")).unwrap(), "Omar Barry");
    let kenyan = NewAdministrator { country: Some("KE".into()), ..another("second@relief.example") };
    access.create_admin(kenyan).unwrap();
    assert_eq!((base.view().organisations.len(), base.view().offices.len()), (1, 2));
    let twice = access.create_admin(another("omar@relief.example"));
    assert!(matches!(twice, Err(NotMade::Refused(Refusal::Exists(_)))));
    let nowhere = NewAdministrator { country: Some("QQ".into()), ..another("third@relief.example") };
    assert!(
        matches!(access.create_admin(nowhere), Err(NotMade::Refused(Refusal::Invalid(invalid))) if invalid.field == "/country")
    );
}

#[tokio::test]
async fn a_link_sets_the_password_once_voids_earlier_links_and_ends_sessions() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let old = site.signed_in("amina@one.example").await;
    let by = site.administrator().await;
    let request = site.base.request(&by);
    let first = site.access.create_account(&by, request, person).await.ok().unwrap().secret;
    let repeated = site.access.create_account(&by, request, person).await.ok().unwrap().secret;
    assert!(repeated == first);
    let link = site.access.create_account(&by, site.base.request(&by), person).await.ok().unwrap().secret;
    assert_eq!(refusal(site.access.set_password(&first, NEW_PASSWORD.into()).await), Refusal::LinkInvalid);
    assert!(matches!(refusal(site.access.set_password(&link, "short".into()).await), Refusal::Password(_)));
    assert!(matches!(refusal(site.access.set_password(&link, "amina.diallo!!!!".into()).await), Refusal::Password(_)));
    site.access.set_password(&link, NEW_PASSWORD.into()).await.unwrap();
    assert_eq!(refusal(site.access.set_password(&link, NEW_PASSWORD.into()).await), Refusal::LinkInvalid);
    assert!(!site.is_open(&old.cookie).await);
    assert_eq!(refusal(site.sign_in("amina@one.example", PASSWORD).await), Refusal::SignInFailed);
    site.base.advance(TimeDelta::seconds(1));
    assert!(site.sign_in("amina@one.example", NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_password_link_runs_out_after_a_day_and_is_no_setup_link() {
    let site = Site::new();
    let person = site.operator_account("amina@one.example");
    let by = site.administrator().await;
    let link = site.access.create_account(&by, site.base.request(&by), person).await.ok().unwrap().secret;
    assert_eq!(refusal(site.access.set_up(first(&link), BROWSER.to_owned()).await), Refusal::LinkInvalid);
    site.base.advance(TimeDelta::hours(24));
    assert_eq!(refusal(site.access.set_password(&link, NEW_PASSWORD.into()).await), Refusal::LinkInvalid);
}

#[tokio::test]
async fn nobody_lets_themselves_in_as_somebody_who_may_more() {
    let site = Site::new();
    let (base, access) = (&site.base, &site.access);
    let chief = site.account("chief@one.example", &[(Role::Administrator, Area::Installation)]);
    let officer = site.account("officer@one.example", &[(Role::FieldSecurityOfficer, Area::Office(site.office))]);
    let elsewhere = base.person(base.office(base.organisation("Two"), "KE"), "Omar", Some("omar@two.example"));
    let mute = base.person(site.office, "No Address", None);
    let by = base.operator(officer, &[(Role::Administrator, Area::Organisation(site.organisation))]);
    let link = async |person: Uuid| access.create_account(&by, base.request(&by), person).await;
    assert!(link(officer).await.is_ok());
    assert!(matches!(refusal(link(chief).await), Refusal::Forbidden(_)));
    assert_eq!(refusal(link(elsewhere).await), Refusal::NotFound);
    assert_eq!(refusal(link(Uuid::from_u128(7)).await), Refusal::NotFound);
    assert!(matches!(refusal(link(mute).await), Refusal::Invalid(invalid) if invalid.field == "/email"));
    base.leave(officer);
    assert!(matches!(refusal(link(officer).await), Refusal::Forbidden(_)));
}

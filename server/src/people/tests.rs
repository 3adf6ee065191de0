use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::Role;
use wire::people::{NewPerson, NewPhone};

use super::service::{People, brief, create_many, numbers};
use super::*;

mod lists;
mod masking;
mod signing;
use crate::access::{Area, Operator, Reach};
use crate::places::fixture::{Base, new_person};
use crate::store::{Store, WriteError};

fn phone(number: &str) -> NewPhone {
    NewPhone { number: number.to_owned(), kind: "mobile".to_owned() }
}

fn wrong(new: NewPerson) -> String {
    Checked::new(&new).err().expect("it is refused").field
}

#[test]
fn every_field_is_checked_and_named() {
    let good = || new_person(Uuid::nil(), "Amina Diallo", None);
    assert!(Checked::new(&good()).is_ok());
    assert_eq!(wrong(NewPerson { name: String::new(), ..good() }), "/name");
    assert_eq!(wrong(NewPerson { name: "x".repeat(201), ..good() }), "/name");
    assert_eq!(wrong(NewPerson { call_sign: Some("x".repeat(21)), ..good() }), "/call_sign");
    assert_eq!(wrong(NewPerson { languages: vec!["english!".into()], ..good() }), "/languages/0");
    assert_eq!(wrong(NewPerson { languages: vec!["en".into(); 9], ..good() }), "/languages");
    assert_eq!(wrong(NewPerson { phones: vec![phone("+252615550101"), phone("0615")], ..good() }), "/phones/1/number");
    assert_eq!(wrong(NewPerson { phones: vec![phone("+252615550101"); 11], ..good() }), "/phones");
    let fax = NewPhone { kind: "fax".into(), ..phone("+252615550101") };
    assert_eq!(wrong(NewPerson { phones: vec![fax], ..good() }), "/phones/0/kind");
    for email in ["", "amina", "@b", "a@", "a b@c", "a@b@c", &format!("{}@b", "x".repeat(65))] {
        assert_eq!(wrong(NewPerson { email: Some(email.to_owned()), ..good() }), "/email", "{email}");
    }
    for tag in ["en", "ar", "pt-BR", "zh-Hant-TW", "es-419"] {
        assert!(Checked::new(&NewPerson { languages: vec![tag.into()], ..good() }).is_ok(), "{tag}");
    }
}

#[test]
fn an_address_is_one_whatever_its_capital_letters() {
    assert_eq!(checked_email(" Amina@Relief.Example ").unwrap(), "amina@relief.example");
    assert_eq!(email_key("AMINA@relief.example"), "amina@relief.example");
}

struct Register {
    base: Base,
    organisation: Uuid,
    people: People,
    kenya: Uuid,
    somalia: Uuid,
}

impl Register {
    fn new() -> Self {
        let base = Base::new();
        let organisation = base.organisation("One");
        let (kenya, somalia) = (base.office(organisation, "KE"), base.office(organisation, "SO"));
        let people = People::new(base.store.clone(), base.directory.clone());
        Self { base, organisation, people, kenya, somalia }
    }

    async fn enter(&self, new: NewPerson) -> wire::people::Person {
        let by = self.base.administrator(Uuid::nil());
        self.people.create(&by, self.base.request(&by), &new).await.unwrap()
    }

    /// Somebody who sees the people of these scopes.
    fn viewer(&self, reach: &Reach) -> Operator {
        let areas = match reach {
            Reach::Everything => vec![(Role::OperationsOperator, Area::Installation)],
            Reach::Scopes(offices) => {
                offices.iter().map(|office| (Role::FieldSecurityOfficer, Area::Office(*office))).collect()
            }
        };
        self.base.operator(Uuid::nil(), &areas)
    }

    async fn found(&self, text: &str, reach: Reach) -> Vec<String> {
        let people = self.people.search(&self.viewer(&reach), text).await.unwrap();
        people.into_iter().map(|person| person.brief.name).collect()
    }

    fn scopes(scopes: &[Uuid]) -> Reach {
        Reach::Scopes(scopes.iter().copied().collect())
    }
}

fn refusal<T>(result: Result<T, WriteError<Refusal>>) -> Refusal {
    match result {
        Err(WriteError::Refused(refusal)) => refusal,
        Err(WriteError::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[tokio::test]
async fn people_are_found_by_name_word_call_sign_and_number() {
    let register = Register::new();
    let amina = NewPerson {
        call_sign: Some("bravo  21".into()),
        phones: vec![phone("+252 61 555 0101")],
        ..new_person(register.kenya, "Amina Élodie Diallo", None)
    };
    register.enter(amina).await;
    register.enter(new_person(register.kenya, "Diallo Barry", None)).await;
    register.enter(new_person(register.kenya, "Omar Bravo", None)).await;
    let found = async |text: &str| register.found(text, Reach::Everything).await;
    assert_eq!(found("amina").await, ["Amina Élodie Diallo"]);
    assert_eq!(found("ELODIE dia").await, ["Amina Élodie Diallo"]);
    assert_eq!(found("diallo").await, ["Diallo Barry", "Amina Élodie Diallo"]);
    assert_eq!(found("Bravo 21").await, ["Amina Élodie Diallo"]);
    assert_eq!(found("bravo").await, ["Amina Élodie Diallo", "Omar Bravo"]);
    assert_eq!(found("00252 61 5550101").await, ["Amina Élodie Diallo"]);
    assert_eq!(found("+252615550102").await, Vec::<String>::new());
    assert_eq!(found("").await.len(), 3);
    assert_eq!(found("%").await, Vec::<String>::new());
    assert_eq!(found("_mina").await, Vec::<String>::new());
    assert_eq!(found("\\").await, Vec::<String>::new());
    assert!(matches!(
        refusal(register.people.search(&register.viewer(&Reach::Everything), &"x".repeat(101)).await),
        Refusal::Invalid(invalid) if invalid.field == "/q"
    ));
}

#[tokio::test]
async fn whoever_is_out_of_reach_is_not_found() {
    let register = Register::new();
    register.enter(new_person(register.kenya, "Amina Kenya", None)).await;
    let somalia =
        NewPerson { phones: vec![phone("+252615550101")], ..new_person(register.somalia, "Amina Somalia", None) };
    register.enter(somalia).await;
    assert_eq!(register.found("amina", Register::scopes(&[register.kenya])).await, ["Amina Kenya"]);
    assert_eq!(register.found("+252615550101", Register::scopes(&[register.kenya])).await, Vec::<String>::new());
    assert_eq!(register.found("+252615550101", Register::scopes(&[register.somalia])).await, ["Amina Somalia"]);
    assert_eq!(register.found("amina", Reach::default()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_search_gives_twenty_at_most_and_each_once() {
    let register = Register::new();
    let base = &register.base;
    let new: Vec<Checked> = (0..CHUNK)
        .map(|n| Checked::new(&new_person(register.kenya, &format!("Amina Amina {n:03}"), None)).unwrap())
        .collect();
    let made = base.write(move |tx| create_many(tx, &new));
    assert_eq!(made.len(), CHUNK);
    let found = register.found("amina", Reach::Everything).await;
    assert_eq!(found, (0..20).map(|n| format!("Amina Amina {n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn numbers_are_sealed_in_the_database_and_open_for_the_operator() {
    let register = Register::new();
    let new = NewPerson {
        phones: vec![phone("+252 61 555 0101"), NewPhone { kind: "satellite".into(), ..phone("+88216555") }],
        ..new_person(register.somalia, "Amina Diallo", None)
    };
    let made = register.enter(new).await;
    let numbers_of = |person: &wire::people::Person| {
        person.phones.iter().map(|phone| format!("{} {}", phone.kind, phone.number)).collect::<Vec<_>>()
    };
    assert_eq!(numbers_of(&made), ["mobile +252615550101", "satellite +88216555"]);
    let person = made.brief.id.unwrap();
    let read = register.base.store.read_blocking(|reading| numbers(reading.conn, reading.vault, person)).unwrap();
    assert!(read == made.phones);
    assert!(!dump(&register.base.store).iter().any(|bytes| bytes.windows(7).any(|part| part == b"6155501")));
}

/// Every sealed number and index as stored.
fn dump(store: &Store) -> Vec<Vec<u8>> {
    store.read_blocking(|reading| super::store::stored_numbers(reading.conn)).unwrap()
}

#[tokio::test]
async fn an_address_belongs_to_one_person_and_an_office_must_be_administered() {
    let register = Register::new();
    let by = register.base.operator(Uuid::nil(), &[(Role::Administrator, Area::Office(register.kenya))]);
    let enter = async |new: NewPerson| register.people.create(&by, register.base.request(&by), &new).await;
    assert!(enter(new_person(register.kenya, "Amina", Some("a@one.example"))).await.is_ok());
    let twice = enter(new_person(register.kenya, "Another", Some("A@One.Example"))).await;
    assert!(matches!(refusal(twice), Refusal::Exists(invalid) if invalid.field == "/email"));
    for office in [register.somalia, Uuid::from_u128(7)] {
        let elsewhere = enter(new_person(office, "Amina", None)).await;
        assert!(matches!(refusal(elsewhere), Refusal::Invalid(invalid) if invalid.field == "/office"));
    }
    let station = NewPerson { duty_station: Some(Uuid::from_u128(7)), ..new_person(register.kenya, "Amina", None) };
    assert!(matches!(refusal(enter(station).await), Refusal::Invalid(invalid) if invalid.field == "/duty_station"));
    assert_eq!(register.found("", Reach::Everything).await, ["Amina"]);
}

#[tokio::test]
async fn a_repeat_under_one_key_enters_one_person() {
    let register = Register::new();
    let by = register.base.administrator(Uuid::nil());
    let request = register.base.request(&by);
    let new = NewPerson { phones: vec![phone("+252615550101")], ..new_person(register.kenya, "Amina", None) };
    let first = register.people.create(&by, request, &new).await.unwrap();
    register.base.advance(TimeDelta::seconds(5));
    assert!(register.people.create(&by, request, &new).await.unwrap() == first);
    assert_eq!(register.found("", Reach::Everything).await.len(), 1);
}

#[tokio::test]
async fn a_brief_names_where_a_person_belongs_and_whether_they_left() {
    let register = Register::new();
    let base = &register.base;
    let person = base.person(register.kenya, "Amina Diallo", None);
    let known = || base.store.read_blocking(|reading| brief(reading.conn, &base.view(), person)).unwrap();
    let before = known().unwrap();
    assert_eq!(before.office, register.kenya);
    assert_eq!(before.brief.organisation.as_deref(), Some("One"));
    assert_eq!(before.brief.office.as_deref(), Some("Office in KE"));
    assert_eq!(before.brief.languages, ["en"]);
    assert!(!before.left);
    base.leave(person);
    assert!(known().unwrap().left);
    let nobody = base.store.read_blocking(|reading| brief(reading.conn, &base.view(), Uuid::from_u128(7))).unwrap();
    assert!(nobody.is_none());
}

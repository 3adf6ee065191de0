//! People by the list: matched, changed, hidden until their import is applied.

use std::collections::HashMap;

use diesel::prelude::*;
use wire::people::{ChangePerson, Fallback, Medical, Passport, PersonKind};

use super::super::service::{
    by_email, by_emails, by_external, by_numbers, delete_staged_some, entered, identity, leave_many, may_put, present,
    return_many, unstage_some, upsert_many,
};
use super::super::store::set_verified_of_test;
use super::*;
use crate::audit::Doer;
use crate::kernel::ids;
use crate::places::View;
use crate::store::Halt;
use crate::store::schema::imports;
use crate::store::types::{At, Id};

fn whole(register: &Register) -> NewPerson {
    NewPerson {
        email: Some("Amina@One.Example".into()),
        phones: vec![phone("+252 61 555 0101"), phone("+252615550102")],
        external_id: Some(" E-17 ".into()),
        job_title: Some("Engineer".into()),
        time_zone: Some("Africa/Nairobi".into()),
        call_sign: Some("bravo 2".into()),
        residence: Some("House 7".into()),
        hotel: Some("Hotel Lux".into()),
        fallback: Some(Fallback { name: "Omar".into(), number: "+252615550199".into() }),
        passport: Some(Passport { number: "ab 12345".into(), country: "ken".into(), expires: None }),
        medical: Some(Medical { blood_group: Some("0-".into()), allergies: Some("nuts".into()), notes: None }),
        present_until: Some(register.base.now() + TimeDelta::days(30)),
        ..new_person(register.kenya, "Amina Diallo", None)
    }
}

fn put(register: &Register, id: Uuid, person: &Checked, staged: Option<Uuid>) {
    let person = person.clone();
    register.base.write(move |tx| upsert_many(tx, &[Put { id, person: &person }], Some(Source::Import), staged));
}

fn read(register: &Register, id: Uuid) -> Entered {
    let found = register.base.store.read_blocking(|reading| entered(reading.conn, reading.vault, &[id])).unwrap();
    found.get(&id).cloned().expect("the person is there")
}

/// An import's row; applied or not.
fn import(register: &Register, applied: bool) -> Uuid {
    let (id, now) = (ids::new(register.base.now()), At(register.base.now()));
    let (organisation, by) = (register.organisation, register.base.person(register.kenya, "Steward", None));
    register.base.write(move |tx| {
        crate::on!(tx.writing(), |c| diesel::insert_into(imports::table)
            .values((
                imports::id.eq(Id(id)),
                imports::organisation.eq(Id(organisation)),
                imports::file_name.eq("list.csv"),
                imports::file_hash.eq(vec![1_u8]),
                imports::format.eq("csv"),
                imports::only_good_rows.eq(false),
                imports::state.eq("applying"),
                imports::format.eq("csv"),
                imports::only_good_rows.eq(false),
                imports::figures.eq("{}"),
                imports::created_by.eq(Id(by)),
                imports::created_at.eq(now),
                imports::applied_at.eq(applied.then_some(now)),
            ))
            .execute(c))
    });
    id
}

fn apply(register: &Register, import: Uuid) {
    let now = At(register.base.now());
    register.base.write(move |tx| {
        crate::on!(tx.writing(), |c| diesel::update(imports::table.find(Id(import)))
            .set(imports::applied_at.eq(Some(now)))
            .execute(c))
    });
}

#[tokio::test]
async fn what_a_list_says_comes_back_as_it_was_checked_and_says_nothing_new() {
    let register = Register::new();
    let person = Checked::new(&whole(&register)).unwrap();
    let id = ids::new(register.base.now());
    put(&register, id, &person, None);
    let known = read(&register, id);
    assert!(known.person == person, "every field comes back");
    assert_eq!(known.person.digest(), person.digest());
    assert_eq!((known.organisation, known.revision, known.left), (register.organisation, 1, false));
    assert_eq!(known.source, Some(Source::Import));
    assert_eq!(known.person.fields().external_id.as_deref(), Some("E-17"));
    assert_eq!(known.person.fields().passport.as_ref().unwrap().number, "AB12345");
    assert_eq!(known.person.fields().medical.as_ref().unwrap().blood_group.as_deref(), Some("O-"));
    let other = person.changed(&ChangePerson { job_title: Some(None), ..ChangePerson::default() }).unwrap();
    assert_ne!(other.digest(), person.digest());
}

#[tokio::test]
async fn a_number_that_stays_keeps_its_row_and_its_proof() {
    let register = Register::new();
    let id = ids::new(register.base.now());
    let person = Checked::new(&whole(&register)).unwrap();
    put(&register, id, &person, None);
    let numbers_now = || register.base.store.read_blocking(|reading| numbers(reading.conn, reading.vault, id)).unwrap();
    let first = numbers_now();
    let (proven, at) = (first[1].id.unwrap(), register.base.now());
    register.base.write(move |tx| set_verified_of_test(tx, proven, at));
    register.base.advance(TimeDelta::seconds(5));
    let change = ChangePerson {
        phones: Some(vec![phone("+25261 5550102"), phone("+252615550103")]),
        office: Some(register.somalia),
        ..ChangePerson::default()
    };
    put(&register, id, &person.changed(&change).unwrap(), None);
    let after = numbers_now();
    assert_eq!(after.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), ["+252615550102", "+252615550103"]);
    assert_eq!((after[0].id, after[0].verified_at), (Some(proven), Some(at)));
    assert_eq!(after[1].verified_at, None);
    assert_eq!(read(&register, id).revision, 2);
}

#[tokio::test]
async fn the_organisation_follows_the_office() {
    let register = Register::new();
    let other = register.base.organisation("Two");
    let abroad = register.base.office(other, "UG");
    let id = ids::new(register.base.now());
    let person = Checked::new(&new_person(register.kenya, "Amina", None)).unwrap();
    put(&register, id, &person, None);
    assert_eq!(read(&register, id).organisation, register.organisation);
    put(&register, id, &person.in_office(abroad), None);
    assert_eq!(read(&register, id).organisation, other);
}

#[tokio::test]
async fn people_of_an_import_are_hidden_from_everybody_until_it_is_applied() {
    let register = Register::new();
    let running = import(&register, false);
    let new = NewPerson { call_sign: Some("bravo 9".into()), ..whole(&register) };
    let id = ids::new(register.base.now());
    put(&register, id, &Checked::new(&new).unwrap(), Some(running));
    let seen = async || {
        let base = &register.base;
        let by_name = register.found("amina", Reach::Everything).await.len();
        let by_number = register.found("+252615550101", Reach::Everything).await.len();
        let by_sign = register.found("bravo 9", Reach::Everything).await.len();
        let view = base.view();
        let (known, brief, mail) = base
            .store
            .read_blocking(|reading| {
                Ok((
                    identity(reading.conn, id)?.is_some(),
                    brief(reading.conn, &view, id)?.is_some(),
                    by_email(reading.conn, "amina@one.example")?.is_some(),
                ))
            })
            .unwrap();
        let within = (register.organisation, None);
        let listed = base.store.read_blocking(|reading| present(reading.conn, within, Uuid::nil(), 10)).unwrap();
        (by_name, by_number, by_sign, known, brief, mail, listed.iter().any(|one| one.person == id))
    };
    assert_eq!(seen().await, (0, 0, 0, false, false, false, false));
    let taken = new_person(register.somalia, "Another", Some("amina@one.example"));
    let by = register.base.administrator(Uuid::nil());
    let twice = register.people.create(&by, register.base.request(&by), &taken).await;
    assert!(matches!(refusal(twice), Refusal::Exists(invalid) if invalid.field == "/email"));
    apply(&register, running);
    assert_eq!(seen().await, (1, 1, 1, true, true, true, true));
    assert_eq!(register.base.write(move |tx| unstage_some(tx, running)), 1);
    assert_eq!(register.base.write(move |tx| unstage_some(tx, running)), 0);
    assert_eq!(seen().await, (1, 1, 1, true, true, true, true));
}

#[tokio::test]
async fn hidden_people_of_an_import_that_is_given_up_are_gone_with_their_numbers() {
    let register = Register::new();
    let running = import(&register, false);
    let id = ids::new(register.base.now());
    put(&register, id, &Checked::new(&whole(&register)).unwrap(), Some(running));
    assert_eq!(register.base.write(move |tx| delete_staged_some(tx, running)), 1);
    assert_eq!(register.base.write(move |tx| delete_staged_some(tx, running)), 0);
    let left = register.base.store.read_blocking(|reading| entered(reading.conn, reading.vault, &[id])).unwrap();
    assert!(left.is_empty());
    assert!(dump(&register.base.store).is_empty());
}

#[tokio::test]
async fn a_line_is_matched_by_identifier_address_and_number() {
    let register = Register::new();
    let id = ids::new(register.base.now());
    put(&register, id, &Checked::new(&whole(&register)).unwrap(), None);
    let organisation = register.organisation;
    let (external, elsewhere, email, number) = register
        .base
        .store
        .read_blocking(|reading| {
            Ok((
                by_external(reading.conn, organisation, &["E-17", "E-18"])?,
                by_external(reading.conn, Uuid::from_u128(7), &["E-17"])?,
                by_emails(reading.conn, &["amina@one.example"])?,
                by_numbers(reading.conn, reading.vault.keyring(), &["+252615550102", "+1999"])?,
            ))
        })
        .unwrap();
    assert_eq!(external.iter().map(|(key, one)| (key.as_str(), one.person)).collect::<Vec<_>>(), [("E-17", id)]);
    assert!(elsewhere.is_empty());
    assert!(email.get("amina@one.example").is_some_and(|one| one.person == id && one.folded == "amina diallo bravo 2"));
    assert_eq!(number.len(), 1);
    assert!(number.get("+252615550102").is_some_and(|found| found.len() == 1 && found[0].person == id));
}

fn may(register: &Register, puts: Vec<(Uuid, NewPerson)>, coming: HashMap<Uuid, PersonKind>) -> Option<String> {
    let checked: Vec<(Uuid, Checked)> = puts.into_iter().map(|(id, new)| (id, Checked::new(&new).unwrap())).collect();
    let asked = register.base.store.read_blocking(|reading| {
        let puts: Vec<Put<'_>> = checked.iter().map(|(id, person)| Put { id: *id, person }).collect();
        match may_put(reading.conn, &puts, &coming) {
            Ok(()) => Ok(None),
            Err(Halt::Refuse(Refusal::Invalid(invalid) | Refusal::Exists(invalid))) => Ok(Some(invalid.field)),
            Err(Halt::Refuse(_)) => panic!("another refusal"),
            Err(Halt::Sql(error)) => Err(error),
        }
    });
    asked.unwrap()
}

#[tokio::test]
async fn sponsors_and_supervisors_are_there_and_lead_nowhere_back() {
    let register = Register::new();
    let (a, b, c) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    let staff = || new_person(register.kenya, "Staff", None);
    let child = || NewPerson { kind: PersonKind::Dependant, ..new_person(register.kenya, "Child", None) };
    let none = HashMap::new();
    let sponsored = |by| NewPerson { sponsor: Some(by), ..child() };
    assert_eq!(may(&register, vec![(a, staff()), (b, sponsored(a))], none.clone()), None);
    assert_eq!(may(&register, vec![(b, sponsored(a))], none.clone()).as_deref(), Some("/sponsor"));
    assert_eq!(may(&register, vec![(b, sponsored(a))], HashMap::from([(a, PersonKind::StaffIntl)])), None);
    let dependant = HashMap::from([(a, PersonKind::Dependant)]);
    assert_eq!(may(&register, vec![(b, sponsored(a))], dependant).as_deref(), Some("/sponsor"));
    let under = |by| NewPerson { supervisor: Some(by), ..staff() };
    let circle = vec![(a, under(b)), (b, under(c)), (c, under(a))];
    assert_eq!(may(&register, circle, none.clone()).as_deref(), Some("/supervisor"));
    assert_eq!(may(&register, vec![(a, under(a))], none.clone()).as_deref(), Some("/supervisor"));
    let visitor = |by| NewPerson { kind: PersonKind::Visitor, sponsor: Some(by), ..child() };
    assert_eq!(may(&register, vec![(a, visitor(b)), (b, visitor(a))], none.clone()).as_deref(), Some("/sponsor"));
    let known = register.base.person(register.kenya, "Known", None);
    assert_eq!(may(&register, vec![(b, sponsored(known)), (c, under(known))], none), None);
}

#[tokio::test]
async fn two_people_of_one_list_do_not_share_an_address_or_identifier() {
    let register = Register::new();
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let with = |email: Option<&str>, external: Option<&str>| NewPerson {
        external_id: external.map(str::to_owned),
        ..new_person(register.kenya, "Somebody", email)
    };
    let both = |one: NewPerson, two: NewPerson| may(&register, vec![(a, one), (b, two)], HashMap::new());
    assert_eq!(both(with(Some("x@y.z"), None), with(Some("X@Y.z"), None)).as_deref(), Some("/email"));
    assert_eq!(both(with(None, Some("1")), with(None, Some("1"))).as_deref(), Some("/external_id"));
    let elsewhere = register.base.office(register.base.organisation("Two"), "KE");
    assert_eq!(both(with(None, Some("1")), NewPerson { office: elsewhere, ..with(None, Some("1")) }), None);
    put(&register, a, &Checked::new(&with(Some("x@y.z"), Some("1"))).unwrap(), None);
    assert_eq!(may(&register, vec![(a, with(Some("x@y.z"), Some("1")))], HashMap::new()), None, "they keep their own");
    assert_eq!(may(&register, vec![(b, with(None, Some("1")))], HashMap::new()).as_deref(), Some("/external_id"));
    assert_eq!(may(&register, vec![(b, with(Some("x@y.z"), None))], HashMap::new()).as_deref(), Some("/email"));
}

#[tokio::test]
async fn people_leave_and_come_back_once_each() {
    let register = Register::new();
    let person = register.base.person(register.kenya, "Amina", None);
    assert_eq!(register.base.write(move |tx| leave_many(tx, &[person], &View::default(), Doer::Muster)), 1);
    assert_eq!(register.base.write(move |tx| leave_many(tx, &[person], &View::default(), Doer::Muster)), 0);
    assert!(read(&register, person).left);
    assert_eq!(register.base.write(move |tx| return_many(tx, &[person], &View::default(), Doer::Muster)), 1);
    assert_eq!(register.base.write(move |tx| return_many(tx, &[person], &View::default(), Doer::Muster)), 0);
    assert_eq!((read(&register, person).left, read(&register, person).revision), (false, 3));
}

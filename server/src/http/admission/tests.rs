use super::*;
use crate::http::table::{ROUTES, row};

fn admission() -> (Arc<Admission>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Arc::new(Admission::new(Arc::new(Disk::of(dir.path())))), dir)
}

fn class(method: &str, path: &str) -> Class {
    Class::of(row(method, path).unwrap())
}

#[test]
fn what_concerns_an_alarm_is_life_and_lists_are_the_last() {
    for (method, path) in [
        ("POST", "/v1/not-okay"),
        ("GET", "/v1/my-case"),
        ("POST", "/v1/cases/{id}/claim"),
        ("GET", "/v1/cases/{id}"),
        ("GET", "/v1/live"),
        ("POST", "/v1/live/ticket"),
        ("GET", "/v1/snapshot"),
        ("POST", "/v1/session"),
        ("GET", "/v1/me/now"),
        ("POST", "/v1/token"),
        ("POST", "/v1/break-glass"),
        ("POST", "/v1/offices/{id}/seizure"),
        ("DELETE", "/v1/devices/{id}"),
        ("POST", "/v1/people/{id}/sessions/end"),
        ("DELETE", "/v1/grants/{id}"),
        ("DELETE", "/v1/tokens/{id}"),
        ("POST", "/v1/people/{id}/departure"),
        ("POST", "/v1/people/{id}/second-factor/removal"),
        ("DELETE", "/v1/enrolment-batches/{id}"),
        ("POST", "/v1/password"),
        ("POST", "/v1/people/search"),
        ("GET", "/console"),
        ("GET", "/metrics"),
    ] {
        assert_eq!(class(method, path), Class::Life, "{method} {path}");
    }
    assert_eq!(class("POST", "/v1/people"), Class::Change);
    assert_eq!(class("GET", "/v1/people"), Class::Read);
    assert_eq!(class("POST", "/v1/people/export"), Class::List);
    assert_eq!(class("POST", "/v1/imports"), Class::List);
    assert_eq!(class("POST", "/scim/v2/Users"), Class::List);
    assert!(ROUTES.iter().any(|route| Class::of(route) == Class::Read), "every class is in use");
}

#[test]
fn a_late_worker_turns_lists_away_first_and_alarms_never() {
    let (admission, _dir) = admission();
    let worker = admission.join();
    let lets_in =
        || [Class::Life, Class::Change, Class::Read, Class::List].map(|class| admission.admit(class, true).is_ok());
    let late = |ms| (0..10).for_each(|_| worker.note(Duration::from_millis(ms)));
    assert_eq!(lets_in(), [true; 4]);
    late(100);
    assert_eq!(lets_in(), [true, true, true, false]);
    late(200);
    assert_eq!(lets_in(), [true, true, false, false]);
    late(5_000);
    assert_eq!(lets_in(), [true, false, false, false]);
    assert!(admission.is_overloaded());
    (0..3).for_each(|_| late(0));
    assert_eq!(lets_in(), [true; 4]);
    assert!(!admission.is_overloaded());
}

#[test]
fn of_each_class_so_many_are_under_way_at_once_and_of_alarms_any_number() {
    let (admission, _dir) = admission();
    let lists: Vec<_> = (0..16).map(|_| admission.admit(Class::List, true).ok().unwrap()).collect();
    let refused = admission.admit(Class::List, true).err().unwrap();
    assert_eq!((refused.code, refused.status, refused.retry_after), (Code::Overloaded, 429, Some(COME_BACK)));
    assert!(admission.admit(Class::Read, false).is_ok(), "another class has places of its own");
    drop(lists);
    assert!(admission.admit(Class::List, true).is_ok());
    let alarms: Vec<_> = (0..5_000).map(|_| admission.admit(Class::Life, true)).collect();
    assert!(alarms.iter().all(Result::is_ok));
}

#[test]
fn a_worker_that_ended_late_holds_nobody_up_and_the_others_count() {
    let (admission, _dir) = admission();
    let (ended, other) = (admission.join(), admission.join());
    (0..30).for_each(|_| ended.note(Duration::from_secs(5)));
    (0..10).for_each(|_| other.note(Duration::from_millis(100)));
    assert!(admission.admit(Class::Read, false).is_err());
    drop(ended);
    assert!(admission.admit(Class::Read, false).is_ok());
    assert!(admission.admit(Class::List, false).is_err(), "the other one is still late");
    drop(other);
    assert!(!admission.is_overloaded());
    (0..1_000).for_each(|_| drop(admission.join()));
    assert!(admission.lags.lock().unwrap().is_empty());
}

//! Every route that a session is shown at: who may, where, and how it is asked.

mod accounts;
mod cases;
mod endings;
mod escalation;
mod lists;
mod people;
mod phones;
mod places;
mod rights;
mod watch;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use wire::access::Role;

use super::ground::Names;
use super::oracle::{Reach, *};

pub(super) use watch::duty;

/// How an answer tells whether somebody may.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// By its status.
    ByStatus,
    /// By whether this occurs in it: a list is answered to whoever may read any of it.
    Lists(fn(&Names) -> String),
}

/// Whom a route is for.
#[derive(Clone, Copy)]
pub(super) enum Whom {
    /// Everybody who is signed in, about themselves.
    Everybody,
    /// These roles.
    Roles(&'static [Role], Reach),
}

/// One way to ask a route.
pub(super) struct Asked {
    /// As in the API document: `GET /v1/people/{id}`.
    pub(super) operation: &'static str,
    pub(super) whom: Whom,
    /// The kind of place that it is about.
    pub(super) at: At,
    pub(super) told: Told,
    pub(super) path: fn(&Names) -> String,
    pub(super) body: fn(&Names, DateTime<Utc>) -> Option<Value>,
}

const OFFICE: At = At::Office(0);
const ORGANISATION: At = At::Organisation(0);
const ZONE: At = At::Zone(0);
const AREA: At = At::SecurityArea(0);

type Path = fn(&Names) -> String;
type Body = fn(&Names, DateTime<Utc>) -> Option<Value>;

const fn asked(operation: &'static str, roles: &'static [Role], at: At, path: Path, body: Body) -> Asked {
    Asked { operation, whom: Whom::Roles(roles, Reach::Inside), at, told: Told::ByStatus, path, body }
}

const fn own(operation: &'static str, path: Path, body: Body) -> Asked {
    Asked { operation, whom: Whom::Everybody, at: At::Nothing, told: Told::ByStatus, path, body }
}

const fn list(
    operation: &'static str,
    roles: &'static [Role],
    at: At,
    path: Path,
    found: fn(&Names) -> String,
) -> Asked {
    let whom = Whom::Roles(roles, Reach::Inside);
    Asked { operation, whom, at, told: Told::Lists(found), path, body: none }
}

impl Asked {
    const fn over(self, reach: Reach) -> Self {
        let Whom::Roles(roles, _) = self.whom else { return self };
        Self { whom: Whom::Roles(roles, reach), ..self }
    }
}

fn none(_: &Names, _: DateTime<Utc>) -> Option<Value> {
    None
}

fn empty(_: &Names, _: DateTime<Utc>) -> Option<Value> {
    Some(json!({}))
}

fn reason(_: &Names, _: DateTime<Utc>) -> Option<Value> {
    Some(json!({ "reason": "the matrix asks, and is told" }))
}

/// What nobody has entered before.
fn fresh(what: &str) -> String {
    format!("{what} {}", tests::key().simple())
}

/// A part of the routes, tried by a test of its own.
pub(super) fn part(name: &str) -> Vec<Asked> {
    match name {
        "accounts and cases" => accounts::all().into_iter().chain(cases::all()).collect(),
        "people" => people::all(),
        "places" => places::all(),
        "lists and phones" => lists::all().into_iter().chain(phones::all()).collect(),
        "rights" => rights::all(),
        "endings" => endings::all(),
        "escalation" => escalation::all(),
        "the watch" => watch::all(),
        _ => panic!("there is no such part: {name}"),
    }
}

/// Every part.
pub(super) const PARTS: [&str; 8] =
    ["accounts and cases", "people", "places", "lists and phones", "rights", "endings", "escalation", "the watch"];

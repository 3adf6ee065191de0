//! Every route that a session is shown at: who may, where, and how it is asked.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wire::access::Role;

use super::ground::Names;
use super::oracle::{Reach, *};

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
        "accounts and cases" => own_account().into_iter().chain(cases()).collect(),
        "people" => people(),
        "places" => places(),
        "lists and phones" => lists().into_iter().chain(phones()).collect(),
        "rights" => rights(),
        "endings" => endings(),
        _ => panic!("there is no such part: {name}"),
    }
}

/// Every part.
pub(super) const PARTS: [&str; 6] = ["accounts and cases", "people", "places", "lists and phones", "rights", "endings"];

fn own_account() -> Vec<Asked> {
    vec![
        own("GET /v1/session", |_| "/v1/session".into(), none),
        own("GET /v1/sessions", |_| "/v1/sessions".into(), none),
        own("GET /v1/countries", |_| "/v1/countries".into(), none),
        own("GET /v1/board", |_| "/v1/board".into(), none),
        own("GET /v1/grading-schemes", |_| "/v1/grading-schemes".into(), none),
        own("POST /v1/second-factor", |_| "/v1/second-factor".into(), empty),
        own(
            "POST /v1/second-factor/confirm",
            |_| "/v1/second-factor/confirm".into(),
            |_, _| Some(json!({ "code": "000000" })),
        ),
    ]
}

fn cases() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, CASES, OFFICE, path, body);
    vec![
        asked("POST /v1/live/ticket", CASES, At::Nothing, |_| "/v1/live/ticket".into(), none).over(Reach::Anywhere),
        list("GET /v1/snapshot", CASES, OFFICE, |_| "/v1/snapshot".into(), |names| names.case.to_string()),
        list("GET /v1/map", CASES, OFFICE, |_| "/v1/map".into(), |names| names.case.to_string()),
        asked("GET /v1/cases", CASES, At::Nothing, |_| "/v1/cases".into(), none).over(Reach::Anywhere),
        one(
            "POST /v1/cases",
            |_| "/v1/cases".into(),
            |names, _| Some(json!({ "person": names.person, "channel": "call" })),
        ),
        one("GET /v1/cases/{id}", |names| format!("/v1/cases/{}", names.case), none),
        one("POST /v1/cases/{id}/claim", |names| format!("/v1/cases/{}/claim", names.case), empty),
        one("POST /v1/cases/{id}/still-on-it", |names| format!("/v1/cases/{}/still-on-it", names.case), none),
        one(
            "POST /v1/cases/{id}/notes",
            |names| format!("/v1/cases/{}/notes", names.case),
            |_, _| Some(json!({ "text": "seen" })),
        ),
        one(
            "POST /v1/cases/{id}/contacts",
            |names| format!("/v1/cases/{}/contacts", names.case),
            |_, _| Some(json!({ "channel": "call", "result": "no_answer" })),
        ),
        one(
            "POST /v1/cases/{id}/facts",
            |names| format!("/v1/cases/{}/facts", names.case),
            |_, _| Some(json!({ "facts": { "people": 2 } })),
        ),
        one(
            "POST /v1/cases/{id}/responder",
            |names| format!("/v1/cases/{}/responder", names.case),
            |_, _| Some(json!({ "responder": "Car 4" })),
        ),
        one(
            "POST /v1/cases/{id}/close",
            |names| format!("/v1/cases/{}/close", names.case),
            |_, _| Some(json!({ "outcome": "resolved", "note": "home", "revision": 0 })),
        ),
        one("POST /v1/cases/{id}/release", |names| format!("/v1/cases/{}/release", names.case), none),
    ]
}

fn people() -> Vec<Asked> {
    let found: Path = |names| names.person.to_string();
    vec![
        list("GET /v1/people", REGISTER, OFFICE, |names| format!("/v1/people?office={}", names.office), found),
        asked("GET /v1/people", LISTS, At::Nothing, |_| "/v1/people".into(), none).over(Reach::Anywhere),
        Asked {
            body: |names, _| Some(json!({ "q": names.person_name })),
            ..list("POST /v1/people/search", REGISTER, OFFICE, |_| "/v1/people/search".into(), found)
        },
        list("GET /v1/people/counts", COUNTS, OFFICE, |_| "/v1/people/counts".into(), |names| names.office.to_string()),
        list("GET /v1/reachability", COUNTS, OFFICE, |_| "/v1/reachability".into(), |names| names.office.to_string()),
        asked("GET /v1/people/{id}", REGISTER, OFFICE, |names| format!("/v1/people/{}", names.person), none),
        asked(
            "POST /v1/people",
            STEWARDS,
            OFFICE,
            |_| "/v1/people".into(),
            |names, _| Some(json!({ "office": names.office, "kind": "staff_national", "name": fresh("New") })),
        ),
        asked(
            "PATCH /v1/people/{id}",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}", names.person),
            |_, _| Some(json!({ "job_title": "Driver" })),
        ),
        asked(
            "PUT /v1/people/{id}/current-place",
            MOVES,
            OFFICE,
            |names| format!("/v1/people/{}/current-place", names.person),
            |_, now| Some(json!({ "country": "KE", "until": now + TimeDelta::hours(2) })),
        ),
        asked(
            "DELETE /v1/people/{id}/current-place",
            MOVES,
            OFFICE,
            |names| format!("/v1/people/{}/current-place", names.person),
            empty,
        ),
        asked("GET /v1/numbers/waiting", VERIFIES, At::Nothing, |_| "/v1/numbers/waiting".into(), none)
            .over(Reach::Anywhere),
        list("GET /v1/numbers/waiting", VERIFIES, OFFICE, |_| "/v1/numbers/waiting".into(), found),
        asked(
            "POST /v1/people/{id}/numbers/{number}/verification",
            VERIFIES,
            OFFICE,
            |names| format!("/v1/people/{}/numbers/{}/verification", names.person, names.number),
            empty,
        ),
        asked(
            "POST /v1/people/export",
            EXPORTS,
            OFFICE,
            |_| "/v1/people/export".into(),
            |names, _| Some(json!({ "office": names.office, "reason": "the matrix asks, and is told" })),
        ),
        asked("GET /v1/zones/{id}/people", ZONE_LISTS, ZONE, |names| format!("/v1/zones/{}/people", names.zone), none),
        asked(
            "GET /v1/offices/{id}/attestations",
            COUNTS,
            OFFICE,
            |names| format!("/v1/offices/{}/attestations", names.office),
            none,
        ),
        asked(
            "POST /v1/offices/{id}/attestations",
            SIGNS,
            OFFICE,
            |names| format!("/v1/offices/{}/attestations", names.office),
            |_, _| Some(json!({ "list_hash": "0".repeat(64) })),
        ),
    ]
}

fn places() -> Vec<Asked> {
    let edits = |operation, at, path: Path, body: Body| asked(operation, ADMINISTERS, at, path, body);
    let name: Body = |_, _| Some(json!({ "name": fresh("Place") }));
    vec![
        list("GET /v1/places", PLACED, OFFICE, |_| "/v1/places".into(), |names| names.office.to_string()),
        list("GET /v1/zones", PLACED, ZONE, |_| "/v1/zones".into(), |names| names.zone.to_string())
            .over(Reach::Country),
        asked("GET /v1/zones/{id}", PLACED, ZONE, |names| format!("/v1/zones/{}", names.zone), none)
            .over(Reach::Country),
        list("GET /v1/security-areas", PLACED, AREA, |_| "/v1/security-areas".into(), |names| names.area.to_string())
            .over(Reach::Country),
        asked("GET /v1/security-areas/{id}", PLACED, AREA, |names| format!("/v1/security-areas/{}", names.area), none)
            .over(Reach::Country),
        asked(
            "GET /v1/security-areas/{id}/grades",
            PLACED,
            AREA,
            |names| format!("/v1/security-areas/{}/grades", names.area),
            none,
        )
        .over(Reach::Country),
        edits(
            "POST /v1/organisations",
            At::Nothing,
            |_| "/v1/organisations".into(),
            |_, _| {
                let short = tests::key().simple().to_string();
                Some(json!({ "name": fresh("Aid"), "short_name": short[24..].to_uppercase() }))
            },
        )
        .over(Reach::Whole),
        edits(
            "PATCH /v1/organisations/{id}",
            ORGANISATION,
            |names| format!("/v1/organisations/{}", names.organisation),
            |_, _| Some(json!({ "operations_number": "+254705550199" })),
        ),
        edits(
            "POST /v1/offices",
            ORGANISATION,
            |_| "/v1/offices".into(),
            |names, _| Some(json!({ "organisation": names.organisation, "country": "TZ", "name": fresh("Office") })),
        ),
        edits("PATCH /v1/offices/{id}", OFFICE, |names| format!("/v1/offices/{}", names.office), name),
        edits(
            "POST /v1/duty-stations",
            OFFICE,
            |_| "/v1/duty-stations".into(),
            |names, _| {
                Some(json!({ "office": names.office, "name": fresh("Station"), "time_zone": "Africa/Nairobi",
                             "lat": 1.0, "lon": 37.0 }))
            },
        ),
        edits("PATCH /v1/duty-stations/{id}", OFFICE, |names| format!("/v1/duty-stations/{}", names.station), name),
        edits(
            "POST /v1/premises",
            OFFICE,
            |_| "/v1/premises".into(),
            |names, _| {
                Some(json!({ "office": names.office, "kind": "office", "name": fresh("House"), "lat": 1.0,
                             "lon": 37.0 }))
            },
        ),
        edits(
            "POST /v1/regions",
            ORGANISATION,
            |_| "/v1/regions".into(),
            |names, _| {
                Some(json!({ "organisation": names.organisation, "name": fresh("Region"), "countries": ["SO"] }))
            },
        ),
        edits("PATCH /v1/regions/{id}", ORGANISATION, |names| format!("/v1/regions/{}", names.region), name),
        edits(
            "POST /v1/zones",
            ZONE,
            |_| "/v1/zones".into(),
            |names, _| Some(json!({ "country": names.country, "name": fresh("Zone") })),
        )
        .over(Reach::Country),
        edits("PATCH /v1/zones/{id}", ZONE, |names| format!("/v1/zones/{}", names.zone), name).over(Reach::Country),
        edits(
            "POST /v1/grading-schemes",
            At::Nothing,
            |_| "/v1/grading-schemes".into(),
            |_, _| {
                let grade = |code: &str| json!({ "code": code, "name": code });
                Some(json!({ "name": fresh("Scheme"), "grades": [grade("a"), grade("b")] }))
            },
        )
        .over(Reach::Whole),
        edits(
            "POST /v1/security-areas",
            AREA,
            |_| "/v1/security-areas".into(),
            |names, _| Some(json!({ "country": names.country, "kind": "area", "name": fresh("Area") })),
        )
        .over(Reach::Country),
        edits("PATCH /v1/security-areas/{id}", AREA, |names| format!("/v1/security-areas/{}", names.area), name)
            .over(Reach::Country),
        edits(
            "POST /v1/security-areas/{id}/grades",
            AREA,
            |names| format!("/v1/security-areas/{}/grades", names.area),
            |_, _| Some(json!({ "grade": "no such grade", "reason": "the matrix asks" })),
        )
        .over(Reach::Country),
    ]
}

fn lists() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, STEWARDS, OFFICE, path, body);
    vec![
        list(
            "GET /v1/import-profiles",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/import-profiles?organisation={}", names.organisation),
            |names| names.profile.clone(),
        )
        .over(Reach::SameOrganisation),
        list(
            "GET /v1/imports",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/imports?organisation={}", names.organisation),
            |names| names.import.to_string(),
        ),
        one(
            "POST /v1/imports",
            |names| format!("/v1/imports?organisation={}&office={}", names.organisation, names.office),
            |_, _| Some(Value::String("Staff ID,Full name\nx2,Somebody\n".into())),
        ),
        one("GET /v1/imports/{id}", |names| format!("/v1/imports/{}", names.import), none),
        one("GET /v1/imports/{id}/rows", |names| format!("/v1/imports/{}/rows", names.import), none),
        one("GET /v1/imports/{id}/problems", |names| format!("/v1/imports/{}/problems", names.import), none),
        one(
            "PUT /v1/imports/{id}/mapping",
            |names| format!("/v1/imports/{}/mapping", names.import),
            |_, _| Some(json!({ "columns": [] })),
        ),
        one("POST /v1/imports/{id}/apply", |names| format!("/v1/imports/{}/apply", names.import), empty),
        one("POST /v1/imports/{id}/undo", |names| format!("/v1/imports/{}/undo", names.import), none),
        one("POST /v1/imports/{id}/cancel", |names| format!("/v1/imports/{}/cancel", names.import), none),
    ]
}

fn phones() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, ENROLS, OFFICE, path, body);
    vec![
        one("GET /v1/people/{id}/devices", |names| format!("/v1/people/{}/devices", names.person), none),
        one("POST /v1/people/{id}/enrolment", |names| format!("/v1/people/{}/enrolment", names.person), empty),
        list(
            "GET /v1/enrolment-batches",
            ENROLS,
            OFFICE,
            |_| "/v1/enrolment-batches".into(),
            |names| names.batch.to_string(),
        ),
        one(
            "POST /v1/enrolment-batches",
            |_| "/v1/enrolment-batches".into(),
            |names, _| Some(json!({ "people": [names.colleague], "days": 2, "again": true })),
        ),
        list(
            "GET /v1/enrolment-progress",
            ENROLS,
            OFFICE,
            |_| "/v1/enrolment-progress".into(),
            |names| names.office.to_string(),
        ),
    ]
}

fn rights() -> Vec<Asked> {
    vec![
        list("GET /v1/grants", ADMINISTERS, OFFICE, |_| "/v1/grants".into(), |names| names.grant.to_string()),
        asked(
            "POST /v1/grants",
            ADMINISTERS,
            OFFICE,
            |_| "/v1/grants".into(),
            |names, _| {
                Some(json!({ "person": names.person, "role": "local_security", "area": "office",
                             "area_id": names.office }))
            },
        ),
        asked(
            "POST /v1/grants",
            APPOINTS,
            ZONE,
            |_| "/v1/grants".into(),
            |names, _| {
                Some(json!({ "person": names.colleague, "role": "warden", "area": "zone", "area_id": names.zone }))
            },
        ),
        asked(
            "POST /v1/grants/{id}/ad-interim",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/grants/{}/ad-interim", names.grant),
            |names, now| Some(json!({ "person": names.colleague, "until": now + TimeDelta::hours(3) })),
        ),
        list(
            "GET /v1/audit",
            AUDITS,
            OFFICE,
            |names| format!("/v1/audit?scope={}", names.office),
            |names| names.person.to_string(),
        ),
        list(
            "GET /v1/tokens",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens?organisation={}", names.organisation),
            |names| names.token.to_string(),
        ),
        asked(
            "POST /v1/tokens",
            ADMINISTERS,
            ORGANISATION,
            |_| "/v1/tokens".into(),
            |names, _| Some(json!({ "organisation": names.organisation, "name": fresh("System"), "days": 1 })),
        ),
        asked(
            "POST /v1/tokens/{id}/departures",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens/{}/departures", names.token),
            |_, _| Some(json!({ "people": 1, "reason": "the matrix asks, and is told" })),
        ),
        asked(
            "GET /v1/people/{id}/sessions",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/people/{}/sessions", names.person),
            none,
        ),
        asked(
            "POST /v1/people/{id}/account",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/people/{}/account", names.person),
            empty,
        ),
        asked(
            "POST /v1/people/{id}/second-factor/removal",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/people/{}/second-factor/removal", names.person),
            reason,
        ),
    ]
}

/// What ends something. The first who may does it; whoever may after that is told that it is done.
fn endings() -> Vec<Asked> {
    let edits = |operation, at, path: Path| asked(operation, ADMINISTERS, at, path, none);
    vec![
        asked(
            "DELETE /v1/enrolment-batches/{id}",
            ENROLS,
            OFFICE,
            |names| format!("/v1/enrolment-batches/{}", names.batch),
            reason,
        ),
        asked("DELETE /v1/devices/{id}", ENROLS, OFFICE, |names| format!("/v1/devices/{}", names.device), reason),
        edits("DELETE /v1/duty-stations/{id}", OFFICE, |names| format!("/v1/duty-stations/{}", names.station)),
        edits("DELETE /v1/premises/{id}", OFFICE, |names| format!("/v1/premises/{}", names.premises)),
        edits("DELETE /v1/regions/{id}", ORGANISATION, |names| format!("/v1/regions/{}", names.region)),
        edits("DELETE /v1/zones/{id}", ZONE, |names| format!("/v1/zones/{}", names.zone)).over(Reach::Country),
        edits("DELETE /v1/security-areas/{id}", AREA, |names| format!("/v1/security-areas/{}", names.area))
            .over(Reach::Country),
        asked(
            "DELETE /v1/sessions/{id}",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/sessions/{}", names.session),
            none,
        ),
        asked(
            "POST /v1/people/{id}/sessions/end",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/people/{}/sessions/end", names.person),
            reason,
        ),
        asked(
            "DELETE /v1/tokens/{id}",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens/{}", names.token),
            reason,
        ),
        asked("DELETE /v1/grants/{id}", ADMINISTERS, OFFICE, |names| format!("/v1/grants/{}", names.grant), reason),
        asked(
            "POST /v1/people/{id}/departure",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}/departure", names.colleague),
            empty,
        ),
        asked(
            "POST /v1/people/{id}/return",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}/return", names.colleague),
            empty,
        ),
        asked(
            "POST /v1/break-glass",
            BREAKS_GLASS,
            OFFICE,
            |_| "/v1/break-glass".into(),
            |names, _| {
                Some(json!({ "area": "office", "area_id": names.office,
                             "reason": "the matrix breaks the glass to see that it may" }))
            },
        )
        .over(Reach::SameOrganisation),
        asked(
            "POST /v1/offices/{id}/seizure",
            SEIZES,
            OFFICE,
            |names| format!("/v1/offices/{}/seizure", names.office),
            reason,
        ),
        asked(
            "DELETE /v1/offices/{id}/seizure",
            SEIZES,
            OFFICE,
            |names| format!("/v1/offices/{}/seizure", names.office),
            reason,
        ),
        asked(
            "POST /v1/unsealing",
            UNSEALS,
            OFFICE,
            |_| "/v1/unsealing".into(),
            |names, _| Some(json!({ "country": names.country, "hours": 1, "reason": "the matrix asks" })),
        ),
    ]
}

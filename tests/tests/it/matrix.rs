//! The matrix: every route of the API document and every stream, asked by every role over its areas, about
//! its own, what lies below and above it, its siblings and others' (and when the grant is over). Each cell
//! is allowed, or answered as if what was asked about were not there. Who may is said in `oracle.rs`,
//! from the domain's words.

mod credentials;
mod fields;
mod ground;
mod machines;
mod oracle;
mod routes;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use muster::http::documents::openapi;
use reqwest::Method;
use serde_json::Value;
use tests::{Answer, Operator, SignedIn, TestApp, key, on_both};
use wire::IDEMPOTENCY_KEY;
use wire::access::{AreaKind, Role};

use ground::{Ground, Names};
use oracle::{At, ROLES, Relation, every, reaches, relation};
use routes::{Asked, PARTS, Told, Whom, part};

/// How long the grants of the matrix last.
const LASTS: TimeDelta = TimeDelta::minutes(61);

/// Somebody who is tried.
struct Tried {
    role: Role,
    area: Option<AreaKind>,
    desk: Operator,
}

impl Tried {
    /// Every role over every kind of area of the matrix, and somebody who holds nothing.
    async fn everybody(ground: &Ground, until: DateTime<Utc>) -> Vec<Self> {
        let mut all = Vec::new();
        let held = ROLES.iter().flat_map(|(role, areas)| areas.iter().map(move |area| (*role, Some(*area))));
        for (role, area) in held.chain([(Role::Personnel, None)]) {
            all.push(Self { role, area, desk: ground.somebody(role.word(), area, until).await });
        }
        all
    }

    fn may(&self, asked: &Asked, at: At) -> bool {
        match (asked.whom, self.area) {
            (Whom::Everybody, _) => true,
            (Whom::Roles(roles, reach), Some(area)) => roles.contains(&self.role) && reaches(reach, area, at),
            (Whom::Roles(..), None) => false,
        }
    }

    fn relation(&self, at: At) -> Relation {
        self.area.map_or(Relation::Nowhere, |area| relation(area, at))
    }
}

async fn ask(desk: &SignedIn, asked: &Asked, names: &Names, now: DateTime<Utc>) -> Answer {
    let (method, _) = asked.operation.split_once(' ').expect("a method and a path");
    let method: Method = method.parse().expect("a method");
    let path = (asked.path)(names);
    let request = desk.request(method, &path).header(IDEMPOTENCY_KEY, key().to_string());
    // Of the first revision: whoever may is told when it is not the last any more.
    let request = request.header("If-Match", "\"1\"");
    let request = match (asked.body)(names, now) {
        None => request,
        Some(Value::String(file)) => request.header("Muster-File-Name", "list.csv").body(file),
        Some(body) => request.json(&body),
    };
    desk.http().send(request).await
}

/// What an answer says to somebody who may not: that it is not for them, or what it would say of nothing.
enum Seen {
    Allowed,
    Refused,
    Strange(String),
}

async fn judge(tried: &Tried, asked: &Asked, names: &Names, now: DateTime<Utc>) -> Seen {
    let answer = ask(&tried.desk, asked, names, now).await;
    let said = || format!("{} {}", answer.status, answer.text().chars().take(300).collect::<String>());
    match (asked.told, answer.status) {
        (Told::Lists(found), 200) if answer.text().contains(&found(names)) => Seen::Allowed,
        (Told::Lists(_), 200) => Seen::Refused,
        (_, 403) if answer.problem().code == wire::Code::StepUpRequired => Seen::Strange(said()),
        (_, 400 | 401 | 405 | 413 | 415 | 429 | 500..) => Seen::Strange(said()),
        (_, 403 | 404 | 422) if matches!(asked.at, At::Nothing) => match answer.status {
            422 => Seen::Allowed,
            404 if matches!(asked.whom, Whom::Everybody) => Seen::Allowed,
            _ => Seen::Refused,
        },
        (_, 403 | 404 | 422) => {
            let of_nothing = ask(&tried.desk, asked, &Names::unknown(), now).await;
            let (one, other) = (answer.problem(), of_nothing.problem());
            let same = (answer.status, one.code, &one.detail) == (of_nothing.status, other.code, &other.detail);
            // That what is there cannot be done is told to those only who may know that it is there.
            if same { Seen::Refused } else { Seen::Allowed }
        }
        _ => Seen::Allowed,
    }
}

/// How many cells there were of each relation, allowed and refused.
#[derive(Default)]
struct Counts(BTreeMap<(String, bool), usize>);

impl Counts {
    fn add(&mut self, relation: impl std::fmt::Debug, allowed: bool) {
        *self.0.entry((format!("{relation:?}").to_lowercase(), allowed)).or_default() += 1;
    }

    fn of(&self, allowed: bool) -> usize {
        self.0.iter().filter(|((_, one), _)| *one == allowed).map(|(_, count)| count).sum()
    }

    fn print(&self, part: &str, app: &TestApp) {
        let (allowed, refused) = (self.of(true), self.of(false));
        println!("matrix, {part}, {:?}: {} cells, {allowed} allowed, {refused} refused", app.db(), allowed + refused);
        for ((relation, allowed), count) in &self.0 {
            println!("  {relation} {}: {count}", if *allowed { "allowed" } else { "refused" });
        }
    }
}

async fn play(app: &TestApp, name: &str) {
    let ground = Ground::lay(app).await;
    let everybody = Tried::everybody(&ground, app.now() + LASTS).await;
    let (mut counts, mut wrong) = (Counts::default(), Vec::new());
    for asked in part(name) {
        for at in every(asked.at) {
            for tried in &everybody {
                let expected = tried.may(&asked, at);
                let mut names = ground.names(at);
                if expected {
                    ground.renew(asked.operation, &mut names).await;
                }
                let cell = format!("{} about {at:?} by {:?} over {:?}", asked.operation, tried.role, tried.area);
                match judge(tried, &asked, &names, app.now()).await {
                    Seen::Allowed if expected => counts.add(tried.relation(at), true),
                    Seen::Refused if !expected => counts.add(tried.relation(at), false),
                    Seen::Allowed => wrong.push(format!("{cell}: allowed")),
                    Seen::Refused => wrong.push(format!("{cell}: refused")),
                    Seen::Strange(said) => wrong.push(format!("{cell}: {said}")),
                }
            }
        }
    }
    // Every grant is over: whoever could, can't, about what was their own.
    app.advance(LASTS);
    for tried in &everybody {
        tried.desk.step_up(&tried.desk.password).await;
    }
    for asked in part(name) {
        if matches!(asked.whom, Whom::Everybody) {
            continue;
        }
        for tried in &everybody {
            let Some(at) = every(asked.at).into_iter().find(|at| tried.may(&asked, *at)) else { continue };
            let cell = format!("{} about {at:?} by {:?} that was over {:?}", asked.operation, tried.role, tried.area);
            match judge(tried, &asked, &ground.names(at), app.now()).await {
                Seen::Refused => counts.add("expired", false),
                Seen::Allowed => wrong.push(format!("{cell}: allowed")),
                Seen::Strange(said) => wrong.push(format!("{cell}: {said}")),
            }
        }
    }
    for tried in &everybody {
        tried.desk.sign_out().await.expect(204);
        tried.desk.get("/v1/session").await.refused(wire::Code::CredentialExpired);
    }
    counts.print(name, app);
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts.of(true) > 0 && counts.of(false) > counts.of(true), "most cells are refused, some are allowed");
}

on_both!(accounts_and_cases_are_for_those_who_may, by_hand, async |app| play(app, "accounts and cases").await);
on_both!(people_are_for_those_who_may, by_hand, async |app| play(app, "people").await);
on_both!(places_are_for_those_who_may, by_hand, async |app| play(app, "places").await);
on_both!(lists_and_phones_are_for_those_who_may, by_hand, async |app| play(app, "lists and phones").await);
on_both!(rights_are_for_those_who_may, by_hand, async |app| play(app, "rights").await);
on_both!(the_watch_is_for_those_who_may, by_hand, async |app| play(app, "the watch").await);
on_both!(endings_are_for_those_who_may, by_hand, async |app| play(app, "endings").await);
on_both!(escalation_is_for_those_who_may, by_hand, async |app| play(app, "escalation").await);

/// A route that is added to the API document and not to the matrix fails here.
#[test]
fn every_route_of_the_document_is_in_the_matrix() {
    let asked = PARTS.iter().flat_map(|name| part(name)).map(|asked| asked.operation.to_owned());
    let matrix: BTreeSet<String> =
        asked.chain(credentials::operations()).chain(machines::operations()).chain(streams::operations()).collect();
    let document = serde_json::to_value(openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let documented: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(documented.difference(&matrix).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the matrix");
    assert_eq!(matrix.difference(&documented).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the document");
}

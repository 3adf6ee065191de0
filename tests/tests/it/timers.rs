//! Timers fire once, with their event, at their time or as soon as somebody is there to fire them: rounds of a clock
//! that is moved at random, with restarts at random, while two that fire race for each.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tests::{Db, Operator, TestApp, Time, run};
use uuid::Uuid;
use wire::case::{CaseDetail, Change, ReleaseReason};

/// Rounds; `MUSTER_TEST_ROUNDS` says otherwise, and `MUSTER_TEST_SEED` repeats a run.
const ROUNDS: u64 = 300;

/// A claim without action reopens after this.
const IDLE: TimeDelta = TimeDelta::minutes(3);

/// Before a session runs out its owner signs in again.
const SIGN_IN: TimeDelta = TimeDelta::hours(6);

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What must have become of one case.
#[derive(Default)]
struct Expected {
    /// Whose it is, and when it reopens unless they act.
    held: Option<(usize, DateTime<Utc>)>,
    /// When it was to reopen, and when it did.
    reopened: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

struct Rounds<'a> {
    app: &'a mut TestApp,
    dice: StdRng,
    operators: Vec<Operator>,
    signed_in: DateTime<Utc>,
    cases: Vec<(Uuid, Expected)>,
    restarts: u64,
}

impl Rounds<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    async fn one(&mut self) {
        match self.dice.random_range(0..100) {
            0..45 => self.act().await,
            45..85 => self.wait(100),
            85..97 => self.wait(600),
            _ => self.restart().await,
        }
        self.settle().await;
        if self.now() - self.signed_in > SIGN_IN {
            self.sign_in().await;
        }
    }

    /// Somebody does something about some case.
    async fn act(&mut self) {
        let (number, who) = (self.dice.random_range(0..self.cases.len()), self.dice.random_range(0..3));
        let until = self.now() + IDLE;
        let gives_up = self.dice.random_bool(0.2);
        let (case, expected) = &mut self.cases[number];
        let (what, body, held) = match expected.held {
            None => ("claim", json!({}), Some((who, until))),
            Some(_) if gives_up => ("release", json!({}), None),
            Some((owner, _)) => ("notes", json!({ "text": "Called, no answer" }), Some((owner, until))),
        };
        let by = expected.held.map_or(who, |(owner, _)| owner);
        expected.held = held;
        self.operators[by].does(*case, what, body).await;
    }

    fn wait(&mut self, longest: i64) {
        self.app.advance(TimeDelta::seconds(self.dice.random_range(0..=longest)));
    }

    /// The server is away for a while, perhaps over a deadline.
    async fn restart(&mut self) {
        self.app.stop().await;
        self.wait(900);
        self.app.start_again();
        self.restarts += 1;
    }

    /// Fires what is due, beside the server's own thread, and says what must have come of it.
    async fn settle(&mut self) {
        let distress = self.app.app().distress.clone();
        let firing =
            tokio::task::spawn_blocking(move || while distress.fire_due().expect("timers are looked at") > 0 {});
        firing.await.expect("fired");
        let now = self.now();
        for (_, expected) in &mut self.cases {
            if let Some((_, due)) = expected.held.take_if(|(_, due)| *due <= now) {
                expected.reopened.push((due, now));
            }
        }
    }

    async fn sign_in(&mut self) {
        let mut again = Vec::new();
        for operator in &self.operators {
            again.push(operator.again().await);
        }
        (self.operators, self.signed_in) = (again, self.now());
    }

    /// Every case is as it must be, from its first event on.
    async fn judge(&self) -> u64 {
        let mut fired = 0;
        for (case, expected) in &self.cases {
            let CaseDetail { case, timeline, .. } = self.operators[0].sees(*case).await;
            let owner = expected.held.map(|(owner, _)| self.operators[owner].person);
            assert_eq!(case.owner.map(|owner| owner.id), owner);
            let reopened = timeline
                .iter()
                .filter(|entry| matches!(&entry.change, Change::Released { reason: ReleaseReason::Idle, .. }));
            let reopened: Vec<_> = reopened.map(|entry| (entry.occurred_at, entry.at)).collect();
            assert_eq!(reopened, expected.reopened, "when it was to reopen, and when it did");
            fired += reopened.len() as u64;
        }
        fired
    }
}

fn rounds(db: Db) {
    let seed = from_environment("MUSTER_TEST_SEED").unwrap_or_else(|| rand::rng().random());
    let count = from_environment("MUSTER_TEST_ROUNDS").unwrap_or(ROUNDS);
    // Before anything can fail: this repeats it.
    drop(writeln!(std::io::stderr(), "MUSTER_TEST_SEED={seed} MUSTER_TEST_ROUNDS={count}"));
    run(db, Time::ByHand, async |app| {
        let world = app.world().await;
        let mut operators = Vec::new();
        for name in ["Awa Diallo", "Ben Otieno", "Chi Eze"] {
            operators.push(world.operator(name).await);
        }
        let mut cases = Vec::new();
        for number in 0..6 {
            let phone = world.phone(&format!("Person {number}"), &world.kenya).await;
            cases.push((phone.tap().await.case.id, Expected::default()));
        }
        let signed_in = app.now();
        let dice = StdRng::seed_from_u64(seed);
        let mut rounds = Rounds { app, dice, operators, signed_in, cases, restarts: 0 };
        for _ in 0..count {
            rounds.one().await;
        }
        let fired = rounds.judge().await;
        let restarts = rounds.restarts;
        drop(writeln!(std::io::stderr(), "{count} rounds, {fired} timers fired, each once; {restarts} restarts"));
        assert!(fired > count / 50, "{fired} timers are no test");
    });
}

#[test]
fn whatever_the_clock_and_restarts_do_a_claim_reopens_once_on_sqlite() {
    rounds(Db::Sqlite);
}

#[cfg(not(sqlite_only))]
#[test]
fn whatever_the_clock_and_restarts_do_a_claim_reopens_once_on_postgres() {
    rounds(Db::Postgres);
}

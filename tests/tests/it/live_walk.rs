//! Snapshot plus events equals a fresh snapshot: after every step, on every console, whatever breaks.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tests::{ADDIS_ABABA, Console, KAMPALA, NAIROBI, OPEN_SEA, Operator, Phone, TestApp, World, on_both};
use wire::not_okay::Stored;

/// Steps of the walk.
const STEPS: usize = 80;

/// People who write at once, and events of each.
const WRITERS: usize = 16;
const EACH: usize = 32;

/// The dice of a run; its seed is printed, and `MUSTER_TEST_SEED` repeats it.
fn dice() -> StdRng {
    let given = std::env::var("MUSTER_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| rand::rng().random());
    println!("MUSTER_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// Who acts in a walk.
struct Cast {
    operators: Vec<Operator>,
    phones: Vec<(Phone, Option<Stored>)>,
    consoles: Vec<Console>,
}

impl Cast {
    async fn assemble(world: &World) -> Self {
        let mut operators = Vec::new();
        for name in ["Awa Diallo", "Ben Otieno"] {
            operators.push(world.operator(name).await);
        }
        operators.push(world.field_officer("Uma Nakato", &world.uganda).await);
        let mut phones = Vec::new();
        for (number, office) in [&world.kenya, &world.kenya, &world.uganda, &world.ethiopia].into_iter().enumerate() {
            phones.push((world.phone(&format!("Person {number}"), office).await, None));
        }
        let mut consoles = Vec::new();
        for nth in [0, 0, 1, 1, 2] {
            consoles.push(operators[nth].unattended_console().await);
        }
        Self { operators, phones, consoles }
    }

    /// Does something at random. What the rules refuse is a step, too: it must change nothing.
    async fn step(&mut self, app: &TestApp, dice: &mut StdRng) {
        let places = [NAIROBI, KAMPALA, ADDIS_ABABA, OPEN_SEA];
        let (lat, lon) = places[dice.random_range(0..places.len())];
        let phone = dice.random_range(0..self.phones.len());
        let (phone, stored) = &mut self.phones[phone];
        let operator = &self.operators[dice.random_range(0..self.operators.len())];
        let cases = operator.snapshot().await.cases;
        let case = (!cases.is_empty()).then(|| cases[dice.random_range(0..cases.len())].clone());
        match dice.random_range(0..12) {
            0 | 1 => *stored = Some(phone.tap().await),
            2 => *stored = Some(phone.tap_at((lat, lon)).await),
            3 => {
                if let Some(stored) = stored {
                    let fix = json!({ "position": { "lat": lat, "lon": lon } });
                    phone.add(&stored.case_token, "position", &fix).await;
                }
            }
            4 => {
                if let Some(stored) = stored {
                    let facts = json!({ "facts": { "people": dice.random_range(1..9), "can_talk": "no" } });
                    phone.add(&stored.case_token, "facts", &facts).await;
                }
            }
            5 => app.advance(chrono::TimeDelta::seconds(dice.random_range(1..100))),
            what => {
                let Some(case) = case else { return };
                let from = case.owner.as_ref().map(|owner| owner.id);
                let (path, body) = match what {
                    6 => ("claim", json!({})),
                    7 => ("claim", json!({ "takeover": { "from": from, "reason": "shift_change" } })),
                    8 => ("notes", json!({ "text": "a note" })),
                    9 => ("contacts", json!({ "channel": "call", "result": "no_answer" })),
                    10 => ("release", json!({})),
                    _ => ("close", json!({ "outcome": "resolved", "note": "done", "revision": case.revision })),
                };
                operator.act(case.id, path, &body).await;
            }
        }
    }
}

on_both!(snapshot_plus_events_equals_a_fresh_snapshot_after_every_step, by_hand, async |app| {
    let world = app.world().await;
    let mut dice = dice();
    let mut cast = Cast::assemble(&world).await;
    let mut cut = BTreeSet::new();
    for _ in 0..STEPS {
        // Links break and come back at any time, also across several steps.
        let nth = dice.random_range(0..cast.consoles.len());
        match dice.random_range(0..4) {
            0 => {
                cast.consoles[nth].cut();
                cut.insert(nth);
            }
            1 => cast.consoles[nth].redial().await,
            _ => {}
        }
        cast.step(app, &mut dice).await;
        for (nth, console) in cast.consoles.iter_mut().enumerate() {
            if cut.contains(&nth) && dice.random_range(0..2) == 0 {
                continue;
            }
            if cut.remove(&nth) {
                console.redial().await;
            }
            console.equals_a_fresh_snapshot().await;
        }
    }
    for console in &mut cast.consoles {
        console.redial().await;
        console.equals_a_fresh_snapshot().await;
    }
});

on_both!(sixteen_writers_and_broken_links_leave_no_gap_and_no_double, async |app| {
    let world = app.world().await;
    let mut dice = dice();
    let mut consoles = Vec::new();
    let operator = world.operator("Awa Diallo").await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    // Both logs have begun, so that every console has a cursor of each to come back with.
    let first = world.phone("Musa Kimani", &world.kenya).await.tap_at(KAMPALA).await.case.id;
    for desk in [&operator, &operator, &operator, &ugandan, &ugandan] {
        consoles.push(desk.unattended_console().await);
    }
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let office = if number % 2 == 0 { &world.kenya } else { &world.uganda };
        writers.push(world.phone(&format!("Person {number}"), office).await);
    }
    let writing = futures_util::future::join_all(writers.iter().map(|phone| async {
        let stored = phone.tap_at(KAMPALA).await;
        for number in 1..EACH {
            match number % 3 {
                0 => drop(phone.tap().await),
                1 => drop(operator.does(stored.case.id, "notes", json!({ "text": "a note" })).await),
                _ => {
                    let fix = json!({ "position": { "lat": KAMPALA.0, "lon": KAMPALA.1 + number as f64 / 1_000.0 } });
                    phone.add(&stored.case_token, "position", &fix).await.expect(200);
                }
            }
        }
    }));
    let breaking = async {
        for _ in 0..30 {
            let nth = dice.random_range(0..consoles.len());
            consoles[nth].redial().await;
            consoles[nth].keeps_the_rules();
        }
    };
    tokio::join!(writing, breaking);
    let written = WRITERS * EACH;
    for console in &consoles {
        console.until("every event", |model| (model.entries.len() >= written).then_some(())).await;
        console.equals_a_fresh_snapshot().await;
        let model = console.model();
        let distinct: BTreeSet<_> = model.entries.iter().map(|entry| entry.id).collect();
        assert_eq!((model.entries.len(), distinct.len(), model.snapshots), (written, written, 1));
    }
    // Every case lies in its own office's log and in that of the position; both are whole.
    let uganda = app.case_log_of(world.uganda.id).await;
    assert_eq!((uganda.len(), uganda[0].subject), (1 + written, first));
    assert_eq!(app.case_log_of(world.kenya.id).await.len(), 1 + written / 2);
    let uganda = app.log_of(world.uganda.id).await;
    assert!(uganda.iter().enumerate().all(|(at, event)| event.seq == at as i64 + 1));
});

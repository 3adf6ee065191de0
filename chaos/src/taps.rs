//! Phones that tap, whether or not anybody keeps up: each tap has its own key and is repeated, also at other nodes,
//! until it is acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tests::{Http, key};
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;
use wire::not_okay::Stored;
use wire::{AGE_HEADER, IDEMPOTENCY_KEY};

use crate::history::{History, Record};
use crate::people::Handset;

/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(5);

/// The first wait before a repeat is a part of this; each further one up to twice as long.
const AGAIN: Duration = Duration::from_millis(400);

/// Longest wait before a repeat.
const LONGEST: Duration = Duration::from_secs(4);

/// Taps that are under way at most, in seconds of the ordinary rate; beyond it no new one begins.
const UNDER_WAY: u64 = 30;

/// Requests of one phone at one time: a phone has one line; taps take turns.
const AT_ONCE: usize = 3;

/// How often new taps begin.
const TICK: Duration = Duration::from_millis(20);

/// Eight hours, milliseconds: how old a tap of a phone that was offline says it is.
const OFFLINE_MS: u64 = 8 * 3_600_000;

/// All phones.
pub struct Phones {
    handsets: Vec<Handset>,
    lines: Vec<Line>,
    doors: Vec<Http>,
    history: History,
    rate: u32,
    wander: bool,
    times: AtomicU32,
    under_way: AtomicU64,
    skipped: AtomicU64,
    ended: AtomicBool,
    given_up: AtomicBool,
}

/// What a phone sends by. It stays with a node until that one does not do what it should.
struct Line {
    free: Semaphore,
    door: AtomicUsize,
}

/// One tap.
struct Tap {
    key: Uuid,
    /// Whose phone.
    handset: usize,
    distress: String,
    body: Vec<u8>,
    scopes: Vec<Uuid>,
    plain: bool,
    /// How old it says it is at its first sending.
    age_ms: u64,
    /// Whether its phone repeats it when a node holds it.
    repeats_held: bool,
}

/// What came of sending one.
enum Tried {
    Stored,
    Held,
    Refused(u16),
    Unknown,
}

impl Phones {
    /// Phones that reach nodes by these doors. `rate` is in taps a second, of all together. Those that wander send each
    /// tap to any node.
    pub fn new(handsets: Vec<Handset>, doors: Vec<Http>, history: History, rate: u32, wander: bool) -> Self {
        Self {
            lines: (0..handsets.len()).map(|door| Line { free: Semaphore::new(AT_ONCE), door: door.into() }).collect(),
            handsets,
            doors,
            history,
            rate,
            wander,
            times: AtomicU32::new(1),
            under_way: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        }
    }

    /// Taps that come at so many times the rate from now on.
    pub fn come(&self, times: u32) {
        self.times.store(times, Ordering::Relaxed);
    }

    /// No new tap from now on.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// No repeat either.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// How many taps are under way.
    pub fn under_way(&self) -> u64 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// How many taps did not begin because too many were under way.
    pub fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Lets taps begin, by the clock alone, until told to end.
    pub async fn tap_on(self: Arc<Self>, seed: u64) {
        let mut dice = ChaCha12Rng::seed_from_u64(seed);
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (mut last, mut due) = (Instant::now(), 0.0);
        while !self.ended.load(Ordering::Relaxed) {
            tick.tick().await;
            let now = Instant::now();
            due += (now - last).as_secs_f64() * f64::from(self.rate * self.times.load(Ordering::Relaxed));
            last = now;
            while due >= 1.0 {
                due -= 1.0;
                match self.tap(&mut dice, false) {
                    Some(tap) => self.send(tap),
                    None => return,
                }
            }
        }
    }

    /// So many taps whose bodies are no bodies.
    pub fn poison(self: &Arc<Self>, count: u32, seed: u64) {
        let mut dice = ChaCha12Rng::seed_from_u64(seed);
        for _ in 0..count {
            if let Some(tap) = self.tap(&mut dice, true) {
                self.send(tap);
            }
        }
    }

    /// One tap that is sent once, to this address. The status of its answer.
    pub async fn tap_once(&self, http: &Http) -> Option<u16> {
        let tap = self.tap(&mut ChaCha12Rng::seed_from_u64(rand::random()), false)?;
        match self.attempt(&tap, http, tap.age_ms).await {
            Tried::Stored => Some(201),
            Tried::Held => Some(202),
            Tried::Refused(status) => Some(status),
            Tried::Unknown => None,
        }
    }

    fn tap(&self, dice: &mut ChaCha12Rng, poisoned: bool) -> Option<Tap> {
        let number = dice.random_range(0..self.handsets.len().max(1));
        let handset = self.handsets.get(number)?;
        let key = key();
        let mut tap = Tap {
            key,
            handset: number,
            distress: handset.distress.clone(),
            body: Vec::new(),
            scopes: vec![handset.office],
            plain: !poisoned,
            age_ms: 0,
            repeats_held: dice.random_bool(0.5),
        };
        if poisoned {
            tap.body = poison(dice);
            return Some(tap);
        }
        let mut body = json!({ "facts": { "note": key } });
        if dice.random_bool(0.2) {
            let ((lat, lon), office) = handset.places.get(dice.random_range(0..handset.places.len().max(1)))?;
            if let Some(fields) = body.as_object_mut() {
                fields.insert("position".to_owned(), json!({ "lat": lat, "lon": lon, "source": "gps" }));
            }
            if !tap.scopes.contains(office) {
                tap.scopes.push(*office);
            }
        }
        match dice.random_range(0..20) {
            // A phone that was offline, and two whose clocks are years off: none of it orders anything.
            0 => tap.age_ms = OFFLINE_MS,
            odd @ (1 | 2) => {
                let stamp = if odd == 1 { "2016-01-01T00:00:00Z" } else { "2036-01-01T00:00:00Z" };
                if let Some(fields) = body.as_object_mut() {
                    fields.insert("tapped_at".to_owned(), json!(stamp));
                }
            }
            _ => {}
        }
        tap.body = body.to_string().into_bytes();
        Some(tap)
    }

    fn send(self: &Arc<Self>, tap: Tap) {
        if self.under_way() >= UNDER_WAY * u64::from(self.rate) {
            self.skipped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let this = Arc::clone(self);
        tokio::spawn(async move {
            this.carry_on(tap).await;
            this.under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }

    async fn carry_on(&self, tap: Tap) {
        let (began, mut wait) = (Instant::now(), AGAIN);
        loop {
            let Some(line) = self.lines.get(tap.handset) else { return };
            let Ok(free) = line.free.acquire().await else { return };
            let kept = line.door.load(Ordering::Relaxed);
            let door = if self.wander { rand::rng().random_range(0..self.doors.len().max(1)) } else { kept };
            let Some(http) = self.doors.get(door % self.doors.len().max(1)) else { return };
            let age = tap.age_ms + u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let done = match self.attempt(&tap, http, age).await {
                Tried::Stored => {
                    // Now and then the phone did not get the answer: the repeat must say the same.
                    let again = tap.plain && tap.key.as_u128().is_multiple_of(41) && wait == AGAIN;
                    wait = LONGEST;
                    !again
                }
                Tried::Held => !tap.repeats_held,
                Tried::Refused(_) | Tried::Unknown => false,
            };
            if done || self.given_up.load(Ordering::Relaxed) {
                return;
            }
            drop(free);
            let part = rand::rng().random_range(0.5..1.0);
            sleep(wait.mul_f64(part)).await;
            wait = (wait * 2).min(LONGEST);
            // Another tap may have moved on already.
            let _moved = line.door.compare_exchange(kept, kept + 1, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// Sends a tap once, and notes what came of it.
    async fn attempt(&self, tap: &Tap, http: &Http, age_ms: u64) -> Tried {
        let (key, scopes) = (tap.key, tap.scopes.clone());
        self.history.note(Record::Attempt { at: self.history.now(), key, scopes, plain: tap.plain });
        let answer = timeout(ANSWER, http.try_send(request(http, tap, age_ms))).await.ok().flatten();
        let at = self.history.now();
        let stored = |body: &[u8]| serde_json::from_slice::<Stored>(body).ok();
        let (tried, record) = match answer.map(|answer| (answer.status, answer.body)) {
            Some((200 | 201, body)) => match stored(&body) {
                Some(stored) => {
                    let (case, stored_us) = (stored.case.id, stored.stored_at.timestamp_micros());
                    (Tried::Stored, Record::Acknowledged { at, key, case, stored_us })
                }
                None => (Tried::Unknown, Record::Unknown { at, key }),
            },
            Some((202, _)) => (Tried::Held, Record::Held { at, key }),
            Some((status, _)) => (Tried::Refused(status), Record::Refused { at, key, status }),
            None => (Tried::Unknown, Record::Unknown { at, key }),
        };
        self.history.note(record);
        tried
    }
}

fn request(http: &Http, tap: &Tap, age_ms: u64) -> RequestBuilder {
    http.request(Method::POST, "/v1/not-okay")
        .timeout(ANSWER)
        .header("Authorization", format!("Distress {}", tap.distress))
        .header(IDEMPOTENCY_KEY, tap.key.to_string())
        .header(AGE_HEADER, age_ms.to_string())
        .header("Content-Type", "application/json")
        .body(tap.body.clone())
}

/// Something that is no body of a Not Okay, or hardly one.
fn poison(dice: &mut ChaCha12Rng) -> Vec<u8> {
    match dice.random_range(0..6) {
        0 => Vec::new(),
        1 => (0..dice.random_range(1..4_000)).map(|_| dice.random()).collect(),
        2 => b"[".repeat(dice.random_range(1..3_000)),
        3 => br#"{"position":{"lat":1e999,"lon":"x"},"facts":{"people":-1,"note":[]},"colleague":7}"#.to_vec(),
        4 => format!(r#"{{"facts":{{"note":"\u0000\u202e{}"}}}}"#, "\u{1f4a5}".repeat(500)).into_bytes(),
        _ => br#"{"facts":{"danger":"attack""#.to_vec(),
    }
}

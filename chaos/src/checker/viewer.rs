//! One console, replayed: the rules of the protocol, what was displayed when, and when it took itself for live.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;
use wire::live::digest;

use super::taps::Taps;
use super::truth::Truth;
use super::{Findings, Wrong};
use crate::history::{Record, Stood, Us};

/// A console that had no beat for this long says so: it does not take itself for live any more. Microseconds.
const AMBER: Us = 10_000_000;

/// A frame that was lost may show so long after the loss, on the same connection: two beats. Microseconds.
const NOTICED: Us = 11_000_000;

/// A console.
pub(super) struct Viewer {
    console: u32,
    lone: bool,
    scopes: Option<BTreeSet<Uuid>>,
    heads: BTreeMap<Uuid, u64>,
    displayed: HashMap<Uuid, Us>,
    told: HashMap<Uuid, Us>,
    /// When it was told that there is more than it can be told.
    told_more: Vec<Us>,
    live: Vec<(Us, Us)>,
    connection: Option<Connection>,
}

struct Connection {
    link: u32,
    began: Us,
    /// A frame is missing, or a digest differs: it is about to dial again.
    over: bool,
    said_live: bool,
    live_since: Option<Us>,
    fresh_until: Us,
}

/// When frames were lost on which link.
struct Losses(HashMap<u32, Vec<(Us, Us)>>);

impl Losses {
    fn read(records: &[Record]) -> Self {
        let mut losses: HashMap<u32, Vec<(Us, Us)>> = HashMap::new();
        for record in records {
            let Record::Lossy { at, link, on } = record else { continue };
            let of_link = losses.entry(*link).or_default();
            match (on, of_link.last_mut()) {
                (false, Some(last)) => last.1 = *at,
                (false, None) => {}
                (true, _) => of_link.push((*at, Us::MAX)),
            }
        }
        Self(losses)
    }

    fn touch(&self, connection: &Connection, now: Us) -> bool {
        let of_link = self.0.get(&connection.link);
        of_link.is_some_and(|all| {
            all.iter()
                .any(|(from, until)| *from <= now && connection.began <= *until && now <= until.saturating_add(NOTICED))
        })
    }
}

/// What a record of a console is held against.
struct Against<'a> {
    truth: &'a Truth,
    taps: &'a Taps,
    losses: &'a Losses,
}

impl Viewer {
    /// Every console of a history.
    pub(super) fn all(records: &[Record], truth: &Truth, taps: &Taps, findings: &mut Findings) -> Vec<Self> {
        let losses = Losses::read(records);
        let against = Against { truth, taps, losses: &losses };
        let mut viewers: BTreeMap<u32, Self> = BTreeMap::new();
        let mut end = 0;
        for record in records {
            if let Record::Watches { console, lone, scopes, .. } = record {
                viewers.insert(*console, Self::new(*console, *lone, scopes.as_ref()));
            }
            let Some((console, at)) = seen_by(record) else { continue };
            end = at.max(end);
            match viewers.get_mut(&console) {
                Some(viewer) => viewer.take(record, at, &against, findings),
                None => findings.add(Wrong::NotWhole, None, None, format!("nobody knows console {console}")),
            }
        }
        let mut viewers: Vec<Self> = viewers.into_values().collect();
        viewers.iter_mut().for_each(|viewer| viewer.end(end));
        viewers
    }

    fn new(console: u32, lone: bool, scopes: Option<&Vec<Uuid>>) -> Self {
        Self {
            console,
            lone,
            scopes: scopes.map(|scopes| scopes.iter().copied().collect()),
            heads: BTreeMap::new(),
            displayed: HashMap::new(),
            told: HashMap::new(),
            told_more: Vec::new(),
            live: Vec::new(),
            connection: None,
        }
    }

    pub(super) fn console(&self) -> u32 {
        self.console
    }

    /// Whether its line is its own.
    pub(super) fn is_lone(&self) -> bool {
        self.lone
    }

    /// Whether it may see a scope.
    pub(super) fn may_see(&self, scope: Uuid) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope))
    }

    /// When an event was first displayed.
    pub(super) fn displayed(&self, event: Uuid) -> Option<Us> {
        self.displayed.get(&event).copied()
    }

    /// When it was told that a tap is held, or that more are held than it can be told, at or after this time.
    pub(super) fn told(&self, key: Uuid, held: Us) -> Option<Us> {
        let by_number = self.told_more.iter().find(|at| **at >= held).copied();
        self.told.get(&key).copied().into_iter().chain(by_number).min()
    }

    /// How long between these times it took itself for live.
    pub(super) fn live_within(&self, from: Us, until: Us) -> Us {
        let first = self.live.partition_point(|(_, end)| *end <= from);
        let after = self.live.get(first..).unwrap_or_default().iter().take_while(|(begin, _)| *begin < until);
        after.map(|(begin, end)| (*end).min(until).saturating_sub((*begin).max(from))).sum()
    }

    fn take(&mut self, record: &Record, at: Us, against: &Against<'_>, findings: &mut Findings) {
        match record {
            Record::Welcomed { link, .. } => {
                self.end(at);
                let (over, said_live) = (false, false);
                self.connection =
                    Some(Connection { link: *link, began: at, over, said_live, live_since: None, fresh_until: at });
            }
            Record::Snapshot { cursors, cases, .. } => self.snapshot(at, cursors, cases, against, findings),
            Record::Event { scope, seq, event, note, stood, .. } => {
                let shown = self.place(*scope, *seq, Some(*event), at, against, findings);
                if shown {
                    self.displayed.entry(*event).or_insert(at);
                    agrees(*scope, *event, *note, stood, against, findings);
                }
            }
            Record::Passed { scope, seq, .. } => {
                self.place(*scope, *seq, None, at, against, findings);
            }
            Record::Live { .. } => self.fresh(at, 0, false),
            Record::Beat { digest: theirs, lag, down, .. } => self.beat(at, *theirs, (*lag, *down), against, findings),
            Record::Provisional { keys, more, .. } => {
                for key in keys {
                    self.told.entry(*key).or_insert(at);
                }
                if *more > 0 {
                    self.told_more.push(at);
                }
            }
            Record::Ended { .. } => self.end(at),
            _ => {}
        }
    }

    /// Takes the next place of a scope; false when nothing of it is shown.
    fn place(
        &mut self,
        scope: Uuid,
        seq: u64,
        event: Option<Uuid>,
        at: Us,
        against: &Against<'_>,
        findings: &mut Findings,
    ) -> bool {
        let mut wrong = |wrong, why: String| {
            let why = format!("console {}: {why}", self.console);
            findings.add(wrong, Some(scope), None, why);
        };
        if !self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope)) {
            wrong(Wrong::Foreign, format!("it got number {seq} of a scope that it may not see"));
        }
        let Some(connection) = &mut self.connection else {
            wrong(Wrong::NotWhole, "it got a frame without a connection".to_owned());
            return false;
        };
        if connection.over {
            wrong(Wrong::NotWhole, format!("it went on with number {seq} after something was missing"));
            return false;
        }
        let head = self.heads.entry(scope).or_default();
        if seq <= *head {
            wrong(Wrong::Doubled, format!("number {seq} came after {head}"));
            return false;
        }
        if seq > *head + 1 {
            connection.over = true;
            if !against.losses.touch(connection, at) {
                wrong(Wrong::Gap, format!("number {seq} came after {head}"));
            }
            return false;
        }
        *head = seq;
        let logged = against.truth.at(scope, seq);
        match event {
            Some(event) if logged == Some(event) => true,
            Some(event) if against.truth.event(event).is_none() => {
                wrong(Wrong::Phantom, format!("event {event} is not in the log"));
                true
            }
            Some(event) => {
                wrong(Wrong::Differs, format!("event {event} came as number {seq}, the log has {logged:?} there"));
                true
            }
            None => {
                if logged.is_none() {
                    wrong(Wrong::Phantom, format!("number {seq} is not in the log"));
                }
                false
            }
        }
    }

    fn snapshot(
        &mut self,
        at: Us,
        cursors: &BTreeMap<Uuid, u64>,
        cases: &[Stood],
        against: &Against<'_>,
        findings: &mut Findings,
    ) {
        exact(&format!("console {}", self.console), cursors, cases, against.truth, findings);
        for (scope, seq) in cursors {
            if !self.may_see(*scope) {
                findings.add(
                    Wrong::Foreign,
                    Some(*scope),
                    None,
                    format!("the snapshot of console {} has it", self.console),
                );
            }
            let head = self.heads.insert(*scope, *seq).unwrap_or(0);
            if head > *seq {
                let why = format!("console {}: a snapshot at {seq} after {head} was shown", self.console);
                findings.add(Wrong::Inverted, Some(*scope), None, why);
            }
            for event in (1..=*seq).filter_map(|seq| against.truth.at(*scope, seq)) {
                self.displayed.entry(event).or_insert(at);
            }
        }
    }

    fn beat(&mut self, at: Us, theirs: u32, (lag, down): (Us, bool), against: &Against<'_>, findings: &mut Findings) {
        let Some(connection) = &mut self.connection else { return };
        if !connection.said_live {
            return;
        }
        if digest(&self.heads) != theirs {
            connection.over = true;
            if !against.losses.touch(connection, at) {
                let why = format!("console {}: a beat's digest is not that of its heads", self.console);
                findings.add(Wrong::Disagreed, None, None, why);
            }
            return;
        }
        self.fresh(at, lag, down);
    }

    /// It has proof that it was up to date so long ago, or is told that the server cannot know.
    fn fresh(&mut self, at: Us, lag: Us, down: bool) {
        let Some(connection) = &mut self.connection else { return };
        connection.said_live = true;
        if let Some(since) = connection.live_since
            && (at > connection.fresh_until || down)
        {
            self.live.push((since, connection.fresh_until.min(at)));
            connection.live_since = None;
        }
        let until = at.saturating_add(AMBER).saturating_sub(lag).max(connection.fresh_until);
        if !down && until > at {
            connection.live_since.get_or_insert(at);
            connection.fresh_until = until;
        }
    }

    fn end(&mut self, at: Us) {
        if let Some(Connection { live_since: Some(since), fresh_until, .. }) = self.connection.take() {
            self.live.push((since, fresh_until.min(at)));
        }
    }
}

/// A case as it was shown is the log's: its event, its revision, its tap.
fn agrees(scope: Uuid, id: Uuid, note: Option<Uuid>, stood: &Stood, against: &Against<'_>, findings: &mut Findings) {
    let Some(event) = against.truth.event(id) else { return };
    if event.case != stood.case || event.revision.is_some_and(|revision| revision != stood.revision) {
        let why = format!("event {id} was shown as revision {} of {}", stood.revision, stood.case);
        findings.add(Wrong::Differs, Some(scope), event.tap, why);
    }
    let plain = event.tap.filter(|key| against.taps.get(*key).is_some_and(|tap| tap.plain));
    if plain.is_some() && plain != note {
        findings.add(Wrong::Differs, Some(scope), plain, format!("event {id} was shown with the words of {note:?}"));
    }
}

/// A snapshot has exactly the cases of the log at its cursors, as they were there.
fn exact(who: &str, cursors: &BTreeMap<Uuid, u64>, cases: &[Stood], truth: &Truth, findings: &mut Findings) {
    let mut expected = truth.revisions_at(cursors);
    for stood in cases {
        match expected.remove(&stood.case) {
            None => findings.add(Wrong::Phantom, None, None, format!("{who}: its snapshot has case {}", stood.case)),
            Some(revision) if revision == stood.revision => {}
            Some(revision) => {
                let why =
                    format!("{who}: its snapshot has revision {} of {}, not {revision}", stood.revision, stood.case);
                findings.add(Wrong::Differs, None, None, why);
            }
        }
    }
    for case in expected.keys() {
        findings.add(Wrong::Lost, None, None, format!("{who}: its snapshot lacks case {case}"));
    }
}

/// A case of one revision looks the same to everybody, and a fresh snapshot of each node is exact and has everything.
pub(super) fn same_everywhere(records: &[Record], truth: &Truth, findings: &mut Findings) {
    let mut looks: HashMap<(Uuid, u64), (u64, u32)> = HashMap::new();
    let mut look = |stood: &Stood, findings: &mut Findings| {
        let known = *looks.entry((stood.case, stood.revision)).or_insert((stood.state, stood.taps));
        if known != (stood.state, stood.taps) {
            let why = format!("revision {} of case {} does not look the same to everybody", stood.revision, stood.case);
            findings.add(Wrong::Differs, None, None, why);
        }
    };
    for record in records {
        match record {
            Record::Event { stood, .. } => look(stood, findings),
            Record::Snapshot { cases, .. } => cases.iter().for_each(|stood| look(stood, findings)),
            Record::Fresh { node, cursors, cases } => {
                cases.iter().for_each(|stood| look(stood, findings));
                exact(&format!("node {node}"), cursors, cases, truth, findings);
                for (scope, head) in truth.heads() {
                    let seq = cursors.get(scope).copied().unwrap_or(0);
                    let beyond = (seq + 1..=*head).filter_map(|seq| truth.event(truth.at(*scope, seq)?)?.tap);
                    for key in beyond {
                        findings.add(
                            Wrong::Lost,
                            Some(*scope),
                            Some(key),
                            format!("node {node}: its snapshot lacks it"),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

fn seen_by(record: &Record) -> Option<(u32, Us)> {
    match record {
        Record::Welcomed { at, console, .. }
        | Record::Snapshot { at, console, .. }
        | Record::Event { at, console, .. }
        | Record::Passed { at, console, .. }
        | Record::Live { at, console }
        | Record::Beat { at, console, .. }
        | Record::Provisional { at, console, .. }
        | Record::Ended { at, console, .. } => Some((*console, *at)),
        _ => None,
    }
}

//! Shifts, hand-overs and the shift log: one function a command.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::watch::{BeginShift, Named, NewWatchEntry, Watch, WatchEntry, WatchEntryKind, WatchLog};

use super::post::{Open, Post, Takes, Told, synced};
use super::store::Kept;
use super::{KINDS, NO_AREA, Refusal, kept, log, store};
use crate::access::{Area, Operator, Reach};
use crate::distress::{self, By};
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::places::{Directory, View};
use crate::store::nodes::Watched;
use crate::store::requests::{Request, once};
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, StoreError, Tx, WriteError};

/// Longest text of the shift log and of a hand-over's notes, in characters.
const TEXT: usize = 4_000;

/// What is watched at the consoles of all nodes.
pub type WatchedNow = Box<dyn Fn() -> Arc<Watched> + Send + Sync>;

/// The watch: rosters, shifts, hand-overs, the shift log. Clones share it.
#[derive(Clone)]
pub struct Watches {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
    pub(super) watched: WatchedNow,
    /// Whether a watch is unmanned: every console says so.
    pub(super) unmanned: Arc<AtomicBool>,
    /// When it was last looked whether somebody is there.
    pub(super) looked: Mutex<Option<Instant>>,
}

/// What a command comes to.
type Done = (Vec<Told>, Option<Takes>);

impl Watches {
    /// Over this store; `watched` says what is seen at consoles, `unmanned` is set while a watch is.
    pub fn new(store: Store, directory: Arc<Directory>, watched: WatchedNow, unmanned: Arc<AtomicBool>) -> Self {
        Self { inner: Arc::new(Inner { store, directory, watched, unmanned, looked: Mutex::default() }) }
    }

    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(super) fn view(&self) -> Arc<View> {
        self.inner.directory.view()
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.inner.store.clock().now()
    }

    /// The scopes in whose logs a deed about an area is noted.
    pub(super) fn scopes(&self, area: Area) -> Vec<Uuid> {
        area.scopes(&self.view()).into_iter().collect()
    }

    /// The watches over areas in which the caller works, the widest first.
    pub async fn watches(&self, by: &Operator) -> Result<wire::watch::Watches, StoreError> {
        let (view, may, now) = (self.view(), by.may(Permission::WorkCases).clone(), self.now());
        let read = self.inner.store.read(move |reading| {
            let mut all = store::all(reading.conn, reading.vault)?;
            all.retain(|one| may.covers(one.area, &view));
            all.sort_by_key(|one| KINDS.iter().position(|kind| *kind == one.area.kind()));
            let mut watches = Vec::new();
            for one in all {
                let hands_over = one.post.shifts.iter().any(|shift| shift.handover.is_some());
                let open = match hands_over {
                    true => open_in(reading.conn, reading.vault, &view, one.area, now)?,
                    false => Vec::new(),
                };
                watches.push(shown(one, &view, &open));
            }
            Ok(watches)
        });
        Ok(wire::watch::Watches { watches: read.await?, server_time: now })
    }

    /// The caller is on shift over an area in which they work cases.
    pub async fn begin(&self, by: &Operator, request: Request, new: BeginShift) -> Result<Watch, WriteError<Refusal>> {
        let view = self.view();
        let area = Area::named(new.area, new.area_id, new.country.as_deref()).and_then(|area| kept(area, &view));
        let area = area.map_err(|invalid| WriteError::Refused(invalid.into()))?;
        if !by.may(Permission::WorkCases).covers(area, &view) {
            return Err(WriteError::Refused(Invalid::new(area.field(), NO_AREA).into()));
        }
        let (by, scopes) = (named(by), self.scopes(area));
        let written = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let now = tx.now();
                // One that is new refuses nothing: it is written before the rule is asked.
                let mut kept = store::lock_over(tx, area, &scopes)?;
                let told = kept.post.begin(&by, ids::new(now), now).map_err(Halt::Refuse)?;
                changed(tx, (&mut kept, &scopes), &told, (Some(&by), Some(request.key)))?;
                let open = open_in_tx(tx, &view, area)?;
                Ok(shown(kept, &view, &open))
            })
        });
        written.await
    }

    /// A shift is to be handed over: its open items are listed.
    pub async fn open_handover(
        &self,
        by: &Operator,
        request: Request,
        at: (Uuid, Uuid),
        notes: String,
    ) -> Result<Watch, WriteError<Refusal>> {
        let notes = text("/notes", &notes, 0)?;
        self.command(by, request, (at.0, Vec::new()), move |post, by, open, now| {
            Ok((post.open(at.1, by, &notes, open, now)?, None))
        })
        .await
    }

    /// Whoever takes a shift over accepts one of its open items.
    pub async fn accept(
        &self,
        by: &Operator,
        request: Request,
        at: (Uuid, Uuid),
        case: Uuid,
    ) -> Result<Watch, WriteError<Refusal>> {
        let touched = self.inner.store.likely_scopes(case);
        let accept = move |post: &mut Post, by: &Named, open: &[Open], now| post.accept(at.1, by, case, open, now);
        self.command(by, request, (at.0, touched), accept).await
    }

    /// Whoever takes a shift over signs for it.
    pub async fn sign(&self, by: &Operator, request: Request, at: (Uuid, Uuid)) -> Result<Watch, WriteError<Refusal>> {
        self.command(by, request, (at.0, Vec::new()), move |post, by, open, now| {
            Ok((post.sign(at.1, by, ids::new(now), open, now)?, None))
        })
        .await
    }

    /// The caller's shift ends and nobody takes over.
    pub async fn end_shift(
        &self,
        by: &Operator,
        request: Request,
        at: (Uuid, Uuid),
        reason: String,
    ) -> Result<Watch, WriteError<Refusal>> {
        let reason = field::line("/reason", &reason, 3, 500).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        self.command(by, request, (at.0, Vec::new()), move |post, by, open, now| {
            Ok((post.leave(at.1, by, &reason, open, now)?, None))
        })
        .await
    }

    /// A page of a watch's log, the newest first; none where the watch is not for the caller.
    pub async fn log(&self, by: &Operator, watch: Uuid, after: Option<Uuid>) -> Result<Option<WatchLog>, StoreError> {
        let Some(_) = self.worked(by, watch).await? else { return Ok(None) };
        self.inner.store.read(move |reading| log::page(reading, watch, after)).await.map(Some)
    }

    /// Writes an entry into a watch's log. One that corrects another names it; the other stays.
    pub async fn note(
        &self,
        by: &Operator,
        request: Request,
        watch: Uuid,
        new: NewWatchEntry,
    ) -> Result<WatchEntry, WriteError<Refusal>> {
        let text = text("/text", &new.text, 1)?;
        let area = self.worked(by, watch).await?.ok_or(WriteError::Refused(Refusal::NotFound))?;
        let (by, scopes) = (named(by), self.scopes(area));
        let written = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                if let Some(old) = new.corrects
                    && !crate::store::log::is_about(tx.reading(), watch, old)?
                {
                    let why = "There is no such entry in this log.";
                    return Err(Halt::Refuse(Invalid::new("/corrects", why).into()));
                }
                let mut entry = log::entry(&Told::new(WatchEntryKind::Note), Some(&by), tx.now());
                (entry.text, entry.corrects) = (Some(text.clone()), new.corrects);
                log::append(tx, (watch, &scopes), &entry, Some(request.key))?;
                Ok(entry)
            })
        });
        written.await
    }

    /// The area of a watch that the caller works in.
    async fn worked(&self, by: &Operator, watch: Uuid) -> Result<Option<Area>, StoreError> {
        let (view, may) = (self.view(), by.may(Permission::WorkCases).clone());
        let found = self.inner.store.read(move |reading| store::find(reading.conn, reading.vault, watch)).await?;
        Ok(found.map(|found| found.area).filter(|area| may.covers(*area, &view)))
    }

    /// A command on a watch that the caller works in: decided by its rules, once per key, with what the log is told, and the
    /// case that changes hands, in one transaction. `touched` are the scopes of that case, as far as they are known.
    async fn command(
        &self,
        by: &Operator,
        request: Request,
        (watch, touched): (Uuid, Vec<Uuid>),
        f: impl Fn(&mut Post, &Named, &[Open], DateTime<Utc>) -> Result<Done, Refusal> + Send + 'static,
    ) -> Result<Watch, WriteError<Refusal>> {
        let area = self.worked(by, watch).await?.ok_or(WriteError::Refused(Refusal::NotFound))?;
        let (view, by, scopes) = (self.view(), named(by), self.scopes(area));
        let declared = scopes.iter().copied().chain(touched).collect();
        let written = self.inner.store.write(Lane::Normal, declared, move |tx| {
            once(tx, request, |tx| {
                let mut kept = store::lock(tx, watch)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
                let open = open_in_tx(tx, &view, area)?;
                let (told, takes) = f(&mut kept.post, &by, &open, tx.now()).map_err(Halt::Refuse)?;
                if let Some(Takes { case, from }) = takes {
                    let to = By { id: by.id, name: by.name.clone() };
                    if !distress::service::handed_over(tx, &view, case, from, &to)? {
                        return Err(Halt::Refuse(Refusal::Changed));
                    }
                }
                changed(tx, (&mut kept, &scopes), &told, (Some(&by), Some(request.key)))?;
                let open = open_in_tx(tx, &view, area)?;
                Ok(shown(kept, &view, &open))
            })
        });
        written.await
    }
}

fn named(by: &Operator) -> Named {
    Named { id: by.person, name: by.name.clone() }
}

/// A text of at least so many characters; it may have several lines.
fn text(field: &str, text: &str, least: usize) -> Result<String, WriteError<Refusal>> {
    let text = text.trim();
    let length = text.chars().count();
    if (least..=TEXT).contains(&length) {
        return Ok(text.to_owned());
    }
    let why = format!("Write {least} to {TEXT} characters; these are {length}.");
    Err(WriteError::Refused(Invalid::new(field, why).into()))
}

/// Writes a watch that was changed, and what its log is told.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    (kept, scopes): (&mut Kept, &[Uuid]),
    told: &[Told],
    (by, request_key): (Option<&Named>, Option<Uuid>),
) -> QueryResult<()> {
    store::update(tx, kept)?;
    for one in told {
        // That nobody is there, and that somebody is again, is Muster's own word.
        let own = matches!(one.kind, WatchEntryKind::Unmanned | WatchEntryKind::MannedAgain);
        let entry = log::entry(one, by.filter(|_| !own), tx.now());
        log::append(tx, (kept.id, scopes), &entry, request_key)?;
    }
    Ok(())
}

fn open_in_tx(tx: &mut Tx<'_>, view: &View, area: Area) -> QueryResult<Vec<Open>> {
    let (vault, now) = (tx.vault(), tx.now());
    open_in(tx.reading(), vault, view, area, now)
}

/// The open cases of an area, the oldest first.
fn open_in(conn: &mut AnyConn, vault: &Vault, view: &View, area: Area, now: DateTime<Utc>) -> QueryResult<Vec<Open>> {
    let cases = distress::service::current(conn, vault, &Reach::of([area], view), now)?;
    let open = cases.into_iter().rev().filter(|case| !case.state.is_closed());
    Ok(open
        .map(|case| Open {
            case: case.id,
            reference: case.reference,
            state: case.state,
            owner: case.owner.map(|owner| Named { id: owner.id, name: owner.name }),
        })
        .collect())
}

/// As it travels, with the open items as they stand now.
fn shown(kept: Kept, view: &View, open: &[Open]) -> Watch {
    let Kept { id, area, revision, post, .. } = kept;
    let mut shifts = post.shifts;
    for shift in &mut shifts {
        let items = shift.handover.as_ref().map(|handover| synced(shift, handover, open));
        if let (Some(handover), Some(items)) = (shift.handover.as_mut(), items) {
            handover.items = items;
        }
    }
    Watch {
        id,
        revision: u64::try_from(revision).unwrap_or_default(),
        area: area.kind(),
        area_id: area.id(),
        country: area.country().map(|country| country.as_str().to_owned()),
        area_name: area.name(view),
        shifts,
        unmanned: post.unmanned,
    }
}

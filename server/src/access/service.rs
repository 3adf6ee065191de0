//! Tickets and accounts.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;

use super::delays::Delays;
use super::known_browsers::KnownBrowsers;
use super::origin::Origins;
use super::passwords::{self, Cost, Crowded, Hashing, UnknownCost};
use super::store::{Good, NewSecret, PASSWORD};
use super::ticket::Tickets;
use super::{Operator, Reach, Refusal, Rights, Wait, secret, seized_since, sessions, store};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::Invalid;
use crate::people;
use crate::people::Identity;
use crate::places::{Directory, View};
use crate::store::installation::Kind;
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, StoreError, Tx, WriteError};

/// How long a link that sets a password works.
const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// Used tickets are forgotten this long after they ran out.
const TICKETS_KEPT: TimeDelta = TimeDelta::minutes(10);

/// Sessions and links are forgotten this long after they ran out.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Rows of a kind that one write forgets.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// Purpose of a live ticket.
const TICKET: &str = "ticket";

/// Signs people in and says what they may do. Clones share it.
#[derive(Clone)]
pub struct Access {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
    pub(super) hashing: Hashing,
    pub(super) delays: Delays,
    pub(super) browsers: KnownBrowsers,
    pub(super) require_second_factor: bool,
    tickets: Tickets,
    origins: Origins,
    pub(super) texts: bool,
}

/// What an installation demands of who signs in.
pub struct Demands {
    /// What a password's hash costs.
    pub cost: Cost,
    /// Pages of these origins are ours too.
    pub origins: Origins,
    /// Whether whoever may do more than read the list of their zone must show a second factor.
    pub second_factor: bool,
    /// Whether the server sends text messages: consoles say what an alarm reaches without them.
    pub texts: bool,
}

/// Why a ticket was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRefused {
    /// Forged, run out, used before, or of a session that has ended.
    Invalid,
    /// The store could not say.
    Store(StoreError),
}

impl From<StoreError> for TicketRefused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A link's secret and when it runs out.
#[derive(Serialize, Deserialize)]
pub struct LinkSecret {
    /// Goes into the link's fragment.
    pub secret: String,
    /// When it runs out.
    pub expires: DateTime<Utc>,
}

impl Access {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>, demands: Demands) -> Result<Self, UnknownCost> {
        let Demands { cost, origins, second_factor: require_second_factor, texts } = demands;
        let tickets = Tickets::new(store.keyring());
        let hashing = Hashing::new(cost)?;
        let delays = Delays::default();
        let browsers = KnownBrowsers::new(store.keyring());
        let inner =
            Inner { store, directory, hashing, delays, browsers, require_second_factor, tickets, origins, texts };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which pages are ours.
    pub fn origins(&self) -> &Origins {
        &self.inner.origins
    }

    /// Whether the server sends text messages about alarms.
    pub fn texts(&self) -> bool {
        self.inner.texts
    }

    /// The server's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.store.clock().now()
    }

    /// Whether every screen must say Exercise.
    pub fn is_exercise(&self) -> Result<bool, StoreError> {
        Ok(self.inner.store.installation()?.kind == Kind::Demo)
    }

    /// A ticket for the live socket: 30 s, once.
    pub fn issue_ticket(&self, operator: &Operator) -> String {
        self.inner.tickets.issue(&operator.session, self.now())
    }

    /// Takes a ticket, once on all nodes together, and says whose it is.
    pub async fn redeem_ticket(&self, ticket: &str) -> Result<Operator, TicketRefused> {
        let genuine = self.inner.tickets.read(ticket, self.now()).ok_or(TicketRefused::Invalid)?;
        let taken = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            if store::knows_secret(tx.reading(), &genuine.hash)? {
                return Err(Halt::Refuse(()));
            }
            let before = tx.now() - TICKETS_KEPT;
            store::forget_secrets(tx, TICKET, before, FORGOTTEN_AT_ONCE)?;
            let (hash, expires) = (&genuine.hash, genuine.expires);
            let new = NewSecret { hash, purpose: TICKET, person: None, issued_by: None, expires, used: true };
            Ok(store::insert_secret(tx, new)?)
        });
        match taken.await {
            Ok(()) => self.recheck(genuine.session).await?.ok_or(TicketRefused::Invalid),
            Err(WriteError::Refused(())) => Err(TicketRefused::Invalid),
            Err(WriteError::Store(error)) => Err(error.into()),
        }
    }

    /// A link's secret by which a person sets their password; their scopes are told. Earlier links of
    /// theirs become void, and this one does when they are granted a role or leave, or their office is seized, or
    /// when the caller may not issue it any more.
    /// Who cannot grant what the person holds cannot let anybody sign in as them.
    pub async fn create_account(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
    ) -> Result<LinkSecret, WriteError<Refusal>> {
        let Some((_, scopes)) = self.told_of(person).await? else {
            return Err(WriteError::Refused(Refusal::NotFound));
        };
        let (by, link, view) = (by.clone(), secret::fresh(), self.inner.directory.view());
        let made = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                may_let_in(tx, &by, &view, person)?;
                let expires = tx.now() + LINK_LIFE;
                store::void_links(tx, &[person])?;
                let (hash, issued_by) = (secret::hash(&link), Some(by.person));
                let new =
                    NewSecret { hash: &hash, purpose: PASSWORD, person: Some(person), issued_by, expires, used: false };
                store::insert_secret(tx, new)?;
                let act = Act::new(Deed::PasswordLinkIssued, "A link that sets a password was issued.");
                record(tx, Some((by.person, &by.name)), &scopes, act.on(person).until(expires))?;
                Ok(LinkSecret { secret: link.clone(), expires })
            })
        });
        made.await
    }

    /// Sets a password by a link's secret, once, and ends the person's sessions. Gives their e-mail
    /// address.
    pub async fn set_password(&self, link: &str, password: String) -> Result<String, WriteError<Refusal>> {
        let link = secret::hash(link);
        let (now, view) = (self.now(), self.inner.directory.view());
        let looked_at = view.clone();
        let found = self.inner.store.read(move |reading| whose_link(reading.conn, &looked_at, &link, now));
        let person = found.await?.ok_or(WriteError::Refused(Refusal::LinkInvalid))?;
        let email = person.email.unwrap_or_default();
        passwords::check(&password, &email, &person.name).map_err(|why| WriteError::Refused(Refusal::Password(why)))?;
        let hash = self.inner.hashing.hash(password).await.map_err(crowded)?;
        let set = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            let now = tx.now();
            // Held first: a sign-in by the old password is over before, and its session is ended here, or comes
            // after and finds another password.
            let Some(held) = people::service::hold(tx, person.id)?.filter(|held| !held.left) else {
                return Err(Halt::Refuse(Refusal::LinkInvalid));
            };
            if whose_link(tx.reading(), &view, &link, now)?.map(|found| found.id) != Some(held.id) {
                return Err(Halt::Refuse(Refusal::LinkInvalid));
            }
            if seized_since(tx.reading(), held.office)?.is_some() {
                return Err(Halt::Refuse(Refusal::OfficeSeized));
            }
            sessions::end_all(tx, person.id, None, None)?;
            store::use_secret(tx, &link)?;
            Ok(store::put_account(tx, person.id, &hash)?)
        });
        set.await?;
        Ok(email)
    }
}

/// Forgets sessions, links and tickets that ran out long ago, at most a hundred of each; says how many.
/// What marks that the first administrator was made stays.
pub(super) fn forget_old(tx: &mut Tx<'_>) -> QueryResult<usize> {
    let now = tx.now();
    let sessions = store::forget_sessions(tx, now - KEPT, FORGOTTEN_AT_ONCE)?;
    let links = store::forget_secrets(tx, PASSWORD, now - KEPT, FORGOTTEN_AT_ONCE)?;
    Ok(sessions + links + store::forget_secrets(tx, TICKET, now - TICKETS_KEPT, FORGOTTEN_AT_ONCE)?)
}

/// The store has no answer: too many sign-ins at once.
pub(super) fn crowded(_: Crowded) -> WriteError<Refusal> {
    WriteError::Refused(Refusal::Delayed(Wait(2)))
}

/// Whether a person has an open session.
pub fn has_session(conn: &mut AnyConn, person: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    Ok(!store::sessions_of(conn, person, now)?.is_empty())
}

/// Lets a person sign in by the password of this hash, unchecked: as [`super::insert_grant`].
pub fn insert_account(tx: &mut Tx<'_>, person: Uuid, hash: &str) -> QueryResult<()> {
    store::put_account(tx, person, hash)
}

/// A person whose every right the caller could grant: nobody else may let anybody in as them, or take
/// from them what protects their account.
pub(super) fn may_administer(
    tx: &mut Tx<'_>,
    by: &Operator,
    view: &View,
    person: Uuid,
) -> Result<Identity, Halt<Refusal>> {
    let now = tx.now();
    let administered = by.may(Permission::GrantRoles);
    let found = people::service::hold(tx, person)?.filter(|found| administered.contains(found.office));
    let Some(found) = found else { return Err(Halt::Refuse(Refusal::NotFound)) };
    if !holds_within(tx.reading(), view, person, administered, now)? {
        let why = "This person holds more than you administer; ask who administers the whole installation.";
        return Err(Halt::Refuse(Refusal::Forbidden(why)));
    }
    Ok(found)
}

/// Whether everything that a person holds, or will, lies within a reach.
fn holds_within(
    conn: &mut AnyConn,
    view: &View,
    person: Uuid,
    within: &Reach,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = store::grants::grants_of(conn, person)?;
    let mut coming = held.iter().filter(|grant| grant.until.is_none_or(|until| now < until));
    Ok(coming.all(|grant| within.covers(grant.area, view)))
}

/// Who may set their password by a link: it is good, they have not left, and who issued it still may.
fn whose_link(conn: &mut AnyConn, view: &View, link: &[u8; 32], now: DateTime<Utc>) -> QueryResult<Option<Identity>> {
    let Some(Good { person: Some(person), issued_by: Some(issuer) }) = store::good_secret(conn, link, PASSWORD, now)?
    else {
        return Ok(None);
    };
    let Some(found) = people::service::identity(conn, person)?.filter(|found| !found.left) else { return Ok(None) };
    let administered = reach_of(conn, view, (issuer, Permission::GrantRoles), now)?;
    let may = administered.contains(found.office) && holds_within(conn, view, person, &administered, now)?;
    Ok(may.then_some(found))
}

/// Where somebody may do something now, whether or not they are signed in: nowhere when they have left, or their
/// office is seized.
pub fn reach_of(
    conn: &mut AnyConn,
    view: &View,
    (person, permission): (Uuid, Permission),
    now: DateTime<Utc>,
) -> QueryResult<Reach> {
    let Some(found) = people::service::identity(conn, person)?.filter(|found| !found.left) else {
        return Ok(Reach::default());
    };
    if seized_since(conn, found.office)?.is_some() {
        return Ok(Reach::default());
    }
    let grants = store::grants::grants_of(conn, person)?;
    Ok(Rights::of(&grants, view, now).reach(permission).clone())
}

fn may_let_in(tx: &mut Tx<'_>, by: &Operator, view: &View, person: Uuid) -> Result<(), Halt<Refusal>> {
    let found = may_administer(tx, by, view, person)?;
    if found.left {
        return Err(Halt::Refuse(Refusal::Forbidden("This person has left; nobody may sign in as them.")));
    }
    if found.email.is_none() {
        let why = "This person has no e-mail address to sign in with; enter them again with one.";
        return Err(Halt::Refuse(Invalid::new("/email", why).into()));
    }
    Ok(())
}

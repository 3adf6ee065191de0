//! Tokens: issued by an administrator for one organisation, shown once, kept by hash.

use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::tokens::{EndToken, HoldToken, NewToken, RaiseDepartures, ServiceToken, ServiceTokens, TokenIssued};

use super::service::Scim;
use super::store::tokens as rows;
use super::{Caller, TokenRefusal};
use crate::access::{Operator, Reach, secret};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, StoreError, Tx, WriteError};

/// Stands before every secret, so that one that leaked is recognised.
const MARK: &str = "muster-scim_";

/// What a token may be used for.
pub(super) const PURPOSE: &str = "scim";

/// Longest life of a token, in days.
const LONGEST: u16 = 365;

/// How long it lasts that more people may be noted as having left.
const RAISED: TimeDelta = TimeDelta::hours(24);

/// How exactly it is kept when a token was used.
const USED: TimeDelta = TimeDelta::minutes(5);

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// There is none.
    Missing,
    /// It is unknown, or has run out, or was ended.
    Invalid,
    /// The store could not say.
    Store(StoreError),
}

fn refused(invalid: Invalid) -> WriteError<TokenRefusal> {
    WriteError::Refused(TokenRefusal::Invalid(invalid))
}

fn reason(text: &str) -> Result<String, WriteError<TokenRefusal>> {
    field::line("/reason", text, 3, 300).map_err(refused)
}

impl Scim {
    /// Issues a token. The same request sent again is refused: the secret is shown once.
    pub(super) async fn issue(
        &self,
        by: &Operator,
        request: Request,
        new: NewToken,
    ) -> Result<TokenIssued, WriteError<TokenRefusal>> {
        let name = field::line("/name", &new.name, 1, 80).map_err(refused)?;
        if !(1..=LONGEST).contains(&new.days) {
            return Err(refused(Invalid::new("/days", "Give 1 to 365 days.")));
        }
        let known = self.directory.view().organisations.contains_key(&new.organisation);
        if !known || !by.may(Permission::ManageTokens).contains(new.organisation) {
            let why = "There is no such organisation for you; take an identifier that GET /v1/places names.";
            return Err(refused(Invalid::new("/organisation", why)));
        }
        let secret = format!("{MARK}{}", secret::fresh());
        let (hash, by, id) = (secret::hash(&secret), by.clone(), ids::new(self.store.clock().now()));
        let made = self.store.write(Lane::Normal, vec![new.organisation], move |tx| {
            once(tx, request, |tx| {
                let now = tx.now();
                let token = ServiceToken {
                    id,
                    organisation: new.organisation,
                    purpose: PURPOSE.to_owned(),
                    name: name.clone(),
                    created_by: by.person,
                    held_by: by.person,
                    unheld_since: None,
                    ends_unheld_at: None,
                    created_at: now,
                    expires_at: now + TimeDelta::days(i64::from(new.days)),
                    last_used_at: None,
                    ended_at: None,
                    departures: None,
                    departures_until: None,
                    stopped_at: None,
                };
                rows::insert(tx, &token, &hash)?;
                let act = Act::new(Deed::TokenChanged, format!("a token was issued: {name}")).on(token.id);
                record(tx, Some((by.person, &by.name)), &[token.organisation], act.until(token.expires_at))?;
                Ok::<_, Halt<TokenRefusal>>(token)
            })
        });
        let token: ServiceToken = made.await?;
        if token.id != id {
            return Err(WriteError::Refused(TokenRefusal::Issued));
        }
        Ok(TokenIssued { token, secret })
    }

    /// The newest tokens that the caller may manage, of one organisation or of all.
    pub(super) async fn tokens(&self, by: &Operator, of: Option<Uuid>) -> Result<ServiceTokens, StoreError> {
        let reach = by.may(Permission::ManageTokens).clone();
        let organisations = self.directory.view().organisations.keys().copied().collect::<Vec<_>>().into_iter();
        let wanted = |one: &Uuid| reach.contains(*one) && of.is_none_or(|of| of == *one);
        let organisations: Vec<Uuid> = organisations.filter(wanted).collect();
        let tokens = self.store.read(move |reading| rows::newest(reading.conn, &organisations)).await?;
        Ok(ServiceTokens { tokens })
    }

    /// Ends a token: from the commit on nothing is done by it.
    pub(super) async fn end_token(
        &self,
        by: &Operator,
        request: Request,
        (token, why): (Uuid, EndToken),
    ) -> Result<ServiceToken, WriteError<TokenRefusal>> {
        let why = reason(&why.reason)?;
        self.change_token(by, request, token, move |tx, mut token| {
            token.ended_at = Some(tx.now());
            let what = format!("a token was ended: {}", token.name);
            (token, Act::new(Deed::TokenChanged, what).because(why.clone()))
        })
        .await
    }

    /// Takes a token over: from the commit on who does it answers for it.
    pub(super) async fn hold(
        &self,
        by: &Operator,
        request: Request,
        (token, why): (Uuid, HoldToken),
    ) -> Result<ServiceToken, WriteError<TokenRefusal>> {
        let (why, person) = (reason(&why.reason)?, by.person);
        self.change_token(by, request, token, move |_, mut token| {
            (token.held_by, token.unheld_since, token.ends_unheld_at) = (person, None, None);
            let what = format!("a token was taken over: {}", token.name);
            (token, Act::new(Deed::TokenChanged, what).because(why.clone()))
        })
        .await
    }

    /// Lets a token note so many people as having left within 24 hours, for the next 24 hours.
    pub(super) async fn raise_departures(
        &self,
        by: &Operator,
        request: Request,
        (token, raised): (Uuid, RaiseDepartures),
    ) -> Result<ServiceToken, WriteError<TokenRefusal>> {
        let why = reason(&raised.reason)?;
        if !(1..=1_000_000).contains(&raised.people) {
            return Err(refused(Invalid::new("/people", "Say how many people may leave, 1 to 1,000,000.")));
        }
        self.change_token(by, request, token, move |tx, mut token| {
            let until = tx.now() + RAISED;
            (token.departures, token.departures_until) = (Some(raised.people), Some(until));
            let what = format!("a token may note {} people as having left: {}", raised.people, token.name);
            (token, Act::new(Deed::TokenChanged, what).because(why.clone()).until(until))
        })
        .await
    }

    async fn change_token(
        &self,
        by: &Operator,
        request: Request,
        token: Uuid,
        change: impl Fn(&Tx<'_>, ServiceToken) -> (ServiceToken, Act) + Send + 'static,
    ) -> Result<ServiceToken, WriteError<TokenRefusal>> {
        let (by, reach) = (by.clone(), by.may(Permission::ManageTokens).clone());
        let found = self.store.read(move |reading| rows::one(reading.conn, token)).await?;
        let found = within(found, &reach).ok_or(WriteError::Refused(TokenRefusal::NotFound))?;
        let changed = self.store.write(Lane::Normal, vec![found.organisation], move |tx| {
            once(tx, request, |tx| {
                let found = rows::one(tx.reading(), token)?;
                let found = within(found, &reach).ok_or(Halt::Refuse(TokenRefusal::NotFound))?;
                if found.ended_at.is_some() {
                    return Err(Halt::Refuse(TokenRefusal::Ended));
                }
                let (changed, act) = change(tx, found);
                if !rows::update(tx, &changed)? {
                    return Err(Halt::Refuse(TokenRefusal::Ended));
                }
                record(tx, Some((by.person, &by.name)), &[changed.organisation], act.on(token))?;
                Ok(changed)
            })
        });
        changed.await
    }

    /// Whose token this is, if it works now.
    pub(super) async fn caller(&self, secret: Option<&str>) -> Result<Caller, NotTaken> {
        let secret = secret.ok_or(NotTaken::Missing)?;
        if !secret.starts_with(MARK) {
            return Err(NotTaken::Invalid);
        }
        let (hash, now) = (secret::hash(secret), self.store.clock().now());
        let found =
            self.store.read(move |reading| rows::by_hash(reading.conn, &hash)).await.map_err(NotTaken::Store)?;
        let works = |token: &ServiceToken| {
            let is_held = token.ends_unheld_at.is_none_or(|ends| now < ends);
            token.purpose == PURPOSE && token.ended_at.is_none() && now < token.expires_at && is_held
        };
        let token = found.filter(works).ok_or(NotTaken::Invalid)?;
        if token.last_used_at.is_none_or(|at| now - at >= USED) {
            let id = token.id;
            let used = self.store.write(Lane::Normal, Vec::new(), move |tx| {
                rows::used(tx, id)?;
                Ok::<_, Halt<TokenRefusal>>(())
            });
            if let Err(WriteError::Store(error)) = used.await {
                return Err(NotTaken::Store(error));
            }
        }
        Ok(Caller { token: token.id, name: token.name, organisation: token.organisation })
    }
}

fn within(token: Option<ServiceToken>, reach: &Reach) -> Option<ServiceToken> {
    token.filter(|token| reach.contains(token.organisation))
}

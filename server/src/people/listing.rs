//! Finding and reading people: within the viewer's reach, and no field that they may not see.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::access::Permission;
use wire::people::PersonKind;
use wire::register::{PeoplePage, Person, PersonDetail};

use super::checked::call_sign_key;
use super::service::People;
use super::shown;
use super::store::{self, Listed, Named, PersonRow, Wanted};
use super::viewer::{Viewer, Within, within};
use super::{Refusal, checked_query};
use crate::access::Operator;
use crate::kernel::field::Invalid;
use crate::kernel::seal::Keyring;
use crate::kernel::text::{e164, folded};
use crate::places::View;
use crate::store::{QueryResult, Reading, WriteError};

/// Most people that a search finds.
const FOUND: usize = 20;

/// Most people on a page.
pub(super) const PAGE: u32 = 200;

/// Where a cursor is sealed to: it holds a name, and addresses end up in the logs of proxies.
const CURSOR: &[u8] = b"people.cursor";

/// Which people a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one organisation.
    pub organisation: Option<Uuid>,
    /// Of one office.
    pub office: Option<Uuid>,
    /// In one zone.
    pub zone: Option<Uuid>,
    /// Of one kind.
    pub kind: Option<PersonKind>,
    /// Those who have left, instead of those who have not.
    pub left: bool,
}

/// Where a page begins.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum After {
    /// After this name and identifier, among those who are seen by name.
    Named(String, Uuid),
    /// After this identifier, among the others.
    Unnamed(Uuid),
}

impl After {
    fn sealed(&self, keyring: &Keyring) -> String {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(keyring.derive("cursor", CURSOR).seal(CURSOR, &plain))
    }

    fn open(keyring: &Keyring, text: &str) -> Result<Self, Invalid> {
        let plain = URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|sealed| keyring.derive("cursor", CURSOR).open(CURSOR, &sealed).ok());
        plain
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| Invalid::new("/after", "Give what the page before named as next, or leave it out."))
    }
}

impl People {
    /// A page of people in reach, by name; those whose names the viewer may not see come last, in the
    /// order in which they were entered, so that their place says nothing of their names.
    pub async fn list(
        &self,
        by: &Operator,
        filter: Filter,
        (after, limit): (Option<String>, u32),
    ) -> Result<PeoplePage, WriteError<Refusal>> {
        let viewer = Viewer::of(by);
        let after = after.map(|text| After::open(self.store.keyring(), &text)).transpose();
        let after = after.map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (view, limit) = (self.directory.view(), limit.clamp(1, PAGE) as usize);
        let page = self.store.read(move |reading| page(reading, (&view, &viewer), &filter, after, limit));
        Ok(page.await?)
    }

    /// People in reach whose name, call sign or number matches, the best first, at most 20. Without
    /// a text the first by name. Nobody is found by what the viewer may not see of them.
    pub async fn search(&self, by: &Operator, text: &str) -> Result<Vec<Person>, WriteError<Refusal>> {
        checked_query(text).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (text, view, viewer) = (text.to_owned(), self.directory.view(), Viewer::of(by));
        let found = self.store.read(move |reading| search(reading, (&view, &viewer), &text));
        Ok(found.await?)
    }

    /// A person whole, as far as the viewer may see them.
    pub async fn detail(&self, by: &Operator, person: Uuid) -> Result<PersonDetail, WriteError<Refusal>> {
        let (view, viewer) = (self.directory.view(), Viewer::of(by));
        let found = self.store.read(move |reading| {
            let Some(row) = store::row(reading.conn, person)? else { return Ok(None) };
            shown::detail(reading.conn, reading.vault, (&view, &viewer), row)
        });
        found.await?.ok_or(WriteError::Refused(Refusal::NotFound))
    }

    /// Whether somebody may see an office's people, by name or at least their number.
    pub(super) fn sees_office(&self, by: &Operator, office: Uuid) -> bool {
        let seen = by.may(Permission::ReadPeople).union(by.may(Permission::ReadCounts));
        seen.contains(office) && self.directory.view().office(office).is_some()
    }
}

/// The offices that a filter leaves.
pub(super) fn offices(filter: &Filter, view: &View) -> Within {
    let of = filter.organisation.map(|organisation| Within::These(view.offices_of(organisation).collect()));
    let one = filter.office.map(|office| Within::These(vec![office]));
    of.unwrap_or(Within::All).and(&one.unwrap_or(Within::All))
}

fn page(
    reading: &mut Reading<'_>,
    (view, viewer): (&View, &Viewer),
    filter: &Filter,
    after: Option<After>,
    limit: usize,
) -> QueryResult<PeoplePage> {
    let asked = offices(filter, view);
    let wanted = limit + 1;
    let mut rows: Vec<PersonRow> = Vec::new();
    if !matches!(after, Some(After::Unnamed(_))) {
        let named = Listed::Named { people: viewer.named().and(&asked), dependants: viewer.named_dependants() };
        rows = store::list(reading.conn, &named, filter, after.as_ref(), wanted)?;
    }
    let names = rows.len();
    // A zone is where somebody lives: who may not see it may not find by it, either.
    if names < wanted && filter.zone.is_none() {
        let unnamed = Listed::Unnamed {
            dependants: viewer.veiled(view).and(&asked),
            people: viewer.pseudonymous(view).and(&asked),
        };
        let from = after.filter(|after| matches!(after, After::Unnamed(_)));
        rows.extend(store::list(reading.conn, &unnamed, filter, from.as_ref(), wanted - names)?);
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().map(|row| match rows.len() <= names {
        true => After::Named(row.folded.clone(), row.id.0),
        false => After::Unnamed(row.id.0),
    });
    let next = last.filter(|_| more).map(|last| last.sealed(reading.vault.keyring()));
    let people = shown::people(reading.conn, reading.vault, (view, viewer), rows)?;
    Ok(PeoplePage { people, next })
}

fn search(reading: &mut Reading<'_>, (view, viewer): (&View, &Viewer), text: &str) -> QueryResult<Vec<Person>> {
    let named = Named { people: viewer.named(), dependants: viewer.named_dependants() };
    let text_folded = folded(text);
    let words = text_folded.split(' ').map(str::to_owned).collect();
    let mut wanted =
        vec![Wanted::CallSign(call_sign_key(text)), Wanted::Beginning(text_folded.clone()), Wanted::Words(words)];
    if let Some(number) = e164(text) {
        wanted = vec![Wanted::Number(number)];
    }
    let keyring = reading.vault.keyring();
    let mut rows: Vec<PersonRow> = Vec::new();
    for wanted in &wanted {
        if rows.len() < FOUND {
            let known: HashSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            let more = store::find(reading.conn, keyring, wanted, &named, 2 * FOUND as i64)?;
            rows.extend(more.into_iter().filter(|row| !known.contains(&row.id.0)));
        }
    }
    rows.truncate(FOUND);
    shown::people(reading.conn, reading.vault, (view, viewer), rows)
}

/// The offices where somebody may do something, for a question to the database.
pub(super) fn reach_of(by: &Operator, permission: Permission) -> Within {
    within(by.may(permission))
}

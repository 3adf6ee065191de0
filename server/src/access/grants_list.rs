//! Which grants somebody may see.

use uuid::Uuid;
use wire::access::GrantPage;

use super::grants::{sees, shown};
use super::store::grants::{self as rows, Held};
use super::{Access, CountryCode, Operator};
use crate::places::View;
use crate::store::{QueryResult, StoreError};

/// Grants on a page.
const PAGE: usize = 100;

/// Which grants are asked for; each that is set must fit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Of this person.
    pub person: Option<Uuid>,
    /// Over this area.
    pub area: Option<Uuid>,
    /// Over this country, or anything in it.
    pub country: Option<CountryCode>,
    /// Those that are over, too.
    pub past: bool,
}

impl Wanted {
    fn fits(&self, held: &Held, view: &View) -> bool {
        let area = held.grant.area;
        let in_country = |country: CountryCode| {
            area.country() == Some(country)
                || area.id().is_some_and(|id| view.within_country(country.as_str()).contains(&id))
        };
        self.person.is_none_or(|person| held.person == person)
            && self.area.is_none_or(|id| area.id() == Some(id))
            && self.country.is_none_or(in_country)
    }
}

impl Access {
    /// A page of the grants that the caller may see: their own, and those that they may give. What
    /// is outside of their reach does not exist. `after` is the last one they have.
    pub async fn grants(&self, by: &Operator, wanted: Wanted, after: Option<Uuid>) -> Result<GrantPage, StoreError> {
        let (by, view, now) = (by.clone(), self.inner.directory.view(), self.now());
        let page = self.inner.store.read(move |reading| {
            let mut found: Vec<Held> = Vec::new();
            let mut before = after;
            loop {
                let (piece, next) = match wanted.person {
                    Some(person) => (rows::held_by(reading.conn, person)?, None),
                    None => rows::piece(reading.conn, before)?,
                };
                let older = |held: &Held| after.is_none_or(|after| held.id < after);
                let asked = |held: &Held| (wanted.past || held.is_open(now)) && wanted.fits(held, &view);
                found.extend(piece.into_iter().filter(|held| older(held) && asked(held) && sees(&by, &view, held)));
                match next {
                    Some(next) if found.len() <= PAGE => before = Some(next),
                    _ => break,
                }
            }
            let more = found.len() > PAGE;
            found.truncate(PAGE);
            let next = found.last().map(|held| held.id).filter(|_| more);
            Ok(GrantPage { grants: found.iter().map(|held| shown(held, &view)).collect(), next })
        });
        page.await
    }

    /// A person's own grants that are in force or to come.
    pub async fn grants_held(&self, person: Uuid) -> Result<Vec<wire::access::Grant>, StoreError> {
        let (view, now) = (self.inner.directory.view(), self.now());
        let held = self.inner.store.read(move |reading| -> QueryResult<_> {
            let held = rows::held_by(reading.conn, person)?;
            Ok(held.iter().filter(|held| held.is_open(now)).map(|held| shown(held, &view)).collect())
        });
        held.await
    }
}

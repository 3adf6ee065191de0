//! Security areas: entering, changing, ending, showing with their grade.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::zones::{AreaGrade, ChangeSecurityArea, NewSecurityArea, SecurityAreaDetail};

use super::boundary::Outline;
use super::changes::in_use;
use super::service::{Doer, Places, knows_country, refused};
use super::shown::Shown;
use super::store::areas::Whole;
use super::{NO_COUNTRY, Refusal, SecurityArea, store};
use crate::access::Operator;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::Request;
use crate::store::{AnyConn, Halt, QueryResult, StoreError, Tx, WriteError};

/// How deep areas may be inside of each other.
const DEEPEST: usize = 8;

impl Places {
    /// The areas that the caller sees, of one country or of all, by country and name.
    pub async fn areas(&self, by: &Operator, country: Option<String>) -> Result<Vec<SecurityAreaDetail>, StoreError> {
        let shown = Shown::new(self.view(), by.sees());
        let now = self.store.clock().now();
        self.store
            .read(move |reading| {
                let all = store::areas::all(reading.conn)?;
                let wanted = |area: &SecurityArea| country.as_deref().is_none_or(|country| area.country == country);
                let seen = all.into_iter().filter(|(area, _)| wanted(area) && shown.sees_area(area)).collect();
                details(reading.conn, seen, now)
            })
            .await
    }

    /// One area; none where there is none for the caller.
    pub async fn area(&self, by: &Operator, id: Uuid) -> Result<Option<SecurityAreaDetail>, StoreError> {
        let shown = Shown::new(self.view(), by.sees());
        let now = self.store.clock().now();
        self.store
            .read(move |reading| {
                let found = store::areas::find(reading.conn, id)?.filter(|(area, _)| shown.sees_area(area));
                Ok(details(reading.conn, found.into_iter().collect(), now)?.pop())
            })
            .await
    }

    /// Enters an area of a country where the caller administers an office.
    pub async fn create_area(
        &self,
        by: &Operator,
        request: Request,
        new: NewSecurityArea,
    ) -> Result<wire::zones::SecurityArea, WriteError<Refusal>> {
        let doer = self.doer_for_country(by, &new.country).map_err(refused)?;
        let outline = new.boundary.as_ref().map(Outline::new).transpose().map_err(refused)?;
        let area = SecurityArea {
            id: self.new_id(),
            name: field::line("/name", &new.name, 1, 200).map_err(refused)?,
            country: new.country,
            parent: new.parent,
            kind: new.kind,
            scheme: new.scheme,
        };
        self.change(request, doer, move |tx, doer| {
            may_be(tx.reading(), &area)?;
            store::areas::insert(tx, &area, outline.as_ref().map(Outline::text).as_deref())?;
            doer.note(tx, area.id, format!("A security area in {} was entered", area.country))?;
            Ok(wire_area(&area))
        })
        .await
    }

    /// Changes an area of a country where the caller administers an office.
    pub async fn change_area(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeSecurityArea,
    ) -> Result<wire::zones::SecurityArea, WriteError<Refusal>> {
        if change == ChangeSecurityArea::default() {
            return Err(refused(Invalid::new("", "Name at least one field to change.")));
        }
        let name =
            change.name.as_deref().map(|name| field::line("/name", name, 1, 200)).transpose().map_err(refused)?;
        let outline = change.boundary.map(|set| set.as_ref().map(Outline::new).transpose()).transpose();
        let outline = outline.map_err(refused)?;
        let Some(doer) = self.doer_for_area(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let (found, kept) = store::areas::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let area = SecurityArea {
                name: name.clone().unwrap_or(found.name),
                parent: change.parent.unwrap_or(found.parent),
                scheme: change.scheme.unwrap_or(found.scheme),
                ..found
            };
            if area.scheme != found.scheme && !store::areas::history(tx.reading(), id, 1)?.is_empty() {
                return Err(in_use("The area has grades of its scheme; end it and enter it anew with the other."));
            }
            may_be(tx.reading(), &area)?;
            let boundary = match &outline {
                None => kept,
                Some(set) => set.as_ref().map(Outline::text),
            };
            store::areas::update(tx, &area, boundary.as_deref())?;
            doer.note(tx, id, format!("A security area in {} was changed", area.country))?;
            Ok(wire_area(&area))
        })
        .await
    }

    /// Ends an area once no area and no zone is in it.
    pub async fn end_area(&self, by: &Operator, request: Request, id: Uuid) -> Result<(), WriteError<Refusal>> {
        let Some(doer) = self.doer_for_area(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let (found, _) = store::areas::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let inside = store::areas::of_country(tx.reading(), &found.country)?;
            if inside.iter().any(|(area, _)| area.parent == Some(id)) {
                return Err(in_use("Another area is inside of it; end or move that first."));
            }
            if store::zones::load(tx.reading())?.iter().any(|zone| zone.area == Some(id)) {
                return Err(in_use("A warden zone is in it; end or move that first."));
            }
            store::areas::end(tx, id)?;
            Ok(doer.note(tx, id, format!("A security area in {} was ended", found.country))?)
        })
        .await
    }

    pub(super) fn doer_for_area(&self, by: &Operator, id: Uuid) -> Option<Doer> {
        self.doer_for_country(by, &self.view().area(id)?.country).ok()
    }
}

/// Inserts a checked area under a new identifier. The directory must be reloaded after the commit.
pub fn insert_area(tx: &mut Tx<'_>, new: SecurityArea, outline: Option<&Outline>) -> QueryResult<SecurityArea> {
    let new = SecurityArea { id: ids::new(tx.now()), ..new };
    store::areas::insert(tx, &new, outline.map(Outline::text).as_deref())?;
    Ok(new)
}

/// The country and the scheme are known, the name is free, and it is not inside of itself.
fn may_be(conn: &mut AnyConn, area: &SecurityArea) -> Result<(), Halt<Refusal>> {
    if area.country == NO_COUNTRY || !knows_country(conn, &area.country)? {
        let why = "Give a country by the two capital letters that GET /v1/countries names.";
        return Err(Halt::Refuse(Invalid::new("/country", why).into()));
    }
    if let Some(scheme) = area.scheme
        && store::areas::find_scheme(conn, scheme)?.is_none()
    {
        let why = "There is no such grading scheme; take one that GET /v1/grading-schemes names.";
        return Err(Halt::Refuse(Invalid::new("/scheme", why).into()));
    }
    let others = store::areas::of_country(conn, &area.country)?;
    check_parent(area, others.iter().map(|(other, _)| other)).map_err(|invalid| Halt::Refuse(invalid.into()))?;
    if others.iter().any(|(other, _)| other.name == area.name && other.id != area.id) {
        let why = "Another area of the country has this name; give another.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/name", why))));
    }
    Ok(())
}

/// The areas around it are of its country, at most [`DEEPEST`], and it is none of them.
fn check_parent<'a>(area: &SecurityArea, others: impl Iterator<Item = &'a SecurityArea>) -> Result<(), Invalid> {
    let parents: HashMap<Uuid, Option<Uuid>> = others.map(|other| (other.id, other.parent)).collect();
    let mut around = area.parent;
    for _ in 0..DEEPEST {
        let Some(one) = around else { return Ok(()) };
        if one == area.id {
            return Err(Invalid::new("/parent", "An area cannot be inside of one that is inside of it."));
        }
        around = *parents.get(&one).ok_or_else(|| {
            Invalid::new(
                "/parent",
                "There is no such area in this country; take one that GET /v1/security-areas names.",
            )
        })?;
    }
    Err(Invalid::new("/parent", "Areas may be at most 8 deep inside of each other."))
}

fn details(conn: &mut AnyConn, areas: Vec<Whole>, now: DateTime<Utc>) -> QueryResult<Vec<SecurityAreaDetail>> {
    let ids: Vec<Uuid> = areas.iter().map(|(area, _)| area.id).collect();
    // The newest comes last, and stays.
    let mut grades: HashMap<Uuid, AreaGrade> = store::areas::begun(conn, &ids, now)?.into_iter().collect();
    let detail = |(area, boundary): Whole| {
        let outline = boundary.as_deref().and_then(Outline::stored);
        SecurityAreaDetail {
            grade: grades.remove(&area.id),
            centre: outline.as_ref().map(Outline::centre),
            boundary: outline.map(|outline| outline.boundary()),
            area: wire_area(&area),
        }
    };
    Ok(areas.into_iter().map(detail).collect())
}

/// An area as the interface shows it.
pub(super) fn wire_area(one: &SecurityArea) -> wire::zones::SecurityArea {
    wire::zones::SecurityArea {
        id: one.id,
        country: one.country.clone(),
        parent: one.parent,
        kind: one.kind,
        name: one.name.clone(),
        scheme: one.scheme,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::zones::SecurityAreaKind;

    fn area(id: u128, parent: Option<u128>) -> SecurityArea {
        SecurityArea {
            id: Uuid::from_u128(id),
            country: "KE".into(),
            parent: parent.map(Uuid::from_u128),
            kind: SecurityAreaKind::Area,
            name: format!("Area {id}"),
            scheme: None,
        }
    }

    #[test]
    fn an_area_is_never_inside_of_itself_nor_deeper_than_eight() {
        let chain: Vec<SecurityArea> = (1..=9).map(|at| area(at, (at > 1).then_some(at - 1))).collect();
        assert!(check_parent(&area(1, None), chain.iter()).is_ok());
        assert!(check_parent(&area(20, Some(7)), chain.iter()).is_ok());
        assert!(check_parent(&area(20, Some(9)), chain.iter()).unwrap_err().why.contains("8 deep"));
        assert!(check_parent(&area(1, Some(1)), chain.iter()).unwrap_err().why.contains("inside of it"));
        assert!(check_parent(&area(1, Some(5)), chain.iter()).unwrap_err().why.contains("inside of it"));
        assert!(check_parent(&area(20, Some(77)), chain.iter()).unwrap_err().why.contains("no such area"));
    }
}

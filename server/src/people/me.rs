//! A person's own entry, on their phone.

use std::collections::HashMap;

use uuid::Uuid;
use wire::profile::{OwnNumber, Profile, Warden};

use super::private::Private;
use super::service::People;
use super::store::{self, PersonRow};
use crate::access;
use crate::devices;
use crate::places::View;
use crate::store::{QueryResult, Reading, StoreError};

impl People {
    /// A person as they may see themselves; none when they are not in the register, or have left.
    pub async fn profile(&self, person: Uuid) -> Result<Option<Profile>, StoreError> {
        let (view, now) = (self.directory.view(), self.store.clock().now());
        let found = self.store.read(move |reading| {
            let Some(row) = store::row(reading.conn, person)?.filter(|row| row.left_at.is_none()) else {
                return Ok(None);
            };
            let Some((me, _)) = devices::service::me(reading.conn, &view, person)? else { return Ok(None) };
            let wardens = match row.zone {
                Some(zone) => wardens(reading, zone.0, now)?,
                None => Vec::new(),
            };
            let phones = own_numbers(reading, person, now)?;
            let place = store::current_places(reading.conn, reading.vault, &[person])?.remove(&person);
            let Private { residence, hotel, fallback, passport: _, medical: _ } =
                row.private(reading.vault.keyring())?;
            let (kind, zone) = (row.kind(), zone_name(&row, &view));
            Ok(Some(Profile {
                me,
                kind,
                email: row.email,
                call_sign: row.call_sign,
                job_title: row.job_title,
                residence,
                hotel,
                fallback,
                phones,
                current_place: place.filter(|place| now < place.until),
                zone,
                wardens,
            }))
        });
        found.await
    }
}

fn zone_name(row: &PersonRow, view: &View) -> Option<String> {
    row.zone.and_then(|zone| view.zone(zone.0)).map(|zone| zone.name.clone())
}

fn own_numbers(
    reading: &mut Reading<'_>,
    person: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> QueryResult<Vec<OwnNumber>> {
    let phones = store::numbers(reading.conn, reading.vault, &[person])?.remove(&person).unwrap_or_default();
    let ids: Vec<Uuid> = phones.iter().filter_map(|phone| phone.id).collect();
    let codes: HashMap<Uuid, _> = store::codes_until(reading.conn, &ids, now)?.into_iter().collect();
    let own = phones.into_iter().map(|phone| {
        let code_expires = phone.id.and_then(|id| codes.get(&id).copied());
        OwnNumber { phone, code_expires }
    });
    Ok(own.collect())
}

/// Who looks after a zone now, the warden first, with their numbers.
fn wardens(reading: &mut Reading<'_>, zone: Uuid, now: chrono::DateTime<chrono::Utc>) -> QueryResult<Vec<Warden>> {
    let appointed = access::wardens::wardens(reading.conn, Some(&[zone]), now)?;
    let of: Vec<Uuid> = appointed.iter().map(|one| one.person).collect();
    let rows = store::rows(reading.conn, &of)?;
    let names: HashMap<Uuid, &PersonRow> =
        rows.iter().filter(|row| row.left_at.is_none()).map(|row| (row.id.0, row)).collect();
    let mut numbers = store::numbers(reading.conn, reading.vault, &of)?;
    let one = |appointed: access::wardens::Appointed| {
        Some(Warden {
            person: appointed.person,
            name: names.get(&appointed.person)?.name.clone(),
            rank: appointed.rank,
            phones: numbers.remove(&appointed.person).unwrap_or_default(),
        })
    };
    Ok(appointed.into_iter().filter_map(one).collect())
}

//! Batches as they stand, and how far everybody is.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::enrolment::{EnrolmentBatch, EnrolmentBatches, EnrolmentProgress, OfficeEnrolment};

use super::issuers::Issuers;
use super::service::Devices;
use super::store::batches::{self as rows, BatchRow};
use crate::access::{Operator, Reach};
use crate::places::View;
use crate::store::{AnyConn, QueryResult, StoreError};

impl Devices {
    /// The newest batches of the caller's offices and organisations, or of one organisation.
    pub async fn batches(&self, by: &Operator, of: Option<Uuid>) -> Result<EnrolmentBatches, StoreError> {
        let (who, reach) = (by.person, by.may(Permission::EnrolPhones).clone());
        let now = self.store.clock().now();
        let view = self.directory.view();
        let organisations: Option<Vec<Uuid>> = match (of, &reach) {
            (Some(one), _) => Some(vec![one]),
            (None, Reach::Everything) => None,
            (None, Reach::Scopes(scopes)) => {
                let mut of: Vec<Uuid> = scopes.iter().filter_map(|one| Some(view.office(*one)?.organisation)).collect();
                of.sort_unstable();
                of.dedup();
                Some(of)
            }
        };
        self.store
            .read(move |reading| {
                let found = rows::newest(reading.conn, organisations.as_deref())?;
                let found: Vec<BatchRow> = found.into_iter().filter(|row| sees(who, &reach, row)).collect();
                let ids: Vec<Uuid> = found.iter().map(|row| row.id.0).collect();
                let counts = counted(reading.conn, &found, (&ids, &view, now))?;
                let batches = found.into_iter().map(|row| {
                    let counts = counts.get(&row.id.0).copied().unwrap_or_default();
                    shown(row, counts, now)
                });
                Ok(EnrolmentBatches { batches: batches.collect() })
            })
            .await
    }

    /// How far the caller's offices are, or those of one organisation among them.
    pub async fn progress(&self, by: &Operator, of: Option<Uuid>) -> Result<EnrolmentProgress, StoreError> {
        let reach = by.may(Permission::EnrolPhones).clone();
        let (view, now) = (self.directory.view(), self.store.clock().now());
        let offices: BTreeMap<Uuid, Uuid> = view
            .offices
            .values()
            .filter(|office| reach.contains(office.id) && of.is_none_or(|one| one == office.organisation))
            .map(|office| (office.id, office.organisation))
            .collect();
        let ids: Vec<Uuid> = offices.keys().copied().collect();
        let found = self.store.read(move |reading| {
            let conn = &mut *reading.conn;
            let phones = rows::with_phone(conn, &ids)?;
            let codes = rows::with_code(conn, &ids, now)?;
            let codes = Issuers::new(&view, now).of_working(conn, codes)?;
            let numbers = rows::with_number(conn, &ids)?;
            Ok((rows::everybody(conn, &ids)?, phones, codes, numbers))
        });
        let (everybody, phones, codes, numbers) = found.await?;
        let mut counted: BTreeMap<Uuid, OfficeEnrolment> = BTreeMap::new();
        for (person, office) in everybody {
            let organisation = offices.get(&office).copied().unwrap_or_default();
            let one = counted.entry(office).or_insert(OfficeEnrolment {
                office,
                organisation,
                people: 0,
                enrolled: 0,
                invited: 0,
                number_only: 0,
                nothing: 0,
            });
            one.people += 1;
            let state = if phones.contains(&person) {
                &mut one.enrolled
            } else if codes.contains(&person) {
                &mut one.invited
            } else if numbers.contains(&person) {
                &mut one.number_only
            } else {
                &mut one.nothing
            };
            *state += 1;
        }
        Ok(EnrolmentProgress { offices: counted.into_values().collect() })
    }
}

/// A batch of one office is seen by who may invite there, one of several by who may in the whole
/// organisation, and either by whoever made it and may still invite somewhere.
pub(super) fn sees(by: Uuid, reach: &Reach, row: &BatchRow) -> bool {
    reach.contains(row.office.map_or(row.organisation.0, |office| office.0)) || row.created_by.0 == by
}

/// Codes of a batch.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    used: i64,
    /// Neither used nor void, by who may still invite whom they are for.
    open: i64,
    /// The same, by who may not any more.
    unbacked: i64,
}

fn counted(
    conn: &mut AnyConn,
    batches: &[BatchRow],
    (ids, view, now): (&[Uuid], &View, DateTime<Utc>),
) -> QueryResult<HashMap<Uuid, Counted>> {
    let makers: HashMap<Uuid, Uuid> = batches.iter().map(|row| (row.id.0, row.created_by.0)).collect();
    let mut issuers = Issuers::new(view, now);
    let mut all: HashMap<Uuid, Counted> = HashMap::new();
    for (batch, used) in rows::used(conn, ids)? {
        all.entry(batch).or_default().used = used;
    }
    for (batch, office, open) in rows::open(conn, ids)? {
        let maker = makers.get(&batch).copied().unwrap_or_default();
        let of = all.entry(batch).or_default();
        let sum = if issuers.may(conn, maker, office)? { &mut of.open } else { &mut of.unbacked };
        *sum += open;
    }
    Ok(all)
}

fn shown(row: BatchRow, counted: Counted, now: DateTime<Utc>) -> EnrolmentBatch {
    let works = row.ready_at.is_some() && row.voided_at.is_none() && now < row.expires_at.0;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    EnrolmentBatch {
        id: row.id.0,
        organisation: row.organisation.0,
        office: row.office.map(|office| office.0),
        created_by: row.created_by.0,
        created_at: row.created_at.0,
        expires: row.expires_at.0,
        finished: row.ready_at.is_some(),
        voided_at: row.voided_at.map(|at| at.0),
        people: count(row.people),
        used: count(counted.used),
        open: if works { count(counted.open) } else { 0 },
        unbacked: if works { count(counted.unbacked) } else { 0 },
    }
}

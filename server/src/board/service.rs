//! Reading the board and the map.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use wire::access::Permission;
use wire::board::{Board, Map, UnwatchedZone, WaitingList};

use super::map;
use crate::access::Operator;
use crate::distress;
use crate::imports;
use crate::people::ListState;
use crate::people::service::{self as register, People};
use crate::places::{Directory, Shown, UNWATCHED, Unwatched, outlines, unwatched};
use crate::scim::holders::unheld;
use crate::store::{Store, StoreError};

/// Reads what the slices have for the board. Clones share it.
#[derive(Clone)]
pub struct Boards {
    store: Store,
    directory: Arc<Directory>,
    people: People,
}

impl Boards {
    /// Over this store and register.
    pub fn new(store: Store, directory: Arc<Directory>, people: People) -> Self {
        Self { store, directory, people }
    }

    /// What waits for somebody, within the caller's reach.
    pub async fn board(&self, by: &Operator) -> Result<Board, StoreError> {
        let shown = Shown::new(self.directory.view(), by.sees());
        let (counts, edits) = (by.may(Permission::ReadCounts).clone(), by.may(Permission::EditPeople).clone());
        let (tokens, now) = (by.may(Permission::ManageTokens).clone(), self.store.clock().now());
        let numbers_waiting = self.people.waiting(by).await?.numbers.len() as u64;
        self.store
            .read(move |reading| {
                let zones = unwatched(reading.conn, |zone| shown.sees_zone(zone), now)?;
                let waiting = register::lists(reading.conn)?.into_iter().filter(|list| counts.contains(list.office));
                let mut lists: Vec<WaitingList> = waiting
                    .filter_map(|list| waiting_list(list, &shown, now))
                    .filter(|one| one.overdue || one.stale)
                    .collect();
                lists.sort_by_key(|one| one.due_at);
                let zone = |Unwatched { zone, since }: Unwatched| UnwatchedZone {
                    zone: zone.id,
                    name: zone.name,
                    country: zone.country,
                    since,
                    alert: now - since >= UNWATCHED,
                };
                let unwatched_zones = zones.into_iter().map(zone).collect();
                let imports_waiting = imports::service::waiting(reading.conn, &edits)?;
                let unheld_tokens = unheld(reading.conn, &tokens, now)?;
                Ok(Board { unwatched_zones, lists, imports_waiting, numbers_waiting, unheld_tokens, as_of: now })
            })
            .await
    }

    /// Places within the caller's reach, and people in open cases that they may work.
    pub async fn map(&self, by: &Operator) -> Result<Map, StoreError> {
        let shown = Shown::new(self.directory.view(), by.sees());
        let (now, cases) = (self.store.clock().now(), by.reach.clone());
        self.store
            .read(move |reading| {
                let zones = outlines(reading.conn, |zone| shown.sees_zone(zone))?;
                let cases = match cases.is_empty() {
                    true => Vec::new(),
                    false => distress::service::current(reading.conn, reading.vault, &cases, now)?,
                };
                Ok(Map {
                    offices: map::offices(&shown),
                    premises: map::premises(&shown),
                    duty_stations: map::stations(&shown),
                    zones: zones.iter().map(map::zone).collect(),
                    cases: cases.into_iter().filter_map(map::case).collect(),
                    as_of: now,
                })
            })
            .await
    }
}

/// A list as the board shows it; none of an office that is closed.
fn waiting_list(list: ListState, shown: &Shown, now: DateTime<Utc>) -> Option<WaitingList> {
    let office = shown.view().office(list.office).filter(|office| office.closed_at.is_none())?;
    Some(WaitingList {
        office: list.office,
        name: office.name.clone(),
        people: list.people,
        overdue: list.is_overdue(now),
        stale: list.signed_at.zip(list.changed_at).is_some_and(|(signed, changed)| signed < changed),
        signed_at: list.signed_at,
        due_at: list.due_at,
    })
}

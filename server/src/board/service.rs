//! Reading the board and the map.

use std::sync::Arc;

use wire::board::{Board, Map, UnwatchedZone};

use super::map;
use crate::access::Operator;
use crate::distress;
use crate::places::{Directory, Shown, UNWATCHED, Unwatched, outlines, unwatched};
use crate::store::{Store, StoreError};

/// Reads what the slices have for the board. Clones share it.
#[derive(Clone)]
pub struct Boards {
    store: Store,
    directory: Arc<Directory>,
}

impl Boards {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory }
    }

    /// What waits for somebody, within the caller's reach.
    pub async fn board(&self, by: &Operator) -> Result<Board, StoreError> {
        let shown = Shown::new(self.directory.view(), by.sees());
        let now = self.store.clock().now();
        let zones = self.store.read(move |reading| unwatched(reading.conn, |zone| shown.sees_zone(zone), now)).await?;
        let zone = |Unwatched { zone, since }: Unwatched| UnwatchedZone {
            zone: zone.id,
            name: zone.name,
            country: zone.country,
            since,
            alert: now - since >= UNWATCHED,
        };
        Ok(Board { unwatched_zones: zones.into_iter().map(zone).collect(), as_of: now })
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

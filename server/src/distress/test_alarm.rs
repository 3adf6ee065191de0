//! The test alarm: a Not Okay of nobody, that goes the way of every other and makes no case.

use std::convert::Infallible;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use wire::live::TestAlarm;

use super::Distress;
use super::raise::{Raised, Work};
use crate::kernel::ids::{self, MUSTER};
use crate::store::log::{Class, Draft};
use crate::store::{Halt, Lane, SqlError, StoreError, Tx, WriteError};

/// Kind of its event in the log.
const KIND: &str = "muster.test_alarm";

/// What its event carries, in the log and on the wire.
#[derive(Serialize)]
struct Written {
    test_alarm: TestAlarm,
}

impl Distress {
    /// Stores a test alarm in the urgent lane, as an event of Muster's own scope. It is never held: what cannot be
    /// stored shows by its absence.
    pub(super) async fn store_test(&self, work: Arc<Work>) -> Result<Raised, StoreError> {
        let (key, node) = (work.tap.key, work.raiser.device);
        let stored = self.store.write(Lane::Urgent, vec![MUSTER], move |tx| append(tx, key, node)).await;
        stored.map(Raised::Tested).map_err(|error: WriteError<Infallible>| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })
    }
}

fn append(tx: &mut Tx<'_>, key: Uuid, node: Uuid) -> Result<DateTime<Utc>, Halt<Infallible>> {
    let now = tx.now();
    let sealed_by = match tx.key(MUSTER) {
        Err(SqlError::NotFound) => {
            let vault = tx.vault();
            vault.create(tx.writing(), MUSTER, &[MUSTER])?
        }
        known => known?,
    };
    let written = Written { test_alarm: TestAlarm { key, node, stored_at: now } };
    let payload = serde_json::to_vec(&written).map_err(|error| SqlError::SerializationError(Box::new(error)))?;
    let draft = Draft {
        id: ids::new(now),
        scopes: vec![MUSTER],
        class: Class::Ops,
        kind: KIND,
        subject: MUSTER,
        actor: Some(MUSTER),
        cause: None,
        request_key: Some(key),
        occurred_at: now,
        wakes: Vec::new(),
        payload,
    };
    tx.append(draft, &sealed_by);
    Ok(now)
}

//! Rows of the places where phones can be woken.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::case::DeliveryChannel;

use crate::devices::push::{NewPlace, Place};
use crate::on;
use crate::store::schema::{devices, push_addresses};
use crate::store::types::{At, Id};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

const COLUMN: &str = "push_addresses.sealed";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = push_addresses, treat_none_as_default_value = false)]
struct Row {
    device: Id,
    person: Id,
    channel: String,
    sealed: Vec<u8>,
    mark: Vec<u8>,
    registered_at: At,
    shown_at: Option<At>,
}

impl Row {
    fn open(self, vault: &Vault) -> QueryResult<Option<Place>> {
        let Some(channel) = DeliveryChannel::from_word(&self.channel) else { return Ok(None) };
        let plain = vault.keyring().column(COLUMN).open(self.device.0.as_bytes(), &self.sealed).map_err(unsealable)?;
        let to = String::from_utf8(plain).map_err(|_| unsealable(crate::kernel::seal::Unsealable))?;
        Ok(Some(Place { device: self.device.0, channel, to, shown_at: self.shown_at.map(|at| at.0) }))
    }
}

/// Where somebody's enrolled phones can be woken.
pub(in crate::devices) fn of_person(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<Place>> {
    let rows: Vec<Row> = on!(conn, |c| push_addresses::table
        .inner_join(devices::table.on(devices::id.eq(push_addresses::device)))
        .filter(push_addresses::person.eq(Id(person)).and(devices::revoked_at.is_null()))
        .order(push_addresses::registered_at.desc())
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().filter_map(|row| row.open(vault).transpose()).collect()
}

/// Puts a place down for a phone; whoever had it before has none.
pub(in crate::devices) fn put(tx: &mut Tx<'_>, (person, device): (Uuid, Uuid), new: &NewPlace) -> QueryResult<()> {
    let (now, vault) = (At(tx.now()), tx.vault());
    let mark = vault.keyring().blind_index(COLUMN, &new.to);
    let of = push_addresses::device.eq(Id(device)).or(push_addresses::mark.eq(mark.clone()));
    let row = Row {
        device: Id(device),
        person: Id(person),
        channel: new.channel.word().to_owned(),
        sealed: vault.keyring().column(COLUMN).seal(device.as_bytes(), new.to.as_bytes()),
        mark,
        registered_at: now,
        shown_at: None,
    };
    on!(tx.writing(), |c| diesel::delete(push_addresses::table.filter(of)).execute(c))?;
    on!(tx.writing(), |c| diesel::insert_into(push_addresses::table).values(&row).execute(c)).map(drop)
}

/// Forgets where a phone can be woken.
pub(in crate::devices) fn forget(tx: &mut Tx<'_>, device: Uuid) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::delete(push_addresses::table.find(Id(device))).execute(c)).map(drop)
}

/// Forgets a place that leads nowhere any more. Where the phone asked to be woken since stays.
pub(in crate::devices) fn gone(tx: &mut Tx<'_>, device: Uuid, to: &str) -> QueryResult<()> {
    let mark = tx.vault().keyring().blind_index(COLUMN, to);
    let there = push_addresses::device.eq(Id(device)).and(push_addresses::mark.eq(mark));
    on!(tx.writing(), |c| diesel::delete(push_addresses::table.filter(there)).execute(c)).map(drop)
}

/// Notes that a phone showed a message that was written at `written`: it proves the place that the phone had then.
pub(in crate::devices) fn shown(
    tx: &mut Tx<'_>,
    device: Uuid,
    (written, at): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<()> {
    let set = push_addresses::shown_at.eq(Some(At(at)));
    let there = push_addresses::device.eq(Id(device)).and(push_addresses::registered_at.le(At(written)));
    on!(tx.writing(), |c| diesel::update(push_addresses::table.filter(there)).set(set).execute(c)).map(drop)
}

//! Where phones can be woken: each phone says so itself.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::DeliveryChannel;

use super::store::push;
use super::{Devices, PhoneActor};
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// Where a phone can be woken.
#[derive(Clone)]
pub struct Place {
    /// The phone.
    pub device: Uuid,
    /// By what.
    pub channel: DeliveryChannel,
    /// The subscription or token, as the channel writes it.
    pub to: String,
    /// When it last showed a message.
    pub shown_at: Option<DateTime<Utc>>,
}

/// Where a phone can be woken from now on.
#[derive(Clone)]
pub struct NewPlace {
    /// By what.
    pub channel: DeliveryChannel,
    /// The subscription or token, as the channel writes it.
    pub to: String,
}

impl Devices {
    /// Where this phone can be woken.
    pub async fn place_of(&self, actor: &PhoneActor) -> Result<Option<Place>, StoreError> {
        let (person, device) = (actor.person, actor.device);
        let places = self.store.read(move |reading| places(reading.conn, reading.vault, person)).await?;
        Ok(places.into_iter().find(|place| place.device == device))
    }

    /// Puts down where this phone can be woken, or that it cannot.
    pub async fn put_place(&self, actor: &PhoneActor, new: Option<NewPlace>) -> Result<(), StoreError> {
        let (person, device) = (actor.person, actor.device);
        let done =
            self.store.write(Lane::Normal, Vec::new(), move |tx| -> Result<(), Halt<std::convert::Infallible>> {
                match &new {
                    Some(new) => push::put(tx, (person, device), new)?,
                    None => push::forget(tx, device)?,
                }
                Ok(())
            });
        done.await.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })
    }
}

/// Where somebody's enrolled phones can be woken, the newest first.
pub fn places(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<Place>> {
    push::of_person(conn, vault, person)
}

/// A phone cannot be woken at this subscription or token any more; another one that it has told since stays.
pub fn forget_place(tx: &mut Tx<'_>, device: Uuid, to: &str) -> QueryResult<()> {
    push::gone(tx, device, to)
}

/// A phone showed a message that was written at this time.
pub fn place_shown(tx: &mut Tx<'_>, device: Uuid, written: DateTime<Utc>) -> QueryResult<()> {
    let now = tx.now();
    push::shown(tx, device, (written, now))
}

//! Who is at a phone: an access token, and proof that the request comes from the device it was given to.

use chrono::{DateTime, Utc};

use super::proof::RequestProof;
use super::service::Devices;
use super::tokens::TokenRefusal;
use super::{PhoneActor, Standing, store};
use crate::store::StoreError;

/// What a request shows of itself.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Its method, in capital letters.
    pub method: &'a str,
    /// Its path, without a query.
    pub path: &'a str,
    /// The access token.
    pub token: &'a str,
    /// `Muster-Proof`.
    pub proof: Option<&'a str>,
}

/// Why a request is not taken for one of a phone that may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAtPhone {
    /// The token was not issued here.
    Foreign,
    /// The token has run out.
    Expired,
    /// There is no proof, or it is by another key or for another request.
    Unproven,
    /// The proof was not made now; the server's clock.
    Stale(DateTime<Utc>),
    /// The device is not known any more.
    Ended,
    /// The device was revoked.
    Revoked,
    /// The device's owner has left.
    Left,
    /// The office of the device's owner was seized.
    Seized,
    /// The database did not say.
    Store(StoreError),
}

impl From<StoreError> for NotAtPhone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a device may be told, by how it stands.
pub(super) fn may_read(standing: Standing) -> Result<(), NotAtPhone> {
    match standing {
        Standing::Enrolled => Ok(()),
        Standing::Revoked(_) => Err(NotAtPhone::Revoked),
        Standing::Left => Err(NotAtPhone::Left),
        Standing::Seized => Err(NotAtPhone::Seized),
        Standing::Unknown => Err(NotAtPhone::Ended),
    }
}

impl Devices {
    /// Who is at a phone. One read says both how the device stands and which key proves its requests;
    /// without the key nobody is told how it stands.
    pub async fn at_phone(&self, shown: Shown<'_>) -> Result<PhoneActor, NotAtPhone> {
        let actor = self.tokens().verify_access(shown.token).map_err(|refusal| match refusal {
            TokenRefusal::Invalid => NotAtPhone::Foreign,
            TokenRefusal::Expired(_) => NotAtPhone::Expired,
        })?;
        let proof = shown.proof.and_then(RequestProof::read).ok_or(NotAtPhone::Unproven)?;
        let now = self.store.clock().now();
        if !proof.is_fresh(now) {
            return Err(NotAtPhone::Stale(now));
        }
        let id = actor.device;
        let device = self.store.read(move |reading| store::device(reading.conn, id)).await?;
        let device = device.filter(|device| device.person == actor.person).ok_or(NotAtPhone::Ended)?;
        if !proof.is_of(&device.public_key, shown.method, shown.path, shown.token) {
            return Err(NotAtPhone::Unproven);
        }
        may_read(device.standing)?;
        Ok(actor)
    }

    /// Whether a phone that was let in may still read.
    pub async fn still_reads(&self, actor: &PhoneActor) -> Result<(), NotAtPhone> {
        may_read(self.standing(actor.device).await?)
    }
}

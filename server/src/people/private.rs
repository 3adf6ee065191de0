//! What is sealed of a person: residence, hotel, local fallback, passport, medical.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::people::{Fallback, Medical, NewPerson, Passport};

use crate::kernel::seal::{SealKey, Unsealable};

/// Column whose key seals it.
pub(super) const PRIVATE: &str = "people.private";

/// One sealed JSON object of the person's row.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Private {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) residence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hotel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fallback: Option<Fallback>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) passport: Option<Passport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) medical: Option<Medical>,
}

impl Private {
    pub(super) fn of(person: &NewPerson) -> Self {
        Self {
            residence: person.residence.clone(),
            hotel: person.hotel.clone(),
            fallback: person.fallback.clone(),
            passport: person.passport.clone(),
            medical: person.medical.clone(),
        }
    }

    /// Sealed to the person's row; none when there is nothing to seal.
    pub(super) fn seal(&self, key: &SealKey, person: Uuid) -> serde_json::Result<Option<Vec<u8>>> {
        if *self == Self::default() {
            return Ok(None);
        }
        Ok(Some(key.seal(&place(person), &serde_json::to_vec(self)?)))
    }

    /// Opens what [`Private::seal`] made for the same person.
    pub(super) fn open(key: &SealKey, person: Uuid, sealed: Option<&[u8]>) -> Result<Self, Unsealable> {
        let Some(sealed) = sealed else { return Ok(Self::default()) };
        let plain = key.open(&place(person), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Unsealable)
    }
}

/// Where it is sealed to: its table, column and row.
fn place(person: Uuid) -> Vec<u8> {
    [PRIVATE.as_bytes(), b"/", person.as_bytes()].concat()
}

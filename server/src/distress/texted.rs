//! Raising by text message: who sent it, by the number that it came from.

use uuid::Uuid;

use super::Distress;
use super::raise::{NOT_CONFIRMED, Raiser};
use super::service::{has_open_case, has_unregistered_case};
use crate::kernel::ids;
use crate::kernel::seal::Keyring;
use crate::people::service::{by_numbers, numbers};
use crate::store::{QueryResult, Reading, SqlError, StoreError};

/// Who sent a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// As whom it raises.
    pub raiser: Raiser,
    /// Whether the number is one person's of the register.
    pub is_known: bool,
    /// Whether they have an open case.
    pub in_danger: bool,
}

impl Distress {
    /// Who a number is, E.164; empty when the network hides it.
    pub async fn sender(&self, number: &str) -> Result<Sender, StoreError> {
        let number = number.to_owned();
        self.store.read(move |reading| sender(reading, &number)).await
    }

    /// Somebody of whom nothing is known but the number, while the database is away.
    pub fn sender_by_number(&self, number: &str) -> Raiser {
        by_number(self.store.keyring(), number)
    }

    /// A raiser who was held as a number alone, as the register knows them.
    pub(super) fn identified(&self, raiser: Raiser) -> Result<Raiser, StoreError> {
        match &raiser.texted_from {
            Some(number) => Ok(self.store.read_blocking(|reading| sender(reading, number))?.raiser),
            None => Ok(raiser),
        }
    }
}

fn sender(reading: &mut Reading<'_>, number: &str) -> QueryResult<Sender> {
    let mut owners = by_numbers(reading.conn, reading.vault.keyring(), &[number])?.remove(number).unwrap_or_default();
    owners.retain(|owner| !owner.left && owner.staged.is_none());
    let mut proven = Vec::new();
    for owner in &owners {
        if is_proven(reading, owner.person, number)? {
            proven.push(owner.person);
        }
    }
    let mut raiser = by_number(reading.vault.keyring(), number);
    let known = match (&proven[..], &owners[..]) {
        ([one], _) => {
            raiser.labels.clear();
            Some(*one)
        }
        ([], [one]) => Some(one.person),
        _ => None,
    };
    let in_danger = match known {
        Some(person) => has_open_case(reading.conn, person)?,
        None => has_unregistered_case(reading.conn, raiser.person)?,
    };
    raiser.person = known.unwrap_or(raiser.person);
    Ok(Sender { raiser, is_known: known.is_some(), in_danger })
}

fn is_proven(reading: &mut Reading<'_>, person: Uuid, number: &str) -> QueryResult<bool> {
    match numbers(reading.conn, reading.vault, person) {
        Ok(all) => Ok(all.iter().any(|one| one.number == number && one.verified_at.is_some())),
        Err(SqlError::DeserializationError(why)) => {
            tracing::error!(%person, %why, "the numbers of who sent a text cannot be read");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Somebody of whom a number alone is known has one case, not one for each text.
fn by_number(keyring: &Keyring, number: &str) -> Raiser {
    Raiser {
        person: ids::named(&[b"texted from", &keyring.blind_index("texted from", number)]),
        device: Uuid::nil(),
        organisation: None,
        offices: Vec::new(),
        labels: vec![NOT_CONFIRMED.to_owned()],
        hint: None,
        texted_from: Some(number.to_owned()),
    }
}

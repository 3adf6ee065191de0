//! `GET /v1/me/now`: everything that waits for a phone, small enough to ask often.

use std::sync::Arc;

use uuid::Uuid;
use wire::phone::{Contact, Me, Now, OwnCase};

use super::Hub;
use crate::devices::service::Devices;
use crate::distress::Distress;
use crate::kernel::seal::sha256;
use crate::places::{Directory, View};
use crate::store::{Kind, Store, StoreError};

/// What the answer is made of.
#[derive(Clone)]
pub struct Parts {
    /// The store.
    pub store: Store,
    /// The hub.
    pub hub: Arc<Hub>,
    /// Phones and their owners.
    pub devices: Devices,
    /// Cases.
    pub distress: Distress,
    /// Offices with their numbers.
    pub places: Arc<Directory>,
}

/// What waits for a phone.
pub struct Waiting {
    now: Now,
    office: Uuid,
}

impl Waiting {
    /// What the phone is told.
    pub fn now(&self) -> &Now {
        &self.now
    }

    /// Looks again whether anybody watches the office of its person; true when that changed.
    pub fn look_who_watches(&mut self, hub: &Hub) -> bool {
        let watched = hub.watches(self.office);
        std::mem::replace(&mut self.now.watched, watched) != watched
    }

    /// Says whether anything but the tokens changed: those are signed anew each time.
    pub fn etag(&self) -> String {
        let mut told = self.now.clone();
        for own in &mut told.cases {
            own.case_token.clear();
        }
        format!("\"{}\"", hex(&sha256(&serde_json::to_vec(&told).unwrap_or_default())))
    }
}

/// What waits for a phone; none when its person is not in the register.
pub async fn now(parts: &Parts, person: Uuid, device: Uuid) -> Result<Option<Waiting>, StoreError> {
    let Some((me, office)) = parts.devices.me(person).await? else { return Ok(None) };
    let cases = parts.distress.reported_by(person, device).await?;
    let now = Now {
        exercise: parts.store.installation()?.kind == Kind::Demo,
        cases: cases.into_iter().map(|(case, case_token)| OwnCase { case, case_token }).collect(),
        contacts: contacts(&parts.places.view(), &me, office),
        watched: parts.hub.watches(office),
        me,
    };
    Ok(Some(Waiting { now, office }))
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Whom to call when nobody answers: the country's duty officer, the operations centre, the local
/// emergency number.
fn contacts(view: &View, me: &Me, office: Uuid) -> Vec<Contact> {
    let Some(office) = view.office(office) else { return Vec::new() };
    let contact = |kind: &str, name: String, number: &Option<String>, sms| {
        number.clone().map(|number| Contact { kind: kind.to_owned(), name, number, sms })
    };
    [
        contact("duty_officer", me.office.clone(), &office.duty_number, true),
        contact(
            "operations_centre",
            me.organisation.clone(),
            &view.organisation(office.organisation).and_then(|organisation| organisation.operations_number.clone()),
            true,
        ),
        contact("local_emergency", office.country.clone(), &office.emergency_number, false),
    ]
    .into_iter()
    .flatten()
    .collect()
}

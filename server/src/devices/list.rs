//! The phones of a person, and taking one away.

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::enrolment::{Device, DevicesOfPerson, OpenCode, Revocation, RevokeCause};

use super::issuers::Issuers;
use super::service::Devices;
use super::store::list::Listed;
use super::{Refusal, Standing, store};
use crate::access::Operator;
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::people;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, QueryResult, WriteError};

/// What is said of people who are not there for the caller.
pub(super) const NOBODY: &str = "There is no such person for you.";

const NO_DEVICE: &str = "There is no such device for you.";

/// Why something is taken away.
pub(super) fn reason(text: &str) -> Result<String, Invalid> {
    field::line("/reason", text, 3, 300)
}

fn shown(row: Listed, signed_in: bool) -> Device {
    Device {
        id: row.id.0,
        name: row.name,
        enrolled_at: row.enrolled_at.0,
        last_seen_at: row.last_seen_at.map(|at| at.0),
        signed_in: signed_in && row.revoked_at.is_none(),
        revoked_at: row.revoked_at.map(|at| at.0),
        revoked_by: row.revoked_by.map(|id| id.0),
        revoke_cause: row.revoked_at.map(|_| store::cause_of(row.revoke_cause.as_deref())),
        revoke_reason: row.revoke_reason,
    }
}

impl Devices {
    /// A person's phones and their codes that are neither used nor void.
    pub async fn of_person(&self, by: &Operator, person: Uuid) -> Result<DevicesOfPerson, WriteError<Refusal>> {
        let reach = by.may(Permission::EnrolPhones).clone();
        let (now, view) = (self.store.clock().now(), self.directory.view());
        let found = self.store.read(move |reading| {
            let conn = &mut *reading.conn;
            let found = people::service::identity(conn, person)?;
            let Some(office) = found.map(|found| found.office).filter(|office| reach.contains(*office)) else {
                return Ok(None);
            };
            let signed_in = store::list::signed_in(conn, person)?;
            let devices = store::list::of(conn, person)?;
            let devices = devices.into_iter().map(|row| {
                let signed_in = signed_in.contains(&row.id.0);
                shown(row, signed_in)
            });
            let codes = store::list::open_codes(conn, person, now)?;
            let mut issuers = Issuers::new(&view, now);
            let codes = codes.into_iter().map(|(issued_by, expires, batch)| {
                let unbacked = !issuers.may(conn, issued_by, office)?;
                Ok(OpenCode { issued_by, expires, batch, unbacked })
            });
            Ok(Some(DevicesOfPerson { devices: devices.collect(), codes: codes.collect::<QueryResult<_>>()? }))
        });
        found.await?.ok_or(WriteError::Refused(Refusal::NotFound(NOBODY)))
    }

    /// Revokes a phone: from the commit on nothing is read from it, it gets no tokens, and it is told to
    /// hide what it keeps. Its Not Okay goes on ringing, labelled by what became of it. One that was revoked stays
    /// as it is, unless it is now known to be seized.
    pub async fn revoke(
        &self,
        by: &Operator,
        request: Request,
        device: Uuid,
        revocation: &Revocation,
    ) -> Result<Device, WriteError<Refusal>> {
        let cause = revocation.cause.unwrap_or(RevokeCause::Other);
        let why = reason(&revocation.reason).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let found = self.store.read(move |reading| store::device(reading.conn, device)).await?;
        let reach = by.may(Permission::EnrolPhones);
        let Some(found) = found.filter(|found| reach.contains(found.office)) else {
            return Err(WriteError::Refused(Refusal::NotFound(NO_DEVICE)));
        };
        let (by, scopes) = (by.clone(), vec![found.office]);
        let revoked = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let now = store::device(tx.reading(), device)?;
                let Some(now) = now.filter(|now| now.office == found.office) else {
                    return Err(Halt::Refuse(Refusal::NotFound(NO_DEVICE)));
                };
                let stays = match now.standing {
                    Standing::Revoked(earlier) => cause != RevokeCause::Seized || earlier == cause,
                    _ => false,
                };
                if !stays {
                    store::revoke(tx, device, by.person, (&why, cause))?;
                    store::end_secrets(tx, device)?;
                    let what = format!("device {device}: {}", cause.word());
                    let act = Act::new(Deed::DeviceRevoked, what).on(now.person);
                    record(tx, Some((by.person, &by.name)), &scopes, act.because(why.clone()))?;
                }
                Ok(shown(store::list::one(tx.reading(), device)?, false))
            })
        });
        let revoked: Device = revoked.await?;
        tracing::info!(%device, "a device was revoked");
        Ok(revoked)
    }
}

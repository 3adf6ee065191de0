//! An office that was seized with its consoles and phones: nobody of it is signed in, its phones read
//! nothing and hide their lists, and a Not Okay from them still rings.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::{Because, Permission, Seizure};
use wire::audit::Deed;

use super::grants::reason;
use super::store::seizure as rows;
use super::{Access, Area, Operator, Refusal, sessions, store};
use crate::audit::Act;
use crate::audit::service::record;
use crate::devices;
use crate::scim;
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, WriteError};

/// Sessions, devices, links, codes or tokens that one transaction ends.
const CHUNK: i64 = 100;

const NO_OFFICE: Refusal = Refusal::Missing("There is no such office for you; take one that GET /v1/places names.");

impl Access {
    /// Marks an office as seized. From the commit on nobody of it is signed in anywhere and nothing
    /// is read from its phones; then sessions, refresh secrets and tokens that its people issued or answer for are
    /// ended, and unused invitation codes and password links, for its people and by them, made void, one by one, so
    /// that none works when the office does again.
    pub async fn seize(
        &self,
        by: &Operator,
        request: Request,
        office: Uuid,
        because: &Because,
    ) -> Result<Seizure, WriteError<Refusal>> {
        let seized = self.mark(by, request, office, because, Deed::OfficeSeized).await?;
        tracing::warn!(%office, "an office was seized");
        self.end_everything_of(office).await?;
        Ok(seized)
    }

    /// Lets a seized office work again. Its people sign in anew; its phones must be enrolled anew, by codes
    /// that are issued from now on.
    pub async fn restore(
        &self,
        by: &Operator,
        request: Request,
        office: Uuid,
        because: &Because,
    ) -> Result<(), WriteError<Refusal>> {
        reason(because, 3).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let seized = self.inner.store.read(move |reading| seized_since(reading.conn, office)).await?.is_some();
        if seized && by.may(Permission::SeizeOffice).contains(office) {
            // A node that stopped half-way through a seizure left some; the mark held them meanwhile.
            self.end_everything_of(office).await?;
        }
        self.mark(by, request, office, because, Deed::OfficeRestored).await.map(drop)
    }

    async fn mark(
        &self,
        by: &Operator,
        request: Request,
        office: Uuid,
        because: &Because,
        deed: Deed,
    ) -> Result<Seizure, WriteError<Refusal>> {
        let why = reason(because, 3).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (by, view) = (by.clone(), self.inner.directory.view());
        let known = view.office(office).filter(|_| by.may(Permission::SeizeOffice).contains(office));
        let Some(name) = known.map(|office| office.name.clone()) else { return Err(WriteError::Refused(NO_OFFICE)) };
        let scopes: Vec<Uuid> = Area::Office(office).told(&view).into_iter().collect();
        let marked = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let seized = rows::seizure(tx.reading(), office)?;
                let since = tx.now();
                let mark = match (deed, seized) {
                    (Deed::OfficeSeized, None) => Some(by.person),
                    (Deed::OfficeSeized, Some((since, by))) => return Ok(Seizure { office, since, by }),
                    (_, Some(_)) => None,
                    (_, None) => return Err(Halt::Refuse(Refusal::Ended("This office is not seized."))),
                };
                rows::mark_seized(tx, office, mark)?;
                let act = Act::new(deed, format!("office {name}")).on(office).because(why.clone());
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(Seizure { office, since, by: by.person })
            })
        });
        marked.await
    }

    /// Ends the sessions of an office's people and the refresh secrets of their phones, and makes unused
    /// codes and links void, in chunks between which alarms are stored.
    async fn end_everything_of(&self, office: Uuid) -> Result<(), StoreError> {
        while self.end_some(office).await? {}
        Ok(())
    }

    async fn end_some(&self, office: Uuid) -> Result<bool, StoreError> {
        let ended = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            let now = tx.now();
            let open = rows::sessions_of_office(tx.reading(), office, now, CHUNK)?;
            for (session, person) in &open {
                sessions::end(tx, session, *person)?;
            }
            let links = rows::with_link(tx.reading(), office, now, CHUNK)?;
            if !links.is_empty() {
                store::void_links(tx, &links)?;
            }
            let issued = rows::links_issued_in(tx.reading(), office, now, CHUNK)?;
            let by_them = issued.len();
            if by_them > 0 {
                rows::void(tx, issued)?;
            }
            let devices = devices::service::end_secrets_of_office(tx, office, CHUNK)?;
            let codes = devices::service::void_codes_of_office(tx, office, CHUNK)?;
            let tokens = scim::service::end_tokens_of_office(tx, office, CHUNK)?;
            let some = [open.len(), links.len(), by_them, devices, codes, tokens].into_iter().any(|found| found > 0);
            Ok::<_, Halt<std::convert::Infallible>>(some)
        });
        ended.await.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })
    }
}

/// Since when a person's office is seized; none when it is not.
pub fn seized_since(conn: &mut AnyConn, office: Uuid) -> QueryResult<Option<DateTime<Utc>>> {
    Ok(rows::seizure(conn, office)?.map(|(since, _)| since))
}

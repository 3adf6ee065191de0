//! Heads of office sign that their list is right, every month.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::register::{AttestList, Attestation, Attestations};

use super::Refusal;
use super::changing::note;
use super::service::People;
use super::store::{self, Signature};
use crate::access::Operator;
use crate::audit::Act;
use crate::kernel::field::{self, Invalid};
use crate::kernel::seal::sha256;
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, WriteError};

/// A list waits at most this long for a signature.
pub const OVERDUE: TimeDelta = TimeDelta::days(31);

/// Signatures that are shown.
const SHOWN: i64 = 24;

/// How an office's list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListState {
    /// The office.
    pub office: Uuid,
    /// How many people are on it.
    pub people: u64,
    /// When it was last signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// When somebody on it was last entered or changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it became overdue; it is not yet when this is later than now.
    pub due_at: DateTime<Utc>,
}

impl ListState {
    /// Whether it has waited too long for a signature.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due_at <= now
    }
}

/// How the list of every office that has people stands: by office.
pub fn lists(conn: &mut AnyConn) -> QueryResult<Vec<ListState>> {
    let known = store::lists(conn)?;
    let state = |one: store::ListRow| ListState {
        office: one.office,
        people: one.people,
        signed_at: one.signed_at,
        changed_at: one.changed_at,
        // Whoever has never signed has had since the office was founded.
        due_at: one.signed_at.unwrap_or(one.founded_at) + OVERDUE,
    };
    Ok(known.into_iter().map(state).collect())
}

/// The lists that have waited longer than 31 days for a signature, for the board.
pub fn overdue(conn: &mut AnyConn, now: DateTime<Utc>) -> QueryResult<Vec<ListState>> {
    Ok(lists(conn)?.into_iter().filter(|list| list.is_overdue(now)).collect())
}

/// The people of an office and the hash of the list: it changes with whoever comes, leaves or changes.
fn hashed(conn: &mut AnyConn, office: Uuid) -> QueryResult<(u64, Vec<u8>)> {
    let people = store::revisions(conn, office)?;
    let mut bytes = office.as_bytes().to_vec();
    for (person, revision) in &people {
        bytes.extend(person.as_bytes());
        bytes.extend(revision.to_be_bytes());
    }
    Ok((people.len() as u64, sha256(&bytes).to_vec()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(one: Signature) -> Attestation {
    Attestation {
        id: one.id,
        signed_by: one.signed_by,
        name: one.name.unwrap_or_default(),
        signed_at: one.signed_at,
        people: one.people,
        list_hash: hex(&one.list_hash),
        remarks: one.remarks,
    }
}

impl People {
    /// The signatures under an office's list, and what would be signed now.
    pub async fn attestations(&self, by: &Operator, office: Uuid) -> Result<Attestations, WriteError<Refusal>> {
        if !self.sees_office(by, office) {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let now = self.store.clock().now();
        let found = self.store.read(move |reading| {
            let (people, hash) = hashed(reading.conn, office)?;
            let signed = store::signatures(reading.conn, office, SHOWN)?;
            let state = lists(reading.conn)?.into_iter().find(|list| list.office == office);
            Ok(Attestations {
                attestations: signed.into_iter().map(shown).collect(),
                people,
                list_hash: hex(&hash),
                overdue: state.is_some_and(|list| list.is_overdue(now)),
            })
        });
        Ok(found.await?)
    }

    /// Signs the list that the caller has read: refused when it is another by now.
    pub async fn attest(
        &self,
        by: &Operator,
        request: Request,
        office: Uuid,
        said: AttestList,
    ) -> Result<Attestation, WriteError<Refusal>> {
        if !by.may(Permission::AttestList).contains(office) || self.directory.view().office(office).is_none() {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let refused = |invalid: Invalid| WriteError::Refused(invalid.into());
        let remarks = said.remarks.as_deref().map(|text| field::line("/remarks", text, 1, 1_000)).transpose();
        let (remarks, by) = (remarks.map_err(refused)?, by.clone());
        let signed = self.store.write(Lane::Normal, vec![office], move |tx| {
            once(tx, request, |tx| {
                let (people, list_hash) = hashed(tx.reading(), office)?;
                if !said.list_hash.eq_ignore_ascii_case(&hex(&list_hash)) {
                    return Err(Halt::Refuse(Refusal::ListChanged));
                }
                let signature = Signature {
                    id: crate::kernel::ids::new(tx.now()),
                    signed_by: by.person,
                    name: Some(by.name.clone()),
                    signed_at: tx.now(),
                    people,
                    list_hash,
                    remarks: remarks.clone(),
                };
                store::insert_signature(tx, office, &signature)?;
                let act = Act::new(Deed::ListAttested, format!("a list of {people} people was signed")).on(office);
                note(tx, &by, &[office], act)?;
                Ok(shown(signature))
            })
        });
        signed.await
    }
}

//! Enrolling phones, and keeping them signed in.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::phone::{Enrol, Enrolled, Me, Refresh};

use super::issuers::Issuers;
use super::list::NOBODY;
use super::tokens::Tokens;
use super::{CODE_LIFE, Hint, LOST_ANSWER, Refusal, Standing, Verdict, proof, store};
use crate::access::{Operator, secret, seized_since};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::people::{self, Known};
use crate::places::{Directory, View};
use crate::store::requests::{Request, once};
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, SqlError, Store, StoreError, Tx, WriteError};

/// Characters of an enrolment code: 80 random bits.
pub(super) const CODE: usize = 16;

/// What enrolment codes are looked up by.
const CODE_INDEX: &str = "enrolments.code";

/// Used refresh secrets are remembered this long, so that a copy is still recognised.
const SECRETS_KEPT: TimeDelta = TimeDelta::days(30);

/// A person, and the number to try first.
fn to_call(
    conn: &mut AnyConn,
    vault: &Vault,
    view: &View,
    person: Uuid,
) -> QueryResult<Option<(Known, Option<String>)>> {
    let Some(known) = people::service::brief(conn, view, person)? else { return Ok(None) };
    // One that cannot be opened is a hint less, and no reason to keep a phone out.
    let first = match people::service::numbers(conn, vault, person) {
        Ok(numbers) => numbers.into_iter().next(),
        Err(SqlError::DeserializationError(error)) => {
            tracing::warn!(%error, "a number that cannot be opened is left out of a phone's capability");
            None
        }
        Err(error) => return Err(error),
    };
    Ok(Some((known, first.map(|phone| phone.number))))
}

/// Enrols phones and keeps them signed in. Clones share it.
#[derive(Clone)]
pub struct Devices {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
    pub(super) tokens: Arc<Tokens>,
}

/// An enrolment code that was issued.
#[derive(Clone, Serialize, Deserialize)]
pub struct Issued {
    /// The code, without dashes.
    pub code: String,
    /// When it runs out.
    pub expires: DateTime<Utc>,
}

/// The answer to a refresh.
pub struct Refreshed {
    /// The next pair.
    pub tokens: wire::phone::Tokens,
    /// A renewed distress capability.
    pub distress: String,
}

impl Devices {
    /// Over this store. `tokens` signs.
    pub fn new(store: Store, directory: Arc<Directory>, tokens: Arc<Tokens>) -> Self {
        Self { store, directory, tokens }
    }

    /// Signs and checks tokens.
    pub fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// Issues a code by which one phone becomes a person's; codes issued to them before and not used
    /// are void from now on.
    pub async fn issue_enrolment(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
    ) -> Result<Issued, WriteError<Refusal>> {
        let found = self.store.read(move |reading| people::service::identity(reading.conn, person)).await?;
        let reach = by.may(Permission::EnrolPhones).clone();
        let Some(found) = found.filter(|found| reach.contains(found.office)) else {
            return Err(WriteError::Refused(Refusal::NotFound(NOBODY)));
        };
        let (by, code, scopes) = (by.clone(), ids::spoken(CODE), vec![found.office]);
        let issued = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let found = people::service::identity(tx.reading(), person)?;
                let Some(found) = found.filter(|found| scopes.contains(&found.office)) else {
                    return Err(Halt::Refuse(Refusal::NotFound(NOBODY)));
                };
                if found.left {
                    return Err(Halt::Refuse(Refusal::Left));
                }
                store::void_codes(tx, &[person], Uuid::nil())?;
                let issued = insert_code(tx, &code, person, by.person)?;
                let act = Act::new(Deed::PhonesInvited, "1 person").on(person).until(issued.expires);
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(issued)
            })
        });
        issued.await
    }

    /// Makes a phone a person's device, by a code that works once. The same phone may ask again
    /// within 60 s: its answer was lost.
    pub async fn enrol(&self, enrol: Enrol) -> Result<Enrolled, WriteError<Refusal>> {
        let refused = |invalid: Invalid| WriteError::Refused(invalid.into());
        let name = field::line("/device_name", &enrol.device_name, 0, 60).map_err(refused)?;
        let Some(public_key) = proof::public_key(&enrol.public_key) else {
            let why = "Send the P-256 key as an uncompressed point of 65 bytes, base64url without padding.";
            return Err(refused(Invalid::new("/public_key", why)));
        };
        if !proof::proves(&public_key, &format!("muster-enrol|{}", enrol.code), &enrol.proof) {
            return Err(WriteError::Refused(Refusal::ProofInvalid));
        }
        let (code, refresh, view) = (enrol.code, secret::fresh(), self.directory.view());
        let hash = secret::hash(&refresh);
        let enrolled = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            let code = code_key(tx, &code);
            let (device, person) = may_enrol(tx, &view, &code, &public_key)?;
            let gone = Halt::Refuse(Refusal::LinkInvalid);
            let vault = tx.vault();
            let known = to_call(tx.reading(), vault, &view, person)?.filter(|(known, _)| !known.left).ok_or(gone)?;
            if seized_since(tx.reading(), known.0.office)?.is_some() {
                return Err(Halt::Refuse(Refusal::OfficeSeized));
            }
            let device = match device {
                Some(device) => device,
                None => {
                    let device = store::insert_device(tx, person, &name, &public_key)?;
                    store::use_enrolment(tx, &code, device)?;
                    device
                }
            };
            store::insert_secret(tx, device, &hash)?;
            Ok((device, person, known))
        });
        let (device, person, known) = enrolled.await?;
        let tokens = self.pair(person, device, refresh);
        let me = me_of(person, &known.0, &self.directory.view());
        Ok(Enrolled { device, person: me, tokens, distress: self.renewed(&known, person, device) })
    }

    /// Exchanges a refresh secret, with proof of the device key, for the next pair of tokens. A
    /// secret that comes again later than 60 s after its use, and after one given for it was used,
    /// was copied: every secret of the device ends, and the phone must enrol again. Its distress
    /// capability goes on working.
    pub async fn refresh(&self, refresh: Refresh) -> Result<Refreshed, WriteError<Refusal>> {
        let ended = || WriteError::Refused(Refusal::SessionEnded);
        let id = refresh.device;
        let device = self.store.read(move |reading| store::device(reading.conn, id)).await?.ok_or_else(ended)?;
        if !proof::proves(&device.public_key, &format!("muster-refresh|{}", refresh.refresh), &refresh.proof) {
            return Err(WriteError::Refused(Refusal::ProofInvalid));
        }
        let (next, view, person) = (secret::fresh(), self.directory.view(), device.person);
        let (old_hash, next_hash) = (secret::hash(&refresh.refresh), secret::hash(&next));
        let scopes = vec![device.office];
        let exchanged = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            match store::standing(tx.reading(), id)? {
                Standing::Enrolled => {}
                Standing::Revoked(_) | Standing::Left => return Err(Halt::Refuse(Refusal::DeviceRevoked)),
                Standing::Seized => return Err(Halt::Refuse(Refusal::OfficeSeized)),
                Standing::Unknown => return Err(Halt::Refuse(Refusal::SessionEnded)),
            }
            let vault = tx.vault();
            let known = to_call(tx.reading(), vault, &view, person)?;
            let secret = store::secret(tx.reading(), id, &old_hash)?;
            let (Some(known), Some(secret)) = (known, secret) else {
                return Err(Halt::Refuse(Refusal::SessionEnded));
            };
            let now = tx.now();
            match secret.judge(now) {
                Verdict::Next => store::use_secret(tx, &old_hash, &next_hash)?,
                Verdict::Again => {}
                Verdict::Copied => {
                    store::end_secrets(tx, id)?;
                    let act = Act::new(Deed::DeviceCopied, format!("device {id}")).on(person);
                    record(tx, None, &scopes, act)?;
                    return Ok(None);
                }
            }
            store::forget_secrets(tx, id, now - SECRETS_KEPT)?;
            store::seen(tx, id)?;
            store::insert_secret(tx, id, &next_hash)?;
            Ok(Some(known))
        });
        let Some(known) = exchanged.await? else {
            tracing::warn!(device = %id, "a refresh secret was used twice: the device must enrol again");
            metrics::counter!("muster_refresh_copied_total").increment(1);
            return Err(ended());
        };
        Ok(Refreshed { tokens: self.pair(person, id, next), distress: self.renewed(&known, person, id) })
    }

    /// A distress capability for a person on a device, as the register stands: every answer to the
    /// phone carries a renewed one.
    pub async fn capability(&self, person: Uuid, device: Uuid) -> Result<String, StoreError> {
        let view = self.directory.view();
        let known = self.store.read(move |reading| to_call(reading.conn, reading.vault, &view, person)).await?;
        let known = known.ok_or_else(|| StoreError::Fault("a person is not in the register any more".into()))?;
        Ok(self.renewed(&known, person, device))
    }

    fn renewed(&self, (known, number): &(Known, Option<String>), person: Uuid, device: Uuid) -> String {
        let hint = Hint { name: known.brief.name.clone(), number: number.clone() };
        self.tokens.distress(person, device, known.organisation, &[known.office], Some(&hint))
    }

    /// An organisation's name; empty when it is not known here yet.
    pub fn organisation_name(&self, organisation: Uuid) -> String {
        self.directory.view().organisation(organisation).map(|found| found.name.clone()).unwrap_or_default()
    }

    /// How a device stands.
    pub async fn standing(&self, device: Uuid) -> Result<Standing, StoreError> {
        self.store.read(move |reading| store::standing(reading.conn, device)).await
    }

    /// A person as their own phone shows them, and their country office.
    pub async fn me(&self, person: Uuid) -> Result<Option<(Me, Uuid)>, StoreError> {
        let view = self.directory.view();
        self.store.read(move |reading| me(reading.conn, &view, person)).await
    }

    fn pair(&self, person: Uuid, device: Uuid, refresh: String) -> wire::phone::Tokens {
        let (access, access_expires) = self.tokens.access(person, device);
        wire::phone::Tokens { access, access_expires, refresh }
    }
}

/// Issues a code without asking for a right, as who is at the machine: for invented worlds.
pub fn issue_code(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<Issued> {
    insert_code(tx, &ids::spoken(CODE), person, Uuid::nil())
}

/// How a device stands.
pub fn standing(conn: &mut AnyConn, device: Uuid) -> QueryResult<Standing> {
    store::standing(conn, device)
}

/// Ends the refresh secrets of at most `limit` phones of an office's people; how many had any.
pub fn end_secrets_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    store::end_secrets_of_office(tx, office, limit)
}

/// Makes the unused codes of at most `limit` of an office's people void, and as many that its people issued for
/// whomever; 0 when there were none.
pub fn void_codes_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    store::void_codes_of_office(tx, office, limit)
}

/// Makes the unused codes of these people void.
pub fn void_codes(tx: &mut Tx<'_>, people: &[Uuid]) -> QueryResult<()> {
    store::void_codes(tx, people, Uuid::nil())
}

/// How many phones each of these people has enrolled now; none are left out.
pub fn enrolled(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<HashMap<Uuid, u32>> {
    store::enrolled(conn, people)
}

/// A person as their own phone shows them, and their country office.
pub fn me(conn: &mut AnyConn, view: &View, person: Uuid) -> QueryResult<Option<(Me, Uuid)>> {
    Ok(people::service::brief(conn, view, person)?.map(|known| (me_of(person, &known, view), known.office)))
}

fn me_of(person: Uuid, known: &Known, view: &View) -> Me {
    let brief = known.brief.clone();
    Me {
        id: person,
        name: brief.name,
        organisation: view.organisation(known.organisation).map(|found| found.name.clone()).unwrap_or_default(),
        office: brief.office.unwrap_or_default(),
        duty_station: brief.duty_station,
        languages: brief.languages,
    }
}

pub(super) fn code_key(tx: &Tx<'_>, typed: &str) -> Vec<u8> {
    tx.vault().keyring().blind_index(CODE_INDEX, &ids::folded_code(typed))
}

fn insert_code(tx: &mut Tx<'_>, code: &str, person: Uuid, by: Uuid) -> QueryResult<Issued> {
    let expires = tx.now() + CODE_LIFE;
    let new = store::NewCode { code: code_key(tx, code), person };
    store::insert_enrolments(tx, &[new], by, expires, None)?;
    Ok(Issued { code: code.to_owned(), expires })
}

/// Whose code it is, and the device where this very phone has used it a moment ago. One whose issuer may not issue it
/// any more is answered as one that was never issued.
fn may_enrol(
    tx: &mut Tx<'_>,
    view: &View,
    code: &[u8],
    public_key: &[u8],
) -> Result<(Option<Uuid>, Uuid), Halt<Refusal>> {
    let now = tx.now();
    let refused = || Halt::Refuse(Refusal::LinkInvalid);
    let found = store::enrolment(tx.reading(), code)?.ok_or_else(refused)?;
    let Some((used_at, device)) = found.used else {
        let person = people::service::identity(tx.reading(), found.person)?.ok_or_else(refused)?;
        let may = Issuers::new(view, now).may(tx.reading(), found.issued_by, person.office)?;
        return if may && now < found.expires && !found.void { Ok((None, found.person)) } else { Err(refused()) };
    };
    let device_now = store::device(tx.reading(), device)?;
    let same = device_now.is_some_and(|one| one.standing == Standing::Enrolled && one.public_key == public_key);
    if same && now - used_at <= LOST_ANSWER { Ok((Some(device), found.person)) } else { Err(refused()) }
}

//! Who somebody is whom a directory enters: the same as an earlier person, or somebody new who was given what an earlier
//! person had. The directory's identifier decides; addresses and user names are given away again.

use uuid::Uuid;
use wire::scim::ScimUser;

use super::contacts::address;
use super::store::people::{self as kept, name_key};
use crate::people::Match;
use crate::people::service as people;
use crate::store::{AnyConn, QueryResult, Tx};

/// Whom the system deleted and enters again: who has its identifier; who has the user name or the address, unless
/// they have another identifier.
pub(super) fn again(conn: &mut AnyConn, organisation: Uuid, sent: &ScimUser) -> QueryResult<Option<Uuid>> {
    let mut candidates = Vec::new();
    if let Some(external) = sent.external_id.as_deref() {
        let found = people::by_external(conn, organisation, &[external])?;
        candidates.extend(found.into_values().map(|one| one.person));
    }
    candidates.extend(kept::named(conn, organisation, &sent.user_name)?.into_iter().map(|(id, _)| id));
    candidates.extend(addressed(conn, sent)?.map(|one| one.person));
    let names = kept::names(conn, organisation, Some(&candidates))?;
    let there = people::outlines(conn, organisation, Some(&candidates))?;
    let is_another = |one: Uuid| {
        let outline = there.iter().find(|outline| outline.person == one);
        outline.is_none_or(|outline| differ(sent, outline.external_id.as_deref()))
    };
    let deleted = |one: &Uuid| names.get(one).is_some_and(|(_, deleted)| *deleted);
    Ok(candidates.into_iter().find(|one| deleted(one) && !is_another(*one)))
}

/// Who had the address that is sent, and has left: somebody of the organisation, of another identifier.
pub(super) fn earlier(conn: &mut AnyConn, organisation: Uuid, sent: &ScimUser) -> QueryResult<Option<Uuid>> {
    let found = addressed(conn, sent)?.filter(|one| {
        one.organisation == organisation && one.left && one.staged.is_none() && differ(sent, one.external_id.as_deref())
    });
    Ok(found.map(|one| one.person))
}

/// [`earlier`], whom nobody else changes before the transaction ends.
pub(super) fn earlier_to_change(tx: &mut Tx<'_>, organisation: Uuid, sent: &ScimUser) -> QueryResult<Option<Uuid>> {
    let Some(found) = earlier(tx.reading(), organisation, sent)? else { return Ok(None) };
    people::lock_many(tx, &[found])?;
    Ok(earlier(tx.reading(), organisation, sent)?.filter(|one| *one == found))
}

fn addressed(conn: &mut AnyConn, sent: &ScimUser) -> QueryResult<Option<Match>> {
    let Some(email) = address(sent, &sent.user_name) else { return Ok(None) };
    Ok(people::by_emails(conn, &[&name_key(&email)])?.into_values().next())
}

/// Whether the system says one identifier and the register has another.
fn differ(sent: &ScimUser, known: Option<&str>) -> bool {
    sent.external_id.as_deref().zip(known).is_some_and(|(sent, known)| sent != known)
}

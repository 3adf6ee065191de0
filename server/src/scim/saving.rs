//! Writing somebody: every check, then every write.

use std::collections::HashMap;

use chrono::TimeDelta;
use uuid::Uuid;
use wire::audit::Deed;
use wire::people::NewPerson;

use super::person::{Becomes, Known};
use super::store::departures;
use super::store::people::{self as kept, name_key};
use super::{Caller, Refusal, guard};
use crate::access::administers_alone;
use crate::audit::service::record_of_token;
use crate::audit::{Act, Doer};
use crate::people::service as people;
use crate::people::{Checked, Put, Source};
use crate::places::View;
use crate::store::{Halt, QueryResult, SqlError, Tx};

/// Who is entered or changed.
#[derive(Clone, Copy)]
pub(super) struct Who<'a> {
    /// The person.
    pub(super) id: Uuid,
    /// As they are; none of somebody new.
    pub(super) before: Option<&'a Known>,
    /// Who has left and had their address: it is taken from them.
    pub(super) earlier: Option<Uuid>,
}

/// Enters or changes somebody: every check first, then every write.
pub(super) fn save(
    tx: &mut Tx<'_>,
    by: &Caller,
    Who { id, before, earlier }: Who<'_>,
    after: &Becomes,
    view: &View,
) -> Result<(), Halt<Refusal>> {
    let checked = Checked::new(&after.person).map_err(|invalid| Halt::Refuse(invalid.into()))?;
    let present = before.is_some_and(|before| !before.left);
    name_is_free(tx, by, (id, earlier), &after.said.user_name)?;
    relatives_there(tx, by, before, checked.fields())?;
    let put = Put { id, person: &checked };
    let but_address = earlier.map(|_| without_address(&checked)).transpose()?;
    let asked = Put { id, person: but_address.as_ref().unwrap_or(&checked) };
    people::may_put(tx.reading(), &[asked], &HashMap::new()).map_err(|halt| match halt {
        Halt::Refuse(refusal) => Halt::Refuse(Refusal::from(refusal)),
        Halt::Sql(error) => Halt::Sql(error),
    })?;
    if present && !after.active {
        may_leave(tx, by, id)?;
    }
    let same = before.is_some_and(|before| before.person == *checked.fields() && before.said == after.said);
    let was_deleted = kept::names(tx.reading(), by.organisation, Some(&[id]))?.get(&id).is_some_and(|(_, gone)| *gone);
    let source = kept_by(before);
    let adopted = before.is_some() && source.is_some();
    if let Some(earlier) = earlier {
        take_address(tx, by, earlier)?;
    }
    if !same || was_deleted || adopted {
        people::upsert_many(tx, &[put], source, None)?;
        kept::put(tx, (id, by.organisation), &after.said)?;
        let what = if before.is_none() { "a person was entered" } else { "a person's fields were changed" };
        let mut scopes = vec![checked.office()];
        scopes.extend(before.map(|before| before.person.office).filter(|office| *office != checked.office()));
        record_of_token(tx, (by.token, &by.name), &scopes, Act::new(Deed::PersonChanged, what).on(id))?;
    }
    if after.active && before.is_some_and(|before| before.left) {
        people::return_many(tx, &[id], view, doer(by))?;
        departures::forget(tx, id)?;
        let act = Act::new(Deed::PersonChanged, "a person was noted as back").on(id);
        record_of_token(tx, (by.token, &by.name), &[checked.office()], act)?;
    }
    if !after.active && before.is_none() {
        people::leave_many(tx, &[id], view, doer(by))?;
    }
    if present && !after.active {
        let moved = Known { person: checked.fields().clone(), ..before.cloned().ok_or(SqlError::NotFound)? };
        leave(tx, by, &moved, view)?;
    }
    Ok(())
}

fn without_address(of: &Checked) -> Result<Checked, Halt<Refusal>> {
    let person = NewPerson { email: None, ..of.fields().clone() };
    Checked::new(&person).map_err(|invalid| Halt::Refuse(invalid.into()))
}

/// Takes the address from somebody who has left: it is somebody else's now.
fn take_address(tx: &mut Tx<'_>, by: &Caller, earlier: Uuid) -> Result<(), Halt<Refusal>> {
    let vault = tx.vault();
    let known = people::entered(tx.reading(), vault, &[earlier])?.remove(&earlier).ok_or(SqlError::NotFound)?;
    let person = without_address(&known.person)?;
    people::upsert_many(tx, &[Put { id: earlier, person: &person }], None, None)?;
    let act = Act::new(Deed::PersonChanged, "the address of somebody who has left is somebody else's now").on(earlier);
    record_of_token(tx, (by.token, &by.name), &[person.office()], act)?;
    Ok(())
}

fn doer(by: &Caller) -> Doer<'_> {
    Doer::Token(by.token, &by.name)
}

/// Whether somebody may be noted as having left by a token: not too many do within a day, and somebody
/// else administers the installation.
pub(super) fn may_leave(tx: &mut Tx<'_>, by: &Caller, person: Uuid) -> Result<(), Halt<Refusal>> {
    if administers_alone(tx, person)? {
        return Err(Halt::Refuse(crate::people::Refusal::LastAdministrator.into()));
    }
    guard::may_leave(tx, by)
}

/// Who keeps somebody from now on, where that changes: the directory keeps whom it entered, and whom a list
/// brought: the next list does not know them any better. Who was entered by hand stays so.
fn kept_by(before: Option<&Known>) -> Option<Source> {
    let theirs = before.is_none_or(|before| before.source == Some(Source::Import));
    theirs.then_some(Source::Scim)
}

/// Notes that somebody has left, and that a token said so.
pub(super) fn leave(tx: &mut Tx<'_>, by: &Caller, who: &Known, view: &View) -> QueryResult<()> {
    if people::leave_many(tx, &[who.id], view, doer(by))? == 0 {
        return Ok(());
    }
    let old = tx.now() - TimeDelta::days(1);
    departures::note(tx, (who.id, by.organisation, by.token), old)?;
    let act = Act::new(Deed::PersonChanged, "a person was noted as having left").on(who.id);
    record_of_token(tx, (by.token, &by.name), &[who.person.office], act).map(drop)
}

fn name_is_free(
    tx: &mut Tx<'_>,
    by: &Caller,
    (id, earlier): (Uuid, Option<Uuid>),
    user_name: &str,
) -> Result<(), Halt<Refusal>> {
    let taken = || Halt::Refuse(Refusal::taken("userName: somebody of this organisation has it."));
    let named = kept::named(tx.reading(), by.organisation, user_name)?;
    if named.iter().any(|(person, deleted)| *person != id && !deleted) {
        return Err(taken());
    }
    let key = name_key(user_name);
    let other = people::by_emails(tx.reading(), &[&key])?.into_values().map(|one| (one.person, one.organisation));
    let other: Vec<Uuid> = other
        .filter(|(one, of)| *one != id && Some(*one) != earlier && *of == by.organisation)
        .map(|(one, _)| one)
        .collect();
    let said = kept::names(tx.reading(), by.organisation, Some(&other))?;
    // Somebody whom no system has named goes by their address.
    if other.iter().any(|one| !said.contains_key(one)) {
        return Err(taken());
    }
    Ok(())
}

/// A sponsor or supervisor that is new must be somebody of the organisation.
fn relatives_there(
    tx: &mut Tx<'_>,
    by: &Caller,
    before: Option<&Known>,
    after: &NewPerson,
) -> Result<(), Halt<Refusal>> {
    let before = before.map(|before| &before.person);
    for (attribute, new, old) in [
        ("dependantOf", after.sponsor, before.and_then(|before| before.sponsor)),
        ("manager", after.supervisor, before.and_then(|before| before.supervisor)),
    ] {
        let Some(new) = new.filter(|new| Some(*new) != old) else { continue };
        if people::outlines(tx.reading(), by.organisation, Some(&[new]))?.is_empty() {
            let why = format!("{attribute}: there is nobody of this id in the organisation.");
            return Err(Halt::Refuse(Refusal::value(why)));
        }
    }
    Ok(())
}

//! What the register knows of the people that a list names, read in one go.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use wire::register::CurrentPlace;

use super::rows::Row;
use crate::people::service as people;
use crate::people::{Entered, Match};
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult};

/// Values that one query looks up.
const AT_ONCE: usize = 500;

/// The part of the register that a list is about.
#[derive(Default)]
pub(super) struct Register {
    /// By the organisation's own identifier.
    pub(super) external: HashMap<String, Match>,
    /// By address, in every organisation.
    pub(super) emails: HashMap<String, Match>,
    /// By number, in every organisation.
    pub(super) numbers: HashMap<String, Vec<Match>>,
    /// Everybody found, whole.
    pub(super) entered: HashMap<Uuid, Entered>,
    /// Where they are for now.
    pub(super) places: HashMap<Uuid, CurrentPlace>,
    /// Everybody of the organisation (of the office) who is there: whom a whole list should name.
    pub(super) present: Vec<Match>,
}

impl Register {
    /// Looks up everybody whom these rows may mean.
    pub(super) fn read(
        conn: &mut AnyConn,
        vault: &Vault,
        (organisation, office): (Uuid, Option<Uuid>),
        rows: &[Row],
    ) -> QueryResult<Self> {
        let mut register = Self::default();
        let relatives = rows.iter().flat_map(|row| [&row.said.sponsor, &row.said.supervisor]).flatten();
        let relatives: Vec<&str> = relatives.map(String::as_str).collect();
        let own = rows.iter().filter_map(|row| row.said.external_id.as_deref());
        for some in distinct(own.chain(relatives.iter().copied())).chunks(AT_ONCE) {
            register.external.extend(people::by_external(conn, organisation, some)?);
        }
        let emails: Vec<String> =
            relatives.iter().filter(|one| one.contains('@')).map(|one| one.to_lowercase()).collect();
        let own = rows.iter().filter_map(|row| row.said.email.as_deref());
        for some in distinct(own.chain(emails.iter().map(String::as_str))).chunks(AT_ONCE) {
            register.emails.extend(people::by_emails(conn, some)?);
        }
        let numbers = rows.iter().flat_map(|row| &row.said.phones).map(|phone| phone.number.as_str());
        for some in distinct(numbers).chunks(AT_ONCE) {
            register.numbers.extend(people::by_numbers(conn, vault.keyring(), some)?);
        }
        let found = register.external.values().chain(register.emails.values());
        let found = found.chain(register.numbers.values().flatten()).filter(|one| one.organisation == organisation);
        let found: HashSet<Uuid> = found.map(|one| one.person).collect();
        for some in found.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
            register.entered.extend(people::entered(conn, vault, some)?);
            register.places.extend(people::places_now(conn, vault, some)?);
        }
        let mut after = Uuid::nil();
        loop {
            let some = people::present(conn, (organisation, office), after, AT_ONCE as i64)?;
            let Some(last) = some.last() else { return Ok(register) };
            after = last.person;
            register.present.extend(some);
        }
    }
}

fn distinct<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    all.collect::<HashSet<_>>().into_iter().collect()
}

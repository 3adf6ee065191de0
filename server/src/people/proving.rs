//! Proving that a number reaches its person: called by an operator, or by a code that is spoken to it.

use chrono::TimeDelta;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::case::PhoneNumber;
use wire::people::PersonKind;
use wire::profile::CodeAsked;
use wire::register::WaitingNumbers;

use super::Refusal;
use super::changing::{note, within};
use super::listing::reach_of;
use super::service::People;
use super::store;
use super::viewer::{Sight, Viewer};
use crate::access::Operator;
use crate::audit::Act;
use crate::kernel::field::Invalid;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, SqlError, StoreError, Tx, WriteError};

/// How long a code works.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(30);

/// Wrong codes after which it works no more.
pub(super) const TRIES: i64 = 5;

/// What came of a code that was typed.
#[derive(Serialize, Deserialize)]
enum Typed {
    /// It was right: the number is proven.
    Right(PhoneNumber),
    /// It was wrong; so many tries are left.
    Wrong(i64),
}

impl People {
    /// Notes that a person was reached at a number by calling it.
    pub async fn called(
        &self,
        by: &Operator,
        request: Request,
        (person, number): (Uuid, Uuid),
    ) -> Result<PhoneNumber, WriteError<Refusal>> {
        let (by, viewer) = (by.clone(), Viewer::of(by));
        let likely = self.scopes_of(person, None).await?;
        let done = self.store.write(Lane::Normal, likely, move |tx| {
            once(tx, request, |tx| {
                let row = within(tx, by.may(Permission::VerifyNumbers), person)?;
                if !matches!(viewer.sight(row.office.0, row.kind()), Some(Sight::Whole { .. })) {
                    return Err(Halt::Refuse(Refusal::NotFound));
                }
                own(tx, person, number)?;
                store::prove(tx, (person, number), "called", by.person)?;
                let act = Act::new(Deed::PersonChanged, "a number was proven by calling it").on(person);
                note(tx, &by, &[row.office.0], act)?;
                own(tx, person, number)
            })
        });
        done.await
    }

    /// Numbers in reach that wait for their code to be spoken, the longest waiting first.
    pub async fn waiting(&self, by: &Operator) -> Result<WaitingNumbers, StoreError> {
        let (reach, viewer) = (reach_of(by, Permission::VerifyNumbers), Viewer::of(by));
        let now = self.store.clock().now();
        let waiting = self
            .store
            .read(move |reading| store::waiting(reading.conn, reading.vault, &reach.and(&viewer.named()), now));
        let viewer = Viewer::of(by);
        let seen = |office: Uuid, kind: PersonKind| matches!(viewer.sight(office, kind), Some(Sight::Whole { .. }));
        let numbers = waiting.await?.into_iter();
        Ok(WaitingNumbers { numbers: numbers.filter(|(at, _)| seen(at.0, at.1)).map(|(_, one)| one).collect() })
    }

    /// Makes a code for one of one's own numbers. One that still works stays the same, so that asking
    /// again gives no further tries.
    pub async fn ask_code(
        &self,
        request: Request,
        (person, number): (Uuid, Uuid),
    ) -> Result<CodeAsked, WriteError<Refusal>> {
        let fresh = format!("{:06}", rand::rng().random_range(0..1_000_000));
        let asked = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                own(tx, person, number)?;
                let now = tx.now();
                let vault = tx.vault();
                if let Some(code) = store::code(tx.reading(), vault, number)?.filter(|code| now < code.expires) {
                    return Ok(CodeAsked { expires: code.expires, tries_left: tries_left(code.tries) });
                }
                let expires = now + CODE_LIFE;
                store::put_code(tx, number, &fresh, expires)?;
                Ok(CodeAsked { expires, tries_left: tries_left(0) })
            })
        });
        asked.await
    }

    /// Proves one of one's own numbers by the code that was spoken to it.
    pub async fn prove(
        &self,
        request: Request,
        (person, number): (Uuid, Uuid),
        typed: String,
    ) -> Result<PhoneNumber, WriteError<Refusal>> {
        let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
        let done = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                own(tx, person, number)?;
                let now = tx.now();
                let vault = tx.vault();
                let code = store::code(tx.reading(), vault, number)?;
                let good = code.filter(|code| now < code.expires && code.tries < TRIES);
                let Some(code) = good else { return Err(Halt::Refuse(no_code())) };
                if code.code != typed {
                    store::count_try(tx, number)?;
                    return Ok(Typed::Wrong(TRIES - code.tries - 1));
                }
                store::prove(tx, (person, number), "code", person)?;
                Ok(Typed::Right(own(tx, person, number)?))
            })
        });
        match done.await? {
            Typed::Right(number) => Ok(number),
            Typed::Wrong(left) => {
                let why = format!("That is not the code that was spoken. Tries left: {left}.");
                Err(WriteError::Refused(Invalid::new("/code", why).into()))
            }
        }
    }
}

/// Tries that a code has left.
pub(super) fn tries_left(tries: i64) -> u8 {
    u8::try_from((TRIES - tries).max(0)).unwrap_or_default()
}

fn no_code() -> Refusal {
    Invalid::new("/code", "No code works for this number now. Ask for one, and wait for the call.").into()
}

/// A person's number, to be changed; anybody else's does not exist.
fn own(tx: &mut Tx<'_>, person: Uuid, number: Uuid) -> Result<PhoneNumber, Halt<Refusal>> {
    store::lock(tx, &[person])?;
    let vault = tx.vault();
    let mine = store::numbers(tx.reading(), vault, &[person])?.remove(&person).unwrap_or_default();
    let left = store::row(tx.reading(), person)?.ok_or(SqlError::NotFound)?.left_at.is_some();
    let found = mine.into_iter().find(|one| one.id == Some(number)).filter(|_| !left);
    found.ok_or(Halt::Refuse(Refusal::NotFound))
}

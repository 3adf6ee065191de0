//! Every write is idempotent per person and key: its answer is kept in the write's own transaction.

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::schema::requests;
use super::types::{At, Id};
use super::{AnyConn, Halt, Tx};
use crate::kernel::seal::SealKey;
use crate::on;

/// A request that may come more than once.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Whose key it is.
    pub actor: Uuid,
    /// The key.
    pub key: Uuid,
    /// SHA-256 of route and body.
    pub body_hash: [u8; 32],
}

/// The key was used before with another body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReused;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = requests, treat_none_as_default_value = false)]
struct Row {
    actor: Id,
    request_key: Id,
    body_hash: Vec<u8>,
    answer: Vec<u8>,
    stored_at: At,
}

/// Does `f` once per request: a repeat with the same body gets the first answer again, one with
/// another body is refused.
pub fn once<T, R>(
    tx: &mut Tx<'_>,
    request: Request,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, Halt<R>>,
) -> Result<T, Halt<R>>
where
    T: Serialize + DeserializeOwned,
    R: From<KeyReused>,
{
    let sealing = tx.vault().keyring().column("requests.answer");
    let found: Option<Row> = on!(tx.reading(), |c| requests::table
        .find((Id(request.actor), Id(request.key)))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    if let Some(row) = found {
        return if row.body_hash == request.body_hash {
            Ok(open_answer(&sealing, request.key, &row.answer)?)
        } else {
            Err(Halt::Refuse(KeyReused.into()))
        };
    }
    let answer = f(tx)?;
    let plain =
        serde_json::to_vec(&answer).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let row = Row {
        actor: Id(request.actor),
        request_key: Id(request.key),
        body_hash: request.body_hash.to_vec(),
        answer: sealing.seal(request.key.as_bytes(), &plain),
        stored_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(requests::table).values(&row).execute(c))?;
    Ok(answer)
}

/// Whether this very request came before; one with another body under its key is refused.
pub fn is_repeat(conn: &mut AnyConn, request: Request) -> QueryResult<Result<bool, KeyReused>> {
    let found: Option<Vec<u8>> = on!(conn, |c| requests::table
        .find((Id(request.actor), Id(request.key)))
        .select(requests::body_hash)
        .first(c)
        .optional())?;
    Ok(match found {
        None => Ok(false),
        Some(hash) if hash == request.body_hash => Ok(true),
        Some(_) => Err(KeyReused),
    })
}

fn open_answer<T: DeserializeOwned>(sealing: &SealKey, key: Uuid, sealed: &[u8]) -> QueryResult<T> {
    let plain = sealing.open(key.as_bytes(), sealed).map_err(super::vault::unsealable)?;
    serde_json::from_slice(&plain).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

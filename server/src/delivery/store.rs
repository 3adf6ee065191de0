//! Rows of deliveries and of the tries at them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::case::{DeliveryChannel, DeliveryState, LadderStep};

use super::Message;
use crate::on;
use crate::store::schema::{deliveries, delivery_attempts};
use crate::store::types::{At, Id, ids};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    subject: Id,
    round: i64,
    step: String,
    person: Id,
    channel: String,
    address: Id,
    state: String,
    tries: i64,
    next_at: At,
    expires_at: At,
    created_at: At,
    settled_at: Option<At>,
}

impl Row {
    /// What a newer version wrote is left to it.
    fn message(self) -> Option<Message> {
        Some(Message {
            id: self.id.0,
            subject: self.subject.0,
            round: self.round,
            step: LadderStep::from_word(&self.step)?,
            person: self.person.0,
            channel: DeliveryChannel::from_word(&self.channel)?,
            address: self.address.0,
            state: DeliveryState::from_word(&self.state)?,
            tries: self.tries,
            next_at: self.next_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

/// What is not settled: a call under way neither.
const UNSETTLED: [&str; 3] =
    [DeliveryState::Pending.word(), DeliveryState::Sending.word(), DeliveryState::Ringing.word()];

/// What is still to be sent.
const OPEN: [&str; 2] = [DeliveryState::Pending.word(), DeliveryState::Sending.word()];

/// Steps whose messages are needed also when somebody far away has the case.
const LASTING: [&str; 2] = [LadderStep::DutyOfficer.word(), LadderStep::Ordered.word()];

/// Rows in one statement.
const ROWS: usize = 200;

/// Adds messages; one of the same round, person and address is there once. What waits from earlier rounds for the same
/// addresses about the same case need not be sent any more.
pub(super) fn add(tx: &mut Tx<'_>, messages: &[Message]) -> QueryResult<()> {
    let now = At(tx.now());
    let row = |message: &Message| Row {
        id: Id(message.id),
        subject: Id(message.subject),
        round: message.round,
        step: message.step.word().to_owned(),
        person: Id(message.person),
        channel: message.channel.word().to_owned(),
        address: Id(message.address),
        state: message.state.word().to_owned(),
        tries: message.tries,
        next_at: At(message.next_at),
        expires_at: At(message.expires_at),
        created_at: now,
        settled_at: None,
    };
    let rows: Vec<Row> = messages.iter().map(row).collect();
    let Some(first) = messages.first() else { return Ok(()) };
    let people = ids(messages.iter().map(|message| message.person));
    let channels: Vec<&str> = messages.iter().map(|message| message.channel.word()).collect();
    on!(tx.writing(), |c| diesel::update(
        deliveries::table
            .filter(deliveries::subject.eq(Id(first.subject)).and(deliveries::round.lt(first.round)))
            .filter(deliveries::state.eq(DeliveryState::Pending.word()).and(deliveries::person.eq_any(&people)))
            .filter(deliveries::channel.eq_any(&channels))
            // What is needed longer than this step is not taken away by it.
            .filter(deliveries::step.eq(first.step.word()).or(deliveries::step.ne_all(LASTING)))
    )
    .set((deliveries::state.eq(DeliveryState::Superseded.word()), deliveries::settled_at.eq(Some(now))))
    .execute(c))?;
    for chunk in rows.chunks(ROWS) {
        on!(tx.writing(), |c| diesel::insert_into(deliveries::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Forgets messages that were settled before, so many at a time.
pub(super) fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<Id> = on!(tx.reading(), |c| deliveries::table
        .filter(deliveries::settled_at.lt(Some(At(before))))
        .select(deliveries::id)
        .limit(limit)
        .load(c))?;
    if old.is_empty() {
        return Ok(0);
    }
    on!(tx.writing(), |c| diesel::delete(delivery_attempts::table.filter(delivery_attempts::delivery.eq_any(&old)))
        .execute(c))?;
    on!(tx.writing(), |c| diesel::delete(deliveries::table.filter(deliveries::id.eq_any(&old))).execute(c))
}

/// What may be sent now by a channel, officers in the country first, then the longest waiting: pending ones, and those
/// whose sender has not said how it went.
pub(super) fn due(
    conn: &mut AnyConn,
    channel: DeliveryChannel,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Message>> {
    let rows: Vec<Row> = on!(conn, |c| deliveries::table
        .filter(deliveries::state.eq_any(OPEN).and(deliveries::next_at.le(At(now))))
        .filter(deliveries::channel.eq(channel.word()))
        .order((deliveries::step.ne(LadderStep::DutyOfficer.word()).asc(), deliveries::next_at))
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().filter_map(Row::message).collect())
}

/// Messages that were written since, by channel and how far they got.
pub(super) fn since(conn: &mut AnyConn, since: DateTime<Utc>) -> QueryResult<Vec<(String, String, i64)>> {
    on!(conn, |c| deliveries::table
        .filter(deliveries::created_at.ge(At(since)))
        .group_by((deliveries::channel, deliveries::state))
        .select((deliveries::channel, deliveries::state, diesel::dsl::count_star()))
        .load(c))
}

/// Messages that wait to be sent, by channel: how many, and when the oldest was written.
pub(super) fn waiting(conn: &mut AnyConn) -> QueryResult<Vec<(String, i64, Option<At>)>> {
    on!(conn, |c| deliveries::table
        .filter(deliveries::state.eq_any(OPEN))
        .group_by(deliveries::channel)
        .select((deliveries::channel, diesel::dsl::count_star(), diesel::dsl::min(deliveries::created_at)))
        .load(c))
}

/// When a message of a channel was last written of which a gateway took it.
pub(super) fn last_taken(conn: &mut AnyConn, channel: DeliveryChannel, states: &[&str]) -> QueryResult<Option<At>> {
    on!(conn, |c| deliveries::table
        .filter(deliveries::channel.eq(channel.word()).and(deliveries::state.eq_any(states)))
        .order(deliveries::created_at.desc())
        .select(deliveries::settled_at.assume_not_null())
        .first(c)
        .optional())
}

/// A message.
pub(super) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Message>> {
    let row: Option<Row> = on!(conn, |c| deliveries::table.find(Id(id)).select(Row::as_select()).first(c).optional())?;
    Ok(row.and_then(Row::message))
}

/// Calls that are under way, those first that should be over.
pub(super) fn ringing(conn: &mut AnyConn, limit: i64) -> QueryResult<Vec<Message>> {
    let rows: Vec<Row> = on!(conn, |c| deliveries::table
        .filter(deliveries::state.eq(DeliveryState::Ringing.word()))
        .order(deliveries::next_at)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().filter_map(Row::message).collect())
}

/// Takes a message to send it until `until`, and notes the try; false when another node was first.
pub(super) fn take(tx: &mut Tx<'_>, message: &Message, until: DateTime<Utc>) -> QueryResult<bool> {
    let now = At(tx.now());
    let as_seen = deliveries::id.eq(Id(message.id)).and(deliveries::tries.eq(message.tries));
    let taken = on!(tx.writing(), |c| diesel::update(
        deliveries::table.filter(as_seen).filter(deliveries::state.eq(message.state.word()))
    )
    .set((
        deliveries::state.eq(DeliveryState::Sending.word()),
        deliveries::tries.eq(message.tries + 1),
        deliveries::next_at.eq(At(until)),
    ))
    .execute(c))?;
    if taken == 1 {
        let began = (
            delivery_attempts::delivery.eq(Id(message.id)),
            delivery_attempts::nth.eq(message.tries + 1),
            delivery_attempts::began_at.eq(now),
        );
        on!(tx.writing(), |c| diesel::insert_into(delivery_attempts::table).values(began).execute(c))?;
    }
    Ok(taken == 1)
}

/// Notes how a try ended, and where the message stands now; false when it was no longer this try's to say.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    message: &Message,
    state: DeliveryState,
    (next_at, outcome): (DateTime<Utc>, &str),
) -> QueryResult<bool> {
    let now = At(tx.now());
    let settled_at = (!UNSETTLED.contains(&state.word())).then_some(now);
    let mine = deliveries::id.eq(Id(message.id)).and(deliveries::tries.eq(message.tries));
    let changed = on!(tx.writing(), |c| diesel::update(
        deliveries::table.filter(mine).filter(deliveries::state.eq(message.state.word()))
    )
    .set((
        deliveries::state.eq(state.word()),
        deliveries::next_at.eq(At(next_at)),
        deliveries::settled_at.eq(settled_at),
    ))
    .execute(c))?;
    on!(tx.writing(), |c| diesel::update(
        delivery_attempts::table.find((Id(message.id), message.tries)).filter(delivery_attempts::ended_at.is_null())
    )
    .set((delivery_attempts::ended_at.eq(Some(now)), delivery_attempts::outcome.eq(Some(outcome))))
    .execute(c))?;
    Ok(changed == 1)
}

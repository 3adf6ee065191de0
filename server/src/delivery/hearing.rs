//! What gateways say of messages afterwards: a text arrived or did not, a call was answered, a key was pressed.

use std::convert::Infallible;

use uuid::Uuid;
use wire::access::Permission;
use wire::case::{CallTrouble, DeliveryChannel, DeliveryState};
use wire::push::{PushEvent, WokenFor};

use super::spoken::{self, Reply};
use super::texts::{self, Said};
use super::whom::{must_stay_silent, numbers_of};
use super::worker::told;
use super::{Delivery, Message, WORTH, Why, store};
use crate::access::reach_of;
use crate::devices::push::place_shown;
use crate::distress::service::{countries, seen_to_climb, taken_by_call, to_call};
use crate::distress::{By, Case};
use crate::people;
use crate::places::View;
use crate::store::{Halt, Kind, QueryResult, StoreError, Tx};
use chrono::TimeDelta;

/// Calls under way that are looked at in one round.
const ROUND: i64 = 200;

/// A key that is pressed so long after a call was surely over says nothing.
const LATE: TimeDelta = TimeDelta::minutes(2);

/// Channels whose messages phones answer for.
const PUSHED: [DeliveryChannel; 2] = [DeliveryChannel::Webpush, DeliveryChannel::Fcm];

/// Where a message stands that no phone has shown, and that nobody has opened.
const UNSEEN: [DeliveryState; 4] =
    [DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Accepted, DeliveryState::Superseded];
const UNOPENED: [DeliveryState; 5] = [
    DeliveryState::Pending,
    DeliveryState::Sending,
    DeliveryState::Accepted,
    DeliveryState::Superseded,
    DeliveryState::Displayed,
];

/// Where a call stands to which nobody has pressed the key.
const UNANSWERED: [DeliveryState; 5] = [
    DeliveryState::Pending,
    DeliveryState::Sending,
    DeliveryState::Ringing,
    DeliveryState::Failed,
    DeliveryState::Superseded,
];

/// The key that takes a case.
const TAKE: &str = "1";

/// What a voice says next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: &'static str,
    /// Whether the call ends then.
    pub ends: bool,
}

impl Delivery {
    /// The network says whether a text reached the phone. False when there is no such text.
    pub async fn reported(&self, id: Uuid, arrived: bool) -> Result<bool, StoreError> {
        let (state, why) = if arrived {
            (DeliveryState::Delivered, None)
        } else {
            (DeliveryState::Failed, Some(Why::of(CallTrouble::NotDelivered)))
        };
        // It may come before this server has noted that the gateway has the text.
        let from = [DeliveryState::Sending, DeliveryState::Pending, DeliveryState::Accepted];
        self.concluded((id, DeliveryChannel::Sms), from.to_vec(), (state, why)).await
    }

    /// A call ended without a key. False when there is no such call.
    pub async fn hung_up(&self, id: Uuid, why: CallTrouble) -> Result<bool, StoreError> {
        // The gateway may have made a call whose acceptance never came back.
        let from = [DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Ringing];
        self.concluded((id, DeliveryChannel::Voice), from.to_vec(), (DeliveryState::Failed, Some(Why::of(why)))).await
    }

    async fn concluded(
        &self,
        (id, channel): (Uuid, DeliveryChannel),
        from: Vec<DeliveryState>,
        (state, why): (DeliveryState, Option<Why>),
    ) -> Result<bool, StoreError> {
        let Some(message) = self.message(id, channel).await? else { return Ok(false) };
        let view = self.places.view();
        self.write(message.subject, move |tx| conclude(tx, &view, (id, &from), (state, why)).map_err(Halt::from))
            .await?;
        Ok(true)
    }

    async fn message(&self, id: Uuid, channel: DeliveryChannel) -> Result<Option<Message>, StoreError> {
        let found = self.store.read(move |reading| store::find(reading.conn, id)).await?;
        Ok(found.filter(|message| message.channel == channel))
    }

    /// Somebody who was called pressed a key: the one that takes the case takes it for them, if they may and nobody has
    /// it. None when there is no such call.
    pub async fn pressed(&self, id: Uuid, key: &str) -> Result<Option<Says>, StoreError> {
        let Some(message) = self.message(id, DeliveryChannel::Voice).await? else { return Ok(None) };
        let (view, take) = (self.places.view(), key == TAKE);
        let exercise = self.store.installation()?.kind == Kind::Demo;
        let says = self.write(message.subject, move |tx| -> Result<_, Halt<Infallible>> {
            let case = to_call(tx, &view, message.subject)?;
            let known = people::service::brief(tx.reading(), &view, message.person)?;
            let languages = known.map(|known| known.brief.languages).unwrap_or_default();
            let language = spoken::language(&languages);
            if let Some(case) = case.as_ref().filter(|case| !take && !case.summary.state.is_closed()) {
                let scopes = tx.vault().scopes(tx.reading(), message.subject)?;
                let countries = countries(&view, &scopes);
                let (reference, taken) = (&case.summary.reference, case.summary.owner.is_some());
                let said = Said { reference, countries: &countries, taken, exercise };
                return Ok(Says { text: spoken::call(&languages, said), language, ends: false });
            }
            let reply = match case {
                Some(case) => answer(tx, &view, case, id)?,
                None => Reply::Ended,
            };
            Ok(Says { text: spoken::reply(&languages, reply).to_owned(), language, ends: true })
        });
        says.await.map(Some)
    }

    /// Ends the calls that need not go on, and those of which nothing was heard any more.
    pub(super) async fn end_calls(&self) -> Result<(), StoreError> {
        let under_way = self.store.read(|reading| {
            let mut under_way = Vec::new();
            for message in store::ringing(reading.conn, ROUND)? {
                let case = seen_to_climb(reading.conn, reading.vault, message.subject)?;
                let needed = match case.filter(|case| case.needs(message.step)) {
                    Some(case) => !must_stay_silent((&mut *reading.conn, reading.vault), Some(&case), message.person)?,
                    None => false,
                };
                under_way.push((needed, message));
            }
            Ok(under_way)
        });
        for (needed, message) in under_way.await?.into_iter().filter(|(_, message)| !self.aside.holds(message.id)) {
            let silent = message.next_at <= self.store.clock().now();
            let end = match (needed, silent) {
                (false, _) => (DeliveryState::Superseded, None),
                (true, true) => (DeliveryState::Failed, Some(Why::of(CallTrouble::NoAnswer))),
                (true, false) => continue,
            };
            let (view, id) = (self.places.view(), message.id);
            let from = [DeliveryState::Ringing];
            let ended =
                self.write(message.subject, move |tx| conclude(tx, &view, (id, &from), end).map_err(Halt::from));
            match ended.await {
                Ok(true) => self.let_go(message.channel, id),
                Ok(false) => {}
                // The others must not go on for it; it is tried again later.
                Err(StoreError::Fault(why)) => {
                    self.aside.put(id);
                    tracing::error!(message = %id, %why, "the end of a call could not be noted");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Delivery {
    /// A phone was woken by a message, and shows or opened it: what it is about. None when there is no such message.
    pub async fn woken(&self, id: Uuid, event: PushEvent) -> Result<Option<WokenFor>, StoreError> {
        let found = self.store.read(move |reading| store::find(reading.conn, id)).await?;
        let Some(message) = found.filter(|message| PUSHED.contains(&message.channel)) else { return Ok(None) };
        let view = self.places.view();
        let exercise = self.store.installation()?.kind == Kind::Demo;
        let woken = self.write(message.subject, move |tx| -> Result<_, Halt<Infallible>> {
            let case = to_call(tx, &view, message.subject)?;
            let (from, state) = match event {
                PushEvent::Shown => (&UNSEEN[..], DeliveryState::Displayed),
                PushEvent::Opened => (&UNOPENED[..], DeliveryState::Opened),
            };
            conclude(tx, &view, (id, from), (state, None))?;
            place_shown(tx, message.address, message.expires_at - WORTH)?;
            let known = people::service::brief(tx.reading(), &view, message.person)?;
            let languages = known.map(|known| known.brief.languages).unwrap_or_default();
            let language = spoken::language(&languages).to_owned();
            let Some(case) = case.filter(|case| !case.summary.state.is_closed()) else {
                let text = spoken::reply(&languages, Reply::Ended).to_owned();
                return Ok(WokenFor { text, language, current: false });
            };
            let scopes = tx.vault().scopes(tx.reading(), message.subject)?;
            let countries = countries(&view, &scopes);
            let (reference, taken) = (&case.summary.reference, case.summary.owner.is_some());
            let text = texts::call(&languages, Said { reference, countries: &countries, taken, exercise });
            Ok(WokenFor { text, language, current: case.needs(message.step) })
        });
        woken.await.map(Some)
    }
}

/// Notes where a message stands now and tells it, if it stood at one of these before.
fn conclude(
    tx: &mut Tx<'_>,
    view: &View,
    (id, from): (Uuid, &[DeliveryState]),
    (state, why): (DeliveryState, Option<Why>),
) -> QueryResult<bool> {
    let Some(subject) = store::find(tx.reading(), id)?.map(|message| message.subject) else { return Ok(false) };
    // First the case, then the row, as everywhere.
    drop(to_call(tx, view, subject)?);
    let Some(message) = store::find(tx.reading(), id)?.filter(|message| from.contains(&message.state)) else {
        return Ok(false);
    };
    let now = tx.now();
    let said = why.map_or(state.word(), |why| why.trouble.word());
    let is_new = store::settle(tx, &message, state, (now, said))?;
    if is_new {
        let name = people::service::brief(tx.reading(), view, message.person)?.map(|known| known.brief.name);
        told(tx, view, &message, (name.as_deref().unwrap_or("?"), state, why))?;
    }
    Ok(is_new)
}

/// Takes a case for whoever pressed the key, if they may.
fn answer(tx: &mut Tx<'_>, view: &View, mut case: Case, id: Uuid) -> Result<Reply, Halt<Infallible>> {
    let Some(message) = store::find(tx.reading(), id)? else { return Ok(Reply::Ended) };
    let now = tx.now();
    if case.summary.state.is_closed() {
        return Ok(Reply::Ended);
    }
    let person = message.person;
    let vault = tx.vault();
    let scopes = vault.scopes(tx.reading(), message.subject)?;
    // Whoever presses a key of long ago, or on the phone of somebody in danger, is told where to call.
    if now >= message.next_at + LATE || must_stay_silent((tx.reading(), vault), Some(&case), person)? {
        return Ok(Reply::Cannot);
    }
    let reply = match &case.summary.owner {
        Some(owner) if owner.id == person => Reply::Yours,
        Some(_) => Reply::Thanks,
        None if !is_theirs(tx, &message)? => Reply::Cannot,
        None if !reach_of(tx.reading(), view, (person, Permission::WorkCases), now)?.any(&scopes) => Reply::Cannot,
        None => {
            let name = people::service::brief(tx.reading(), view, person)?.map(|known| known.brief.name);
            let by = By { id: person, name: name.unwrap_or_else(|| "?".to_owned()) };
            if taken_by_call(tx, &mut case, &scopes, &by)? { Reply::Yours } else { Reply::Thanks }
        }
    };
    conclude(tx, view, (id, &UNANSWERED), (DeliveryState::Answered, None))?;
    Ok(reply)
}

/// Whether the number that was called is surely theirs: a stranger who presses a key must not end the search for help.
fn is_theirs(tx: &mut Tx<'_>, message: &Message) -> QueryResult<bool> {
    let vault = tx.vault();
    let numbers = numbers_of(tx.reading(), vault, message.person)?;
    Ok(numbers.iter().any(|number| number.id == Some(message.address) && number.verified_at.is_some()))
}

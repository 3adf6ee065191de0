//! The worker of every node: carries the ladder's steps out, takes messages that are due, sends them, notes what came
//! of each. A message is taken for a while only: if this node dies meanwhile, another sends it again.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;
use uuid::Uuid;
use wire::case::{CallTrouble, Change, DeliveryChannel, DeliveryState};

use super::aside::Aside;
use super::channels::callbacks::Proofs;
use super::channels::{Channels, Letter};
use super::rehearsal::Checked;
use super::spoken;
use super::texts::{self, Said};
use super::whom::{Address, all_addresses, hushed, must_stay_silent};
use super::{LONGEST_CALL, Message, Outcome, Why, backoff, store};
use crate::access::seized_since;
use crate::devices::push::forget_place;
use crate::distress::service::{called, countries, to_call};
use crate::people;
use crate::places::Directory;
use crate::store::{Halt, Kind, Lane, Rank, Store, StoreError, Tx, WriteError, ranked};

/// How often it is looked what is due.
const LOOK: Duration = Duration::from_millis(250);

/// Messages taken in one round.
const ROUND: i64 = 50;

/// Messages of one channel on their way at one time.
const AT_ONCE: usize = 16;

/// How long what could not be done for a reason of its own is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// How long nobody is told again what to send.
const EXPLAINED: Duration = Duration::from_secs(3_600);

/// Nobody else sends a message for this long after it was taken: longer than a gateway may take to answer.
const TAKEN: TimeDelta = TimeDelta::seconds(30);

/// How often settled messages are forgotten, how long they are kept, and how many one transaction forgets.
const FORGETTING: TimeDelta = TimeDelta::hours(1);
const KEPT: TimeDelta = TimeDelta::days(30);
const FORGOTTEN_AT_ONCE: i64 = 200;

/// How long a stop waits for what is on its way.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Reaches people. Clones share one store.
#[derive(Clone)]
pub struct Delivery {
    pub(super) store: Store,
    pub(super) places: Arc<Directory>,
    pub(super) channels: Arc<Channels>,
    /// Room for messages on their way, by channel: a gateway that hangs holds up no other.
    sending: Arc<BTreeMap<DeliveryChannel, Arc<Semaphore>>>,
    pub(super) aside: Arc<Aside>,
    /// Who was told lately what to send.
    pub(super) explained: Arc<Aside>,
    /// What gateways prove by that a message was given to them.
    pub(super) proofs: Proofs,
    inbound_password: Option<Arc<str>>,
    pub(super) checked: Checked,
}

/// A message with what is needed to send it.
struct Ready {
    message: Message,
    to: String,
    name: String,
    text: String,
    language: &'static str,
}

/// What became of a message that was due.
enum Taken {
    Ready(Box<Ready>),
    /// It need not be sent any more, or somebody else does.
    Gone,
}

impl Delivery {
    /// Of a store, the places, and the channels that are set up.
    pub fn new(store: Store, places: Arc<Directory>, channels: Channels) -> Self {
        let proofs = Proofs::new(store.keyring());
        // Also what is due by a channel that is not set up any more has its turn, and is given up.
        let room = |channel: &DeliveryChannel| (*channel, Arc::new(Semaphore::new(AT_ONCE)));
        let sending = DeliveryChannel::ALL.iter().map(room).collect();
        Self {
            checked: Checked::default(),
            proofs,
            store,
            places,
            channels: Arc::new(channels),
            sending: Arc::new(sending),
            aside: Arc::new(Aside::lasting(LEFT_ALONE)),
            explained: Arc::new(Aside::lasting(EXPLAINED)),
            inbound_password: None,
        }
    }

    /// Takes texts from a gateway with this password; from none when it is empty.
    #[must_use]
    pub fn taking_texts(self, password: &str) -> Self {
        Self { inbound_password: (!password.is_empty()).then(|| password.into()), ..self }
    }

    /// What a browser must know to be woken by this server; none where it sends no Web Push.
    pub fn vapid_key(&self) -> Option<String> {
        self.channels.key()
    }

    /// Where a phone can be woken, as it is kept; or why it cannot be used.
    pub fn checked_place(&self, channel: DeliveryChannel, given: &str) -> Result<String, String> {
        self.channels.address(channel, given)
    }

    /// The password of the gateway that texts come from.
    pub(super) fn inbound_password(&self) -> Option<&str> {
        self.inbound_password.as_deref()
    }

    /// By what people can be called.
    pub fn channels(&self) -> Vec<DeliveryChannel> {
        self.channels.names()
    }

    /// Works until it is stopped. Called by a thread of its own.
    pub async fn go_on(self, stopped: Arc<AtomicBool>) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut forgot: Option<DateTime<Utc>> = None;
        while !stopped.load(Ordering::Relaxed) {
            look.tick().await;
            let worked = async {
                self.places.known().await?;
                self.climb().await?;
                self.send_due().await?;
                self.end_calls().await?;
                let now = self.store.clock().now();
                if forgot.is_none_or(|at| now - at >= FORGETTING) {
                    forgot = Some(now);
                    self.forget_old().await?;
                }
                if self.checked.begins(now) {
                    let this = self.clone();
                    tokio::spawn(async move {
                        if let Err(error) = ranked(Rank::Last, this.check_ladders()).await {
                            tracing::warn!(%error, "it could not be checked whom the ladders reach");
                        }
                        this.checked.ends();
                    });
                }
                Ok::<_, StoreError>(())
            };
            if let Err(error) = worked.await {
                tracing::debug!(%error, "it could not be looked whom to call");
            }
        }
        // What a provider may have already is noted before this node goes, or another would send it again.
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let sent = self.sending.values().map(|sending| sending.acquire_many(all));
        if tokio::time::timeout(LAST_WORDS, futures_util::future::join_all(sent)).await.is_err() {
            tracing::warn!("messages were on their way when the server stopped: they are sent again");
        }
    }

    async fn send_due(&self) -> Result<(), StoreError> {
        for (channel, sending) in self.sending.iter() {
            self.send_due_by(*channel, sending).await?;
        }
        Ok(())
    }

    async fn send_due_by(&self, channel: DeliveryChannel, sending: &Arc<Semaphore>) -> Result<(), StoreError> {
        // What there is no room for stays due.
        if sending.available_permits() == 0 {
            return Ok(());
        }
        let now = self.store.clock().now();
        let due = self.store.read(move |reading| store::due(reading.conn, channel, now, ROUND)).await?;
        for message in due.into_iter().filter(|message| !self.aside.holds(message.id)) {
            let Ok(room) = Arc::clone(sending).try_acquire_owned() else { return Ok(()) };
            let (id, tried) = (message.id, message.tries > 0);
            match self.take(message).await {
                // The gateway may have made a call whose acceptance never came back.
                Ok(Taken::Gone) if tried && self.channels.rings(channel) => self.let_go(channel, id),
                Ok(Taken::Gone) => {}
                Ok(Taken::Ready(ready)) => {
                    let this = self.clone();
                    tokio::spawn(async move {
                        this.send(*ready).await;
                        drop(room);
                    });
                }
                Err(StoreError::Fault(why)) => {
                    self.aside.put(id);
                    tracing::error!(message = %id, %why, "a message could not be taken");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks a provider to let go of a message, beside everything else.
    pub(super) fn let_go(&self, channel: DeliveryChannel, message: Uuid) {
        let channels = Arc::clone(&self.channels);
        tokio::spawn(async move { channels.stop(channel, message).await });
    }

    async fn take(&self, message: Message) -> Result<Taken, StoreError> {
        let view = self.places.view();
        let exercise = self.store.installation()?.kind == Kind::Demo;
        self.write(message.subject, move |tx| {
            let now = tx.now();
            let Some(case) = to_call(tx, &view, message.subject)? else {
                settle(tx, &message, DeliveryState::Superseded, "its case is gone")?;
                return Ok(Taken::Gone);
            };
            let vault = tx.vault();
            let known = people::service::brief(tx.reading(), &view, message.person)?;
            let Some(known) = known.filter(|known| !known.left) else {
                settle(tx, &message, DeliveryState::Superseded, "they have left")?;
                return Ok(Taken::Gone);
            };
            let (name, summary) = (known.brief.name, &case.summary);
            let ended = |tx: &mut Tx<'_>, state, why: Option<Why>, said: &str| -> Result<Taken, Halt<Infallible>> {
                if settle(tx, &message, state, said)? {
                    told(tx, &view, &message, (&name, state, why))?;
                }
                Ok(Taken::Gone)
            };
            let taken = summary.owner.is_some();
            if !case.needs(message.step) {
                return ended(tx, DeliveryState::Superseded, None, "somebody has the case");
            }
            if now >= message.expires_at {
                return ended(
                    tx,
                    DeliveryState::Expired,
                    Some(Why::of(CallTrouble::TooLate)),
                    "it was not sent in time",
                );
            }
            // They may have come into danger, or their office into other hands, since it was written.
            if must_stay_silent((tx.reading(), vault), Some(&case), message.person)?
                || seized_since(tx.reading(), known.office)?.is_some()
            {
                return ended(tx, DeliveryState::Superseded, None, "they must not be called now");
            }
            let mut found = all_addresses((tx.reading(), vault), message.person)?.into_iter();
            let here = |address: &Address| (address.channel, address.id) == (message.channel, message.address);
            let hushed = hushed((tx.reading(), vault), &case)?;
            let Some(to) = found.find(here).filter(|address| !hushed.contains(&address.to)) else {
                return ended(
                    tx,
                    DeliveryState::Failed,
                    Some(Why::of(CallTrouble::BadNumber)),
                    "the number is not there",
                );
            };
            if !store::take(tx, &message, now + TAKEN)? {
                return Ok(Taken::Gone);
            }
            let scopes = vault.scopes(tx.reading(), message.subject)?;
            let countries = countries(&view, &scopes);
            let said = Said { reference: &summary.reference, countries: &countries, taken, exercise };
            let languages = &known.brief.languages;
            let text = match message.channel {
                DeliveryChannel::Voice => spoken::call(languages, said),
                DeliveryChannel::Sms => texts::call(languages, said),
                // Says nothing by itself: the phone asks what it was woken for.
                DeliveryChannel::Webpush | DeliveryChannel::Fcm => String::new(),
            };
            let language = spoken::language(languages);
            let message = Message { state: DeliveryState::Sending, tries: message.tries + 1, ..message.clone() };
            Ok(Taken::Ready(Box::new(Ready { message, to: to.to, name, text, language })))
        })
        .await
    }

    async fn send(&self, ready: Ready) {
        let Ready { message, to, name, text, language } = ready;
        let (now, expires_at) = (self.store.clock().now(), message.expires_at);
        let letter = Letter { id: message.id, to: &to, text: &text, language, expires_at, now };
        let outcome = self.channels.send(message.channel, letter).await;
        let rings = self.channels.rings(message.channel);
        metrics::counter!("muster_messages_total", "channel" => message.channel.word(), "outcome" => outcome.word())
            .increment(1);
        let (view, id) = (self.places.view(), message.id);
        let noted = self.write(message.subject, move |tx| {
            // First the case, then the row, as everywhere.
            drop(to_call(tx, &view, message.subject)?);
            let now = tx.now();
            let (state, next_at, why) = match outcome {
                Outcome::Accepted if rings => (DeliveryState::Ringing, now + LONGEST_CALL, None),
                Outcome::Accepted => (DeliveryState::Accepted, now, None),
                Outcome::Later { why, wait } => (DeliveryState::Pending, now + backoff(message.tries, wait), Some(why)),
                Outcome::Never(why) => (DeliveryState::Failed, now, Some(why)),
            };
            let said = match why {
                None => state.word().to_owned(),
                Some(Why { trouble, status: None }) => trouble.word().to_owned(),
                Some(Why { trouble, status: Some(status) }) => format!("{} {status}", trouble.word()),
            };
            let is_new = store::settle(tx, &message, state, (next_at, &said))?;
            let gone = matches!(why, Some(Why { trouble: CallTrouble::Gone, .. }));
            if is_new && gone && [DeliveryChannel::Webpush, DeliveryChannel::Fcm].contains(&message.channel) {
                forget_place(tx, message.address, &to)?;
            }
            // Of a gateway that is away the first try tells enough.
            if is_new && (state != DeliveryState::Pending || message.tries == 1) {
                told(tx, &view, &message, (&name, state, why))?;
            }
            Ok(())
        });
        if let Err(error) = noted.await {
            // It stays taken, and is sent again when that is over.
            tracing::error!(message = %id, %error, "what became of a message could not be noted");
        }
    }

    async fn forget_old(&self) -> Result<(), StoreError> {
        let before = self.store.clock().now() - KEPT;
        let forget = move |tx: &mut Tx<'_>| Ok::<_, Halt<Infallible>>(store::forget(tx, before, FORGOTTEN_AT_ONCE)?);
        while self.store.write(Lane::Normal, Vec::new(), forget).await.map_err(unrefused)? > 0 {}
        Ok(())
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        case: Uuid,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<Infallible>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.store.write(Lane::Urgent, self.store.likely_scopes(case), f).await.map_err(unrefused)
    }
}

pub(super) fn unrefused(error: WriteError<Infallible>) -> StoreError {
    match error {
        WriteError::Store(error) => error,
        WriteError::Refused(never) => match never {},
    }
}

impl Outcome {
    const fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Later { .. } => "later",
            Self::Never(_) => "never",
        }
    }
}

fn settle(tx: &mut Tx<'_>, message: &Message, state: DeliveryState, why: &str) -> crate::store::QueryResult<bool> {
    let now = tx.now();
    store::settle(tx, message, state, (now, why))
}

/// Adds to the timeline of the case how a message to somebody went.
pub(super) fn told(
    tx: &mut Tx<'_>,
    view: &crate::places::View,
    message: &Message,
    (name, state, why): (&str, DeliveryState, Option<Why>),
) -> crate::store::QueryResult<()> {
    let Some(mut case) = to_call(tx, view, message.subject)? else { return Ok(()) };
    let scopes = tx.vault().scopes(tx.reading(), message.subject)?;
    let now = tx.now();
    let (person, channel) = (message.person, message.channel);
    let (trouble, status) = (why.map(|why| why.trouble), why.and_then(|why| why.status));
    let change = Change::CallResult { person, name: name.to_owned(), channel, state, trouble, status };
    called(tx, &mut case, &scopes, (now, change))
}

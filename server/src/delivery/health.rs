//! How each way to reach people does.

use chrono::TimeDelta;
use wire::case::{DeliveryChannel, DeliveryState};
use wire::escalation::{ChannelHealth, ChannelsHealth, StateCount};

use super::{Delivery, store};
use crate::store::StoreError;

/// What a gateway has taken: whatever came of it after that.
const TAKEN: [&str; 5] = [
    DeliveryState::Accepted.word(),
    DeliveryState::Delivered.word(),
    DeliveryState::Displayed.word(),
    DeliveryState::Opened.word(),
    DeliveryState::Answered.word(),
];

impl Delivery {
    /// How each channel does now.
    ///
    /// # Errors
    /// The database is away.
    pub async fn health(&self) -> Result<ChannelsHealth, StoreError> {
        let at = self.store.clock().now();
        let names = self.channels();
        let channels = self.store.read(move |reading| {
            let waiting = store::waiting(reading.conn)?;
            let hour = store::since(reading.conn, at - TimeDelta::hours(1))?;
            let mut channels = Vec::new();
            for channel in DeliveryChannel::ALL {
                let waits = waiting.iter().find(|(word, ..)| word == channel.word());
                let counts = hour.iter().filter(|(word, ..)| word == channel.word());
                let counts = counts.filter_map(|(_, state, messages)| {
                    Some(StateCount { state: DeliveryState::from_word(state)?, messages: count(*messages) })
                });
                let mut hour: Vec<StateCount> = counts.collect();
                hour.sort_unstable_by_key(|one| one.state);
                channels.push(ChannelHealth {
                    channel: *channel,
                    set_up: names.contains(channel),
                    waiting: waits.map_or(0, |(_, messages, _)| count(*messages)),
                    oldest_at: waits.and_then(|(.., oldest)| oldest.map(|at| at.0)),
                    taken_at: store::last_taken(reading.conn, *channel, &TAKEN)?.map(|at| at.0),
                    hour,
                });
            }
            Ok(channels)
        });
        Ok(ChannelsHealth { at, channels: channels.await? })
    }
}

fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or(0)
}

//! To whom the database answers: this node, and any other that is heard of.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::Answered;
use super::message::Beat;

/// An answer that is older than this is none, here and where it is heard of. Together they are shorter than a node
/// waits before it counts its own database as away: of one that all nodes lose at once, none says that it answers.
const FRESH: Duration = Duration::from_millis(1_300);

/// What was said longer ago is no news: the nodes' clocks are the database's.
const OLD_NEWS: TimeDelta = TimeDelta::seconds(5);

/// When the database last answered this node, and when another last said that it answered it.
#[derive(Debug, Default)]
pub(super) struct Answers {
    own: Mutex<Option<Instant>>,
    another: Mutex<Option<Instant>>,
}

impl Answers {
    pub(super) fn own(&self) {
        note(&self.own);
    }

    /// Another node says so. Said again later, by whoever, it is old.
    pub(super) fn another(&self, beat: &Beat, now: DateTime<Utc>) {
        if beat.answered && (now - beat.at).abs() < OLD_NEWS {
            note(&self.another);
        }
    }

    pub(super) fn own_does(&self) -> bool {
        is_fresh(&self.own)
    }

    pub(super) fn others(&self) -> Option<Answered> {
        let ago = self.another.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())?;
        Some(Answered { ago, is_fresh: ago < FRESH })
    }
}

fn note(at: &Mutex<Option<Instant>>) {
    *at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn is_fresh(at: &Mutex<Option<Instant>>) -> bool {
    at.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() < FRESH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_node_counts_when_it_says_so_now() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let answers = Answers::default();
        assert!(!answers.own_does() && answers.others().is_none());
        answers.another(&Beat { count: 1, at: now, answered: false }, now);
        answers.another(&Beat { count: 1, at: now - OLD_NEWS, answered: true }, now);
        assert!(answers.others().is_none());
        answers.another(&Beat { count: 1, at: now, answered: true }, now);
        assert!(answers.others().is_some_and(|others| others.is_fresh) && !answers.own_does());
        answers.own();
        assert!(answers.own_does());
    }
}

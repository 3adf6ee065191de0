//! The nodes' common clock: the database's.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AnyConn, Store, StoreError, types};

/// An answer that took longer says only between which times it was given.
const PROMPT: TimeDelta = TimeDelta::milliseconds(250);

impl Store {
    /// Sets the clock by the database's, which all nodes share, and says how far the machine's own is ahead of it.
    /// SQLite has no clock of its own: the machine's is followed.
    pub fn discipline_clock(&self) -> Result<TimeDelta, StoreError> {
        #[derive(diesel::QueryableByName)]
        struct Now {
            #[diesel(sql_type = types::Moment)]
            now: types::At,
        }
        let clock = self.clock().clone();
        if !self.is_shared() {
            clock.discipline(clock.machine_ahead().num_microseconds().unwrap_or_default());
            return Ok(TimeDelta::zero());
        }
        self.read_blocking(move |reading| {
            let before = clock.now();
            let AnyConn::Pg(conn) = &mut *reading.conn else { return Ok(TimeDelta::zero()) };
            let now: Now = diesel::RunQueryDsl::get_result(diesel::sql_query("SELECT clock_timestamp() AS now"), conn)?;
            clock.discipline(ahead(before, now.now.0, clock.now()).num_microseconds().unwrap_or_default());
            Ok(clock.machine_ahead())
        })
    }
}

/// How far the database's clock is ahead, when it said `said` somewhen between `before` and `after` of ours. After a prompt
/// answer by the middle of the two. A line that is slow in one direction makes the middle wrong by half of the wait: after
/// a slow answer no more than is certain, which is nothing while `said` is between the two.
fn ahead(before: DateTime<Utc>, said: DateTime<Utc>, after: DateTime<Utc>) -> TimeDelta {
    if after - before <= PROMPT {
        return said - (before + (after - before) / 2);
    }
    (said - after).max(TimeDelta::zero()) + (said - before).min(TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(took_ms: i64, said_ms: i64) -> i64 {
        let at = |ms| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms);
        ahead(at(0), at(said_ms), at(took_ms)).num_milliseconds()
    }

    #[test]
    fn a_prompt_answer_tells_by_its_middle() {
        assert_eq!(measured(10, 5), 0);
        assert_eq!(measured(10, 2_005), 2_000);
        assert_eq!(measured(200, -3_600_000), -3_600_100);
    }

    #[test]
    fn a_slow_answer_changes_no_more_than_is_certain() {
        assert_eq!(measured(12_000, 100), 0);
        assert_eq!(measured(12_000, 11_900), 0);
        assert_eq!(measured(12_000, 15_000), 3_000);
        assert_eq!(measured(12_000, -40), -40);
    }
}

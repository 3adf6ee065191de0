//! The nodes' common clock: the database's.

use chrono::TimeDelta;

use super::{AnyConn, Store, StoreError, types};

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
            let after = clock.now();
            let middle = before + (after - before) / 2;
            clock.discipline((now.now.0 - middle).num_microseconds().unwrap_or_default());
            Ok(clock.machine_ahead())
        })
    }
}

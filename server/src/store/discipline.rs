//! The nodes' common clock: the database's.

use super::{AnyConn, Store, StoreError, types};

impl Store {
    /// Sets the clock by the database's, which all nodes share. SQLite has no clock of its own.
    pub fn discipline_clock(&self) -> Result<(), StoreError> {
        #[derive(diesel::QueryableByName)]
        struct Now {
            #[diesel(sql_type = types::Moment)]
            now: types::At,
        }
        if !self.is_shared() {
            return Ok(());
        }
        let clock = self.clock().clone();
        self.read_blocking(move |reading| {
            let before = clock.now();
            let AnyConn::Pg(conn) = &mut *reading.conn else { return Ok(()) };
            let now: Now = diesel::RunQueryDsl::get_result(diesel::sql_query("SELECT clock_timestamp() AS now"), conn)?;
            let after = clock.now();
            let middle = before + (after - before) / 2;
            clock.discipline((now.now.0 - middle).num_microseconds().unwrap_or_default());
            Ok(())
        })
    }
}

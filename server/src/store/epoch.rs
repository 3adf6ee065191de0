//! The epoch in force: renewed whenever the log may not be the one that was live.

use super::conn::{AnyConn, Use};
use super::{Down, Inner, Installation, OpenError, Store, StoreError, installation};

impl Inner {
    /// Asks a new connection whether it leads to the database last seen; if it does not, a new epoch
    /// begins.
    pub(super) fn prove(&self, conn: &mut AnyConn) -> Result<(), String> {
        let known = self.installation().map_err(|down| down.0)?;
        let epoch = installation::prove(conn, &self.data_dir).map_err(|error| error.to_string())?;
        if epoch != known.epoch {
            self.set_installation(Ok(Installation { epoch, ..known }));
        }
        Ok(())
    }
}

impl Store {
    /// Takes over an epoch that another node renewed, or renews it when a head went back. Returns
    /// the epoch in force.
    pub fn check_epoch(&self, head_went_back: bool) -> Result<u32, StoreError> {
        let known = self.inner.installation()?;
        let epoch = if head_went_back {
            let mut conn = AnyConn::open(&self.inner.location, Use::Write).map_err(|error| Down(error.to_string()))?;
            let fault = |error: OpenError| StoreError::Fault(error.to_string());
            let identity = installation::server_identity(&mut conn).map_err(fault)?;
            let epoch = installation::renew(&mut conn, &identity).map_err(fault)?;
            installation::remember(&self.inner.data_dir, epoch, &identity);
            epoch
        } else {
            self.read_blocking(|reading| installation::current_epoch(reading.conn))?
        };
        if epoch != known.epoch {
            // Another node renewed it; this node's copy must say so too.
            let identity = self.read_blocking(|reading| Ok(installation::server_identity(reading.conn)))?;
            let identity = identity.map_err(|error| StoreError::Fault(error.to_string()))?;
            installation::remember(&self.inner.data_dir, epoch, &identity);
            self.inner.set_installation(Ok(Installation { epoch, ..known }));
        }
        Ok(epoch)
    }
}

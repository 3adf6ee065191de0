//! Why the store did not do what it was asked.

/// The database cannot be reached, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the database cannot be reached: {0}")]
pub struct Down(pub String);

/// Why a read or write did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is away.
    #[error(transparent)]
    Down(#[from] Down),
    /// Too much waits already.
    #[error("too much waits for the database already")]
    Busy,
    /// A fault of ours.
    #[error("the database refused a statement: {0}")]
    Fault(String),
}

/// Why a write did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError<R> {
    /// A rule says no.
    Refused(R),
    /// The store says no.
    Store(StoreError),
}

impl<R> From<StoreError> for WriteError<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

//! Connections: one enum over both databases, and the macro that writes a query once for both.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::ManageConnection;
use diesel::result::{ConnectionError, DatabaseErrorKind, Error as SqlError};
use diesel::{Connection, PgConnection, SqliteConnection};

use super::lines;

/// A connection to whichever database the URL names.
pub enum AnyConn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Runs the same Diesel code on whichever connection it is: the body is compiled once per database,
/// so that upserts, batches and `returning` work on both.
#[macro_export]
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::store::AnyConn::Pg($c) => $body,
            $crate::store::AnyConn::Sqlite($c) => $body,
        }
    };
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `postgres://...` as given.
    Postgres(String),
    /// A file, from `sqlite:PATH`.
    Sqlite(String),
}

/// A database URL of no known scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the database URL must begin with postgres://, postgresql:// or sqlite: ({0})")]
pub struct UnknownScheme(String);

impl Location {
    /// Reads a URL; the scheme alone decides, so that a mistyped one never becomes a file.
    pub fn parse(url: &str) -> Result<Self, UnknownScheme> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            // The URL itself may hold a password: name its scheme only.
            _ => Err(UnknownScheme(url.split(':').next().unwrap_or_default().to_owned())),
        }
    }

    /// Which database, in words.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgresql",
            Self::Sqlite(_) => "sqlite",
        }
    }

    /// The host, where the database is another process.
    pub fn host(&self) -> Option<&str> {
        let Self::Postgres(url) = self else { return None };
        let named =
            url.split(['?', '&']).find_map(|part| part.strip_prefix("host=").or(part.strip_prefix("hostaddr=")));
        if named.is_some() {
            return named;
        }
        let authority = url.split("://").nth(1)?.split(['/', '?']).next()?;
        let host = authority.rsplit('@').next()?;
        if let Some(v6) = host.strip_prefix('[') { v6.split(']').next() } else { host.split(':').next() }
    }
}

impl Location {
    /// Where the database listens, as far as that can be told: none for a file or a socket in the file system.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        let Self::Postgres(url) = self else { return Vec::new() };
        let named = url.split(['?', '&']).find_map(|part| part.strip_prefix("port="));
        let written = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).and_then(|authority| {
            let (_, port) = authority.rsplit('@').next()?.rsplit_once(':')?;
            (!port.ends_with(']')).then_some(port)
        });
        let port = named.or(written).and_then(|port| port.parse().ok()).unwrap_or(POSTGRES_PORT);
        let host = self.host().filter(|host| !host.is_empty()).unwrap_or("localhost");
        (host, port).to_socket_addrs().map(Iterator::collect).unwrap_or_default()
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Reads and writes, by a committer.
    Write,
    /// Reads only.
    Read,
}

/// Where PostgreSQL listens unless it is told otherwise.
const POSTGRES_PORT: u16 = 5432;

/// A statement may not take longer than this; a stuck database is an error, not a wait.
const STATEMENT_LIMIT: Duration = Duration::from_secs(5);

/// [`is_away`] and [`is_retryable`] know some errors by their words only, because the driver does not
/// tell their codes. PostgreSQL lets only a superuser, or who was granted it, choose the language.
const SAY_IT_IN_ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
                                 EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

/// The language in which the database says what is wrong, when it is not one that is understood here.
pub(super) fn foreign_language(conn: &mut AnyConn) -> Result<Option<String>, SqlError> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        language: String,
    }
    let AnyConn::Pg(conn) = conn else { return Ok(None) };
    let query = diesel::sql_query("SELECT current_setting('lc_messages') AS language");
    let Setting { language } = diesel::RunQueryDsl::get_result(query, conn)?;
    Ok((!is_english(&language)).then_some(language))
}

fn is_english(locale: &str) -> bool {
    let name = locale.split(['.', '_', '@']).next().unwrap_or_default();
    ["", "C", "POSIX", "en", "English"].contains(&name)
}

impl AnyConn {
    /// Opens a connection. A PostgreSQL that does not answer within 3 s is an error.
    pub(super) fn open(location: &Location, purpose: Use) -> Result<Self, ConnectionError> {
        match location {
            Location::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_limits(url))?;
                conn.batch_execute(&format!(
                    "SET statement_timeout = {0}; SET lock_timeout = 2000; SET idle_in_transaction_session_timeout = {0}; \
                     SET timezone = 'UTC'; SET synchronous_commit = on; {SAY_IT_IN_ENGLISH}{1}",
                    STATEMENT_LIMIT.as_millis(),
                    if purpose == Use::Read { "; SET default_transaction_read_only = on" } else { "" },
                ))
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Self::Pg(conn))
            }
            Location::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY{}",
                    STATEMENT_LIMIT.as_millis(),
                    if purpose == Use::Read { "; PRAGMA query_only = ON" } else { "" },
                ))
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Self::Sqlite(conn))
            }
        }
    }

    /// Begins a transaction that will write. On SQLite it takes the write lock at once, so that it
    /// cannot fail half-way.
    pub fn begin(&mut self) -> Result<(), SqlError> {
        match self {
            Self::Pg(conn) => conn.batch_execute("BEGIN"),
            Self::Sqlite(conn) => conn.batch_execute("BEGIN IMMEDIATE"),
        }
    }

    /// Begins a transaction that sees one state of the database throughout.
    pub fn begin_snapshot(&mut self) -> Result<(), SqlError> {
        match self {
            Self::Pg(conn) => conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Self::Sqlite(conn) => conn.batch_execute("BEGIN DEFERRED"),
        }
    }

    /// Makes the transaction durable: returns only after the disk has it.
    pub fn commit(&mut self) -> Result<(), SqlError> {
        on!(self, |c| c.batch_execute("COMMIT"))
    }

    /// Undoes the transaction.
    pub fn rollback(&mut self) -> Result<(), SqlError> {
        on!(self, |c| c.batch_execute("ROLLBACK"))
    }

    /// Runs `f` on one state of the database.
    pub fn snapshot<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, SqlError>) -> Result<T, SqlError> {
        self.begin_snapshot()?;
        let result = f(self);
        match &result {
            Ok(_) => self.commit()?,
            Err(error) => {
                if let Err(second) = self.rollback() {
                    tracing::debug!(%error, %second, "rollback after a failed read failed too");
                }
            }
        }
        result
    }
}

/// Adds connection limits where the URL does not name its own, and the connection's number.
fn with_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [
        ("connect_timeout", "3"),
        ("keepalives_idle", "5"),
        ("keepalives_interval", "2"),
        ("keepalives_count", "2"),
        ("application_name", "muster"),
    ] {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    // `connect_timeout` has made sure that there are options.
    format!("{url}&{}", lines::option())
}

/// Whether an error means that the database is away, rather than that the statement is wrong.
pub(super) fn is_away(error: &SqlError) -> bool {
    match error {
        SqlError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => {
            true
        }
        SqlError::BrokenTransactionManager => true,
        // A server that has become a standby.
        SqlError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => true,
        SqlError::DatabaseError(_, info) => {
            let message = info.message();
            [
                "terminating connection",
                "server closed the connection",
                "connection to server",
                "could not receive data",
                "could not send data",
                "no connection to the server",
                "shutting down",
                "starting up",
                "in recovery mode",
                "recovery",
                "disk I/O error",
                "database or disk is full",
                "No space left on device",
                "could not extend file",
                "readonly database",
                "unable to open database file",
                "statement timeout",
                "SSL SYSCALL",
                "Connection timed out",
            ]
            .iter()
            .any(|sign| message.contains(sign))
        }
        _ => false,
    }
}

/// Whether the same work may succeed when it is done again.
pub(super) fn is_retryable(error: &SqlError) -> bool {
    match error {
        SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        SqlError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => true,
        SqlError::DatabaseError(_, info) => {
            let message = info.message();
            message.contains("deadlock") || message.contains("lock timeout") || message.contains("database is locked")
        }
        _ => false,
    }
}

/// A pooled connection; one that lost its database is marked and not used again.
pub(super) struct Pooled {
    /// The connection.
    pub(super) conn: AnyConn,
    /// Set after an error that [`is_away`].
    pub(super) lost: bool,
}

/// Makes readers for the pool.
#[derive(Debug, Clone)]
pub(super) struct Readers(pub(super) Location);

impl ManageConnection for Readers {
    type Connection = Pooled;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Pooled, ConnectionError> {
        Ok(Pooled { conn: AnyConn::open(&self.0, Use::Read)?, lost: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), ConnectionError> {
        on!(&mut pooled.conn, |c| c.batch_execute("SELECT 1")).map_err(ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_alone_decides_the_database() {
        assert_eq!(Location::parse("sqlite:a.db"), Ok(Location::Sqlite("a.db".into())));
        assert!(matches!(Location::parse("postgres://x"), Ok(Location::Postgres(_))));
        assert!(Location::parse("host=x dbname=y").is_err());
        assert!(Location::parse("mysql://user:secret@x").unwrap_err().to_string().contains("(mysql)"));
    }

    #[test]
    fn a_language_that_is_not_understood_is_told_from_english() {
        for english in ["C", "C.UTF-8", "POSIX", "en_GB.UTF-8", "en", "English_United States.1252"] {
            assert!(is_english(english), "{english}");
        }
        for other in ["de_DE.UTF-8", "fr_FR", "ar", "eno_NO"] {
            assert!(!is_english(other), "{other}");
        }
    }

    #[test]
    fn the_address_of_a_url_is_found() {
        let addresses = |url: &str| Location::parse(url).unwrap().addresses();
        let local = |port: u16| vec![SocketAddr::from(([127, 0, 0, 1], port))];
        assert_eq!(addresses("postgres://u:p@127.0.0.1:7/m?x=y"), local(7));
        assert_eq!(addresses("postgres://127.0.0.1/m"), local(5432));
        assert_eq!(addresses("postgres:///m?host=127.0.0.1&port=9"), local(9));
        assert_eq!(addresses("postgres://u@[::1]/m"), ["[::1]:5432".parse().unwrap()]);
        assert!(addresses("postgres:///m?host=/run/postgresql").is_empty());
        assert!(addresses("sqlite:x").is_empty());
    }

    #[test]
    fn the_host_of_a_url_is_found() {
        let host = |url: &str| Location::parse(url).unwrap().host().map(str::to_owned);
        assert_eq!(host("postgres://u:p@db.example:5433/m?x=y").as_deref(), Some("db.example"));
        assert_eq!(host("postgres://127.0.0.1/m").as_deref(), Some("127.0.0.1"));
        assert_eq!(host("postgres://u@[::1]:5/m").as_deref(), Some("::1"));
        assert_eq!(host("sqlite:x"), None);
        assert_eq!(host("postgres:///m?connect_timeout=3&host=db.example").as_deref(), Some("db.example"));
    }
}

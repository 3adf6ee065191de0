//! What makes a database this installation's: its schema, its key, its epoch.

use std::path::{Path, PathBuf};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use rand::Rng;

use super::AnyConn;
use super::conn::{Location, Use, foreign_language};
use super::schema::installation;
use super::types::At;
use crate::kernel::clock::Clock;
use crate::kernel::seal::Keyring;
use crate::on;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// What an installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Real people.
    Live,
    /// An invented world: every screen says Exercise.
    Demo,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Demo => "demo",
        }
    }
}

/// The installation behind a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installation {
    /// Renewed when the log may have lost its newest events; cursors of another epoch are void.
    pub epoch: u32,
    /// What it is for.
    pub kind: Kind,
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It does not answer.
    #[error("the database cannot be reached: {0}")]
    Away(String),
    /// Another server has its file.
    #[error("another server uses the database {}; stop it first, or name another file with --database", .0.display())]
    InUse(PathBuf),
    /// It belongs to another key.
    #[error("the installation key does not belong to this database; restore the key file that was made with it")]
    WrongKey,
    /// It is of another kind.
    #[error("this database holds {found} data, not {wanted} data; name another folder or database")]
    WrongKind {
        /// What it holds.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Its schema cannot be brought up to date.
    #[error("the database schema cannot be updated: {0}")]
    Migration(String),
}

impl From<diesel::result::Error> for OpenError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Away(error.to_string())
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = installation, treat_none_as_default_value = false)]
struct Row {
    id: i32,
    epoch: String,
    kind: String,
    key_check: Vec<u8>,
    server_identity: String,
    created_at: At,
}

/// Brings the schema up to date and finds or makes the installation.
pub(super) fn open(
    location: &Location,
    keyring: &Keyring,
    clock: &dyn Clock,
    kind: Kind,
    data_dir: &Path,
) -> Result<Installation, OpenError> {
    let mut conn = AnyConn::open(location, Use::Write).map_err(|error| OpenError::Away(error.to_string()))?;
    if let Some(language) = foreign_language(&mut conn)? {
        tracing::warn!(
            language,
            "this database reports errors in a language that is not understood, so that a time-out may be taken for a \
             fault: let a superuser run ALTER DATABASE ... SET lc_messages = 'C'"
        );
    }
    migrate(&mut conn)?;
    let identity = server_identity(&mut conn)?;
    let found: Option<Row> = on!(&mut conn, |c| installation::table.select(Row::as_select()).first(c).optional())?;
    let check = keyring.blind_index("installation", "check");
    let Some(row) = found else {
        let epoch = new_epoch();
        let row = Row {
            id: 1,
            epoch: hex(epoch),
            kind: kind.word().to_owned(),
            key_check: check,
            server_identity: identity.clone(),
            created_at: At(clock.now()),
        };
        on!(&mut conn, |c| diesel::insert_into(installation::table).values(&row).on_conflict_do_nothing().execute(c))?;
        remember(data_dir, epoch, &identity);
        return if on!(&mut conn, |c| installation::table.select(installation::epoch).first::<String>(c))? == hex(epoch)
        {
            Ok(Installation { epoch, kind })
        } else {
            // Another node made it in the same moment.
            open(location, keyring, clock, kind, data_dir)
        };
    };
    if row.key_check != check {
        return Err(OpenError::WrongKey);
    }
    if row.kind != kind.word() {
        return Err(OpenError::WrongKind { found: row.kind, wanted: kind.word() });
    }
    let epoch = u32::from_str_radix(&row.epoch, 16).unwrap_or_default();
    let known = remembered(data_dir);
    let same =
        row.server_identity == identity && known.is_none_or(|known| known == (row.epoch.clone(), identity.clone()));
    let epoch = if same { epoch } else { renew(&mut conn, &identity)? };
    remember(data_dir, epoch, &identity);
    Ok(Installation { epoch, kind })
}

/// Whether a connection leads to the database last seen. If not, the epoch is renewed. Returns the
/// epoch in force.
pub(super) fn prove(conn: &mut AnyConn, data_dir: &Path) -> Result<u32, OpenError> {
    let identity = server_identity(conn)?;
    let known: String = on!(conn, |c| installation::table.select(installation::server_identity).first(c))?;
    let epoch = if known == identity { current_epoch(conn)? } else { renew(conn, &identity)? };
    if remembered(data_dir).is_none_or(|remembered| remembered != (hex(epoch), identity.clone())) {
        remember(data_dir, epoch, &identity);
    }
    Ok(epoch)
}

/// Starts a new epoch: every cursor given out so far is void and consoles take a fresh snapshot.
pub(super) fn renew(conn: &mut AnyConn, identity: &str) -> Result<u32, OpenError> {
    let epoch = new_epoch();
    tracing::warn!(epoch = %hex(epoch), "the database is not the one last seen: new epoch");
    on!(conn, |c| diesel::update(installation::table)
        .set((installation::epoch.eq(hex(epoch)), installation::server_identity.eq(identity)))
        .execute(c))?;
    Ok(epoch)
}

/// The epoch as it stands in the database now.
pub(super) fn current_epoch(conn: &mut AnyConn) -> QueryResult<u32> {
    let epoch: String = on!(conn, |c| installation::table.select(installation::epoch).first(c))?;
    Ok(u32::from_str_radix(&epoch, 16).unwrap_or_default())
}

/// Nodes that start together migrate one after another; the number is an arbitrary one of ours.
const MIGRATION_LOCK: i64 = 0x6d75_7374_6572;

fn migrate(conn: &mut AnyConn) -> Result<(), OpenError> {
    if let AnyConn::Pg(c) = conn {
        // Another node may take its time: this wait has no limit, and nobody ends it.
        c.set_instrumentation(|_: InstrumentationEvent<'_>| {});
        c.batch_execute(&format!(
            "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({MIGRATION_LOCK})"
        ))?;
    }
    let migrated = run_migrations(conn);
    if let AnyConn::Pg(c) = conn {
        c.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    }
    migrated
}

fn run_migrations(conn: &mut AnyConn) -> Result<(), OpenError> {
    on!(conn, |c| c
        .run_pending_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| OpenError::Migration(error.to_string())))
}

/// Which database server this is: PostgreSQL's system identifier and timeline. A SQLite file has
/// none; the copy in the data directory tells whether it was exchanged.
pub(super) fn server_identity(conn: &mut AnyConn) -> Result<String, OpenError> {
    #[derive(QueryableByName)]
    struct Identity {
        #[diesel(sql_type = diesel::sql_types::Text)]
        identity: String,
    }
    match conn {
        AnyConn::Pg(c) => diesel::sql_query(
            "SELECT s.system_identifier::text || '/' || c.timeline_id::text AS identity \
             FROM pg_control_system() s, pg_control_checkpoint() c",
        )
        .get_result::<Identity>(c)
        .map(|row| row.identity)
        .or_else(|error| {
            tracing::warn!(%error, "this database user may not read the server's identity; a fail-over is found by its heads only");
            Ok("unknown".to_owned())
        }),
        AnyConn::Sqlite(_) => Ok("file".to_owned()),
    }
}

fn new_epoch() -> u32 {
    rand::rng().next_u32()
}

/// Eight hex digits.
pub fn hex(epoch: u32) -> String {
    format!("{epoch:08x}")
}

fn copy_path(data_dir: &Path) -> PathBuf {
    data_dir.join("epoch")
}

fn remembered(data_dir: &Path) -> Option<(String, String)> {
    let text = std::fs::read_to_string(copy_path(data_dir)).ok()?;
    let (epoch, identity) = text.trim_end().split_once(' ')?;
    Some((epoch.to_owned(), identity.to_owned()))
}

pub(super) fn remember(data_dir: &Path, epoch: u32, identity: &str) {
    if let Err(error) = std::fs::write(copy_path(data_dir), format!("{} {identity}\n", hex(epoch))) {
        tracing::warn!(%error, "the copy of the epoch could not be written to the data directory");
    }
}

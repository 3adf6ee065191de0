//! Real databases: a file of its own, or a PostgreSQL database of its own, for every test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Db {
    /// A file in the data directory.
    Sqlite,
    /// A fresh database on the server of `MUSTER_TEST_POSTGRES_URL`.
    Postgres,
}

/// A database and a data directory of its own. Dropped with the test.
pub struct Database {
    kind: Db,
    dir: TempDir,
    postgres: Option<Arc<Postgres>>,
}

struct Postgres {
    /// The server's own database, to make and drop ours from.
    server: String,
    name: String,
}

impl Database {
    /// A fresh one.
    pub fn fresh(kind: Db) -> Self {
        let dir = tempfile::Builder::new().prefix("muster-test.").tempdir().expect("a temporary folder");
        let postgres = (kind == Db::Postgres).then(|| Arc::new(Postgres::create()));
        Self { kind, dir, postgres }
    }

    /// The same PostgreSQL database, for a further node with a data directory of its own.
    pub fn beside(&self) -> Self {
        let dir = tempfile::Builder::new().prefix("muster-test.").tempdir().expect("a temporary folder");
        Self { kind: self.kind, dir, postgres: self.postgres.clone() }
    }

    /// Which kind.
    pub fn kind(&self) -> Db {
        self.kind
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A folder that no server uses.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.data().join("muster.db")
    }

    /// What goes into the setting `database`.
    pub fn url(&self) -> String {
        match &self.postgres {
            None => format!("sqlite:{}", self.file().display()),
            Some(postgres) => postgres.url(),
        }
    }

    /// What goes into the setting `redis`: nodes on PostgreSQL hear of one another through it.
    pub fn redis(&self) -> String {
        if self.kind == Db::Sqlite {
            return String::new();
        }
        std::env::var("MUSTER_TEST_REDIS_URL").unwrap_or_else(|_| {
            panic!(
                "MUSTER_TEST_REDIS_URL is not set: this test needs a Redis. Use ./tests/run, which starts one, or set \
                 MUSTER_TEST_ONLY=sqlite to build the suite without this half of it."
            )
        })
    }

    /// The address of the PostgreSQL server, to put a proxy before it.
    pub fn server_address(&self) -> String {
        let url = self.url();
        let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("a PostgreSQL URL");
        authority.rsplit('@').next().unwrap_or_default().to_owned()
    }

    /// The same database through a port of this machine.
    pub fn url_by_port(&self, port: u16) -> String {
        self.url().replacen(&self.server_address(), &format!("127.0.0.1:{port}"), 1)
    }

    /// How often PostgreSQL ended a transaction because two waited for each other.
    pub fn deadlocks(&self) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Counted {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            deadlocks: i64,
        }
        let mut conn = PgConnection::establish(&self.url()).expect("the database opens");
        let query = diesel::sql_query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        let counted: Counted = diesel::RunQueryDsl::get_result(query, &mut conn).expect("counted");
        counted.deadlocks
    }

    /// Changes the database behind the server's back.
    pub fn meddle(&self, sqlite: &str, postgres: &str) {
        match self.kind {
            Db::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.file().display().to_string()).expect("the file opens");
                conn.batch_execute("PRAGMA busy_timeout = 5000").expect("set");
                conn.batch_execute(sqlite).expect("changed");
            }
            Db::Postgres => {
                let mut conn = PgConnection::establish(&self.url()).expect("the database opens");
                conn.batch_execute(postgres).expect("changed");
            }
        }
    }

    /// Every byte of every table, as the database itself stores or dumps it: the file with its
    /// write-ahead log, or each row of each table as text and, for sealed columns, as bytes in hex.
    pub fn dump(&self) -> Vec<u8> {
        match &self.postgres {
            None => {
                let mut bytes = Vec::new();
                for suffix in ["", "-wal", "-shm"] {
                    let path = PathBuf::from(format!("{}{suffix}", self.file().display()));
                    bytes.extend(std::fs::read(path).unwrap_or_default());
                }
                bytes
            }
            Some(postgres) => postgres.dump(),
        }
    }
}

impl Postgres {
    fn create() -> Self {
        let server = std::env::var("MUSTER_TEST_POSTGRES_URL").unwrap_or_else(|_| {
            panic!(
                "MUSTER_TEST_POSTGRES_URL is not set: this test needs a PostgreSQL. Use ./tests/run, which starts one, \
                 or set MUSTER_TEST_ONLY=sqlite to build the suite without this half of it."
            )
        });
        let name = format!("muster_test_{}", uuid::Uuid::now_v7().simple());
        let mut conn = PgConnection::establish(&server).expect("the PostgreSQL of MUSTER_TEST_POSTGRES_URL answers");
        conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database is created");
        Self { server, name }
    }

    fn url(&self) -> String {
        let at = self.server.rfind('/').expect("a URL with a database");
        format!("{}/{}", &self.server[..at], self.name)
    }

    fn dump(&self) -> Vec<u8> {
        use diesel::RunQueryDsl;
        use diesel::sql_types::Text;

        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let mut conn = PgConnection::establish(&self.url()).expect("the test's database answers");
        let mut lines = |query: &str| -> Vec<String> {
            let rows: Vec<Line> = diesel::sql_query(query).load(&mut conn).expect("the dump is read");
            rows.into_iter().map(|row| row.line).collect()
        };
        let tables = lines("SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'");
        assert!(tables.len() > 10, "the dump finds the tables");
        let mut bytes = Vec::new();
        for table in tables {
            for line in lines(&format!("SELECT t::text AS line FROM {table} t")) {
                // Sealed columns are shown as \x and hex digits: their bytes are searched, too.
                for part in line.split("\\x").skip(1) {
                    let digits: Vec<u8> = part.bytes().take_while(u8::is_ascii_hexdigit).collect();
                    bytes.extend(digits.chunks_exact(2).filter_map(|pair| {
                        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
                    }));
                }
                bytes.extend(line.bytes());
                bytes.push(b'\n');
            }
        }
        bytes
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let dropped = PgConnection::establish(&self.server).map_err(|error| error.to_string()).and_then(|mut conn| {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            conn.batch_execute(&drop).map_err(|error| error.to_string())
        });
        if let Err(error) = dropped {
            eprintln!("the test's database {} stays behind: {error}", self.name);
        }
    }
}

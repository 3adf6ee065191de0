//! What only PostgreSQL has: the language of its errors, and users who may do little.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use muster::store::{AnyConn, Halt, Lane, StoreError, WriteError};
use tests::{Database, Db, TestApp, Time};

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// The language in which errors are reported to the server's readers.
async fn language(app: &TestApp) -> String {
    let read = app.app().store.read(|reading| {
        let AnyConn::Pg(conn) = &mut *reading.conn else { panic!("not PostgreSQL") };
        diesel::sql_query("SELECT current_setting('lc_messages') AS said").get_result::<Said>(conn)
    });
    read.await.expect("read").said
}

fn on_postgres(prepare: impl FnOnce(&Database, &mut PgConnection) -> String, test: impl AsyncFnOnce(&mut TestApp)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let database = Database::fresh(Db::Postgres);
    let mut conn = PgConnection::establish(&database.url()).expect("the database answers");
    let url = prepare(&database, &mut conn);
    let mut app = TestApp::start_on(database, url, Time::Real);
    runtime.block_on(async {
        test(&mut app).await;
        app.verify_log().await;
        app.stop().await;
    });
}

/// `ALTER DATABASE` of the database that a connection leads to.
fn alter(conn: &mut PgConnection, how: &str) {
    let name = diesel::sql_query("SELECT current_database()::text AS said").get_result::<Said>(conn);
    conn.batch_execute(&format!("ALTER DATABASE {} {how}", name.expect("its name").said)).expect("altered");
}

#[test]
fn errors_come_in_a_language_that_is_understood() {
    let other = |database: &Database, conn: &mut PgConnection| {
        alter(conn, "SET lc_messages = 'POSIX'");
        database.url()
    };
    on_postgres(other, async |app| {
        assert_eq!(language(app).await, "C");
        // Such as this one, which is known by its words alone.
        let store = &app.app().store;
        let slow = store.write(Lane::Normal, Vec::new(), |tx| {
            let AnyConn::Pg(conn) = tx.reading() else { panic!("not PostgreSQL") };
            conn.batch_execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")?;
            Ok::<_, Halt<()>>(())
        });
        let slow = slow.await;
        assert!(matches!(slow, Err(WriteError::Store(StoreError::Down(_)))), "{slow:?}");
    });
}

#[test]
fn a_user_who_may_not_choose_the_language_is_served_all_the_same() {
    let role = format!("muster_plain_{}", uuid::Uuid::now_v7().simple());
    let plain = |database: &Database, conn: &mut PgConnection| {
        conn.batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'plain'")).expect("a user");
        alter(conn, &format!("OWNER TO {role}"));
        alter(conn, "SET lc_messages = 'POSIX'");
        let url = database.url();
        let (_, rest) = url.split_once('@').expect("a URL with a user");
        format!("postgres://{role}:plain@{rest}")
    };
    let server = std::env::var("MUSTER_TEST_POSTGRES_URL").expect("the server of the tests");
    on_postgres(plain, async |app| {
        assert_eq!(language(app).await, "POSIX");
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
        operator.claims(id).await;
    });
    let mut conn = PgConnection::establish(&server).expect("the server answers");
    conn.batch_execute(&format!("DROP ROLE {role}")).expect("the user is gone with the database");
}

//! Signing in and setting a password in the same moment: no session by the old password outlives it.

use serde_json::json;
use tests::{SignedIn, on_both};
use wire::Code;

const NEXT: &str = "another gravel lantern";

on_both!(who_signs_in_while_their_password_is_replaced_has_no_session_by_the_old_one, async |app| {
    let world = app.world().await;
    for round in 0..6 {
        let awa = world.account(&format!("Awa {round}"), &world.kenya).await;
        let set = json!({ "secret": world.password_link(awa.person).await, "password": NEXT });
        let anonymous = app.anonymous();
        let (signed, set) = tokio::join!(
            SignedIn::try_sign_in(awa.http(), &awa.email, &awa.password),
            anonymous.post("/v1/password", &set)
        );
        set.expect(204);
        if signed.status == 200 {
            SignedIn::by_answer(awa.http(), &signed).get("/v1/session").await.refused(Code::CredentialExpired);
        } else {
            signed.refused(Code::SignInFailed);
        }
        awa.get("/v1/session").await.refused(Code::CredentialExpired);
    }
});

/// On SQLite one transaction writes at a time; here the other one is held open.
#[cfg(not(sqlite_only))]
mod on_postgresql {
    use tests::{Db, Rival, Time, rows_of, run};

    use super::*;

    fn held(person: uuid::Uuid) -> String {
        format!("SELECT id FROM people WHERE id = '{person}' FOR NO KEY UPDATE")
    }

    #[test]
    fn a_sign_in_waits_for_who_replaces_the_password_and_is_refused() {
        run(Db::Postgres, Time::Real, async |app| {
            let world = app.world().await;
            let awa = world.account("Awa Diallo", &world.kenya).await;
            let replaced = "UPDATE accounts SET password = 'another' WHERE person";
            let replacing = format!("{}; {replaced} = '{}'", held(awa.person), awa.person);
            let other = Rival::begins(app.database(), &replacing);
            let (signed, ()) = tokio::join!(
                SignedIn::try_sign_in(awa.http(), &awa.email, &awa.password),
                other.commits_when_waited_for()
            );
            signed.refused(Code::SignInFailed);
        });
    }

    #[test]
    fn a_sign_in_waits_for_who_notes_that_the_person_has_left_and_is_refused() {
        run(Db::Postgres, Time::Real, async |app| {
            let world = app.world().await;
            let awa = world.account("Awa Diallo", &world.kenya).await;
            let leaving = format!("UPDATE people SET left_at = now() WHERE id = '{}'", awa.person);
            let other = Rival::begins(app.database(), &leaving);
            let (signed, ()) = tokio::join!(
                SignedIn::try_sign_in(awa.http(), &awa.email, &awa.password),
                other.commits_when_waited_for()
            );
            signed.refused(Code::SignInFailed);
        });
    }

    #[test]
    fn who_sets_a_password_waits_for_a_sign_in_and_ends_its_session() {
        run(Db::Postgres, Time::Real, async |app| {
            let world = app.world().await;
            let awa = world.account("Awa Diallo", &world.kenya).await;
            let set = json!({ "secret": world.password_link(awa.person).await, "password": NEXT });
            let opened = "INSERT INTO sessions (id, person, created_at, expires_at) VALUES";
            let values = format!("(sha256('x'), '{}', now(), now() + interval '1 hour')", awa.person);
            let signing_in = format!("{}; {opened} {values}", held(awa.person));
            let anonymous = app.anonymous();
            let other = Rival::begins(app.database(), &signing_in);
            let (set, ()) = tokio::join!(anonymous.post("/v1/password", &set), other.commits_when_waited_for());
            set.expect(204);
            let open = format!("sessions WHERE person = '{}' AND ended_at IS NULL", awa.person);
            assert_eq!(rows_of(app.database(), &open), 0);
        });
    }
}

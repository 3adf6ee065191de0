//! Who answers for a token: whoever issued it, until they have left or may issue none; then somebody else, or nobody.

use super::*;
use tests::{Operator, PASSWORD, SignedIn, until};
use wire::Code;
use wire::board::{Board, UnheldToken};
use wire::tokens::{ServiceToken, ServiceTokens};

/// An administrator who is not the last, and a token that they issued.
async fn issued(world: &World) -> (Operator, Uuid, Provisioner) {
    let issuer = world.account("Ben Carter", &world.kenya).await;
    let role = world.grant(issuer.person, "administrator", "installation", None).await.id;
    let issuer = issuer.again().await;
    let system = Provisioner::issued_with(&issuer.password, &issuer, world.organisation, 90).await;
    (issuer, role, system)
}

/// The administrator, signed in just now: days pass in these tests, and with them sessions.
async fn desk(world: &World) -> SignedIn {
    SignedIn::sign_in(world.administrator.http(), "ines.okoro@lakes.example", PASSWORD).await
}

async fn unheld(world: &World) -> Vec<UnheldToken> {
    desk(world).await.get("/v1/board").await.expect(200).json::<Board>().unheld_tokens
}

async fn token(world: &World, id: Uuid) -> ServiceToken {
    let all: ServiceTokens = desk(world).await.get("/v1/tokens").await.expect(200).json();
    all.tokens.into_iter().find(|token| token.id == id).expect("the token is listed")
}

async fn leaves(world: &World, person: Uuid) {
    let why = json!({ "reason": "The contract has ended" });
    desk(world).await.post(&format!("/v1/people/{person}/departure"), &why).await.expect(204);
}

on_both!(a_token_whose_issuer_left_goes_on_for_a_week_told_every_day_and_ends, by_hand, async |app| {
    let world = app.world().await;
    let (issuer, _, system) = issued(&world).await;
    assert_eq!((token(&world, system.token).await.held_by, unheld(&world).await), (issuer.person, vec![]));
    leaves(&world, issuer.person).await;
    // In the very moment.
    let told = unheld(&world).await;
    assert_eq!(told.iter().map(|one| one.token).collect::<Vec<_>>(), [system.token]);
    assert_eq!(told[0].ends_at - told[0].since, TimeDelta::days(7));
    let noted_so_far = async || noted(app, world.organisation, "token_unheld").await;
    let first = noted_so_far().await;
    assert_eq!((first.len(), &first[0]["loud"]), (1, &json!(true)));
    system.get("/Users").await.expect(200);
    for day in 1..=6 {
        app.advance(TimeDelta::days(1));
        until("administrators to be told again", async || (noted_so_far().await.len() == day + 1).then_some(())).await;
        system.get("/Users").await.expect(200);
    }
    app.advance(TimeDelta::days(1));
    refused(system.get("/Users").await, 401, None);
    until("the token to be ended", async || token(&world, system.token).await.ended_at).await;
    assert_eq!(unheld(&world).await, []);
    assert_eq!(noted_so_far().await.len(), 8, "told once, six times again, and that it ended");
});

on_both!(a_token_that_is_taken_over_goes_on, by_hand, async |app| {
    let world = app.world().await;
    let (issuer, _, system) = issued(&world).await;
    let path = format!("/v1/tokens/{}/holder", system.token);
    leaves(&world, issuer.person).await;
    let steward = crate::people::somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    steward.step_up(&steward.password).await;
    let why = json!({ "reason": "Ben has left" });
    steward.post(&path, &why).await.refused(Code::Forbidden);
    let first = desk(&world).await;
    assert_eq!(
        first.post(&path, &json!({ "reason": "" })).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/reason")
    );
    first.post(&format!("/v1/tokens/{}/holder", Uuid::from_u128(7)), &why).await.refused(Code::NotFound);
    assert_eq!(unheld(&world).await.len(), 1, "nothing changed so far");

    let held: ServiceToken = first.post(&path, &why).await.expect(200).json();
    assert_eq!((held.held_by, held.created_by), (first.person, issuer.person));
    assert_eq!((held.unheld_since, held.ends_unheld_at), (None, None));
    assert_eq!(unheld(&world).await, []);
    app.advance(TimeDelta::days(8));
    system.get("/Users").await.expect(200);
    let later = desk(&world).await;
    later.withdraw(&format!("/v1/tokens/{}", system.token), "The system was replaced").await.expect(200);
    later.post(&path, &why).await.refused(Code::AlreadyEnded);
});

on_both!(a_token_follows_the_right_of_its_holder_to_issue_it, by_hand, async |app| {
    let world = app.world().await;
    let (issuer, role, system) = issued(&world).await;
    desk(&world).await.withdraw(&format!("/v1/grants/{role}"), "Another task").await.expect(200);
    app.advance(TimeDelta::minutes(1));
    until("nobody to answer for it", async || token(&world, system.token).await.unheld_since).await;
    system.get("/Users").await.expect(200);
    world.grant(issuer.person, "administrator", "installation", None).await;
    app.advance(TimeDelta::minutes(1));
    let held = async || token(&world, system.token).await.unheld_since.is_none().then_some(());
    until("its issuer to answer for it again", held).await;
    app.advance(TimeDelta::days(8));
    system.get("/Users").await.expect(200);
});

on_both!(its_issuer_answers_for_a_token_of_which_no_holder_is_kept, by_hand, async |app| {
    let world = app.world().await;
    let (issuer, _, system) = issued(&world).await;
    // As a node of an earlier version issues one.
    let no_holder = |id: String| format!("UPDATE service_tokens SET held_by = NULL WHERE id = {id}");
    let id = system.token;
    app.database().meddle(&no_holder(format!("X'{}'", id.simple())), &no_holder(format!("'{id}'")));
    assert_eq!(token(&world, id).await.held_by, issuer.person);
    leaves(&world, issuer.person).await;
    // In the very moment.
    assert_eq!(unheld(&world).await.iter().map(|one| one.token).collect::<Vec<_>>(), [id]);
});

on_both!(a_token_that_cannot_be_looked_at_keeps_no_other_from_being_told, by_hand, async |app| {
    let world = app.world().await;
    let (issuer, role, one) = issued(&world).await;
    let other = Provisioner::issued_with(&issuer.password, &issuer, world.organisation, 90).await;
    let (bad, good) = (one.token.min(other.token), one.token.max(other.token));
    let sqlite = format!(
        "CREATE TRIGGER bad BEFORE UPDATE ON service_tokens WHEN NEW.id = X'{}' \
         BEGIN SELECT RAISE(ABORT, 'a bad token'); END",
        bad.simple()
    );
    let postgres = format!(
        "CREATE FUNCTION bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a bad token'; END $$; \
         CREATE TRIGGER bad BEFORE UPDATE ON service_tokens FOR EACH ROW WHEN (NEW.id = '{bad}') \
         EXECUTE FUNCTION bad()"
    );
    app.database().meddle(&sqlite, &postgres);
    desk(&world).await.withdraw(&format!("/v1/grants/{role}"), "Another task").await.expect(200);
    app.advance(TimeDelta::minutes(1));
    until("the other to be told", async || token(&world, good).await.unheld_since).await;
    assert_eq!(unheld(&world).await.iter().map(|one| one.token).collect::<Vec<_>>(), [good]);
    app.database().meddle("DROP TRIGGER bad", "DROP TRIGGER bad ON service_tokens");
    app.advance(TimeDelta::minutes(1));
    until("it to be told too", async || token(&world, bad).await.unheld_since).await;
    assert_eq!(noted(app, world.organisation, "token_unheld").await.len(), 2);
});

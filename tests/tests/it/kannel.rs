//! Text messages by Kannel itself: out, reported, and in.

use serde_json::json;
use tests::{Kannel, TestApp, on_both, until};
use wire::case::{DeliveryState, IntakeChannel};

use crate::duty::{Ground, OFFICER};

async fn ground(app: &mut TestApp) -> (Ground, Kannel) {
    let kannel = Kannel::start(app.port()).await;
    let ground = Ground::new(app).await;
    app.texts_by(kannel.url());
    app.stop().await;
    app.start_again();
    ground.officer(true).await;
    (ground, kannel)
}

on_both!(an_officer_is_told_by_kannel_and_the_case_shows_that_it_arrived, async |app| {
    let (ground, kannel) = ground(app).await;
    let case = ground.raise().await;
    let carried = kannel.carries(OFFICER).await;
    let reference = ground.awa.sees(case).await.case.reference;
    assert_eq!(
        carried.text,
        format!(
            "MUSTER: PAS OK {reference} KE. Personne ne l'a encore pris. Ouvrez la console ou appelez le centre d'opérations."
        )
    );
    let arrived = async || (ground.results(case).await.last()?.1 == DeliveryState::Delivered).then_some(());
    until("the report that it arrived", arrived).await;
    assert_eq!(ground.results(case).await.len(), 2, "accepted, delivered");
});

on_both!(not_ok_by_kannel_rings_and_is_answered, async |app| {
    let (ground, mut kannel) = ground(app).await;
    let more = json!({ "phones": [{ "number": "+254711000001", "kind": "mobile" }] });
    ground.world.person_with("Musa Kimani", &ground.world.kenya, more).await;
    kannel.sends("+254711000001", "NOT OK at the river");
    let answer = kannel.carries("+254711000001").await;
    assert!(answer.text.starts_with("MUSTER: your alarm is stored"), "{}", answer.text);
    let cases = ground.awa.snapshot().await.cases;
    let [case] = &cases[..] else { panic!("one case, not {}", cases.len()) };
    assert_eq!((case.subject.name.as_str(), case.intake), ("Musa Kimani", Some(IntakeChannel::Sms)));
    assert_eq!(case.facts.note.as_deref(), Some("NOT OK at the river"));
    kannel.carries(OFFICER).await;
});

on_both!(a_text_that_comes_while_the_server_is_down_rings_when_it_is_back, async |app| {
    let (ground, mut kannel) = ground(app).await;
    app.stop().await;
    kannel.sends("+254799000001", "SOS");
    app.start_again();
    let answer = kannel.carries("+254799000001").await;
    assert!(answer.text.starts_with("MUSTER: your alarm is stored"), "{}", answer.text);
    let awa = ground.awa.at(&app.http());
    assert_eq!(awa.snapshot().await.cases.len(), 1);
});

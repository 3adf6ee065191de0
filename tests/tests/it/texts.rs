//! Text messages: whether they arrived, and those that come in.

use serde_json::json;
use tests::gateway::text_in;
use tests::{TestApp, on_both, until};
use uuid::Uuid;
use wire::case::{ActorKind, CaseSummary, Change, DeliveryState, IntakeChannel};

use crate::duty::{Ground, OFFICER};

const AT: &str = "2030-03-17 17:46:40";

/// What is sent back for a text.
async fn told(app: &TestApp, from: &str, text: &str, at: &str) -> String {
    text_in(&app.http(), (from, text, at)).await.expect(200).text()
}

impl Ground {
    /// Somebody of Kenya with a number, proven or not.
    async fn known(&self, name: &str, number: &str, proven: bool) -> Uuid {
        let more = json!({ "phones": [{ "number": number, "kind": "mobile" }] });
        let person = self.world.person_with(name, &self.world.kenya, more).await;
        let (id, phone) = (person.brief.id.expect("in the register"), person.phones[0].id.expect("a number"));
        if proven {
            let path = format!("/v1/people/{id}/numbers/{phone}/verification");
            self.world.administrator.post(&path, &json!({})).await.expect(200);
        }
        id
    }

    /// Every open case.
    async fn cases(&self) -> Vec<CaseSummary> {
        self.awa.snapshot().await.cases
    }
}

on_both!(a_text_that_arrived_is_shown_as_delivered_once, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    let [text] = &ground.gateway.taken()[..] else { panic!("one text") };
    text.reports(8).await.expect(200);
    text.reports(1).await.expect(200);
    text.reports(1).await.expect(200);
    text.reports(2).await.expect(200);
    let delivered = async || {
        let results = ground.results(case).await;
        (results.last()?.1 == DeliveryState::Delivered).then_some(results)
    };
    let results = until("the text to be delivered", delivered).await;
    assert_eq!(results.iter().filter(|(_, state)| *state == DeliveryState::Delivered).count(), 1);
    assert!(ground.awa.sees(case).await.case.next_call.is_some(), "a text that arrived ends nothing");
});

on_both!(a_text_that_did_not_arrive_is_shown_as_failed, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    until("the gateway's word", async || (ground.results(case).await.len() == 1).then_some(())).await;
    ground.gateway.taken()[0].reports(2).await.expect(200);
    assert_eq!(ground.results(case).await.last(), Some(&("Ken Mwangi".to_owned(), DeliveryState::Failed)));
});

on_both!(nobody_else_reports_of_a_text, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let path = "/v1/gateways/texts/reports?state=1";
    let http = app.http();
    http.send(http.request(reqwest::Method::GET, path)).await.expect(401);
    let of_none = http.request(reqwest::Method::GET, path).basic_auth(Uuid::now_v7(), Some("guessed"));
    http.send(of_none).await.expect(401);
    assert!(ground.gateway.taken().is_empty());
});

on_both!(not_ok_by_text_is_the_same_case_as_over_the_app, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let musa = ground.known("Musa Kimani", "+254711000001", true).await;
    let answer = told(app, "+254711000001", "NOT OK, at the river", AT).await;
    assert!(answer.starts_with("MUSTER: your alarm is stored"), "{answer}");
    let cases = ground.cases().await;
    let [case] = &cases[..] else { panic!("one case: {}", cases.len()) };
    assert_eq!((case.subject.id, case.intake, case.taps), (Some(musa), Some(IntakeChannel::Sms), 1));
    assert_eq!(case.facts.note.as_deref(), Some("NOT OK, at the river"));
    assert!(case.labels.is_empty() && case.ringing, "{:?}", case.labels);
    let seen = ground.awa.sees(case.id).await;
    assert_eq!((seen.timeline[0].actor.kind, seen.timeline[0].actor.id), (ActorKind::Text, Some(musa)));

    // The network delivers it twice; then they tap on their phone.
    told(app, "254711000001", "NOT OK, at the river", AT).await;
    assert_eq!(ground.awa.sees(case.id).await.case.taps, 1);
    let tapped = ground.world.phone_of(musa).await.tap().await;
    assert!(tapped.joined && tapped.case.reference == case.reference);
    // While they are in danger whatever they write counts, and rings.
    let answer = told(app, "+254711000001", "second floor", "2030-03-17 17:47:10").await;
    assert_eq!(answer, "", "a telephone that hides is not made to sound");
    let seen = ground.awa.sees(case.id).await.case;
    assert_eq!((seen.taps, seen.facts.note.as_deref()), (3, Some("second floor")));
    assert_eq!(ground.cases().await.len(), 1);
});

on_both!(a_number_that_was_never_proven_rings_as_not_confirmed, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let musa = ground.known("Musa Kimani", "+254711000001", false).await;
    told(app, "+254711000001", "help", AT).await;
    let [case] = &ground.cases().await[..] else { panic!("one case") };
    assert_eq!((case.subject.id, case.labels.clone()), (Some(musa), vec!["identity_not_confirmed".to_owned()]));
    let phones = ground.awa.sees(case.id).await.phones;
    assert!(phones.iter().any(|phone| phone.kind == "callback" && phone.number == "+254711000001"));
});

on_both!(an_unknown_number_rings_too_once_for_all_its_texts, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.ugandan().await;
    told(app, "+256799000009", "au secours", AT).await;
    told(app, "+256799000009", "SOS", "2030-03-17 17:48:00").await;
    told(app, "+256799000009", "they are here", "2030-03-17 17:49:00").await;
    let cases = ground.cases().await;
    let [case] = &cases[..] else { panic!("one case, not {}", cases.len()) };
    assert_eq!((case.subject.id, case.subject.name.as_str()), (None, "+256799000009"));
    // What they write later asks for nothing, and is theirs all the same.
    assert_eq!((case.taps, case.severity), (3, wire::case::Severity::Extreme));
    for label in ["identity_not_confirmed", "person_unknown"] {
        assert!(case.labels.iter().any(|known| known == label), "{label}");
    }
    let seen = ground.awa.sees(case.id).await;
    assert!(seen.phones.iter().any(|phone| phone.number == "+256799000009"));
    let texts = seen.timeline.iter().filter_map(|entry| match &entry.change {
        Change::Raised { text, .. } | Change::TappedAgain { text, .. } => text.as_deref(),
        _ => None,
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["au secours", "SOS", "they are here"], "each is on the timeline");
    // The officer of the country that the number is of is called.
    ground.has_called(&[crate::duty::UGANDAN]).await;
});

on_both!(a_number_of_two_people_is_nobodys, by_hand, async |app| {
    let ground = Ground::new(app).await;
    for name in ["Musa Kimani", "Amina Wanjiru"] {
        ground.known(name, "+254711000001", false).await;
    }
    told(app, "+254711000001", "SOS", AT).await;
    let [case] = &ground.cases().await[..] else { panic!("one case") };
    assert_eq!(case.subject.id, None);
});

on_both!(what_asks_for_nothing_rings_nobody, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.known("Musa Kimani", "+254711000001", true).await;
    let known = told(app, "+254711000001", "thanks", AT).await;
    assert!(known.contains("send: NOT OK"), "{known}");
    let again = told(app, "+254711000001", "I am driving", "2030-03-17 17:47:00").await;
    assert_eq!(again, "", "what answers by itself is not answered for ever");
    assert_eq!(told(app, "+254799999999", "WIN A PRIZE", AT).await, "");
    assert!(ground.cases().await.is_empty());
});

on_both!(only_the_gateway_brings_texts, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let http = app.http();
    let post = || http.request(reqwest::Method::POST, "/v1/gateways/texts").header("X-Kannel-From", "+254711000001");
    http.send(post().body("SOS")).await.expect(401);
    http.send(post().basic_auth("kannel", Some("guessed")).body("SOS")).await.expect(401);
    assert!(ground.cases().await.is_empty());
    // One whose number the network hides rings all the same.
    let hidden = http.request(reqwest::Method::POST, "/v1/gateways/texts");
    http.send(hidden.basic_auth("kannel", Some(tests::gateway::INBOUND)).body("SOS")).await.expect(200);
    let [case] = &ground.cases().await[..] else { panic!("one case") };
    assert_eq!((case.subject.name.as_str(), ground.awa.sees(case.id).await.phones.len()), ("?", 0));
    // Many of them are one case.
    for text in ["help", "SOS again"] {
        let hidden = http.request(reqwest::Method::POST, "/v1/gateways/texts");
        http.send(hidden.basic_auth("kannel", Some(tests::gateway::INBOUND)).body(text)).await.expect(200);
    }
    let [case] = &ground.cases().await[..] else { panic!("one case") };
    assert_eq!(case.taps, 3);
});

on_both!(the_same_words_ring_again_on_another_day_though_the_network_tells_no_time, by_hand, async |app| {
    let ground = Ground::new(app).await;
    for taps in [1, 1, 2] {
        if taps == 2 {
            app.advance(chrono::TimeDelta::minutes(2));
        }
        told(app, "+254799000009", "SOS", "").await;
        let [case] = &ground.cases().await[..] else { panic!("one case") };
        assert_eq!(case.taps, taps);
    }
});

on_both!(a_text_that_anybody_may_have_sent_takes_nobody_off_the_ladder, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    // Registered as theirs too, and never proven.
    let more = json!({ "phones": [{ "number": "+254700000077", "kind": "mobile" }] });
    let rosa =
        ground.world.person_with("Rosa Marin", &ground.world.kenya, more).await.brief.id.expect("in the register");
    ground.world.grant(rosa, "field_security_officer", "office", Some(ground.world.kenya.id)).await;
    told(app, "+254700000077", "SOS", AT).await;
    let case = ground.raise().await;
    until("the officers to be called", async || (!ground.steps(case).await.is_empty()).then_some(())).await;
    let (_, people, _) = ground.steps(case).await.remove(0);
    assert!(people.contains(&"Rosa Marin".to_owned()), "{people:?}");
    // About the case that was texted, its own number is not called.
    let called = async || {
        let mut called = ground.called();
        called.sort();
        (called == [OFFICER, OFFICER, "+254700000077"]).then_some(())
    };
    until("the officers to be called", called).await;
});

on_both!(a_tap_confirms_whose_case_it_is_and_a_forged_text_does_not_undo_it, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let musa = ground.known("Musa Kimani", "+254711000001", false).await;
    told(app, "+254711000001", "SOS", AT).await;
    let labels = async || ground.cases().await.remove(0).labels;
    assert_eq!(labels().await, ["identity_not_confirmed"]);
    let phone = ground.world.phone_of(musa).await;
    phone.tap().await;
    assert_eq!(labels().await, Vec::<String>::new());
    told(app, "+254711000001", "false alarm, all good", "2030-03-17 17:49:00").await;
    assert_eq!((labels().await, ground.cases().await[0].taps), (Vec::new(), 3));
});

on_both!(a_gateway_that_hangs_holds_up_no_other, async |app| {
    let exchange = tests::Exchange::start();
    app.calls_by(&exchange);
    let ground = Ground::new(app).await;
    // Nobody has a proven number: telephone and text of every step go out at once.
    for number in 0..20 {
        let to = format!("+2547330000{number:02}");
        let area = ("field_security_officer", "office", Some(ground.world.kenya.id));
        ground.on_duty(&format!("Officer {number}"), area, &to, false).await;
    }
    exchange.hangs();
    ground.raise().await;
    let hanging = async || (exchange.hanging() == 16).then_some(());
    until("every place of the telephone to be taken", hanging).await;
    let before = ground.called().len();
    ground.ugandan().await;
    ground.world.phone("Amina Wanjiru", &ground.world.uganda).await.tap().await;
    let called = async || ground.called().iter().skip(before).any(|to| to == crate::duty::UGANDAN).then_some(());
    until("the officer of another country to be texted", called).await;
    assert!(exchange.calls().is_empty(), "the telephone still hangs");
});

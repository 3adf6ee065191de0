//! Whom the server calls, as policies say; what operators order; who would be called; how the channels do.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, on_both, until};
use uuid::Uuid;
use wire::Code;
use wire::case::{CallOrder, CaseSummary, Change, DeliveryChannel, DeliveryState, LadderStep};
use wire::escalation::{ChannelsHealth, Findings, Policies, Policy, Rehearsal};

use crate::duty::{Ground, OFFICER, OPERATOR, REGIONAL, UGANDAN, standard};

/// A policy with these steps: whom, after how many seconds; by text.
fn steps(steps: &[(&str, u32)]) -> Value {
    let step = |(step, after_s): &(&str, u32)| json!({ "step": step, "after_s": after_s, "channels": ["sms"] });
    json!({ "revision": 0, "steps": steps.iter().map(step).collect::<Vec<_>>() })
}

impl Ground {
    async fn puts(&self, area: Uuid, policy: &Value) -> Answer {
        self.world.administrator.put(&format!("/v1/escalation/policies/{area}"), policy).await
    }

    async fn orders(&self, case: Uuid, order: Value) -> CaseSummary {
        self.awa.does(case, "escalation", order).await
    }

    async fn orders_of(&self, case: Uuid) -> Vec<(CallOrder, String, Vec<String>)> {
        let ordered = |change| match change {
            Change::CallsOrdered { order, reason, people } => Some((order, reason, people)),
            _ => None,
        };
        self.timeline(case).await.into_iter().filter_map(|entry| ordered(entry.change)).collect()
    }

    async fn rehearsal(&self) -> Rehearsal {
        self.awa.get(&format!("/v1/escalation/rehearsal/{}", self.world.kenya.id)).await.expect(200).json()
    }
}

on_both!(the_operations_centre_is_called_when_no_console_shows_an_alarm, by_hand, async |app| {
    let ground = Ground::as_installed(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::seconds(4));
    ground.has_looked().await;
    assert!(!ground.called().contains(&OPERATOR.to_owned()), "a console has five seconds");
    app.advance(TimeDelta::seconds(1));
    until("the operator", async || ground.called().contains(&OPERATOR.to_owned()).then_some(())).await;
    // Awa is told too, and has no number.
    let told = async || {
        ground.steps(case).await.into_iter().filter(|step| step.0 == LadderStep::Operations).collect::<Vec<_>>()
    };
    until("its line", async || (told().await.len() == 1).then_some(())).await;
    let (_, mut names, passed) = told().await.remove(0);
    names.sort();
    assert_eq!((names, passed), (vec!["Awa Diallo".to_owned(), "Omar Said".to_owned()], false));
    // The other steps keep their times, and the same tap is not told twice.
    let next = ground.awa.sees(case).await.case;
    assert_eq!(
        next.next_call.map(|call| (call.step, call.at - next.stored_at)),
        Some((LadderStep::RegionalOfficer, TimeDelta::minutes(2)))
    );
    app.stop().await;
    app.advance(TimeDelta::seconds(60));
    app.start_again();
    ground.has_looked().await;
    assert_eq!(told().await.len(), 1);
});

on_both!(an_alarm_that_a_console_shows_does_not_call_the_operations_centre, by_hand, async |app| {
    let ground = Ground::as_installed(app).await;
    ground.everybody().await;
    let console = ground.awa.console().await;
    let case = ground.raise().await;
    console.shows(case, "it is shown", |case| case.shown_at.is_some()).await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::seconds(30));
    ground.has_looked().await;
    assert_eq!(ground.steps(case).await.len(), 1);
    assert!(!ground.called().contains(&OPERATOR.to_owned()));
});

on_both!(the_policy_of_the_narrowest_area_counts_for_the_cases_that_come_after, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let (kenya, organisation) = (ground.world.kenya.id, ground.world.organisation);
    let before = ground.raise().await;
    ground.puts(organisation, &steps(&[("duty_officer", 0), ("everybody", 200)])).await.expect(200);
    let wide = ground.world.phone("Hadiza Bello", &ground.world.kenya).await.tap().await.case.id;
    let put: Policy = ground.puts(kenya, &steps(&[("duty_officer", 0), ("everybody", 20)])).await.expect(200).json();
    assert_eq!((put.revision, put.area, put.steps.len(), put.editable), (1, kenya, 2, true));
    let narrow = ground.world.phone("Ines Costa", &ground.world.kenya).await.tap().await.case.id;
    let after = async |case| {
        let seen = ground.awa.sees(case).await.case;
        seen.next_call
            .filter(|call| call.step != LadderStep::DutyOfficer)
            .map(|call| (call.at - seen.stored_at).num_seconds())
    };
    for (case, seconds) in [(before, 120), (wide, 200), (narrow, 20)] {
        until(format!("the step after {seconds} s"), async || (after(case).await == Some(seconds)).then_some(())).await;
    }
    ground.world.administrator.take_away(&format!("/v1/escalation/policies/{kenya}"), &json!({})).await.expect(204);
    let again = ground.world.phone("Jonas Weber", &ground.world.kenya).await.tap().await.case.id;
    until("the organisation's again", async || (after(again).await == Some(200)).then_some(())).await;
    let known: Policies = ground.awa.get("/v1/escalation/policies").await.expect(200).json();
    let areas: Vec<_> = known.policies.iter().map(|policy| policy.area).collect();
    assert_eq!(areas, [organisation, Uuid::nil()]);
    assert!(known.policies.iter().all(|policy| !policy.editable), "an operator sees it, and may not change it");
    assert_eq!(known.channels, [DeliveryChannel::Sms]);
});

on_both!(a_policy_that_is_unsafe_old_or_anothers_changes_nothing, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let (kenya, uganda) = (ground.world.kenya.id, ground.world.uganda.id);
    let nobody = ground.puts(kenya, &steps(&[("regional_officer", 0), ("everybody", 60)])).await;
    assert_eq!(nobody.refused(Code::InvalidValue).field.as_deref(), Some("/steps/0"));
    let stranger = json!({ "revision": 0, "steps": [
        { "step": "duty_officer", "after_s": 0, "channels": ["sms"] },
        { "step": "named", "people": [Uuid::now_v7()], "after_s": 30, "channels": ["sms"] },
        { "step": "everybody", "after_s": 60, "channels": ["sms"] },
    ] });
    assert_eq!(
        ground.puts(kenya, &stranger).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/steps/1/people")
    );
    let good = steps(&[("duty_officer", 0), ("everybody", 60)]);
    ground.puts(kenya, &good).await.expect(200);
    ground.puts(kenya, &good).await.refused(Code::RevisionChanged);
    ground.puts(Uuid::now_v7(), &good).await.refused(Code::NotFound);
    let officer = ground.world.field_officer("Ken Mwangi", &ground.world.kenya).await;
    officer.put(&format!("/v1/escalation/policies/{kenya}"), &good).await.refused(Code::Forbidden);
    let lead = ground.world.account("Lena Berg", &ground.world.kenya).await;
    ground.world.grant(lead.person, "shift_lead", "office", Some(kenya)).await;
    lead.put(&format!("/v1/escalation/policies/{uganda}"), &good).await.refused(Code::NotFound);
    lead.put(&format!("/v1/escalation/policies/{}", Uuid::nil()), &good).await.refused(Code::Forbidden);
    app.advance(TimeDelta::minutes(6));
    ground.puts(kenya, &good).await.refused(Code::StepUpRequired);
    let known: Policies = officer.get("/v1/escalation/policies").await.expect(200).json();
    assert_eq!(
        known.policies.iter().map(|policy| (policy.area, policy.revision)).collect::<Vec<_>>(),
        [(kenya, 1), (Uuid::nil(), 1)]
    );
});

on_both!(people_whom_a_policy_names_are_called_in_their_turn, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    let more = json!({ "phones": [{ "number": REGIONAL, "kind": "mobile" }], "languages": ["en"] });
    let doctor = ground.world.person_with("Dr Noor Aziz", &ground.world.kenya, more).await;
    let doctor = doctor.brief.id.expect("in the register");
    let policy = json!({ "revision": 0, "steps": [
        { "step": "duty_officer", "after_s": 0, "channels": ["sms"] },
        { "step": "named", "people": [doctor], "after_s": 30, "channels": ["sms"] },
        { "step": "everybody", "after_s": 60, "channels": ["sms"] },
    ] });
    ground.puts(ground.world.kenya.id, &policy).await.expect(200);
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::seconds(30));
    ground.has_called(&[OFFICER, REGIONAL]).await;
    let steps = ground.steps(case).await;
    // Their number was never proven: the next step does not wait for them.
    assert_eq!(steps[1], (LadderStep::Named, vec!["Dr Noor Aziz".to_owned()], true));
});

on_both!(an_operator_hurries_the_next_step, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    until("the step to be noted", async || (ground.steps(case).await.len() == 1).then_some(())).await;
    ground.awa.act(case, "escalation", &json!({ "action": "hurry", "reason": " " })).await.refused(Code::InvalidValue);
    ground.orders(case, json!({ "action": "hurry", "reason": "Shots are heard" })).await;
    ground.has_called(&[OFFICER, REGIONAL]).await;
    until("the step to be noted", async || (ground.steps(case).await.len() == 2).then_some(())).await;
    assert_eq!(ground.orders_of(case).await, [(CallOrder::Hurried, "Shots are heard".to_owned(), vec![])]);
    // What was hurried is not repeated when it would have been due, and everybody is called in time.
    app.advance(TimeDelta::minutes(2));
    ground.has_looked().await;
    assert_eq!(ground.steps(case).await.len(), 2);
    app.advance(TimeDelta::minutes(3));
    until("everybody", async || (ground.steps(case).await.len() == 3).then_some(())).await;
    ground.awa.claims(case).await;
    let nobody_next = ground.awa.act(case, "escalation", &json!({ "action": "hurry", "reason": "again" })).await;
    assert_eq!(nobody_next.refused(Code::InvalidValue).field.as_deref(), Some("/action"));
});

on_both!(only_who_has_a_case_stops_its_calls, by_hand, async |app| {
    let exchange = tests::Exchange::start();
    app.calls_by(&exchange);
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    until("the officer's text", async || ground.called().contains(&OFFICER.to_owned()).then_some(())).await;
    until("the step to be noted", async || (ground.steps(case).await.len() == 1).then_some(())).await;
    let stop = json!({ "action": "stop", "reason": "I have the officer on the line" });
    ground.awa.act(case, "escalation", &stop).await.refused(Code::NotOwner);
    // From far away: the officer in the country would be called all the same.
    let taken = ground.awa.claims(case).await;
    assert_eq!(taken.next_call.map(|call| call.step), Some(LadderStep::DutyOfficer));
    assert_eq!(ground.orders(case, stop).await.next_call, None);
    app.advance(TimeDelta::seconds(90));
    ground.has_looked().await;
    assert!(exchange.calls().iter().all(|call| call.to != OFFICER));
    assert_eq!(ground.orders_of(case).await.len(), 1);
    // Nobody acts for three minutes: it is everybody's again, and the calls begin anew.
    app.advance(TimeDelta::minutes(3));
    let again = async || (ground.called().iter().filter(|to| *to == OFFICER).count() == 2).then_some(());
    until("the officer to be called again", again).await;
});

on_both!(an_operator_has_more_people_called_and_nobody_is_called_less, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let more = json!({ "phones": [{ "number": "+254700000009", "kind": "mobile" }], "languages": ["en"] });
    let noor =
        ground.world.person_with("Noor Aziz", &ground.world.kenya, more).await.brief.id.expect("in the register");
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    let also = |people: &[Uuid]| json!({ "action": "call_also", "people": people, "reason": "Lives next door" });
    let endangered = ground.awa.sees(case).await.case.subject.id.expect("in the register");
    for people in [vec![], vec![noor, noor], vec![endangered], vec![Uuid::now_v7()]] {
        let refused = ground.awa.act(case, "escalation", &also(&people)).await.refused(Code::InvalidValue);
        assert_eq!(refused.field.as_deref(), Some("/people"));
    }
    ground.awa.claims(case).await;
    ground.orders(case, also(&[noor])).await;
    ground.has_called(&[OFFICER, "+254700000009"]).await;
    let ordered = (LadderStep::Ordered, vec!["Noor Aziz".to_owned()], false);
    until("its line", async || ground.steps(case).await.contains(&ordered).then_some(())).await;
    app.stop().await;
    app.start_again();
    ground.has_looked().await;
    assert_eq!(ground.steps(case).await.iter().filter(|step| **step == ordered).count(), 1);
    let orders = ground.orders_of(case).await;
    assert_eq!(orders, [(CallOrder::CalledAlso, "Lives next door".to_owned(), vec!["Noor Aziz".to_owned()])]);
});

on_both!(a_rehearsal_says_who_will_be_called_when, by_hand, async |app| {
    let ground = Ground::as_installed(app).await;
    // The officer's number was never proven, the region's was.
    ground.officer(false).await;
    let organisation = ("regional_security_officer", "organisation", Some(ground.world.organisation));
    ground.on_duty("Rosa Marin", organisation, REGIONAL, true).await;
    ground.on_duty("Omar Said", ("operations_operator", "installation", None), OPERATOR, true).await;
    let rehearsal = ground.rehearsal().await;
    assert_eq!((rehearsal.policy, rehearsal.kind), (None, None));
    let said: Vec<_> = rehearsal.calls.iter().map(|call| (call.step, call.at_s, call.unseen, call.passed)).collect();
    assert_eq!(
        said,
        [
            (LadderStep::DutyOfficer, 0, false, true),
            (LadderStep::RegionalOfficer, 0, false, false),
            (LadderStep::Everybody, 300, false, false),
            (LadderStep::Operations, 5, true, false),
        ]
    );
    let case = ground.raise().await;
    until("two steps", async || (ground.steps(case).await.len() == 2).then_some(())).await;
    app.advance(TimeDelta::seconds(5));
    until("the operations centre", async || (ground.steps(case).await.len() == 3).then_some(())).await;
    app.advance(TimeDelta::seconds(295));
    until("everybody", async || (ground.steps(case).await.len() == 4).then_some(())).await;
    for (step, names, _) in ground.steps(case).await {
        let call = rehearsal.calls.iter().find(|call| call.step == step).expect("it was rehearsed");
        // Whoever raises is in the way of nobody: the names are those of the rehearsal.
        assert_eq!(call.people.iter().map(|one| one.name.clone()).collect::<Vec<_>>(), names, "{step:?}");
    }
});

on_both!(every_hour_it_is_checked_whom_the_ladders_reach, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.ugandan().await;
    app.advance(TimeDelta::minutes(61));
    let (kenya, uganda) = (ground.world.kenya.id, ground.world.uganda.id);
    let findings = async || ground.awa.get("/v1/escalation/findings").await.expect(200).json::<Findings>();
    let weak = async || {
        let found = findings().await.weak;
        let of = |office| found.iter().find(|one| one.office == office).map(|one| (one.steps.clone(), one.unreachable));
        (of(kenya), of(uganda))
    };
    // Of Kenya nobody is reached at all, of Uganda nobody above the officer.
    let nobody = (vec![LadderStep::DutyOfficer, LadderStep::RegionalOfficer, LadderStep::Everybody], true);
    let above = (vec![LadderStep::RegionalOfficer], false);
    let found = async || (weak().await == (Some(nobody.clone()), Some(above.clone()))).then_some(());
    until("what is weak", found).await;
    let all = findings().await;
    assert_eq!((all.offices, all.weak.last().map(|one| one.office)), (4, Some(uganda)), "the worst come first");
    let officer = ground.world.field_officer("Ken Otieno", &ground.world.uganda).await;
    let seen: Findings = officer.get("/v1/escalation/findings").await.expect(200).json();
    assert_eq!((seen.offices, seen.weak.len()), (1, 1), "of one's own office only");
    ground.everybody().await;
    app.advance(TimeDelta::minutes(61));
    until("both to be whole", async || (weak().await == (None, None)).then_some(())).await;
});

on_both!(the_channels_say_how_they_do, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    let of = |health: &ChannelsHealth, channel| {
        health.channels.iter().find(|one| one.channel == channel).cloned().expect("it is there")
    };
    let health = async || ground.awa.get("/v1/channels").await.expect(200).json::<ChannelsHealth>();
    let before = of(&health().await, DeliveryChannel::Sms);
    assert_eq!((before.set_up, before.waiting, before.taken_at, before.hour.len()), (true, 0, None, 0));
    ground.gateway.will([tests::gateway::Answer::Refuse(503, Some(60))]);
    let case = ground.raise().await;
    until("the first try", async || (ground.results(case).await.len() == 1).then_some(())).await;
    let waits = of(&health().await, DeliveryChannel::Sms);
    assert_eq!((waits.waiting, waits.oldest_at.is_some(), waits.taken_at), (1, true, None));
    app.advance(TimeDelta::seconds(62));
    until("the text", async || (ground.results(case).await.len() == 2).then_some(())).await;
    let taken = of(&health().await, DeliveryChannel::Sms);
    assert_eq!((taken.waiting, taken.oldest_at, taken.taken_at.is_some()), (0, None, true));
    let counts: Vec<_> = taken.hour.iter().map(|count| (count.state, count.messages)).collect();
    assert_eq!(counts, [(DeliveryState::Accepted, 1)]);
    let voice = of(&health().await, DeliveryChannel::Voice);
    assert_eq!((voice.set_up, voice.waiting, voice.hour.len()), (false, 0, 0));
    // An hour later it is no figure of the hour any more.
    app.advance(TimeDelta::minutes(61));
    assert_eq!(of(&health().await, DeliveryChannel::Sms).hour.len(), 0);
});

on_both!(a_policy_for_a_channel_that_is_not_there_leaves_nobody_uncalled, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let mut policy = standard(&["voice"]);
    policy["steps"][0]["channels"] = json!(["voice"]);
    ground.puts(ground.world.kenya.id, &policy).await.expect(200);
    ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    let other = ground.called().iter().filter(|to| *to == UGANDAN).count();
    assert_eq!(other, 0);
});

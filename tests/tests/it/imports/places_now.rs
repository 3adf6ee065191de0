//! Where lists say that people are for now.

use wire::register::{CurrentPlace, PlaceBasis};

use super::*;
use crate::people::{id, read, send};

const HEAD_NOW: &str = "Staff ID,Full name,Type,Country,E-mail,Current country,Current place,Until in current place\n";

fn list(now: &str) -> String {
    format!("{HEAD_NOW}1,Awa Diallo,national,KE,awa@lakes.example,{now}\n")
}

async fn place(desk: &SignedIn, person: Uuid) -> Option<CurrentPlace> {
    read(desk, person).await.person.current_place
}

on_both!(an_undone_list_puts_people_back_where_they_were_for_now, by_hand, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let day = |days| (app.now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    let kampala = list(&format!("Uganda,Kampala,{}", day(10)));
    let first = sender.checked("list.csv", kampala.clone()).await;
    sender.applied(first.id, json!({})).await;
    let awa = sender.entered(first.id).await[0];
    let before = place(&officer, awa).await.expect("it is set");
    // A last day ends at midnight UTC.
    assert_eq!(before.until.format("%Y-%m-%dT%H:%M:%S").to_string(), format!("{}T23:59:59", day(10)));

    // Elsewhere by the next list, and where they usually are by the one after it: each undone.
    for now in [format!("Ethiopia,Jimma,{}", day(12)), "back,,".to_owned()] {
        let next = sender.checked("next.csv", list(&now)).await;
        assert_eq!((next.figures.changed, next.figures.bad_rows), (1, 0), "{now}");
        sender.applied(next.id, json!({})).await;
        let country = place(&officer, awa).await.map(|place| place.country);
        assert_eq!(country.as_deref(), now.starts_with("Eth").then_some("ET"));
        sender.undone(next.id).await;
        assert!(place(&officer, awa).await.as_ref() == Some(&before), "{now}");
    }
    // Back is no news for who is; the list of Kampala is none either.
    assert_eq!(sender.checked("same.csv", kampala).await.figures.unchanged, 1);
});

on_both!(what_somebody_said_since_stays_whatever_a_list_says_or_undoes, by_hand, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let day = |days| (app.now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    let first = sender.checked("list.csv", list(",,")).await;
    sender.applied(first.id, json!({})).await;
    let awa = sender.entered(first.id).await[0];
    let kampala = list(&format!("Uganda,Kampala,{}", day(10)));
    let second = sender.checked("kampala.csv", kampala.clone()).await;
    sender.applied(second.id, json!({})).await;
    let path = format!("/v1/people/{awa}/current-place");
    let said = json!({ "country": "ET", "until": app.now() + TimeDelta::days(3) });
    send(&officer, Method::PUT, &path, None, &said).await.expect(200);
    sender.undone(second.id).await;
    let seen = place(&officer, awa).await.expect("what the officer said");
    assert!(seen.country == "ET" && seen.basis == PlaceBasis::Operator);
    let back = sender.checked("back.csv", list("cleared,,")).await;
    assert_eq!((back.figures.unchanged, back.figures.warnings), (1, 1));

    // Said between the dry run and applying.
    send(&officer, Method::DELETE, &path, None, &json!({})).await.expect(204);
    let third = sender.checked("kampala.csv", kampala).await;
    send(&officer, Method::PUT, &path, None, &said).await.expect(200);
    sender.applied(third.id, json!({})).await;
    assert_eq!(place(&officer, awa).await.map(|one| one.country).as_deref(), Some("ET"));
});

on_both!(a_closed_office_takes_nobody_and_hears_of_nobody, by_hand, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let musa = id(&world.person_with("Musa Kimani", &world.kenya, json!({})).await);
    let phone = world.phone_of(musa).await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    world
        .administrator
        .patch(&format!("/v1/offices/{}", world.uganda.id), &json!({ "closed": true }))
        .await
        .expect(200);
    let import = sender.checked("list.csv", format!("{HEAD}1,Awa Diallo,national,UG,awa@lakes.example,,\n")).await;
    let problem = sender.problem(import.id).await;
    assert_eq!((problem.row, problem.letter.as_deref(), problem.level), (Some(2), Some("D"), ProblemLevel::Error));
    assert!(problem.why.contains("closed"), "{}", problem.why);
    let upload = format!("/v1/imports?organisation={}&office={}", world.organisation, world.uganda.id);
    let request = sender.desk.request(Method::POST, &upload).header(IDEMPOTENCY_KEY, key().to_string());
    let refused =
        sender.desk.http().send(request.header("Muster-File-Name", "a.csv").body(HEAD.to_owned() + "1,A,,,,,\n"));
    assert_eq!(refused.await.refused(Code::InvalidValue).field.as_deref(), Some("/organisation"));
    let mut mapping = json!(import.mapping);
    mapping["office"] = json!(world.uganda.id);
    assert_eq!(sender.try_map(import.id, &mapping).await.refused(Code::InvalidValue).field.as_deref(), Some("/office"));

    // Who is there for now is the organisation's, as where it has no office.
    let place = json!({ "country": "UG", "until": app.now() + TimeDelta::hours(5) });
    send(&officer, Method::PUT, &format!("/v1/people/{musa}/current-place"), None, &place).await.expect(200);
    let case = phone.tap().await.case.id;
    let heard = async |scope| app.log_of(scope).await.iter().filter(|event| event.subject == case).count();
    assert_eq!((heard(world.organisation).await, heard(world.uganda.id).await), (1, 0));
});

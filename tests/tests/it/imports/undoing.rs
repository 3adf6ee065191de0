//! What undoing a list leaves as it is.

use super::*;
use crate::people::{change, read};

on_both!(whoever_proved_a_number_keeps_it_and_so_does_whom_they_name, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let before = sender.people().await;
    let rows = "1,Awa Diallo,national,KE,awa@lakes.example,+254712000001,\n\
                2,Ben Otieno,visitor,KE,ben@lakes.example,+254712000002,1\n\
                3,Cara Njeri,visitor,KE,cara@lakes.example,+254712000003,2\n\
                4,Dina Abebe,national,KE,dina@lakes.example,+254712000004,\n\
                5,Eyob Abebe,visitor,KE,eyob@lakes.example,,4\n";
    let import = sender.checked("list.csv", format!("{HEAD}{rows}")).await;
    assert_eq!((import.figures.new, import.figures.bad_rows), (5, 0));
    sender.applied(import.id, json!({})).await;
    let people = sender.entered(import.id).await;
    let cara = read(&officer, people[2]).await;
    let number = cara.person.phones[0].id.expect("a number of the register");
    officer.post(&format!("/v1/people/{}/numbers/{number}/verification", people[2]), &json!({})).await.expect(200);
    let proven = read(&officer, people[2]).await;
    assert_eq!(proven.revision, cara.revision + 1, "a proven number is a change of its person");
    // Whoever decided by what they saw before decides anew.
    change(sender.desk, people[2], cara.revision, json!({ "phones": [] })).await.refused(Code::RevisionChanged);

    let undone = sender.undone(import.id).await;
    assert_eq!((undone.figures.left_as_is, sender.people().await), (3, before + 3));
    let kept = read(&officer, people[2]).await;
    assert!(kept.person.phones[0].verified_at.is_some());
    assert_eq!(kept.sponsor, Some(people[1]));
    assert_eq!(read(&officer, people[1]).await.sponsor, Some(people[0]));
    assert_eq!(read(&officer, people[0]).await.person.brief.name, "Awa Diallo");
    for gone in &people[3..] {
        officer.get(&format!("/v1/people/{gone}")).await.refused(Code::NotFound);
    }
});

on_both!(an_undone_list_takes_no_number_away_that_was_proven_since, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let row = |number: &str| format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,{number},\n");
    let first = sender.checked("list.csv", row("+254712000001")).await;
    sender.applied(first.id, json!({})).await;
    let awa = sender.entered(first.id).await[0];
    let second = sender.checked("next.csv", row("+254712000002")).await;
    sender.applied(second.id, json!({})).await;
    let number = read(&officer, awa).await.person.phones[0].clone();
    assert_eq!(number.number, "+254712000002");
    let number = number.id.expect("a number of the register");
    officer.post(&format!("/v1/people/{awa}/numbers/{number}/verification"), &json!({})).await.expect(200);
    assert_eq!(sender.undone(second.id).await.figures.left_as_is, 1);
    let phones = read(&officer, awa).await.person.phones;
    assert_eq!((phones.len(), phones[0].verified_at.is_some()), (2, true));
});

on_both!(a_long_list_with_supervisors_is_undone_whole, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let before = sender.people().await;
    let head = "Staff ID,Full name,Type,Country,E-mail,Supervisor\n";
    // Everybody names who comes 150 rows before, and so up to the first ones.
    let row = |n: i32| {
        let above = if n >= 150 { (n - 150).to_string() } else { String::new() };
        format!("{n},Person {n},national,KE,p{n}@lakes.example,{above}\n")
    };
    let rows: String = (0..1_200).map(row).collect();
    let import = sender.checked("list.csv", format!("{head}{rows}")).await;
    assert_eq!((import.figures.new, import.figures.bad_rows), (1_200, 0));
    sender.applied(import.id, json!({})).await;
    assert_eq!(sender.people().await, before + 1_200);
    assert_eq!(sender.undone(import.id).await.figures.left_as_is, 0);
    assert_eq!(sender.people().await, before);
});

//! Numbers of lists: too many, too short.

use super::*;
use crate::people::{change, read};
use wire::imports::ImportField;

on_both!(of_more_than_ten_numbers_the_proven_one_stays_and_the_list_says_so, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let first = format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,+254712000001,\n");
    let import = sender.checked("list.csv", first).await;
    sender.applied(import.id, json!({})).await;
    let awa = sender.entered(import.id).await[0];
    let phones: Vec<Value> =
        (1..=10).map(|n| json!({ "number": format!("+2547120000{n:02}"), "kind": "mobile" })).collect();
    change(sender.desk, awa, 1, json!({ "phones": phones })).await.expect(200);
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let last = read(&officer, awa).await.person.phones[9].id.expect("a number of the register");
    officer.post(&format!("/v1/people/{awa}/numbers/{last}/verification"), &json!({})).await.expect(200);

    let new = "+254733000001 / +254733000002";
    let next = sender.checked("next.csv", format!("{HEAD}1,Awa Diallo,national,KE,awa@lakes.example,{new},\n")).await;
    let problem = sender.problem(next.id).await;
    assert_eq!(
        (problem.row, problem.field, problem.level),
        (Some(2), Some(ImportField::Mobile), ProblemLevel::Warning)
    );
    assert_eq!(problem.letter.as_deref(), Some("F"));
    assert!(problem.why.contains("at most 10") && problem.why.contains("2 that nobody has proven"), "{}", problem.why);
    sender.applied(next.id, json!({})).await;
    let phones = read(&officer, awa).await.person.phones;
    let numbers: Vec<&str> = phones.iter().map(|one| one.number.as_str()).collect();
    let expected = [
        "33000001", "33000002", "12000001", "12000002", "12000003", "12000004", "12000005", "12000006", "12000007",
        "12000010",
    ]
    .map(|number| format!("+2547{number}"));
    assert_eq!(numbers, expected);
    assert!(phones[9].verified_at.is_some());
});

on_both!(a_number_that_lacks_digits_is_taken_with_a_warning_at_its_cell, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let rows = "1,Awa Diallo,national,KE,awa@lakes.example,+254712000001,\n\
                2,Ben Otieno,national,KE,ben@lakes.example,+2547120000,\n";
    let import = sender.checked("list.csv", format!("{HEAD}{rows}")).await;
    let problem = sender.problem(import.id).await;
    assert_eq!(
        (problem.row, problem.field, problem.level),
        (Some(3), Some(ImportField::Mobile), ProblemLevel::Warning)
    );
    assert_eq!((problem.letter.as_deref(), problem.heading.as_deref()), (Some("F"), Some("Mobile")));
    assert_eq!(problem.cell.as_deref(), Some("+2547120000"));
    assert!(problem.why.contains("fewer digits"), "{}", problem.why);
    assert_eq!((import.figures.new, import.figures.bad_rows, import.figures.warnings), (2, 0, 1));
});

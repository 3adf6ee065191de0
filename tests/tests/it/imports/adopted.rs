//! Whom a list brought and a directory keeps from then on.

use tests::Provisioner;

use super::*;
use crate::people::read;

on_both!(whom_a_list_brought_and_a_directory_keeps_does_not_leave_by_the_next_list, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let (awa, ben) =
        ("1,Awa Diallo,national,KE,awa@lakes.example,,\n", "2,Ben Otieno,national,KE,ben@lakes.example,,\n");
    let import = sender.checked("list.csv", format!("{HEAD}{awa}{ben}")).await;
    sender.applied(import.id, json!({})).await;
    let people = sender.entered(import.id).await;
    let system = Provisioner::issued_by(sender.desk, world.organisation, 30).await;
    let found = system.find("/Users", "externalId eq \"1\"").await.expect(200).value();
    assert_eq!(found["Resources"][0]["id"], json!(people[0]));
    // What it says is what is known: they are the directory's from then on all the same.
    let same = json!([{ "op": "replace", "path": "active", "value": true }]);
    system.patch(&format!("/Users/{}", people[0]), same).await.expect(200);
    assert_eq!(read(sender.desk, people[0]).await.source.as_deref(), Some("scim"));
    assert_eq!(read(sender.desk, people[1]).await.source.as_deref(), Some("import"));
    let next = sender.checked("next.csv", format!("{HEAD}3,Chipo Moyo,national,KE,chipo@lakes.example,,\n")).await;
    assert_eq!((next.figures.leaving, next.confirm_leaving), (1, Some(1)));
    sender.applied(next.id, json!({ "confirm_leaving": 1 })).await;
    assert!(read(sender.desk, people[0]).await.person.left_at.is_none());
    assert!(read(sender.desk, people[1]).await.person.left_at.is_some());
});

//! Lists, and people who have been given rights.

use super::*;

const BOTH: &str = "0,Ken Mwangi,national,KE,p0@lakes.example,,\n1,Musa Kimani,national,KE,p1@lakes.example,,\n";
const ONE: &str = "1,Musa Kimani,national,KE,p1@lakes.example,,\n";

impl Sender<'_> {
    async fn enters(&self, rows: &str, how: Value) -> Import {
        let import = self.checked("list.csv", format!("{HEAD}{rows}")).await;
        self.applied(import.id, how).await
    }
}

on_both!(who_administers_the_installation_does_not_leave_by_a_list, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    sender.enters(BOTH, json!({})).await;
    let ken = sender.found("Ken Mwangi").await;
    let grant = world.grant(ken, "administrator", "installation", None).await;
    let import = sender.enters(ONE, json!({ "confirm_leaving": 1 })).await;
    assert_eq!(import.figures.overtaken, 1);
    let grants = world.administrator.get(&format!("/v1/grants?person={ken}")).await.expect(200).value();
    assert!(grants["grants"].as_array().expect("a list").iter().any(|one| one["id"] == json!(grant.id)), "{grants}");
});

on_both!(who_came_back_by_a_list_and_got_a_role_stays_when_it_is_undone, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    sender.enters(BOTH, json!({})).await;
    let ken = sender.found("Ken Mwangi").await;
    sender.enters(ONE, json!({ "confirm_leaving": 1 })).await;
    let back = sender.enters(BOTH, json!({})).await;
    let officer = world.account_of(ken, "p0@lakes.example").await;
    world.grant(ken, "field_security_officer", "office", Some(world.kenya.id)).await;
    let officer = officer.again().await;
    assert_eq!(sender.undone(back.id).await.figures.left_as_is, 1);
    assert_eq!(officer.get("/v1/session").await.expect(200).value()["grants"].as_array().map(Vec::len), Some(1));
});

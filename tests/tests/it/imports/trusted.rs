//! Lists, and people who have been given rights.

use wire::access::GrantPage;
use wire::audit::{AuditPage, Deed};

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

on_both!(who_holds_a_role_leaves_by_a_list_of_who_may_end_it_and_the_dry_run_says_so, async |app| {
    let world = app.world().await;
    let whole = sender(&world);
    whole.enters(BOTH, json!({})).await;
    let ken = whole.found("Ken Mwangi").await;
    let held = world.grant(ken, "field_security_officer", "office", Some(world.kenya.id)).await;
    let steward = world.account("Sami Otieno", &world.kenya).await;
    world.grant(steward.person, "list_steward", "organisation", Some(world.organisation)).await;
    let theirs = Sender { desk: &steward, organisation: world.organisation };
    let ends = async |by: &Sender<'_>| {
        let import = by.checked("list.csv", format!("{HEAD}{ONE}")).await;
        assert_eq!((import.figures.leaving, import.figures.leaving_with_roles), (1, 1));
        let path = format!("/v1/imports/{}/rows?action=leaving", import.id);
        let rows: ImportRows = by.desk.get(&path).await.expect(200).json();
        assert_eq!(rows.rows.iter().map(|row| (row.person, row.roles)).collect::<Vec<_>>(), [(ken, Some(1))]);
        by.applied(import.id, json!({ "confirm_leaving": 1 })).await
    };
    let grant = async || {
        let path = format!("/v1/grants?person={ken}&past=true");
        let page: GrantPage = world.administrator.get(&path).await.expect(200).json();
        page.grants.into_iter().find(|one| one.id == held.id).expect("the grant")
    };
    // A steward may end nobody's role, by hand or by a list.
    assert_eq!(ends(&theirs).await.figures.overtaken, 1);
    assert!(grant().await.ended_at.is_none());
    assert!(crate::people::read(&world.administrator, ken).await.person.left_at.is_none());
    // Who may grant it may end it, and is named as who did.
    assert_eq!(ends(&whole).await.figures.overtaken, 0);
    assert_eq!(grant().await.ended_by, Some(world.administrator.person));
    assert!(crate::people::read(&world.administrator, ken).await.person.left_at.is_some());
    let page: AuditPage =
        world.administrator.get(&format!("/v1/audit?scope={}", world.kenya.id)).await.expect(200).json();
    let ended = page.notices.iter().find(|one| one.deed == Deed::RoleEnded && one.subject == Some(ken));
    assert_eq!(ended.expect("noted").actor.id, Some(world.administrator.person));
});

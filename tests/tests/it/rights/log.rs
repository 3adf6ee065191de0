//! The log of what was done with rights.

use tests::on_both;
use uuid::Uuid;
use wire::Code;
use wire::audit::AuditPage;

on_both!(what_was_done_is_read_by_who_may_within_their_reach_and_in_pages, async |app| {
    let world = app.world().await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", Some(world.kenya.id)).await;
    let officer = world.field_officer("Uma Nakato", &world.uganda).await;
    for number in 0..60 {
        let person = world.person(&format!("Person {number}"), &world.kenya).await;
        world.grant(person, "local_security", "office", Some(world.kenya.id)).await;
    }
    officer.get("/v1/audit").await.refused(Code::Forbidden);
    app.anonymous().get("/v1/audit").await.refused(Code::Unauthenticated);
    local.get(&format!("/v1/audit?scope={}", world.uganda.id)).await.refused(Code::NotFound);
    local.get(&format!("/v1/audit?scope={}", world.organisation)).await.refused(Code::NotFound);
    local.get("/v1/audit?after=yesterday").await.refused(Code::InvalidValue);
    local.get("/v1/audit?from=yesterday").await.refused(Code::InvalidValue);
    let (mut read, mut query, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page: AuditPage = local.get(&format!("/v1/audit{query}")).await.expect(200).json();
        pages += 1;
        read.extend(page.notices.iter().map(|notice| notice.id));
        let Some(next) = page.next else { break };
        assert_eq!(page.notices.len(), 50);
        query = format!("?after={next}");
    }
    assert!(pages >= 2 && read.len() >= 60, "{} in {pages} pages", read.len());
    let of_kenya = app.log_of(world.kenya.id).await;
    let mut newest_first: Vec<Uuid> = of_kenya.iter().map(|event| event.id).collect();
    newest_first.reverse();
    assert_eq!(read, newest_first, "each once, and nothing of another office");
});

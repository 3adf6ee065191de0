//! The log of what was done with rights.

use tests::on_both;
use uuid::Uuid;
use wire::Code;
use wire::audit::{AuditPage, Deed, SubjectKind};

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

on_both!(a_line_of_the_log_says_to_whom_and_where_and_names_nobody_whom_its_reader_may_not_see, async |app| {
    let world = app.world().await;
    let lead = world.account("Lea Mutai", &world.kenya).await;
    world.grant(lead.person, "administrator", "organisation", Some(world.organisation)).await;
    let juma = world.person("Juma Njeri", &world.kenya).await;
    world.grant(juma, "local_security", "office", Some(world.kenya.id)).await;
    let page: AuditPage = lead.get("/v1/audit").await.expect(200).json();
    assert_eq!(
        page.about.iter().map(|one| one.notice).collect::<Vec<_>>(),
        page.notices.iter().map(|one| one.id).collect::<Vec<_>>()
    );
    let of = |page: &AuditPage, subject: Uuid, deed: Deed| {
        let notice = page.notices.iter().find(|one| one.subject == Some(subject) && one.deed == deed)?.id;
        page.about.iter().find(|one| one.notice == notice).cloned()
    };
    let granted = of(&page, juma, Deed::RoleGranted).expect("it is noted");
    assert_eq!((granted.kind, granted.name.as_deref()), (Some(SubjectKind::Person), Some("Juma Njeri")));
    assert_eq!(granted.scopes, [world.kenya.id]);
    // A dependant is known by name to fewer people than the log is.
    let child = world.person_with("Sita Njeri", &world.kenya, serde_json::json!({ "kind": "dependant" })).await;
    let child = child.brief.id.expect("an identifier");
    let page: AuditPage = lead.get("/v1/audit").await.expect(200).json();
    let entered = of(&page, child, Deed::PersonChanged).expect("it is noted");
    assert_eq!((entered.kind, entered.name), (None, None));
    assert!(!serde_json::to_string(&page).expect("JSON").contains("Sita"));
});

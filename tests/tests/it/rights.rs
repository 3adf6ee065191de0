//! Rights that begin, end, are stood in for, are taken in an emergency; offices that are seized; and
//! the table of routes, each asked by somebody who lacks what it needs.

mod emergencies;
mod grants;
mod log;
mod route_table;
mod seizure;

use std::time::Duration;

use serde_json::json;
use tests::{Console, SignedIn, World, within};
use uuid::Uuid;
use wire::access::Session;
use wire::audit::{AuditPage, Deed, Notice};

/// A stream whose rights changed is closed within this time.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

async fn closed(console: &Console) -> u16 {
    let closed = within(CLOSED_WITHIN, "the stream to be closed", async || console.model().closed.clone());
    closed.await.code
}

async fn session(desk: &SignedIn) -> Session {
    desk.get("/v1/session").await.expect(200).json()
}

/// What was done with rights, the newest first: entering people and places is noted too.
async fn audit(desk: &SignedIn, query: &str) -> Vec<Notice> {
    let page: AuditPage = desk.get(&format!("/v1/audit{query}")).await.expect(200).json();
    let about_rights = |notice: &Notice| !matches!(notice.deed, Deed::PersonChanged | Deed::PlaceChanged);
    page.notices.into_iter().filter(about_rights).collect()
}

/// Another organisation with an office in Kenya.
async fn another_organisation(world: &World) -> (Uuid, wire::places::Office) {
    let body = json!({ "name": "Hills Relief", "short_name": "HR" });
    let made = world.administrator.post("/v1/organisations", &body).await.expect(201);
    let organisation = made.json::<wire::places::Organisation>().id;
    let body = json!({ "organisation": organisation, "country": "KE", "name": "Hills in Kenya" });
    (organisation, world.administrator.post("/v1/offices", &body).await.expect(201).json())
}

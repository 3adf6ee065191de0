//! What comes in while the database is away: held on a node's own disk, on every console as provisional, and
//! stored once when the database is back.

use std::collections::BTreeSet;

use serde_json::json;
use tests::{Console, Database, Db, Http, KAMPALA, Link, NAIROBI, Phone, Proxy, TestApp, Time, World, key, until};
use wire::not_okay::{Held, Stored};

/// Two nodes that reach one PostgreSQL through a proxy, people at both.
struct Ground<'a> {
    one: &'a mut TestApp,
    proxy: &'a Proxy,
    world: World,
    /// The other node.
    other: Http,
    /// A console at the other node.
    console: Console,
}

impl Ground<'_> {
    /// So many phones with numbers, at the first node.
    async fn phones(&self, count: usize) -> Vec<Phone> {
        let mut phones = Vec::new();
        for n in 0..count {
            let number = format!("+2547000001{n:02}");
            let more = json!({ "phones": [{ "number": number, "kind": "mobile" }] });
            let person = self.world.person_with(&format!("Person {n}"), &self.world.kenya, more).await;
            phones.push(self.world.phone_of(person.brief.id.expect("in the register")).await);
        }
        phones
    }

    async fn provisional(&self, count: usize) {
        let shown = async || (self.console.model().provisional.len() == count).then_some(());
        until(format!("{count} provisional alarms"), shown).await;
    }
}

fn with_a_database_that_goes_away(test: impl AsyncFnOnce(&mut Ground<'_>)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let database = Database::fresh(Db::Postgres);
    let proxy = runtime.block_on(Proxy::before(database.server_address(), Link::Up));
    let url = database.url_by_port(proxy.port());
    let mut one = TestApp::start_on(database, url, Time::Real);
    runtime.block_on(async {
        let mut other = one.node_beside();
        let world = one.world().await;
        let operator = world.operator("Awa Diallo").await.at(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let console = operator.console().await;
        console.until("what is live", |model| model.live.then_some(())).await;
        let mut ground = Ground { one: &mut one, proxy: &proxy, world, other: other.http(), console };
        test(&mut ground).await;
        ground.console.equals_a_fresh_snapshot().await;
        ground.console.keeps_the_rules();
        drop(ground);
        other.stop().await;
        one.verify_log().await;
        one.stop().await;
    });
    drop(proxy);
    drop(runtime);
}

#[test]
fn taps_that_cannot_be_stored_are_on_every_console_and_stored_once_when_the_database_is_back() {
    with_a_database_that_goes_away(async |ground| {
        let mut phones = ground.phones(10).await;
        ground.proxy.set(Link::Down);
        let mut keys = Vec::new();
        for phone in &mut phones {
            let tap = key();
            let body = json!({ "position": { "lat": NAIROBI.0, "lon": NAIROBI.1, "source": "gps" } }).to_string();
            let held: Held = phone.raise(tap, body.clone()).await.expect(202).json();
            // The phone repeats it, here and at the other node, and it is still one.
            let again: Held = phone.raise(tap, body.clone()).await.expect(202).json();
            assert!(again.held_at >= held.held_at);
            phone.go_to(&ground.other);
            phone.raise(tap, body.clone()).await.expect(202);
            keys.push((tap, body));
        }
        ground.provisional(10).await;
        let model = ground.console.model();
        let told: BTreeSet<_> = model.provisional.iter().map(|one| (one.name.clone(), one.number.clone())).collect();
        let expected = (0..10).map(|n| (Some(format!("Person {n}")), Some(format!("+2547000001{n:02}"))));
        assert_eq!(told, expected.collect());
        assert!(model.provisional.iter().all(|one| one.position.is_some() && !one.offices.is_empty()));
        assert!(model.cases.is_empty(), "nothing is stored");

        ground.proxy.set(Link::Up);
        ground.provisional(0).await;
        let shown = async || (ground.console.model().cases.len() == 10).then_some(());
        until("ten cases", shown).await;
        for (phone, (tap, body)) in phones.iter().zip(keys) {
            let stored: Stored = phone.raise(tap, body).await.expect(200).json();
            let case = ground.console.model().case(stored.case.id).expect("on the console").clone();
            assert_eq!(case.taps, 1);
            assert!(case.labels.iter().any(|label| label == "was_held"), "{:?}", case.labels);
        }
    });
}

#[test]
fn a_node_that_began_while_the_database_was_away_tells_the_country_that_a_tap_is_in() {
    with_a_database_that_goes_away(async |ground| {
        let phones = ground.phones(2).await;
        ground.proxy.set(Link::Down);
        ground.one.stop().await;
        ground.one.start_again();
        let body = json!({ "position": { "lat": KAMPALA.0, "lon": KAMPALA.1, "source": "gps" } }).to_string();
        for phone in &phones {
            phone.raise(key(), body.clone()).await.expect(202);
        }
        ground.proxy.set(Link::Up);
        let stored = async || (ground.console.model().cases.len() == 2).then_some(());
        until("two cases", stored).await;
        phones[0].raise(key(), body.clone()).await;
        ground.provisional(0).await;
        let taps =
            async || (ground.console.model().cases.values().map(|case| case.taps).sum::<u32>() == 3).then_some(());
        until("three taps", taps).await;
        for office in [ground.world.uganda.id, ground.world.kenya.id] {
            let log = ground.one.case_log_of(office).await;
            let is_tap = |payload: &[u8]| {
                let text = String::from_utf8_lossy(payload);
                [r#""what":"raised""#, r#""what":"tapped_again""#].iter().any(|what| text.contains(what))
            };
            let taps = log.iter().filter(|event| event.payload.as_deref().is_some_and(is_tap));
            assert_eq!(taps.count(), 3, "both countries hear of each");
        }
        let nowhere = ground.one.case_log_of(ground.world.organisation).await;
        assert!(nowhere.is_empty(), "the country was known: nobody needs to guess");
    });
}

#[test]
fn what_a_node_holds_survives_its_restart_before_the_database_is_back() {
    with_a_database_that_goes_away(async |ground| {
        let phones = ground.phones(3).await;
        ground.proxy.set(Link::Down);
        for phone in &phones {
            phone.raise(key(), "{}").await.expect(202);
        }
        ground.provisional(3).await;
        ground.one.stop().await;
        ground.one.start_again();
        // What it holds is told by the node that was started again, and once.
        phones[0].raise(key(), "{}").await.expect(202);
        ground.provisional(4).await;
        ground.proxy.set(Link::Up);
        ground.provisional(0).await;
        until("three cases", async || (ground.console.model().cases.len() == 3).then_some(())).await;
        let taps =
            async || (ground.console.model().cases.values().map(|case| case.taps).sum::<u32>() == 4).then_some(());
        until("four taps", taps).await;
    });
}

#[test]
fn a_database_that_hangs_is_waited_for_two_seconds_and_no_longer() {
    with_a_database_that_goes_away(async |ground| {
        let phones = ground.phones(1).await;
        ground.proxy.set(Link::Hung);
        let tap = key();
        phones[0].raise(tap, "{}").await.expect(202);
        ground.provisional(1).await;
        ground.proxy.set(Link::Down);
        ground.proxy.set(Link::Up);
        ground.provisional(0).await;
        let stored: Stored = phones[0].raise(tap, "{}").await.expect(200).json();
        ground.console.shows(stored.case.id, "the tap, once", |case| case.taps == 1).await;
    });
}

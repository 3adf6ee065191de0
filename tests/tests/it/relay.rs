//! Two nodes on one PostgreSQL that hear of one another through a Redis, whatever is done to it.

use serde_json::Value;
use tests::{
    Attention, Console, Db, KAMPALA, Link, NAIROBI, Phone, Proxy, Redis, Socket, TestApp, Time, World, key, run, until,
};
use wire::live::Trouble;

use crate::watched::hears;

/// Two nodes and what is between them.
struct Pair<'a> {
    one: &'a TestApp,
    other: &'a TestApp,
    redis: Redis,
    world: World,
    /// A phone at the first node.
    phone: Phone,
    /// A console at the other.
    console: Console,
}

impl Pair<'_> {
    /// A tap at the first node is on the console of the other.
    async fn tap_is_shown(&self) {
        let stored = self.phone.tap_at(NAIROBI).await;
        let taps = self.world.operator("A further operator").await.sees(stored.case.id).await.case.taps;
        self.console.shows(stored.case.id, "the tap", |case| case.taps >= taps).await;
    }

    async fn relay_is(&self, what: &str) {
        for node in [self.one, self.other] {
            until(format!("the relay to be {what}"), async || (relay_of(node).await == what).then_some(())).await;
        }
    }

    async fn console_says(&self, troubles: &[Trouble]) {
        until("the beat to say so", async || (self.console.model().troubles == troubles).then_some(())).await;
    }
}

async fn relay_of(node: &TestApp) -> String {
    let ready: Value = node.anonymous().get("/readyz").await.json();
    assert_eq!(ready["ready"], true);
    ready["relay"].as_str().expect("a word").to_owned()
}

fn between_nodes(test: impl AsyncFnOnce(&mut Pair<'_>)) {
    run(Db::Postgres, Time::Real, async |one| {
        let redis = Redis::start().await;
        one.stop().await;
        one.relay_by(&redis.url());
        one.start_again();
        let mut other = one.node_beside();
        let world = one.world().await;
        let operator = world.operator("Awa Diallo").await.at(&other.http());
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let console = operator.console().await;
        let mut pair = Pair { one, other: &other, redis, world, phone, console };
        pair.relay_is("up").await;
        test(&mut pair).await;
        pair.console.equals_a_fresh_snapshot().await;
        pair.console.keeps_the_rules();
        drop(pair);
        other.stop().await;
    });
}

#[test]
fn what_one_node_stores_the_other_hears_sealed() {
    between_nodes(async |pair| {
        pair.tap_is_shown().await;
        pair.console_says(&[]).await;
        let heard = until("something said of a tap", async || {
            let (redis, phone) = (&pair.redis, &pair.phone);
            let overheard = redis.listen();
            phone.tap_at(KAMPALA).await;
            // Beats are short; an event holds its whole payload.
            overheard.messages().into_iter().find(|message| message.len() > 300)
        });
        let heard = heard.await;
        for clear in [&b"Musa"[..], b"case", b"-1.2", b"0.3"] {
            assert!(!heard.windows(clear.len()).any(|window| window == clear), "{clear:?} goes through Redis in clear");
        }
        // Whoever can write to Redis can say again what was said, or say something else: nothing comes of it.
        let before = pair.console.model();
        let mut changed = heard.clone();
        let last = changed.last_mut().expect("bytes");
        *last ^= 1;
        for said in [&heard[..], &changed, &heard, b"", b"{\"case\":{}}", &[1; 64]] {
            assert!(pair.redis.publishes_everywhere(said) >= 2, "both nodes listen");
        }
        pair.relay_is("up").await;
        pair.tap_is_shown().await;
        let after = pair.console.model();
        assert_eq!(after.cases.keys().collect::<Vec<_>>(), before.cases.keys().collect::<Vec<_>>());
        assert_eq!(after.faults, Vec::<String>::new());
    });
}

#[test]
fn a_phone_hears_soon_that_a_console_went_from_and_came_to_the_other_node() {
    between_nodes(async |pair| {
        let mut socket = pair.phone.socket().await;
        socket.until("the console to be known", |now| now.watched.then_some(())).await;
        for _ in 0..2 {
            pair.console.cut();
            hears(&mut socket, false).await;
            pair.console.redial().await;
            hears(&mut socket, true).await;
        }
    });
}

#[test]
fn a_redis_that_is_killed_delays_and_loses_nothing() {
    between_nodes(async |pair| {
        for _ in 0..3 {
            pair.redis.kill();
            pair.tap_is_shown().await;
            pair.relay_is("down").await;
            pair.console_says(&[Trouble::Relay]).await;
            pair.tap_is_shown().await;
            pair.redis.start_again().await;
            pair.relay_is("up").await;
            pair.tap_is_shown().await;
        }
        pair.console_says(&[]).await;
    });
}

#[test]
fn no_request_waits_for_a_redis_that_hangs() {
    between_nodes(async |pair| {
        pair.redis.pause();
        for _ in 0..5 {
            pair.tap_is_shown().await;
        }
        pair.relay_is("down").await;
        pair.redis.resume();
        pair.relay_is("up").await;
        pair.tap_is_shown().await;
    });
}

#[test]
fn connections_that_redis_cuts_and_a_flush_lose_nothing() {
    between_nodes(async |pair| {
        for _ in 0..10 {
            for command in
                [&["CLIENT", "KILL", "TYPE", "pubsub"][..], &["FLUSHALL"], &["CLIENT", "KILL", "TYPE", "normal"]]
            {
                pair.redis.says(command);
                pair.tap_is_shown().await;
            }
        }
        pair.relay_is("up").await;
    });
}

#[test]
fn a_node_that_does_not_reach_the_database_sends_its_sessions_to_one_that_does() {
    run(Db::Postgres, Time::Real, async |one| {
        let redis = Redis::start().await;
        one.stop().await;
        one.relay_by(&redis.url());
        one.start_again();
        let proxy = Proxy::before(one.database().server_address(), Link::Up).await;
        let mut other = one.node_beside();
        other.stop().await;
        other.database_by(one.database().url_by_port(proxy.port()));
        other.start_again();
        let world = one.world().await;
        let operator = world.operator("Awa Diallo").await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let mut at_other = world.phone_of(phone.person).await;
        at_other.go_to(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let console = operator.at(&other.http()).console().await;
        let mut socket = at_other.socket().await;
        for node in [&*one, &other] {
            until("the relay", async || (relay_of(node).await == "up").then_some(())).await;
        }
        proxy.set(Link::Down);
        let closed = console.end().await;
        assert_eq!((closed.code, closed.reason.as_str()), (1012, "database_down"));
        assert_eq!(socket.end().await.code, 1012);
        // Who dials it now, through a proxy that knows both, is sent on.
        let refused = Socket::try_dial(&other.http(), "/v1/live", &other.http().origin(), None).await;
        assert_eq!(refused.err(), Some(503));
        // A Not Okay is taken wherever it arrives, and is on the consoles of the node that works.
        let healthy = operator.console().await;
        at_other.raise(key(), "{}").await.expect(202);
        until("the provisional alarm", async || (healthy.model().provisional.len() == 1).then_some(())).await;
        proxy.set(Link::Up);
        until("the alarm to be stored", async || (healthy.model().cases.len() == 1).then_some(())).await;
        let mut again = Console::unconnected(operator.at(&other.http()).desk, Attention::Attended);
        until("sessions to be taken again", async || again.try_dial().await).await;
        healthy.equals_a_fresh_snapshot().await;
        other.stop().await;
    });
}

#[test]
fn a_relay_may_be_reached_by_tls_alone_with_an_authority_of_its_own() {
    run(Db::Postgres, Time::Real, async |one| {
        let redis = Redis::start_with_tls().await;
        one.stop().await;
        one.relay_by(&redis.url());
        one.relay_authority(&redis.authority());
        one.start_again();
        let mut other = one.node_beside();
        for node in [&*one, &other] {
            until("the relay", async || (relay_of(node).await == "up").then_some(())).await;
        }
        other.stop().await;
        // Another authority's certificate is none.
        let stranger = Redis::start_with_tls().await;
        other.relay_authority(&stranger.authority());
        other.start_again();
        until("the relay to be down", async || (relay_of(&other).await == "down").then_some(())).await;
        other.stop().await;
    });
}

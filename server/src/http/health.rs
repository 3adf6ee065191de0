//! Is it alive, can it work, how does it do.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use wire::live::Trouble;

use crate::bus::Relay;
use crate::live::Hub;
use crate::store::{Kind, Store};
use crate::telemetry;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(figures));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    database: &'static str,
    database_answers: bool,
    log_seen: bool,
    /// Of a relay that is away the node is ready all the same: other nodes' events come by sweeping.
    relay: &'static str,
    /// What consoles are told of in the same words; with some of it the node is ready all the same.
    troubles: Vec<Trouble>,
    waiting_writes: usize,
    /// Both apps say so before anybody has signed in.
    exercise: bool,
}

/// Ready when the database answers a read now and the log was seen.
async fn ready(store: web::Data<Store>, hub: web::Data<Arc<Hub>>) -> HttpResponse {
    let answers = store.read(|reading| crate::store::log::all_heads(reading.conn).map(drop)).await.is_ok();
    let log_seen = hub.join().is_some();
    let body = Ready {
        ready: answers && log_seen,
        database: store.kind(),
        database_answers: answers,
        log_seen,
        relay: match hub.relay() {
            Relay::None => "none",
            Relay::Up => "up",
            Relay::Down => "down",
        },
        troubles: hub.troubles(),
        waiting_writes: store.queue_depth(),
        exercise: store.installation().is_ok_and(|found| found.kind == Kind::Demo),
    };
    let mut response = if body.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(body)
}

async fn figures() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::render())
}

//! The API documents, generated from the code and served as they are committed.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::{access, devices, distress, live, people, places};

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(
        "/openapi.json",
        web::get().to(|| async { document(include_str!("../../../mobile-api-spec/openapi.json")) }),
    )
    .route(
        "/asyncapi.json",
        web::get().to(|| async { document(include_str!("../../../mobile-api-spec/asyncapi.json")) }),
    );
}

fn document(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(text)
}

/// The OpenAPI 3.1 document, from the routes and the wire types.
pub fn openapi() -> Value {
    let mut document = wire::schemas::Schemas::openapi();
    for slice in [
        access::http::Docs::openapi(),
        devices::http::Docs::openapi(),
        distress::http::Docs::openapi(),
        live::http::Docs::openapi(),
        people::http::Docs::openapi(),
        places::http::Docs::openapi(),
    ] {
        document.merge(slice);
    }
    document.info.title = "Muster".to_owned();
    document.info.description = Some(
        "Incident alerting and headcount. Errors are RFC 9457 problem documents with a stable `code`; every write takes an \
         Idempotency-Key; times are UTC. The live sockets are described in asyncapi.json."
            .to_owned(),
    );
    if let Some(components) = document.components.as_mut() {
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A phone's access token, ten minutes"));
        components
            .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-muster"))));
        components.add_security_scheme("device", SecurityScheme::Http(bearer.build()));
        for (name, text) in [
            ("distress", "`Authorization: Distress CAPABILITY`: raises a Not Okay for the phone's owner, nothing else"),
            ("case", "`Authorization: Case TOKEN`: adds to one case and reads its state"),
        ] {
            let key = ApiKeyValue::with_description("Authorization", text);
            components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Header(key)));
        }
    }
    serde_json::to_value(document).unwrap_or_default()
}

/// The AsyncAPI 3 document of both sockets, from the frame types.
pub fn asyncapi() -> Value {
    let schemas = serde_json::to_value(wire::schemas::Schemas::openapi()).unwrap_or_default();
    let schemas = schemas.pointer("/components/schemas").cloned().unwrap_or_default();
    let frames = [
        (
            "console",
            "/v1/live",
            "FromConsole",
            "ToConsole",
            "Operations console: one stream of cases, gap-free per scope.",
        ),
        ("phone", "/v1/phone/live", "FromPhone", "ToPhone", "Phone: what waits for it, and its outbox."),
    ];
    let mut channels = serde_json::Map::new();
    let mut operations = serde_json::Map::new();
    let mut messages = serde_json::Map::new();
    for (name, address, from, to, text) in frames {
        channels.insert(
            name.to_owned(),
            json!({ "address": address, "description": text, "messages": {
                from: { "$ref": format!("#/components/messages/{from}") },
                to: { "$ref": format!("#/components/messages/{to}") } } }),
        );
        for (frame, action) in [(from, "receive"), (to, "send")] {
            let summary = if action == "receive" { "What the client sends" } else { "What the server sends" };
            messages.insert(
                frame.to_owned(),
                json!({ "name": frame, "contentType": "application/json", "summary": summary,
                        "payload": { "$ref": format!("#/components/schemas/{frame}") } }),
            );
            operations.insert(
                format!("{action}{frame}"),
                json!({ "action": action, "channel": { "$ref": format!("#/channels/{name}") },
                        "messages": [{ "$ref": format!("#/channels/{name}/messages/{frame}") }] }),
            );
        }
    }
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Muster live sockets", "version": env!("CARGO_PKG_VERSION"),
                  "description": "One JSON object per WebSocket text message, told apart by `t`. Close codes: 1012 the server \
                                  stops, 1013 too slow, 4001 the session ended, 4002 refused, 4003 rights changed." },
        "defaultContentType": "application/json",
        "channels": channels, "operations": operations,
        "components": { "messages": messages, "schemas": schemas }
    })
}

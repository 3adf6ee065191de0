//! Every route once, with what it needs. What is not in this table is not served: a route that is
//! registered and not listed answers as if it were not there, and a test says so.

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use wire::Code;
use wire::access::Permission::{self, *};

use super::Fail;

/// What somebody must show before a route does anything for them. Where it counts, the handler's
/// extractor asks for it, and the service asks over which area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Public,
    /// A page of ours, whose script sends the console's header; the body holds the secret.
    OurPage,
    /// A secret or proof in the body: an enrolment code, a refresh secret.
    Secret,
    /// A page of ours, and a ticket or token in the first frame.
    Socket,
    /// Somebody signed in, also before they have shown their second factor.
    SignedInPartly,
    /// Somebody signed in: what they may see of it is decided by what they hold.
    SignedIn,
    /// One of these permissions over some area.
    May(&'static [Permission]),
    /// A phone's access token, of a phone that is enrolled now.
    Phone,
    /// What raises a Not Okay, good or run out.
    Distress,
    /// The token of one case.
    Case,
}

/// One method of one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The address, as it is registered.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Whether it also needs a password given within the last five minutes.
    pub step_up: bool,
}

impl Route {
    const fn stepped_up(self) -> Self {
        Self { step_up: true, ..self }
    }
}

const fn get(path: &'static str, needs: Needs) -> Route {
    Route { method: "GET", path, needs, step_up: false }
}

const fn head(path: &'static str, needs: Needs) -> Route {
    Route { method: "HEAD", path, needs, step_up: false }
}

const fn post(path: &'static str, needs: Needs) -> Route {
    Route { method: "POST", path, needs, step_up: false }
}

const fn delete(path: &'static str, needs: Needs) -> Route {
    Route { method: "DELETE", path, needs, step_up: false }
}

use Needs::{Case, Distress, May, OurPage, Phone, Public, Secret, SignedIn, SignedInPartly, Socket};

/// Every route that is served.
pub const ROUTES: &[Route] = &[
    // The server itself and its pages.
    get("/", Public),
    get("/console", Public),
    head("/console", Public),
    get("/phone", Public),
    head("/phone", Public),
    get("/healthz", Public),
    get("/readyz", Public),
    get("/metrics", Public),
    get("/errors", Public),
    get("/openapi.json", Public),
    get("/asyncapi.json", Public),
    // Signing in.
    post("/v1/session", OurPage),
    get("/v1/session", SignedInPartly),
    delete("/v1/session", SignedInPartly),
    post("/v1/session/step-up", SignedInPartly),
    post("/v1/second-factor", SignedInPartly),
    post("/v1/second-factor/confirm", SignedInPartly),
    post("/v1/setup", OurPage),
    post("/v1/password", OurPage),
    get("/v1/sessions", SignedIn),
    delete("/v1/sessions/{id}", SignedIn),
    get("/v1/people/{id}/sessions", SignedIn),
    post("/v1/people/{id}/sessions/end", SignedIn),
    post("/v1/people/{id}/account", May(&[GrantRoles])),
    post("/v1/people/{id}/second-factor/removal", May(&[GrantRoles])),
    // Rights.
    get("/v1/grants", SignedIn),
    post("/v1/grants", May(&[GrantRoles, AppointWardens])).stepped_up(),
    delete("/v1/grants/{id}", SignedIn).stepped_up(),
    post("/v1/grants/{id}/ad-interim", SignedIn).stepped_up(),
    post("/v1/break-glass", May(&[BreakGlass])),
    post("/v1/unsealing", May(&[UnsealNames])).stepped_up(),
    post("/v1/offices/{id}/seizure", May(&[SeizeOffice])).stepped_up(),
    delete("/v1/offices/{id}/seizure", May(&[SeizeOffice])).stepped_up(),
    get("/v1/audit", May(&[ReadAudit])),
    // Places.
    get("/v1/places", SignedIn),
    post("/v1/organisations", May(&[EditPlaces])),
    post("/v1/offices", May(&[EditPlaces])),
    post("/v1/duty-stations", May(&[EditPlaces])),
    // People.
    post("/v1/people", May(&[EditPeople])),
    post("/v1/people/search", May(&[ReadPeople])),
    // Phones.
    post("/v1/people/{id}/enrolment", SignedIn),
    post("/v1/enrol", Secret),
    post("/v1/token", Secret),
    get("/v1/me/now", Phone),
    // Cases, from the phone.
    post("/v1/not-okay", Distress),
    get("/v1/my-case", Case),
    post("/v1/my-case/facts", Case),
    post("/v1/my-case/position", Case),
    // Cases, at the console.
    get("/v1/cases", May(&[WorkCases])),
    post("/v1/cases", May(&[WorkCases])),
    get("/v1/cases/{id}", May(&[WorkCases])),
    post("/v1/cases/{id}/claim", May(&[WorkCases])),
    post("/v1/cases/{id}/release", May(&[WorkCases])),
    post("/v1/cases/{id}/still-on-it", May(&[WorkCases])),
    post("/v1/cases/{id}/notes", May(&[WorkCases])),
    post("/v1/cases/{id}/contacts", May(&[WorkCases])),
    post("/v1/cases/{id}/facts", May(&[WorkCases])),
    post("/v1/cases/{id}/responder", May(&[WorkCases])),
    post("/v1/cases/{id}/close", May(&[WorkCases])),
    // What is live.
    get("/v1/live", Socket),
    get("/v1/phone/live", Socket),
    post("/v1/live/ticket", May(&[WorkCases])),
    get("/v1/snapshot", May(&[WorkCases])),
];

impl Needs {
    /// As the OpenAPI document says it in `x-needs`.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Public => vec!["nothing"],
            Self::OurPage => vec!["our_page"],
            Self::Secret => vec!["secret"],
            Self::Socket => vec!["our_page", "first_frame"],
            Self::SignedInPartly => vec!["signed_in_partly"],
            Self::SignedIn => vec!["signed_in"],
            Self::May(permissions) => permissions.iter().map(|one| one.word()).collect(),
            Self::Phone => vec!["phone"],
            Self::Distress => vec!["distress"],
            Self::Case => vec!["case"],
        }
    }

    /// Name of the security scheme in the OpenAPI document; none where no header is the credential.
    pub fn scheme(self) -> Option<&'static str> {
        match self {
            Self::Public | Self::OurPage | Self::Secret | Self::Socket => None,
            Self::SignedInPartly | Self::SignedIn | Self::May(_) => Some("session"),
            Self::Phone => Some("device"),
            Self::Distress => Some("distress"),
            Self::Case => Some("case"),
        }
    }
}

/// The row of a method at a registered address.
pub fn row(method: &str, path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.method == method && route.path == path)
}

/// Serves what is in the table, and what no route is registered for: that ends at the embedded pages.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(path) = request.match_pattern() else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    if row(request.method().as_str(), &path).is_some() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let problem = if ROUTES.iter().any(|route| route.path == path) {
        Fail::new(Code::MethodNotAllowed, "This address takes other methods; /openapi.json lists them.")
    } else {
        tracing::error!(%path, "a route is registered and not in the table of routes: it is not served");
        Fail::new(Code::NotFound, "There is nothing at this address.")
    };
    let response = problem.error_response();
    Ok(request.into_response(response))
}

/// Whether a method may be called at all: for the figures, which name no invention of a client.
pub fn known_method(method: &Method) -> &'static str {
    ROUTES.iter().map(|route| route.method).find(|known| method.as_str() == *known).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};
    use serde_json::Value;

    use super::*;
    use crate::http::documents::openapi;

    /// Method, address, security schemes, `x-needs` and `x-step-up` of every documented operation.
    fn documented() -> Vec<(String, String, Vec<String>, Value, Value)> {
        let document = openapi();
        let paths = document["paths"].as_object().unwrap();
        let mut all = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap() {
                let schemes = operation["security"].as_array().into_iter().flatten();
                let schemes = schemes.flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
                let (needs, step_up) = (operation["x-needs"].clone(), operation["x-step-up"].clone());
                all.push((method.to_uppercase(), path.clone(), schemes, needs, step_up));
            }
        }
        all
    }

    #[test]
    fn every_documented_route_is_in_the_table_and_says_what_it_needs() {
        for (method, path, schemes, needs, step_up) in documented() {
            let Some(row) = row(&method, &path) else {
                panic!("{method} {path} is documented and not in http/table.rs: add it with what it needs")
            };
            let wanted: Vec<String> = row.needs.scheme().map(str::to_owned).into_iter().collect();
            assert_eq!(schemes, wanted, "{method} {path}: security");
            assert_eq!(needs, serde_json::json!(row.needs.words()), "{method} {path}: x-needs");
            assert_eq!(step_up == true, row.step_up, "{method} {path}: x-step-up");
        }
    }

    #[test]
    fn every_row_of_the_table_is_there_once_and_documented() {
        let documented: BTreeSet<(String, String)> =
            documented().into_iter().map(|(method, path, ..)| (method, path)).collect();
        let mut seen = BTreeSet::new();
        for Route { method, path, .. } in ROUTES {
            assert!(seen.insert((method, path)), "{method} {path} is there twice");
            let known = documented.contains(&((*method).to_owned(), (*path).to_owned()));
            assert!(known || !path.starts_with("/v1"), "{method} {path} is in the table and not in openapi.json");
        }
    }

    #[test]
    fn whatever_changes_something_needs_more_than_being_asked() {
        for route in ROUTES.iter().filter(|route| route.method != "GET" && route.method != "HEAD") {
            assert_ne!(route.needs, Needs::Public, "{} {}", route.method, route.path);
        }
    }

    #[actix_web::test]
    async fn a_route_that_is_not_in_the_table_is_not_served() {
        let answer = || async { HttpResponse::Ok().finish() };
        let app = init_service(
            App::new()
                .wrap(from_fn(guard))
                .route("/v1/audit", web::get().to(answer))
                .route("/v1/audit", web::put().to(answer))
                .route("/v1/rogue", web::get().to(answer))
                .default_service(web::to(answer)),
        )
        .await;
        for (request, wanted) in [
            (TestRequest::get().uri("/v1/audit"), 200),
            (TestRequest::put().uri("/v1/audit"), 405),
            (TestRequest::get().uri("/v1/rogue"), 404),
            (TestRequest::get().uri("/nothing/registered"), 200),
        ] {
            assert_eq!(call_service(&app, request.to_request()).await.status(), wanted);
        }
    }
}

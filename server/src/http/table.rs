//! Every route once, with what it needs. What is not in this table is not served: a route that is
//! registered and not listed answers as if it were not there, and a test says so.

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use wire::Code;
use wire::access::Permission::{self, *};

use super::admission::Class;
use super::{Fail, admission};
use crate::store::ranked;

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
    /// A token that an administrator issued for another system.
    Service,
    /// What proves that a message was given to this gateway.
    Message,
    /// The password of the gateway that texts come from.
    Gateway,
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

const fn put(path: &'static str, needs: Needs) -> Route {
    Route { method: "PUT", path, needs, step_up: false }
}

const fn patch(path: &'static str, needs: Needs) -> Route {
    Route { method: "PATCH", path, needs, step_up: false }
}

const fn delete(path: &'static str, needs: Needs) -> Route {
    Route { method: "DELETE", path, needs, step_up: false }
}

use Needs::{
    Case, Distress, Gateway, May, Message, OurPage, Phone, Public, Secret, Service, SignedIn, SignedInPartly, Socket,
};

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
    post("/v1/session/password", SignedIn),
    post("/v1/second-factor", SignedInPartly),
    post("/v1/second-factor/confirm", SignedInPartly),
    post("/v1/setup", OurPage),
    post("/v1/password", OurPage),
    get("/v1/sessions", SignedIn),
    delete("/v1/sessions/{id}", SignedIn),
    get("/v1/people/{id}/sessions", SignedIn),
    post("/v1/people/{id}/sessions/end", SignedIn),
    post("/v1/people/{id}/account", May(&[GrantRoles])).stepped_up(),
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
    get("/v1/countries", SignedIn),
    get("/v1/map", SignedIn),
    get("/v1/board", SignedIn),
    post("/v1/organisations", May(&[EditPlaces])),
    patch("/v1/organisations/{id}", May(&[EditPlaces])),
    post("/v1/offices", May(&[EditPlaces])),
    patch("/v1/offices/{id}", May(&[EditPlaces])),
    post("/v1/duty-stations", May(&[EditPlaces])),
    patch("/v1/duty-stations/{id}", May(&[EditPlaces])),
    delete("/v1/duty-stations/{id}", May(&[EditPlaces])),
    post("/v1/premises", May(&[EditPlaces])),
    delete("/v1/premises/{id}", May(&[EditPlaces])),
    post("/v1/regions", May(&[EditPlaces])),
    patch("/v1/regions/{id}", May(&[EditPlaces])),
    delete("/v1/regions/{id}", May(&[EditPlaces])),
    get("/v1/zones", SignedIn),
    post("/v1/zones", May(&[EditPlaces])),
    get("/v1/zones/{id}", SignedIn),
    patch("/v1/zones/{id}", May(&[EditPlaces])),
    delete("/v1/zones/{id}", May(&[EditPlaces])),
    get("/v1/grading-schemes", SignedIn),
    post("/v1/grading-schemes", May(&[EditPlaces])),
    get("/v1/security-areas", SignedIn),
    post("/v1/security-areas", May(&[EditPlaces])),
    get("/v1/security-areas/{id}", SignedIn),
    patch("/v1/security-areas/{id}", May(&[EditPlaces])),
    delete("/v1/security-areas/{id}", May(&[EditPlaces])),
    get("/v1/security-areas/{id}/grades", SignedIn),
    post("/v1/security-areas/{id}/grades", May(&[EditPlaces])),
    // People.
    get("/v1/people", May(&[ReadPeople, ReadPseudonyms])),
    post("/v1/people", May(&[EditPeople])),
    post("/v1/people/search", May(&[ReadPeople])),
    get("/v1/people/counts", May(&[ReadCounts])),
    post("/v1/people/export", May(&[ExportPeople])).stepped_up(),
    get("/v1/people/{id}", May(&[ReadPeople])),
    patch("/v1/people/{id}", May(&[EditPeople])),
    // Where it ends a role it needs the right to end that, and a step-up: the service asks.
    post("/v1/people/{id}/departure", May(&[EditPeople])),
    post("/v1/people/{id}/return", May(&[EditPeople])),
    put("/v1/people/{id}/current-place", May(&[SetCurrentPlace])),
    delete("/v1/people/{id}/current-place", May(&[SetCurrentPlace])),
    post("/v1/people/{id}/numbers/{number}/verification", May(&[VerifyNumbers])),
    get("/v1/numbers/waiting", May(&[VerifyNumbers])),
    get("/v1/zones/{id}/people", May(&[ReadZone])),
    get("/v1/reachability", May(&[ReadCounts])),
    get("/v1/offices/{id}/attestations", May(&[ReadCounts])),
    post("/v1/offices/{id}/attestations", May(&[AttestList])),
    // Lists from elsewhere.
    get("/v1/import-profiles", May(&[EditPeople])),
    get("/v1/imports", May(&[EditPeople])),
    post("/v1/imports", May(&[EditPeople])),
    get("/v1/imports/{id}", May(&[EditPeople])),
    put("/v1/imports/{id}/mapping", May(&[EditPeople])),
    get("/v1/imports/{id}/rows", May(&[EditPeople])),
    get("/v1/imports/{id}/problems", May(&[EditPeople])),
    post("/v1/imports/{id}/apply", May(&[EditPeople])).stepped_up(),
    post("/v1/imports/{id}/undo", May(&[EditPeople])).stepped_up(),
    post("/v1/imports/{id}/cancel", May(&[EditPeople])),
    get("/v1/tokens", May(&[ManageTokens])),
    post("/v1/tokens", May(&[ManageTokens])).stepped_up(),
    delete("/v1/tokens/{id}", May(&[ManageTokens])).stepped_up(),
    post("/v1/tokens/{id}/departures", May(&[ManageTokens])).stepped_up(),
    post("/v1/tokens/{id}/holder", May(&[ManageTokens])).stepped_up(),
    get("/scim/v2/ServiceProviderConfig", Service),
    get("/scim/v2/Schemas", Service),
    get("/scim/v2/Schemas/{id}", Service),
    get("/scim/v2/ResourceTypes", Service),
    get("/scim/v2/ResourceTypes/{id}", Service),
    get("/scim/v2/Users", Service),
    post("/scim/v2/Users", Service),
    get("/scim/v2/Users/{id}", Service),
    put("/scim/v2/Users/{id}", Service),
    patch("/scim/v2/Users/{id}", Service),
    delete("/scim/v2/Users/{id}", Service),
    get("/scim/v2/Groups", Service),
    post("/scim/v2/Groups", Service),
    get("/scim/v2/Groups/{id}", Service),
    put("/scim/v2/Groups/{id}", Service),
    patch("/scim/v2/Groups/{id}", Service),
    delete("/scim/v2/Groups/{id}", Service),
    post("/scim/v2/Bulk", Service),
    // Phones.
    post("/v1/people/{id}/enrolment", May(&[EnrolPhones])),
    get("/v1/people/{id}/devices", May(&[EnrolPhones])),
    delete("/v1/devices/{id}", May(&[EnrolPhones])),
    get("/v1/enrolment-batches", May(&[EnrolPhones])),
    post("/v1/enrolment-batches", May(&[EnrolPhones])),
    delete("/v1/enrolment-batches/{id}", May(&[EnrolPhones])),
    get("/v1/enrolment-progress", May(&[EnrolPhones])),
    post("/v1/enrol", Secret),
    post("/v1/token", Secret),
    get("/v1/me/now", Phone),
    get("/v1/me/profile", Phone),
    put("/v1/me/current-place", Phone),
    delete("/v1/me/current-place", Phone),
    post("/v1/me/numbers/{id}/code", Phone),
    post("/v1/me/numbers/{id}/verify", Phone),
    get("/v1/me/push", Phone),
    put("/v1/me/push", Phone),
    delete("/v1/me/push", Phone),
    post("/v1/woken", Secret),
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
    post("/v1/cases/{id}/escalation", May(&[WorkCases])),
    post("/v1/cases/{id}/close", May(&[WorkCases])),
    // Whom the server calls.
    get("/v1/escalation/policies", May(&[WorkCases, EditLadders])),
    put("/v1/escalation/policies/{area}", May(&[EditLadders])).stepped_up(),
    delete("/v1/escalation/policies/{area}", May(&[EditLadders])).stepped_up(),
    get("/v1/escalation/rehearsal/{office}", May(&[WorkCases, EditLadders])),
    get("/v1/escalation/findings", May(&[WorkCases, EditLadders])),
    get("/v1/channels", May(&[WorkCases, EditLadders])),
    // The watch.
    get("/v1/roster", May(&[ReadPeople, EditRosters])),
    post("/v1/roster", May(&[EditRosters])),
    put("/v1/roster/{id}", May(&[EditRosters])),
    delete("/v1/roster/{id}", May(&[EditRosters])),
    get("/v1/watches", May(&[WorkCases])),
    post("/v1/shifts", May(&[WorkCases])),
    post("/v1/watches/{id}/shifts/{shift}/handover", May(&[WorkCases])),
    post("/v1/watches/{id}/shifts/{shift}/accept", May(&[WorkCases])),
    post("/v1/watches/{id}/shifts/{shift}/sign", May(&[WorkCases])),
    post("/v1/watches/{id}/shifts/{shift}/end", May(&[WorkCases])),
    get("/v1/watches/{id}/log", May(&[WorkCases])),
    post("/v1/watches/{id}/log", May(&[WorkCases])),
    // What gateways say. That of text messages reports with GET.
    get("/v1/gateways/texts/reports", Message),
    post("/v1/gateways/texts", Gateway),
    post("/v1/gateways/calls/events", Message),
    // What is live.
    #[cfg(feature = "conformance")]
    get("/conformance", Public),
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
            Self::Service => vec!["service_token"],
            Self::Message => vec!["message"],
            Self::Gateway => vec!["gateway"],
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
            Self::Service => Some("serviceToken"),
            Self::Message | Self::Gateway => Some("gateway"),
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
    if let Some(route) = row(request.method().as_str(), &path) {
        return match admission::admit(&request, route) {
            Ok(_let_in) => match Class::of(route).rank() {
                Some(rank) => Ok(ranked(rank, next.call(request)).await?.map_into_boxed_body()),
                None => Ok(next.call(request).await?.map_into_boxed_body()),
            },
            Err(Fail(problem)) if path.starts_with("/scim/") => {
                Ok(request.into_response(crate::scim::http::turned_away(&problem)))
            }
            Err(turned_away) => Ok(request.into_response(turned_away.error_response())),
        };
    }
    if path.starts_with("/scim/") && ROUTES.iter().any(|route| route.path == path) {
        let response = crate::scim::http::other_methods().error_response();
        return Ok(request.into_response(response));
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
mod tests;

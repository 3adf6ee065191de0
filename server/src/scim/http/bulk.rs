//! `/scim/v2/Bulk`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use wire::scim::{BULK, ScimBulk, ScimBulkAnswer, ScimError};

use super::{Called, ScimFail, answered, message};
use crate::scim::Scim;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/scim/v2/Bulk", web::post().to(bulk));
}

/// Several requests in one: at most 100, 1 MiB. Each is done or refused for itself.
#[utoipa::path(post, path = "/scim/v2/Bulk", tag = "scim", security(("serviceToken" = [])),
    request_body(content = ScimBulk, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "amina", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "amina.diallo@lakes.example",
                "displayName": "Amina Diallo",
                "urn:muster:scim:2.0:SecurityProfile": { "personKind": "staff_national", "office": "Kenya Office" } } },
            { "method": "POST", "path": "/Groups", "bulkId": "wardens", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Wardens",
                "members": [{ "value": "bulkId:amina" }] } }] })),
    responses((status = 200, description = "What became of each", body = ScimBulkAnswer, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing was done", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn bulk(
    by: Called,
    request: HttpRequest,
    body: web::Payload,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let bulk = message::<ScimBulk>(&request, body, BULK).await?;
    Ok(answered(StatusCode::OK, &scim.bulk(&by.caller, bulk, &by.base).await?))
}

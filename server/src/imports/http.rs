//! Routes of imports.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;
use wire::imports::{
    ApplyImport, Import, ImportAction, ImportMapping, ImportProblems, ImportProfiles, ImportRows, Imports as ImportList,
};
use wire::{Code, Problem};

use super::file::LARGEST;
use super::{Imports, Refusal, Steward, Upload};
use crate::access::http::SteppedUp;
use crate::access::http::may::EditPeople;
use crate::http::admission::has_room;
use crate::http::body::{Whole, invalid, read_while};
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::seal::sha256;
use crate::store::WriteError;
use crate::store::requests::Request;

/// Header with the file's name, percent-encoded UTF-8.
pub const FILE_NAME: &str = "Muster-File-Name";

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(create, list, show, map, rows, problems, apply, undo, cancel, profiles))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/imports").route(web::post().to(create)).route(web::get().to(list)))
        .route("/v1/imports/{id}", web::get().to(show))
        .route("/v1/imports/{id}/mapping", web::put().to(map))
        .route("/v1/imports/{id}/rows", web::get().to(rows))
        .route("/v1/imports/{id}/problems", web::get().to(problems))
        .route("/v1/imports/{id}/apply", web::post().to(apply))
        .route("/v1/imports/{id}/undo", web::post().to(undo))
        .route("/v1/imports/{id}/cancel", web::post().to(cancel))
        .route("/v1/import-profiles", web::get().to(profiles));
}

fn problem(refusal: Refusal) -> Problem {
    let said = refusal.to_string();
    match refusal {
        Refusal::Invalid(one) => invalid(&one.field, one.why),
        Refusal::Unreadable(_) => Problem::new(Code::FileUnreadable, said),
        Refusal::NotFound => Problem::new(Code::NotFound, said),
        Refusal::State(_) => Problem::new(Code::ImportState, said),
        Refusal::Guard { .. } => {
            let mut problem = Problem::new(Code::LeavingUnconfirmed, said);
            problem.field = Some("/confirm_leaving".to_owned());
            problem
        }
        Refusal::RowsBad(_) => {
            let mut problem = Problem::new(Code::RowsHaveErrors, said);
            problem.field = Some("/only_good_rows".to_owned());
            problem
        }
        Refusal::KeyReused => Problem::new(Code::KeyReused, said),
    }
}

/// Runs something that blocks on a thread that may, when it is its turn, and answers with what it gave.
async fn answered<T, F>(
    status: fn() -> actix_web::HttpResponseBuilder,
    imports: &Imports,
    f: F,
) -> Result<HttpResponse, Fail>
where
    T: serde::Serialize + Send + 'static,
    F: FnOnce() -> Result<T, WriteError<Refusal>> + Send + 'static,
{
    let turn = imports.store.turn().await?;
    let done = web::block(move || {
        let _turn = turn;
        f()
    });
    let done = done.await.map_err(|_| {
        // A reader that breaks on a strange file: nothing was kept.
        Fail::new(Code::FileUnreadable, "The file cannot be read. Save the list again as CSV or XLSX.")
    })?;
    let value = done.map_err(|error| Fail::from_write(error, problem))?;
    Ok(status().insert_header(("Cache-Control", "no-store")).json(value))
}

/// Time that a file may take to come: 20 MB on a line of 35 kB a second.
const UPLOAD: Duration = Duration::from_secs(600);

/// Whose list it is.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// The organisation.
    organisation: Uuid,
    /// Of this country office only.
    office: Option<Uuid>,
    /// A remembered mapping to read it by; the one that fits best when absent.
    profile: Option<String>,
}

/// Send a list of people: CSV or XLSX, at most 20 MB. It is read and kept; nothing else changes.
#[utoipa::path(post, path = "/v1/imports", tag = "imports", security(("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    params(Whose, ("Muster-File-Name" = String, Header, description = "Percent-encoded UTF-8"),
           ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Its columns, and what they seem to hold", body = Import),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create(
    by: EditPeople,
    key: IdempotencyKey,
    whose: web::Query<Whose>,
    request: HttpRequest,
    payload: web::Payload,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LARGEST as u64) {
        return Err(Fail::new(
            Code::BodyTooLarge,
            "Send at most 20 MB: leave out pictures and what is not about people.",
        ));
    }
    let file_name = file_name(&request)?;
    // The disk may fill up while it comes: what is left then is for alarms.
    let room = || has_room(&request);
    let Whole { bytes, waited_for } = read_while(&mut payload.into_inner(), LARGEST, UPLOAD, room).await?;
    // A file takes minutes to come: whose session or role ended meanwhile sends none.
    let by = if waited_for { EditPeople::extract(&request).await? } else { by };
    let bytes = bytes.to_vec();
    let Whose { organisation, office, profile } = whose.into_inner();
    let place = [request.path(), "?", request.query_string(), "\n", &file_name, "\n"].concat();
    let body_hash = sha256(&[place.as_bytes(), &sha256(&bytes)].concat());
    let asked = Request { actor: by.person, key: key.0, body_hash };
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    let upload = Upload { organisation, office, file_name, bytes, profile };
    answered(HttpResponse::Created, &imports.clone(), move || imports.create(&steward, asked, upload)).await
}

fn file_name(request: &HttpRequest) -> Result<String, Fail> {
    let value = request.headers().get(FILE_NAME).map(|value| percent_decoded(value.as_bytes()));
    let name = value.and_then(|bytes| String::from_utf8(bytes).ok());
    name.ok_or_else(|| {
        Fail(invalid("/file_name", "Send the file's name in the header Muster-File-Name, percent-encoded UTF-8."))
    })
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).filter(|_| byte == b'%');
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    decoded
}

/// Of which organisation.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Of {
    /// The organisation.
    organisation: Uuid,
}

/// The imports of an organisation, the newest first.
#[utoipa::path(get, path = "/v1/imports", tag = "imports", security(("session" = [])), params(Of),
    responses((status = 200, description = "Those whose people the caller may change", body = ImportList),
              (status = "4XX", description = "Not for the caller", body = Problem, content_type = "application/problem+json")))]
async fn list(by: EditPeople, of: web::Query<Of>, imports: web::Data<Imports>) -> Result<HttpResponse, Fail> {
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.list(&steward, of.organisation)).await
}

/// An import: where it stands, its columns and counts.
#[utoipa::path(get, path = "/v1/imports/{id}", tag = "imports", security(("session" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "The import", body = Import),
              (status = "4XX", description = "Not for the caller", body = Problem, content_type = "application/problem+json")))]
async fn show(by: EditPeople, id: web::Path<Uuid>, imports: web::Data<Imports>) -> Result<HttpResponse, Fail> {
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.show(&steward, *id)).await
}

/// Name the columns: the dry run begins. May be done again until the import is applied.
#[utoipa::path(put, path = "/v1/imports/{id}/mapping", tag = "imports", security(("session" = [])), request_body = ImportMapping,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "The dry run begins", body = Import),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn map(
    by: EditPeople,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<ImportMapping>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let asked = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.map(&steward, asked, *id, body.value)).await
}

/// Which rows are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Only with this action.
    action: Option<ImportAction>,
    /// Behind this row.
    after: Option<u32>,
}

/// What an import does to each person, 200 at a time.
#[utoipa::path(get, path = "/v1/imports/{id}/rows", tag = "imports", security(("session" = [])), params(("id" = Uuid, Path), Page),
    responses((status = 200, description = "The rows", body = ImportRows),
              (status = "4XX", description = "Not for the caller", body = Problem, content_type = "application/problem+json")))]
async fn rows(
    by: EditPeople,
    id: web::Path<Uuid>,
    page: web::Query<Page>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.rows(&steward, *id, page.action, page.after)).await
}

/// Behind which problem.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Behind {
    /// The `next` of the page before.
    after: Option<u32>,
}

/// What is wrong with a file, by row and column, 500 at a time.
#[utoipa::path(get, path = "/v1/imports/{id}/problems", tag = "imports", security(("session" = [])),
    params(("id" = Uuid, Path), Behind),
    responses((status = 200, description = "The problems", body = ImportProblems),
              (status = "4XX", description = "Not for the caller", body = Problem, content_type = "application/problem+json")))]
async fn problems(
    by: EditPeople,
    id: web::Path<Uuid>,
    behind: web::Query<Behind>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.problems(&steward, *id, behind.after)).await
}

/// Do what the dry run showed. More than 5 % leave only when their exact number is sent.
#[utoipa::path(post, path = "/v1/imports/{id}/apply", tag = "imports", security(("session" = [])), request_body = ApplyImport,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "It is being done", body = Import),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn apply(
    by: SteppedUp<EditPeople>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<ApplyImport>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let asked = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.apply(&steward, asked, *id, body.value)).await
}

/// Nothing to say.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Undo an import, but for what somebody changed since.
#[utoipa::path(post, path = "/v1/imports/{id}/undo", tag = "imports", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "It is being undone", body = Import),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn undo(
    by: SteppedUp<EditPeople>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let asked = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.undo(&steward, asked, *id)).await
}

/// Drop an import of which nothing is done.
#[utoipa::path(post, path = "/v1/imports/{id}/cancel", tag = "imports", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "It is dropped", body = Import),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn cancel(
    by: EditPeople,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Fail> {
    let asked = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.cancel(&steward, asked, *id)).await
}

/// Remembered ways of naming columns.
#[utoipa::path(get, path = "/v1/import-profiles", tag = "imports", security(("session" = [])), params(Of),
    responses((status = 200, description = "By name", body = ImportProfiles),
              (status = "4XX", description = "Not for the caller", body = Problem, content_type = "application/problem+json")))]
async fn profiles(by: EditPeople, of: web::Query<Of>, imports: web::Data<Imports>) -> Result<HttpResponse, Fail> {
    let (steward, imports) = (Steward::operator(&by), imports.get_ref().clone());
    answered(HttpResponse::Ok, &imports.clone(), move || imports.profiles(&steward, of.organisation)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_decoded_and_broken_signs_stay() {
        assert_eq!(percent_decoded("Personnel%20%C3%A9t%C3%A9.csv".as_bytes()), "Personnel été.csv".as_bytes());
        assert_eq!(percent_decoded(b"100%.csv"), b"100%.csv");
        assert_eq!(percent_decoded(b"%zz%4"), b"%zz%4");
    }
}

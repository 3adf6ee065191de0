//! The web apps, embedded: strong ETag, compressed once at start, a strict policy.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use rust_embed::RustEmbed;
use wire::Code;

use super::{Fail, documents};
use crate::kernel::seal::sha256;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Dist;

/// What a page may load: itself alone, QR codes as data, positions and sound on this page only.
pub const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; connect-src 'self'; worker-src 'self'; manifest-src 'self'";

struct Asset {
    kind: String,
    etag: String,
    plain: Bytes,
    gzip: Option<Bytes>,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    Dist::iter().filter_map(|path| Some((path.to_string(), asset(&path, &Dist::get(&path)?)))).collect()
});

fn asset(path: &str, file: &rust_embed::EmbeddedFile) -> Asset {
    let plain = Bytes::copy_from_slice(&file.data);
    let kind = match path.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json".to_owned(),
        Some("js") => "text/javascript; charset=utf-8".to_owned(),
        Some("html") => "text/html; charset=utf-8".to_owned(),
        Some("css") => "text/css; charset=utf-8".to_owned(),
        _ => file.metadata.mimetype().to_owned(),
    };
    let etag: String = sha256(&plain).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let gzip = compressed(&plain).filter(|gzip| gzip.len() + 64 < plain.len());
    Asset { kind, etag: format!("\"{etag}\""), gzip, plain }
}

fn compressed(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Registers the pages; everything that no route knows ends here.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(home));
    for (path, page) in [("/console", "console/index.html"), ("/phone", "phone/index.html")] {
        let show = move |request: HttpRequest| async move { serve(&request, page) };
        cfg.route(path, web::get().to(show)).route(path, web::head().to(show));
    }
    cfg.default_service(web::to(any));
}

async fn home() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/console")).finish()
}

async fn any(request: HttpRequest) -> Result<HttpResponse, Fail> {
    let path = request.path().trim_start_matches('/');
    if documents::knows(request.path()) {
        return Err(Fail::new(Code::MethodNotAllowed, "This address takes other methods; /openapi.json lists them."));
    }
    if !ASSETS.contains_key(path) {
        return Err(Fail::new(Code::NotFound, "There is nothing at this address."));
    }
    if request.method() != actix_web::http::Method::GET && request.method() != actix_web::http::Method::HEAD {
        return Err(Fail::new(Code::MethodNotAllowed, "This can only be read."));
    }
    serve(&request, path)
}

fn serve(request: &HttpRequest, path: &str) -> Result<HttpResponse, Fail> {
    let asset =
        ASSETS.get(path).ok_or_else(|| Fail::new(Code::NotFound, "This server was built without its web apps."))?;
    let header_is = |name, wanted: &str| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(wanted))
    };
    let mut response =
        if header_is(header::IF_NONE_MATCH, &asset.etag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, asset.etag.clone()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if path == "phone/sw.js" {
        response.insert_header(("Service-Worker-Allowed", "/phone"));
    }
    if header_is(header::IF_NONE_MATCH, &asset.etag) {
        return Ok(response.finish());
    }
    response.insert_header((header::CONTENT_TYPE, asset.kind.clone()));
    match &asset.gzip {
        Some(gzip) if header_is(header::ACCEPT_ENCODING, "gzip") => {
            Ok(response.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip.clone()))
        }
        _ => Ok(response.body(asset.plain.clone())),
    }
}

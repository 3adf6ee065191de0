//! x
use utoipa::OpenApi;
fn main() {
    println!("{}", wire::schemas::Schemas::openapi().to_pretty_json().unwrap_or_default());
}

//! The HTTP edge: problem documents, strict bodies, headers, limits, embedded web apps, the router.

pub mod body;
pub mod headers;
pub mod problem;

pub use body::Body;
pub use headers::{AgeMs, IdempotencyKey};
pub use problem::Fail;

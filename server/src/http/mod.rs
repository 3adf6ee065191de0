//! The HTTP edge: problem documents, strict bodies, headers, limits, embedded web apps, the router.

pub mod admission;
pub mod assets;
pub mod body;
pub mod documents;
pub mod headers;
pub mod health;
pub mod observe;
pub mod problem;
pub mod qr;
pub mod table;

pub use body::Body;
pub use headers::{AgeMs, IdempotencyKey, IfMatch};
pub use problem::Fail;

//! Identifiers, time, secrets, text: pure, no I/O.

pub mod clock;
pub mod field;
pub mod ids;
pub mod seal;
pub mod sensitive;
pub mod text;

//! Live sockets: who sees what happens, in order, without gaps.
//!
//! One ring of encoded frames per node holds what was committed lately, in the order it was seen.
//! A session is woken, not written to: it takes from the ring what follows its own position as its
//! socket drains, and reads the log where the ring no longer reaches. A slow socket therefore holds
//! no memory of ours, blocks nobody, and skips nothing.

mod alarm;
mod allowance;
pub mod console;
pub mod cursor;
pub mod http;
pub mod hub;
pub mod now;
pub mod phone;
pub mod presence;
mod provisional;
pub mod rechecks;
pub mod replay;
pub mod ring;
pub mod session;
pub mod socket;
pub mod test_alarm;
pub mod trouble;
mod watching;

pub use hub::Hub;

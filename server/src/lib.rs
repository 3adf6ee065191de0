//! Muster: incident alerting and headcount, in one process.

pub mod bus;
pub mod http;
pub mod kernel;
pub mod store;

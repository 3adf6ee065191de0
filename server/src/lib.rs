//! Muster: incident alerting and headcount, in one process.

pub mod access;
pub mod bus;
pub mod devices;
pub mod http;
pub mod kernel;
pub mod people;
pub mod places;
pub mod store;

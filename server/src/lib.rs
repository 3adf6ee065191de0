//! Muster: incident alerting and headcount, in one process.

pub mod access;
pub mod admin;
pub mod app;
pub mod audit;
pub mod board;
pub mod bus;
pub mod config;
pub mod data_dir;
pub mod delivery;
pub mod demo;
pub mod devices;
pub mod disk;
pub mod distress;
pub mod escalation;
pub mod http;
pub mod imports;
pub mod kernel;
pub mod live;
pub mod open_files;
pub mod people;
pub mod places;
pub mod scim;
pub mod spill;
pub mod store;
pub mod telemetry;
pub mod watch;

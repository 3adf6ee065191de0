//! What a watch must see at a glance: what waits for somebody, and the map.

pub mod http;
mod map;
pub mod service;

//! The black-box suite: every promise of the interface, on both databases.

mod bad_input;
mod claims;
mod devices;
mod idempotency;
mod live;
mod live_walk;
mod never_refused;
mod path;
mod repeated;
mod scopes;
mod sign_in;

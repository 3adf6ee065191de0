//! Rows of tokens, of groups, and of what provisioning systems say of people.

pub(super) mod departures;
pub(super) mod groups;
pub(super) mod people;
pub(super) mod tokens;

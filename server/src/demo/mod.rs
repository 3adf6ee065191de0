//! `muster demo`: an invented world, ready to sign in to, and an exercise that plays by itself.

mod ground;
pub mod names;
pub mod play;
pub mod script;
pub mod seed;
pub mod world;

/// Seed of the world and of the script: every demo is the same.
pub const SEED: u64 = 20_261_122;

/// The password of everybody who signs in to a demo. A demo holds no real person.
pub const PASSWORD: &str = "capital falls silent";

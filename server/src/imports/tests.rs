//! Imports over a real database: what a file does, what stops it, what undoing leaves.

mod applying;
mod bad_rows;
mod fixture;
mod round_trip;

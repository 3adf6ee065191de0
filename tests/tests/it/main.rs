//! The black-box suite: every promise of the interface, on both databases.

mod path;

//! Truth under fire: real nodes on a real database, phones that tap, consoles that look, and faults between
//! any two of them. What everybody saw is written down, and the [`checker`] says whether an acknowledged
//! alarm was lost, doubled, shown out of order or shown late.
//!
//! One seed decides which faults come when. Everything is on this machine, bounded, and goes away at the end.

pub mod checker;
pub mod closing;
pub mod console;
pub mod cut;
pub mod ground;
pub mod history;
pub mod inject;
pub mod kind;
pub mod lag;
pub mod link;
pub mod log;
pub mod node;
pub mod people;
pub mod plan;
pub mod postgres;
pub mod pump;
pub mod report;
pub mod run;
pub mod settings;
pub mod taps;

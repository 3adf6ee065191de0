//! Load scenarios against a running Muster server, and the checker that says whether an alarm was
//! lost, shown twice or shown out of order.
//!
//! Everything goes through the real HTTP interface and the real sockets. Every scenario is bounded:
//! it ends by itself, and by default it only speaks to this machine.

pub mod accounts;
pub mod administrator;
pub mod api;
pub mod checker;
pub mod connection;
pub mod console;
pub mod device;
pub mod door;
pub mod environment;
pub mod figures;
pub mod frames;
pub mod import;
pub mod limits;
pub mod list;
pub mod metrics;
pub mod pace;
pub mod phones;
pub mod report;
pub mod sheet;
pub mod sign_in;
pub mod storm;
pub mod tap;
pub mod taps;
pub mod target;
pub mod timing;
pub mod watch;
pub mod welch;
pub mod world;
pub mod write_list;

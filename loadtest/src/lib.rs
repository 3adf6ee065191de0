//! Load scenarios against a running Muster server, and the checker that says whether an alarm was
//! lost, shown twice or shown out of order.
//!
//! Everything goes through the real HTTP interface and the real sockets. Every scenario is bounded:
//! it ends by itself, and by default it only speaks to this machine.

pub mod accounts;
pub mod administrator;
pub mod affinity;
pub mod api;
pub mod checker;
pub mod closed_loop;
pub mod connection;
pub mod console;
pub mod crowd;
pub mod device;
pub mod door;
pub mod environment;
pub mod fanout;
pub mod fanout_report;
pub mod figures;
pub mod floor;
pub mod frames;
pub mod import;
pub mod ingest;
pub mod ingest_report;
pub mod interrupted;
pub mod limits;
pub mod list;
pub mod messages;
pub mod metrics;
pub mod monotonic;
pub mod nchan;
pub mod opening;
pub mod outcome;
pub mod pace;
pub mod partner;
pub mod pgbench;
pub mod phones;
pub mod process;
pub mod receipts;
pub mod reconnect;
pub mod reconnect_report;
pub mod report;
pub mod rounds;
pub mod series;
pub mod sheet;
pub mod sign_in;
pub mod sockets;
pub mod storm;
pub mod tap;
pub mod taps;
pub mod target;
pub mod timing;
pub mod watch;
pub mod welch;
pub mod world;
pub mod write_list;

#[cfg(test)]
mod line {
    use clap::{Args, Parser};

    #[derive(Parser)]
    struct Line<T: Args> {
        #[command(flatten)]
        settings: T,
    }

    /// What a scenario makes of a command line.
    pub(crate) fn parse<T: Args>(line: &str) -> Result<T, clap::Error> {
        Line::try_parse_from(line.split_whitespace()).map(|line| line.settings)
    }
}

//! The harness of the black-box tests: a real server, a real database, people who act.
//!
//! A test starts a [`TestApp`] on one of the two databases, sets a [`World`] up through the HTTP
//! interface, and lets people act: an [`Anonymous`] caller, an [`Administrator`], an [`Operator`] or
//! field officer at a [`Console`], somebody with a [`Phone`]. Nothing waits by sleeping: [`until`]
//! polls for a condition and fails loudly when it does not come.

mod anonymous;
mod answer;
mod app;
mod code_generator;
mod console;
mod database;
mod edge;
pub mod fcm;
pub mod gateway;
mod http;
mod kannel;
mod model;
mod operator;
mod phone;
mod phone_socket;
mod program;
mod provisioner;
mod proxy;
pub mod push_service;
mod redis;
mod rival;
mod scan;
mod socket;
pub mod voice;
mod wait;
mod world;

pub use anonymous::Anonymous;
pub use answer::Answer;
pub use app::{TestApp, Time, run};
pub use code_generator::CodeGenerator;
pub use console::{Attention, Console};
pub use database::{Database, Db};
pub use fcm::Fcm;
pub use gateway::Gateway;
pub use http::{Http, key};
pub use kannel::{Carried, Kannel};
pub use model::Model;
pub use operator::{Operator, SignedIn};
pub use phone::{DeviceKey, Phone};
pub use phone_socket::PhoneSocket;
pub use program::{Program, free_port};
pub use provisioner::Provisioner;
pub use proxy::{Link, Proxy};
pub use push_service::PushService;
pub use redis::Redis;
pub use rival::{Rival, rows_of};
pub use scan::{files_holding, holds};
pub use socket::{Closed, Socket};
pub use voice::Exchange;
pub use wait::{PATIENCE, until, within};
pub use world::{ADDIS_ABABA, Administrator, KAMPALA, NAIROBI, OPEN_SEA, PASSWORD, World};

/// One test on each database: `a_sentence::on_sqlite` and `a_sentence::on_postgres`. The body gets a
/// running [`TestApp`]; after it the log's hash chains are verified, whatever the test was about.
///
/// `on_both!(name, async |app| { ... })` runs on the machine's clock; with `by_hand` before the body
/// the clock stands still until the test moves it.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, by_hand, $test:expr) => {
        $crate::on_both!(@make $(#[$meta])* $name, $crate::Time::ByHand, $test);
    };
    ($(#[$meta:meta])* $name:ident, $test:expr) => {
        $crate::on_both!(@make $(#[$meta])* $name, $crate::Time::Real, $test);
    };
    (@make $(#[$meta:meta])* $name:ident, $time:expr, $test:expr) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                $crate::run($crate::Db::Sqlite, $time, $test);
            }

            #[cfg(not(sqlite_only))]
            #[test]
            fn on_postgres() {
                $crate::run($crate::Db::Postgres, $time, $test);
            }
        }
    };
}

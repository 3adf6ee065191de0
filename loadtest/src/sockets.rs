//! What the scenarios over many open sockets have in common: which server, how many sockets, who sets it up.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use crate::administrator::Administrator;
use crate::api::Api;
use crate::environment::Environment;
use crate::limits;
use crate::process::Process;
use crate::tap::{progress, within};
use crate::target::Target;
use crate::world::{Size, World, explain};

/// Phones that only listen share this many people at most.
const QUIET_PEOPLE: u32 = 200;

/// Sockets that are kept open, and to whom.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Sockets {
    /// The server's base address, plain http
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// The server's process; by itself the one that listens there, on this machine
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// Open consoles, each of which gets every event; at most what open files allow
    #[arg(long, default_value_t = 1_000, value_parser = within(limits::FANOUT, 1))]
    pub sockets: u32,
    /// Open phones beside them that have nothing to do with the events
    #[arg(long, default_value_t = 0, value_parser = within(limits::FANOUT, 0))]
    pub phones: u32,
    /// Sign-ins that the consoles share
    #[arg(long, default_value_t = 50, value_parser = within(1_000, 1))]
    pub sessions: u32,
    /// Who sets it up
    #[command(flatten)]
    #[serde(flatten)]
    pub administrator: Administrator,
    /// Load a server that is not on this machine, because it is yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// The server before anything is opened, and what this program may do.
pub struct Ground {
    /// Where.
    pub target: Target,
    /// On what.
    pub environment: Environment,
    /// The server's process, when it is on this machine.
    pub server: Option<Process>,
}

/// People made for the run, and those who set it up and watch.
pub struct Cast {
    /// The administrator.
    pub admin: Api,
    /// The people.
    pub world: World,
    /// Sign-ins that the consoles share.
    pub sessions: Vec<Api>,
}

impl Sockets {
    /// Looks at the server and at what the kernel allows: `besides` sockets come to those of the settings.
    ///
    /// # Errors
    /// When the address is not to be loaded, or this program or the server may not open as many files.
    pub fn ground(&self, besides: u32) -> Result<Ground> {
        let target = Target::parse(&self.server, self.i_own_this_server)?;
        let needed = u64::from(self.sockets + self.phones + besides);
        let environment = Environment::look(limits::open_files(needed)?)?;
        let server = Process::of_server(&target, self.server_pid)?;
        if let Some(most) = server.map(Process::open_files).transpose()?.filter(|most| needed > *most) {
            bail!("the server may have {most} open files and {needed} were asked for; raise it with ulimit -n");
        }
        Ok(Ground { target, environment, server })
    }

    /// Makes `people` who tap and those whose phones only listen, and signs the consoles in.
    ///
    /// # Errors
    /// When the server refuses any of it.
    pub async fn cast(&self, target: &Target, people: u32) -> Result<Cast> {
        let (email, password) = self.administrator.credentials()?;
        let (admin, _) = Api::anonymous(target.clone())?.sign_in(&email, &password).await?;
        let phones = self.phones.min(QUIET_PEOPLE);
        let bar = progress("people", u64::from(people + phones));
        let size = Size { people, phones, offices: World::OFFICES };
        let world = World::make(&admin, size, &bar).await.map_err(explain)?;
        bar.finish_and_clear();
        let sessions = world.sessions(self.sessions.min(self.sockets)).await?;
        Ok(Cast { admin, world, sessions })
    }
}

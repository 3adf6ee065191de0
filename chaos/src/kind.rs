//! The faults, and what each of them is to show.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Peer {
    /// A node's process, disk or clock.
    Node,
    /// PostgreSQL's process.
    Postgres,
    /// Redis' process.
    Redis,
    /// What is between a node and phones and consoles.
    ClientLink,
    /// What is between a node and PostgreSQL.
    DatabaseLink,
    /// What is between a node and Redis.
    RedisLink,
    /// One console that nothing else is done to.
    Console,
    /// Nothing: it is what comes in.
    Load,
}

/// What a fault needs besides a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Nodes on PostgreSQL with Redis between them.
    Shared,
    /// The embedded database.
    Embedded,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $name:literal, $peer:ident, $needs:ident, [$($row:literal),*];)+) => {
        /// A fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
        #[serde(rename_all = "kebab-case")]
        #[value(rename_all = "kebab-case")]
        pub enum Kind { $($(#[$meta])* $kind,)+ }

        impl Kind {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Its name on the command line and in results.
            pub const fn name(self) -> &'static str { match self { $(Self::$kind => $name,)+ } }

            /// What it breaks.
            pub const fn peer(self) -> Peer { match self { $(Self::$kind => Peer::$peer,)+ } }

            /// What it needs.
            pub const fn needs(self) -> Needs { match self { $(Self::$kind => Needs::$needs,)+ } }

            /// The rows of the fault table that it belongs to.
            pub const fn rows(self) -> &'static [&'static str] { match self { $(Self::$kind => &[$($row),*],)+ } }
        }
    };
}

kinds! {
    /// Kill -9 of a node, which is started again at once.
    KillNode = "kill-node", Node, Nothing, ["R1", "R25"];
    /// A node is away for longer, over deadlines of timers.
    AwayNode = "away-node", Node, Nothing, ["R26"];
    /// SIGSTOP and, later, SIGCONT of a node.
    PauseNode = "pause-node", Node, Nothing, ["R1"];
    /// A node dies after the database has committed and before anybody is told.
    CommitThenKill = "commit-then-kill", DatabaseLink, Shared, ["R2"];
    /// A node dies after its inserts and before the database has the commit.
    KillBeforeCommit = "kill-before-commit", DatabaseLink, Shared, ["R3"];
    /// The database commits; its answer is lost, and the node lives.
    CommitAnswerLost = "commit-answer-lost", DatabaseLink, Shared, ["R4"];
    /// Answers to phones are cut off after the server has done its work.
    AnswersCut = "answers-cut", ClientLink, Nothing, ["R4"];
    /// A database that is slow for one node: commits of nodes overtake one another.
    DatabaseSlow = "database-slow", DatabaseLink, Shared, ["R5"];
    /// What passes between a node and the database is a trickle.
    DatabaseDribble = "database-dribble", DatabaseLink, Shared, ["R5"];
    /// Redis is killed and started again, empty.
    RedisKill = "redis-kill", Redis, Shared, ["R6"];
    /// Redis forgets everything.
    RedisFlush = "redis-flush", Redis, Shared, ["R6"];
    /// SIGSTOP and, later, SIGCONT of Redis.
    RedisPause = "redis-pause", Redis, Shared, ["R7"];
    /// Redis hangs up on every subscriber, again and again.
    RedisCut = "redis-cut", Redis, Shared, ["R8"];
    /// Nothing passes between a node and Redis.
    RedisPartition = "redis-partition", RedisLink, Shared, ["R7"];
    /// What Redis says does not reach a node, or the other way round.
    RedisOneWay = "redis-one-way", RedisLink, Shared, ["R7"];
    /// Connections between a node and Redis are reset.
    RedisReset = "redis-reset", RedisLink, Shared, ["R8"];
    /// What passes between a node and Redis is a trickle.
    RedisDribble = "redis-dribble", RedisLink, Shared, ["R8"];
    /// `pg_ctl stop -m immediate`, and a start at once.
    DatabaseRestart = "database-restart", Postgres, Shared, ["R9"];
    /// The database is away for longer: alarms are held.
    DatabaseAway = "database-away", Postgres, Shared, ["R10"];
    /// SIGSTOP and, later, SIGCONT of every process of PostgreSQL.
    DatabasePause = "database-pause", Postgres, Shared, ["R10", "R16"];
    /// Flushing to the disk fails now and then.
    FsyncErrors = "fsync-errors", Node, Nothing, ["R13"];
    /// The file system of a node is full.
    FullDisk = "full-disk", Node, Nothing, ["R15"];
    /// Nothing passes between a node and the database.
    DatabasePartition = "database-partition", DatabaseLink, Shared, ["R16"];
    /// What passes between a node and the database is taken and lost.
    DatabaseHalfOpen = "database-half-open", DatabaseLink, Shared, ["R16"];
    /// Connections between a node and the database are reset.
    DatabaseReset = "database-reset", DatabaseLink, Shared, ["R16"];
    /// What the database says does not reach a node, or the other way round.
    DatabaseOneWay = "database-one-way", DatabaseLink, Shared, ["R17"];
    /// Nothing passes between a node and its phones and consoles.
    ClientPartition = "client-partition", ClientLink, Nothing, ["R18"];
    /// What passes between a node and its phones and consoles does so one way.
    ClientOneWay = "client-one-way", ClientLink, Nothing, ["R17", "R18"];
    /// A console whose line takes everything and brings nothing, and never ends.
    DeadConsole = "dead-console", Console, Nothing, ["R18"];
    /// A console that reads a kilobyte a second.
    SlowConsole = "slow-console", Console, Nothing, ["R19"];
    /// What passes between a node and its phones and consoles is late.
    ClientDelay = "client-delay", ClientLink, Nothing, ["R19"];
    /// What passes between a node and its phones and consoles is a trickle.
    ClientDribble = "client-dribble", ClientLink, Nothing, ["R19"];
    /// Every connection of phones and consoles to a node is reset at once.
    ClientReset = "client-reset", ClientLink, Nothing, ["R20"];
    /// Frames to consoles are lost, each whole.
    FramesLost = "frames-lost", ClientLink, Nothing, ["R21"];
    /// The clock of one node jumps by an hour, and back.
    ClockJump = "clock-jump", Node, Nothing, ["R24"];
    /// Ten times as many taps, and readers besides.
    Overload = "overload", Load, Nothing, ["R32"];
    /// Bodies that are no bodies.
    Poison = "poison", Load, Nothing, ["R34"];
    /// A second process on the same data directory.
    SecondProcess = "second-process", Load, Embedded, ["R36"];
}

impl Kind {
    /// Whether it can be on the embedded database (`false`) or on PostgreSQL (`true`).
    pub fn is_of(self, shared: bool) -> bool {
        match self.needs() {
            Needs::Nothing => true,
            Needs::Shared => shared,
            Needs::Embedded => !shared,
        }
    }

    /// How long it lasts, in milliseconds: at least, and at most; in a short run less.
    pub const fn lasts_ms(self, short: bool) -> (u64, u64) {
        let (least, most) = match self {
            Self::KillNode
            | Self::CommitThenKill
            | Self::KillBeforeCommit
            | Self::RedisKill
            | Self::DatabaseRestart => (0, 0),
            Self::CommitAnswerLost | Self::RedisFlush | Self::RedisCut | Self::ClientReset | Self::SecondProcess => {
                (1_000, 3_000)
            }
            Self::DeadConsole => (24_000, 27_000),
            Self::SlowConsole => (10_000, 30_000),
            Self::AwayNode | Self::DatabaseAway => (8_000, 20_000),
            Self::ClockJump | Self::FullDisk | Self::FsyncErrors => (4_000, 10_000),
            Self::Overload | Self::Poison => (2_000, 5_000),
            _ => (3_000, 15_000),
        };
        match self {
            Self::DeadConsole => (least, most),
            Self::SlowConsole if short => (8_000, 12_000),
            Self::DatabaseAway if short => (4_000, 5_000),
            _ if short => (least / 4 + if least > 0 { 300 } else { 0 }, least / 2 + if least > 0 { 300 } else { 0 }),
            _ => (least, most),
        }
    }

    /// Whether other faults go on beside it in a round: it concerns one console alone.
    pub const fn is_beside(self) -> bool {
        matches!(self.peer(), Peer::Console)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own_that_the_command_line_takes() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_str(kind.name(), false).unwrap(), *kind);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert!(!kind.rows().is_empty());
            let (least, most) = kind.lasts_ms(true);
            assert!(least <= most && most <= 30_000);
        }
    }
}

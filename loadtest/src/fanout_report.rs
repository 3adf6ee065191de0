//! The result of `loadtest fanout`, as JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::fanout::Fanout;
use crate::outcome::Circumstances;
use crate::process::Memory;
use crate::receipts::{Receipts, Times, TimesSeries};
use crate::series::{Series, rounded};

/// The whole result.
#[derive(Serialize)]
pub struct FanoutReport<'a> {
    /// Whether every console got everything in every round, and stayed open.
    pub passed: bool,
    /// When the first round began.
    pub started_at: DateTime<Utc>,
    /// What was asked for.
    pub settings: &'a Fanout,
    /// On what, and with what.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// What travels.
    pub event: EventSize,
    /// The sockets.
    pub sockets: Opened,
    /// What they cost the server while nothing happens.
    pub idle: Idle,
    /// The server.
    pub server: Candidate,
    /// The raw-socket floor.
    pub floor: Candidate,
    /// nginx with nchan, when it is installed.
    pub nchan: Option<Candidate>,
    /// The server's medians over the floor's.
    pub to_floor: Ratios,
    /// The server's medians over nchan's.
    pub to_nchan: Option<Ratios>,
    /// Messages that phones of others got during all rounds.
    pub bystanders_got: u64,
}

/// What one event is on one console.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct EventSize {
    /// Messages: one for every scope that it is written to and the operator sees.
    pub messages: u32,
    /// Their bytes together, as they are framed.
    pub bytes: usize,
}

/// The sockets.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Opened {
    /// Consoles.
    pub consoles: u32,
    /// Seconds it took to open them all and bring them up to date.
    pub consoles_seconds: f64,
    /// Open phones of those who tap.
    pub tappers: u32,
    /// Open phones of others.
    pub bystanders: u32,
    /// Of all, still open at the end.
    pub open_at_end: u64,
}

/// What open sockets cost while nothing happens. None on another machine.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Idle {
    /// The server's memory before the first socket.
    pub memory_before: Option<Memory>,
    /// With half of the consoles.
    pub memory_with_half: Option<Memory>,
    /// With all consoles.
    pub memory_with_consoles: Option<Memory>,
    /// With all phones too.
    pub memory_with_all: Option<Memory>,
    /// KiB of resident memory a console, of the second half.
    pub rss_kib_per_console: Option<f64>,
    /// KiB of its own share a console, of the second half.
    pub pss_kib_per_console: Option<f64>,
    /// KiB of its own share a phone, when phones of others were opened.
    pub pss_kib_per_phone: Option<f64>,
    /// The floor's: KiB of its own share a socket.
    pub floor_pss_kib_per_socket: f64,
    /// nchan's.
    pub nchan_pss_kib_per_socket: Option<f64>,
    /// Hundredths of one processor that the server takes for beats, rights and pings.
    pub cpu_percent: Series,
}

/// What was measured of the server or of the floor.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Candidate {
    /// One event.
    pub one: Measured,
    /// Many at once.
    pub burst: Measured,
}

/// Rounds of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Measured {
    /// How many.
    pub rounds: usize,
    /// Messages that did not come within half a minute, over all rounds.
    pub missing: u64,
    /// Microseconds of the sending process's processor time for each event at each console, idle cost taken off.
    pub cpu_us_per_delivery: Series,
    /// Events at consoles a second, up to the last one.
    pub deliveries_per_second: Series,
    /// From the start of the round to the first message at a console.
    pub to_first_message_ms: TimesSeries,
    /// From the start of the round until a console had everything.
    pub to_last_message_ms: TimesSeries,
    /// Reads that it took a console: fewer than messages when they came together.
    pub reads_per_socket: Series,
    /// From the start of the round to the news on the phone of whoever tapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_tappers_phone_ms: Option<TimesSeries>,
    /// From the start of the round to the last answer that a tap is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_answer_ms: Option<Series>,
}

/// The server's medians over the floor's.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ratios {
    /// Processor time a delivery, one event.
    pub one_cpu: Option<f64>,
    /// To the last console, one event.
    pub one_last: Option<f64>,
    /// Processor time a delivery, burst.
    pub burst_cpu: Option<f64>,
    /// Deliveries a second, burst.
    pub burst_deliveries: Option<f64>,
}

impl Ratios {
    /// Of these.
    pub fn of(server: &Candidate, floor: &Candidate) -> Self {
        let last = |measured: &Measured| measured.to_last_message_ms.last;
        Self {
            one_cpu: server.one.cpu_us_per_delivery.ratio_to(&floor.one.cpu_us_per_delivery),
            one_last: last(&server.one).ratio_to(&last(&floor.one)),
            burst_cpu: server.burst.cpu_us_per_delivery.ratio_to(&floor.burst.cpu_us_per_delivery),
            burst_deliveries: server.burst.deliveries_per_second.ratio_to(&floor.burst.deliveries_per_second),
        }
    }
}

/// One round.
#[derive(Debug, Clone)]
pub struct Round {
    /// Events.
    pub events: u32,
    /// Messages that each console should get.
    pub messages: u32,
    /// What the consoles got.
    pub consoles: Receipts,
    /// What the phones of those who tapped got; none for the floor.
    pub tappers: Option<Times>,
    /// Until the last tap was answered, in milliseconds; none for the floor.
    pub answered_ms: Option<f64>,
    /// Processor time of the sending process, idle cost taken off; none when it cannot be seen.
    pub cpu_ns: Option<f64>,
}

impl Measured {
    /// Over these rounds.
    pub fn of(rounds: &[Round]) -> Self {
        let deliveries = |round: &Round| f64::from(round.events) * round.consoles.sockets as f64;
        let cpu = |round: &Round| Some(round.cpu_ns? / 1e3 / deliveries(round).max(1.0));
        let speed = |round: &Round| deliveries(round) / (round.consoles.last.last / 1e3);
        let reads = |round: &Round| round.consoles.reads as f64 / (round.consoles.sockets as f64).max(1.0);
        let times = |of: fn(&Receipts) -> Times| {
            TimesSeries::of(&rounds.iter().map(|round| of(&round.consoles)).collect::<Vec<_>>())
        };
        let phones: Vec<Times> = rounds.iter().filter_map(|round| round.tappers).collect();
        let answers: Vec<f64> = rounds.iter().filter_map(|round| round.answered_ms).collect();
        let missing = |round: &Round| {
            (round.consoles.sockets * u64::from(round.messages)).saturating_sub(round.consoles.messages)
        };
        Self {
            rounds: rounds.len(),
            missing: rounds.iter().map(missing).sum(),
            cpu_us_per_delivery: Series::of(rounds.iter().filter_map(cpu)),
            deliveries_per_second: Series::of(rounds.iter().filter(|round| round.consoles.last.last > 0.0).map(speed)),
            to_first_message_ms: times(|receipts| receipts.first),
            to_last_message_ms: times(|receipts| receipts.last),
            reads_per_socket: Series::of(rounds.iter().map(reads)),
            to_tappers_phone_ms: (!phones.is_empty()).then(|| TimesSeries::of(&phones)),
            to_answer_ms: (!answers.is_empty()).then(|| Series::of(answers)),
        }
    }
}

/// KiB that each of `count` sockets took between two readings.
pub fn kib_each(before: u64, after: u64, count: u32) -> f64 {
    rounded((after as f64 - before as f64) / f64::from(count.max(1)))
}

/// Processor time of a round alone: what was spent in its window less what the idle sockets take in as long.
pub fn without_idle(spent_ns: u64, window_s: f64, idle_ns_per_s: f64) -> f64 {
    (spent_ns as f64 - idle_ns_per_s * window_s).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(events: u32, sockets: u64, got: u64, last_ms: f64, cpu_ns: f64) -> Round {
        let times = Times { first: 1.0, p50: 2.0, p99: 3.0, last: last_ms };
        let consoles = Receipts {
            sockets,
            reached: sockets,
            messages: got,
            reads: sockets,
            first: times,
            last: times,
            ..Receipts::default()
        };
        Round { events, messages: events * 2, consoles, tappers: None, answered_ms: Some(4.0), cpu_ns: Some(cpu_ns) }
    }

    #[test]
    fn a_delivery_is_an_event_at_a_console_however_many_messages_it_is() {
        let measured = Measured::of(&[round(1, 1_000, 2_000, 50.0, 5e6), round(1, 1_000, 1_990, 100.0, 7e6)]);
        assert_eq!((measured.rounds, measured.missing), (2, 10));
        assert_eq!(measured.cpu_us_per_delivery.median, 6.0);
        assert_eq!((measured.deliveries_per_second.max, measured.deliveries_per_second.min), (20_000.0, 10_000.0));
        assert_eq!(measured.reads_per_socket.median, 1.0);
        assert!(measured.to_tappers_phone_ms.is_none());
        let burst = Measured::of(&[round(40, 1_000, 80_000, 100.0, 8e6)]);
        assert_eq!((burst.missing, burst.cpu_us_per_delivery.median), (0, 0.2));
        assert_eq!(burst.deliveries_per_second.median, 400_000.0);
    }

    #[test]
    fn the_server_is_held_against_the_floor() {
        let of = |cpu, last| Measured::of(&[round(1, 1_000, 2_000, last, cpu)]);
        let server = Candidate { one: of(9e6, 120.0), burst: of(4e6, 50.0) };
        let floor = Candidate { one: of(6e6, 100.0), burst: of(2e6, 25.0) };
        let found = Ratios::of(&server, &floor);
        assert_eq!((found.one_cpu, found.one_last), (Some(1.5), Some(1.2)));
        assert_eq!((found.burst_cpu, found.burst_deliveries), (Some(2.0), Some(0.5)));
        assert_eq!(Ratios::of(&server, &Candidate::default()).one_cpu, None, "nothing was measured");
    }

    #[test]
    fn idle_cost_is_taken_off_and_never_more_than_there_is() {
        assert_eq!(without_idle(100_000_000, 0.5, 40_000_000.0), 80_000_000.0);
        assert_eq!(without_idle(1_000, 1.0, 40_000_000.0), 0.0);
        assert_eq!(kib_each(1_000, 11_000, 1_000), 10.0);
        assert_eq!(kib_each(1_000, 900, 100), -1.0, "what is less is said");
    }
}

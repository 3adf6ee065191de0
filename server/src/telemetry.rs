//! Logs and metrics. Neither ever holds a position, a number or a name.

use std::sync::OnceLock;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logging to standard error.
pub fn start_logs(config: &Config) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(&config.log).with_context(|| format!("the log level {:?} is not understood", config.log))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = if config.log_format == "json" { builder.json().try_init() } else { builder.try_init() };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}

/// Starts metrics; the second call in a process changes nothing.
pub fn start_metrics() -> anyhow::Result<()> {
    if METRICS.get().is_some() {
        return Ok(());
    }
    let seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];
    let sizes = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_batch_size".to_owned()), &sizes))
        .context("metrics")?
        .install_recorder();
    // Another part of the process may have installed a recorder; then its figures are the ones.
    if let Ok(handle) = handle {
        describe();
        drop(METRICS.set(handle));
    }
    Ok(())
}

fn describe() {
    metrics::describe_counter!("muster_taps_stored_total", "Not Okay taps stored, repeats of a key not counted");
    metrics::describe_histogram!("muster_stored_to_frame_seconds", "From an event's receipt to its frame for consoles");
    metrics::describe_histogram!(
        "muster_stored_to_shown_seconds",
        "From a tap's storing to a console with a person at it"
    );
    metrics::describe_histogram!("muster_write_seconds", "From a write's arrival in the queue to its commit");
    metrics::describe_histogram!("muster_commit_seconds", "One commit, closures included");
    metrics::describe_histogram!("muster_commit_batch_size", "Writes in one commit");
    metrics::describe_gauge!("muster_write_queue_depth", "Writes that wait");
    metrics::describe_counter!("muster_write_queue_full_total", "Writes turned away because too many wait");
    metrics::describe_counter!("muster_write_retries_total", "Writes run again alone");
    metrics::describe_gauge!("muster_sockets", "Open live sockets");
    metrics::describe_gauge!("muster_database_up", "1 while the database answers");
    metrics::describe_gauge!("muster_log_events", "Sum of all heads of the log");
    metrics::describe_gauge!("muster_log_scopes", "Scopes with events");
    metrics::describe_counter!(
        "muster_rights_looks_total",
        "Looks at the rights behind open consoles, of up to 500 sessions each"
    );
    metrics::describe_counter!("muster_hub_healed_total", "Events found by the sweep rather than by a hint");
    metrics::describe_counter!(
        "muster_log_range_reads_total",
        "Ranges of one scope's log read: by consoles that missed them, by the hub that was not told"
    );
    metrics::describe_counter!("muster_bus_dropped_total", "Hints dropped because an inbox was full");
    metrics::describe_gauge!("muster_taps_held", "Alarms that this node holds until the database takes them");
    metrics::describe_gauge!("muster_relay_up", "1 while Redis relays between the nodes");
    metrics::describe_histogram!("muster_relay_hop_seconds", "From a beat's sending to Redis until it comes back");
    metrics::describe_counter!(
        "muster_relay_unsealable_total",
        "Messages from Redis that are not of this installation or were changed"
    );
    metrics::describe_histogram!("muster_timer_late_seconds", "How long after its time a timer fired");
    metrics::describe_gauge!("muster_synthetic_alarm_age_seconds", "Since the last test alarm of this node came out");
    metrics::describe_histogram!("muster_synthetic_alarm_seconds", "A test alarm, from the door to the consoles' ring");
    metrics::describe_counter!("muster_synthetic_alarm_lost_total", "Test alarms that did not come out");
    metrics::describe_counter!("muster_requests_shed_total", "Requests turned away so that alarms get through");
    metrics::describe_gauge!(
        "muster_overload_level",
        "0 when nothing is turned away, to 3 when only alarms are let in"
    );
    metrics::describe_gauge!("muster_disk_free_bytes", "Room on the disk of the data directory, beside the ballast");
    metrics::describe_gauge!("muster_ballast_bytes", "Room that is kept for alarms; 0 when it was given back");
    metrics::describe_gauge!("muster_clock_ahead_seconds", "The machine's clock, ahead of the database's");
    metrics::describe_counter!(
        "muster_database_cut_total",
        "Connections to the database that owed an answer for too long and were ended"
    );
    metrics::describe_counter!("muster_messages_total", "Tries to send a message, by channel and what came of them");
    metrics::describe_counter!("muster_requests_total", "HTTP requests by route and status");
    metrics::describe_histogram!("muster_request_seconds", "HTTP requests by route");
}

/// The metrics as Prometheus text.
pub fn render() -> String {
    METRICS
        .get()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}

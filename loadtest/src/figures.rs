//! Latencies and sizes, as percentiles.

use std::time::Duration;

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use serde::Serialize;

/// Largest number kept as it is: an hour in microseconds. A larger one counts as this.
const LARGEST: u64 = 3_600_000_000;

/// Collects values; three significant digits.
pub struct Figures(Histogram<u64>);

/// Percentiles of latencies, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Milliseconds {
    /// How many.
    pub count: u64,
    /// Half are at most this.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// 99 of 100.
    pub p99: f64,
    /// All.
    pub max: f64,
}

/// Sizes, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bytes {
    /// Smallest.
    pub min: u64,
    /// Half are at most this.
    pub p50: u64,
    /// Largest.
    pub max: u64,
}

impl Figures {
    /// Nothing yet.
    pub fn new() -> Result<Self> {
        Histogram::new_with_bounds(1, LARGEST, 3).map(Self).context("no histogram could be made")
    }

    /// One latency; kept in microseconds.
    pub fn add(&mut self, value: Duration) {
        self.add_number(u64::try_from(value.as_micros()).unwrap_or(LARGEST));
    }

    /// One number: microseconds or bytes.
    pub fn add_number(&mut self, value: u64) {
        self.0.saturating_record(value);
    }

    /// As latencies.
    pub fn milliseconds(&self) -> Milliseconds {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1_000.0;
        if self.0.is_empty() {
            return Milliseconds::default();
        }
        Milliseconds {
            count: self.0.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: self.0.max() as f64 / 1_000.0,
        }
    }

    /// As sizes.
    pub fn bytes(&self) -> Bytes {
        if self.0.is_empty() {
            return Bytes::default();
        }
        Bytes { min: self.0.min(), p50: self.0.value_at_quantile(0.5), max: self.0.max() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_all_values() {
        let mut figures = Figures::new().unwrap();
        for ms in 1..=1_000 {
            figures.add(Duration::from_millis(ms));
        }
        let found = figures.milliseconds();
        assert_eq!(found.count, 1_000);
        for (value, expected) in [(found.p50, 500.0), (found.p90, 900.0), (found.p99, 990.0), (found.max, 1_000.0)] {
            assert!((value / expected - 1.0_f64).abs() < 0.002, "{value} for {expected}");
        }
    }

    #[test]
    fn nothing_is_zero() {
        let figures = Figures::new().unwrap();
        assert_eq!((figures.milliseconds(), figures.bytes()), (Milliseconds::default(), Bytes::default()));
    }
}

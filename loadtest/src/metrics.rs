//! What the server says of itself at `/metrics`, in Prometheus' text form.

use std::collections::BTreeMap;

use serde::Serialize;

/// One reading of `/metrics`.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    samples: Vec<Sample>,
}

#[derive(Debug, Clone)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// How writes were put together between two readings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Batches {
    /// Transactions.
    pub commits: u64,
    /// Writes in them.
    pub writes: u64,
    /// Writes a transaction, on average.
    pub mean: f64,
    /// Transactions of at most so many writes, when the server counts them so.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub at_most: BTreeMap<u64, u64>,
}

const BATCH: &str = "muster_commit_batch_size";

impl Metrics {
    /// Reads the text form. Lines that are not understood are left out.
    pub fn parse(text: &str) -> Self {
        Self { samples: text.lines().filter_map(sample).collect() }
    }

    fn sum(&self, name: &str) -> f64 {
        self.samples.iter().filter(|sample| sample.name == name).map(|sample| sample.value).sum()
    }

    /// How much a counter with this label grew since an `earlier` reading; since its start for a server that started
    /// anew.
    pub fn since(&self, earlier: &Self, name: &str, (label, value): (&str, &str)) -> u64 {
        let of = |metrics: &Self| -> f64 {
            let series = metrics.samples.iter().filter(|sample| sample.name == name);
            series.filter(|one| one.labels.get(label).is_some_and(|one| one == value)).map(|one| one.value).sum()
        };
        let (now, then) = (of(self), of(earlier));
        whole(if now < then { now } else { now - then })
    }

    /// How writes were put together since an `earlier` reading; since its start for a server that started anew.
    pub fn batches_since(&self, earlier: &Self) -> Batches {
        let count = format!("{BATCH}_count");
        let anew = Self::default();
        let earlier = if self.sum(&count) < earlier.sum(&count) { &anew } else { earlier };
        let between = |name: &str| whole(self.sum(name) - earlier.sum(name));
        let (commits, writes) = (between(&count), between(&format!("{BATCH}_sum")));
        let mean = if commits == 0 { 0.0 } else { (writes as f64 / commits as f64 * 100.0).round() / 100.0 };
        Batches { commits, writes, mean, at_most: self.buckets(earlier) }
    }

    fn buckets(&self, earlier: &Self) -> BTreeMap<u64, u64> {
        let of = |metrics: &Self| -> BTreeMap<u64, f64> {
            let name = format!("{BATCH}_bucket");
            let buckets = metrics.samples.iter().filter(|sample| sample.name == name);
            buckets.filter_map(|sample| Some((sample.labels.get("le")?.parse().ok()?, sample.value))).collect()
        };
        let before = of(earlier);
        of(self).into_iter().map(|(le, now)| (le, whole(now - before.get(&le).copied().unwrap_or_default()))).collect()
    }
}

fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

fn sample(line: &str) -> Option<Sample> {
    if line.starts_with('#') {
        return None;
    }
    let (series, value) = match line.rsplit_once('}') {
        Some((series, value)) => (series, value.trim()),
        None => line.split_once(' ')?,
    };
    let value = value.split_whitespace().next()?.parse().ok()?;
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    Some(Sample { name: name.to_owned(), labels: labels_of(labels), value })
}

fn labels_of(text: &str) -> BTreeMap<String, String> {
    let mut parts = text.split('"');
    let mut labels = BTreeMap::new();
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        labels.insert(name.trim_matches([',', '=', ' ']).to_owned(), value.to_owned());
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# HELP x y\n# TYPE muster_commit_batch_size histogram\n\
        muster_commit_batch_size_bucket{le=\"1\"} 10\nmuster_commit_batch_size_bucket{le=\"+Inf\"} 12\n\
        muster_commit_batch_size_sum 30\nmuster_commit_batch_size_count 12\nmuster_sockets{kind=\"console\"} 1\n";

    #[test]
    fn batches_are_the_difference_of_two_readings() {
        let after = BEFORE.replace(" 10\n", " 11\n").replace(" 12\n", " 22\n").replace(" 30\n", " 285\n");
        let batches = Metrics::parse(&after).batches_since(&Metrics::parse(BEFORE));
        let at_most = BTreeMap::from([(1, 1)]);
        assert_eq!(batches, Batches { commits: 10, writes: 255, mean: 25.5, at_most });
    }

    #[test]
    fn a_server_that_started_anew_is_counted_from_its_start() {
        let after = BEFORE.replace(" 12\n", " 3\n").replace(" 30\n", " 6\n");
        let batches = Metrics::parse(&after).batches_since(&Metrics::parse(BEFORE));
        assert_eq!((batches.commits, batches.writes), (3, 6));
    }

    #[test]
    fn a_counter_with_a_label_grows_from_one_reading_to_the_next() {
        let read = |console, hub| {
            Metrics::parse(&format!("reads_total{{by=\"console\"}} {console}\nreads_total{{by=\"hub\"}} {hub}\n"))
        };
        let since = |by| read(12, 3).since(&read(5, 3), "reads_total", ("by", by));
        assert_eq!((since("console"), since("hub"), since("nobody")), (7, 0, 0));
        assert_eq!(read(2, 0).since(&read(5, 3), "reads_total", ("by", "console")), 2, "it started anew");
        assert_eq!(read(2, 0).since(&Metrics::default(), "reads_total", ("by", "console")), 2);
    }

    #[test]
    fn nothing_counted_is_no_batch() {
        assert_eq!(Metrics::parse("").batches_since(&Metrics::default()), Batches::default());
        assert!(Metrics::parse("what { is this\n\n} 4").samples.len() <= 1);
    }
}

//! Welch's t-test: whether two sets of times differ by more than chance.

use serde::Serialize;

/// One set of times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    /// How many.
    pub count: usize,
    /// Mean, in milliseconds.
    pub mean_ms: f64,
    /// Standard deviation, in milliseconds.
    pub deviation_ms: f64,
    /// Half are at most this, in milliseconds.
    pub median_ms: f64,
}

/// What comes of comparing two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// Welch's t: the difference of the means by its standard error.
    pub t: f64,
    /// Degrees of freedom (Welch and Satterthwaite).
    pub degrees_of_freedom: f64,
    /// How often chance alone gives a t this far from 0, by the normal distribution: good for hundreds
    /// of degrees of freedom.
    pub p: f64,
    /// The second mean less the first, in milliseconds.
    pub difference_ms: f64,
}

impl Sample {
    /// Of times in milliseconds, at least two.
    pub fn of(times: &[f64]) -> Self {
        let count = times.len();
        let mean = times.iter().sum::<f64>() / count as f64;
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            count,
            mean_ms: mean,
            deviation_ms: (squares / (count as f64 - 1.0)).sqrt(),
            median_ms: sorted.get(count / 2).copied().unwrap_or_default(),
        }
    }

    /// Compares this with another.
    pub fn against(&self, other: &Self) -> Comparison {
        let share = |sample: &Self| sample.deviation_ms.powi(2) / sample.count as f64;
        let (mine, theirs) = (share(self), share(other));
        let difference = other.mean_ms - self.mean_ms;
        let t = difference / (mine + theirs).sqrt();
        let freedom = (mine + theirs).powi(2)
            / (mine.powi(2) / (self.count as f64 - 1.0) + theirs.powi(2) / (other.count as f64 - 1.0));
        Comparison { t, degrees_of_freedom: freedom, p: beyond(t.abs()), difference_ms: difference }
    }
}

/// How much of the normal distribution lies further from 0 than `z`, on both sides: Abramowitz and
/// Stegun 7.1.26, good to 1.5e-7.
fn beyond(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    series.iter().fold(0.0, |sum, factor| (sum + factor) * t) * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64, by: f64) -> bool {
        (one - other).abs() < by
    }

    #[test]
    fn the_test_gives_the_figures_of_a_worked_example() {
        // Means 3 and 13/3, variances 2.5 and 7/3 over 5 and 3 values.
        let (one, two) = (Sample::of(&[1.0, 2.0, 3.0, 4.0, 5.0]), Sample::of(&[3.0, 4.0, 6.0]));
        assert!(close(one.deviation_ms.powi(2), 2.5, 1e-9) && close(two.deviation_ms.powi(2), 7.0 / 3.0, 1e-9));
        let found = one.against(&two);
        assert!(close(found.difference_ms, 4.0 / 3.0, 1e-9));
        assert!(close(found.t, 1.179_536, 1e-5), "{}", found.t);
        assert!(close(found.degrees_of_freedom, 4.473_573, 1e-5), "{}", found.degrees_of_freedom);
        assert_eq!((one.median_ms, one.count), (3.0, 5));
    }

    #[test]
    fn the_tails_are_those_of_the_normal_distribution() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_5), (1.959_964, 0.05), (3.290_527, 0.001), (4.5, 6.795e-6)] {
            assert!(close(beyond(z), p, 2e-7), "{z}: {}", beyond(z));
        }
    }

    #[test]
    fn equal_times_do_not_differ_and_other_ones_do() {
        let times = |shift: f64| (0..1_000).map(|n| f64::from(n % 17) + shift).collect::<Vec<_>>();
        let one = Sample::of(&times(0.0));
        assert!(one.against(&Sample::of(&times(0.0))).t.abs() < 1e-9);
        let found = one.against(&Sample::of(&times(2.0)));
        assert!(found.t > 4.5 && found.p < 1e-5);
    }
}

//! The same figure measured again and again: its middle, and how far it was off.

use serde::Serialize;

/// Middle, smallest and largest of some measurements. All zero without any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Series {
    /// How many.
    pub count: usize,
    /// Half are at most this.
    pub median: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

impl Series {
    /// Of these measurements, in any order, rounded to three digits behind the point.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (Some(min), Some(max)) = (values.first(), values.last()) else { return Self::default() };
        Self { count: values.len(), median: rounded(middle(&values)), min: rounded(*min), max: rounded(*max) }
    }

    /// How many times another's median this median is; none when that is zero.
    pub fn ratio_to(&self, other: &Self) -> Option<f64> {
        (other.median != 0.0).then(|| rounded(self.median / other.median))
    }
}

fn middle(sorted: &[f64]) -> f64 {
    let (half, at) = (sorted.len() / 2, |index: usize| sorted.get(index).copied().unwrap_or_default());
    if sorted.len() % 2 == 1 { at(half) } else { f64::midpoint(at(half.saturating_sub(1)), at(half)) }
}

/// The value that `share` (0 to 1) of a sorted list are at most; zero of an empty one.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank.min(sorted.len()).saturating_sub(1)).copied().unwrap_or_default()
}

/// Three digits behind the point.
pub fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        assert_eq!(Series::of([3.0, 1.0, 2.0]), Series { count: 3, median: 2.0, min: 1.0, max: 3.0 });
        assert_eq!(Series::of([4.0, 1.0, 2.0, 3.0]).median, 2.5);
        assert_eq!(Series::of([0.123_456]).median, 0.123);
        assert_eq!(Series::of([]), Series::default());
    }

    #[test]
    fn a_ratio_to_nothing_is_none() {
        assert_eq!(Series::of([6.0]).ratio_to(&Series::of([4.0])), Some(1.5));
        assert_eq!(Series::of([6.0]).ratio_to(&Series::default()), None);
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|share| quantile(&sorted, share)), [1.0, 100.0, 198.0, 200.0]);
        assert_eq!(quantile(&[], 0.5), 0.0);
        assert_eq!(quantile(&[7.0], 0.01), 7.0);
    }
}

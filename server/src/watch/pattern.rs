//! When a duty is, by a wall clock. Pure.
//!
//! A wall clock names some instants twice and some never. A beginning that is named twice is the first of the two and an
//! end the second, so that somebody is on duty at each instant that the clock names so; one that is never named is the
//! instant at which the clock jumps, so that a duty which begins where another ends leaves no gap.

use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A clock jumps by no more than this: some have left a whole day out.
const LONGEST_JUMP: TimeDelta = TimeDelta::hours(26);

/// The time between two instants, the first of them included.
pub(super) type Span = (DateTime<Utc>, DateTime<Utc>);

/// Which days, from when until when, by which wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The days on which a duty begins, as a bit each, Monday's the lowest.
    pub(super) weekdays: u8,
    /// Minutes after midnight, 0 to 1439.
    pub(super) from: u16,
    /// As `from`; not later than it means on the next day.
    pub(super) until: u16,
    /// Whose wall clock.
    pub(super) zone: Tz,
    /// The first day on which a duty may begin.
    pub(super) first: NaiveDate,
    /// The last one.
    pub(super) last: Option<NaiveDate>,
}

impl Pattern {
    /// The duty that begins on a day.
    fn of_day(&self, day: NaiveDate) -> Option<Span> {
        let bit = 1_u8.checked_shl(day.weekday().num_days_from_monday())?;
        if self.weekdays & bit == 0 || day < self.first || self.last.is_some_and(|last| last < day) {
            return None;
        }
        let end = if self.until > self.from { day } else { day.succ_opt()? };
        let span = (instant(self.zone, day, self.from, false)?, instant(self.zone, end, self.until, true)?);
        (span.0 < span.1).then_some(span)
    }

    /// The duties that touch the time between two instants, in order.
    pub(super) fn duties(&self, (from, until): Span) -> Vec<Span> {
        let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
        let first = day(from).checked_sub_signed(TimeDelta::days(3)).unwrap_or(NaiveDate::MIN).max(self.first);
        let last = day(until).checked_add_signed(TimeDelta::days(1)).unwrap_or(NaiveDate::MAX);
        let days = first.iter_days().take_while(|day| *day <= last);
        days.filter_map(|day| self.of_day(day)).filter(|(begins, ends)| *begins < until && from < *ends).collect()
    }

    /// Whether somebody is on duty by it at an instant.
    pub(super) fn is_on(&self, now: DateTime<Utc>) -> bool {
        !self.duties((now, now + TimeDelta::microseconds(1))).is_empty()
    }
}

/// The instant that a wall clock names so: of two the second where it is `late`.
fn instant(zone: Tz, day: NaiveDate, minute: u16, late: bool) -> Option<DateTime<Utc>> {
    let named = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute));
    let mut at = named;
    while at - named <= LONGEST_JUMP {
        match zone.from_local_datetime(&at) {
            MappedLocalTime::Single(at) => return Some(at.to_utc()),
            MappedLocalTime::Ambiguous(first, second) => return Some(if late { second } else { first }.to_utc()),
            MappedLocalTime::None => at += TimeDelta::minutes(1),
        }
    }
    None
}

/// The instant at which a day begins there.
pub(super) fn midnight(zone: Tz, day: NaiveDate) -> Option<DateTime<Utc>> {
    instant(zone, day, 0, false)
}

/// The Monday of the week of a day.
pub(super) fn monday(day: NaiveDate) -> NaiveDate {
    day.week(chrono::Weekday::Mon).first_day()
}

/// The times between two instants that none of these covers.
pub(super) fn gaps(covered: impl IntoIterator<Item = Span>, (from, until): Span) -> Vec<Span> {
    let mut covered: Vec<Span> = covered.into_iter().collect();
    covered.sort_unstable();
    let (mut gaps, mut at) = (Vec::new(), from);
    for (begins, ends) in covered {
        if begins > at {
            gaps.push((at, begins.min(until)));
        }
        at = at.max(ends);
        if at >= until {
            return gaps;
        }
    }
    if at < until {
        gaps.push((at, until));
    }
    gaps
}

/// Days of the week, 1 Monday to 7 Sunday, as bits; none when one is out of range, comes twice, or there is none.
pub(super) fn bits(weekdays: &[u8]) -> Option<u8> {
    let mut bits = 0_u8;
    for day in weekdays {
        let bit = (1..=7).contains(day).then(|| 1_u8 << (day - 1)).filter(|bit| bits & bit == 0)?;
        bits |= bit;
    }
    (bits != 0).then_some(bits)
}

/// [`bits`] back.
pub(super) fn weekdays(bits: u8) -> Vec<u8> {
    (1..=7).filter(|day| bits & (1 << (day - 1)) != 0).collect()
}

/// Minutes after midnight of `HH:MM`, 00:00 to 23:59.
pub(super) fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60).then_some(hours * 60 + minutes).filter(|minute| *minute < DAY)
}

/// [`minute`] back.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use chrono_tz::TZ_VARIANTS;
    use proptest::prelude::*;

    use super::*;

    fn daily(zone: Tz, from: &str, until: &str) -> Pattern {
        let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        Pattern { weekdays: 0x7F, from: minute(from).unwrap(), until: minute(until).unwrap(), zone, first, last: None }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let monday_night = Pattern { weekdays: 1, ..daily(chrono_tz::Africa::Nairobi, "18:00", "06:00") };
        // Monday 23 November 2026; Nairobi is three hours ahead.
        assert!(!monday_night.is_on(at("2026-11-23T14:59:59Z")) && monday_night.is_on(at("2026-11-23T15:00:00Z")));
        assert!(monday_night.is_on(at("2026-11-24T02:59:59Z")) && !monday_night.is_on(at("2026-11-24T03:00:00Z")));
        assert!(!monday_night.is_on(at("2026-11-24T15:00:00Z")));
    }

    #[test]
    fn the_same_beginning_and_end_is_a_whole_day() {
        let whole = daily(chrono_tz::Africa::Nairobi, "08:00", "08:00");
        let week = (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"));
        assert!(gaps(whole.duties(week), week).is_empty());
    }

    #[test]
    fn days_before_the_first_and_after_the_last_have_no_duty() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let two = Pattern { first: day(24), last: Some(day(25)), ..daily(Tz::UTC, "22:00", "02:00") };
        assert!(!two.is_on(at("2026-11-24T01:00:00Z")) && two.is_on(at("2026-11-24T23:00:00Z")));
        assert!(two.is_on(at("2026-11-26T01:59:00Z")) && !two.is_on(at("2026-11-26T23:00:00Z")));
    }

    #[test]
    fn an_hour_that_the_clock_leaves_out_belongs_to_nobody_and_leaves_no_gap() {
        // Paris, 29 March 2026: 02:00 is 03:00.
        let (night, morning) =
            (daily(chrono_tz::Europe::Paris, "22:00", "02:30"), daily(chrono_tz::Europe::Paris, "02:30", "08:00"));
        let jump = at("2026-03-29T01:00:00Z");
        assert!(night.is_on(jump - TimeDelta::seconds(1)) && !night.is_on(jump) && morning.is_on(jump));
        assert!(!morning.is_on(jump - TimeDelta::seconds(1)));
    }

    #[test]
    fn in_an_hour_that_comes_twice_whoever_it_names_is_on_duty_both_times() {
        // Paris, 25 October 2026: 03:00 is 02:00 again.
        let (night, morning) =
            (daily(chrono_tz::Europe::Paris, "22:00", "02:30"), daily(chrono_tz::Europe::Paris, "02:30", "08:00"));
        let first = at("2026-10-25T00:15:00Z");
        let second = first + TimeDelta::hours(1);
        assert!(night.is_on(first) && night.is_on(second), "02:15, twice");
        let (first, second) = (first + TimeDelta::minutes(30), second + TimeDelta::minutes(30));
        assert!(morning.is_on(first) && morning.is_on(second), "02:45, twice");
    }

    #[test]
    fn times_and_days_are_read_as_they_are_written() {
        assert_eq!((minute("00:00"), minute("23:59"), minute("24:00")), (Some(0), Some(1439), None));
        assert_eq!([minute("7:30"), minute("07:60"), minute("+7:30"), minute("07-30"), minute("")], [None; 5]);
        assert_eq!(bits(&[1, 7]).map(weekdays), Some(vec![1, 7]));
        assert_eq!([bits(&[]), bits(&[0]), bits(&[8]), bits(&[2, 2])], [None; 4]);
        assert_eq!(clock(minute("06:05").unwrap()), "06:05");
    }

    fn zones() -> impl Strategy<Value = Tz> {
        (0..TZ_VARIANTS.len()).prop_map(|nth| TZ_VARIANTS[nth])
    }

    proptest! {
        /// Whatever the wall clock does: at an instant that it names within a duty somebody is on.
        #[test]
        fn somebody_is_on_duty_at_each_instant_that_the_wall_clock_names(
            zone in zones(),
            seconds in 1_000_000_000_i64..2_100_000_000,
            (from, until) in (0_u16..1440, 0_u16..1440),
            weekdays in 1_u8..128,
        ) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let pattern = Pattern { weekdays, from, until, ..daily(zone, "00:00", "00:00") };
            let local = now.with_timezone(&zone);
            let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
            let begins = |day: NaiveDate| weekdays & (1 << day.weekday().num_days_from_monday()) != 0;
            let today = local.date_naive();
            let named = if until > from {
                begins(today) && (from..until).contains(&minute)
            } else {
                (begins(today) && minute >= from) || (begins(today.pred_opt().unwrap()) && minute < until)
            };
            prop_assert!(!named || pattern.is_on(now), "{local}");
        }

        /// Three watches of a day that follow one another leave no gap in any week of any zone.
        #[test]
        fn a_roster_without_a_gap_on_the_wall_clock_has_none(
            zone in zones(),
            days in 0_i64..12_000,
            (one, two, three) in (0_u16..480, 480_u16..960, 960_u16..1440),
        ) {
            let from = DateTime::from_timestamp(1_000_000_000 + days * 86_400, 0).unwrap();
            let week = (from, from + TimeDelta::days(7));
            let of = |from, until| Pattern { from, until, ..daily(zone, "00:00", "00:00") };
            let all = [of(one, two), of(two, three), of(three, one)];
            let covered: Vec<Span> = all.iter().flat_map(|one| one.duties(week)).collect();
            prop_assert_eq!(gaps(covered, week), Vec::<Span>::new());
        }

        /// A gap and what is covered never overlap, and together they are the whole time.
        #[test]
        fn what_is_no_gap_is_covered(spans in prop::collection::vec((0_i64..1_000, 1_i64..200), 0..8)) {
            let at = |minutes: i64| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
            let spans: Vec<Span> = spans.into_iter().map(|(from, long)| (at(from), at(from + long))).collect();
            let gaps = gaps(spans.clone(), (at(0), at(1_000)));
            for minute in 0..1_000 {
                let inside = |spans: &[Span]| spans.iter().any(|(from, until)| *from <= at(minute) && at(minute) < *until);
                prop_assert_ne!(inside(&spans), inside(&gaps));
            }
        }
    }
}

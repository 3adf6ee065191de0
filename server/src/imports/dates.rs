//! Days as people and spreadsheets write them.

use chrono::{Days, NaiveDate};
use wire::imports::DateOrder;

use super::cells::{Why, decimal, plain_digits, text};
use super::table::{Cell, Nature};

/// The first three letters of months in English, French and Spanish.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene"],
    &["feb", "fev", "fév"],
    &["mar"],
    &["apr", "avr", "abr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aou", "aoû", "ago"],
    &["sep"],
    &["oct"],
    &["nov"],
    &["dec", "déc", "dic"],
];

/// The day that a cell says.
pub(super) fn day(cell: &Cell, order: DateOrder) -> Result<Option<NaiveDate>, Why> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let text = plain_digits(&text);
    let read = match cell.nature {
        Nature::Day => NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok(),
        _ => written(&text, order).or_else(|| serial(&text)),
    };
    let day = read.filter(|day| (1900..2200).contains(&chrono::Datelike::year(day)));
    day.map(Some).ok_or_else(|| "This is not a day. Write it as 2026-11-22.".to_owned())
}

/// Parts of a date: digits, or the name of a month.
fn parts(text: &str) -> Vec<String> {
    let text = text.split(['T', 't']).next().filter(|day| day.len() == 10).unwrap_or(text);
    let split = |letter: char| !(letter.is_alphanumeric());
    let text: String = text.chars().map(|letter| if "年月日".contains(letter) { ' ' } else { letter }).collect();
    text.split(split).filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

fn written(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let parts = parts(text);
    // A time of day may follow; `1.5` is not a day.
    let [first, second, third, ..] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<u32>().ok();
    let (year, month, day) = match (number(first), number(second), number(third)) {
        (Some(year), Some(month), Some(day)) if first.len() == 4 => (year, month, day),
        (Some(day), Some(month), Some(year)) if month <= 12 && (day > 12 || order == DateOrder::DayFirst) => {
            (year, month, day)
        }
        (Some(month), Some(day), Some(year)) => (year, month, day),
        (Some(day), None, Some(year)) => (year, month_named(second)?, day),
        (None, Some(day), Some(year)) => (year, month_named(first)?, day),
        _ => return None,
    };
    let year = match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        year => year,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn month_named(name: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.iter().any(|start| name.starts_with(start)))?;
    u32::try_from(at + 1).ok()
}

/// A day as spreadsheets count them: 45,000 is in 2023.
fn serial(text: &str) -> Option<NaiveDate> {
    let days = decimal(text).filter(|days| (20_000.0..80_000.0).contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days as u64))
}

/// The order in which a list writes its dates, by those that can be read in one order only; day first
/// where nothing tells.
pub(super) fn order<'a>(cells: impl Iterator<Item = &'a Cell>) -> DateOrder {
    let (mut day_first, mut month_first) = (0, 0);
    for cell in cells.filter(|cell| cell.nature == Nature::Text) {
        let parts = parts(&plain_digits(&cell.text));
        let [first, second, _, ..] = parts.as_slice() else { continue };
        let (Ok(first), Ok(second)) = (first.parse::<u32>(), second.parse::<u32>()) else { continue };
        day_first += u32::from((13..=31).contains(&first) && second <= 12);
        month_first += u32::from(first <= 12 && (13..=31).contains(&second));
    }
    if month_first > day_first { DateOrder::MonthFirst } else { DateOrder::DayFirst }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<NaiveDate>, Why> {
        day(&Cell::text(text), DateOrder::DayFirst)
    }

    #[test]
    fn days_are_read_in_the_forms_that_lists_have() {
        let expected = NaiveDate::from_ymd_opt(2026, 11, 22);
        for text in [
            "2026-11-22",
            "2026/11/22",
            "22/11/2026",
            "22.11.2026",
            "22-11-26",
            "11/22/2026",
            "22 Nov 2026",
            "22 novembre 2026",
            "22-nov-26",
            "November 22, 2026",
            "2026年11月22日",
            "٢٢/١١/٢٠٢٦",
            "2026-11-22T00:00:00Z",
            "22/11/2026 00:00",
            "46348",
            "46348,0",
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
        let cell = Cell { text: "2026-11-22".to_owned(), nature: Nature::Day };
        assert_eq!(day(&cell, DateOrder::MonthFirst).unwrap(), expected);
    }

    #[test]
    fn the_order_is_that_of_the_dates_that_have_only_one() {
        let order = |texts: &[&str]| {
            let cells: Vec<Cell> = texts.iter().map(|text| Cell::text(text)).collect();
            super::order(cells.iter())
        };
        assert_eq!(order(&["03/04/2026", "12/25/2026"]), DateOrder::MonthFirst);
        assert_eq!(order(&["03/04/2026", "25/12/2026"]), DateOrder::DayFirst);
        assert_eq!(order(&["03/04/2026"]), DateOrder::DayFirst);
        assert_eq!(day(&Cell::text("03/04/2026"), DateOrder::MonthFirst).unwrap(), NaiveDate::from_ymd_opt(2026, 3, 4));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["31/02/2026", "soon", "22/11", "0000-00-00", "13/13/2026", "7"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read("-").unwrap(), None);
    }
}

//! Telephone numbers of a row.

use wire::imports::ImportField;
use wire::people::NewPhone;

use super::AtRow;
use crate::imports::numbers::{self, NO_COUNTRY_CODE, Numbers};
use crate::imports::said::NUMBERS;

impl AtRow<'_, '_> {
    /// The numbers of a column, of this kind.
    pub(super) fn phones(&mut self, column: u32, field: ImportField, kind: &str) {
        let Some(numbers) = self.numbers(column, field) else { return };
        if numbers.completed {
            let why = "The number has no country code; that of the office was put before it.";
            self.notes.warning(self.place(Some(column), field), why);
        }
        self.short(column, field, &numbers);
        for number in numbers.found {
            if self.said.phones.iter().any(|known| known.number == number) {
                continue;
            }
            if self.said.phones.len() < NUMBERS {
                self.said.phones.push(NewPhone { number, kind: kind.to_owned() });
            } else {
                let why = format!("Somebody has at most {NUMBERS} numbers. One here is left out.");
                self.notes.warning(self.place(Some(column), field), why);
            }
        }
    }

    /// The numbers of a cell. What only lacks a country is for later, when it is known whether it has one.
    fn numbers(&mut self, column: u32, field: ImportField) -> Option<Numbers> {
        let read = numbers::numbers(self.meant(column, field), self.country);
        if self.said.office.is_none() && read.as_ref().is_err_and(|why| why == NO_COUNTRY_CODE) {
            self.without_country.push(field);
            return None;
        }
        self.noted(column, field, read.map(Some))
    }

    /// Says of a number that it may lack digits.
    fn short(&mut self, column: u32, field: ImportField, numbers: &Numbers) {
        if numbers.short {
            let why = "A number here has fewer digits than numbers of its country have. See whether some are missing.";
            self.notes.warning(self.place(Some(column), field), why);
        }
    }

    /// The number of somebody near who can be asked.
    pub(super) fn fallback_number(&mut self, column: u32) {
        let field = ImportField::FallbackNumber;
        let numbers = self.numbers(column, field);
        if let Some(numbers) = &numbers {
            self.short(column, field, numbers);
        }
        self.said.fallback_number = numbers.and_then(|numbers| numbers.found.into_iter().next());
    }
}

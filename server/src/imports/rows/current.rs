//! Where a row says that somebody is for now.

use wire::imports::ImportField;

use super::{AtRow, end};
use crate::imports::said::{Current, Whereabouts};
use crate::imports::vocabulary;

impl AtRow<'_, '_> {
    /// Where they are for now: a country and a last day, a word for where they usually are, or nothing at
    /// all.
    pub(super) fn current(&mut self) {
        let country = self.text_of(ImportField::CurrentCountry);
        let place = self.text_of(ImportField::CurrentPlace).map(|(_, place)| place);
        let said = [country.as_ref().map(|(_, text)| text), place.as_ref()];
        if said.into_iter().flatten().any(|text| vocabulary::is_back(text)) {
            self.said.current = Some(Whereabouts::Back);
            return;
        }
        let until = self.column_of(ImportField::CurrentUntil);
        let until = until.and_then(|column| self.day(column, ImportField::CurrentUntil)).and_then(end);
        let (country, column) = match country {
            Some((column, text)) => match self.reader.offices.country_code(&text) {
                Some(code) => (code, Some(column)),
                None => {
                    let why = "There is no such country. Write it as KE or Kenya.";
                    self.notes.error(self.place(Some(column), ImportField::CurrentCountry), why);
                    return;
                }
            },
            None if place.is_some() || until.is_some() => {
                let Some(country) = self.said.office.and_then(|office| self.reader.offices.country(office)) else {
                    return;
                };
                (country.to_owned(), None)
            }
            None => return,
        };
        match until {
            Some(until) => self.said.current = Some(Whereabouts::Elsewhere(Current { country, place, until })),
            None => {
                let why = "Say until when they are there: a place for now that never ends is wrong soon.";
                let column = self.column_of(ImportField::CurrentUntil).or(column);
                self.notes.error(self.place(column, ImportField::CurrentUntil), why);
            }
        }
    }
}

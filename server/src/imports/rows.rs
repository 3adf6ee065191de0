//! Rows of a table, read by how its columns were named.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use wire::imports::{DateOrder, ImportField, ImportMapping};

use super::cells::{self, Why};
use super::headings::heading_key;
use super::notes::{Notes, Place};
use super::offices::Offices;
use super::said::Said;
use super::table::{Cell, Line, Table};
use super::{dates, vocabulary};
use crate::kernel::field;
use crate::people::checked_email;
use crate::places::countries::{self, Country};

mod current;
mod telephones;

/// A row of the list, read.
pub(super) struct Row {
    /// Its number in the file.
    pub(super) number: u32,
    /// What it says.
    pub(super) said: Said,
    /// Fields with a number that cannot be read because the row names no country office. That is wrong by itself only
    /// of somebody whose office is known otherwise.
    pub(super) without_country: Vec<ImportField>,
}

/// Reads the rows of a table.
pub(super) struct Reader<'a> {
    table: &'a Table,
    mapping: &'a ImportMapping,
    offices: &'a Offices<'a>,
    words: HashMap<(ImportField, String), Cell>,
    orders: HashMap<u32, DateOrder>,
}

impl<'a> Reader<'a> {
    /// Of this table, whose columns were named so.
    pub(super) fn new(table: &'a Table, mapping: &'a ImportMapping, offices: &'a Offices<'a>) -> Self {
        let words = mapping.words.iter().map(|word| ((word.field, heading_key(&word.cell)), Cell::text(&word.means)));
        let orders = mapping.columns.iter().filter(|column| is_day(column.field)).map(|column| {
            let cells = table.rows.iter().filter_map(|line| line.cells.get(column.column as usize));
            (column.column, mapping.dates.unwrap_or_else(|| dates::order(cells)))
        });
        Self { table, mapping, offices, words: words.collect(), orders: orders.collect() }
    }

    /// Every row that says something; what is wrong goes into the notes.
    pub(super) fn rows(&self, notes: &mut Notes) -> Vec<Row> {
        self.table.rows.iter().filter_map(|line| self.row(line, notes)).collect()
    }

    fn row(&self, line: &Line, notes: &mut Notes) -> Option<Row> {
        let mut at = AtRow {
            reader: self,
            line,
            notes,
            said: Said::default(),
            country: None,
            given: None,
            family: None,
            without_country: Vec::new(),
        };
        let filled = self.mapping.columns.iter().any(|column| !at.cell(column.column).is_empty());
        if !filled {
            return None;
        }
        at.office();
        for column in &self.mapping.columns {
            at.read(column.column, column.field);
        }
        at.name();
        at.current();
        at.said.kind = at.said.kind.or(self.mapping.kind);
        Some(Row { number: line.number, said: at.said, without_country: at.without_country })
    }
}

fn is_day(field: ImportField) -> bool {
    use ImportField::{CurrentUntil, PassportExpires, PresentFrom, PresentUntil};
    matches!(field, CurrentUntil | PassportExpires | PresentFrom | PresentUntil)
}

/// One row while it is read.
struct AtRow<'a, 'n> {
    reader: &'a Reader<'a>,
    line: &'a Line,
    notes: &'n mut Notes,
    said: Said,
    country: Option<&'static Country>,
    given: Option<String>,
    family: Option<String>,
    without_country: Vec<ImportField>,
}

impl<'a> AtRow<'a, '_> {
    /// The cell of a column.
    fn cell(&self, column: u32) -> &'a Cell {
        static NONE: Cell = Cell { text: String::new(), nature: super::table::Nature::Text };
        self.line.cells.get(column as usize).unwrap_or(&NONE)
    }

    /// The cell of a column, or what its word stands for in this list.
    fn meant(&self, column: u32, field: ImportField) -> &'a Cell {
        let cell = self.cell(column);
        self.reader.words.get(&(field, heading_key(&cell.text))).unwrap_or(cell)
    }

    fn place(&self, column: Option<u32>, field: ImportField) -> Place<'a> {
        let heading = column.and_then(|column| self.reader.table.headings.get(column as usize));
        Place {
            row: Some(self.line.number),
            column: column.map(|column| (column as usize, heading.map_or("", String::as_str))),
            field: Some(field),
            cell: column.map(|column| self.cell(column).text.as_str()),
        }
    }

    fn column_of(&self, field: ImportField) -> Option<u32> {
        self.reader.mapping.columns.iter().find(|column| column.field == field).map(|column| column.column)
    }

    /// What was read, unless it was wrong, which is noted.
    fn noted<T>(&mut self, column: u32, field: ImportField, read: Result<Option<T>, Why>) -> Option<T> {
        match read {
            Ok(value) => value,
            Err(why) => {
                self.notes.error(self.place(Some(column), field), why);
                None
            }
        }
    }

    /// The text that a field's column says.
    fn text_of(&mut self, field: ImportField) -> Option<(u32, String)> {
        let column = self.column_of(field)?;
        let read = cells::text(self.meant(column, field));
        Some((column, self.noted(column, field, read)?))
    }

    /// The country office: by its own column, by its country, by the duty station, or the one for all.
    fn office(&mut self) {
        let offices = self.reader.offices;
        let mut found = None;
        for field in [ImportField::Office, ImportField::Country, ImportField::DutyStation] {
            if found.is_some() {
                break;
            }
            let Some((column, text)) = self.text_of(field) else { continue };
            found = match field {
                ImportField::DutyStation => offices.of_station(&text),
                _ => offices.named(&text),
            };
            if found.is_none() && field != ImportField::DutyStation {
                let why = "There is no such country office of this organisation, or it is closed. Write its name or its \
                           country, or say what the word means.";
                self.notes.unknown(self.place(Some(column), field), why);
                return;
            }
        }
        let found = found.or(self.reader.mapping.office);
        if let Some(office) = found
            && !offices.may_be(office)
        {
            let column = self.column_of(ImportField::Office);
            let why = "This import is for the people of another country office only.";
            self.notes.error(self.place(column, ImportField::Office), why);
            return;
        }
        self.said.office = found.or(offices.only());
        self.country = self.said.office.and_then(|office| offices.country(office)).and_then(countries::by_iso2);
    }

    fn read(&mut self, column: u32, field: ImportField) {
        use ImportField as F;
        let cell = self.meant(column, field);
        if cells::looks_like_formula(cell)
            && !matches!(field, F::Mobile | F::HomeNumber | F::OfficeNumber | F::Satellite)
        {
            let why = "This begins as a formula does. It is kept as text and never computed.";
            self.notes.warning(self.place(Some(column), field), why);
        }
        match field {
            F::Office | F::Country | F::CurrentCountry | F::CurrentPlace | F::CurrentUntil => {}
            F::DutyStation => self.station(column),
            F::Zone => self.zone(column),
            F::Mobile => self.phones(column, field, "mobile"),
            F::HomeNumber => self.phones(column, field, "home"),
            F::OfficeNumber => self.phones(column, field, "office"),
            F::Satellite => self.phones(column, field, "satellite"),
            F::FallbackNumber => self.fallback_number(column),
            F::Languages => self.languages(column),
            F::PresentFrom => {
                let day = self.day(column, field);
                self.said.present_from = day.and_then(beginning);
            }
            F::PresentUntil => {
                let day = self.day(column, field);
                self.said.present_until = day.and_then(end);
            }
            F::PassportExpires => self.said.passport_expires = self.day(column, field),
            F::ExternalId | F::Sponsor | F::Supervisor => {
                let read = cells::code(cell);
                let code = self.noted(column, field, read);
                match field {
                    F::Sponsor => self.said.sponsor = code,
                    F::Supervisor => self.said.supervisor = code,
                    _ => self.said.external_id = code,
                }
            }
            _ => self.words(column, field, cell),
        }
    }

    /// Fields of plain words.
    fn words(&mut self, column: u32, field: ImportField, cell: &Cell) {
        use ImportField as F;
        let Some(text) = cells::text(cell).unwrap_or_else(|why| self.noted(column, field, Err(why))) else {
            return;
        };
        match field {
            F::Kind => {
                let why = "This is no kind of person. Write international, national, consultant, volunteer, intern, \
                           visitor, dependant or partner, or say what the word means.";
                self.said.kind = vocabulary::kind(&text);
                if self.said.kind.is_none() {
                    self.notes.unknown(self.place(Some(column), field), why);
                }
            }
            F::Email => {
                let plain = text.rsplit_once('<').map_or(text.as_str(), |(_, address)| address.trim_end_matches('>'));
                let plain = plain.trim_start_matches("mailto:").trim_end_matches([';', ',', '.']);
                let read = checked_email(plain).map(Some).map_err(|invalid| invalid.why);
                self.said.email = self.noted(column, field, read);
            }
            F::TimeZone => {
                let read = field::time_zone("/time_zone", &text).map(Some).map_err(|invalid| invalid.why);
                self.said.time_zone = self.noted(column, field, read);
            }
            F::PassportCountry => {
                let known = vocabulary::country(&text).map(|country| country.iso3.clone());
                // Codes that no country has, such as UNO, are issuers too.
                let code = (text.len() <= 3 && text.chars().all(|letter| letter.is_ascii_alphabetic()))
                    .then(|| text.to_uppercase());
                let read =
                    known.or(code).map(Some).ok_or("There is no such country. Write it as KEN or Kenya.".to_owned());
                self.said.passport_country = self.noted(column, field, read);
            }
            F::BloodGroup => {
                let why = "This is no blood group. Write O, A, B or AB with + or -.".to_owned();
                self.said.blood_group = self.noted(column, field, vocabulary::blood_group(&text).map(Some).ok_or(why));
            }
            _ => self.line(column, field, &text),
        }
    }

    /// Fields of free text.
    fn line(&mut self, column: u32, field: ImportField, text: &str) {
        use ImportField as F;
        let (place, most) = match field {
            F::Name => (&mut self.said.name, 200),
            F::GivenName => (&mut self.given, 200),
            F::FamilyName => (&mut self.family, 200),
            F::JobTitle => (&mut self.said.job_title, 200),
            F::CallSign => (&mut self.said.call_sign, 20),
            F::Residence => (&mut self.said.residence, 300),
            F::Hotel => (&mut self.said.hotel, 300),
            F::FallbackName => (&mut self.said.fallback_name, 200),
            F::PassportNumber => (&mut self.said.passport_number, 20),
            F::Allergies => (&mut self.said.allergies, 500),
            F::MedicalNotes => (&mut self.said.medical_notes, 1_000),
            _ => return,
        };
        match field::line("", text, 1, most) {
            Ok(text) => *place = Some(text),
            Err(invalid) => self.notes.error(self.place(Some(column), field), invalid.why),
        }
    }

    fn name(&mut self) {
        if self.said.name.is_none() {
            let parts: Vec<String> = self.given.take().into_iter().chain(self.family.take()).collect();
            self.said.name = (!parts.is_empty()).then(|| parts.join(" "));
        }
    }

    fn station(&mut self, column: u32) {
        let Some((_, text)) = self.text_of(ImportField::DutyStation) else { return };
        let Some(office) = self.said.office else {
            if !self.notes.has_error(self.line.number, &[ImportField::Office, ImportField::Country]) {
                let why = "There is no such duty station, so the country office is not known. Enter the station under \
                           Places, or name a column or an office for all.";
                self.notes.unknown(self.place(Some(column), ImportField::DutyStation), why);
            }
            return;
        };
        self.said.duty_station = self.reader.offices.station(office, &text);
        if self.said.duty_station.is_none() {
            let why = "There is no such duty station of the country office. Enter it under Places, or say what the word means.";
            self.notes.unknown(self.place(Some(column), ImportField::DutyStation), why);
        }
    }

    fn zone(&mut self, column: u32) {
        let Some((_, text)) = self.text_of(ImportField::Zone) else { return };
        let Some(office) = self.said.office else { return };
        self.said.zone = self.reader.offices.zone(office, &text);
        if self.said.zone.is_none() {
            let why = "There is no such warden zone in the country of the office. Enter it under Places, or say what the word means.";
            self.notes.unknown(self.place(Some(column), ImportField::Zone), why);
        }
    }

    fn languages(&mut self, column: u32) {
        let Some((_, text)) = self.text_of(ImportField::Languages) else { return };
        let mut tags: Vec<String> = Vec::new();
        for word in text.split([',', ';', '/', '|', '&', '،', '、', '+']).map(str::trim).filter(|word| !word.is_empty())
        {
            let own = self.reader.words.get(&(ImportField::Languages, heading_key(word)));
            match vocabulary::language(own.map_or(word, |own| own.text.as_str())) {
                Some(tag) if tags.len() < 8 && !tags.contains(&tag) => tags.push(tag),
                Some(_) => {}
                None => {
                    let why = "A language of this is not known and is left out. Write its tag, such as en or ar.";
                    self.notes.warning(self.place(Some(column), ImportField::Languages), why);
                }
            }
        }
        self.said.languages = (!tags.is_empty()).then_some(tags);
    }

    fn day(&mut self, column: u32, field: ImportField) -> Option<NaiveDate> {
        let order = self.reader.orders.get(&column).copied().unwrap_or(DateOrder::DayFirst);
        let read = dates::day(self.cell(column), order);
        self.noted(column, field, read)
    }
}

fn beginning(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// The last second of a day: whoever stays until the 22nd is there on the 22nd.
fn end(day: NaiveDate) -> Option<DateTime<Utc>> {
    let next = day.checked_add_days(Days::new(1))?;
    Some(beginning(next)? - TimeDelta::seconds(1))
}

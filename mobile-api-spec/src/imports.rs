//! Lists of people from a file: what was found in it, what it would do, what it did.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;
use crate::people::PersonKind;

words! {
    /// Where an import stands.
    ImportState {
        /// The file was read; its columns wait to be named.
        Read = "read",
        /// The columns are named; the dry run is about to begin.
        Mapped = "mapped",
        /// The dry run compares the file with the register.
        Checking = "checking",
        /// What it would do is known; nothing of it is done.
        Checked = "checked",
        /// It is being done.
        Applying = "applying",
        /// It is done.
        Applied = "applied",
        /// It is being undone.
        Undoing = "undoing",
        /// It is undone, but for what somebody changed since.
        Undone = "undone",
        /// It stopped for a fault, which `failure` names.
        Failed = "failed",
        /// Somebody dropped it before anything was done.
        Cancelled = "cancelled",
    }
}

words! {
    /// What an import does to one person.
    ImportAction {
        /// Enters them.
        New = "new",
        /// Changes them.
        Changed = "changed",
        /// They had left and are on the list again.
        Returning = "returning",
        /// They are not on the list any more: notes that they left.
        Leaving = "leaving",
    }
}

words! {
    /// What became of one row of an import.
    ImportOutcome {
        /// Not yet done.
        Waiting = "waiting",
        /// Done.
        Done = "done",
        /// Not done: somebody changed the person, or took the address, after the dry run; or they would leave and hold a
    /// role that who applied the list may not end.
        Overtaken = "overtaken",
        /// Undone.
        Undone = "undone",
        /// Not undone: somebody changed the person, or gave them a phone or a role, since.
        Kept = "kept",
    }
}

words! {
    /// What a column may hold.
    ImportField {
        /// The organisation's own number or code of the person: what rows are matched by first.
        ExternalId = "external_id",
        /// Whole name.
        Name = "name",
        /// Given name, put before the family name.
        GivenName = "given_name",
        /// Family name.
        FamilyName = "family_name",
        /// Kind of person.
        Kind = "kind",
        /// E-mail address.
        Email = "email",
        /// Country office, by name or country.
        Office = "office",
        /// Country of the office.
        Country = "country",
        /// Duty station, by name.
        DutyStation = "duty_station",
        /// Warden zone, by name.
        Zone = "zone",
        /// Job title.
        JobTitle = "job_title",
        /// Languages, best first.
        Languages = "languages",
        /// IANA time zone.
        TimeZone = "time_zone",
        /// Radio call sign.
        CallSign = "call_sign",
        /// Mobile number.
        Mobile = "mobile",
        /// Number at home.
        HomeNumber = "home_number",
        /// Number in the office.
        OfficeNumber = "office_number",
        /// Satellite telephone.
        Satellite = "satellite",
        /// Whose dependant or visitor they are: an own number or e-mail address of this list or of the
        /// register.
        Sponsor = "sponsor",
        /// Their supervisor, in the same way.
        Supervisor = "supervisor",
        /// First day of the stay or contract.
        PresentFrom = "present_from",
        /// Last day of the stay or contract, until midnight UTC.
        PresentUntil = "present_until",
        /// Where they live.
        Residence = "residence",
        /// Hotel of a visitor.
        Hotel = "hotel",
        /// Somebody near who can be asked.
        FallbackName = "fallback_name",
        /// Their number.
        FallbackNumber = "fallback_number",
        /// Passport number.
        PassportNumber = "passport_number",
        /// Country that issued the passport.
        PassportCountry = "passport_country",
        /// Last day of the passport.
        PassportExpires = "passport_expires",
        /// Blood group.
        BloodGroup = "blood_group",
        /// Allergies.
        Allergies = "allergies",
        /// What a medic must know.
        MedicalNotes = "medical_notes",
        /// Country where they are for now; `back` where they are where they usually are.
        CurrentCountry = "current_country",
        /// Place where they are for now.
        CurrentPlace = "current_place",
        /// Last day there, until midnight UTC.
        CurrentUntil = "current_until",
    }
}

words! {
    /// How bad something in a file is.
    ProblemLevel {
        /// The row is not imported.
        Error = "error",
        /// The row is imported; somebody should look.
        Warning = "warning",
    }
}

words! {
    /// In which order a file writes its dates, where `03/04/2026` could be either.
    DateOrder {
        /// Day, month, year.
        DayFirst = "day_first",
        /// Month, day, year.
        MonthFirst = "month_first",
    }
}

/// A column of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    /// Its place in the file, from 0.
    pub column: u32,
    /// Its letter, as spreadsheets name it.
    pub letter: String,
    /// Its heading as it stands in the file.
    pub heading: String,
    /// What it seems to hold; absent where nothing fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<ImportField>,
    /// Its first few cells; only for who sent the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sample: Vec<String>,
    /// The remembered mapping that the file is read by says nothing of it: somebody has to say what it holds, or leave it
    /// out. `suggested` speaks of its heading alone then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new: bool,
}

/// A word of the file and what it means: `NBO` for the country office in Kenya.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWord {
    /// In columns of this field.
    pub field: ImportField,
    /// What the cell says; capital letters, accents and blanks do not matter.
    pub cell: String,
    /// What is read instead.
    pub means: String,
}

/// A column that is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    /// Its place in the file, from 0.
    pub column: u32,
    /// What it holds.
    pub field: ImportField,
}

/// `PUT /v1/imports/{id}/mapping`: names the columns and starts the dry run.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMapping {
    /// Columns that are read; the others are left out. A field may be given once, numbers several times.
    pub columns: Vec<MappedColumn>,
    /// Words of this list. At most 500.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<OwnWord>,
    /// Kind of people whose cell is empty, or where no column says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PersonKind>,
    /// Country office of people whose cell is empty, or where no column says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// Order of dates; found by the dates themselves when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// Encoding of a text file, such as `windows-1256`; guessed when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Whether people that an earlier list brought and this one lacks have left. False for a list of
    /// additions.
    #[serde(default = "yes")]
    pub whole_list: bool,
    /// Remember all this under a name, for the next file of the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remember_as: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Counts of an import, and how far it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFigures {
    /// Rows of the file with anything in them.
    pub rows: u32,
    /// People it enters.
    pub new: u32,
    /// People it changes.
    pub changed: u32,
    /// People who had left and are back.
    pub returning: u32,
    /// People who stay as they are.
    pub unchanged: u32,
    /// People it notes as having left.
    pub leaving: u32,
    /// Of those, people who held roles when the dry run was made: their roles end with it. Whoever holds one that who
    /// applies the list may not end stays, and so does who administers the whole installation.
    #[serde(default)]
    #[schema(required = true)]
    pub leaving_with_roles: u32,
    /// People of the register that are not in the file and stay: entered by hand or kept elsewhere.
    pub kept: u32,
    /// People of the organisation, or of the office, before it.
    pub before: u32,
    /// Rows that cannot be imported.
    pub bad_rows: u32,
    /// Things that somebody should look at.
    pub warnings: u32,
    /// Rows of the present step that are done.
    pub done: u32,
    /// Rows of the present step.
    pub total: u32,
    /// Rows that were not done: overtaken by another change, or by roles that who applied it may not end.
    pub overtaken: u32,
    /// Rows that undoing left as they were.
    pub left_as_is: u32,
}

/// An import.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The import.
    pub id: Uuid,
    /// Whose people.
    pub organisation: Uuid,
    /// Of this country office only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// Name of the file.
    pub file_name: String,
    /// Where it stands.
    pub state: ImportState,
    /// Encoding and separator of a text file, or the sheet of a workbook.
    pub format: String,
    /// Columns of the file; absent when the file is not kept any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ImportColumn>,
    /// How the columns were named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<ImportMapping>,
    /// The remembered way of naming columns that fits this file, of which `suggested` speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Counts.
    pub figures: ImportFigures,
    /// The number that `confirm_leaving` must repeat: more people would leave than the guard lets by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_leaving: Option<u32>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Who sent it; absent for a command on the server's own machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Uuid>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<DateTime<Utc>>,
}

/// `GET /v1/imports`: the newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imports {
    /// The imports, at most 100, without their columns.
    pub imports: Vec<Import>,
}

/// One value that an import changes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValueChange {
    /// Before; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// After; absent when it is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What an import does to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// The row's number in the file, as spreadsheets count. People who leave have no row: they are
    /// numbered after the last one.
    pub row: u32,
    /// What it does.
    pub action: ImportAction,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// The person; of a new one, who they will be.
    pub person: Uuid,
    /// Name; absent where the viewer may not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What changes, by field.
    pub changes: BTreeMap<ImportField, ValueChange>,
    /// Fields that change and that the viewer may not see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<ImportField>,
    /// Of somebody who leaves, while it waits: how many roles they hold, in force or to come, which end with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<u32>,
}

/// `GET /v1/imports/{id}/rows`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRows {
    /// The rows, at most 200, in the file's order.
    pub rows: Vec<ImportRow>,
    /// Give it as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Something wrong with a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProblem {
    /// The row's number in the file, as spreadsheets count; absent for the file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column's letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The column's heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// What the column holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<ImportField>,
    /// How bad it is.
    pub level: ProblemLevel,
    /// What is wrong and what to do.
    pub why: String,
    /// What the cell says; never of a passport, of what a medic must know, or of an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

/// Rows of a file that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowRange {
    /// The first, as spreadsheets count.
    pub from: u32,
    /// The last.
    pub to: u32,
}

/// One thing that is wrong with a file, on however many rows it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCause {
    /// How bad it is.
    pub level: ProblemLevel,
    /// What the column holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<ImportField>,
    /// The column's letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The column's heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// What is wrong and what to do.
    pub why: String,
    /// What all its cells say, where they are wrong by that alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The cell names something that Muster does not know: enter it, or say what the word means.
    pub unknown: bool,
    /// How many rows it concerns; none where it is the file as a whole.
    pub rows: u32,
    /// Which rows, at most 40 stretches of them, in the file's order.
    pub at: Vec<RowRange>,
}

/// `GET /v1/imports/{id}/problems`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProblems {
    /// What is wrong, at most 500, in the file's order.
    pub problems: Vec<ImportProblem>,
    /// Give it as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
    /// Problems that were found but not kept: a file may have more than anybody reads.
    pub not_kept: u32,
    /// The same by what causes it, at most 200: errors before warnings, what concerns the most rows first. On the first
    /// page only.
    pub causes: Vec<ImportCause>,
    /// Causes that were found and are not listed.
    pub causes_not_kept: u32,
}

/// `POST /v1/imports/{id}/apply`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyImport {
    /// How many people leave: asked for where it is more than 5 % of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_leaving: Option<u32>,
    /// Leave out the rows with errors; without it a file with errors changes nothing.
    #[serde(default)]
    pub only_good_rows: bool,
}

/// A remembered way of naming columns.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProfile {
    /// Its name.
    pub name: String,
    /// Headings and what they hold.
    pub headings: Vec<KnownHeading>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

/// A heading and what its column holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownHeading {
    /// The heading, folded: capital letters, accents and blanks do not matter.
    pub heading: String,
    /// What the column holds.
    pub field: ImportField,
}

/// `GET /v1/import-profiles`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProfiles {
    /// By name.
    pub profiles: Vec<ImportProfile>,
}

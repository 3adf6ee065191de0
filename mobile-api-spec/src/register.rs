//! The register as it is read: people, places for now, counts, who can be reached, signed lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{PersonBrief, PhoneNumber, words};
use crate::people::{Fallback, Medical, Passport, PersonKind};

words! {
    /// A field of a person that a viewer may not see. It is absent then, or holds a pseudonym.
    Masked {
        /// The name; a pseudonym stands in its place.
        Name = "name",
        /// Everything by which a person could be called, written to or found.
        Contacts = "contacts",
        /// Whose dependant or visitor, and whose supervisor.
        Relations = "relations",
        /// Residence, hotel, zone, local fallback, dates of stay.
        Residence = "residence",
        /// The passport.
        Passport = "passport",
        /// What helps a medic: shown while the person has an open case.
        Medical = "medical",
    }
}

words! {
    /// Who said where somebody is for now.
    PlaceBasis {
        /// The person.
        Own = "own",
        /// An operator or officer.
        Operator = "operator",
        /// A list that was imported.
        Import = "import",
    }
}

/// A person, as far as the viewer may see them. What they may not see is absent and named in `masked`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The person. Without an identifier where persons are seen by pseudonym only.
    #[serde(flatten)]
    pub brief: PersonBrief,
    /// Kind.
    pub kind: PersonKind,
    /// Numbers, in the order to try them.
    pub phones: Vec<PhoneNumber>,
    /// How many phones are enrolled now.
    pub devices: u32,
    /// Country office.
    pub office_id: Uuid,
    /// Duty station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station_id: Option<Uuid>,
    /// When the person left; still here when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<DateTime<Utc>>,
    /// Where the person is for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_place: Option<CurrentPlace>,
    /// Warden zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Uuid>,
    /// Fields that the viewer may not see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Masked>,
}

/// `GET /v1/people/{id}`. Its ETag is the revision, for `If-Match`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonDetail {
    /// As in lists.
    #[serde(flatten)]
    pub person: Person,
    /// Grows with every change.
    pub revision: u64,
    /// Country code of the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the organisation's own list calls the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// IANA time zone, where it is not the duty station's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_time_zone: Option<String>,
    /// Whose dependant or visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<Uuid>,
    /// Supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Uuid>,
    /// When a stay or contract begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_from: Option<DateTime<Utc>>,
    /// When a stay or contract ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_until: Option<DateTime<Utc>>,
    /// Residence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
    /// Hotel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotel: Option<String>,
    /// Who in the country is asked when the person does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Passport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passport: Option<Passport>,
    /// What helps a medic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medical: Option<Medical>,
    /// Which list keeps the person: `import` or `scim`; by hand when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Dependants and visitors of the person that the viewer may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sponsored: Vec<Uuid>,
}

/// `POST /v1/people/search`. The text is a name or a number, so it travels in the body: addresses end
/// up in the logs of proxies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindPeople {
    /// Beginning of a name, of words of it, or of a call sign; or a whole number. At most 100 characters.
    pub q: String,
}

/// Who was found: at most 20, best match first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeopleFound {
    /// The people.
    pub people: Vec<Person>,
}

/// `GET /v1/people`: by name; those whose name the viewer may not see come last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<Person>,
    /// Give it as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Where somebody is for now, other than at their duty station.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CurrentPlace {
    /// Country code.
    pub country: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Who said so.
    pub basis: PlaceBasis,
}

/// `PUT /v1/people/{id}/current-place` and `PUT /v1/me/current-place`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCurrentPlace {
    /// A country code that `GET /v1/places` knows.
    pub country: String,
    /// In words, at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Until when: later than now, at most a year ahead.
    pub until: DateTime<Utc>,
    /// From when; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
}

/// `POST /v1/people/{id}/departure` and `/return`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// Why, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How many people of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KindCount {
    /// Kind.
    pub kind: PersonKind,
    /// How many.
    pub people: u64,
}

/// How many people in an office or zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceCount {
    /// The office or zone.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its organisation's short name; a zone has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Country code.
    pub country: String,
    /// All of them.
    pub people: u64,
    /// By kind; kinds without anybody are left out.
    pub kinds: Vec<KindCount>,
}

/// `GET /v1/people/counts`: people who have not left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeopleCounts {
    /// By office, in reach.
    pub offices: Vec<PlaceCount>,
    /// By zone, whoever employs them, in reach.
    pub zones: Vec<PlaceCount>,
}

/// Who can be reached in an office. Each person counts once in each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficeReach {
    /// The office.
    pub office: Uuid,
    /// Its name.
    pub name: String,
    /// Its organisation's short name.
    pub organisation: String,
    /// Country code.
    pub country: String,
    /// Everybody who has not left.
    pub people: u64,
    /// Reachable: with an enrolled phone, or a number that was proven to reach them.
    pub reachable: u64,
    /// With a number that was proven to reach them.
    pub proven: u64,
    /// With a number, proven or not.
    pub with_number: u64,
    /// With an enrolled phone.
    pub enrolled: u64,
    /// With neither a number nor an enrolled phone.
    pub nothing: u64,
}

/// `GET /v1/reachability`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reachability {
    /// By office, in reach; offices without people are left out.
    pub offices: Vec<OfficeReach>,
}

/// Somebody in a zone, as their warden sees them, whoever employs them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Neighbour {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Organisation's short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Kind.
    pub kind: PersonKind,
    /// Radio call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// BCP 47 tags, best first.
    pub languages: Vec<String>,
    /// Numbers, in the order to try them.
    pub phones: Vec<PhoneNumber>,
}

/// `GET /v1/zones/{id}/people`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZonePeople {
    /// In the order in which they were entered.
    pub people: Vec<Neighbour>,
    /// Give it as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A signature under a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attestation {
    /// The signature.
    pub id: Uuid,
    /// Who signed.
    pub signed_by: Uuid,
    /// Their name.
    pub name: String,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// How many people were on the list.
    pub people: u64,
    /// Hash of the list.
    pub list_hash: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
}

/// `GET /v1/offices/{id}/attestations`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attestations {
    /// At most 24.
    pub attestations: Vec<Attestation>,
    /// How many people are on the list now.
    pub people: u64,
    /// Hash of the list as it stands now: sign with it.
    pub list_hash: String,
    /// Whether the list has waited longer than 31 days for a signature.
    pub overdue: bool,
}

/// `POST /v1/offices/{id}/attestations`: a head of office signs that the list is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestList {
    /// Hash of the list that was read.
    pub list_hash: String,
    /// At most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
}

/// A number that waits for its code to be spoken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingNumber {
    /// The person.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The number to ring.
    pub phone: PhoneNumber,
    /// What to speak: six digits.
    pub code: String,
    /// When the person asked.
    pub requested_at: DateTime<Utc>,
    /// When the code runs out.
    pub expires: DateTime<Utc>,
    /// BCP 47 tags of the person, best first.
    pub languages: Vec<String>,
}

/// `GET /v1/numbers/waiting`: the longest waiting first, at most 100.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingNumbers {
    /// The numbers.
    pub numbers: Vec<WaitingNumber>,
}

/// `POST /v1/people/export`: a CSV of who is within these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportPeople {
    /// One organisation only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Uuid>,
    /// One office only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// Why, 10 to 500 characters: it is noted in the log.
    pub reason: String,
}

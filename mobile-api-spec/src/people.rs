//! People of the register.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;
pub use crate::register::{FindPeople, PeopleFound, Person};

words! {
    /// What kind of person we account for.
    PersonKind {
        /// International staff.
        StaffIntl = "staff_intl",
        /// National staff.
        StaffNational = "staff_national",
        /// Consultant.
        Consultant = "consultant",
        /// UN volunteer.
        Unv = "unv",
        /// Intern.
        Intern = "intern",
        /// Visitor.
        Visitor = "visitor",
        /// Dependant.
        Dependant = "dependant",
        /// Partner organisation's person.
        Partner = "partner",
    }
}

/// `POST /v1/people`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Country office that the person belongs to.
    pub office: Uuid,
    /// Duty station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station: Option<Uuid>,
    /// Kind.
    pub kind: PersonKind,
    /// 1 to 200 characters.
    pub name: String,
    /// E-mail address, for those who sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// BCP 47 tags, best first, at most 8.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Radio call sign, at most 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// Numbers, at most 10.
    #[serde(default)]
    pub phones: Vec<NewPhone>,
    /// What the organisation's own list calls the person, 1 to 100 characters; once in an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// IANA time zone, where it is not the duty station's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Warden zone of the residence or hotel: in the country of the office, or of the current place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Uuid>,
    /// Whose dependant, or whose visitor. Nobody's sponsor is a dependant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<Uuid>,
    /// Who calls when nobody else does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Uuid>,
    /// When a stay or contract begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_from: Option<DateTime<Utc>>,
    /// When a stay or contract ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_until: Option<DateTime<Utc>>,
    /// Residence, at most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
    /// Hotel, at most 300 characters.
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
}

impl NewPerson {
    /// Somebody of whom no more is known.
    pub fn new(office: Uuid, kind: PersonKind, name: impl Into<String>) -> Self {
        Self {
            office,
            duty_station: None,
            kind,
            name: name.into(),
            email: None,
            languages: Vec::new(),
            call_sign: None,
            phones: Vec::new(),
            external_id: None,
            job_title: None,
            time_zone: None,
            zone: None,
            sponsor: None,
            supervisor: None,
            present_from: None,
            present_until: None,
            residence: None,
            hotel: None,
            fallback: None,
            passport: None,
            medical: None,
        }
    }
}

/// A number of a new person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPhone {
    /// E.164.
    pub number: String,
    /// `mobile`, `home`, `office`, `satellite`, `radio`.
    pub kind: String,
}

/// Who in the country is asked when the person does not answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// 1 to 200 characters.
    pub name: String,
    /// E.164.
    pub number: String,
}

/// A passport.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Passport {
    /// Document number, 1 to 20 letters and digits.
    pub number: String,
    /// Who issued it: three letters as in its machine-readable zone, such as `KEN` or `UNO`.
    pub country: String,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
}

/// What helps a medic.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Medical {
    /// `O`, `A`, `B` or `AB`, with `+` or `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blood_group: Option<String>,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allergies: Option<String>,
    /// At most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// `PATCH /v1/people/{id}`, with `If-Match`: fields that are present change, `null` clears.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePerson {
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub duty_station: Option<Option<Uuid>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PersonKind>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub call_sign: Option<Option<String>>,
    /// All numbers, in the order to try them. One that stays keeps its proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<NewPhone>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub external_id: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub job_title: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub time_zone: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub zone: Option<Option<Uuid>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub sponsor: Option<Option<Uuid>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub supervisor: Option<Option<Uuid>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub present_from: Option<Option<DateTime<Utc>>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub present_until: Option<Option<DateTime<Utc>>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub residence: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub hotel: Option<Option<String>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Fallback>)]
    pub fallback: Option<Option<Fallback>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Passport>)]
    pub passport: Option<Option<Passport>>,
    /// See [`NewPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Medical>)]
    pub medical: Option<Option<Medical>>,
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

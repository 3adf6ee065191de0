//! People of the register.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{PersonBrief, PhoneNumber, words};

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

/// A person as an operator sees them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The person.
    #[serde(flatten)]
    pub brief: PersonBrief,
    /// Kind.
    pub kind: PersonKind,
    /// Numbers.
    pub phones: Vec<PhoneNumber>,
    /// How many phones are enrolled now.
    pub devices: u32,
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

/// `POST /v1/people/{id}/enrolment`: a code for one phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentIssued {
    /// To type: four groups of four letters and digits.
    pub code: String,
    /// To open on the phone: the code is in the fragment, which is never sent to a server.
    pub link: String,
    /// The link as a QR code, SVG.
    pub qr_svg: String,
    /// When it runs out.
    pub expires: chrono::DateTime<chrono::Utc>,
}

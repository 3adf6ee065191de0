//! Signing in, sessions, grants.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;

words! {
    /// What a grant lets somebody do.
    Role {
        /// Field staff: raises, reports, answers. Everybody has it without a grant.
        Personnel = "personnel",
        /// Works cases of a country.
        FieldSecurityOfficer = "field_security_officer",
        /// Works cases of every organisation served, day and night.
        OperationsOperator = "operations_operator",
        /// Sets up people, places and grants. Sees no case content.
        Administrator = "administrator",
    }
}

words! {
    /// How much of the world a grant covers.
    AreaKind {
        /// One country office.
        Office = "office",
        /// One organisation everywhere.
        Organisation = "organisation",
        /// Every organisation on this installation.
        Installation = "installation",
    }
}

/// `POST /v1/session`: sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// `GET /v1/session` and the answer to signing in. The cookie is the credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Who.
    pub person: Uuid,
    /// Name.
    pub name: String,
    /// Roles held now.
    pub roles: Vec<Role>,
    /// Whether this person may work cases: the console's main job.
    pub works_cases: bool,
    /// When the session ends, at the latest 12 hours after signing in.
    pub expires: DateTime<Utc>,
    /// True on an exercise installation.
    pub exercise: bool,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// `POST /v1/live/ticket`: a ticket for the live socket, 30 s, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Goes into `hello`.
    pub ticket: String,
}

/// `POST /v1/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// To whom.
    pub person: Uuid,
    /// What.
    pub role: Role,
    /// How wide.
    pub area: AreaKind,
    /// The office or organisation; absent for the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// From when; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Until when; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// The grant.
    pub id: Uuid,
    /// To whom.
    pub person: Uuid,
    /// What.
    pub role: Role,
    /// How wide.
    pub area: AreaKind,
    /// The office or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// `POST /v1/people/{id}/account`: lets a person sign in. The link sets the password, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountLink {
    /// Opens the console's password page; the secret is in the fragment.
    pub link: String,
    /// When it runs out.
    pub expires: DateTime<Utc>,
}

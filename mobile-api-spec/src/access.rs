//! Signing in, sessions, grants.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;

words! {
    /// What somebody is appointed as. Which role may do what is [`Permission`]'s table.
    Role {
        /// Field staff: raises, reports, answers. Everybody has it without a grant.
        Personnel = "personnel",
        /// Accounts for everybody in a zone, whoever employs them. Never sees a position.
        Warden = "warden",
        /// Local security assistant of a country.
        LocalSecurity = "local_security",
        /// Works cases of a country.
        FieldSecurityOfficer = "field_security_officer",
        /// Works cases of a region.
        RegionalSecurityOfficer = "regional_security_officer",
        /// Heads an organisation in a country: signs its list.
        ChiefOfMission = "chief_of_mission",
        /// Coordinates an area far from the capital, for every organisation: appoints wardens.
        AreaSecurityCoordinator = "area_security_coordinator",
        /// Decides for every organisation in a country, by counts until names are unsealed.
        DesignatedOfficial = "designated_official",
        /// Advises the Designated Official, by counts.
        SecurityManagementTeam = "security_management_team",
        /// Adviser to the Designated Official: a field security officer of every organisation.
        SecurityAdviser = "security_adviser",
        /// Follows vehicles by call sign.
        RadioRoomOperator = "radio_room_operator",
        /// Works cases of every organisation served, day and night.
        OperationsOperator = "operations_operator",
        /// Leads a shift of the operations centre.
        ShiftLead = "shift_lead",
        /// Analyses at headquarters: sees people by pseudonym.
        Analyst = "analyst",
        /// Works restricted cases assigned to them, and nothing else.
        RestrictedCaseOfficer = "restricted_case_officer",
        /// Keeps the list of people: no positions, no cases.
        ListSteward = "list_steward",
        /// Sets up people, places and grants. Sees no case content.
        Administrator = "administrator",
    }
}

words! {
    /// How much of the world a grant covers.
    AreaKind {
        /// One warden zone.
        Zone = "zone",
        /// One security area with all zones in it.
        SecurityArea = "security_area",
        /// One country office.
        Office = "office",
        /// An organisation's offices in the countries of one of its regions.
        Region = "region",
        /// One organisation everywhere.
        Organisation = "organisation",
        /// Every organisation's office in one country.
        Country = "country",
        /// Every organisation on this installation.
        Installation = "installation",
    }
}

words! {
    /// Why somebody holds a grant.
    GrantOrigin {
        /// By appointment.
        Appointment = "appointment",
        /// Standing in for somebody.
        AdInterim = "ad_interim",
        /// Taken in an emergency, for an hour.
        BreakGlass = "break_glass",
        /// Names shown instead of counts, for a time.
        Unsealed = "unsealed",
    }
}

words! {
    /// One thing that a grant may permit, within the grant's area.
    Permission {
        /// Work cases: see them with positions, take, call, note, close, open one for somebody.
        WorkCases = "work_cases",
        /// See the people of the register with their numbers.
        ReadPeople = "read_people",
        /// See people by pseudonym, without numbers.
        ReadPseudonyms = "read_pseudonyms",
        /// See how many people there are, by place and kind.
        ReadCounts = "read_counts",
        /// See the people of a zone with their numbers, whoever employs them.
        ReadZone = "read_zone",
        /// See dependants' names, and whose dependants they are.
        ReadDependants = "read_dependants",
        /// See passports.
        ReadPassports = "read_passports",
        /// See what helps a medic, while the person has an open case.
        ReadMedical = "read_medical",
        /// Enter, change and import people; note that somebody left.
        EditPeople = "edit_people",
        /// Set where somebody is for now.
        SetCurrentPlace = "set_current_place",
        /// Take people's data out of Muster.
        ExportPeople = "export_people",
        /// Sign that an office's list is right.
        AttestList = "attest_list",
        /// Enter and change organisations, offices, stations, zones, areas and grades.
        EditPlaces = "edit_places",
        /// Issue codes and links by which phones are enrolled; list and revoke phones.
        EnrolPhones = "enrol_phones",
        /// Prove numbers by calling them.
        VerifyNumbers = "verify_numbers",
        /// Grant and end roles, let people sign in.
        GrantRoles = "grant_roles",
        /// Appoint wardens, whoever employs them.
        AppointWardens = "appoint_wardens",
        /// List and end sessions of others.
        EndSessions = "end_sessions",
        /// End every session of an office that was seized, and hide its lists.
        SeizeOffice = "seize_office",
        /// Give oneself a wider area for an hour, for a reason that every lead is told.
        BreakGlass = "break_glass",
        /// See names instead of counts, for a reason that every lead is told.
        UnsealNames = "unseal_names",
        /// Say who is on duty when.
        EditRosters = "edit_rosters",
        /// Read what was done with rights and lists.
        ReadAudit = "read_audit",
        /// Issue and end tokens of machines.
        ManageTokens = "manage_tokens",
        /// Say whom the server calls about alarms.
        EditLadders = "edit_ladders",
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
    /// Six digits of the code generator, or a recovery code; needed when one is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
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
    /// Everything that is permitted somewhere; where, the server knows.
    pub permissions: Vec<Permission>,
    /// Whether a code generator is set up.
    pub second_factor: bool,
    /// Whether one must be set up, or used, before anything else is permitted: until then there are no
    /// roles and permissions above.
    pub second_factor_required: bool,
    /// Until when what needs a step-up may be done without another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stepped_up_until: Option<DateTime<Utc>>,
    /// The person's own grants that are in force or to come.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// When the session ends, at the latest 12 hours after signing in.
    pub expires: DateTime<Utc>,
    /// True on an exercise installation.
    pub exercise: bool,
    /// Whether the server sends text messages about alarms that nobody has; otherwise they reach open consoles only.
    #[serde(default)]
    pub texts: bool,
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
    /// The zone, area, office, region or organisation; absent for a country and the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country, for a grant over a country: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// From when; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Until when; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Reference of the appointment letter, at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// Of a warden: 0 the zone's warden, 1 and 2 the alternates; the first that is free when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// The grant.
    pub id: Uuid,
    /// To whom.
    pub person: Uuid,
    /// Their name.
    #[serde(default)]
    pub name: String,
    /// What.
    pub role: Role,
    /// How wide.
    pub area: AreaKind,
    /// The zone, area, office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its name, for the screen; absent for a country and the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_name: Option<String>,
    /// From when, this moment included.
    pub from: DateTime<Utc>,
    /// Until when, this moment excluded; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Why they hold it.
    pub origin: GrantOrigin,
    /// Of a warden: 0 the zone's warden, 1 and 2 the alternates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
    /// Reference of the appointment letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The grant that this one stands for, and ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Uuid>,
    /// Why it was taken: of `break_glass` and `unsealed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who granted it; absent when Muster's own setting up did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<Uuid>,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
    /// When it was ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Who ended it early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Uuid>,
}

/// `GET /v1/grants`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantPage {
    /// Grants.
    pub grants: Vec<Grant>,
    /// Give it as `after` for older ones; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// `DELETE /v1/grants/{id}`, `POST` and `DELETE /v1/offices/{id}/seizure`: why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// 3 to 500 characters. It is kept, and read by whoever may read what was done.
    pub reason: String,
}

/// `POST /v1/grants/{id}/ad-interim`: somebody stands in for the holder of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdInterim {
    /// Who stands in.
    pub person: Uuid,
    /// From when; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Until when; not later than the appointment's end.
    pub until: DateTime<Utc>,
    /// Reference of a letter, at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

/// `POST /v1/break-glass`: a field security officer's rights over an office or a country, at once and
/// for an hour. Every console that sees the area, and the organisations concerned, are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// `office` or `country`.
    pub area: AreaKind,
    /// The office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Why: 10 to 500 characters.
    pub reason: String,
}

/// `POST /v1/unsealing`: names instead of counts, for the Designated Official and the Security
/// Management Team of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unseal {
    /// The country: two capital letters.
    pub country: String,
    /// Why: 10 to 500 characters.
    pub reason: String,
    /// For how many hours, 1 to 24.
    pub hours: u8,
}

/// An office that was seized: nobody of it is signed in, and its phones read nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seizure {
    /// The office.
    pub office: Uuid,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who said so.
    pub by: Uuid,
}

/// `POST /v1/people/{id}/account`: lets a person sign in. The link sets the password, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountLink {
    /// Opens the console's password page; the secret is in the fragment.
    pub link: String,
    /// When it runs out.
    pub expires: DateTime<Utc>,
}

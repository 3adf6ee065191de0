//! What was done with rights, places and lists, as the log keeps it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{ActorSeen, words};

words! {
    /// What was done.
    Deed {
        /// A role was granted.
        RoleGranted = "role_granted",
        /// A role was ended early.
        RoleEnded = "role_ended",
        /// Somebody stands in for another.
        RoleDelegated = "role_delegated",
        /// Somebody gave themselves a wider area for an hour.
        GlassBroken = "glass_broken",
        /// Names were shown instead of counts.
        NamesUnsealed = "names_unsealed",
        /// Every session of an office was ended and its lists were hidden.
        OfficeSeized = "office_seized",
        /// A seized office works again.
        OfficeRestored = "office_restored",
        /// Sessions of a person were ended by somebody else.
        SessionsEnded = "sessions_ended",
        /// A code generator was set up or taken away.
        SecondFactorChanged = "second_factor_changed",
        /// A link was issued by which somebody sets their password.
        PasswordLinkIssued = "password_link_issued",
        /// Somebody changed their own password.
        PasswordChanged = "password_changed",
        /// A device was revoked.
        DeviceRevoked = "device_revoked",
        /// A copied refresh secret was used: the device's session ended.
        DeviceCopied = "device_copied",
        /// Phones were invited.
        PhonesInvited = "phones_invited",
        /// A list was imported.
        ListImported = "list_imported",
        /// An import was undone.
        ImportUndone = "import_undone",
        /// Somebody signed that a list is right.
        ListAttested = "list_attested",
        /// People's data were taken out of Muster.
        PeopleExported = "people_exported",
        /// A person was entered, changed or noted as having left.
        PersonChanged = "person_changed",
        /// An entry of a duty roster was made, replaced or ended.
        RosterChanged = "roster_changed",
        /// A place was entered or changed.
        PlaceChanged = "place_changed",
        /// An area got another grade.
        AreaGraded = "area_graded",
        /// A zone has had no reachable warden for 24 hours.
        ZoneUnwatched = "zone_unwatched",
        /// A machine's token was issued or ended.
        TokenChanged = "token_changed",
        /// Nobody answers for a machine's token any more: it ends unless somebody takes it over.
        TokenUnheld = "token_unheld",
        /// It was changed whom the server calls about alarms.
        LadderChanged = "ladder_changed",
    }
}

impl Deed {
    /// Whether every console that sees the scope must say so at once and until somebody has read it.
    pub const fn is_loud(self) -> bool {
        matches!(
            self,
            Self::GlassBroken
                | Self::NamesUnsealed
                | Self::OfficeSeized
                | Self::DeviceCopied
                | Self::ZoneUnwatched
                | Self::TokenUnheld
                | Self::LadderChanged
        )
    }
}

impl Deed {
    /// Whether its subject is a person whose phones must ask anew whether they may read.
    pub const fn concerns_phones(self) -> bool {
        matches!(self, Self::DeviceRevoked | Self::DeviceCopied)
    }
}

/// One thing that was done. It names people by identifier only: names are looked up by who may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// The event.
    pub id: Uuid,
    /// What.
    pub deed: Deed,
    /// By whom; Muster itself when nobody.
    pub actor: ActorSeen,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether consoles say so at once.
    pub loud: bool,
    /// What it was done to: a person, office, grant, device, import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// In words for the log: which role, which office, how many. No name of staff, number or position.
    pub what: String,
    /// Why, as its doer wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

words! {
    /// What a notice's subject is.
    SubjectKind {
        /// Somebody of the register.
        Person = "person",
        /// An organisation.
        Organisation = "organisation",
        /// A country office.
        Office = "office",
        /// A duty station.
        DutyStation = "duty_station",
        /// A region.
        Region = "region",
        /// A warden zone.
        Zone = "zone",
        /// A security area.
        SecurityArea = "security_area",
    }
}

/// What a notice was done to and where it is noted, for whoever reads it: as it is called now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeAbout {
    /// The notice.
    pub notice: Uuid,
    /// What its subject is; absent where it is gone, is something else, or is not for this reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SubjectKind>,
    /// What its subject is called; there when `kind` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The offices and organisations under which it is noted and that the reader may read.
    pub scopes: Vec<Uuid>,
}

/// `GET /v1/audit`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// What was done.
    pub notices: Vec<Notice>,
    /// What belongs to each of them, in the same order.
    pub about: Vec<NoticeAbout>,
    /// Give it as `after` for older ones; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

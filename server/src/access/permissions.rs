//! Which role may do what, and over what kind of area: the one table of rights.

use wire::access::{AreaKind, Permission, Role};

use AreaKind::{Country, Installation, Office, Organisation, Region, SecurityArea, Zone};
use Permission::{
    AppointWardens, AttestList, BreakGlass, EditLadders, EditPeople, EditPlaces, EditRosters, EndSessions, EnrolPhones,
    ExportPeople, GrantRoles, ManageTokens, ReadAudit, ReadCounts, ReadDependants, ReadMedical, ReadPassports,
    ReadPeople, ReadPseudonyms, ReadZone, SeizeOffice, SetCurrentPlace, UnsealNames, VerifyNumbers, WorkCases,
};

/// What a field security officer does; others do it too, over other areas.
const FIELD_OFFICER: &[Permission] = &[
    WorkCases,
    ReadPeople,
    ReadCounts,
    ReadDependants,
    ReadPassports,
    ReadMedical,
    SetCurrentPlace,
    EnrolPhones,
    VerifyNumbers,
];

/// What a role may do within the area of its grant.
pub const fn permissions(role: Role) -> &'static [Permission] {
    match role {
        Role::Personnel | Role::RadioRoomOperator | Role::RestrictedCaseOfficer => &[],
        Role::Warden => &[ReadZone],
        Role::LocalSecurity => &[ReadPeople, ReadCounts, ReadDependants, SetCurrentPlace, EnrolPhones, VerifyNumbers],
        Role::FieldSecurityOfficer | Role::SecurityAdviser => FIELD_OFFICER,
        Role::RegionalSecurityOfficer => &[
            WorkCases,
            ReadPeople,
            ReadCounts,
            ReadDependants,
            ReadPassports,
            ReadMedical,
            SetCurrentPlace,
            EnrolPhones,
            VerifyNumbers,
            ExportPeople,
            EndSessions,
            SeizeOffice,
            BreakGlass,
            EditLadders,
            EditRosters,
        ],
        Role::ChiefOfMission => &[ReadPeople, ReadCounts, ReadDependants, AttestList],
        Role::AreaSecurityCoordinator => &[ReadZone, ReadCounts, AppointWardens],
        Role::DesignatedOfficial => &[ReadCounts, AppointWardens, UnsealNames],
        Role::SecurityManagementTeam => &[ReadCounts],
        Role::OperationsOperator => &[
            WorkCases,
            ReadPeople,
            ReadCounts,
            ReadDependants,
            ReadMedical,
            SetCurrentPlace,
            EnrolPhones,
            VerifyNumbers,
            SeizeOffice,
        ],
        Role::ShiftLead => &[
            WorkCases,
            ReadPeople,
            ReadCounts,
            ReadDependants,
            ReadMedical,
            SetCurrentPlace,
            EnrolPhones,
            VerifyNumbers,
            ExportPeople,
            EndSessions,
            SeizeOffice,
            BreakGlass,
            ReadAudit,
            EditLadders,
            EditRosters,
        ],
        Role::Analyst => &[ReadPseudonyms, ReadCounts, ExportPeople],
        Role::ListSteward => &[
            ReadPeople,
            ReadCounts,
            ReadDependants,
            ReadPassports,
            EditPeople,
            SetCurrentPlace,
            ExportPeople,
            EnrolPhones,
        ],
        Role::Administrator => &[
            ReadPeople,
            ReadCounts,
            EditPeople,
            EditPlaces,
            EnrolPhones,
            VerifyNumbers,
            GrantRoles,
            AppointWardens,
            EndSessions,
            ReadAudit,
            ManageTokens,
            EditLadders,
            EditRosters,
        ],
    }
}

/// What names that were unsealed permit, over the area they were unsealed for.
pub const UNSEALED: &[Permission] = &[ReadPeople, ReadDependants];

/// The kinds of area that a role may be granted over.
pub const fn areas(role: Role) -> &'static [AreaKind] {
    match role {
        Role::Personnel => &[],
        Role::Warden => &[Zone],
        Role::AreaSecurityCoordinator => &[SecurityArea],
        Role::DesignatedOfficial | Role::SecurityManagementTeam | Role::SecurityAdviser => &[Country],
        Role::ChiefOfMission => &[Office],
        Role::LocalSecurity | Role::FieldSecurityOfficer => &[Office, Country],
        Role::RegionalSecurityOfficer => &[Region, Organisation],
        Role::RadioRoomOperator
        | Role::OperationsOperator
        | Role::ShiftLead
        | Role::Analyst
        | Role::RestrictedCaseOfficer
        | Role::ListSteward
        | Role::Administrator => &[Office, Region, Organisation, Installation],
    }
}

//! Who may do what, and where: said from the domain's words, apart from the server's own table.

use wire::access::AreaKind::{self, Country, Installation, Office, Organisation, Region, SecurityArea, Zone};
use wire::access::Role::{self, *};

/// What a request is about. Offices: 0 to 2 are the first organisation's in Kenya, Uganda and Ethiopia,
/// 3 and 4 the second's in Kenya and Uganda. Zones and areas: 0 and 1 in Kenya, 2 in Uganda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Office(usize),
    Organisation(usize),
    Zone(usize),
    SecurityArea(usize),
    /// Nothing in particular.
    Nothing,
}

/// How a granted area and what is asked about lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    Own,
    Below,
    Above,
    Sibling,
    Foreign,
    Nowhere,
}

/// Every place of a kind that a route is asked about.
pub(super) fn every(kind: At) -> Vec<At> {
    match kind {
        At::Office(_) => (0..5).map(At::Office).collect(),
        At::Organisation(_) => (0..2).map(At::Organisation).collect(),
        At::Zone(_) => (0..3).map(At::Zone).collect(),
        At::SecurityArea(_) => (0..3).map(At::SecurityArea).collect(),
        At::Nothing => vec![At::Nothing],
    }
}

/// How what is asked about lies to the first area of a kind: written out, one line for each kind.
pub(super) fn relation(area: AreaKind, at: At) -> Relation {
    use Relation::{Above, Below, Foreign, Own, Sibling};
    let of = |relations: &[Relation], number: usize| relations[number];
    match (area, at) {
        (_, At::Nothing) => Relation::Nowhere,
        (Installation, _) => Below,

        (Office, At::Office(number)) => of(&[Own, Sibling, Sibling, Foreign, Foreign], number),
        (Region, At::Office(number)) => of(&[Below, Below, Sibling, Foreign, Foreign], number),
        (Organisation, At::Office(number)) => of(&[Below, Below, Below, Foreign, Foreign], number),
        (Country, At::Office(number)) => of(&[Below, Sibling, Sibling, Below, Sibling], number),
        (Zone | SecurityArea, At::Office(number)) => of(&[Above, Sibling, Sibling, Above, Foreign], number),

        (Office | Region, At::Organisation(number)) => of(&[Above, Foreign], number),
        (Organisation, At::Organisation(number)) => of(&[Own, Foreign], number),
        (Zone | SecurityArea | Country, At::Organisation(_)) => Above,

        (Zone, At::Zone(number)) => of(&[Own, Sibling, Sibling], number),
        (SecurityArea, At::Zone(number)) => of(&[Below, Sibling, Sibling], number),
        (Country, At::Zone(number) | At::SecurityArea(number)) => of(&[Below, Below, Sibling], number),
        (Zone, At::SecurityArea(number)) => of(&[Above, Sibling, Sibling], number),
        (SecurityArea, At::SecurityArea(number)) => of(&[Own, Sibling, Sibling], number),
        // Zones and security areas belong to a country, and to no organisation.
        (Office | Region | Organisation, At::Zone(_) | At::SecurityArea(_)) => Foreign,
    }
}

/// Whether a grant over the first area of a kind is one over a place of which this country's offices
/// are part: who has an office in a country has to do with its zones and security areas.
pub(super) fn has_to_do_with(area: AreaKind, at: At) -> bool {
    let (At::Zone(number) | At::SecurityArea(number)) = at else { return false };
    match area {
        Office => number < 2,
        Region | Organisation => true,
        Zone | SecurityArea | Country | Installation => matches!(relation(area, at), Relation::Own | Relation::Below),
    }
}

/// Where a role's rights lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What lies in the granted area.
    Inside,
    /// What belongs to a country that the granted area has to do with.
    Country,
    /// Whoever holds the role, wherever.
    Anywhere,
    /// The whole installation only.
    Whole,
    /// Offices of an organisation that some of the granted area is of.
    SameOrganisation,
}

/// Whether a grant over the first area of a kind reaches a place.
pub(super) fn reaches(reach: Reach, area: AreaKind, at: At) -> bool {
    match reach {
        Reach::Inside => matches!(relation(area, at), Relation::Own | Relation::Below),
        Reach::Country => has_to_do_with(area, at),
        Reach::Anywhere => true,
        Reach::Whole => area == Installation,
        Reach::SameOrganisation => area == Installation || matches!(at, At::Office(0..=2)),
    }
}

/// Every role, with the kinds of area that the matrix grants it over.
pub(super) const ROLES: &[(Role, &[AreaKind])] = &[
    (Warden, &[Zone]),
    (AreaSecurityCoordinator, &[SecurityArea]),
    (DesignatedOfficial, &[Country]),
    (SecurityManagementTeam, &[Country]),
    (SecurityAdviser, &[Country]),
    (ChiefOfMission, &[Office]),
    (LocalSecurity, &[Office, Country]),
    (FieldSecurityOfficer, &[Office, Country]),
    (RegionalSecurityOfficer, &[Region, Organisation]),
    (RadioRoomOperator, &[Organisation]),
    (OperationsOperator, &[Region, Installation]),
    (ShiftLead, &[Organisation, Installation]),
    (Analyst, &[Office, Organisation]),
    (RestrictedCaseOfficer, &[Installation]),
    (ListSteward, &[Office, Organisation]),
    (Administrator, &[Office, Region, Organisation, Installation]),
];

pub(super) const CASES: &[Role] =
    &[FieldSecurityOfficer, SecurityAdviser, RegionalSecurityOfficer, OperationsOperator, ShiftLead];
pub(super) const REGISTER: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    ChiefOfMission,
    OperationsOperator,
    ShiftLead,
    ListSteward,
    Administrator,
];
pub(super) const LISTS: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    ChiefOfMission,
    OperationsOperator,
    ShiftLead,
    ListSteward,
    Administrator,
    Analyst,
];
pub(super) const COUNTS: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    ChiefOfMission,
    OperationsOperator,
    ShiftLead,
    ListSteward,
    Administrator,
    Analyst,
    AreaSecurityCoordinator,
    DesignatedOfficial,
    SecurityManagementTeam,
];
pub(super) const ENROLS: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    OperationsOperator,
    ShiftLead,
    ListSteward,
    Administrator,
];
pub(super) const VERIFIES: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    OperationsOperator,
    ShiftLead,
    Administrator,
];
pub(super) const MOVES: &[Role] = &[
    LocalSecurity,
    FieldSecurityOfficer,
    SecurityAdviser,
    RegionalSecurityOfficer,
    OperationsOperator,
    ShiftLead,
    ListSteward,
];
pub(super) const STEWARDS: &[Role] = &[ListSteward, Administrator];
pub(super) const ADMINISTERS: &[Role] = &[Administrator];
pub(super) const APPOINTS: &[Role] = &[Administrator, AreaSecurityCoordinator, DesignatedOfficial];
pub(super) const EXPORTS: &[Role] = &[RegionalSecurityOfficer, ShiftLead, Analyst, ListSteward];
pub(super) const ENDS_SESSIONS: &[Role] = &[RegionalSecurityOfficer, ShiftLead, Administrator];
pub(super) const SEIZES: &[Role] = &[RegionalSecurityOfficer, OperationsOperator, ShiftLead];
/// Who says whom the server calls, and who sees it.
pub(super) const EDITS_LADDERS: &[Role] = &[RegionalSecurityOfficer, ShiftLead, Administrator];
pub(super) const SEES_LADDERS: &[Role] =
    &[FieldSecurityOfficer, SecurityAdviser, RegionalSecurityOfficer, OperationsOperator, ShiftLead, Administrator];
pub(super) const AUDITS: &[Role] = &[ShiftLead, Administrator];
pub(super) const ROSTERS: &[Role] = &[RegionalSecurityOfficer, ShiftLead, Administrator];
pub(super) const BREAKS_GLASS: &[Role] = &[RegionalSecurityOfficer, ShiftLead];
pub(super) const SIGNS: &[Role] = &[ChiefOfMission];
pub(super) const UNSEALS: &[Role] = &[DesignatedOfficial];
pub(super) const ZONE_LISTS: &[Role] = &[Warden, AreaSecurityCoordinator];
/// Who has to do with places at all.
pub(super) const PLACED: &[Role] = &[
    Warden,
    AreaSecurityCoordinator,
    DesignatedOfficial,
    SecurityManagementTeam,
    SecurityAdviser,
    ChiefOfMission,
    LocalSecurity,
    FieldSecurityOfficer,
    RegionalSecurityOfficer,
    OperationsOperator,
    ShiftLead,
    Analyst,
    ListSteward,
    Administrator,
];

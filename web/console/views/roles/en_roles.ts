/** What roles, kinds of area and origins of grants are called. */
export const roles = {
  role: {
    personnel: 'Personnel',
    warden: 'Warden',
    local_security: 'Local security assistant',
    field_security_officer: 'Field security officer',
    regional_security_officer: 'Regional security officer',
    chief_of_mission: 'Chief of mission',
    area_security_coordinator: 'Area security coordinator',
    designated_official: 'Designated Official',
    security_management_team: 'Security Management Team',
    security_adviser: 'Security adviser',
    radio_room_operator: 'Radio-room operator',
    operations_operator: 'Operations-centre operator',
    shift_lead: 'Shift lead',
    analyst: 'Analyst',
    restricted_case_officer: 'Restricted-case officer',
    list_steward: 'List steward',
    administrator: 'Administrator',
  },
  kind: {
    zone: 'Warden zone',
    security_area: 'Security area',
    office: 'Country office',
    region: 'Region',
    organisation: 'Organisation',
    country: 'Country, every organisation',
    installation: 'Everywhere on this installation',
  },
  origin: {
    appointment: 'Appointment',
    ad_interim: 'Ad interim',
    break_glass: 'Break-glass',
    unsealed: 'Names unsealed',
  },
  rank: ['Warden', 'First alternate', 'Second alternate'] as readonly string[],
};

export type RoleWords = typeof roles;

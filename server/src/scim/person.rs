//! A person of the register as a user, and the person that a user becomes.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;
use wire::people::{NewPerson, NewPhone, PersonKind};
use wire::scim::{
    ENTERPRISE, SECURITY, ScimEnterprise, ScimMeta, ScimName, ScimReference, ScimSecurity, ScimTraining, ScimUser, USER,
};

use super::Refusal;
use super::contacts::{address, email, languages, numbers, phones};
use super::store::people::Said;
use crate::imports::Offices;
use crate::kernel::field;
use crate::people::Source;
use crate::places::View;

/// Most trainings of one person.
const TRAININGS: usize = 20;

/// What trainings there are.
const TRAINED: [&str; 4] = ["BSAFE", "SSAFE", "IFAK", "WSAT"];

/// Somebody as the register and the system have them.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) id: Uuid,
    pub(super) person: NewPerson,
    /// Numbers that were proven to reach them.
    pub(super) proven: Vec<NewPhone>,
    pub(super) said: Said,
    pub(super) left: bool,
    /// Whether they hold a role, in force or to come.
    pub(super) holds_roles: bool,
    /// Which list keeps them.
    pub(super) source: Option<Source>,
    pub(super) revision: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) groups: Vec<(Uuid, String)>,
}

impl Known {
    /// As a user. `base`: the address of the interface.
    pub(super) fn user(&self, view: &View, base: &str) -> ScimUser {
        let (person, said) = (&self.person, &self.said);
        let reference = |id: &Uuid| ScimReference {
            value: id.to_string(),
            reference: Some(format!("{base}/Users/{id}")),
            ..ScimReference::default()
        };
        let enterprise = ScimEnterprise {
            employee_number: said.employee_number.clone(),
            organization: said.organization.clone(),
            division: said.division.clone(),
            department: said.department.clone(),
            manager: person.supervisor.as_ref().map(reference),
        };
        let security = ScimSecurity {
            person_kind: Some(person.kind.word().to_owned()),
            recruitment: recruited(person.kind).map(str::to_owned).or_else(|| said.recruitment.clone()),
            duty_station_code: person.duty_station.and_then(|id| view.station(id)).map(|one| one.name.clone()),
            office: view.office(person.office).map(|office| office.name.clone()),
            warden_zone: person.zone.and_then(|id| view.zone(id)).map(|zone| zone.name.clone()),
            call_sign: person.call_sign.clone(),
            supervisor: person.supervisor.as_ref().map(reference),
            dependant_of: person.sponsor.as_ref().map(reference),
            contract_end: person.present_until,
            trainings: said.trainings.clone(),
            holds_roles: Some(self.holds_roles),
        };
        ScimUser {
            schemas: [USER, ENTERPRISE, SECURITY].map(str::to_owned).to_vec(),
            id: Some(self.id.to_string()),
            external_id: person.external_id.clone(),
            user_name: said.user_name.clone(),
            name: Some(ScimName { formatted: Some(person.name.clone()), ..said.name.clone() }),
            display_name: Some(person.name.clone()),
            title: person.job_title.clone(),
            emails: person.email.iter().map(|address| email(address)).collect(),
            phone_numbers: numbers(&person.phones),
            preferred_language: person.languages.first().cloned(),
            timezone: person.time_zone.clone(),
            active: !self.left,
            groups: self.groups.iter().map(|(id, name)| in_group(*id, name, base)).collect(),
            enterprise: (enterprise != ScimEnterprise::default()).then_some(enterprise),
            security: Some(security),
            meta: Some(ScimMeta {
                resource_type: "User".to_owned(),
                created: self.created_at,
                last_modified: self.changed_at,
                location: format!("{base}/Users/{}", self.id),
                version: version(self.revision),
            }),
        }
    }
}

/// A revision as an entity tag.
pub(super) fn version(revision: i64) -> String {
    format!("W/\"{revision}\"")
}

fn in_group(id: Uuid, name: &str, base: &str) -> ScimReference {
    ScimReference {
        value: id.to_string(),
        reference: Some(format!("{base}/Groups/{id}")),
        display: Some(name.to_owned()),
        kind: None,
    }
}

fn recruited(kind: PersonKind) -> Option<&'static str> {
    match kind {
        PersonKind::StaffIntl => Some("international"),
        PersonKind::StaffNational => Some("national"),
        _ => None,
    }
}

/// A user as they were read: what is null is absent.
pub(super) fn read(mut user: Map<String, Value>) -> Result<ScimUser, Refusal> {
    user.retain(|_, value| !value.is_null());
    for id in [ENTERPRISE, SECURITY] {
        if let Some(parts) = user.get_mut(id).and_then(Value::as_object_mut) {
            parts.retain(|_, value| !value.is_null() && value.as_object().is_none_or(|one| !one.is_empty()));
        }
    }
    if !user.get("userName").is_some_and(Value::is_string) {
        return Err(Refusal::value("userName: give one."));
    }
    if let Some(trainings) = user.get_mut(SECURITY).and_then(|one| one.get_mut("trainings")) {
        days(trainings);
    }
    serde_json::from_value(Value::Object(user)).map_err(|_| {
        Refusal::value("An attribute has a value that cannot be: times as 2027-01-31T00:00:00Z, days as 2027-01-31.")
    })
}

/// Days that are written as times become days.
fn days(trainings: &mut Value) {
    for training in trainings.as_array_mut().into_iter().flatten() {
        if let Some(Value::String(day)) = training.get_mut("validUntil")
            && let Ok(at) = DateTime::parse_from_rfc3339(day)
        {
            *day = at.date_naive().to_string();
        }
    }
}

/// What a user becomes: the person, and what is kept besides.
pub(super) struct Becomes {
    pub(super) person: NewPerson,
    pub(super) said: Said,
    pub(super) active: bool,
}

/// The person that a user becomes. `known`: as they were, with the user that was shown of them.
pub(super) fn becomes(
    user: &ScimUser,
    known: Option<(&Known, &ScimUser)>,
    (offices, view, organisation): (&Offices<'_>, &View, Uuid),
) -> Result<Becomes, Refusal> {
    let empty = ScimSecurity::default();
    let security = user.security.as_ref().unwrap_or(&empty);
    let before = known.and_then(|(_, shown)| shown.security.as_ref()).unwrap_or(&empty);
    let user_name = line("userName", &user.user_name, 200)?;
    let office = office(security, before, known.map(|(known, _)| known), (offices, view, organisation))?;
    let name = name(user, known)?;
    let (kind, recruitment) = kind(security, known.map(|(known, _)| known))?;
    let mut person = match known {
        Some((known, _)) => known.person.clone(),
        None => NewPerson::new(office, kind, name.clone()),
    };
    let moved = person.office != office;
    (person.office, person.kind, person.name) = (office, kind, name);
    person.duty_station = placed(
        (security.duty_station_code.as_deref(), before.duty_station_code.as_deref()),
        (person.duty_station, moved),
        |text| offices.station(office, text),
        "dutyStationCode: the office has no duty station of this name.",
    )?;
    person.zone = placed(
        (security.warden_zone.as_deref(), before.warden_zone.as_deref()),
        (person.zone, moved),
        |text| offices.zone(office, text),
        "wardenZone: there is no zone of this name in the country of the office.",
    )?;
    person.external_id = user.external_id.clone();
    person.job_title = user.title.clone();
    person.time_zone = user.timezone.clone();
    person.email = address(user, &user_name);
    person.phones = phones(user, known.map(|(known, _)| known))?;
    person.languages = languages(user.preferred_language.as_deref(), &person.languages);
    person.call_sign = security.call_sign.clone();
    person.present_until = security.contract_end;
    (person.sponsor, person.supervisor) = relatives(user, known.map(|(_, shown)| shown))?;
    let enterprise = user.enterprise.clone().unwrap_or_default();
    let optional = |name: &str, text: Option<String>| text.map(|text| line(name, &text, 200)).transpose();
    let parts = user.name.clone().unwrap_or_default();
    let said = Said {
        user_name,
        name: ScimName {
            formatted: None,
            family_name: optional("name.familyName", parts.family_name)?,
            given_name: optional("name.givenName", parts.given_name)?,
        },
        employee_number: optional("employeeNumber", enterprise.employee_number)?,
        organization: optional("organization", enterprise.organization)?,
        division: optional("division", enterprise.division)?,
        department: optional("department", enterprise.department)?,
        recruitment,
        trainings: trainings(&security.trainings)?,
    };
    Ok(Becomes { person, said, active: user.active })
}

fn line(name: &str, text: &str, most: usize) -> Result<String, Refusal> {
    field::line(name, text, 1, most).map_err(|invalid| Refusal::value(format!("{name}: {}", invalid.why)))
}

/// The office that is named; else the one that they are in, that of the duty station, or the only one.
fn office(
    security: &ScimSecurity,
    before: &ScimSecurity,
    known: Option<&Known>,
    (offices, view, organisation): (&Offices<'_>, &View, Uuid),
) -> Result<Uuid, Refusal> {
    if let Some(text) = security.office.as_deref() {
        if let Some(known) = known.filter(|_| security.office == before.office) {
            return Ok(known.person.office);
        }
        return offices
            .named(text)
            .ok_or_else(|| Refusal::value("office: the organisation has no country office of this name or country."));
    }
    if let Some(known) = known {
        return Ok(known.person.office);
    }
    let by_station = security.duty_station_code.as_deref().and_then(|text| offices.of_station(text));
    let mut open = view.offices.values().filter(|one| one.organisation == organisation && one.closed_at.is_none());
    let only = open.next().filter(|_| open.next().is_none()).map(|office| office.id);
    by_station.or(only).ok_or_else(|| {
        Refusal::value("office: say which country office the person is of, in urn:muster:scim:2.0:SecurityProfile.")
    })
}

/// The name that was changed, the first of those: displayName, name.formatted, given and family name.
fn name(user: &ScimUser, known: Option<(&Known, &ScimUser)>) -> Result<String, Refusal> {
    let parts = user.name.clone().unwrap_or_default();
    let joined = [parts.given_name.as_deref(), parts.family_name.as_deref()];
    let joined =
        joined.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let joined = Some(joined).filter(|name| !name.is_empty());
    let (now, said) = match known {
        Some((known, _)) => (Some(known.person.name.as_str()), Some(&known.said.name)),
        None => (None, None),
    };
    let changed = |name: &Option<String>| name.clone().filter(|name| Some(name.as_str()) != now);
    let parts_changed =
        said.is_none_or(|said| said.given_name != parts.given_name || said.family_name != parts.family_name);
    let new = changed(&user.display_name)
        .or_else(|| changed(&parts.formatted))
        .or_else(|| joined.filter(|_| parts_changed))
        .or_else(|| now.map(str::to_owned));
    new.ok_or_else(|| Refusal::value("displayName: say what the person is called."))
}

fn kind(security: &ScimSecurity, known: Option<&Known>) -> Result<(PersonKind, Option<String>), Refusal> {
    let recruitment = security.recruitment.as_deref().map(str::to_lowercase);
    let recruited_as = match recruitment.as_deref() {
        None => None,
        Some("international") => Some(PersonKind::StaffIntl),
        Some("national") => Some(PersonKind::StaffNational),
        Some(_) => return Err(Refusal::value("recruitment: send international or national.")),
    };
    let lacking =
        || Refusal::value("recruitment: say whether staff are international or national, or give another personKind.");
    let said = match security.person_kind.as_deref().map(str::to_lowercase).as_deref() {
        None => known.map(|known| known.person.kind).or(recruited_as).ok_or_else(lacking)?,
        Some("staff") => recruited_as.ok_or_else(lacking)?,
        Some(word) => PersonKind::from_word(word)
            .ok_or_else(|| Refusal::value("personKind: there is no such kind; GET /scim/v2/Schemas lists them."))?,
    };
    if recruited(said).is_none() {
        return Ok((said, recruitment));
    }
    // Of the kind and the recruitment of staff, the one that was changed counts.
    let was = known.map(|known| known.person.kind);
    let kind = match recruited_as {
        Some(other) if other != said && was == Some(said) => other,
        Some(other) if other != said && was != Some(other) => {
            return Err(Refusal::value("recruitment: it says something else than personKind."));
        }
        _ => said,
    };
    Ok((kind, None))
}

/// A place by its name. A name that was not changed means the place it meant, but for somebody who
/// moved: there it is looked up anew, and is none where the new office has no such place.
fn placed(
    (said, before): (Option<&str>, Option<&str>),
    (known, moved): (Option<Uuid>, bool),
    find: impl Fn(&str) -> Option<Uuid>,
    why: &'static str,
) -> Result<Option<Uuid>, Refusal> {
    match said {
        None => Ok(None),
        Some(text) if said == before => Ok(if moved { find(text) } else { known }),
        Some(text) => find(text).map(Some).ok_or_else(|| Refusal::value(why)),
    }
}

/// Sponsor and supervisor. Of supervisor and manager, which are one, the one that was changed counts.
fn relatives(user: &ScimUser, shown: Option<&ScimUser>) -> Result<(Option<Uuid>, Option<Uuid>), Refusal> {
    let value = |one: Option<&ScimReference>| one.map(|one| one.value.trim().to_owned()).filter(|id| !id.is_empty());
    let supervisor = |user: &ScimUser| value(user.security.as_ref().and_then(|one| one.supervisor.as_ref()));
    let manager = |user: &ScimUser| value(user.enterprise.as_ref().and_then(|one| one.manager.as_ref()));
    let (said, managed) = (supervisor(user), manager(user));
    let chosen = match shown {
        None => said.or(managed),
        Some(shown) if said != supervisor(shown) => said,
        Some(_) => managed,
    };
    let sponsor = value(user.security.as_ref().and_then(|one| one.dependant_of.as_ref()));
    let id = |name: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => Uuid::try_parse(&text)
            .map(Some)
            .map_err(|_| Refusal::value(format!("{name}: there is nobody of this id in the organisation."))),
    };
    Ok((id("dependantOf", sponsor)?, id("manager", chosen)?))
}

fn trainings(said: &[ScimTraining]) -> Result<Vec<ScimTraining>, Refusal> {
    if said.len() > TRAININGS {
        return Err(Refusal::too_many("trainings: send at most 20."));
    }
    let known = |one: &ScimTraining| {
        let value = one.value.trim().to_uppercase();
        if !TRAINED.contains(&value.as_str()) {
            return Err(Refusal::value("trainings: send BSAFE, SSAFE, IFAK or WSAT."));
        }
        Ok(ScimTraining { value, valid_until: one.valid_until })
    };
    said.iter().map(known).collect()
}

//! What is on the map.

use wire::board::{CaseOnMap, OfficeOnMap, ZoneOnMap};
use wire::case::CaseSummary;
use wire::places::{DutyStation, Premises, PremisesKind};
use wire::zones::Centre;

use crate::places::boundary::Outline;
use crate::places::service::{wire_premises, wire_station};
use crate::places::{Office, Shown, View, Zone, countries};

/// Offices that are open.
pub(super) fn offices(shown: &Shown) -> Vec<OfficeOnMap> {
    let open = shown.offices().filter(|office| office.closed_at.is_none());
    open.map(|office| office_on_map(office, shown.view())).collect()
}

fn office_on_map(office: &Office, view: &View) -> OfficeOnMap {
    let building = view.premises.values().find(|one| one.office == office.id && one.kind == PremisesKind::Office);
    let building = building.map(|one| Centre { lat: one.lat, lon: one.lon });
    let station = view.stations.values().find(|one| one.office == office.id);
    let entered = building.or_else(|| station.map(|one| Centre { lat: one.lat, lon: one.lon }));
    OfficeOnMap {
        id: office.id,
        organisation: office.organisation,
        country: office.country.clone(),
        name: office.name.clone(),
        of_country: entered.is_none(),
        at: entered.or_else(|| country_at(&office.country, view)),
    }
}

/// The capital or the middle of a country.
fn country_at(code: &str, view: &View) -> Option<Centre> {
    let real = countries::by_iso2(code).and_then(|country| country.capital_at.or(country.centre));
    let invented = view.invented.iter().find(|country| country.code == code);
    real.map(|at| Centre { lat: at.lat, lon: at.lon })
        .or_else(|| invented.map(|country| Centre { lat: country.lat, lon: country.lon }))
}

/// Premises of the offices.
pub(super) fn premises(shown: &Shown) -> Vec<Premises> {
    shown.view().premises.values().filter(|one| shown.sees_office(one.office)).map(wire_premises).collect()
}

/// Duty stations of the offices.
pub(super) fn stations(shown: &Shown) -> Vec<DutyStation> {
    shown.view().stations.values().filter(|one| shown.sees_office(one.office)).map(wire_station).collect()
}

/// A zone with its outline.
pub(super) fn zone((zone, outline): &(Zone, Outline)) -> ZoneOnMap {
    ZoneOnMap {
        id: zone.id,
        country: zone.country.clone(),
        name: zone.name.clone(),
        at: outline.centre(),
        boundary: outline.boundary(),
    }
}

/// A case that is open and has a position; none of any other.
pub(super) fn case(case: CaseSummary) -> Option<CaseOnMap> {
    let position = case.position.filter(|_| !case.state.is_closed())?;
    Some(CaseOnMap {
        id: case.id,
        reference: case.reference,
        state: case.state,
        severity: case.severity,
        name: case.subject.name,
        at: Centre { lat: position.lat, lon: position.lon },
        accuracy_m: position.accuracy_m,
        fixed_at: position.fixed_at,
        of_reporter: position.of_reporter,
    })
}

//! Whose policy counts for a case, and changing policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use wire::access::{AreaKind, Permission};
use wire::audit::Deed;
use wire::case::DeliveryChannel;
use wire::escalation::{Policies, Policy, PolicyPerson, PutPolicy, StandardPolicy};

use super::store::{self, Kept};
use super::{INSTALLATION, Ladder, Refusal};
use crate::access::{Area, Operator, Reach};
use crate::audit::{self, Act};
use crate::kernel::field::Invalid;
use crate::people;
use crate::places::{Directory, View};
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, StoreError, Tx, WriteError};

/// Changes policies and says which there are. Clones share it.
#[derive(Clone)]
pub struct Escalation {
    store: Store,
    places: Arc<Directory>,
    channels: Arc<[DeliveryChannel]>,
}

/// What a case is given, and whose policy says so: the standard when none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The area whose policy it is.
    pub area: Option<Uuid>,
    /// Whom to call.
    pub ladder: Ladder,
}

/// Whom to call about a case of these scopes: by the policy of the narrowest area that has one, an office's before a
/// region's before an organisation's before the installation's; otherwise by the standard.
pub fn given(conn: &mut AnyConn, view: &View, scopes: &[Uuid], channels: &[DeliveryChannel]) -> QueryResult<Given> {
    if channels.is_empty() {
        return Ok(Given { area: None, ladder: Ladder::default() });
    }
    let areas = areas_of(view, scopes);
    let mut kept: BTreeMap<Uuid, Kept> =
        store::of_areas(conn, &areas)?.into_iter().map(|one| (one.area, one)).collect();
    let narrowest = areas.iter().find_map(|area| kept.remove(area));
    Ok(match narrowest {
        Some(kept) => Given { area: Some(kept.area), ladder: kept.ladder.by(channels) },
        None => Given { area: None, ladder: Ladder::standard(channels) },
    })
}

/// The areas that hold a case of these scopes, the narrowest first.
fn areas_of(view: &View, scopes: &[Uuid]) -> Vec<Uuid> {
    let offices: Vec<_> = scopes.iter().filter_map(|scope| view.office(*scope)).collect();
    let over = |office: &&crate::places::Office| {
        let mut over: Vec<Uuid> = Vec::new();
        for region in view.regions.values() {
            if region.organisation == office.organisation && region.countries.contains(&office.country) {
                over.push(region.id);
            }
        }
        over
    };
    let mut areas: Vec<Uuid> = offices.iter().map(|office| office.id).collect();
    areas.extend(offices.iter().flat_map(over));
    areas.extend(offices.iter().map(|office| office.organisation));
    areas.extend(scopes.iter().copied().filter(|scope| view.organisation(*scope).is_some()));
    areas.push(INSTALLATION);
    areas
}

/// What a policy's area is.
pub fn kind_of(view: &View, area: Uuid) -> Option<AreaKind> {
    area_of(view, area).map(Area::kind)
}

fn area_of(view: &View, area: Uuid) -> Option<Area> {
    let found = [Area::Office(area), Area::Region(area), Area::Organisation(area)];
    match area == INSTALLATION {
        true => Some(Area::Installation),
        false => found.into_iter().find(|found| found.exists(view)),
    }
}

/// What somebody sees of policies: those of every area that has something in their reach, and of the installation.
fn sees(reach: &Reach, area: Area, view: &View) -> bool {
    area == Area::Installation || reach.any(&area.scopes(view).into_iter().collect::<Vec<_>>())
}

impl Escalation {
    /// Over this store; the channels are those that the server can call by.
    pub fn new(store: Store, places: Arc<Directory>, channels: &[DeliveryChannel]) -> Self {
        Self { store, places, channels: channels.into() }
    }

    /// The policies that somebody sees, the narrowest first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn policies(&self, who: &Operator) -> Result<Policies, StoreError> {
        let (view, mine) = (self.places.view(), who.may(Permission::EditLadders).clone());
        let reach = who.may(Permission::WorkCases).union(&mine);
        let policies = self.store.read(move |reading| {
            let mut seen = Vec::new();
            for kept in store::all(reading.conn)? {
                let Some(area) = area_of(&view, kept.area).filter(|area| sees(&reach, *area, &view)) else { continue };
                seen.push(wire(reading.conn, &view, (kept, area), mine.covers(area, &view))?);
            }
            seen.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
            Ok(seen)
        });
        let (steps, unseen) = Ladder::standard(&self.channels).wire();
        Ok(Policies {
            policies: policies.await?,
            standard: StandardPolicy { steps, unseen },
            channels: self.channels.to_vec(),
        })
    }

    /// Gives an area a policy, or another one.
    ///
    /// # Errors
    /// A field that breaks a rule; an area that is not there for the caller, or not theirs to change; somebody was faster.
    pub async fn put(
        &self,
        who: &Operator,
        request: Request,
        area: Uuid,
        put: PutPolicy,
    ) -> Result<Policy, WriteError<Refusal>> {
        let (area, view) = (self.editable(who, area)?, self.places.view());
        let ladder = Ladder::checked(&put).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let reach = who.may(Permission::EditLadders).union(who.may(Permission::ReadPeople));
        let by = (who.person, who.name.clone());
        let scopes: Vec<Uuid> = area.scopes(&view).into_iter().collect();
        self.store
            .write(Lane::Normal, scopes.clone(), move |tx| {
                once(tx, request, |tx| {
                    let id = area.id().unwrap_or(INSTALLATION);
                    let known = store::revision(tx.reading(), id)?;
                    if u64::try_from(known) != Ok(put.revision) {
                        return Err(Halt::Refuse(Refusal::Changed));
                    }
                    for (nth, step) in ladder.plan.steps().iter().enumerate() {
                        known_people(tx, &view, (nth, &step.people), &reach)?;
                    }
                    let (revision, changed_at) = (known + 1, tx.now());
                    let kept =
                        Kept { area: id, revision, ladder: ladder.clone(), changed_at, changed_by: by.1.clone() };
                    store::put(tx, &kept)?;
                    let steps = ladder.plan.steps().len();
                    let what = format!("Whom the server calls about alarms was changed: {steps} steps");
                    audit::service::record(tx, Some((by.0, &by.1)), &scopes, changed(what, area))?;
                    Ok(wire(tx.reading(), &view, (kept, area), true)?)
                })
            })
            .await
    }

    /// Takes the policy of an area away: what is above it counts.
    ///
    /// # Errors
    /// There is no such area for the caller, or it is not theirs to change.
    pub async fn end(&self, who: &Operator, request: Request, area: Uuid) -> Result<(), WriteError<Refusal>> {
        let (area, view) = (self.editable(who, area)?, self.places.view());
        let by = (who.person, who.name.clone());
        let scopes: Vec<Uuid> = area.scopes(&view).into_iter().collect();
        self.store
            .write(Lane::Normal, scopes.clone(), move |tx| {
                once(tx, request, |tx| {
                    let id = area.id().unwrap_or(INSTALLATION);
                    // What is gone already is as it was asked for.
                    if store::revision(tx.reading(), id)? == 0 {
                        return Ok(());
                    }
                    store::end(tx, id)?;
                    let what = "An area's own policy of whom the server calls about alarms was taken away";
                    audit::service::record(tx, Some((by.0, &by.1)), &scopes, changed(what.to_owned(), area))?;
                    Ok(())
                })
            })
            .await
    }

    fn editable(&self, who: &Operator, area: Uuid) -> Result<Area, WriteError<Refusal>> {
        let (view, mine) = (self.places.view(), who.may(Permission::EditLadders));
        let reach = who.may(Permission::WorkCases).union(mine);
        let seen = area_of(&view, area).filter(|area| sees(&reach, *area, &view));
        let area = seen.ok_or(WriteError::Refused(Refusal::NotFound))?;
        if mine.covers(area, &view) { Ok(area) } else { Err(WriteError::Refused(Refusal::Forbidden)) }
    }
}

fn changed(what: String, area: Area) -> Act {
    let act = Act::new(Deed::LadderChanged, what);
    match area.id() {
        Some(id) => act.on(id),
        None => act,
    }
}

fn rank(kind: AreaKind) -> u8 {
    match kind {
        AreaKind::Office => 0,
        AreaKind::Region => 1,
        AreaKind::Organisation => 2,
        _ => 3,
    }
}

/// People who are named must be there, and in the reach of whoever names them.
fn known_people(
    tx: &mut Tx<'_>,
    view: &View,
    (nth, named): (usize, &[Uuid]),
    reach: &Reach,
) -> Result<(), Halt<Refusal>> {
    for person in named {
        let known = people::service::brief(tx.reading(), view, *person)?;
        if known.filter(|known| !known.left && reach.any(&[known.office, known.organisation])).is_none() {
            let why = "One of these people is not in the register for you, or has left.";
            return Err(Halt::Refuse(Invalid::new(format!("/steps/{nth}/people"), why).into()));
        }
    }
    Ok(())
}

fn wire(conn: &mut AnyConn, view: &View, (kept, area): (Kept, Area), editable: bool) -> QueryResult<Policy> {
    let (steps, unseen) = kept.ladder.wire();
    let mut named: Vec<PolicyPerson> = Vec::new();
    for id in steps.iter().flat_map(|step| &step.people) {
        if named.iter().any(|known| known.id == *id) {
            continue;
        }
        if let Some(known) = people::service::brief(conn, view, *id)? {
            named.push(PolicyPerson { id: *id, name: known.brief.name });
        }
    }
    Ok(Policy {
        area: kept.area,
        kind: area.kind(),
        name: area.name(view),
        revision: u64::try_from(kept.revision).unwrap_or(0),
        steps,
        unseen,
        people: named,
        changed_at: kept.changed_at,
        changed_by: kept.changed_by,
        editable,
    })
}

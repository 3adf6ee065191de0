//! What a viewer may not see is in nothing that is sent to them, whatever their roles; and what they
//! may see is there. Which that is, is computed here anew from the table of rights.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use diesel::prelude::*;
use proptest::prelude::*;
use wire::access::Permission;
use wire::people::{Fallback, Medical, Passport, PersonKind};
use wire::register::ExportPeople;

use super::super::CountsOf;
use super::super::service::upsert_many;
use super::super::viewer::pseudonym;
use super::*;
use crate::access::permissions::permissions;
use crate::access::{CountryCode, Grant, Rights};
use crate::kernel::ids;
use crate::store::requests::Request;
use crate::store::schema::warden_zones;
use crate::store::types::{At, Id};

/// Somebody of whom every field is a word that stands nowhere else.
struct Marked {
    id: Uuid,
    office: Uuid,
    kind: PersonKind,
    zone: Option<Uuid>,
    number: String,
    /// The word in each of the person's fields begins with this.
    mark: String,
}

struct Site {
    register: Register,
    runtime: tokio::runtime::Runtime,
    other: Uuid,
    abroad: Uuid,
    zone: Uuid,
    people: Vec<Marked>,
}

fn zone(base: &Base, country: &'static str) -> Uuid {
    let (id, now) = (ids::new(base.now()), At(base.now()));
    base.write(move |tx| {
        crate::on!(tx.writing(), |c| diesel::insert_into(warden_zones::table)
            .values((
                warden_zones::id.eq(Id(id)),
                warden_zones::country.eq(country),
                warden_zones::name.eq("Zone 1"),
                warden_zones::created_at.eq(now),
            ))
            .execute(c))
    });
    base.directory.reload_blocking().unwrap();
    id
}

impl Site {
    /// Two organisations; three offices; in each a member of staff, a dependant and a visitor.
    fn build() -> Self {
        let register = Register::new();
        let other = register.base.organisation("Two");
        let abroad = register.base.office(other, "KE");
        let zone = zone(&register.base, "KE");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut people = Vec::new();
        for office in [register.kenya, register.somalia, abroad] {
            for kind in [PersonKind::StaffNational, PersonKind::Dependant, PersonKind::Visitor] {
                let at = people.len();
                let mark = format!("Mark{at}x");
                let number = format!("+25261555{at:04}");
                let marked = Marked {
                    id: ids::new(register.base.now()),
                    office,
                    kind,
                    zone: (office != register.somalia).then_some(zone),
                    number: number.clone(),
                    mark: mark.clone(),
                };
                let word = |what: &str| Some(format!("{mark}{what}"));
                let new = NewPerson {
                    kind,
                    email: word("email@x.example"),
                    phones: vec![phone(&number)],
                    call_sign: Some(format!("{}CALL", mark.to_uppercase())),
                    external_id: word("external"),
                    job_title: word("job"),
                    zone: marked.zone,
                    residence: word("residence"),
                    hotel: word("hotel"),
                    fallback: Some(Fallback { name: format!("{mark}fallback"), number: "+25470000000".into() }),
                    passport: Some(Passport { number: format!("{mark}PASS"), country: "KEN".into(), expires: None }),
                    medical: Some(Medical { allergies: word("medical"), ..Medical::default() }),
                    ..new_person(office, &format!("{mark}name Somebody"), None)
                };
                let (checked, id) = (Checked::new(&new).unwrap(), marked.id);
                register.base.write(move |tx| upsert_many(tx, &[Put { id, person: &checked }], None, None));
                people.push(marked);
            }
        }
        Self { register, runtime, other, abroad, zone, people }
    }

    fn shared() -> &'static std::sync::Mutex<Self> {
        static SITE: OnceLock<std::sync::Mutex<Site>> = OnceLock::new();
        SITE.get_or_init(|| std::sync::Mutex::new(Self::build()))
    }

    /// The areas that grants of this test are over.
    fn areas(&self) -> Vec<Area> {
        vec![
            Area::Installation,
            Area::Organisation(self.register.organisation),
            Area::Organisation(self.other),
            Area::Office(self.register.kenya),
            Area::Office(self.register.somalia),
            Area::Office(self.abroad),
            Area::Country(CountryCode::parse("KE").unwrap()),
            Area::Zone(self.zone),
        ]
    }

    /// Whether a grant's area covers an office, by the meaning of the words.
    fn covers(&self, area: Area, office: Uuid) -> bool {
        let Register { organisation, kenya, somalia, .. } = self.register;
        match area {
            Area::Installation => true,
            Area::Organisation(one) => {
                (one == organisation && [kenya, somalia].contains(&office))
                    || (one == self.other && office == self.abroad)
            }
            Area::Office(one) => one == office,
            Area::Country(_) => [kenya, self.abroad].contains(&office),
            Area::Zone(_) | Area::SecurityArea(_) | Area::Region(_) => false,
        }
    }

    fn may(&self, grants: &[(Role, Area)], permission: Permission, office: Uuid) -> bool {
        grants.iter().any(|(role, area)| permissions(*role).contains(&permission) && self.covers(*area, office))
    }

    /// Everything that is sent to somebody: of lists, searches, details, exports, zones; each as JSON.
    fn sent(&self, by: &Operator) -> Sent {
        let people = &self.register.people;
        self.runtime.block_on(async {
            let mut sent = Sent::default();
            for left in [false, true] {
                let mut after = None;
                loop {
                    let filter = Filter { left, ..Filter::default() };
                    let page = people.list(by, filter, (after, 2)).await.unwrap();
                    sent.lists.push_str(&serde_json::to_string(&page.people).unwrap());
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
            }
            for one in &self.people {
                for text in [format!("{}name", one.mark), one.number.clone(), format!("{}call", one.mark)] {
                    let found = people.search(by, &text).await.unwrap();
                    sent.found.push(!found.is_empty());
                    sent.lists.push_str(&serde_json::to_string(&found).unwrap());
                }
                let detail = people.detail(by, one.id).await;
                sent.details.push(detail.ok().map(|one| serde_json::to_string(&one).unwrap()));
            }
            let asked = ExportPeople { reason: "the test of what is masked".into(), ..ExportPeople::default() };
            let request = Request { actor: by.person, key: ids::new(self.register.base.now()), body_hash: [1; 32] };
            let exported = people.export(by, request, asked).await.unwrap();
            sent.export = String::from_utf8(exported.csv).unwrap();
            let zone = people.neighbours(by, self.zone, None).await;
            sent.zone = zone.map(|zone| serde_json::to_string(&zone).unwrap()).unwrap_or_default();
            let counts = people.counts(by, CountsOf::default()).await.unwrap();
            sent.counts = serde_json::to_string(&counts).unwrap();
            sent.counts += &serde_json::to_string(&people.reachability(by, (None, None)).await.unwrap()).unwrap();
            sent.counts += &serde_json::to_string(&people.waiting(by).await.unwrap()).unwrap();
            sent
        })
    }
}

/// What was sent to somebody.
#[derive(Default)]
struct Sent {
    lists: String,
    found: Vec<bool>,
    details: Vec<Option<String>>,
    export: String,
    zone: String,
    counts: String,
}

fn holds(site: &Site, grants: &[(Role, Area)]) {
    let from = site.register.base.now();
    let granted: Vec<Grant> = grants.iter().map(|(role, area)| Grant::appointment(*role, *area, from)).collect();
    let by = Operator::of_test(Uuid::from_u128(9), Rights::of(&granted, &site.register.base.view(), from), from);
    let sent = site.sent(&by);
    let over_zone = |area: Area| matches!(area, Area::Installation | Area::Country(_) | Area::Zone(_));
    let warden =
        grants.iter().any(|(role, area)| permissions(*role).contains(&Permission::ReadZone) && over_zone(*area));
    assert_eq!(!sent.zone.is_empty(), warden, "{grants:?}");
    assert!(!sent.counts.contains("Mark"), "counts name nobody");
    for (at, one) in site.people.iter().enumerate() {
        let may = |permission| site.may(grants, permission, one.office);
        let reads = may(Permission::ReadPeople);
        let named = reads && (one.kind != PersonKind::Dependant || may(Permission::ReadDependants));
        let exports = may(Permission::ExportPeople);
        let id = one.id.to_string();
        let detail = sent.details[at].clone().unwrap_or_default();
        let why = || format!("{grants:?} and the {:?} of {}", one.kind, one.office);
        assert_eq!(sent.details[at].is_some(), reads, "detail: {}", why());
        assert_eq!(sent.lists.contains(&id), reads, "identifier in lists: {}", why());
        for found in &sent.found[at * 3..at * 3 + 3] {
            assert_eq!(*found, named, "found by search: {}", why());
        }
        assert_eq!(sent.lists.contains(&format!("{}name", one.mark)), named, "name in lists: {}", why());
        assert_eq!(sent.lists.contains(&one.number), named, "number in lists: {}", why());
        for word in ["name", "email", "external", "job", "residence", "hotel", "fallback"] {
            let word = if word == "email" {
                format!("{}email", one.mark.to_lowercase())
            } else {
                format!("{}{word}", one.mark)
            };
            assert_eq!(detail.contains(&word), named, "{word} in detail: {}", why());
            assert_eq!(sent.export.contains(&word), named && exports, "{word} in export: {}", why());
        }
        let pass = format!("{}PASS", one.mark.to_uppercase());
        let passport = named && may(Permission::ReadPassports);
        assert_eq!(detail.contains(&pass), passport, "passport in detail: {}", why());
        assert_eq!(sent.export.contains(&pass), passport && exports, "passport in export: {}", why());
        assert_eq!(
            detail.contains("\"passport\"]") || detail.contains("\"passport\","),
            reads && !passport,
            "{}",
            why()
        );
        let medical = format!("{}medical", one.mark);
        for text in [&sent.lists, &detail, &sent.export, &sent.zone] {
            assert!(!text.contains(&medical), "medical without an open case: {}", why());
        }
        for text in [&sent.lists, &sent.export, &sent.zone] {
            assert!(!text.contains(&pass) || text.as_str() == sent.export, "passport in a list: {}", why());
        }
        let pseudonymised = may(Permission::ReadPseudonyms) && !reads;
        let alias = pseudonym(site.register.base.store.keyring(), one.id);
        assert_eq!(sent.lists.contains(&alias), pseudonymised || (reads && !named), "pseudonym: {}", why());
        if pseudonymised {
            assert!(!sent.export.contains(&id), "an identifier beside a pseudonym: {}", why());
        }
        let neighbour = warden && one.zone == Some(site.zone);
        assert_eq!(sent.zone.contains(&one.number), neighbour, "number in the zone: {}", why());
        for word in ["email", "residence", "hotel", "fallback", "external", "job"] {
            assert!(!sent.zone.contains(&format!("{}{word}", one.mark)), "{word} in the zone: {}", why());
        }
    }
}

#[test]
fn each_role_over_each_area_is_sent_exactly_what_it_may_see() {
    let site = Site::shared().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for role in Role::ALL {
        for area in site.areas() {
            holds(&site, &[(*role, area)]);
        }
    }
    holds(&site, &[]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_roles_come_together_nothing_masked_is_sent(
        picked in prop::collection::vec((0_usize..Role::ALL.len(), 0_usize..8), 1..4),
    ) {
        let site = Site::shared().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let areas = site.areas();
        let grants: Vec<(Role, Area)> = picked.iter().map(|(role, area)| (Role::ALL[*role], areas[*area])).collect();
        holds(&site, &grants);
    }
}

#[test]
fn a_pseudonym_stays_and_is_the_installations_own() {
    let site = Site::shared().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let keyring = site.register.base.store.keyring();
    let names: BTreeSet<String> = site.people.iter().map(|one| pseudonym(keyring, one.id)).collect();
    assert_eq!(names.len(), site.people.len());
    assert!(names.iter().all(|name| name.starts_with("P-") && name.len() == 8), "{names:?}");
    let elsewhere = Register::new();
    let first = site.people[0].id;
    assert_eq!(pseudonym(keyring, first), pseudonym(keyring, first));
    assert_ne!(pseudonym(keyring, first), pseudonym(elsewhere.base.store.keyring(), first));
}

#[tokio::test]
async fn where_a_name_is_hidden_its_place_in_the_list_says_nothing_of_it() {
    let register = Register::new();
    let child = |name: &str| NewPerson { kind: PersonKind::Dependant, ..new_person(register.kenya, name, None) };
    for new in [
        child("Mmm Hidden"),
        new_person(register.kenya, "Zzz", None),
        child("Aaa Hidden"),
        new_person(register.kenya, "Bbb", None),
    ] {
        register.enter(new).await;
        register.base.advance(TimeDelta::seconds(1));
    }
    let by = register.base.administrator(Uuid::nil());
    let mut kinds = Vec::new();
    let (mut after, mut pages) = (None, 0);
    loop {
        let page = register.people.list(&by, Filter::default(), (after, 1)).await.unwrap();
        kinds.extend(page.people.iter().map(|one| (one.kind, one.brief.name.clone(), one.brief.id)));
        (after, pages) = (page.next, pages + 1);
        let Some(next) = &after else { break };
        assert!(!next.contains("Bbb") && !next.contains("bbb"), "a cursor holds no name");
    }
    let names: Vec<&str> = kinds.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(pages, 4);
    assert_eq!(names[..2], ["Bbb", "Zzz"]);
    assert!(names[2..].iter().all(|name| name.starts_with("P-")));
    assert!(kinds[2].2 < kinds[3].2, "in the order in which they were entered");
    let forged = register.people.list(&by, Filter::default(), (Some("AAAA".into()), 1)).await;
    assert!(matches!(refusal(forged), Refusal::Invalid(invalid) if invalid.field == "/after"));
}

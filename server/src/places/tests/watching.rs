use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use uuid::Uuid;
use wire::people::{NewPerson, NewPhone, PersonKind};

use super::*;
use crate::access::wardens::insert_warden;
use crate::people::Checked;
use crate::people::service::create_one;
use crate::people::standing::set_proven;
use crate::store::log;

struct Ground {
    base: Base,
    places: Places,
    office: Uuid,
    numbers: AtomicU32,
}

impl Ground {
    fn new() -> Self {
        let base = Base::new();
        let places = Places::new(base.store.clone(), base.directory.clone());
        let organisation = base.organisation("One");
        let office = base.office(organisation, "KE");
        Self { base, places, office, numbers: AtomicU32::new(0) }
    }

    fn zone(&self, name: &str) -> Uuid {
        let new = Zone { id: Uuid::nil(), country: "KE".to_owned(), area: None, name: name.to_owned() };
        let made = self.base.write(move |tx| insert_zone(tx, new.clone(), None));
        self.base.directory.reload_blocking().unwrap();
        made.id
    }

    /// Somebody with a number, who looks after a zone.
    fn warden(&self, zone: Uuid, rank: u8, proven: bool) -> Uuid {
        let number = format!("+2547055501{:02}", self.numbers.fetch_add(1, Ordering::Relaxed));
        let new = NewPerson {
            phones: vec![NewPhone { number, kind: "mobile".to_owned() }],
            ..NewPerson::new(self.office, PersonKind::StaffNational, "Wanjiru Kamau")
        };
        let new = Checked::new(&new).unwrap();
        self.base.write(move |tx| {
            let person = create_one(tx, &new)?;
            insert_warden(tx, person, zone, rank)?;
            if proven {
                set_proven(tx, &[person])?;
            }
            Ok(person)
        })
    }

    /// Lets that much time go by, an hour at a time, and looks when it is due.
    fn hours(&self, hours: u32) {
        for _ in 0..hours {
            self.base.advance(TimeDelta::hours(1));
            self.look();
        }
    }

    fn look(&self) -> usize {
        std::thread::scope(|scope| scope.spawn(|| self.places.fire_due().unwrap()).join().unwrap())
    }

    /// Zones of which everybody was told, in order.
    fn alerts(&self) -> Vec<Uuid> {
        let office = self.office;
        let read =
            self.base.store.read_blocking(move |reading| log::after(reading.conn, reading.vault, office, 0, 1_000));
        let payloads = read.unwrap().into_iter().filter_map(|event| event.payload);
        let notices = payloads.map(|payload| serde_json::from_slice::<serde_json::Value>(&payload).unwrap());
        let alerts = notices.filter(|payload| payload["notice"]["deed"] == "zone_unwatched");
        alerts
            .map(|payload| {
                assert_eq!(
                    (&payload["notice"]["loud"], &payload["notice"]["actor"]["kind"]),
                    (&true.into(), &"system".into())
                );
                payload["notice"]["subject"].as_str().unwrap().parse().unwrap()
            })
            .collect()
    }

    fn unwatched(&self) -> Vec<(Uuid, TimeDelta)> {
        let now = self.base.now();
        let found = self.base.store.read_blocking(|reading| unwatched(reading.conn, |_| true, now)).unwrap();
        found.into_iter().map(|one| (one.zone.id, now - one.since)).collect()
    }
}

#[test]
fn a_zone_without_a_reachable_warden_for_a_day_is_told_of_once_and_anew_after_it_had_one() {
    let ground = Ground::new();
    let zone = ground.zone("Hill");
    assert_eq!(ground.look(), 1);
    ground.hours(23);
    assert_eq!((ground.alerts(), ground.unwatched()), (vec![], vec![(zone, TimeDelta::hours(23))]));
    ground.hours(1);
    assert_eq!(ground.alerts(), [zone]);
    ground.hours(60);
    assert_eq!(ground.alerts(), [zone]);

    // A warden whose number nobody proved does not help; an alternate with a proven one does.
    ground.warden(zone, 0, false);
    ground.hours(1);
    assert_eq!(ground.unwatched().len(), 1);
    let alternate = ground.warden(zone, 2, true);
    assert!(ground.unwatched().is_empty());
    ground.hours(1);

    ground.base.leave(alternate);
    assert_eq!(ground.unwatched().len(), 1);
    ground.hours(24);
    assert_eq!(ground.alerts(), [zone], "noticed an hour after, so 23 hours ago");
    ground.hours(1);
    assert_eq!(ground.alerts(), [zone, zone]);
}

#[test]
fn a_watched_zone_is_never_told_of() {
    let ground = Ground::new();
    let zone = ground.zone("Hill");
    ground.warden(zone, 0, true);
    ground.look();
    ground.hours(30);
    assert_eq!((ground.alerts(), ground.unwatched()), (vec![], vec![]));
}

#[test]
fn the_watch_is_hourly_on_any_number_of_nodes_and_catches_up_after_a_stop() {
    let ground = Ground::new();
    let zone = ground.zone("Hill");
    let other = Places::new(ground.base.store.clone(), ground.base.directory.clone());
    let other_looks = || std::thread::scope(|scope| scope.spawn(|| other.fire_due().unwrap()).join().unwrap());
    assert_eq!((ground.look(), other_looks(), ground.look()), (1, 0, 0));
    ground.base.advance(TimeDelta::minutes(59));
    assert_eq!((ground.look(), other_looks()), (0, 0));
    ground.base.advance(TimeDelta::hours(1));
    assert_eq!((other_looks(), ground.look()), (1, 0));
    // Nobody looked for four days: one look is enough, and it is in time again.
    ground.base.advance(TimeDelta::days(4));
    assert_eq!((ground.look(), ground.look(), other_looks()), (1, 0, 0));
    assert_eq!(ground.alerts(), [zone]);
}

#[test]
fn each_of_more_zones_than_one_write_takes_is_told_of_once() {
    let ground = Ground::new();
    let mut zones: Vec<Uuid> = (0..121).map(|at| ground.zone(&format!("Zone {at}"))).collect();
    ground.look();
    ground.hours(26);
    let mut told = ground.alerts();
    told.sort_unstable();
    zones.sort_unstable();
    assert_eq!(told, zones);
}

//! A store in a fresh folder, with a clock that the test moves, for the tests of the slices.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;
use wire::access::Role;
use wire::people::{NewPerson, PersonKind};

use super::{Directory, Office, Organisation, View};
use crate::access::{Area, Grant, Operator, Reach, Rights};
use crate::audit::Doer;
use crate::bus::LocalBus;
use crate::kernel::clock::{Clock, ManualClock};
use crate::kernel::ids;
use crate::kernel::seal::{Keyring, SealKey};
use crate::people::{self, Checked};
use crate::store::requests::Request;
use crate::store::{Halt, Kind, LARGEST_BATCH, Lane, Location, Parts, Store, Tx};

pub(crate) struct Base {
    pub(crate) store: Store,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<ManualClock>,
    _folder: TempDir,
}

impl Drop for Base {
    fn drop(&mut self) {
        self.store.close();
    }
}

impl Base {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let store = Store::open(Parts {
            location: Location::Sqlite(folder.path().join("muster.db").to_str().unwrap().to_owned()),
            clock: clock.clone(),
            bus: Arc::new(LocalBus::default()),
            keyring: Keyring::new(SealKey::random()),
            data_dir: folder.path().to_owned(),
            kind: Kind::Live,
            batch: LARGEST_BATCH,
        })
        .unwrap();
        let directory = Directory::new(store.clone());
        Self { store, directory, clock, _folder: folder }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.directory.view()
    }

    /// Writes without asking for rights.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> crate::store::QueryResult<T> + Send + 'static,
    ) -> T {
        let write = || self.store.write_blocking(Lane::Normal, Vec::new(), move |tx| Ok::<_, Halt<()>>(f(tx)?));
        // On a thread of its own: tests that are async may not wait on theirs.
        std::thread::scope(|scope| scope.spawn(write).join().unwrap()).unwrap()
    }

    pub(crate) fn organisation(&self, name: &str) -> Uuid {
        let new = Organisation {
            id: Uuid::nil(),
            name: name.to_owned(),
            short_name: name.to_owned(),
            operations_number: None,
        };
        let made = self.write(move |tx| super::service::insert_organisation(tx, new.clone()));
        self.directory.reload_blocking().unwrap();
        made.id
    }

    pub(crate) fn office(&self, organisation: Uuid, country: &str) -> Uuid {
        let new = Office {
            id: Uuid::nil(),
            organisation,
            country: country.to_owned(),
            name: format!("Office in {country}"),
            duty_number: None,
            emergency_number: None,
            closed_at: None,
        };
        let made = self.write(move |tx| super::service::insert_office(tx, new.clone()));
        self.directory.reload_blocking().unwrap();
        made.id
    }

    pub(crate) fn person(&self, office: Uuid, name: &str, email: Option<&str>) -> Uuid {
        let new = Checked::new(&new_person(office, name, email)).unwrap();
        self.write(move |tx| people::service::create_one(tx, &new))
    }

    /// The person leaves the organisation.
    pub(crate) fn leave(&self, person: Uuid) {
        let view = self.view();
        self.write(move |tx| people::service::leave_many(tx, &[person], &view, Doer::Muster));
    }

    /// Somebody signed in with these rights, without an account.
    pub(crate) fn operator(&self, person: Uuid, grants: &[(Role, Area)]) -> Operator {
        let from = self.now();
        let grants: Vec<Grant> = grants.iter().map(|(role, area)| Grant::appointment(*role, *area, from)).collect();
        let rights = Rights::of(&grants, &self.view(), from);
        Operator::of_test(person, rights, from)
    }

    /// Who administers everything.
    pub(crate) fn administrator(&self, person: Uuid) -> Operator {
        let administrator = self.operator(person, &[(Role::Administrator, Area::Installation)]);
        assert_eq!(*administrator.may(wire::access::Permission::EditPlaces), Reach::Everything);
        administrator
    }

    /// The notices in a scope's log, the oldest first.
    pub(crate) fn notices_of(&self, scope: Uuid) -> Vec<wire::audit::Notice> {
        #[derive(serde::Deserialize)]
        struct Payload {
            notice: wire::audit::Notice,
        }
        let read = || {
            self.store
                .read_blocking(|reading| crate::store::log::after(reading.conn, reading.vault, scope, 0, i64::MAX))
        };
        let events = std::thread::scope(|thread| thread.spawn(read).join().unwrap()).unwrap();
        let payloads = events.into_iter().filter_map(|event| event.payload);
        payloads.filter_map(|payload| Some(serde_json::from_slice::<Payload>(&payload).ok()?.notice)).collect()
    }

    /// A request under a new key.
    pub(crate) fn request(&self, actor: &Operator) -> Request {
        Request { actor: actor.person, key: ids::new(self.now()), body_hash: [1; 32] }
    }
}

pub(crate) fn new_person(office: Uuid, name: &str, email: Option<&str>) -> NewPerson {
    NewPerson {
        email: email.map(str::to_owned),
        languages: vec!["en".to_owned()],
        ..NewPerson::new(office, PersonKind::StaffNational, name)
    }
}

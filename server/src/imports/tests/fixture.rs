//! An organisation with two offices, whose lists a worker imports step by step.

use std::collections::BTreeMap;

use uuid::Uuid;
use wire::access::Role;
use wire::imports::{ApplyImport, Import, ImportMapping, ImportProblem, ImportProblems, ImportRow, ImportState};
use wire::people::NewPerson;

use crate::access::Area;
use crate::imports::{Imports, Refusal, Steward, Upload, Worker};
use crate::kernel::ids;
use crate::people::service as people;
use crate::places::fixture::Base;
use crate::store::WriteError;
use crate::store::requests::Request;

pub(super) struct Site {
    pub(super) base: Base,
    pub(super) organisation: Uuid,
    pub(super) kenya: Uuid,
    pub(super) uganda: Uuid,
    pub(super) imports: Imports,
    pub(super) steward: Steward,
}

impl Site {
    pub(super) fn new() -> Self {
        let base = Base::new();
        let organisation = base.organisation("LAKES");
        let (kenya, uganda) = (base.office(organisation, "KE"), base.office(organisation, "UG"));
        let imports = Imports::new(base.store.clone(), base.directory.clone());
        let person = base.person(kenya, "Lina Steward", None);
        let operator = base.operator(person, &[(Role::ListSteward, Area::Organisation(organisation))]);
        Self { organisation, kenya, uganda, imports, steward: Steward::operator(&operator), base }
    }

    pub(super) fn request(&self) -> Request {
        Request { actor: self.organisation, key: ids::new(self.base.now()), body_hash: [1; 32] }
    }

    pub(super) fn worker(&self) -> Worker {
        Worker::new(self.imports.clone())
    }

    pub(super) fn upload(&self, bytes: &[u8]) -> Upload {
        Upload {
            organisation: self.organisation,
            office: None,
            file_name: "list.csv".to_owned(),
            bytes: bytes.to_vec(),
            profile: None,
        }
    }

    pub(super) fn send(&self, list: &str) -> Import {
        self.imports
            .create(&self.steward, self.request(), self.upload(list.as_bytes()))
            .unwrap_or_else(|why| panic!("{why:?}"))
    }

    /// The dry run of a list, by what its headings say.
    pub(super) fn checked(&self, list: &str) -> Import {
        self.checked_as(list, |_| {})
    }

    pub(super) fn checked_as(&self, list: &str, change: impl FnOnce(&mut ImportMapping)) -> Import {
        let import = self.send(list);
        let mut mapping = import.mapping.clone().unwrap();
        change(&mut mapping);
        self.map(import.id, mapping);
        self.work();
        let import = self.show(import.id);
        assert_eq!(import.state, ImportState::Checked, "{:?}", import.failure);
        import
    }

    pub(super) fn map(&self, import: Uuid, mapping: ImportMapping) -> Import {
        self.imports.map(&self.steward, self.request(), import, mapping).unwrap_or_else(|why| panic!("{why:?}"))
    }

    pub(super) fn apply(&self, import: Uuid, how: ApplyImport) -> Result<Import, Refusal> {
        match self.imports.apply(&self.steward, self.request(), import, how) {
            Ok(import) => Ok(import),
            Err(WriteError::Refused(refusal)) => Err(refusal),
            Err(WriteError::Store(error)) => panic!("{error}"),
        }
    }

    /// Applies a list whole.
    pub(super) fn applied(&self, list: &str) -> Import {
        let import = self.checked(list);
        self.apply(import.id, ApplyImport::default()).unwrap();
        self.work();
        let import = self.show(import.id);
        assert_eq!(import.state, ImportState::Applied, "{:?}", import.failure);
        import
    }

    pub(super) fn undone(&self, import: Uuid) -> Import {
        self.imports.undo(&self.steward, self.request(), import).unwrap_or_else(|why| panic!("{why:?}"));
        self.work();
        let import = self.show(import);
        assert_eq!(import.state, ImportState::Undone, "{:?}", import.failure);
        import
    }

    /// Works until nothing is left to do.
    pub(super) fn work(&self) {
        let mut worker = self.worker();
        while worker.work().unwrap() {}
    }

    pub(super) fn show(&self, import: Uuid) -> Import {
        self.imports.show(&self.steward, import).unwrap_or_else(|why| panic!("{why:?}"))
    }

    pub(super) fn rows(&self, import: Uuid) -> Vec<ImportRow> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.imports.rows(&self.steward, import, None, after).unwrap_or_else(|why| panic!("{why:?}"));
            all.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }

    pub(super) fn problems(&self, import: Uuid) -> Vec<ImportProblem> {
        self.told(import).problems
    }

    /// What is wrong with the file, row by row and by cause.
    pub(super) fn told(&self, import: Uuid) -> ImportProblems {
        self.imports.problems(&self.steward, import, None).unwrap_or_else(|why| panic!("{why:?}"))
    }

    /// Everybody who is there, by name.
    pub(super) fn present(&self) -> BTreeMap<String, (Uuid, NewPerson)> {
        let within = (self.organisation, None);
        let found = self.base.store.read_blocking(|reading| {
            let present = people::present(reading.conn, within, Uuid::nil(), 100_000)?;
            let of: Vec<Uuid> = present.iter().map(|one| one.person).collect();
            people::entered(reading.conn, reading.vault, &of)
        });
        let named = |(id, one): (Uuid, crate::people::Entered)| {
            (one.person.fields().name.clone(), (id, one.person.fields().clone()))
        };
        found.unwrap().into_iter().map(named).collect()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.present().into_keys().filter(|name| name != "Lina Steward").collect()
    }
}

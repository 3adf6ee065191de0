use std::net::IpAddr;

use uuid::Uuid;
use wire::access::Role;

use crate::access::origin::Origins;
use crate::access::{
    Access, Area, Cost, Demands, Grant, Operator, Refusal, SignedIn, Trying, insert_account, insert_grant,
};
use crate::places::fixture::Base;
use crate::store::WriteError;

/// A cost for tests: the rules are the same, the work is not.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

pub(super) const PASSWORD: &str = "lantern gravel oboe";

pub(super) struct Site {
    pub(super) base: Base,
    pub(super) access: Access,
    pub(super) organisation: Uuid,
    pub(super) office: Uuid,
}

pub(super) fn refusal<T>(result: Result<T, WriteError<Refusal>>) -> Refusal {
    match result {
        Err(WriteError::Refused(refusal)) => refusal,
        Err(WriteError::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// Somebody at one browser of one network.
pub(super) fn trying(email: &str, password: &str) -> Trying {
    Trying {
        email: email.to_owned(),
        password: password.to_owned(),
        from: Some(IpAddr::from([10, 0, 0, 1])),
        device: "Firefox on Linux".to_owned(),
        ..Trying::default()
    }
}

impl Site {
    pub(super) fn new() -> Self {
        Self::demanding(false)
    }

    /// One that asks for second factors.
    pub(super) fn strict() -> Self {
        Self::demanding(true)
    }

    fn demanding(second_factor: bool) -> Self {
        let base = Base::new();
        let organisation = base.organisation("One");
        let office = base.office(organisation, "KE");
        let demands = Demands { cost: CHEAP, origins: Origins::default(), second_factor, texts: false };
        let access = Access::new(base.store.clone(), base.directory.clone(), demands).unwrap();
        Self { base, access, organisation, office }
    }

    /// A person of the office with a password and these rights.
    pub(super) fn account(&self, email: &str, grants: &[(Role, Area)]) -> Uuid {
        let person = self.base.person(self.office, "Amina Diallo", Some(email));
        let hash = self.access.inner.hashing.hash_blocking(PASSWORD).unwrap();
        let (grants, from) = (grants.to_vec(), self.base.now());
        self.base.write(move |tx| {
            insert_account(tx, person, &hash)?;
            for (role, area) in &grants {
                insert_grant(tx, person, Grant::appointment(*role, *area, from))?;
            }
            Ok(())
        });
        person
    }

    pub(super) fn operator_account(&self, email: &str) -> Uuid {
        self.account(email, &[(Role::OperationsOperator, Area::Installation)])
    }

    pub(super) async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, WriteError<Refusal>> {
        self.access.sign_in(trying(email, password)).await
    }

    pub(super) async fn signed_in(&self, email: &str) -> SignedIn {
        self.sign_in(email, PASSWORD).await.unwrap()
    }

    pub(super) async fn administrator(&self) -> Operator {
        self.account("admin@one.example", &[(Role::Administrator, Area::Installation)]);
        self.signed_in("admin@one.example").await.operator
    }

    pub(super) async fn is_open(&self, cookie: &str) -> bool {
        self.access.authenticate(cookie).await.unwrap().is_some()
    }
}

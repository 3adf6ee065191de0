//! What a viewer may see of whom: the one place where people's fields are masked.

use std::collections::BTreeSet;

use uuid::Uuid;
use wire::access::Permission;
use wire::people::PersonKind;

use crate::access::{Operator, Reach};
use crate::kernel::seal::Keyring;
use crate::places::View;

/// What a pseudonym is made by.
const PSEUDONYM: &str = "people.pseudonym";

/// Letters of a pseudonym, as they can be read out.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Where somebody may see what of people.
#[derive(Clone)]
pub struct Viewer {
    people: Reach,
    pseudonyms: Reach,
    dependants: Reach,
    passports: Reach,
    medical: Reach,
}

/// How much of a person somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// By name, with everything but what is named here as hidden.
    Whole {
        /// Whether the passport is shown.
        passport: bool,
        /// Whether what helps a medic is shown while there is an open case.
        medical: bool,
    },
    /// That they are there, and of which office: dependants, for who may not see them.
    Veiled,
    /// By pseudonym, without an identifier.
    Pseudonym,
}

/// Offices of a question to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Within {
    /// Every office.
    All,
    /// These.
    These(Vec<Uuid>),
}

impl Within {
    /// Those that are in this one too.
    pub(super) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one.clone(),
            (Self::These(mine), Self::These(others)) => {
                let others: BTreeSet<&Uuid> = others.iter().collect();
                Self::These(mine.iter().filter(|one| others.contains(one)).copied().collect())
            }
        }
    }

    /// Whether it names no office.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::These(offices) if offices.is_empty())
    }
}

impl Viewer {
    /// Of somebody who is signed in.
    pub fn of(who: &Operator) -> Self {
        let may = |permission| who.may(permission).clone();
        Self {
            people: may(Permission::ReadPeople),
            pseudonyms: may(Permission::ReadPseudonyms),
            dependants: may(Permission::ReadDependants),
            passports: may(Permission::ReadPassports),
            medical: may(Permission::ReadMedical),
        }
    }

    /// The same within a further permission's reach, such as exporting.
    pub(super) fn only(self, reach: &Reach) -> Self {
        Self { people: both(&self.people, reach), pseudonyms: both(&self.pseudonyms, reach), ..self }
    }

    /// How much of a person of an office they may see; nothing when the person does not exist for them.
    pub(super) fn sight(&self, office: Uuid, kind: PersonKind) -> Option<Sight> {
        if self.people.contains(office) {
            if kind == PersonKind::Dependant && !self.dependants.contains(office) {
                return Some(Sight::Veiled);
            }
            let (passport, medical) = (self.passports.contains(office), self.medical.contains(office));
            return Some(Sight::Whole { passport, medical });
        }
        self.pseudonyms.contains(office).then_some(Sight::Pseudonym)
    }

    /// Whether they see whose dependants people of an office are.
    pub(super) fn sees_dependants(&self, office: Uuid) -> bool {
        self.people.contains(office) && self.dependants.contains(office)
    }

    /// Offices whose people they see by name, but for dependants.
    pub(super) fn named(&self) -> Within {
        within(&self.people)
    }

    /// Offices whose dependants they see by name, among those.
    pub(super) fn named_dependants(&self) -> Within {
        within(&self.dependants)
    }

    /// Offices of whose dependants they see only that they are there.
    pub(super) fn veiled(&self, view: &View) -> Within {
        let hidden = |office: &Uuid| self.people.contains(*office) && !self.dependants.contains(*office);
        Within::These(view.offices.keys().filter(|office| hidden(office)).copied().collect())
    }

    /// Offices whose people they see by pseudonym only.
    pub(super) fn pseudonymous(&self, view: &View) -> Within {
        let only = |office: &Uuid| self.pseudonyms.contains(*office) && !self.people.contains(*office);
        Within::These(view.offices.keys().filter(|office| only(office)).copied().collect())
    }
}

fn both(one: &Reach, other: &Reach) -> Reach {
    match (one, other) {
        (Reach::Everything, reach) | (reach, Reach::Everything) => reach.clone(),
        (Reach::Scopes(mine), Reach::Scopes(others)) => Reach::Scopes(mine.intersection(others).copied().collect()),
    }
}

/// The offices of a reach, for a question to the database.
pub(super) fn within(reach: &Reach) -> Within {
    match reach {
        Reach::Everything => Within::All,
        Reach::Scopes(scopes) => Within::These(scopes.iter().copied().collect()),
    }
}

/// The same person's, always; nobody can tell whose without the installation's secret.
pub(super) fn pseudonym(keyring: &Keyring, person: Uuid) -> String {
    let hash = keyring.blind_index(PSEUDONYM, &person.simple().to_string());
    let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
    std::iter::once("P-".to_owned()).chain(hash.iter().take(6).map(|byte| letter(byte).to_string())).collect()
}

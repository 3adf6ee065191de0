//! Who a tap is about: who is in danger, who says so, which scopes must see it, and which case it joins.

use uuid::Uuid;
use wire::case::PersonBrief;
use wire::not_okay::Colleague;

use super::own_case::label_of;
use super::raise::Work;
use super::service::ordered;
use super::{Case, label, store};
use crate::devices::service::standing;
use crate::kernel::text::folded;
use crate::people::service::{brief, scopes_now};
use crate::store::{QueryResult, SqlError, Tx};

/// Who is in danger, who says so, and which scopes must see it.
pub(super) struct Subject {
    pub(super) brief: PersonBrief,
    pub(super) reporter: Option<PersonBrief>,
    pub(super) organisation: Uuid,
    pub(super) scopes: Vec<Uuid>,
    pub(super) labels: Vec<String>,
}

/// What a tap may join.
pub(super) enum Joins {
    Case(Box<Case>),
    None,
    Unreadable(Uuid),
}

impl Subject {
    pub(super) fn of(tx: &mut Tx<'_>, work: &Work) -> QueryResult<Self> {
        let (mut labels, now) = (Vec::new(), tx.now());
        let own = brief(tx.reading(), &work.view, work.raiser.person)?;
        match &own {
            None => label(&mut labels, "person_unknown"),
            Some(known) if known.left => label(&mut labels, "person_left"),
            Some(_) => {}
        }
        let texted_from = work.raiser.texted_from.as_deref();
        let odd = match texted_from {
            Some(_) => None,
            None => label_of(standing(tx.reading(), work.raiser.device)?),
        };
        if let Some(word) = odd {
            label(&mut labels, word);
        }
        // Somebody of whom nothing is known any more still reaches somebody.
        let organisation = work.raiser.organisation.or(own.as_ref().map(|known| known.organisation));
        let organisation = organisation.or_else(|| work.view.organisations.keys().next().copied()).unwrap_or_default();
        let mut scopes = [work.raiser.offices.clone(), work.scopes_at(organisation)].concat();
        scopes.extend(own.as_ref().map(|known| known.office));
        let colleague = work.said.said.colleague.as_ref().and_then(|colleague| colleague.person);
        let whose: Vec<Uuid> = std::iter::once(work.raiser.person).chain(colleague).collect();
        scopes.extend(scopes_now(tx.reading(), &whose, now)?);
        let own = own.map_or_else(
            || unregistered(texted_from.filter(|number| !number.is_empty()).unwrap_or("?")),
            |known| known.brief,
        );
        let (subject, reporter) = match &work.said.said.colleague {
            None => (own, None),
            Some(colleague) => (Self::colleague(tx, work, colleague, (&mut scopes, &mut labels))?, Some(own)),
        };
        if scopes.is_empty() {
            match texted_from {
                // Of whichever organisation they are: those who can see everything, and whoever is in their country.
                Some(number) => scopes.extend(work.view.scopes_of_number(number)),
                None => scopes.push(organisation),
            }
        }
        Ok(Self { brief: subject, reporter, organisation, scopes: ordered(scopes), labels })
    }

    fn colleague(
        tx: &mut Tx<'_>,
        work: &Work,
        Colleague { person, name }: &Colleague,
        (scopes, labels): (&mut Vec<Uuid>, &mut Vec<String>),
    ) -> QueryResult<PersonBrief> {
        let known = match person {
            Some(person) => brief(tx.reading(), &work.view, *person)?,
            None => None,
        };
        Ok(match known {
            Some(known) => {
                scopes.push(known.office);
                known.brief
            }
            None => {
                label(labels, "person_unknown");
                unregistered(name.as_deref().unwrap_or("?"))
            }
        })
    }

    /// Whoever holds the phone.
    pub(super) fn raiser_name(&self) -> String {
        self.reporter.as_ref().unwrap_or(&self.brief).name.clone()
    }

    /// The case that this tap may join.
    pub(super) fn joins(&self, tx: &mut Tx<'_>, work: &Work) -> QueryResult<Joins> {
        let reporter = work.raiser.person;
        let id = match self.brief.id {
            Some(person) => store::joinable(tx, person, reporter)?,
            // Somebody who is not in the register (any more) still has one case, not one per tap.
            None => {
                let name = folded(&self.brief.name);
                let same = |case: &Case| {
                    folded(&case.summary.subject.name) == name
                        && case.summary.reporter.is_some() == self.reporter.is_some()
                };
                store::unregistered_of(tx, reporter)?.iter().find(|case| same(case)).map(|case| case.summary.id)
            }
        };
        let Some(id) = id else { return Ok(Joins::None) };
        match store::lock(tx, id) {
            Ok(case) => Ok(case.map_or(Joins::None, |case| Joins::Case(Box::new(case)))),
            Err(SqlError::DeserializationError(_)) => Ok(Joins::Unreadable(id)),
            Err(error) => Err(error),
        }
    }
}

/// A person who is not in the register; `?` is shown as "not named" in the reader's language.
pub(super) fn unregistered(name: &str) -> PersonBrief {
    PersonBrief {
        id: None,
        name: name.to_owned(),
        organisation: None,
        office: None,
        duty_station: None,
        time_zone: None,
        call_sign: None,
        languages: Vec::new(),
    }
}

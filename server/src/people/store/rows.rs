//! A person's row, and the fields it holds.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;
use wire::case::PhoneNumber;
use wire::people::{NewPerson, NewPhone, PersonKind};

use crate::kernel::seal::Keyring;
use crate::people::private::{PRIVATE, Private};
use crate::people::{Checked, Identity};
use crate::store::schema::people;
use crate::store::types::{At, Id};
use crate::store::vault::unsealable;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub(in crate::people) struct PersonRow {
    pub(in crate::people) id: Id,
    pub(in crate::people) office: Id,
    pub(in crate::people) duty_station: Option<Id>,
    pub(in crate::people) kind: String,
    pub(in crate::people) name: String,
    pub(in crate::people) folded: String,
    pub(in crate::people) email: Option<String>,
    pub(in crate::people) languages: String,
    pub(in crate::people) call_sign: Option<String>,
    pub(in crate::people) left_at: Option<At>,
    pub(in crate::people) created_at: At,
    pub(in crate::people) organisation: Option<Id>,
    pub(in crate::people) external_id: Option<String>,
    pub(in crate::people) job_title: Option<String>,
    pub(in crate::people) time_zone: Option<String>,
    pub(in crate::people) zone: Option<Id>,
    pub(in crate::people) sponsor: Option<Id>,
    pub(in crate::people) supervisor: Option<Id>,
    pub(in crate::people) present_from: Option<At>,
    pub(in crate::people) present_until: Option<At>,
    pub(in crate::people) private: Option<Vec<u8>>,
    pub(in crate::people) source: Option<String>,
    pub(in crate::people) staged: Option<Id>,
    pub(in crate::people) email_verified_at: Option<At>,
    pub(in crate::people) revision: Option<i64>,
    pub(in crate::people) changed_at: Option<At>,
}

impl PersonRow {
    /// Tags are stored with commas between them, which no tag holds.
    pub(in crate::people) fn languages(&self) -> Vec<String> {
        self.languages.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    }

    pub(in crate::people) fn kind(&self) -> PersonKind {
        PersonKind::from_word(&self.kind).unwrap_or_else(|| {
            tracing::warn!(person = %self.id.0, "a kind of person that this version does not know is shown as partner");
            PersonKind::Partner
        })
    }

    pub(in crate::people) fn revision(&self) -> i64 {
        self.revision.unwrap_or(1)
    }

    pub(in crate::people) fn private(&self, keyring: &Keyring) -> QueryResult<Private> {
        Private::open(&keyring.column(PRIVATE), self.id.0, self.private.as_deref()).map_err(unsealable)
    }

    /// The fields as they were checked when they were entered.
    pub(in crate::people) fn checked(&self, keyring: &Keyring, phones: &[PhoneNumber]) -> QueryResult<Checked> {
        let Private { residence, hotel, fallback, passport, medical } = self.private(keyring)?;
        Ok(Checked::kept(NewPerson {
            office: self.office.0,
            duty_station: self.duty_station.map(|id| id.0),
            kind: self.kind(),
            name: self.name.clone(),
            email: self.email.clone(),
            languages: self.languages(),
            call_sign: self.call_sign.clone(),
            phones: phones.iter().map(|one| NewPhone { number: one.number.clone(), kind: one.kind.clone() }).collect(),
            external_id: self.external_id.clone(),
            job_title: self.job_title.clone(),
            time_zone: self.time_zone.clone(),
            zone: self.zone.map(|id| id.0),
            sponsor: self.sponsor.map(|id| id.0),
            supervisor: self.supervisor.map(|id| id.0),
            present_from: self.present_from.map(|at| at.0),
            present_until: self.present_until.map(|at| at.0),
            residence,
            hotel,
            fallback,
            passport,
            medical,
        }))
    }

    pub(in crate::people) fn identity(self) -> Identity {
        Identity {
            id: self.id.0,
            name: self.name,
            email: self.email,
            office: self.office.0,
            left: self.left_at.is_some(),
        }
    }

    /// The row of a person who is new, or of one who was there `before`: what a list does not say
    /// (when they were entered, whether they left, whose import hides them) stays.
    pub(super) fn of(
        id: Uuid,
        person: &Checked,
        (organisation, keyring): (Option<Id>, &Keyring),
        before: Option<&Self>,
        now: At,
    ) -> QueryResult<Self> {
        let fields = person.fields();
        let private = Private::of(fields)
            .seal(&keyring.column(PRIVATE), id)
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        let same_email = before.filter(|before| before.email == fields.email);
        Ok(Self {
            id: Id(id),
            office: Id(fields.office),
            duty_station: fields.duty_station.map(Id),
            kind: fields.kind.word().to_owned(),
            name: fields.name.clone(),
            folded: person.folded().to_owned(),
            email: fields.email.clone(),
            languages: fields.languages.join(","),
            call_sign: fields.call_sign.clone(),
            left_at: before.and_then(|before| before.left_at),
            created_at: before.map_or(now, |before| before.created_at),
            organisation,
            external_id: fields.external_id.clone(),
            job_title: fields.job_title.clone(),
            time_zone: fields.time_zone.clone(),
            zone: fields.zone.map(Id),
            sponsor: fields.sponsor.map(Id),
            supervisor: fields.supervisor.map(Id),
            present_from: fields.present_from.map(At),
            present_until: fields.present_until.map(At),
            private,
            source: before.and_then(|before| before.source.clone()),
            staged: before.and_then(|before| before.staged),
            email_verified_at: same_email.and_then(|before| before.email_verified_at),
            revision: Some(before.map_or(1, |before| before.revision() + 1)),
            changed_at: Some(now),
        })
    }
}

/// Rows by their identifiers.
pub(super) fn by_id(rows: Vec<PersonRow>) -> HashMap<Uuid, PersonRow> {
    rows.into_iter().map(|row| (row.id.0, row)).collect()
}

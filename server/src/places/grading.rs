//! How areas may be graded, and their grades with history.

use std::collections::HashSet;

use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::zones::{AreaGrade, GradeDefinition, GradingScheme, NewGrade, NewGradingScheme};

use super::service::{Doer, Places, refused};
use super::shown::Shown;
use super::{Refusal, store};
use crate::access::Operator;
use crate::audit::Act;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::Request;
use crate::store::{Halt, QueryResult, StoreError, Tx, WriteError};

/// How far ahead a grade may begin.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// How far a client's clock may be behind for "from now" to be no past.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// Grades of an area's history that are shown.
const HISTORY: i64 = 500;

impl Places {
    /// Every scheme, by name.
    pub async fn grading_schemes(&self) -> Result<Vec<GradingScheme>, StoreError> {
        self.store.read(|reading| store::areas::schemes(reading.conn)).await
    }

    /// Makes a scheme. Only who administers the whole installation may: every organisation grades by it.
    pub async fn create_grading_scheme(
        &self,
        by: &Operator,
        request: Request,
        new: NewGradingScheme,
    ) -> Result<GradingScheme, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).is_everything() {
            return Err(WriteError::Refused(Refusal::Forbidden));
        }
        let scheme = GradingScheme { id: self.new_id(), ..checked_scheme(&new).map_err(refused)? };
        let doer = Doer::new(by, self.view().organisations.keys().copied().collect());
        self.change(request, doer, move |tx, doer| {
            if store::areas::schemes(tx.reading())?.iter().any(|other| other.name == scheme.name) {
                let why = "Another scheme has this name; give another.";
                return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/name", why))));
            }
            store::areas::insert_scheme(tx, &scheme)?;
            doer.note(tx, scheme.id, format!("A grading scheme of {} grades was entered", scheme.grades.len()))?;
            Ok(scheme.clone())
        })
        .await
    }

    /// Gives an area a grade of its scheme, from now or later.
    pub async fn grade_area(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        new: NewGrade,
    ) -> Result<AreaGrade, WriteError<Refusal>> {
        let reason = field::line("/reason", &new.reason, 3, 1_000).map_err(refused)?;
        let Some(doer) = self.doer_for_area(by, id) else { return self.not_there(by, request).await };
        let set_by = by.person;
        self.change(request, doer, move |tx, doer| {
            let now = tx.now();
            let (area, _) = store::areas::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let from = new.from.unwrap_or(now);
            if from < now - SLACK || from > now + AHEAD {
                let why = "Give a time from now to a year ahead; what was graded in the past stays.";
                return Err(Halt::Refuse(Invalid::new("/from", why).into()));
            }
            let scheme =
                area.scheme.map(|scheme| store::areas::find_scheme(tx.reading(), scheme)).transpose()?.flatten();
            let Some(scheme) = scheme else {
                let why = "The area has no grading scheme; give it one first.";
                return Err(Halt::Refuse(Invalid::new("/grade", why).into()));
            };
            let Some(grade) = scheme.grades.iter().find(|grade| grade.code == new.grade) else {
                let why = "The area's scheme has no such grade; take a code that GET /v1/grading-schemes names.";
                return Err(Halt::Refuse(Invalid::new("/grade", why).into()));
            };
            let from = from.max(now);
            let given = AreaGrade { grade: grade.code.clone(), reason: reason.clone(), set_by, from, set_at: now };
            store::areas::insert_grade(tx, ids::new(now), id, &given)?;
            let what = format!("A security area in {} was graded {}", area.country, grade.code);
            doer.note_act(tx, Act::new(Deed::AreaGraded, what).on(id).because(reason.clone()))?;
            Ok(given)
        })
        .await
    }

    /// The grades that an area was given, the newest first; none where there is no such area for the
    /// caller.
    pub async fn grades(&self, by: &Operator, id: Uuid) -> Result<Option<Vec<AreaGrade>>, StoreError> {
        let shown = Shown::new(self.view(), by.sees());
        self.store
            .read(move |reading| match store::areas::find(reading.conn, id)? {
                Some((area, _)) if shown.sees_area(&area) => store::areas::history(reading.conn, id, HISTORY).map(Some),
                _ => Ok(None),
            })
            .await
    }
}

/// Inserts a scheme under a new identifier.
pub fn insert_scheme(tx: &mut Tx<'_>, new: &NewGradingScheme) -> QueryResult<GradingScheme> {
    let made = GradingScheme { id: ids::new(tx.now()), name: new.name.clone(), grades: new.grades.clone() };
    store::areas::insert_scheme(tx, &made)?;
    Ok(made)
}

/// Gives an area a grade, unchecked: for invented worlds.
pub fn insert_grade(tx: &mut Tx<'_>, area: Uuid, given: &AreaGrade) -> QueryResult<()> {
    store::areas::insert_grade(tx, ids::new(tx.now()), area, given)
}

fn checked_scheme(new: &NewGradingScheme) -> Result<GradingScheme, Invalid> {
    if !(2..=12).contains(&new.grades.len()) {
        return Err(Invalid::new("/grades", "Give 2 to 12 grades, the mildest first."));
    }
    let codes: HashSet<&str> = new.grades.iter().map(|grade| grade.code.as_str()).collect();
    if codes.len() < new.grades.len() {
        return Err(Invalid::new("/grades", "Give each grade a code of its own."));
    }
    let grades = new.grades.iter().enumerate().map(|(at, grade)| checked_grade(at, grade));
    Ok(GradingScheme {
        id: Uuid::nil(),
        name: field::line("/name", &new.name, 1, 100)?,
        grades: grades.collect::<Result<_, _>>()?,
    })
}

fn checked_grade(at: usize, grade: &GradeDefinition) -> Result<GradeDefinition, Invalid> {
    let fits = (1..=20).contains(&grade.code.len())
        && grade.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !fits {
        let why = "Give 1 to 20 small letters, digits and underscores.";
        return Err(Invalid::new(format!("/grades/{at}/code"), why));
    }
    let name = field::line(&format!("/grades/{at}/name"), &grade.name, 1, 60)?;
    Ok(GradeDefinition { code: grade.code.clone(), name })
}

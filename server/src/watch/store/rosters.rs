//! Rows of duty rosters.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use uuid::Uuid;
use wire::access::{AreaKind, Role};

use crate::access::Area;
use crate::on;
use crate::store::schema::{people, roster_entries};
use crate::store::types::{At, Id};
use crate::store::{AnyConn, SqlError, Tx};
use crate::watch::area_key;
use crate::watch::pattern::Pattern;

/// Entries of one area that are shown at once, ended ones included.
const SHOWN: i64 = 200;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = roster_entries, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    area_key: String,
    area: String,
    area_id: Option<Id>,
    area_code: Option<String>,
    role: String,
    person: Id,
    weekdays: i64,
    from_minute: i64,
    until_minute: i64,
    time_zone: String,
    first_day: String,
    last_day: Option<String>,
    replaces: Option<Id>,
    created_by: Id,
    created_at: At,
    ended_by: Option<Id>,
    ended_at: Option<At>,
}

/// An entry of a duty roster.
#[derive(Debug, Clone)]
pub(in crate::watch) struct Entry {
    pub(in crate::watch) id: Uuid,
    pub(in crate::watch) area: Area,
    pub(in crate::watch) role: Role,
    pub(in crate::watch) person: Uuid,
    pub(in crate::watch) name: String,
    pub(in crate::watch) pattern: Pattern,
    pub(in crate::watch) replaces: Option<Uuid>,
    pub(in crate::watch) by: Uuid,
    pub(in crate::watch) at: DateTime<Utc>,
    pub(in crate::watch) ended: Option<(DateTime<Utc>, Uuid)>,
}

impl Row {
    fn of(entry: &Entry) -> Self {
        let Entry { id, area, role, person, pattern, replaces, by, at, ended, .. } = entry;
        Self {
            id: Id(*id),
            area_key: area_key(*area),
            area: area.kind().word().to_owned(),
            area_id: area.id().map(Id),
            area_code: area.country().map(|country| country.as_str().to_owned()),
            role: role.word().to_owned(),
            person: Id(*person),
            weekdays: i64::from(pattern.weekdays),
            from_minute: i64::from(pattern.from),
            until_minute: i64::from(pattern.until),
            time_zone: pattern.zone.name().to_owned(),
            first_day: pattern.first.to_string(),
            last_day: pattern.last.map(|day| day.to_string()),
            replaces: replaces.map(Id),
            created_by: Id(*by),
            created_at: At(*at),
            ended_by: ended.map(|(_, by)| Id(by)),
            ended_at: ended.map(|(at, _)| At(at)),
        }
    }

    fn pattern(&self) -> Option<Pattern> {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let last = self.last_day.as_deref().map(|text| day(text).ok_or(())).transpose().ok()?;
        Some(Pattern {
            weekdays: u8::try_from(self.weekdays).ok()?,
            from: u16::try_from(self.from_minute).ok()?,
            until: u16::try_from(self.until_minute).ok()?,
            zone: self.time_zone.parse::<Tz>().ok()?,
            first: day(&self.first_day)?,
            last,
        })
    }

    /// What a newer version wrote, or a zone that this one does not know, counts for nothing: then everybody is called.
    fn entry(self, name: String) -> Option<Entry> {
        let kind = AreaKind::from_word(&self.area);
        let area = kind.and_then(|kind| Area::named(kind, self.area_id.map(|id| id.0), self.area_code.as_deref()).ok());
        let (Some(area), Some(role), Some(pattern)) = (area, Role::from_word(&self.role), self.pattern()) else {
            tracing::warn!(entry = %self.id.0, "an entry of a duty roster cannot be read and counts for nothing");
            return None;
        };
        Some(Entry {
            id: self.id.0,
            area,
            role,
            person: self.person.0,
            name,
            pattern,
            replaces: self.replaces.map(|id| id.0),
            by: self.created_by.0,
            at: self.created_at.0,
            ended: self.ended_at.zip(self.ended_by).map(|(at, by)| (at.0, by.0)),
        })
    }
}

macro_rules! named {
    () => {
        roster_entries::table
            .inner_join(people::table.on(people::id.eq(roster_entries::person)))
            .select((Row::as_select(), people::name))
    };
}

fn entries(rows: Vec<(Row, String)>) -> Vec<Entry> {
    rows.into_iter().filter_map(|(row, name)| row.entry(name)).collect()
}

/// The entries over exactly these areas that were not ended.
pub(in crate::watch) fn over(conn: &mut AnyConn, areas: &[Area]) -> QueryResult<Vec<Entry>> {
    let keys: Vec<String> = areas.iter().map(|area| area_key(*area)).collect();
    let rows = on!(conn, |c| named!()
        .filter(roster_entries::area_key.eq_any(&keys).and(roster_entries::ended_at.is_null()))
        .order(roster_entries::id)
        .load(c))?;
    Ok(entries(rows))
}

/// The entries over exactly this area that were ended, the newest first.
pub(in crate::watch) fn ended(conn: &mut AnyConn, area: Area) -> QueryResult<Vec<Entry>> {
    let rows = on!(conn, |c| named!()
        .filter(roster_entries::area_key.eq(area_key(area)).and(roster_entries::ended_at.is_not_null()))
        .order(roster_entries::id.desc())
        .limit(SHOWN)
        .load(c))?;
    Ok(entries(rows))
}

/// One entry.
pub(in crate::watch) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Entry>> {
    let rows = on!(conn, |c| named!().filter(roster_entries::id.eq(Id(id))).load(c))?;
    Ok(entries(rows).pop())
}

/// Adds an entry.
pub(in crate::watch) fn insert(tx: &mut Tx<'_>, entry: &Entry) -> QueryResult<()> {
    let row = Row::of(entry);
    on!(tx.writing(), |c| diesel::insert_into(roster_entries::table).values(&row).execute(c))?;
    Ok(())
}

/// Ends an entry that is not ended; one that another node has ended meanwhile is an error, by which the write is done
/// again.
pub(in crate::watch) fn end(tx: &mut Tx<'_>, id: Uuid, by: Uuid) -> QueryResult<()> {
    let set = (roster_entries::ended_at.eq(Some(At(tx.now()))), roster_entries::ended_by.eq(Some(Id(by))));
    let open = roster_entries::table.filter(roster_entries::id.eq(Id(id)).and(roster_entries::ended_at.is_null()));
    if on!(tx.writing(), |c| diesel::update(open).set(set).execute(c))? == 1 {
        return Ok(());
    }
    let what = "another node was faster".to_owned();
    Err(SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(what)))
}

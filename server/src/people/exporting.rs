//! Taking people's data out of Muster: a CSV whose second row is HXL tags, without what the caller
//! may not see, and noted in the log before it leaves.

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::register::{ExportPeople, PersonDetail};

use super::Refusal;
use super::changing::note;
use super::listing::{After, Filter, offices};
use super::service::People;
use super::shown;
use super::store::{self, Listed, PersonRow};
use super::viewer::Viewer;
use crate::access::Operator;
use crate::audit::Act;
use crate::kernel::field::{self, Invalid};
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, QueryResult, Reading, StoreError, WriteError};

/// People that are read at a time.
const AT_ONCE: usize = 500;

/// Columns and their HXL tags.
const COLUMNS: [(&str, &str); 29] = [
    ("organisation", "#org+name"),
    ("country", "#country+code"),
    ("office", "#loc+office"),
    ("duty_station", "#loc+station"),
    ("kind", "#population+type"),
    ("name", "#person+name"),
    ("person", "#person+id"),
    ("external_id", "#person+id+organisation"),
    ("email", "#contact+email"),
    ("call_sign", "#contact+callsign"),
    ("languages", "#language"),
    ("job_title", "#person+role"),
    ("phone_1", "#contact+phone+n1"),
    ("phone_2", "#contact+phone+n2"),
    ("phone_3", "#contact+phone+n3"),
    ("sponsor", "#person+sponsor+id"),
    ("supervisor", "#person+supervisor+id"),
    ("zone", "#loc+zone"),
    ("residence", "#loc+residence"),
    ("hotel", "#loc+hotel"),
    ("fallback_name", "#contact+fallback+name"),
    ("fallback_number", "#contact+fallback+phone"),
    ("present_from", "#date+start"),
    ("present_until", "#date+end"),
    ("current_country", "#country+current"),
    ("current_until", "#date+current+end"),
    ("passport_number", "#person+passport+id"),
    ("passport_country", "#person+passport+country"),
    ("masked", "#meta+masked"),
];

/// A list that was taken out.
pub struct Exported {
    /// The CSV, UTF-8.
    pub csv: Vec<u8>,
    /// How many people it has.
    pub people: u64,
}

impl People {
    /// The people whom the caller may see and take out, who have not left. What helps a medic is in no
    /// list: it is shown one by one, while somebody is in danger.
    pub async fn export(
        &self,
        by: &Operator,
        request: Request,
        asked: ExportPeople,
    ) -> Result<Exported, WriteError<Refusal>> {
        let reason = field::line("/reason", &asked.reason, 10, 500);
        let reason = reason.map_err(|invalid: Invalid| WriteError::Refused(invalid.into()))?;
        let reach = by.may(Permission::ExportPeople).clone();
        let (view, viewer) = (self.directory.view(), Viewer::of(by).only(&reach));
        let known = |one: Option<Uuid>| one.is_none_or(|id| reach.contains(id));
        let named = asked.office.or(asked.organisation);
        if !known(asked.office) || !known(asked.organisation) {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let filter = Filter { organisation: asked.organisation, office: asked.office, ..Filter::default() };
        let scopes: Vec<Uuid> = match named {
            Some(scope) => vec![scope],
            None => view.scopes().into_iter().filter(|scope| reach.contains(*scope)).collect(),
        };
        let exported = self.store.read(move |reading| rows(reading, (&view, &viewer), &filter)).await?;
        let table = table(&exported).map_err(|error| StoreError::Fault(error.to_string()))?;
        let (count, by) = (exported.len(), by.clone());
        let pseudonymous = exported.iter().all(|one| one.person.brief.id.is_none());
        let noted = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |_| Ok::<_, Halt<Refusal>>(()))?;
            // A repeat takes people out again, as they are by then: it is noted each time.
            let how = if pseudonymous { "by pseudonym" } else { "by name" };
            let what = format!("{count} people were taken out, {how}");
            note(tx, &by, &scopes, Act::new(Deed::PeopleExported, what).because(reason.clone()))?;
            Ok(())
        });
        noted.await.map(|()| Exported { csv: table, people: count as u64 })
    }
}

/// Everybody who is to be in it, as the viewer sees them.
fn rows(
    reading: &mut Reading<'_>,
    (view, viewer): (&View, &Viewer),
    filter: &Filter,
) -> QueryResult<Vec<PersonDetail>> {
    let asked = offices(filter, view);
    let parts = [
        Listed::Named { people: viewer.named().and(&asked), dependants: viewer.named_dependants() },
        Listed::Unnamed { dependants: viewer.veiled(view).and(&asked), people: viewer.pseudonymous(view).and(&asked) },
    ];
    let vault = reading.vault;
    reading.conn.snapshot(|conn| {
        let mut all = Vec::new();
        for part in &parts {
            let mut after: Option<After> = None;
            loop {
                let rows: Vec<PersonRow> = store::list(conn, part, filter, after.as_ref(), AT_ONCE)?;
                let Some(last) = rows.last() else { break };
                after = Some(match part {
                    Listed::Named { .. } => After::Named(last.folded.clone(), last.id.0),
                    Listed::Unnamed { .. } => After::Unnamed(last.id.0),
                });
                all.extend(shown::exported(conn, vault, (view, viewer), rows)?);
            }
        }
        Ok(all)
    })
}

fn table(people: &[PersonDetail]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(COLUMNS.iter().map(|(name, _)| name))?;
    writer.write_record(COLUMNS.iter().map(|(_, tag)| tag))?;
    for one in people {
        writer.write_record(record(one).iter().map(|cell| harmless(cell)))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

/// A person's cells, in the order of [`COLUMNS`].
fn record(one: &PersonDetail) -> [String; 29] {
    let person = &one.person;
    let brief = &person.brief;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let id = |field: Option<Uuid>| field.map(|id| id.to_string()).unwrap_or_default();
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let phone = |at: usize| person.phones.get(at).map(|one| one.number.clone()).unwrap_or_default();
    let place = person.current_place.as_ref();
    let masked: Vec<&str> = person.masked.iter().map(|one| one.word()).collect();
    [
        text(&brief.organisation),
        one.country.clone().unwrap_or_default(),
        text(&brief.office),
        text(&brief.duty_station),
        person.kind.word().to_owned(),
        brief.name.clone(),
        id(brief.id),
        text(&one.external_id),
        text(&one.email),
        text(&brief.call_sign),
        brief.languages.join(" "),
        text(&one.job_title),
        phone(0),
        phone(1),
        phone(2),
        id(one.sponsor),
        id(one.supervisor),
        id(person.zone),
        text(&one.residence),
        text(&one.hotel),
        one.fallback.as_ref().map(|one| one.name.clone()).unwrap_or_default(),
        one.fallback.as_ref().map(|one| one.number.clone()).unwrap_or_default(),
        time(one.present_from),
        time(one.present_until),
        place.map(|place| place.country.clone()).unwrap_or_default(),
        time(place.map(|place| place.until)),
        one.passport.as_ref().map(|one| one.number.clone()).unwrap_or_default(),
        one.passport.as_ref().map(|one| one.country.clone()).unwrap_or_default(),
        masked.join(" "),
    ]
}

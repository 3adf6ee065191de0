use chrono::TimeDelta;
use wire::imports::{ApplyImport, ImportAction, ImportField, ImportOutcome, ImportState};
use wire::people::{ChangePerson, PersonKind};

use super::fixture::Site;
use crate::imports::{Refusal, Upload};
use crate::people::Put;
use crate::people::service as people;
use crate::store::WriteError;

const FIRST: &str = "Staff ID;Full name;Type;Country;E-mail;Mobile;Sponsor\n\
                     1;Awa Diallo;international;Kenya;awa@lakes.example;0712 000 001;\n\
                     2;Ben Otieno;national;KE;ben@lakes.example;+254712000002;\n\
                     3;Zoë Diallo;dependant;Kenya;;+254712000001;1\n";

#[test]
fn a_list_shows_everybody_at_once_and_nobody_before() {
    let site = Site::new();
    let rows: String = (0..250).map(|n| format!("{n};Person {n};national;KE;p{n}@lakes.example\n")).collect();
    let import = site.checked(&format!("Staff ID;Full name;Type;Country;E-mail\n{rows}"));
    assert_eq!((import.figures.new, import.figures.rows, import.figures.bad_rows), (250, 250, 0));
    assert_eq!(site.names().len(), 0);
    site.apply(import.id, ApplyImport::default()).unwrap();
    let (mut worker, mut seen) = (site.worker(), Vec::new());
    while worker.work().unwrap() {
        seen.push(site.names().len());
    }
    assert!(seen.len() > 5, "it took {} chunks", seen.len());
    assert!(seen.iter().all(|count| [0, 250].contains(count)), "{seen:?}");
    let import = site.show(import.id);
    assert_eq!((import.state, import.figures.done), (ImportState::Applied, import.figures.total));
    assert!(import.columns.is_empty(), "the first cells are not kept any longer than needed");
}

#[test]
fn whatever_stops_in_the_middle_goes_on_where_it_was() {
    let site = Site::new();
    let rows: String = (0..250).map(|n| format!("{n};Person {n};national;KE;p{n}@lakes.example\n")).collect();
    let import = site.checked(&format!("Staff ID;Full name;Type;Country;E-mail\n{rows}"));
    site.apply(import.id, ApplyImport::default()).unwrap();
    // Each worker dies after one chunk.
    let mut chunks = 0;
    while site.worker().work().unwrap() {
        chunks += 1;
        assert!(chunks < 50);
    }
    assert_eq!(site.show(import.id).state, ImportState::Applied);
    assert_eq!(site.names().len(), 250);
    site.imports.undo(&site.steward, site.request(), import.id).unwrap_or_else(|_| panic!("undo"));
    while site.worker().work().unwrap() {}
    assert_eq!(site.names().len(), 0);
}

#[test]
fn a_second_list_changes_brings_back_and_lets_go() {
    let site = Site::new();
    site.applied(FIRST);
    assert_eq!(site.names(), ["Awa Diallo", "Ben Otieno", "Zoë Diallo"]);
    let awa = site.present()["Awa Diallo"].clone();
    assert_eq!(awa.1.phones[0].number, "+254712000001");
    assert_eq!(site.present()["Zoë Diallo"].1.sponsor, Some(awa.0));

    let second = "Staff ID;Full name;Type;Country;E-mail;Mobile;Sponsor\n\
                  1;Awa Diallo-Sow;international;UG;awa@lakes.example;;\n\
                  3;Zoë Diallo;dependant;Kenya;;+254712000001;1\n\
                  4;Chipo Moyo;consultant;Uganda;chipo@lakes.example;;\n";
    let import = site.checked(second);
    let figures = &import.figures;
    assert_eq!(
        (figures.new, figures.changed, figures.unchanged, figures.leaving, figures.kept, figures.before),
        (1, 1, 1, 1, 1, 4)
    );
    let rows = site.rows(import.id);
    let changed = rows.iter().find(|row| row.action == ImportAction::Changed).unwrap();
    let of = |field| changed.changes[&field].clone();
    assert_eq!(of(ImportField::Name).before.as_deref(), Some("Awa Diallo"));
    assert_eq!(of(ImportField::Office).after.as_deref(), Some("Office in UG"));
    assert_eq!(changed.changes.len(), 2, "an empty cell takes nothing away");
    let leaving = rows.iter().find(|row| row.action == ImportAction::Leaving).unwrap();
    assert_eq!((leaving.name.as_deref(), leaving.row), (Some("Ben Otieno"), 5));

    // One of four is more than one in twenty.
    assert_eq!(import.confirm_leaving, Some(1));
    let guard = Refusal::Guard { leaving: 1, before: 4 };
    assert_eq!(site.apply(import.id, ApplyImport::default()).err(), Some(guard.clone()));
    let wrong = ApplyImport { confirm_leaving: Some(2), only_good_rows: false };
    assert_eq!(site.apply(import.id, wrong).err(), Some(guard));
    site.apply(import.id, ApplyImport { confirm_leaving: Some(1), only_good_rows: false }).unwrap();
    site.work();
    assert_eq!(site.names(), ["Awa Diallo-Sow", "Chipo Moyo", "Zoë Diallo"]);

    let third = site.checked(FIRST);
    assert_eq!((third.figures.returning, third.figures.changed), (1, 1));
    site.apply(third.id, ApplyImport { confirm_leaving: Some(1), only_good_rows: false }).unwrap();
    site.work();
    assert_eq!(site.names(), ["Awa Diallo", "Ben Otieno", "Zoë Diallo"]);
    // The same list again changes nothing.
    let again = site.checked(FIRST);
    assert_eq!((again.figures.unchanged, again.figures.new, again.figures.changed), (3, 0, 0));
    assert!(site.rows(again.id).is_empty());
}

#[test]
fn who_was_entered_by_hand_never_leaves_by_a_list() {
    let site = Site::new();
    site.base.person(site.kenya, "Hand Made", Some("hand@lakes.example"));
    let import = site.checked(FIRST);
    assert_eq!((import.figures.leaving, import.figures.kept), (0, 2));
    site.applied("Staff ID;Full name;Type;Country;E-mail\n9;Hand Made;national;KE;hand@lakes.example\n");
    let import = site.checked(FIRST);
    assert_eq!((import.figures.leaving, import.figures.kept), (0, 2));
}

#[test]
fn a_list_of_additions_lets_nobody_go() {
    let site = Site::new();
    site.applied(FIRST);
    let list = "Staff ID;Full name;Type;Country;E-mail\n8;Dina Abebe;visitor;KE;dina@lakes.example\n";
    let import = site.checked_as(list, |mapping| mapping.whole_list = false);
    assert_eq!((import.figures.leaving, import.figures.kept, import.figures.new), (0, 4, 1));
}

#[test]
fn undoing_restores_whom_nobody_changed_and_lists_the_others() {
    let site = Site::new();
    site.applied(FIRST);
    let before = site.present();
    let second = "Staff ID;Full name;Type;Country;E-mail\n\
                  1;Awa Sow;international;UG;awa@lakes.example\n\
                  2;Ben Odhiambo;national;KE;ben@lakes.example\n\
                  4;Chipo Moyo;consultant;Uganda;chipo@lakes.example\n\
                  5;Dina Abebe;consultant;Uganda;dina@lakes.example\n";
    let import = site.checked(second);
    site.apply(import.id, ApplyImport { confirm_leaving: Some(1), only_good_rows: false }).unwrap();
    site.work();
    // Somebody changes two of them by hand.
    for name in ["Ben Odhiambo", "Dina Abebe"] {
        let (id, person) = site.present()[name].clone();
        let change = ChangePerson { job_title: Some(Some("Driver".to_owned())), ..ChangePerson::default() };
        let changed = crate::people::Checked::new(&person).unwrap().changed(&change).unwrap();
        site.base.write(move |tx| people::upsert_many(tx, &[Put { id, person: &changed }], None, None));
    }
    let import = site.undone(import.id);
    assert_eq!(import.figures.left_as_is, 2);
    let after = site.present();
    assert_eq!(site.names(), ["Awa Diallo", "Ben Odhiambo", "Dina Abebe", "Zoë Diallo"]);
    for name in ["Awa Diallo", "Zoë Diallo"] {
        assert!(after[name] == before[name], "{name}");
    }
    let kept: Vec<_> = site.rows(import.id).into_iter().filter(|row| row.outcome == ImportOutcome::Kept).collect();
    assert_eq!(kept.len(), 2);
}

#[test]
fn what_somebody_changed_since_the_dry_run_is_left_alone() {
    let site = Site::new();
    site.applied(FIRST);
    let list = FIRST.replace("Ben Otieno", "Ben Odhiambo") + "7;Ezra Kim;national;KE;ezra@lakes.example;;\n";
    let import = site.checked(&list);
    site.base.person(site.kenya, "Ezra by Hand", Some("ezra@lakes.example"));
    let (id, person) = site.present()["Ben Otieno"].clone();
    let change = ChangePerson { kind: Some(PersonKind::Consultant), ..ChangePerson::default() };
    let changed = crate::people::Checked::new(&person).unwrap().changed(&change).unwrap();
    site.base.write(move |tx| people::upsert_many(tx, &[Put { id, person: &changed }], None, None));
    site.apply(import.id, ApplyImport::default()).unwrap();
    site.work();
    let import = site.show(import.id);
    assert_eq!((import.state, import.figures.overtaken), (ImportState::Applied, 2));
    assert!(site.rows(import.id).iter().all(|row| row.outcome == ImportOutcome::Overtaken));
    assert_eq!(site.names(), ["Awa Diallo", "Ben Otieno", "Ezra by Hand", "Zoë Diallo"]);
}

#[test]
fn who_was_changed_since_the_dry_run_does_not_leave() {
    let site = Site::new();
    site.applied(FIRST);
    let (id, person) = site.present()["Ben Otieno"].clone();
    let without: String =
        FIRST.lines().filter(|line| !line.contains("Ben Otieno")).flat_map(|line| [line, "\n"]).collect();
    let import = site.checked_as(&without, |mapping| mapping.whole_list = true);
    assert_eq!(import.figures.leaving, 1);
    let change = ChangePerson { job_title: Some(Some("Driver".to_owned())), ..ChangePerson::default() };
    let changed = crate::people::Checked::new(&person).unwrap().changed(&change).unwrap();
    site.base.write(move |tx| people::upsert_many(tx, &[Put { id, person: &changed }], None, None));
    let how = ApplyImport { confirm_leaving: Some(1), ..ApplyImport::default() };
    site.apply(import.id, how).unwrap_or_else(|_| panic!("apply"));
    site.work();
    assert_eq!(site.show(import.id).figures.overtaken, 1);
    assert!(site.names().contains(&"Ben Otieno".to_owned()));
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let site = Site::new();
    let import = site.checked(FIRST);
    let cancelled = site.imports.cancel(&site.steward, site.request(), import.id).unwrap_or_else(|_| panic!("cancel"));
    assert_eq!(cancelled.state, ImportState::Cancelled);
    assert!(site.rows(import.id).is_empty());
    assert!(site.apply(import.id, ApplyImport::default()).is_err());
    assert!(site.imports.file(import.id).unwrap().is_empty());
}

#[test]
fn whom_an_import_had_entered_when_it_failed_keeps_nobody_from_coming() {
    let site = Site::new();
    let rows: String = (0..250).map(|n| format!("{n};Person {n};national;KE;p{n}@lakes.example\n")).collect();
    let list = format!("Staff ID;Full name;Type;Country;E-mail\n{rows}");
    let hiding = || site.base.store.read_blocking(|reading| people::staged_imports(reading.conn)).unwrap();
    let failed = || {
        let import = site.checked(&list);
        site.apply(import.id, ApplyImport::default()).unwrap();
        let mut worker = site.worker();
        assert!(worker.work().unwrap());
        worker.fail(import.id, "A test says so.").unwrap();
        assert_eq!(hiding(), [import.id]);
        import
    };
    // Another list comes at once.
    failed();
    let next = site.checked(&list);
    assert_eq!((next.figures.new, next.figures.bad_rows, hiding().len()), (250, 0, 0));
    // A worker with nothing to do forgets them, too; and the same file begins anew.
    let import = failed();
    site.work();
    assert!(hiding().is_empty());
    site.map(import.id, import.mapping.clone().unwrap());
    site.work();
    site.apply(import.id, ApplyImport::default()).unwrap();
    site.work();
    assert_eq!(site.names().len(), 250);
}

#[test]
fn an_import_is_only_for_who_may_change_its_people() {
    let site = Site::new();
    let import = site.checked(FIRST);
    let somebody = site.base.person(site.uganda, "Other", None);
    let grants = [(wire::access::Role::ListSteward, crate::access::Area::Office(site.uganda))];
    let other = crate::imports::Steward::operator(&site.base.operator(somebody, &grants));
    let refused = |found: Result<_, WriteError<Refusal>>| match found {
        Err(WriteError::Refused(refusal)) => refusal,
        _ => panic!("it was not refused"),
    };
    assert_eq!(refused(site.imports.show(&other, import.id).map(drop)), Refusal::NotFound);
    assert_eq!(
        refused(site.imports.apply(&other, site.request(), import.id, ApplyImport::default()).map(drop)),
        Refusal::NotFound
    );
    let sent = site.imports.create(&other, site.request(), site.upload(FIRST.as_bytes())).map(drop);
    assert!(matches!(refused(sent), Refusal::Invalid(invalid) if invalid.field == "/organisation"));
    // For the people of their own office they may.
    let upload = Upload { office: Some(site.uganda), ..site.upload(FIRST.as_bytes()) };
    assert!(site.imports.create(&other, site.request(), upload).is_ok());
}

#[test]
fn files_of_broken_off_uploads_are_swept_away_after_an_hour() {
    let site = Site::new();
    let (import, orphan) = (site.send(FIRST).id, crate::kernel::ids::new(site.base.now()));
    site.base.write(move |tx| crate::imports::store::put_part(tx, orphan, 0, b"part"));
    let orphans = || site.base.store.read_blocking(|reading| crate::imports::store::orphans(reading.conn)).unwrap();
    site.worker().sweep().unwrap();
    assert_eq!(orphans(), [orphan]);
    site.base.advance(TimeDelta::hours(2));
    site.worker().sweep().unwrap();
    assert!(orphans().is_empty());
    assert!(!site.imports.file(import).unwrap().is_empty());
}

#[test]
fn a_list_says_where_people_are_for_now_unless_somebody_said_something_newer() {
    let site = Site::new();
    let head = "Staff ID;Full name;Type;Country;E-mail;Current country;Current place;Until in current place\n";
    let list = |until: &str| format!("{head}1;Awa Diallo;international;Kenya;awa@lakes.example;Uganda;Gulu;{until}\n");
    let day = |days| (site.base.now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    let place = |person| {
        let found =
            site.base.store.read_blocking(move |reading| people::places_now(reading.conn, reading.vault, &[person]));
        found.unwrap().remove(&person)
    };
    let import = site.applied(&list(&day(10)));
    let awa = site.present()["Awa Diallo"].0;
    let known = place(awa).unwrap();
    assert_eq!((known.country.as_str(), known.place.as_deref()), ("UG", Some("Gulu")));
    // The same again is no news; another end is; what is over is left out.
    assert_eq!(site.checked(&list(&day(10))).figures.unchanged, 1);
    let longer = site.checked(&list(&day(12)));
    assert_eq!(longer.figures.changed, 1);
    assert!(site.rows(longer.id)[0].changes.contains_key(&ImportField::CurrentUntil));
    let over = site.checked(&list(&day(-2)));
    assert_eq!((over.figures.unchanged, over.figures.warnings), (1, 1));
    let far = site.checked(&list(&day(900)));
    assert_eq!(far.figures.bad_rows, 1);
    // Undone, the person goes with the place that the list gave them.
    let undone = site.undone(import.id);
    assert_eq!(undone.figures.left_as_is, 0);
    assert!(place(awa).is_none() && site.names().is_empty());
}

use wire::imports::{ApplyImport, Import, ImportField, OwnWord, ProblemLevel};

use super::fixture::Site;
use crate::imports::Refusal;

const HEAD: &str = "Staff ID;Full name;Type;Country;E-mail;Mobile;Sponsor;Supervisor\n";

/// The problems of a list of these rows, which begin at row 2: row, field, level, a part of the reason.
fn says(rows: &str, expected: &[(u32, ImportField, ProblemLevel, &str)]) -> (Site, Import) {
    let site = Site::new();
    let import = site.checked(&format!("{HEAD}{rows}"));
    let problems = site.problems(import.id);
    let told: Vec<String> =
        problems.iter().map(|one| format!("{:?} {:?} {:?} {}", one.row, one.field, one.level, one.why)).collect();
    for (row, field, level, why) in expected {
        let found = problems.iter().any(|one| {
            one.row == Some(*row)
                && one.level == *level
                && one.why.contains(why)
                && one.field.is_none_or(|known| known == *field)
        });
        assert!(found, "row {row}, {field:?}, {why}: {told:#?}");
    }
    assert_eq!(problems.len(), expected.len(), "{told:#?}");
    (site, import)
}

use ImportField as F;
use ProblemLevel::{Error, Warning};

#[test]
fn cells_that_cannot_be_are_named_by_row_and_column() {
    let rows = "1;JosÃ© Mora;national;KE;jose@x.example;;;\n\
                2;Ada One;wizard;KE;ada@x.example;;;\n\
                3;Eva Two;national;Atlantis;eva@x.example;;;\n\
                4;Ivo Three;national;KE;not an address;;;\n\
                5;Una Four;national;KE;una@x.example;2.54712E+11;;\n\
                6;;national;KE;nobody@x.example;;;\n";
    let (site, import) = says(
        rows,
        &[
            (2, F::Name, Error, "“José Mora”"),
            (3, F::Kind, Error, "no kind of person"),
            (4, F::Country, Error, "no such country office"),
            (5, F::Email, Error, "e-mail address"),
            (6, F::Mobile, Error, "rounded"),
            (7, F::Name, Error, "needs a name"),
        ],
    );
    assert_eq!((import.figures.bad_rows, import.figures.new), (6, 0));
    let problem = &site.problems(import.id)[0];
    assert_eq!((problem.letter.as_deref(), problem.heading.as_deref()), (Some("B"), Some("Full name")));
    assert_eq!(problem.cell.as_deref(), Some("JosÃ© Mora"));
    assert!(site.names().is_empty());
}

#[test]
fn addresses_that_two_rows_have_are_errors_of_both() {
    let rows = "1;Ada One;national;KE;same@x.example;;;\n2;Eva Two;national;KE;SAME@x.example;;;\n";
    let (site, import) = says(rows, &[(2, F::Email, Error, "Row 3"), (3, F::Email, Error, "Row 2")]);
    let told = site.problems(import.id);
    let places: Vec<_> = told.iter().map(|one| (one.letter.as_deref(), one.cell.as_deref())).collect();
    assert_eq!(places, [(Some("E"), Some("same@x.example")), (Some("E"), Some("SAME@x.example"))]);
}

#[test]
fn a_duty_station_that_nobody_knows_is_named_where_nothing_else_says_the_office() {
    let site = Site::new();
    let import = site.checked("Full name;Type;Duty station;E-mail\nAda One;national;Nairoby;a@x.example\n");
    let told = site.problems(import.id);
    let why: Vec<&str> = told.iter().map(|one| one.why.as_str()).collect();
    assert!(matches!(why.as_slice(), [one] if one.contains("no such duty station")), "{why:?}");
    assert_eq!((told[0].letter.as_deref(), told[0].cell.as_deref()), (Some("C"), Some("Nairoby")));
}

#[test]
fn a_household_s_number_is_a_warning_that_names_both_rows() {
    let rows = "1;Ada One;national;KE;;+254712000001;;\n2;Eva One;dependant;KE;;+254712000001;1;\n";
    let (_, import) = says(rows, &[(3, F::Mobile, Warning, "Rows 2 and 3")]);
    assert_eq!(import.figures.new, 2);
}

#[test]
fn one_name_and_number_in_two_rows_is_an_error_and_the_same_row_twice_is_taken_once() {
    let rows = ";Ada One;national;KE;;+254712000001;;\n;Ada One;consultant;KE;;+254712000001;;\n";
    says(rows, &[(2, F::Mobile, Error, "Row 3"), (3, F::Mobile, Error, "Row 2")]);
    let rows = "1;Ada One;national;KE;;+254712000001;;\n1;Ada One;national;KE;;+254712000001;;\n";
    let (_, import) = says(rows, &[(3, F::Name, Warning, "exactly the same")]);
    assert_eq!(import.figures.new, 1);
}

#[test]
fn a_sponsor_may_come_later_in_the_list_and_must_come() {
    let rows = "1;Ada One;dependant;KE;;+254712000001;9;\n9;Eva Two;national;KE;eva@x.example;;;\n";
    let (site, import) = says(rows, &[]);
    site.apply(import.id, ApplyImport::default()).unwrap();
    site.work();
    let present = site.present();
    assert_eq!(present["Ada One"].1.sponsor, Some(present["Eva Two"].0));
    let rows = "1;Ada One;dependant;KE;;+254712000001;77;\n2;Ivo Two;dependant;KE;;+254712000002;nobody@x.example;\n";
    says(rows, &[(2, F::Sponsor, Error, "nobody with this"), (3, F::Sponsor, Error, "nobody with this")]);
}

#[test]
fn circles_and_dependants_who_sponsor_are_errors() {
    let rows = "1;Ada One;national;KE;a@x.example;;;2\n2;Eva Two;national;KE;e@x.example;;;3\n\
                3;Ivo Three;national;KE;i@x.example;;;1\n4;Una Four;national;KE;u@x.example;;;4\n";
    says(
        rows,
        &[
            (2, F::Supervisor, Error, "circle"),
            (3, F::Supervisor, Error, "circle"),
            (4, F::Supervisor, Error, "circle"),
            (5, F::Supervisor, Error, "their own"),
        ],
    );
    let rows = "1;Ada One;dependant;KE;a@x.example;;2;\n2;Eva Two;dependant;KE;e@x.example;;3;\n\
                3;Ivo Three;national;KE;i@x.example;;;\n";
    says(rows, &[(2, F::Sponsor, Error, "sponsors nobody")]);
}

#[test]
fn a_row_that_names_a_bad_row_is_bad() {
    let rows = "1;Ada One;dependant;KE;a@x.example;;2;\n2;Eva Two;wizard;KE;e@x.example;;;\n";
    says(rows, &[(2, F::Sponsor, Error, "Row 3"), (3, F::Kind, Error, "no kind")]);
}

#[test]
fn formulas_are_kept_as_text_and_said_so() {
    let rows = "1;=HYPERLINK(1);national;KE;a@x.example;;;\n";
    let (site, import) = says(rows, &[(2, F::Name, Warning, "begins as a formula")]);
    site.apply(import.id, ApplyImport::default()).unwrap();
    site.work();
    assert_eq!(site.names(), ["=HYPERLINK(1)"]);
}

#[test]
fn own_words_of_a_list_are_explained_once() {
    let site = Site::new();
    let list = format!("{HEAD}1;Ada One;Expat (P);NBO;a@x.example;;;\n");
    let word = |field, cell: &str, means: &str| OwnWord { field, cell: cell.to_owned(), means: means.to_owned() };
    let import = site.checked_as(&list, |mapping| {
        mapping.words = vec![word(F::Kind, "expat  (p)", "international"), word(F::Country, "nbo", "Kenya")];
        mapping.remember_as = Some("HR".to_owned());
    });
    assert_eq!((import.figures.new, import.figures.bad_rows), (1, 0));
    // The next file of the organisation is read so by itself.
    let next = site.send(&list);
    assert_eq!((next.profile.as_deref(), next.mapping.map(|mapping| mapping.words.len())), (Some("HR"), Some(2)));
}

#[test]
fn with_errors_nothing_is_applied_unless_asked_and_then_nobody_leaves() {
    let site = Site::new();
    site.applied(&format!("{HEAD}1;Ada One;national;KE;a@x.example;;;\n2;Eva Two;national;KE;e@x.example;;;\n"));
    let import =
        site.checked(&format!("{HEAD}2;Eva Three;national;KE;e@x.example;;;\n1x;Ad\u{fffd};national;KE;;;;\n"));
    assert_eq!((import.figures.leaving, import.figures.bad_rows), (1, 1));
    assert_eq!(site.apply(import.id, ApplyImport::default()).err(), Some(Refusal::RowsBad(1)));
    assert_eq!(site.names(), ["Ada One", "Eva Two"]);
    site.apply(import.id, ApplyImport { confirm_leaving: None, only_good_rows: true }).unwrap();
    site.work();
    assert_eq!(site.names(), ["Ada One", "Eva Three"]);
    let figures = site.show(import.id).figures;
    assert_eq!((figures.leaving, figures.done), (0, figures.total));
}

#[test]
fn a_row_that_contradicts_the_register_is_an_error() {
    let site = Site::new();
    site.applied(&format!("{HEAD}1;Ada One;national;KE;a@x.example;;;\n2;Eva Two;national;KE;e@x.example;;;\n"));
    let list = format!("{HEAD}1;Ada One;national;KE;e@x.example;;;\n7;Eva Two;national;KE;a@x.example;;;\n");
    let import = site.checked(&list);
    let fields: Vec<_> = site.problems(import.id).into_iter().map(|one| (one.row, one.field)).collect();
    assert_eq!(fields, [(Some(2), Some(F::Email)), (Some(3), Some(F::ExternalId))]);
}

#[test]
fn an_office_that_nobody_knows_is_one_cause_with_all_its_rows_and_no_other_error_follows_from_it() {
    let site = Site::new();
    let row = |n: u32| format!("{n};Person {n};national;Kabul 2;p{n}@x.example;0712 000 0{n:02};;\n");
    let import = site.checked(&format!("{HEAD}{}", (1..=50).map(row).collect::<String>()));
    assert_eq!((import.figures.bad_rows, import.figures.new), (50, 0));
    let told = site.told(import.id);
    assert_eq!(told.problems.len(), 50, "each row is listed");
    assert!(told.problems.iter().all(|one| one.field == Some(F::Country)));
    let causes: Vec<_> =
        told.causes.iter().map(|one| (one.rows, one.cell.as_deref(), one.unknown, one.at.len())).collect();
    assert_eq!(causes, [(50, Some("Kabul 2"), true, 1)]);
    assert_eq!((told.causes[0].at[0].from, told.causes[0].at[0].to), (2, 51));
}

#[test]
fn where_no_column_names_an_office_numbers_are_not_blamed_for_it() {
    let site = Site::new();
    let import = site.checked("Full name;Type;E-mail;Mobile\nAda One;national;a@x.example;0712 000 001\n");
    let told = site.told(import.id);
    let fields: Vec<_> = told.problems.iter().map(|one| one.field).collect();
    assert_eq!(fields, [Some(F::Office)]);
    // Of somebody who is known, the office is too: it is the number that lacks something.
    site.applied(&format!("{HEAD}1;Ada One;national;KE;a@x.example;;;\n"));
    let import = site.checked("Full name;E-mail;Mobile\nAda One;a@x.example;0712 000 001\n");
    let told = site.told(import.id);
    assert!(matches!(told.problems.as_slice(), [one] if one.why.contains("no country code")));
}

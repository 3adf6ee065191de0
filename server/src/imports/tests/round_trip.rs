use proptest::prelude::*;
use wire::imports::{ApplyImport, ImportOutcome};

use super::fixture::Site;

/// One row of an invented list: which person, and what it says of them.
#[derive(Debug, Clone)]
struct Line {
    id: u8,
    name: u8,
    kind: u8,
    office: u8,
    email: bool,
    phone: Option<u8>,
    supervisor: Option<u8>,
}

fn line() -> impl Strategy<Value = Line> {
    (0..12_u8, 0..3_u8, 0..4_u8, 0..2_u8, any::<bool>(), proptest::option::of(0..5_u8), proptest::option::of(0..12_u8))
        .prop_map(|(id, name, kind, office, email, phone, supervisor)| Line {
            id,
            name,
            kind,
            office,
            email,
            phone,
            supervisor,
        })
}

fn list(lines: &[Line]) -> String {
    let row = |line: &Line| {
        let kind = ["international", "national", "consultant", "visitor"][usize::from(line.kind)];
        let email = if line.email { format!("p{}@lakes.example", line.id) } else { String::new() };
        let phone = line.phone.map(|phone| format!("+25471200000{phone}")).unwrap_or_default();
        let supervisor = line.supervisor.map(|one| format!("S{one}")).unwrap_or_default();
        let office = ["KE", "UG"][usize::from(line.office)];
        format!("S{};Person {} {};{kind};{office};{email};{phone};{supervisor}\n", line.id, line.id, line.name)
    };
    let rows: String = lines.iter().map(row).collect();
    format!("Staff ID;Full name;Type;Country;E-mail;Mobile;Supervisor\n{rows}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever two lists say, the second does what its dry run showed, and undone it leaves the
    /// register as it was.
    #[test]
    fn a_dry_run_says_what_applying_does_and_undoing_restores_the_register(
        first in proptest::collection::vec(line(), 1..12),
        second in proptest::collection::vec(line(), 1..12),
    ) {
        let site = Site::new();
        let all = |import: uuid::Uuid| ApplyImport {
            confirm_leaving: site.show(import).confirm_leaving,
            only_good_rows: true,
        };
        let import = site.checked(&list(&first));
        site.apply(import.id, all(import.id)).unwrap();
        site.work();
        let before = site.present();
        let import = site.checked(&list(&second));
        prop_assert!(site.present() == before, "a dry run changes nothing");
        let told = import.figures.clone();
        site.apply(import.id, all(import.id)).unwrap();
        site.work();
        let figures = site.show(import.id).figures;
        prop_assert_eq!(figures.overtaken, 0);
        let left = if told.bad_rows > 0 { 0 } else { told.leaving };
        let after = site.present();
        prop_assert_eq!(after.len(), before.len() + (told.new + told.returning) as usize - left as usize);
        let ids = |people: &std::collections::BTreeMap<String, (uuid::Uuid, wire::people::NewPerson)>| {
            people.values().map(|(id, person)| (*id, person.clone())).collect::<std::collections::HashMap<_, _>>()
        };
        let (was, is) = (ids(&before), ids(&after));
        let changed = is.iter().filter(|(id, person)| was.get(id).is_some_and(|before| before != *person)).count();
        prop_assert_eq!(changed, told.changed as usize);
        let undone = site.undone(import.id);
        prop_assert_eq!(undone.figures.left_as_is, 0);
        let left_out = |outcome| outcome == ImportOutcome::Waiting && told.bad_rows > 0;
        let all_undone = site.rows(import.id).iter().all(|row| row.outcome == ImportOutcome::Undone || left_out(row.outcome));
        prop_assert!(all_undone, "every row is undone");
        prop_assert!(site.present() == before, "undoing restores the register");
    }
}

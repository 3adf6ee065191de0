//! Signatures under lists, and cells that no spreadsheet runs.

use wire::register::AttestList;

use super::super::exporting::harmless;
use super::super::service::{lists, overdue};
use super::*;

#[tokio::test]
async fn a_list_is_overdue_after_thirty_one_days_without_a_signature() {
    let register = Register::new();
    register.base.person(register.kenya, "Amina", None);
    let head = register.base.operator(Uuid::from_u128(5), &[(Role::ChiefOfMission, Area::Office(register.kenya))]);
    let waiting = || {
        let now = register.base.now();
        let found = register.base.store.read_blocking(|reading| overdue(reading.conn, now)).unwrap();
        found.into_iter().map(|list| list.office).collect::<Vec<_>>()
    };
    assert_eq!(waiting(), Vec::<Uuid>::new(), "it was founded today");
    register.base.advance(TimeDelta::days(31));
    assert_eq!(waiting(), [register.kenya], "and an office without people has no list");
    let shown = register.people.attestations(&head, register.kenya).await.unwrap();
    assert!(shown.overdue && shown.attestations.is_empty() && shown.people == 1);
    let signing = AttestList { list_hash: shown.list_hash.clone(), remarks: Some("checked by phone".into()) };
    let signed = register.people.attest(&head, register.base.request(&head), register.kenya, signing).await.unwrap();
    assert_eq!((signed.people, signed.list_hash.as_str()), (1, shown.list_hash.as_str()));
    assert_eq!(waiting(), Vec::<Uuid>::new());
    let states = register.base.store.read_blocking(|reading| lists(reading.conn)).unwrap();
    assert_eq!(states.iter().map(|list| list.signed_at).collect::<Vec<_>>(), [Some(register.base.now())]);
    register.base.advance(TimeDelta::days(31));
    assert_eq!(waiting(), [register.kenya]);
}

#[tokio::test]
async fn who_signs_has_read_the_list_as_it_is() {
    let register = Register::new();
    let first = register.base.person(register.kenya, "Amina", None);
    let head = register.base.operator(Uuid::from_u128(5), &[(Role::ChiefOfMission, Area::Office(register.kenya))]);
    let hash = async || register.people.attestations(&head, register.kenya).await.unwrap().list_hash;
    let before = hash().await;
    register.base.person(register.somalia, "Elsewhere", None);
    assert_eq!(hash().await, before);
    register.base.person(register.kenya, "Omar", None);
    let with_omar = hash().await;
    assert_ne!(with_omar, before);
    register.base.leave(first);
    assert_ne!(hash().await, with_omar);
    let sign = async |list_hash: String, office: Uuid| {
        let signing = AttestList { list_hash, remarks: None };
        register.people.attest(&head, register.base.request(&head), office, signing).await
    };
    assert!(matches!(refusal(sign(before, register.kenya).await), Refusal::ListChanged));
    assert!(matches!(refusal(sign(hash().await, register.somalia).await), Refusal::NotFound));
    assert!(sign(hash().await, register.kenya).await.is_ok());
}

#[test]
fn no_cell_is_a_formula() {
    for cell in ["=1+1", "+252615550101", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x"] {
        assert_eq!(harmless(cell), format!("'{cell}"));
    }
    for cell in ["Amina", "a=b", "", "x+1"] {
        assert_eq!(harmless(cell), cell);
    }
}

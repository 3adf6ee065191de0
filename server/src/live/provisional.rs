//! What a console is told of alarms that are held: those that it may see.

use bytes::Bytes;

use crate::access::Reach;
use crate::bus::HeldList;

/// Alarms on one screen, the newest.
const MOST: usize = 200;

/// The frame, [`wire::live::ToConsole::Provisional`], of whoever sees this much. The payloads are JSON already.
pub(super) fn frame(list: &HeldList, reach: &Reach) -> Bytes {
    let within: Vec<&[u8]> =
        list.all.iter().filter(|held| reach.any(&held.scopes)).map(|held| held.payload.as_ref()).collect();
    let left_out = within.len().saturating_sub(MOST);
    let taps = within.get(left_out..).unwrap_or_default().join(&b',');
    // How many there are beyond its scopes is no console's business.
    let more = left_out as u64 + if reach.is_everything() { list.more } else { 0 };
    [b"{\"t\":\"provisional\",\"taps\":[".as_slice(), &taps, format!("],\"more\":{more}}}").as_bytes()].concat().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use chrono::DateTime;
    use uuid::Uuid;
    use wire::live::{Provisional, ToConsole};

    use super::*;
    use crate::bus::Held;

    fn held(scope: u128, n: u128) -> Held {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let tap = Provisional {
            id: Uuid::from_u128(n),
            name: None,
            number: None,
            offices: vec![],
            for_colleague: false,
            colleague: None,
            occurred_at: at,
            held_at: at,
            position: None,
            facts: wire::case::Facts::default(),
        };
        let payload = Arc::from(serde_json::to_vec(&tap).unwrap());
        Held { id: tap.id, held_at: at, scopes: vec![Uuid::from_u128(scope)], payload }
    }

    fn told(list: &HeldList, reach: &Reach) -> (Vec<u128>, u64) {
        let ToConsole::Provisional { taps, more } = serde_json::from_slice(&frame(list, reach)).unwrap() else {
            panic!("another frame")
        };
        (taps.iter().map(|tap| tap.id.as_u128()).collect(), more)
    }

    fn of(scope: u128) -> Reach {
        Reach::Scopes(BTreeSet::from([Uuid::from_u128(scope)]))
    }

    #[test]
    fn a_console_is_told_of_its_own_scopes_alone_and_not_how_many_there_are_elsewhere() {
        let list = HeldList { all: vec![held(1, 10), held(2, 20), held(1, 11)], more: 5 };
        assert_eq!(told(&list, &of(1)), (vec![10, 11], 0));
        assert_eq!(told(&list, &of(3)), (vec![], 0));
        assert_eq!(told(&list, &Reach::Everything), (vec![10, 20, 11], 5));
        assert_eq!(told(&HeldList::default(), &of(1)), (vec![], 0));
    }

    #[test]
    fn many_elsewhere_push_none_of_its_own_out_and_of_too_many_the_newest_are_shown() {
        let mut all: Vec<Held> = (0..300).map(|n| held(2, n)).collect();
        all.insert(0, held(1, 1_000));
        let list = HeldList { all, more: 0 };
        assert_eq!(told(&list, &of(1)), (vec![1_000], 0));
        let (taps, more) = told(&list, &of(2));
        assert_eq!((taps, more), ((100..300).collect(), 100));
    }
}

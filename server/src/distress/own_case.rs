//! What a phone is told of its own case, and what operators are told of the phone.

use chrono::{DateTime, Utc};
use wire::case::Facts;
use wire::enrolment::RevokeCause;
use wire::not_okay::{MyCase, Reached};

use crate::devices::{Sight, Standing};

/// What is odd about the phone, as a label of its case. That its person has left is said of the person.
pub(super) const fn label_of(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Enrolled | Standing::Left => None,
        Standing::Seized => Some("office_seized"),
        Standing::Revoked(RevokeCause::Lost) => Some("device_lost"),
        Standing::Revoked(RevokeCause::Stolen) => Some("device_stolen"),
        Standing::Revoked(RevokeCause::Seized) => Some("device_seized"),
        Standing::Revoked(RevokeCause::Other) => Some("device_revoked"),
        Standing::Unknown => Some("device_unknown"),
    }
}

/// A case as a phone is told of it that sends something at `now`. One that may learn nothing is answered as if what it
/// sent had opened a case that nobody has seen, whatever is true.
pub(super) fn told(case: MyCase, sight: Sight, now: DateTime<Utc>) -> MyCase {
    match sight {
        Sight::Whole => case,
        Sight::Nameless => MyCase { taken_by: None, colleague: None, ..case },
        Sight::Nothing => MyCase {
            id: case.id,
            reference: String::new(),
            revision: 1,
            reached: Reached::Stored,
            stored_at: now,
            last_tap_at: now,
            shown_at: None,
            taken_by: None,
            taken_at: None,
            facts: Facts::default(),
            colleague: None,
            closed_at: None,
            outcome: None,
        },
    }
}

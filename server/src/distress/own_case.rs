//! What a phone is told of its own case, and what operators are told of the phone.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::Facts;
use wire::enrolment::RevokeCause;
use wire::not_okay::{MyCase, Reached, Stored};

use super::Case;
use crate::devices::{Sight, Standing, Tokens};
use crate::kernel::ids;

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

/// What a phone knows of its case by itself.
pub(super) struct Own {
    /// By which identifier it knows the case.
    pub(super) known_as: Uuid,
    /// When its newest tap was stored, if that is the newest of the case.
    pub(super) tapped_at: Option<DateTime<Utc>>,
    /// When it sends something, or asks.
    pub(super) now: DateTime<Utc>,
}

/// A case as a phone is told of it. Where it may not learn everything, it is not told what was said and when others
/// tapped: that may be from another phone of its person, or from operators. One that may learn nothing is answered as
/// if what it sent had opened a case that nobody has seen, whatever is true.
pub(super) fn told(case: MyCase, sight: Sight, own: &Own) -> MyCase {
    match sight {
        Sight::Whole => case,
        Sight::Nameless => MyCase {
            id: own.known_as,
            last_tap_at: own.tapped_at.unwrap_or(case.stored_at),
            taken_by: None,
            facts: Facts::default(),
            colleague: None,
            ..case
        },
        Sight::Nothing => MyCase {
            id: own.known_as,
            reference: String::new(),
            revision: 1,
            reached: Reached::Stored,
            stored_at: own.now,
            last_tap_at: own.now,
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

impl Case {
    /// When its newest tap was stored, if that is of this phone.
    pub(super) fn tapped_at(&self, device: Uuid) -> Option<DateTime<Utc>> {
        (self.device == Some(device)).then_some(self.summary.last_tap_at)
    }
}

/// A tap: whose it is, and under which key it came.
#[derive(Clone, Copy)]
pub(super) struct Tapped {
    pub(super) person: Uuid,
    pub(super) device: Uuid,
    pub(super) key: Uuid,
}

/// The answer to a tap that was stored at `stored_at` and asked for at `now`. One that may learn nothing gets for each
/// key an identifier that tells no time, and a token that does not tell which case it is.
pub(super) fn answer(
    tokens: &Tokens,
    tap: Tapped,
    (case, joined): (&Case, bool),
    sight: Sight,
    (stored_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Stored {
    let (Tapped { person, device, key }, id) = (tap, case.summary.id);
    if sight == Sight::Nothing {
        let known_as = ids::named(&[b"a case of its own", device.as_bytes(), key.as_bytes()]);
        let own = Own { known_as, tapped_at: None, now };
        let case_token = tokens.veiled_case(person, device, known_as, id);
        return Stored { stored_at: now, case_token, joined: false, case: told(case.mine(), sight, &own) };
    }
    let own = Own { known_as: id, tapped_at: Some(stored_at), now };
    Stored { stored_at, case_token: tokens.case(person, device, id), joined, case: told(case.mine(), sight, &own) }
}

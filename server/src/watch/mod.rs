//! The watch: who is on duty when, who is on shift, what is handed over, and that somebody is there.

use std::fmt;

use wire::access::AreaKind;

use crate::access::Area;
use crate::kernel::field::Invalid;
use crate::places::View;
use crate::store::requests::KeyReused;

pub mod duty;
pub mod http;
mod log;
mod manning;
mod pattern;
mod post;
mod roster;
pub mod service;
mod store;

pub use post::Post;
pub use service::Watches;

/// The kinds of area that a watch is kept over, and a roster made for, the widest first.
pub const KINDS: [AreaKind; 5] =
    [AreaKind::Installation, AreaKind::Organisation, AreaKind::Region, AreaKind::Country, AreaKind::Office];

/// Why something about the watch was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not there, or not for the caller.
    NotFound,
    /// A field has an impossible value.
    Invalid(Invalid),
    /// It was ended or replaced before.
    Ended(&'static str),
    /// It moved on since the caller looked.
    Changed,
    /// It is not at that point, and what to do.
    State(&'static str),
    /// Alarms that are nobody's, by their references.
    Untaken(Vec<String>),
    /// So many open items are not accepted by whoever signs.
    Unaccepted(usize),
    /// The key was used with another body.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("There is no such watch, shift, entry or area for you."),
            Self::Invalid(Invalid { why, .. }) => f.write_str(why),
            Self::Ended(why) | Self::State(why) => f.write_str(why),
            Self::Changed => f.write_str("Somebody else changed it meanwhile; look again."),
            Self::Untaken(references) => {
                write!(f, "Nobody has {}. Take what is untaken first.", references.join(", "))
            }
            Self::Unaccepted(1) => f.write_str("One open item is not accepted by you; accept it first."),
            Self::Unaccepted(count) => write!(f, "{count} open items are not accepted by you; accept each first."),
            Self::KeyReused => f.write_str("Use a new Idempotency-Key for a new request."),
        }
    }
}

impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// An area that a watch is kept over: of these kinds, and there.
fn kept(area: Area, view: &View) -> Result<Area, Invalid> {
    if !KINDS.contains(&area.kind()) {
        let why = "Give an office, a country, a region, an organisation or the installation.";
        return Err(Invalid::new("/area", why));
    }
    if area.exists(view) { Ok(area) } else { Err(Invalid::new(area.field(), NO_AREA)) }
}

const NO_AREA: &str = "There is no such area for you; take one that GET /v1/places names.";

/// The area in one word, which is its key in tables.
fn area_key(area: Area) -> String {
    let name = area.id().map(|id| id.to_string());
    let name = name.or_else(|| area.country().map(|country| country.as_str().to_owned()));
    name.map_or_else(|| area.kind().word().to_owned(), |name| format!("{}:{name}", area.kind().word()))
}

//! No order is inverted: what was acknowledged before something else was attempted has the lower number.

use super::taps::Taps;
use super::truth::Truth;
use super::{Findings, Wrong};
use crate::history::Us;

pub(super) fn judge(truth: &Truth, taps: &Taps, findings: &mut Findings) {
    for scope in truth.heads().keys() {
        // The latest first attempt of those with lower numbers.
        let mut latest: Option<(Us, u64)> = None;
        for (seq, key) in truth.taps_of(*scope) {
            let Some(tap) = taps.get(key) else { continue };
            if let (Some((acknowledged, _)), Some((attempted, before))) = (tap.acknowledged, latest)
                && acknowledged < attempted
            {
                let why = format!("number {seq} was acknowledged before number {before} was attempted");
                findings.add(Wrong::Inverted, Some(*scope), Some(key), why);
            }
            if latest.is_none_or(|(at, _)| at < tap.attempted) {
                latest = Some((tap.attempted, seq));
            }
        }
    }
}

//! What may be written to a case.

use wire::case::Facts;

use super::Refusal;

/// A text of `least` to `most` characters, trimmed.
pub fn within(field: &'static str, text: &str, least: usize, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::Invalid { field, why: format!("Write {least} to {most} characters; these are {length}.") })
    }
}

/// Checks the ranges of facts.
pub fn check_facts(facts: &Facts) -> Result<(), Refusal> {
    if facts.people.is_some_and(|people| !(1..=999).contains(&people)) {
        return Err(Refusal::Invalid { field: "/facts/people", why: "Give 1 to 999 people.".into() });
    }
    facts.place.as_deref().map(|place| within("/facts/place", place, 0, 200)).transpose()?;
    facts.note.as_deref().map(|note| within("/facts/note", note, 0, 1_000)).transpose()?;
    Ok(())
}

/// Whether a position can be on the globe.
pub fn check_position(position: &wire::case::Position) -> Result<(), Refusal> {
    let invalid = |field, why: &str| Err(Refusal::Invalid { field, why: why.to_owned() });
    if !(-90.0..=90.0).contains(&position.lat) {
        return invalid("/position/lat", "Latitude is -90 to 90 degrees.");
    }
    if !(-180.0..=180.0).contains(&position.lon) {
        return invalid("/position/lon", "Longitude is -180 to 180 degrees.");
    }
    if position.accuracy_m.is_some_and(|metres| !metres.is_finite() || metres < 0.0) {
        return invalid("/position/accuracy_m", "Accuracy is 0 metres or more.");
    }
    Ok(())
}

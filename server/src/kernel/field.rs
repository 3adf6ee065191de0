//! What a field of a request may hold.

use std::str::FromStr;

use chrono_tz::Tz;

use super::text::e164;

/// A field with an impossible value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The field, as a JSON pointer.
    pub field: String,
    /// What is wrong with it and what to do. Never repeats the value.
    pub why: String,
}

impl Invalid {
    /// The field at this JSON pointer is wrong for this reason.
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A text of `least` to `most` characters on one line, without blanks around it.
pub fn line(field: &str, value: &str, least: usize, most: usize) -> Result<String, Invalid> {
    let value = value.trim();
    if !(least..=most).contains(&value.chars().count()) {
        return Err(Invalid::new(field, format!("Give {least} to {most} characters.")));
    }
    if value.chars().any(char::is_control) {
        return Err(Invalid::new(field, "Leave out line breaks and other control characters."));
    }
    Ok(value.to_owned())
}

/// A telephone number, as `+` and digits.
pub fn number(field: &str, value: &str) -> Result<String, Invalid> {
    e164(value).ok_or_else(|| {
        Invalid::new(
            field,
            "Give the number with its country code, such as +41 22 555 01 00: 7 to 15 digits after the plus.",
        )
    })
}

/// An IANA time zone.
pub fn time_zone(field: &str, value: &str) -> Result<String, Invalid> {
    match Tz::from_str(value) {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err(Invalid::new(field, "Give a time zone of the IANA database, such as Africa/Nairobi.")),
    }
}

/// Degrees north and east.
pub fn position(lat: f64, lon: f64) -> Result<(f64, f64), Invalid> {
    if !(-90.0..=90.0).contains(&lat) {
        return Err(Invalid::new("/lat", "Give degrees north, -90 to 90."));
    }
    if !(-180.0..=180.0).contains(&lon) {
        return Err(Invalid::new("/lon", "Give degrees east, -180 to 180."));
    }
    Ok((lat, lon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_counted_in_characters_and_has_no_control_characters() {
        assert_eq!(line("/name", "  Élise ", 1, 5).unwrap(), "Élise");
        assert_eq!(line("/name", "   ", 1, 5).unwrap_err().field, "/name");
        assert!(line("/name", "123456", 1, 5).is_err());
        assert!(line("/name", "a\nb", 1, 5).is_err());
    }

    #[test]
    fn positions_are_on_the_globe() {
        assert_eq!(position(91.0, 0.0).unwrap_err().field, "/lat");
        assert_eq!(position(f64::NAN, 0.0).unwrap_err().field, "/lat");
        assert_eq!(position(0.0, -180.5).unwrap_err().field, "/lon");
        assert!(position(-90.0, 180.0).is_ok());
    }

    #[test]
    fn only_zones_of_the_database_are_zones() {
        assert!(time_zone("/time_zone", "Africa/Nairobi").is_ok());
        assert!(time_zone("/time_zone", "Mars/Olympus").is_err());
        assert!(time_zone("/time_zone", "").is_err());
    }
}

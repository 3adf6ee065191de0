//! How many digits numbers of a country have at least, behind its country code.

/// Country codes with the fewest digits of a subscriber's number behind them, where the national numbering
/// plan (as its administration has told the ITU, Recommendation E.164) leaves no shorter ones to subscribers.
const FEWEST: &[(&str, usize)] = &[
    ("1", 10),
    ("7", 10),
    ("20", 8),
    ("27", 9),
    ("30", 10),
    ("31", 9),
    ("33", 9),
    ("34", 9),
    ("41", 9),
    ("45", 8),
    ("48", 9),
    ("52", 10),
    ("55", 10),
    ("61", 9),
    ("81", 9),
    ("90", 10),
    ("91", 10),
    ("93", 9),
    ("211", 9),
    ("212", 9),
    ("213", 8),
    ("216", 8),
    ("221", 9),
    ("223", 8),
    ("225", 10),
    ("226", 8),
    ("227", 8),
    ("228", 8),
    ("233", 9),
    ("235", 8),
    ("236", 8),
    ("237", 9),
    ("249", 9),
    ("250", 9),
    ("251", 9),
    ("253", 8),
    ("254", 8),
    ("255", 9),
    ("256", 9),
    ("257", 8),
    ("258", 8),
    ("260", 9),
    ("261", 9),
    ("962", 8),
    ("963", 8),
    ("964", 8),
];

/// With the country code: fewer have only numbers of a few islands.
const OTHERWISE: usize = 9;

/// Whether a number (`+` and digits) has fewer digits than numbers of its country have.
pub(super) fn is_short(number: &str) -> bool {
    let digits = number.trim_start_matches('+');
    let plan = FEWEST.iter().find_map(|(code, fewest)| Some((digits.strip_prefix(code)?, fewest)));
    match plan {
        Some((rest, fewest)) => rest.len() < *fewest,
        None => digits.len() < OTHERWISE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_by_the_plan_of_its_country() {
        for whole in ["+254712000001", "+25420123456", "+12025550101", "+41225550100", "+252615550", "+96170123456"] {
            assert!(!is_short(whole), "{whole}");
        }
        for short in ["+2547120000", "+120255501", "+4122555010", "+25261555", "+9617012"] {
            assert!(is_short(short), "{short}");
        }
    }

    #[test]
    fn no_country_code_begins_with_another() {
        for (code, _) in FEWEST {
            assert!(FEWEST.iter().all(|(other, _)| other == code || !other.starts_with(code)), "{code}");
        }
    }
}

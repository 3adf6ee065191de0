//! How many digits numbers of a country have at least, behind its country code.

/// Country codes, or the beginning of a range behind one, with the fewest digits that a subscriber's number has behind
/// it. Source: the national numbering plans as administrations have told the ITU (Recommendation E.164 and its list of
/// national plans), in doubt the shorter: a number is better not warned of than warned of wrongly. Not listed: plans
/// with short local numbers or of open length (AT, DE, FI, IT, LU, MM, SE, ZA and others), and plans of five digits
/// and fewer, of the islands.
const FEWEST: &[(&str, usize)] = &[
    ("1", 10),
    ("7", 10),
    ("20", 8),
    ("30", 10),
    ("31", 9),
    ("33", 9),
    ("34", 9),
    ("41", 9),
    ("45", 8),
    ("48", 7),
    ("52", 10),
    ("55", 10),
    ("61", 9),
    ("81", 9),
    ("90", 7),
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
    ("233", 8),
    ("235", 8),
    ("236", 8),
    ("237", 8),
    ("249", 9),
    ("250", 8),
    ("251", 9),
    ("252", 6),
    ("253", 8),
    ("254", 6),
    ("2541", 8),
    ("2547", 8),
    ("255", 9),
    ("256", 9),
    ("257", 8),
    ("258", 8),
    ("260", 9),
    ("261", 9),
    ("961", 7),
    ("962", 8),
    ("963", 8),
    ("964", 8),
];

/// Whether a number (`+` and digits) has fewer digits than numbers of its country, or of its range, have. False of
/// countries whose fewest are not known here.
pub(super) fn is_short(number: &str) -> bool {
    let digits = number.trim_start_matches('+');
    let known = FEWEST.iter().filter_map(|(code, fewest)| Some((digits.strip_prefix(code)?, *fewest)));
    let nearest = known.min_by_key(|(rest, _)| rest.len());
    nearest.is_some_and(|(rest, fewest)| rest.len() < fewest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_by_the_plan_of_its_country_and_range() {
        for whole in [
            "+254712000001",
            "+254110000001",
            "+25420356789",
            "+254202035",
            "+12025550101",
            "+41225550100",
            "+252615550",
            "+9613123456",
            "+482219555",
            "+904440123",
        ] {
            assert!(!is_short(whole), "{whole}");
        }
        for short in ["+2547120000", "+25411000000", "+120255501", "+4122555010", "+25261555", "+961712"] {
            assert!(is_short(short), "{short}");
        }
    }

    #[test]
    fn a_real_number_of_a_short_plan_is_never_called_short() {
        // Austria, Germany, Italy, Luxembourg, Myanmar, Finland; the Solomon Islands, Tonga, Niue, Saint Helena.
        for real in [
            "+4315580",
            "+495384123",
            "+390669812",
            "+352452345",
            "+951234567",
            "+3589123456",
            "+67720123",
            "+67623000",
        ] {
            assert!(!is_short(real), "{real}");
        }
        assert!(!is_short("+6834123") && !is_short("+29022345"));
    }

    #[test]
    fn each_code_is_listed_once_and_no_plan_is_longer_than_the_recommendation_allows() {
        for (at, (code, fewest)) in FEWEST.iter().enumerate() {
            assert!(FEWEST.iter().skip(at + 1).all(|(other, _)| other != code), "{code}");
            assert!(code.len() + fewest <= 15, "{code}");
        }
    }
}

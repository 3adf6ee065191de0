//! Text rules that hold everywhere.

/// A name as it is searched: lower case, common diacritics removed, single blanks. Both databases
/// compare it byte by byte, so that their own folding rules do not matter.
pub fn folded(text: &str) -> String {
    let plain: String = text.chars().flat_map(char::to_lowercase).map(plain_letter).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain_letter(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ű' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// A telephone number as `+` and digits (E.164: 7 to 15 digits), or none when it is not one.
pub fn e164(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let international = number.trim_start().starts_with('+') || number.trim_start().starts_with("00");
    let digits = if number.trim_start().starts_with("00") { digits.trim_start_matches('0') } else { &digits };
    let odd = number.chars().any(|c| !c.is_ascii_digit() && !" +-().".contains(c));
    (international && !odd && (7..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// A JSON body in one form, whatever the order of its fields and its blanks: two transports of one
/// request hash alike. Anything else stays as it is.
pub fn canonical(body: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|value| serde_json::to_vec(&value).ok())
        .unwrap_or_else(|| body.to_vec())
}

/// Cuts at a character boundary so that at most `limit` characters remain.
pub fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_alike_in_both_databases() {
        assert_eq!(folded("  Élodie   NGUYỄN "), "elodie nguyễn");
        assert_eq!(folded("Ødegård"), "odegard");
    }

    #[test]
    fn one_request_hashes_alike_however_it_is_written() {
        assert_eq!(canonical(b" { \"b\" : 1.50, \"a\" : null } "), canonical(b"{\"a\":null,\"b\":1.5}"));
        assert_eq!(canonical(b"{broken"), b"{broken");
    }

    #[test]
    fn numbers_are_kept_in_one_form() {
        assert_eq!(e164("+252 61-555 0101").as_deref(), Some("+252615550101"));
        assert_eq!(e164("00252615550101").as_deref(), Some("+252615550101"));
        assert_eq!(e164("0615550101"), None);
        assert_eq!(e164("+1 call me"), None);
    }
}

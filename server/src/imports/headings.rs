//! What the headings of a list mean, in English, French, Spanish, Russian, Chinese and Arabic.

use std::sync::LazyLock;

use wire::imports::ImportField;
use wire::imports::ImportField::{FamilyName, GivenName, HomeNumber, Mobile, Name, OfficeNumber, Satellite};

use crate::kernel::text::folded;

/// A heading as it is compared: folded, punctuation as blanks, Arabic letters without their variants.
pub fn heading_key(heading: &str) -> String {
    let plain: String = folded(heading).chars().filter_map(plain_letter).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain_letter(letter: char) -> Option<char> {
    match letter {
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ة' => Some('ه'),
        'ى' => Some('ي'),
        'ё' => Some('е'),
        '\u{0640}' | '\u{064b}'..='\u{0652}' => None,
        letter if letter.is_alphanumeric() => Some(letter),
        _ => Some(' '),
    }
}

/// Words for each field: a line each, `field: word, word`. The more special fields come first: `sponsor
/// e-mail` is a sponsor, not an address. Each word is as [`heading_key`] makes it.
static WORDS: LazyLock<Vec<(ImportField, Vec<&'static str>)>> = LazyLock::new(|| {
    let lines = include_str!("data/headings.txt").lines();
    let fields = lines.filter_map(|line| line.split_once(": "));
    fields.filter_map(|(field, words)| Some((ImportField::from_word(field)?, words.split(", ").collect()))).collect()
});

/// What a heading means: the field that has it word for word, else the first whose words it contains.
pub fn meaning(heading: &str) -> Option<ImportField> {
    let key = heading_key(heading);
    if key.is_empty() {
        return None;
    }
    if let Some(field) = ImportField::ALL.iter().copied().find(|field| field.word().replace('_', " ") == key) {
        return Some(field);
    }
    let whole = WORDS.iter().find(|(_, words)| words.contains(&key.as_str()));
    let part = || WORDS.iter().find(|(_, words)| words.iter().any(|word| holds(&key, word)));
    whole.or_else(part).map(|(field, _)| *field)
}

/// Whether a heading holds a word: between blanks, or anywhere where the script writes without them.
fn holds(key: &str, word: &str) -> bool {
    // One character says too little to be found within others.
    if word.chars().count() < 2 {
        return false;
    }
    if word.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter)) {
        return key.contains(word);
    }
    // `id` or `tel` within a longer heading is a hint; `from` and `until` are not.
    !matches!(word, "from" | "until" | "type" | "status" | "title" | "base" | "host" | "radio" | "numero" | "fixe")
        && format!(" {key} ").contains(&format!(" {word} "))
}

/// What the columns of these headings seem to hold. A field is suggested once, the best heading
/// first; numbers may come in several columns.
pub fn suggest(headings: &[String]) -> Vec<Option<ImportField>> {
    let mut taken: Vec<ImportField> = Vec::new();
    let mut suggested = vec![None; headings.len()];
    for exact in [true, false] {
        for (heading, place) in headings.iter().zip(suggested.iter_mut()) {
            let Some(field) = meaning(heading).filter(|_| place.is_none()) else { continue };
            let key = heading_key(heading);
            let is_exact = WORDS.iter().any(|(one, words)| *one == field && words.contains(&key.as_str()))
                || field.word().replace('_', " ") == key;
            if is_exact == exact && (repeats(field) || !taken.contains(&field)) {
                taken.push(field);
                *place = Some(field);
            }
        }
    }
    // `Nom` beside `Prénom`, `Apellido` beside `Nombre`: one of them is not the whole name.
    let has = |field, suggested: &[Option<ImportField>]| suggested.contains(&Some(field));
    let other = match (has(GivenName, &suggested), has(FamilyName, &suggested)) {
        (true, false) => FamilyName,
        (false, true) => GivenName,
        _ => return suggested,
    };
    if let Some(place) = suggested.iter_mut().find(|place| **place == Some(Name)) {
        *place = Some(other);
    }
    suggested
}

/// Whether a field may come in several columns.
pub fn repeats(field: ImportField) -> bool {
    matches!(field, Mobile | HomeNumber | OfficeNumber | Satellite)
}

#[cfg(test)]
mod tests {
    use wire::imports::ImportField::{
        DutyStation, Email, ExternalId, FallbackName, FallbackNumber, Office, PassportExpires, PassportNumber, Sponsor,
    };

    use super::*;

    fn suggested(headings: &[&str]) -> Vec<Option<ImportField>> {
        suggest(&headings.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn headings_of_six_languages_are_known() {
        let all = [Some(ExternalId), Some(Name), Some(Email), Some(Mobile), Some(Office), Some(DutyStation)];
        for headings in [
            ["Staff ID", "Full name", "E-mail", "Mobile", "Country office", "Duty station"],
            ["Matricule", "Nom complet", "Courriel", "Téléphone portable", "Bureau pays", "Lieu d'affectation"],
            ["Número de empleado", "Nombre completo", "Correo electrónico", "Celular", "Oficina", "Ciudad"],
            ["Табельный номер", "ФИО", "Эл. почта", "Мобильный телефон", "Офис", "Место службы"],
            ["工号", "姓名", "电子邮件", "手机号码", "国家办事处", "工作地点"],
            ["الرقم الوظيفي", "الاسم الكامل", "البريد الإلكتروني", "رقم الهاتف", "المكتب", "المدينة"],
        ] {
            assert_eq!(suggested(&headings), all, "{headings:?}");
        }
    }

    #[test]
    fn a_part_of_a_heading_is_enough_and_the_more_special_field_wins() {
        for (heading, field) in [
            ("Sponsor's e-mail", Sponsor),
            ("Mobile phone (personal)", Mobile),
            ("EMERGENCY CONTACT PHONE", FallbackNumber),
            ("Emergency contact (name)", FallbackName),
            ("Passport No.", PassportNumber),
            ("passport_expires", PassportExpires),
            ("Home Phone #", HomeNumber),
            ("员工手机号码", Mobile),
        ] {
            assert_eq!(meaning(heading), Some(field), "{heading}");
        }
        assert_eq!(meaning("Favourite colour"), None);
        assert_eq!(meaning(" "), None);
    }

    #[test]
    fn a_field_is_suggested_once_and_numbers_more_often() {
        assert_eq!(
            suggested(&["Phone 1", "Phone 2", "Mail", "Email"]),
            [Some(Mobile), Some(Mobile), Some(Email), None]
        );
        assert_eq!(suggested(&["Name of the host office", "Name"])[1], Some(Name));
    }

    #[test]
    fn half_a_name_is_known_by_the_other_half() {
        assert_eq!(suggested(&["Nom", "Prénom"]), [Some(FamilyName), Some(GivenName)]);
        assert_eq!(suggested(&["Nombre", "Apellidos"]), [Some(GivenName), Some(FamilyName)]);
        assert_eq!(suggested(&["First name", "Last name"]), [Some(GivenName), Some(FamilyName)]);
    }

    #[test]
    fn every_word_is_written_as_it_is_compared_and_no_two_fields_share_one() {
        let mut seen = std::collections::BTreeMap::new();
        for (field, words) in WORDS.iter() {
            for word in words {
                assert_eq!(heading_key(word), *word, "{field:?}");
                assert_eq!(seen.insert(*word, *field), None, "{word}");
            }
        }
        assert_eq!(include_str!("data/headings.txt").lines().count(), WORDS.len(), "every line is read");
        assert!(ImportField::ALL.iter().all(|field| WORDS.iter().any(|(one, _)| one == field)));
    }
}

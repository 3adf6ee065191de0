//! What a message says, in the language of whom it calls. It names nobody and no place but the country: a text message
//! can be read by anybody on its way.

/// Text messages in the languages of the interface: before and after the reference and the country.
const CALLS: [(&str, &str, &str); 6] = [
    ("en", "NOT OK", "Nobody has taken it yet. Open the console or call the operations centre."),
    ("fr", "PAS OK", "Personne ne l'a encore pris. Ouvrez la console ou appelez le centre d'opérations."),
    ("es", "NO ESTOY BIEN", "Nadie lo ha tomado aún. Abra la consola o llame al centro de operaciones."),
    ("ar", "لست بخير", "لم يتولَّه أحد بعد. افتح لوحة المتابعة أو اتصل بمركز العمليات."),
    ("ru", "НУЖНА ПОМОЩЬ", "Никто ещё не взял. Откройте консоль или позвоните в оперативный центр."),
    ("zh", "求助", "尚无人接手。请打开控制台或致电行动中心。"),
];

/// The text for somebody with these languages, best first; in English when none of them is known.
pub(super) fn call(languages: &[String], (reference, country): (&str, Option<&str>), exercise: bool) -> String {
    let base = |tag: &String| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let known = languages.iter().map(base).find_map(|tag| CALLS.iter().find(|(one, ..)| *one == tag));
    let (_, what, then) = known.unwrap_or(&CALLS[0]);
    let exercise = if exercise { "EXERCISE EXERCISE: " } else { "" };
    let country = country.map(|country| format!(" {country}")).unwrap_or_default();
    format!("{exercise}MUSTER: {what} {reference}{country}. {then}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_known_is_spoken_and_otherwise_english() {
        let say = |tags: &[&str]| {
            call(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>(), ("K7Q2M9", Some("KE")), false)
        };
        assert!(say(&["sw", "fr-CD", "en"]).starts_with("MUSTER: PAS OK K7Q2M9 KE. "));
        assert!(say(&["sw"]).starts_with("MUSTER: NOT OK K7Q2M9 KE. ") && say(&[]) == say(&["en-GB"]));
        assert!(call(&[], ("K7Q2M9", None), true).starts_with("EXERCISE EXERCISE: MUSTER: NOT OK K7Q2M9. "));
    }

    #[test]
    fn an_english_call_is_one_text_message() {
        assert!(call(&[], ("K7Q2M9", Some("KE")), true).chars().count() <= 160);
    }
}

//! What a message says, in the language of whom it calls. It names nobody and no place but the country: a text message
//! can be read by anybody on its way.

/// A language: what stands before the reference and the country, what follows while nobody has the case, and once
/// somebody has it.
struct Words {
    tag: &'static str,
    what: &'static str,
    untaken: &'static str,
    taken: &'static str,
}

/// The languages of the interface, English first.
const LANGUAGES: [Words; 6] = [
    Words {
        tag: "en",
        what: "NOT OK",
        untaken: "Nobody has taken it yet. Open the console or call the operations centre.",
        taken: "Somebody has taken it. Call the operations centre: you are near.",
    },
    Words {
        tag: "fr",
        what: "PAS OK",
        untaken: "Personne ne l'a encore pris. Ouvrez la console ou appelez le centre d'opérations.",
        taken: "Quelqu'un l'a pris. Appelez le centre d'opérations: vous êtes proche.",
    },
    Words {
        tag: "es",
        what: "NO ESTOY BIEN",
        untaken: "Nadie lo ha tomado aún. Abra la consola o llame al centro de operaciones.",
        taken: "Alguien lo ha tomado. Llame al centro de operaciones: usted está cerca.",
    },
    Words {
        tag: "ar",
        what: "لست بخير",
        untaken: "لم يتولَّه أحد بعد. افتح لوحة المتابعة أو اتصل بمركز العمليات.",
        taken: "تولّاه أحدهم. اتصل بمركز العمليات: أنت قريب.",
    },
    Words {
        tag: "ru",
        what: "НУЖНА ПОМОЩЬ",
        untaken: "Никто ещё не взял. Откройте консоль или позвоните в оперативный центр.",
        taken: "Вызов принят. Позвоните в оперативный центр: вы рядом.",
    },
    Words {
        tag: "zh",
        what: "求助",
        untaken: "尚无人接手。请打开控制台或致电行动中心。",
        taken: "已有人接手。请致电行动中心：您就在附近。",
    },
];

/// What is said of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    /// Its reference.
    pub(super) reference: &'a str,
    /// Its countries, such as `KE` or `KE/UG`; empty when none is known.
    pub(super) countries: &'a str,
    /// Whether somebody has it.
    pub(super) taken: bool,
    /// Whether it is invented.
    pub(super) exercise: bool,
}

/// The text for somebody with these languages, best first; in English when none of them is known.
pub(super) fn call(languages: &[String], said: Said<'_>) -> String {
    let words = known(languages, |tag| LANGUAGES.iter().find(|one| one.tag == tag)).unwrap_or(&LANGUAGES[0]);
    let exercise = if said.exercise { "EXERCISE EXERCISE: " } else { "" };
    let space = if said.countries.is_empty() { "" } else { " " };
    let then = if said.taken { words.taken } else { words.untaken };
    format!("{exercise}MUSTER: {} {}{space}{}. {then}", words.what, said.reference, said.countries)
}

/// What is found for the first of these languages that something is found for.
pub(super) fn known<T>(languages: &[String], find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let base = |tag: &String| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    languages.iter().map(base).find_map(|tag| find(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: Said<'_> = Said { reference: "K7Q2M9", countries: "KE", taken: false, exercise: false };

    #[test]
    fn the_first_language_that_is_known_is_spoken_and_otherwise_english() {
        let say = |tags: &[&str]| call(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>(), SAID);
        assert!(say(&["sw", "fr-CD", "en"]).starts_with("MUSTER: PAS OK K7Q2M9 KE. "));
        assert!(say(&["sw"]).starts_with("MUSTER: NOT OK K7Q2M9 KE. Nobody") && say(&[]) == say(&["en-GB"]));
        let exercise = call(&[], Said { countries: "", exercise: true, ..SAID });
        assert!(exercise.starts_with("EXERCISE EXERCISE: MUSTER: NOT OK K7Q2M9. "));
        assert!(call(&[], Said { taken: true, ..SAID }).contains("Somebody has taken it"));
    }

    #[test]
    fn an_english_call_is_one_text_message() {
        for taken in [true, false] {
            let said = Said { countries: "KE/UG/ET", taken, exercise: true, ..SAID };
            assert!(call(&[], said).chars().count() <= 160);
        }
    }
}

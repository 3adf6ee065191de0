//! What a call says, in the language of whom it calls: as little as a text message.

use super::texts::{Said, known};

/// A language, in the pieces that a call is made of.
struct Words {
    tag: &'static str,
    exercise: &'static str,
    opening: &'static str,
    country: &'static str,
    reference: &'static str,
    /// Nobody has it, and what the key does.
    take: &'static str,
    /// Somebody has it, and what the key does.
    heard: &'static str,
    yours: &'static str,
    thanks: &'static str,
    ended: &'static str,
    cannot: &'static str,
}

/// The languages of the interface, English first.
const LANGUAGES: [Words; 6] = [
    Words {
        tag: "en",
        exercise: "This is an exercise.",
        opening: "This is Muster. Somebody is not okay.",
        country: "Country",
        reference: "Reference",
        take: "Nobody has taken it yet. Press 1 to take it.",
        heard: "Somebody has taken it, and you are near. Press 1 to say that you have heard this.",
        yours: "It is yours. Open the console within three minutes, or call the operations centre.",
        thanks: "Thank you. Somebody else has it. Call the operations centre.",
        ended: "It is over: the case is closed. Thank you.",
        cannot: "You cannot take it. Call the operations centre now.",
    },
    Words {
        tag: "fr",
        exercise: "Ceci est un exercice.",
        opening: "Ici Muster. Quelqu'un est en danger.",
        country: "Pays",
        reference: "Référence",
        take: "Personne ne l'a encore pris. Appuyez sur 1 pour le prendre.",
        heard: "Quelqu'un l'a pris, et vous êtes proche. Appuyez sur 1 pour dire que vous avez entendu.",
        yours: "Il est à vous. Ouvrez la console dans les trois minutes, ou appelez le centre d'opérations.",
        thanks: "Merci. Quelqu'un d'autre l'a pris. Appelez le centre d'opérations.",
        ended: "C'est terminé : le cas est clos. Merci.",
        cannot: "Vous ne pouvez pas le prendre. Appelez maintenant le centre d'opérations.",
    },
    Words {
        tag: "es",
        exercise: "Esto es un ejercicio.",
        opening: "Aquí Muster. Alguien no está bien.",
        country: "País",
        reference: "Referencia",
        take: "Nadie lo ha tomado aún. Pulse 1 para tomarlo.",
        heard: "Alguien lo ha tomado, y usted está cerca. Pulse 1 para decir que lo ha oído.",
        yours: "Es suyo. Abra la consola en tres minutos, o llame al centro de operaciones.",
        thanks: "Gracias. Otra persona lo tiene. Llame al centro de operaciones.",
        ended: "Ha terminado: el caso está cerrado. Gracias.",
        cannot: "Usted no puede tomarlo. Llame ahora al centro de operaciones.",
    },
    Words {
        tag: "ar",
        exercise: "هذا تمرين.",
        opening: "هنا مستر. أحدهم ليس بخير.",
        country: "البلد",
        reference: "المرجع",
        take: "لم يتولَّه أحد بعد. اضغط 1 لتتولّاه.",
        heard: "تولّاه أحدهم، وأنت قريب. اضغط 1 لتقول إنك سمعت.",
        yours: "أصبح لك. افتح لوحة المتابعة خلال ثلاث دقائق، أو اتصل بمركز العمليات.",
        thanks: "شكرًا. تولّاه شخص آخر. اتصل بمركز العمليات.",
        ended: "انتهى الأمر: أُغلقت الحالة. شكرًا.",
        cannot: "لا يمكنك أن تتولّاه. اتصل بمركز العمليات الآن.",
    },
    Words {
        tag: "ru",
        exercise: "Это учение.",
        opening: "Это Мастер. Кому-то нужна помощь.",
        country: "Страна",
        reference: "Номер",
        take: "Никто ещё не взял вызов. Нажмите 1, чтобы взять его.",
        heard: "Вызов принят, а вы рядом. Нажмите 1, чтобы сказать, что вы услышали.",
        yours: "Вызов ваш. Откройте консоль в течение трёх минут или позвоните в оперативный центр.",
        thanks: "Спасибо. Вызов взял кто-то другой. Позвоните в оперативный центр.",
        ended: "Всё закончено: случай закрыт. Спасибо.",
        cannot: "Вы не можете взять вызов. Позвоните в оперативный центр сейчас.",
    },
    Words {
        tag: "zh",
        exercise: "这是演习。",
        opening: "这里是 Muster。有人求助。",
        country: "国家",
        reference: "编号",
        take: "尚无人接手。请按 1 接手。",
        heard: "已有人接手，而您就在附近。请按 1 表示已听到。",
        yours: "由您负责。请在三分钟内打开控制台，或致电行动中心。",
        thanks: "谢谢。已由他人接手。请致电行动中心。",
        ended: "事件已结束：案件已关闭。谢谢。",
        cannot: "您无法接手。请立即致电行动中心。",
    },
];

/// What a call says after a key was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// They have the case now, or had it.
    Yours,
    /// Somebody else has it.
    Thanks,
    /// It is closed, or not there.
    Ended,
    /// They may not take it.
    Cannot,
}

/// The language that somebody with these is spoken to.
pub(super) fn language(languages: &[String]) -> &'static str {
    words(languages).tag
}

/// What a call says until a key is pressed.
pub(super) fn call(languages: &[String], said: Said<'_>) -> String {
    let words = words(languages);
    let exercise = if said.exercise { format!("{} ", words.exercise) } else { String::new() };
    let countries = said.countries.split('/').filter(|country| !country.is_empty());
    let country: String = countries.map(|country| format!(" {}: {}.", words.country, spelled(country))).collect();
    let then = if said.taken { words.heard } else { words.take };
    let reference = spelled(said.reference);
    format!("{exercise}{}{country} {}: {reference}. {then}", words.opening, words.reference)
}

/// What it says then.
pub(super) fn reply(languages: &[String], reply: Reply) -> &'static str {
    let words = words(languages);
    match reply {
        Reply::Yours => words.yours,
        Reply::Thanks => words.thanks,
        Reply::Ended => words.ended,
        Reply::Cannot => words.cannot,
    }
}

fn words(languages: &[String]) -> &'static Words {
    known(languages, |tag| LANGUAGES.iter().find(|one| one.tag == tag)).unwrap_or(&LANGUAGES[0])
}

/// One sign after the other, as a voice must say them.
fn spelled(text: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_what_is_the_matter_and_what_the_key_does() {
        let said = Said { reference: "K7Q2M9", countries: "KE/UG", taken: false, exercise: true };
        assert_eq!(
            call(&["sw".into(), "en-KE".into()], said),
            "This is an exercise. This is Muster. Somebody is not okay. Country: K, E. Country: U, G. \
             Reference: K, 7, Q, 2, M, 9. Nobody has taken it yet. Press 1 to take it."
        );
        let taken = Said { countries: "", taken: true, exercise: false, ..said };
        assert!(call(&["fr".into()], taken).ends_with("Appuyez sur 1 pour dire que vous avez entendu."));
        assert_eq!((language(&["pt".into()]), language(&["ar-SD".into()])), ("en", "ar"));
        for words in &LANGUAGES {
            assert!(words.take.contains('1') && words.heard.contains('1'), "{}", words.tag);
        }
    }
}

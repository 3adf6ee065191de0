//! Words of lists for kinds of people, languages, countries and blood groups.

use wire::people::PersonKind;

use super::headings::heading_key;
use crate::places::countries::{self, Country};

use PersonKind::{Consultant, Dependant, Intern, Partner, StaffIntl, StaffNational, Unv, Visitor};

/// Words for each kind of person, as [`heading_key`] makes them.
const KINDS: &[(PersonKind, &[&str])] = &[
    (
        StaffIntl,
        &[
            "staff intl",
            "international",
            "international staff",
            "intl",
            "intl staff",
            "international professional",
            "expat",
            "expatriate",
            "expatrie",
            "personnel international",
            "internacional",
            "personal internacional",
            "международный",
            "международный сотрудник",
            "国际",
            "国际职员",
            "国际工作人员",
            "دولي",
            "موظف دولي",
        ],
    ),
    (
        StaffNational,
        &[
            "staff national",
            "national",
            "national staff",
            "local",
            "local staff",
            "nat",
            "general service",
            "national officer",
            "personnel national",
            "personnel local",
            "nacional",
            "personal nacional",
            "национальный",
            "местный",
            "местный сотрудник",
            "本国",
            "本国职员",
            "当地",
            "当地雇员",
            "وطني",
            "محلي",
            "موظف وطني",
            "موظف محلي",
        ],
    ),
    (
        Consultant,
        &[
            "consultant",
            "contractor",
            "individual contractor",
            "consultante",
            "consultor",
            "consultora",
            "консультант",
            "顾问",
            "استشاري",
            "مستشار",
        ],
    ),
    (
        Unv,
        &[
            "unv",
            "un volunteer",
            "volunteer",
            "vnu",
            "volontaire",
            "voluntario",
            "voluntaria",
            "волонтер",
            "доброволец",
            "志愿者",
            "联合国志愿人员",
            "متطوع",
        ],
    ),
    (Intern, &["intern", "trainee", "stagiaire", "pasante", "becario", "стажер", "实习生", "متدرب"]),
    (
        Visitor,
        &["visitor", "mission", "visiteur", "en mission", "visitante", "visita", "посетитель", "гость", "访客", "زائر"],
    ),
    (
        Dependant,
        &[
            "dependant",
            "dependent",
            "spouse",
            "child",
            "family member",
            "personne a charge",
            "ayant droit",
            "conjoint",
            "enfant",
            "dependiente",
            "conyuge",
            "hijo",
            "hija",
            "иждивенец",
            "член семьи",
            "супруг",
            "супруга",
            "ребенок",
            "家属",
            "受抚养人",
            "معال",
            "زوج",
            "زوجه",
            "فرد عائله",
        ],
    ),
    (
        Partner,
        &[
            "partner",
            "implementing partner",
            "ngo partner",
            "partenaire",
            "socio",
            "socia",
            "партнер",
            "合作伙伴",
            "伙伴",
            "شريك",
        ],
    ),
];

/// Languages by their BCP 47 tag and their names in English, their own language, and some others.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("en", &["english", "anglais", "ingles", "английский", "英语", "英文", "الانجليزيه", "انجليزي"]),
    ("fr", &["french", "francais", "frances", "французский", "法语", "法文", "الفرنسيه", "فرنسي"]),
    ("es", &["spanish", "espagnol", "espanol", "castellano", "испанский", "西班牙语", "الاسبانيه"]),
    ("ar", &["arabic", "arabe", "arabigo", "арабский", "阿拉伯语", "العربيه", "عربي"]),
    ("ru", &["russian", "russe", "ruso", "русский", "俄语", "الروسيه"]),
    ("zh", &["chinese", "mandarin", "chinois", "chino", "китайский", "中文", "汉语", "普通话", "الصينيه"]),
    ("pt", &["portuguese", "portugais", "portugues", "португальский", "葡萄牙语", "البرتغاليه"]),
    ("de", &["german", "allemand", "aleman", "deutsch", "немецкий", "德语", "الالمانيه"]),
    ("it", &["italian", "italien", "italiano", "итальянский", "意大利语", "الايطاليه"]),
    ("sw", &["swahili", "kiswahili", "souahili", "суахили", "斯瓦希里语", "السواحيليه"]),
    ("so", &["somali", "soomaali", "сомали", "索马里语", "الصوماليه"]),
    ("am", &["amharic", "amharique", "амхарский", "阿姆哈拉语", "الامهريه"]),
    ("ha", &["hausa", "haoussa"]),
    ("fa", &["persian", "farsi", "persan", "персидский", "波斯语", "الفارسيه", "فارسي"]),
    ("prs", &["dari", "дари", "达里语", "دري"]),
    ("ps", &["pashto", "pachto", "пушту", "普什图语", "البشتو"]),
    ("ur", &["urdu", "ourdou", "урду", "乌尔都语", "الاورديه"]),
    ("hi", &["hindi", "хинди", "印地语"]),
    ("bn", &["bengali", "bangla"]),
    ("my", &["burmese", "birman", "缅甸语"]),
    ("uk", &["ukrainian", "ukrainien", "ucraniano", "украинский", "українська", "乌克兰语"]),
    ("tr", &["turkish", "turc", "turco", "турецкий", "土耳其语", "التركيه"]),
    ("ku", &["kurdish", "kurde", "курдский", "库尔德语", "الكرديه"]),
    ("ht", &["haitian creole", "creole", "kreyol"]),
    ("ln", &["lingala"]),
    ("rw", &["kinyarwanda"]),
    ("ti", &["tigrinya"]),
    ("ne", &["nepali"]),
    ("id", &["indonesian", "bahasa", "bahasa indonesia"]),
    ("tl", &["tagalog", "filipino"]),
];

/// The kind of person of a word.
pub(super) fn kind(word: &str) -> Option<PersonKind> {
    let key = heading_key(word);
    PersonKind::from_word(word.trim())
        .or_else(|| KINDS.iter().find(|(_, words)| words.contains(&key.as_str())).map(|(kind, _)| *kind))
}

/// The tag of a language's name, or a tag itself; none of anything else.
pub(super) fn language(word: &str) -> Option<String> {
    let key = heading_key(word);
    if let Some((tag, _)) = LANGUAGES.iter().find(|(tag, names)| *tag == key || names.contains(&key.as_str())) {
        return Some((*tag).to_owned());
    }
    let (first, rest) = word.trim().split_once(['-', '_']).unwrap_or((word.trim(), ""));
    let letters = |part: &str| part.chars().all(|letter| letter.is_ascii_alphanumeric());
    let is_tag = (2..=3).contains(&first.len()) && first.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_tag && letters(rest) && rest.len() <= 8).then(|| {
        let first = first.to_lowercase();
        if rest.is_empty() { first } else { format!("{first}-{rest}") }
    })
}

/// The country of a code or of its name in one of six languages.
pub(super) fn country(word: &str) -> Option<&'static Country> {
    let word = word.trim();
    if let Some(found) = countries::by_iso2(word).filter(|_| word.len() == 2) {
        return Some(found);
    }
    let key = heading_key(word);
    countries::all().iter().find(|country| {
        let names = &country.names;
        country.iso3.eq_ignore_ascii_case(word)
            || [&country.name, &names.en, &names.fr, &names.es, &names.ru, &names.zh, &names.ar]
                .into_iter()
                .any(|name| heading_key(name) == key)
    })
}

/// Words by which a list says that somebody is where they usually are.
const BACK: &[&str] =
    &["back", "cleared", "returned", "de retour", "de regreso", "вернулся", "вернулась", "已返回", "عاد"];

/// Whether a word says that somebody is where they usually are.
pub(super) fn is_back(word: &str) -> bool {
    let word = heading_key(word);
    BACK.iter().any(|back| heading_key(back) == word)
}

/// A blood group as `O+`, `AB-`.
pub(super) fn blood_group(word: &str) -> Option<String> {
    let plain = word.to_lowercase().replace('0', "o").replace("rhesus", "").replace("rh", "");
    let letters: String = plain.chars().take_while(|letter| matches!(letter, 'a' | 'b' | 'o')).collect();
    let rest = plain.get(letters.len()..).unwrap_or_default();
    let rest = rest.trim_matches(|letter: char| letter.is_whitespace() || "().,".contains(letter));
    let sign = match rest {
        "+" | "+ve" | "pos" | "positive" | "positif" | "positivo" => '+',
        "-" | "–" | "−" | "-ve" | "neg" | "negative" | "negatif" | "négatif" | "negativo" => '-',
        _ => return None,
    };
    let group = letters.to_uppercase();
    ["O", "A", "B", "AB"].contains(&group.as_str()).then(|| format!("{group}{sign}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_in_six_languages() {
        for (word, expected) in [
            ("International staff", StaffIntl),
            ("Expatrié", StaffIntl),
            ("Personal nacional", StaffNational),
            ("Консультант", Consultant),
            ("实习生", Intern),
            ("زائر", Visitor),
            ("staff_national", StaffNational),
            ("Spouse", Dependant),
        ] {
            assert_eq!(kind(word), Some(expected), "{word}");
        }
        assert_eq!(kind("Wizard"), None);
    }

    #[test]
    fn languages_are_known_by_name_and_by_tag() {
        for (word, tag) in
            [("English", "en"), ("Français", "fr"), ("العربية", "ar"), ("EN", "en"), ("pt_BR", "pt-BR"), ("中文", "zh")]
        {
            assert_eq!(language(word).as_deref(), Some(tag), "{word}");
        }
        assert_eq!(language("Klingon"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn countries_are_known_by_code_and_by_name() {
        for word in ["KE", "ke", "KEN", "Kenya", "肯尼亚", "كينيا"] {
            assert_eq!(country(word).map(|found| found.iso2.as_str()), Some("KE"), "{word}");
        }
        assert!(country("Atlantis").is_none());
        assert!(country("").is_none());
    }

    #[test]
    fn blood_groups_come_in_many_forms() {
        for (word, group) in [("O+", "O+"), ("0 Rh+", "O+"), ("ab positive", "AB+"), ("A neg.", "A-"), ("B-ve", "B-")] {
            assert_eq!(blood_group(word).as_deref(), Some(group), "{word}");
        }
        assert_eq!(blood_group("red"), None);
    }

    #[test]
    fn every_word_is_written_as_it_is_compared_and_means_one_thing() {
        let mut seen = std::collections::BTreeSet::new();
        for word in KINDS.iter().flat_map(|(_, words)| words.iter()) {
            assert_eq!(heading_key(word), *word);
            assert!(seen.insert(*word), "{word}");
        }
        seen.clear();
        for word in LANGUAGES.iter().flat_map(|(_, words)| words.iter()) {
            assert_eq!(heading_key(word), *word);
            assert!(seen.insert(*word), "{word}");
        }
    }
}

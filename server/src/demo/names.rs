//! Invented names, and the languages that go with a country.
//!
//! A given name is a common one of some part of the world; a family name is put together from two
//! parts that sound like the same part of the world. The people do not exist: a match with a real
//! name is chance. Some names carry diacritics, because real ones do.

use rand::{Rng, RngExt};

/// An invented person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
}

impl Name {
    /// Given name, then family name.
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// `given.family` in lower-case ASCII letters, for an e-mail address.
    pub fn mailbox(&self) -> String {
        format!("{}.{}", ascii(&self.given), ascii(&self.family))
    }
}

/// A name as it may be met in a country; from anywhere when the country is not listed.
pub fn of_country(iso2: &str, rng: &mut impl Rng) -> Name {
    match CULTURES.iter().find(|culture| has(culture.countries, iso2)) {
        Some(culture) => culture.name(rng),
        None => of_anywhere(rng),
    }
}

/// A name from anywhere.
pub fn of_anywhere(rng: &mut impl Rng) -> Name {
    let at = rng.random_range(0..CULTURES.len());
    CULTURES.get(at).unwrap_or(&FIRST).name(rng)
}

/// The languages that somebody recruited in a country is likely to speak at work, BCP 47, best first.
pub fn languages_of(iso2: &str) -> Vec<&'static str> {
    let spoken = LANGUAGES.iter().find(|(_, countries)| has(countries, iso2)).map_or("en", |(spoken, _)| spoken);
    spoken.split(' ').collect()
}

/// Names of one part of the world. Lists are words apart by spaces; an ending starts in lower case.
struct Culture {
    countries: &'static str,
    given: &'static str,
    stems: &'static str,
    endings: &'static str,
}

impl Culture {
    fn name(&self, rng: &mut impl Rng) -> Name {
        let given = word(self.given, rng).to_owned();
        let family = format!("{}{}", word(self.stems, rng), word(self.endings, rng));
        Name { given, family }
    }
}

fn has(countries: &str, iso2: &str) -> bool {
    countries.split(' ').any(|country| country == iso2)
}

fn word(list: &'static str, rng: &mut impl Rng) -> &'static str {
    let at = rng.random_range(0..list.split(' ').count());
    list.split(' ').nth(at).unwrap_or(list)
}

/// Lower-case ASCII letters of a name; what has no ASCII letter is left out.
fn ascii(name: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ā' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => 'o',
        'ř' => 'r',
        'š' | 'ş' | 'ś' | 'ș' => 's',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' => 'u',
        'ý' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    };
    name.to_lowercase().chars().map(letter).filter(char::is_ascii_lowercase).collect()
}

const FIRST: Culture = Culture {
    countries: "BJ BF CI GN ML NE SN TG GH GM LR NG SL",
    given: "Aïssata Fatou Kadiatou Mariam Oumou Ramatou Adjoa Efua Ngozi Amara Salimata Bintou \
            Ousmane Moussa Boubacar Issa Sékou Mamadou Kwame Kojo Chidi Emeka Tunde Ibrahima",
    stems: "Ba Dia Kon Sou Ta Ouéd Man Kei Sar Bo Nwa Ade Oko Men",
    endings: "dara mboro lléma ngaré toura wéna bélo riko sanu mané kole yemi",
};

const CULTURES: &[Culture] = &[
    FIRST,
    Culture {
        countries: "CM CF TD CG CD GA GQ BI RW MG KM DJ",
        given: "Béatrice Clarisse Espérance Divine Solange Joséphine Odette Aline Grâce Nadège Chantal Furaha \
                Célestin Fiston Dieudonné Patrice Innocent Bosco Trésor Aimé Junior Prosper Hervé Landry",
        stems: "Mu Ka Lu Ndi Mba Nko Tshi Bi Nga Ra Hako Ma",
        endings: "kendi bwira solo tombo nzema rugo lenga wamba jiza yombé reho tonga",
    },
    Culture {
        countries: "KE UG TZ ZM ZW MW BW LS NA SZ ZA SS ET ER SO MU SC",
        given: "Wanjiru Achieng Nakato Neema Thandiwe Lerato Hirut Selam Hodan Sagal Chipo Zawadi \
                Otieno Kamau Okello Baraka Juma Tendai Sipho Dawit Yonas Abdi Mulugeta Deng",
        stems: "O Wa Ki Mwa Nya Che Tes War Gebre Ha Ndlo Mo",
        endings: "mondi kero lanyo rathi bogo maru selwa fayo lemi shire vuni kheti",
    },
    Culture {
        countries: "EG JO IQ KW SA SD SY YE OM AE BH LB PS LY DZ MA TN MR",
        given: "Amal Hanan Layla Noor Rania Samira Yasmin Dalia Huda Salma Widad Zeinab \
                Ahmad Bilal Fadi Hisham Karim Mazen Nabil Omar Rashid Tariq Walid Younès",
        stems: "Al-Ha Ben-Sa Ha Sal Kha Na Bou Ra Sha Zou Mar Al-Ra",
        endings: "ddouri mrani lawi bashi reddin zawi mouni ssaf kkari hili dani youbi",
    },
    Culture {
        countries: "AF IR PK IN BD NP LK BT MV",
        given: "Anjali Deepa Farzana Gulalai Kavita Maryam Nasreen Priya Rubina Sabita Shirin Tahmina \
                Arjun Bikash Farhad Hamid Imran Jamshid Kamal Navid Prakash Rafiq Suresh Zahir",
        stems: "Kar Ran Bha Chan Gho Mah Sul Wa Pras Rahi Tha Dor",
        endings: "mandi ekhel sinha akoti ranjan zada patra wardi neshi gupra maluna dhari",
    },
    Culture {
        countries: "MM TH VN KH LA ID MY PH TL",
        given: "Aye Chanthou Dewi Hồng Intan Kanya Lan Maricel Nilar Phuong Sari Sokha \
                Adi Bayu Chai Danilo Htun Khamla Minh Nyan Ramil Somchai Tuan Wira",
        stems: "Su San Phra Wong Nguy Del Ha Ku Thi Bau Si Man",
        endings: "wandi tisak tara tingco nova ngsri mavong ratna dalay lasom uyan putro",
    },
    Culture {
        countries: "CN JP KR KP MN",
        given: "Jing Lihua Meilin Xiaoyan Yuting Haruka Sakura Minji Soyeon Oyuna Naran Ayumi \
                Bowen Guang Jianyu Weimin Zhihao Daichi Kenta Hyunwoo Jisung Bataar Temür Ryō",
        stems: "Wa Li Zhao Ou Shi Mori Kawa Nam Ha Tse Bo Fuji",
        endings: "shan yun guan ming hara mura seong gil rig dorj zaki lin",
    },
    Culture {
        countries: "AR BO CL CO CR CU DO EC SV GT HN MX NI PA PY PE UY VE ES AO MZ CV GW ST BR PT",
        given: "Beatriz Camila Inés Lucía Marisol Noemí Paloma Rocío Ximena Valéria Conceição Íris \
                Andrés Benício Gustavo Hernán Joaquín Mateo Óscar Rubén Tomás Ulisses João Simão",
        stems: "Al Bar Cas Del Es Fon Gal Her Mon Pal Que Val",
        endings: "vareda rantes tellón cázar gado pinosa driz zuela moreno teiro beira ñones",
    },
    Culture {
        countries: "RU BY KZ KG TJ TM UZ UA MD AM AZ GE BG RS HR SI BA MK ME AL",
        given: "Aigerim Anahit Darina Elvira Gulnara Jelena Ksenia Lyudmila Nino Oksana Svetlana Zlata \
                Aleksei Bakyt Davit Emil Goran Igor Luka Nikola Ruslan Stepan Timur Žarko",
        stems: "Bal Dra Gor Kor Mir Nad Pet Rus Sev Tag Vor Zel",
        endings: "enko anov iyeva shvili bekov ović ayan evska imova chuk arova odze",
    },
    Culture {
        countries: "PL CZ SK HU RO LT LV EE FI SE NO DK GR TR IL IT CY",
        given: "Agnieszka Başak Eglė Eleni Ilona Jana Kateřina Liisa Mădălina Sigrid Tove Zsófia \
                Anders Bálint Giorgos Jarosław Kjell Łukasz Matteo Mehmet Ondřej Radu Søren Tõnu",
        stems: "Ber Dal Hal Kess Lind Mar Nov Öst Pap Ros Sten Vik",
        endings: "berg ánek owska essar onis quist escu öglu elli ström anen ková",
    },
    Culture {
        countries: "FR BE CH DE AT NL GB IE US CA AU NZ HT",
        given: "Anneke Charlotte Eilidh Fiona Gisela Héloïse Imogen Joëlle Maëlle Niamh Ottilie Rosalind \
                Alasdair Benoît Conrad Étienne Fergus Gerrit Jürgen Loïc Matthias Pieter Rhys Théo",
        stems: "Ash Beau Car Fer Grün Hart Mon Rave Stein Van-der-M Wick Wall",
        endings: "bury champ dale feld court ley mann oor rand worth ville acker",
    },
    Culture {
        countries: "FJ PG SB VU WS JM TT BB GY SR BZ",
        given: "Alisi Keisha Lani Leilani Marva Sefina Shanice Talia Tiana Unaisi Vaiola Yolande \
                Alofa Delroy Jone Kelvin Manu Orlando Sione Tavita Tevita Tomasi Winston Vito",
        stems: "Tu Va Fale Mata Ka Lolo Ramp Bal Green Sea Wai Hamil",
        endings: "tawa sau lani vuki inalo motu grove ford tane oloa ridge more",
    },
];

/// Languages, and the countries where they are the ones; English everywhere else.
const LANGUAGES: &[(&str, &str)] = &[
    ("fr", "BJ BF CI GN ML NE SN TG CG CD GA FR HT MG MC BI"),
    ("fr en", "CM RW BE CH LU VU"),
    ("fr ar", "TD DJ KM CF"),
    ("ar", "IQ KW SA SY YE OM LY"),
    ("ar en", "EG JO SD AE BH LB PS SO"),
    ("ar fr", "DZ MA TN MR"),
    ("es", "AR BO CL CO CR CU DO EC SV GT HN MX NI PY PE UY VE ES GQ"),
    ("es en", "PA"),
    ("ru", "RU BY"),
    ("ru en", "KZ KG TJ TM UZ AM AZ GE MD"),
    ("uk ru", "UA"),
    ("zh", "CN"),
    ("pt", "AO MZ CV GW ST BR PT"),
    ("pt en", "TL"),
    ("sw en", "KE TZ"),
    ("am en", "ET"),
    ("ur en", "PK"),
    ("fa en", "AF IR"),
    ("bn en", "BD"),
    ("de en", "DE AT"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;

    fn rng() -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(3)
    }

    #[test]
    fn a_country_has_one_culture_and_one_row_of_languages() {
        for lists in [CULTURES.iter().map(|c| c.countries).collect::<Vec<_>>(), LANGUAGES.iter().map(|l| l.1).collect()]
        {
            let mut codes: Vec<&str> = lists.iter().flat_map(|list| list.split(' ')).collect();
            let all = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), all);
            assert!(codes.iter().all(|code| code.len() == 2));
        }
    }

    #[test]
    fn every_list_is_words_and_every_name_has_a_mailbox() {
        for culture in CULTURES {
            for list in [culture.given, culture.stems, culture.endings] {
                let words: Vec<&str> = list.split(' ').collect();
                assert!(words.len() >= 12 && words.iter().all(|word| !word.is_empty()), "{list}");
            }
            for given in culture.given.split(' ') {
                assert!(ascii(given).len() >= 2, "{given}");
            }
        }
        let mut rng = rng();
        for _ in 0..5_000 {
            let name = of_anywhere(&mut rng);
            let mailbox = name.mailbox();
            assert!(mailbox.chars().all(|c| c.is_ascii_lowercase() || c == '.'), "{mailbox}");
            assert!(mailbox.len() >= 6 && name.full().len() <= 60, "{mailbox}");
        }
    }

    #[test]
    fn letters_with_marks_become_plain_ones() {
        let name = Name { given: "Łukasz".to_owned(), family: "Öström-Ñones".to_owned() };
        assert_eq!(name.mailbox(), "lukasz.ostromnones");
        assert_eq!(name.full(), "Łukasz Öström-Ñones");
    }

    #[test]
    fn names_are_varied_and_some_carry_marks() {
        let mut rng = rng();
        let names: Vec<String> = (0..2_000).map(|_| of_anywhere(&mut rng).full()).collect();
        let different: std::collections::HashSet<&String> = names.iter().collect();
        assert!(different.len() > 1_800, "{}", different.len());
        assert!(names.iter().filter(|name| !name.is_ascii()).count() > 200);
        assert!(names.iter().any(|name| name.is_ascii()));
    }

    #[test]
    fn languages_fit_the_country() {
        assert_eq!(languages_of("ML"), ["fr"]);
        assert_eq!(languages_of("TN"), ["ar", "fr"]);
        assert_eq!(languages_of("ZZ"), ["en"]);
    }
}

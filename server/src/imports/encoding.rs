//! Which encoding a text file is in. Nobody who sends a list knows.

use encoding_rs::{Encoding, GB18030, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

/// Bytes that a guess looks at: a list says what it is within its first rows.
const LOOKED_AT: usize = 256 * 1024;

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Its text, without a byte-order mark.
    pub text: String,
    /// The encoding it was in.
    pub encoding: &'static Encoding,
    /// Whether bytes were lost: the encoding does not fit everywhere.
    pub lossy: bool,
}

/// Reads a file in the encoding of this name, or in the one that it seems to be in.
/// None when there is no encoding of that name.
pub fn decode(bytes: &[u8], named: Option<&str>) -> Option<Decoded> {
    let encoding = match named {
        Some(name) => Encoding::for_label(name.trim().as_bytes())?,
        None => guess(bytes),
    };
    let (text, encoding, lossy) = encoding.decode(bytes);
    Some(Decoded { text: text.into_owned(), encoding, lossy })
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = without_mark(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or(bytes);
    // The commonest first: of equal scores the first stays.
    let mut best = (WINDOWS_1252, i64::MIN);
    for encoding in [WINDOWS_1252, WINDOWS_1256, WINDOWS_1251, GB18030, MACINTOSH] {
        let score = score(head, encoding);
        if score > best.1 {
            best = (encoding, score);
        }
    }
    best.0
}

/// UTF-16 without a byte-order mark: in a list, every other byte is often zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4_096.min(bytes.len())).unwrap_or(bytes);
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if half < 2 || even + odd == 0 {
        return None;
    }
    if odd * 4 >= half && odd > even * 8 {
        return Some(UTF_16LE);
    }
    (even * 4 >= half && even > odd * 8).then_some(UTF_16BE)
}

/// What a letter is, as far as a guess cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Ascii,
    Latin,
    Cyrillic,
    Arabic,
    Han,
    Mark,
    Odd,
    Gap,
}

fn script(letter: char) -> Script {
    match letter {
        'a'..='z' | 'A'..='Z' => Script::Ascii,
        '\u{0}'..='\u{7f}' => Script::Gap,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' => Script::Latin,
        'А'..='я' | 'Ё' | 'ё' | 'Є' | 'є' | 'І' | 'і' | 'Ї' | 'ї' | 'Ґ' | 'ґ' | 'Ў' | 'ў' => {
            Script::Cyrillic
        }
        '\u{0621}'..='\u{0652}' | '\u{0679}'..='\u{06d2}' => Script::Arabic,
        '\u{3400}'..='\u{9fff}' => Script::Han,
        '’'
        | '‘'
        | '“'
        | '”'
        | '–'
        | '—'
        | '«'
        | '»'
        | '°'
        | 'º'
        | '\u{a0}'
        | '،'
        | '؟'
        | '\u{200c}'..='\u{200f}'
        | '、'
        | '，'
        | '。' => Script::Mark,
        _ => Script::Odd,
    }
}

/// How much a text in this encoding looks like names and places: points for letters among their own,
/// points off for signs that no list holds.
fn score(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut score = 0;
    let mut before = ' ';
    for letter in text.chars() {
        if !letter.is_ascii() {
            score += letter_score(before, letter);
        } else if letter.is_ascii_alphabetic() && !before.is_ascii() && joined_badly(script(before), Script::Ascii) {
            score -= 5;
        }
        before = letter;
    }
    if encoding == GB18030 { score + han_score(bytes) } else { score }
}

fn letter_score(before: char, letter: char) -> i64 {
    let (left, here) = (script(before), script(letter));
    let badly = if joined_badly(left, here) { -5 } else { 0 };
    // `ЗбгН`: capital letters within a word.
    let jump = if before.is_lowercase() && letter.is_uppercase() { -3 } else { 0 };
    let own = match here {
        // In the languages that Windows-1252 writes, two accented letters seldom meet.
        Script::Latin if left == Script::Latin => -2,
        Script::Latin => 2,
        Script::Cyrillic | Script::Arabic => 2,
        // Each stands for two bytes.
        Script::Han => 3,
        Script::Mark => 0,
        Script::Odd if letter == '\u{fffd}' => -20,
        Script::Odd => -6,
        Script::Ascii | Script::Gap => 0,
    };
    own + badly + jump
}

/// Whether letters of two scripts stand in one word.
fn joined_badly(left: Script, right: Script) -> bool {
    let family = |script| match script {
        Script::Ascii | Script::Latin => Some(0),
        Script::Cyrillic => Some(1),
        Script::Arabic => Some(2),
        Script::Han => Some(3),
        Script::Mark | Script::Odd | Script::Gap => None,
    };
    matches!((family(left), family(right)), (Some(left), Some(right)) if left != right)
}

/// Chinese that people write begins with a byte of the first level of GB 2312; chance does not.
fn han_score(bytes: &[u8]) -> i64 {
    let mut score = 0;
    let mut bytes = bytes.iter();
    while let Some(&lead) = bytes.next() {
        if lead >= 0x80 {
            score -= if (0xb0..=0xd7).contains(&lead) { 0 } else { 4 };
            bytes.next();
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &[(&str, &str)] = &[
        ("windows-1252", "Nom;Prénom;Téléphone\nDurand;Élodie;+33 6\nGonçalves;José;+351 9\nNuñez;Íñigo;+34 6\n"),
        ("macintosh", "Nom;Prénom;Téléphone\nDurand;Élodie;+33 6\nGonçalves;José;+351 9\nBjörk;Zoë;+46 7\n"),
        ("windows-1251", "Фамилия;Имя;Телефон\nСоколова;Ольга;+7 9\nІваненко;Ігор;+380 5\nПетров;Алексей;+7 9\n"),
        ("windows-1256", "الاسم,البريد,الهاتف\nمحمد علي,a@x.example,+252 61\nفاطمة حسن,b@x.example,+20 10\n"),
        (
            "gb18030",
            "姓名,电子邮件,电话\n王小明,a@x.example,+86 13\n李丽,b@x.example,+86 13\n张伟,c@x.example,+86 13\n",
        ),
    ];

    #[test]
    fn each_encoding_is_known_by_its_letters() {
        for (name, text) in LISTS {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            let (bytes, _, unmappable) = encoding.encode(text);
            assert!(!unmappable, "{name}");
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!(decoded.encoding.name().to_lowercase(), *name, "{}", decoded.text);
            assert_eq!(decoded.text, *text);
            assert!(!decoded.lossy);
        }
    }

    #[test]
    fn marks_are_taken_off_and_unicode_is_known_without_them() {
        let text = "name,mail\nÉlodie Durand,e@x.example\n李丽,l@x.example\n";
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &utf16(false)),
            marked(&[0xfe, 0xff], &utf16(true)),
            utf16(false),
            utf16(true),
        ] {
            assert_eq!(decode(&bytes, None).unwrap().text, text);
        }
    }

    #[test]
    fn a_named_encoding_is_used_and_an_unknown_name_is_not() {
        let decoded = decode(b"caf\xe9", Some("windows-1252")).unwrap();
        assert_eq!(decoded.text, "café");
        assert!(decode(b"x", Some("klingon-8")).is_none());
        assert!(decode(b"caf\xe9", Some("utf-8")).unwrap().lossy);
    }

    #[test]
    fn an_empty_file_is_an_empty_text() {
        assert_eq!(decode(b"", None).unwrap().text, "");
        assert_eq!(decode(&[0xff, 0xfe], None).unwrap().text, "");
    }
}

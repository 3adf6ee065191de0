//! Text messages that come in. One that asks for help rings, whoever sent it.

use super::Delivery;
use crate::distress::Distress;
use crate::distress::raise::{Raised, Tap};
use crate::kernel::ids;
use crate::kernel::text::{cut, e164, folded};
use crate::store::StoreError;

/// Words that ask for help wherever they stand in a text, as [`words`] makes them.
const ANYWHERE: [&str; 24] = [
    "not ok",
    "notok",
    "not okay",
    "sos",
    "mayday",
    "help me",
    "need help",
    "please help",
    "pas ok",
    "a laide",
    "aidez moi",
    "au secours",
    "no estoy bien",
    "socorro",
    "auxilio",
    "لست بخير",
    "النجده",
    "نجده",
    "ساعدوني",
    "مساعده",
    "нужна помощь",
    "на помощь",
    "помогите",
    "спасите",
];

/// Of languages that are written without blanks between words.
const WITHIN: [&str; 5] = ["求助", "救命", "救我", "帮助", "幫助"];

/// Words that ask for help when a text begins with them.
const FIRST: [&str; 11] =
    ["help", "emergency", "aide", "aidez", "secours", "urgence", "ayuda", "emergencia", "помощь", "беда", "طوارئ"];

/// The answer "I need help" of a headcount, when it is the whole text.
const HELP_KEY: &str = "2";

/// Characters of a text that the case shows.
const SHOWN: usize = 1_000;

/// A text message as it came.
#[derive(Clone)]
pub struct Came {
    /// The number it says it came from; empty when the network hides it.
    pub from: String,
    /// What it says.
    pub text: String,
    /// When the network took it, as the gateway says it: the same text at the same time is the same message. Empty when
    /// it does not say: then one within a minute is.
    pub sent_at: String,
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is stored and rings.
    Rings,
    /// It joined the open case of its sender and rings again.
    Joined,
    /// This server has it, and stores it as soon as it can.
    Held,
    /// It was not understood; somebody of the register sent it.
    Unclear,
    /// It asks for nothing, and nobody need be told.
    Nothing,
}

impl Told {
    /// What is sent back; nothing where it is empty. Whoever has an open case may be hiding: their telephone must not
    /// sound again for each text. And what answers by itself must not be answered for ever.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rings => "MUSTER: your alarm is stored and help is being alerted. Stay on this phone if it is safe.",
            Self::Held => {
                "MUSTER: your alarm has arrived and is passed on as soon as possible. Call as well if you can."
            }
            Self::Unclear => "MUSTER: not understood. If you need help, send: NOT OK",
            Self::Joined | Self::Nothing => "",
        }
    }

    /// For the figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rings => "rings",
            Self::Joined => "joined",
            Self::Held => "held",
            Self::Unclear => "unclear",
            Self::Nothing => "nothing",
        }
    }
}

impl Delivery {
    /// Takes a text message: one that asks for help, or comes from somebody who has an open case, is a tap as over the
    /// app. From a number that is nobody's, several people's or was never proven it rings all the same.
    pub async fn text_came(&self, distress: &Distress, came: Came) -> Result<Told, StoreError> {
        let number = number(&came.from);
        let sender = distress.sender(&number).await;
        let asks = asks_for_help(&came.text);
        let told = match sender {
            Ok(sender) if !asks && !sender.in_danger => {
                let explains = sender.is_known && !self.explained.holds(sender.raiser.person);
                if explains {
                    self.explained.put(sender.raiser.person);
                }
                if explains { Told::Unclear } else { Told::Nothing }
            }
            Err(error) if !asks => return Err(error),
            sender => {
                let in_danger = sender.as_ref().is_ok_and(|sender| sender.in_danger);
                let raiser = sender.map_or_else(|_| distress.sender_by_number(&number), |sender| sender.raiser);
                match distress.raise(raiser, self.tap(&came, &number)).await? {
                    Raised::Stored { .. } | Raised::Tested(_) if in_danger => Told::Joined,
                    Raised::Stored { .. } | Raised::Tested(_) => Told::Rings,
                    Raised::Held(_) => Told::Held,
                }
            }
        };
        metrics::counter!("muster_texts_in_total", "outcome" => told.word()).increment(1);
        Ok(told)
    }

    fn tap(&self, came: &Came, number: &str) -> Tap {
        let arrived = || self.store.clock().now().format("%F %H:%M").to_string();
        let sent_at = if came.sent_at.trim().is_empty() { arrived() } else { came.sent_at.clone() };
        let key = ids::named(&[number.as_bytes(), b"\n", sent_at.as_bytes(), b"\n", came.text.as_bytes()]);
        let body = serde_json::json!({ "facts": { "note": cut(came.text.trim(), SHOWN) } });
        Tap { key, age_ms: 0, body: body.to_string().into_bytes(), incomplete: None, channel: "sms".into() }
    }
}

/// A number in the one form that the register keeps; as it came when it is none, such as a sender's name.
fn number(from: &str) -> String {
    let from = from.trim();
    let plus = || e164(&format!("+{from}"));
    e164(from).or_else(plus).unwrap_or_else(|| cut(from, 40))
}

/// Whether a text asks for help.
fn asks_for_help(text: &str) -> bool {
    let said = words(text);
    let spaced = format!(" {said} ");
    said == HELP_KEY
        || FIRST.iter().any(|first| spaced.starts_with(&format!(" {first} ")))
        || ANYWHERE.iter().any(|help| spaced.contains(&format!(" {help} ")))
        || WITHIN.iter().any(|help| said.contains(help))
}

/// The words of a text: folded, without apostrophes and signs, digits of any script as ours, and Arabic letters that are
/// written in several ways in one.
fn words(text: &str) -> String {
    let plain = |one: char| match one {
        '\'' | '\u{2019}' | '\u{640}' | '\u{64b}'..='\u{652}' => None,
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ة' => Some('ه'),
        'ى' => Some('ي'),
        _ => Some(digit(one).unwrap_or(if one.is_alphanumeric() { one } else { ' ' })),
    };
    folded(&text.chars().filter_map(plain).collect::<String>())
}

/// A digit of Arabic, Persian, Devanagari or full width.
fn digit(one: char) -> Option<char> {
    [0x660, 0x6f0, 0x966, 0xff10].into_iter().find_map(|zero| {
        let value = u32::from(one).checked_sub(zero).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_ask_for_help_are_understood_however_they_are_written() {
        for text in [
            "NOT OK",
            "not ok!!",
            "  Not  okay, at the office",
            "NOTOK",
            "I'm not ok",
            "2",
            "2.",
            "٢",
            "２",
            "SOS",
            "Help me",
            "I need help",
            "please help us",
            "Pas OK",
            "AU SECOURS",
            "À l'aide",
            "¡Ayuda!",
            "No estoy bien",
            "لست بخير",
            "نجدة!",
            "نَجْدَة",
            "نجدةً",
            "أحتاج مساعدة",
            "Помогите",
            "На помощь!",
            "求助，快来",
            "救命",
            "救救我",
            "幫助",
        ] {
            assert!(asks_for_help(text), "{text}");
        }
        for text in ["", "ok", "1", "25", "2 min away", "helper", "I am okay, not hurt", "thanks", "STOP"] {
            assert!(!asks_for_help(text), "{text}");
        }
    }

    #[test]
    fn numbers_have_one_form_whether_the_gateway_writes_the_plus_or_not() {
        for from in ["+254700000001", "254700000001", "00254700000001", " +254 700 000 001 "] {
            assert_eq!(number(from), "+254700000001");
        }
        assert_eq!(number("AIRTEL"), "AIRTEL");
    }
}

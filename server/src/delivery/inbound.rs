//! Text messages that come in. One that asks for help rings, whoever sent it.

use uuid::Uuid;

use super::Delivery;
use crate::distress::Distress;
use crate::distress::raise::{NOT_CONFIRMED, Raised, Raiser, Tap};
use crate::distress::service::has_open_case;
use crate::kernel::seal::sha256;
use crate::kernel::text::{cut, e164, folded};
use crate::people::service::{by_numbers, numbers};
use crate::store::{QueryResult, Reading, StoreError};

/// Words that ask for help, folded, in the six languages; a text that begins with one of them rings. The digit is the
/// answer "I need help" of a headcount.
const HELP: [&str; 34] = [
    "not ok",
    "notok",
    "not okay",
    "im not ok",
    "i am not ok",
    "help",
    "sos",
    "mayday",
    "emergency",
    "2",
    "pas ok",
    "pas bien",
    "aide",
    "aidez",
    "a laide",
    "au secours",
    "secours",
    "urgence",
    "no estoy bien",
    "ayuda",
    "socorro",
    "auxilio",
    "emergencia",
    "لست بخير",
    "نجدة",
    "النجدة",
    "ساعدوني",
    "нужна помощь",
    "помощь",
    "помогите",
    "спасите",
    "求助",
    "救命",
    "帮助",
];

/// Characters of a text that the case shows.
const SHOWN: usize = 1_000;

/// A text message as it came.
#[derive(Clone)]
pub struct Came {
    /// The number it says it came from; empty when the network hides it.
    pub from: String,
    /// What it says.
    pub text: String,
    /// When the network took it, as the gateway says it: the same text at the same time is the same message.
    pub sent_at: String,
}

/// What the sender is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is stored and rings.
    Rings,
    /// This server has it, and stores it as soon as it can.
    Held,
    /// It was not understood; somebody of the register sent it.
    Unclear,
    /// It asks for nothing, and nobody knows who sent it.
    Nothing,
}

impl Told {
    /// In words; nothing is sent back where it is empty.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rings => "MUSTER: your alarm is stored and help is being alerted. Stay on this phone if it is safe.",
            Self::Held => {
                "MUSTER: your alarm has arrived and is passed on as soon as possible. Call as well if you can."
            }
            Self::Unclear => "MUSTER: not understood. If you need help, send: NOT OK",
            Self::Nothing => "",
        }
    }

    /// For the figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rings => "rings",
            Self::Held => "held",
            Self::Unclear => "unclear",
            Self::Nothing => "nothing",
        }
    }
}

/// Who sent a text.
struct Sender {
    /// The person, when the number is one person's.
    person: Option<Uuid>,
    /// Whether it was proven theirs.
    proven: bool,
    /// Whether they have an open case.
    in_danger: bool,
}

impl Delivery {
    /// Takes a text message: one that asks for help, or comes from somebody who has an open case, is a tap as over the
    /// app. From a number that is nobody's, several people's or was never proven it rings all the same.
    pub async fn text_came(&self, distress: &Distress, came: Came) -> Result<Told, StoreError> {
        let number = number(&came.from);
        let sender = self.sender(&number).await;
        let asks = asks_for_help(&came.text);
        let told = match sender {
            Ok(Sender { in_danger: false, person, .. }) if !asks => {
                if person.is_some() {
                    Told::Unclear
                } else {
                    Told::Nothing
                }
            }
            Err(error) if !asks => return Err(error),
            sender => {
                let (raiser, tap) = self.tap(&came, number, sender.ok());
                match distress.raise(raiser, tap).await? {
                    Raised::Stored { .. } | Raised::Tested(_) => Told::Rings,
                    Raised::Held(_) => Told::Held,
                }
            }
        };
        metrics::counter!("muster_texts_in_total", "outcome" => told.word()).increment(1);
        Ok(told)
    }

    async fn sender(&self, number: &str) -> Result<Sender, StoreError> {
        let number = number.to_owned();
        self.store.read(move |reading| sender(reading, &number)).await
    }

    fn tap(&self, came: &Came, number: String, sender: Option<Sender>) -> (Raiser, Tap) {
        let key = surrogate(&sha256(format!("{number}\n{}\n{}", came.sent_at, came.text).as_bytes()));
        let known = sender.as_ref().and_then(|sender| sender.person);
        let proven = known.is_some() && sender.is_some_and(|sender| sender.proven);
        // Somebody of whom only a number is known has one case, not one for each text; of whom nothing is known, one each.
        let unknown = || match number.as_str() {
            "" => key,
            number => surrogate(&self.store.keyring().blind_index("texted from", number)),
        };
        let labels = if proven { Vec::new() } else { vec![NOT_CONFIRMED.to_owned()] };
        let body = serde_json::json!({ "facts": { "note": cut(came.text.trim(), SHOWN) } });
        let raiser = Raiser {
            person: known.unwrap_or_else(unknown),
            device: Uuid::nil(),
            organisation: None,
            offices: Vec::new(),
            labels,
            hint: None,
            texted_from: Some(number),
        };
        let tap = Tap { key, age_ms: 0, body: body.to_string().into_bytes(), incomplete: None, channel: "sms".into() };
        (raiser, tap)
    }
}

fn sender(reading: &mut Reading<'_>, number: &str) -> QueryResult<Sender> {
    let mut owners = by_numbers(reading.conn, reading.vault.keyring(), &[number])?.remove(number).unwrap_or_default();
    owners.retain(|owner| !owner.left && owner.staged.is_none());
    let mut proven = Vec::new();
    for owner in &owners {
        let of_owner = numbers(reading.conn, reading.vault, owner.person)?;
        if of_owner.iter().any(|one| one.number == number && one.verified_at.is_some()) {
            proven.push(owner.person);
        }
    }
    let (person, proven) = match (&proven[..], &owners[..]) {
        ([one], _) => (Some(*one), true),
        ([], [one]) => (Some(one.person), false),
        _ => (None, false),
    };
    let in_danger = person.map_or(Ok(false), |person| has_open_case(reading.conn, person))?;
    Ok(Sender { person, proven, in_danger })
}

/// A number in the one form that the register keeps; as it came when it is none, such as a sender's name.
fn number(from: &str) -> String {
    let from = from.trim();
    let plus = || e164(&format!("+{from}"));
    e164(from).or_else(plus).unwrap_or_else(|| cut(from, 40))
}

/// Whether a text asks for help: it begins with words that do.
fn asks_for_help(text: &str) -> bool {
    let words = |text: &str| {
        let letters = text.chars().filter(|one| !"'\u{2019}".contains(*one));
        let spaced: String = letters.map(|one| if one.is_alphanumeric() || is_mark(one) { one } else { ' ' }).collect();
        folded(&spaced)
    };
    let said = words(text);
    HELP.iter().any(|help| {
        let rest = said.strip_prefix(&words(help));
        // Chinese is written without blanks between words.
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || help.chars().any(|one| one > '\u{2e80}'))
    })
}

/// Arabic vowel signs belong to their letters.
fn is_mark(one: char) -> bool {
    ('\u{64b}'..='\u{652}').contains(&one)
}

/// An identifier that is the same for the same bytes.
fn surrogate(bytes: &[u8]) -> Uuid {
    let mut id = [0; 16];
    id.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(id).into_uuid()
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
            "SOS",
            "Help me",
            "Pas OK",
            "AU SECOURS",
            "À l'aide",
            "¡Ayuda!",
            "No estoy bien",
            "لست بخير",
            "نجدة!",
            "Помогите",
            "求助，快来",
            "救命",
        ] {
            assert!(asks_for_help(text), "{text}");
        }
        for text in ["", "ok", "1", "25", "helper", "I am okay, not hurt", "thanks", "STOP"] {
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

    #[test]
    fn the_same_bytes_make_the_same_identifier() {
        assert_eq!(surrogate(&sha256(b"a")), surrogate(&sha256(b"a")));
        assert_ne!(surrogate(&sha256(b"a")), surrogate(&sha256(b"b")));
    }
}

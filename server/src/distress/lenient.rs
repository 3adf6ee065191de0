//! Reading a Not Okay: whatever can be understood counts, whatever can't is flagged and kept raw.
//! Nothing here can fail (law 5).

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wire::case::{Battery, Facts, Position, PositionSource, RawField};
use wire::not_okay::{Colleague, NotOkay};

use super::{check_facts, check_position};
use crate::kernel::text::cut;

/// Flags kept; a body with more odd fields has its raw form all the same.
const MOST_FLAGS: usize = 32;

/// A Not Okay as far as it could be understood.
#[derive(Clone, Default)]
pub struct Understood {
    /// What was understood.
    pub said: NotOkay,
    /// What was not.
    pub raw: Vec<RawField>,
}

/// Reads a body.
pub fn read(body: &[u8]) -> Understood {
    let mut reader = Reader { raw: Vec::new() };
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() {
        return Understood::default();
    }
    let said = match serde_json::from_slice::<Value>(trimmed) {
        Ok(Value::Object(fields)) => reader.not_okay(fields),
        Ok(_) => reader.whole("wrong_type"),
        Err(_) => reader.whole("not_json"),
    };
    Understood { said, raw: reader.raw }
}

struct Reader {
    raw: Vec<RawField>,
}

impl Reader {
    fn whole(&mut self, why: &str) -> NotOkay {
        self.flag("", why);
        NotOkay::default()
    }

    fn flag(&mut self, field: &str, why: &str) {
        if self.raw.len() < MOST_FLAGS {
            self.raw.push(RawField { field: cut(field, 100), why: why.to_owned() });
        }
    }

    fn not_okay(&mut self, fields: Map<String, Value>) -> NotOkay {
        let mut said = NotOkay::default();
        for (name, value) in fields {
            if value.is_null() {
                continue;
            }
            let field = format!("/{name}");
            match name.as_str() {
                "colleague" => said.colleague = self.colleague(&field, value),
                "position" => said.position = self.position(&field, value),
                "battery" => said.battery = self.battery(&field, value),
                "network" => said.network = self.text(&field, value, 16),
                "tapped_at" => said.tapped_at = self.typed::<DateTime<Utc>>(&field, value),
                "facts" => said.facts = self.facts(&field, value),
                _ => self.flag(&field, "unknown"),
            }
        }
        said
    }

    fn colleague(&mut self, field: &str, value: Value) -> Option<Colleague> {
        // Even when nothing in it can be understood, it was raised for somebody else.
        let mut colleague = Colleague { person: None, name: None };
        for (name, value) in self.object(field, value).unwrap_or_default() {
            let field = format!("{field}/{name}");
            match name.as_str() {
                "person" => colleague.person = self.typed(&field, value),
                "name" => colleague.name = self.text(&field, value, 200),
                _ => self.flag(&field, "unknown"),
            }
        }
        Some(colleague)
    }

    fn position(&mut self, field: &str, value: Value) -> Option<Position> {
        let (mut lat, mut lon, mut accuracy_m, mut age_ms, mut source) =
            (None, None, None, None, PositionSource::Unknown);
        for (name, value) in self.object(field, value)? {
            let field = format!("{field}/{name}");
            match name.as_str() {
                "lat" => lat = self.typed::<f64>(&field, value),
                "lon" => lon = self.typed::<f64>(&field, value),
                "accuracy_m" => accuracy_m = self.typed::<f64>(&field, value),
                "age_ms" => age_ms = self.typed::<u64>(&field, value),
                "source" => source = self.typed(&field, value).unwrap_or(PositionSource::Unknown),
                _ => self.flag(&field, "unknown"),
            }
        }
        let (Some(lat), Some(lon)) = (lat, lon) else {
            self.flag(field, "invalid_value");
            return None;
        };
        let accuracy_m = accuracy_m.filter(|metres| {
            let possible = metres.is_finite() && *metres >= 0.0;
            if !possible {
                self.flag(&format!("{field}/accuracy_m"), "invalid_value");
            }
            possible
        });
        let position = Position { lat, lon, accuracy_m, age_ms, source };
        if check_position(&position).is_err() {
            self.flag(field, "invalid_value");
            return None;
        }
        Some(position)
    }

    fn battery(&mut self, field: &str, value: Value) -> Option<Battery> {
        let battery = self.typed::<Battery>(field, value)?;
        if battery.percent > 100 {
            self.flag(&format!("{field}/percent"), "invalid_value");
            return None;
        }
        Some(battery)
    }

    fn facts(&mut self, field: &str, value: Value) -> Option<Facts> {
        let mut facts = Facts::default();
        for (name, value) in self.object(field, value)? {
            if value.is_null() {
                continue;
            }
            let field = format!("{field}/{name}");
            match name.as_str() {
                "danger" => facts.danger = self.typed(&field, value),
                "injury" => facts.injury = self.typed(&field, value),
                "can_talk" => facts.can_talk = self.typed(&field, value),
                "people" => facts.people = self.typed(&field, value),
                "place" => facts.place = self.text(&field, value, 200),
                "note" => facts.note = self.text(&field, value, 1_000),
                _ => self.flag(&field, "unknown"),
            }
        }
        if check_facts(&facts).is_err() {
            facts.people = None;
            self.flag(&format!("{field}/people"), "invalid_value");
        }
        Some(facts)
    }

    fn object(&mut self, field: &str, value: Value) -> Option<Map<String, Value>> {
        match value {
            Value::Object(fields) => Some(fields),
            _ => {
                self.flag(field, "wrong_type");
                None
            }
        }
    }

    fn typed<T: DeserializeOwned>(&mut self, field: &str, value: Value) -> Option<T> {
        let parsed = serde_json::from_value(value).ok();
        if parsed.is_none() {
            self.flag(field, "wrong_type");
        }
        parsed
    }

    fn text(&mut self, field: &str, value: Value, most: usize) -> Option<String> {
        let text = self.typed::<String>(field, value)?;
        if text.chars().count() > most {
            self.flag(field, "invalid_value");
        }
        let text = cut(text.trim(), most);
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flags(body: &str) -> Vec<(String, String)> {
        read(body.as_bytes()).raw.into_iter().map(|raw| (raw.field, raw.why)).collect()
    }

    #[test]
    fn what_can_be_understood_counts_and_the_rest_is_flagged() {
        let read = read(
            br#"{"position":{"lat":91,"lon":2},"battery":{"percent":34},"network":7,"colour":"red",
                 "facts":{"can_talk":"no","people":0,"injury":"severe","note":"behind the school"}}"#,
        );
        assert_eq!(read.said.battery.map(|battery| battery.percent), Some(34));
        let facts = read.said.facts.unwrap();
        assert_eq!(facts.can_talk, Some(wire::case::CanTalk::No));
        assert_eq!(facts.note.as_deref(), Some("behind the school"));
        assert!(read.said.position.is_none());
        let mut fields: Vec<_> = read.raw.iter().map(|raw| (raw.field.as_str(), raw.why.as_str())).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                ("/colour", "unknown"),
                ("/facts/injury", "wrong_type"),
                ("/facts/people", "invalid_value"),
                ("/network", "wrong_type"),
                ("/position", "invalid_value"),
            ]
        );
    }

    #[test]
    fn an_empty_body_is_a_whole_alarm_and_a_broken_one_is_flagged() {
        assert_eq!(flags(""), []);
        assert_eq!(flags("{}"), []);
        assert_eq!(flags("{\"position\":"), [(String::new(), "not_json".to_owned())]);
        assert_eq!(flags("[1]"), [(String::new(), "wrong_type".to_owned())]);
        assert_eq!(flags("{\"colleague\":5}"), [("/colleague".to_owned(), "wrong_type".to_owned())]);
        assert!(read(b"{\"colleague\":5}").said.colleague.is_some());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
        ];
        let name = prop_oneof![
            Just("position".to_owned()),
            Just("lat".to_owned()),
            Just("lon".to_owned()),
            Just("facts".to_owned()),
            Just("colleague".to_owned()),
            Just("battery".to_owned()),
            Just("percent".to_owned()),
            Just("tapped_at".to_owned()),
            "[a-z_/~]{0,12}",
        ];
        leaf.prop_recursive(4, 64, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(name.clone(), inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_bytes_and_any_json_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), json in any_json()) {
            read(&bytes);
            let body = serde_json::to_vec(&json).unwrap();
            let understood = read(&body);
            if let Some(position) = understood.said.position {
                prop_assert!(check_position(&position).is_ok());
            }
            if let Some(facts) = understood.said.facts {
                prop_assert!(check_facts(&facts).is_ok());
            }
            prop_assert!(understood.raw.len() <= MOST_FLAGS);
        }
    }
}

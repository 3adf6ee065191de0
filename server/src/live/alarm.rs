//! A Not Okay in a phone's frame that is not of the protocol. It needs a credential and a key, and nothing
//! else may refuse it.

use serde_json::{Map, Value};
use uuid::Uuid;
use wire::Code;

/// How such a tap is flagged on the case's timeline.
pub(super) const MALFORMED: &str = "frame_malformed";

/// A Not Okay as far as its frame says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alarm {
    /// The key, or what is wrong with it.
    pub(super) key: Result<Uuid, Code>,
    /// The credential, where the frame has one.
    pub(super) credential: Option<String>,
    /// Its age when it was sent; 0 when the frame does not say.
    pub(super) age_ms: u64,
    /// What stands where the body belongs, as it came where it is no JSON. Never the credential.
    pub(super) body: Vec<u8>,
}

/// The Not Okay of a frame that cannot be read as the protocol says; none when it is none.
pub(super) fn read(frame: &[u8]) -> Option<Alarm> {
    match serde_json::from_slice::<Value>(frame) {
        Ok(Value::Object(fields)) => of_fields(&fields),
        Ok(_) => None,
        Err(_) => of_text(&String::from_utf8_lossy(frame)),
    }
}

fn is_not_okay(word: &str) -> bool {
    word.trim().replace('-', "_").eq_ignore_ascii_case("not_okay")
}

fn key(text: Option<&str>) -> Result<Uuid, Code> {
    let text = text.ok_or(Code::KeyMissing)?;
    Uuid::parse_str(text.trim()).map_err(|_| Code::KeyInvalid)
}

fn given(credential: &str) -> Option<String> {
    Some(credential.trim().to_owned()).filter(|credential| !credential.is_empty())
}

fn of_fields(fields: &Map<String, Value>) -> Option<Alarm> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if !["what", "t"].into_iter().filter_map(text).any(is_not_okay) {
        return None;
    }
    let body = match fields.get("body") {
        None | Some(Value::Null) => Vec::new(),
        Some(body) => serde_json::to_vec(body).unwrap_or_default(),
    };
    Some(Alarm {
        key: key(text("key")),
        credential: text("credential").and_then(given),
        age_ms: fields.get("age_ms").and_then(Value::as_u64).unwrap_or_default(),
        body,
    })
}

/// Of a frame that is no JSON: its members are looked for by their names.
fn of_text(frame: &str) -> Option<Alarm> {
    if !["what", "t"].iter().any(|name| texts(frame, name).any(is_not_okay)) {
        return None;
    }
    let credential = texts(frame, "credential").find_map(given);
    let keys: Vec<Result<Uuid, Code>> = texts(frame, "key").map(|text| key(Some(text))).collect();
    let found = keys.iter().find(|key| key.is_ok()).or(keys.first()).copied();
    let ages = values(frame, "age_ms").map(|value| value.split(|sign: char| !sign.is_ascii_digit()).next());
    let rest = values(frame, "body").next().unwrap_or(frame).trim_end();
    // The frame may be broken before its body, and the body whole.
    let whole = rest.strip_suffix('}').filter(|body| serde_json::from_str::<Value>(body).is_ok());
    let body = whole.unwrap_or(rest);
    let body = match &credential {
        // What is kept is read by whoever works the case.
        Some(secret) => body.replace(secret.as_str(), ""),
        None => body.to_owned(),
    };
    Some(Alarm {
        key: found.unwrap_or(Err(Code::KeyMissing)),
        credential,
        age_ms: ages.flatten().find_map(|age| age.parse().ok()).unwrap_or_default(),
        body: body.into_bytes(),
    })
}

/// What follows the colon of each member of this name.
fn values<'a>(frame: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let quoted = format!("\"{name}\"");
    let ends: Vec<usize> = frame.match_indices(&quoted).map(|(at, found)| at + found.len()).collect();
    ends.into_iter().filter_map(move |end| Some(frame.get(end..)?.trim_start().strip_prefix(':')?.trim_start()))
}

/// Each member of this name that is a text without escapes.
fn texts<'a>(frame: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    values(frame, name).filter_map(|value| value.strip_prefix('"')?.split('"').next())
}

/// What a phone is told of a key that cannot be used.
pub(super) fn key_refused(code: Code) -> &'static str {
    match code {
        Code::KeyMissing => "Send the tap's key, a UUIDv7, with it; repeat the same one when you repeat the tap.",
        _ => "The key of a tap must be a UUID.",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "0192f0a0-0000-7000-8000-000000000001";

    fn frame(body: &str) -> String {
        format!(r#"{{"t":"cmd","key":"{KEY}","what":"not_okay","age_ms":7,"credential":"abc.def","body":{body}}}"#)
    }

    fn body(frame: &str) -> String {
        String::from_utf8(read(frame.as_bytes()).unwrap().body).unwrap()
    }

    #[test]
    fn a_frame_with_a_broken_body_says_whose_tap_it_is_and_keeps_the_body() {
        let whole = read(frame(r#"{"position":{"lat":1,}}"#).as_bytes()).unwrap();
        assert_eq!((whole.key, whole.credential.as_deref(), whole.age_ms), (key(Some(KEY)), Some("abc.def"), 7));
        assert_eq!(whole.body, br#"{"position":{"lat":1,}}}"#);
        let cut_off = frame(r#"{"network":"2g"}"#);
        assert_eq!(body(&cut_off[..cut_off.len() - 5]), r#"{"network":""#);
        assert_eq!(body(&frame(r#"{"network":"2g"}"#).replace(":7,", ":,")), r#"{"network":"2g"}"#);
        assert_eq!(body(&frame("7").replace(r#""cmd""#, r#""Not-Okay""#).replace(r#""what":"not_okay","#, "")), "7");
    }

    #[test]
    fn what_is_missing_or_odd_beside_the_key_and_the_credential_does_not_matter() {
        let fields = format!(r#"{{"what":"not_okay","key":"{KEY}","credential":"abc","colour":"red","age_ms":-1}}"#);
        let expected = Alarm { key: key(Some(KEY)), credential: given("abc"), age_ms: 0, body: Vec::new() };
        assert_eq!(read(fields.as_bytes()), Some(expected));
        assert_eq!(read(br#"{"what":"not_okay"}"#).unwrap().key, Err(Code::KeyMissing));
        assert_eq!(read(br#"{"what":"not_okay","key":"1"}"#).unwrap().key, Err(Code::KeyInvalid));
        for other in [&b"{}"[..], b"[]", b"not_okay", br#"{"what":"facts"}"#, br#"{"note":"{\"what\":\"not_okay\"}"#] {
            assert_eq!(read(other), None, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn a_credential_behind_a_broken_body_is_not_kept_with_it() {
        let text = format!(r#"{{"what":"not_okay","body":{{"lat":,"key":"{KEY}","credential":"abc.def"}}"#);
        let alarm = read(text.as_bytes()).unwrap();
        assert_eq!(alarm.credential.as_deref(), Some("abc.def"));
        assert!(!String::from_utf8(alarm.body).unwrap().contains("abc.def"));
    }

    proptest! {
        #[test]
        fn a_frame_around_any_text_is_read(text in ".{0,200}") {
            let alarm = read(frame(&text).as_bytes()).unwrap();
            prop_assert_eq!(alarm.key, key(Some(KEY)));
            prop_assert_eq!(alarm.credential.as_deref(), Some("abc.def"));
        }
    }
}

//! What a system sends, in the one form that is worked with: names as the schemas write them, truth
//! values as such, single values as such, several as a list; what is not kept is left out.

use serde_json::{Map, Value};

use super::Refusal;
use super::filter::truth;
use super::schema::{Attribute, Kind, Resource, Writes, find};

/// Most values of one attribute.
pub(super) const MOST: usize = 1_000;

/// A resource as it was sent. An attribute that is cleared is null.
pub(super) fn resource(sent: &Value, of: &Resource) -> Result<Map<String, Value>, Refusal> {
    let Value::Object(sent) = sent else { return Err(Refusal::syntax("Send a JSON object.")) };
    let mut kept = Map::new();
    for (name, value) in sent {
        let plain = match name.split_at_checked(of.schema.id.len()) {
            Some((id, rest)) if id.eq_ignore_ascii_case(of.schema.id) => rest.strip_prefix(':').unwrap_or(name),
            _ => name,
        };
        if let Some(extension) = of.extension(plain) {
            let parts = match value {
                Value::Null => {
                    Map::from_iter(extension.attributes.iter().map(|one| (one.name.to_owned(), Value::Null)))
                }
                Value::Object(parts) => attributes(parts, extension.attributes)?,
                _ => return Err(Refusal::syntax(format!("{}: send an object.", extension.id))),
            };
            kept.insert(extension.id.to_owned(), Value::Object(parts));
        } else if let Some(attribute) = find(of.schema.attributes, plain) {
            if attribute.writes == Writes::System {
                kept.insert(attribute.name.to_owned(), self::value(value, attribute)?);
            }
        } else if !of.ignores(plain) && !plain.contains(':') {
            return Err(unknown());
        }
    }
    Ok(kept)
}

fn unknown() -> Refusal {
    Refusal::syntax("The body has an attribute that there is not; GET /scim/v2/Schemas lists them.")
}

fn attributes(sent: &Map<String, Value>, known: &'static [Attribute]) -> Result<Map<String, Value>, Refusal> {
    let mut kept = Map::new();
    for (name, value) in sent {
        let attribute = find(known, name).ok_or_else(unknown)?;
        if attribute.writes == Writes::System {
            kept.insert(attribute.name.to_owned(), self::value(value, attribute)?);
        }
    }
    Ok(kept)
}

/// A value of an attribute.
pub(super) fn value(sent: &Value, of: &'static Attribute) -> Result<Value, Refusal> {
    if sent.is_null() {
        return Ok(Value::Null);
    }
    if !of.many {
        // Some systems send the one value of a complex attribute as a list of one.
        return match sent {
            Value::Array(all) if matches!(of.kind, Kind::Complex(_)) && all.len() <= 1 => {
                all.first().map_or(Ok(Value::Null), |one| self::one(one, of))
            }
            _ => one(sent, of),
        };
    }
    let all = match sent {
        Value::Array(all) => all.as_slice(),
        single => std::slice::from_ref(single),
    };
    if all.len() > MOST {
        return Err(Refusal::too_many(format!("{}: send at most {MOST} values at a time.", of.name)));
    }
    all.iter().map(|one| self::one(one, of)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// One value of an attribute.
pub(super) fn one(sent: &Value, of: &'static Attribute) -> Result<Value, Refusal> {
    match (of.kind, sent) {
        (Kind::Truth, Value::Bool(_)) => Ok(sent.clone()),
        (Kind::Truth, Value::String(text)) => truth(text).map(Value::Bool).ok_or_else(|| wrong(of, "true or false")),
        (Kind::Truth, _) => Err(wrong(of, "true or false")),
        (Kind::Complex(parts), Value::Object(sent)) => complex(sent, parts, of),
        (Kind::Complex(_), Value::String(_)) => Ok(Value::Object(Map::from_iter([("value".to_owned(), sent.clone())]))),
        (Kind::Complex(_), _) => Err(wrong(of, "an object")),
        (Kind::Text | Kind::Time | Kind::Reference, Value::String(_)) => Ok(sent.clone()),
        (Kind::Text | Kind::Time | Kind::Reference, _) => Err(wrong(of, "a text")),
    }
}

/// Parts of a complex value. What the standard knows besides is left out.
fn complex(sent: &Map<String, Value>, parts: &'static [Attribute], of: &'static Attribute) -> Result<Value, Refusal> {
    let mut kept = Map::new();
    for (name, value) in sent {
        let Some(part) = find(parts, name) else { continue };
        if part.writes == Writes::System && !value.is_null() {
            kept.insert(part.name.to_owned(), one(value, part)?);
        }
    }
    if of.many && !kept.contains_key("value") {
        return Err(wrong(of, "objects with a value"));
    }
    Ok(Value::Object(kept))
}

fn wrong(of: &Attribute, what: &str) -> Refusal {
    Refusal::value(format!("{}: send {what}.", of.name))
}

/// What is sent, over what is there: attributes that are not sent stay, null clears.
pub(super) fn over(known: &mut Map<String, Value>, sent: Map<String, Value>) {
    for (name, value) in sent {
        match (known.get_mut(&name), value) {
            (_, Value::Null) => drop(known.remove(&name)),
            (Some(Value::Object(there)), Value::Object(sent)) if name.contains(':') => over(there, sent),
            (_, Value::Object(sent)) if name.contains(':') => {
                let mut there = Map::new();
                over(&mut there, sent);
                known.insert(name, Value::Object(there));
            }
            (_, value) => drop(known.insert(name, value)),
        }
    }
}

//! Changes of RFC 7644, section 3.5.2, to a resource as JSON: also in the ways in which large systems
//! write them (capital letters in `op`, truth values as texts, paths as names of a value).

use serde_json::{Map, Value};
use wire::scim::{ScimOperation, ScimPatch};

use super::canonical;
use super::filter::{Filter, Op};
use super::known::Known;
use super::path::{Name, Place, Target};
use super::schema::{Attribute, Resource, Schema, Writes};
use super::{Refusal, matching};

/// Most operations of one change.
const MOST: usize = 100;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Add,
    Replace,
    Remove,
}

/// Does every operation, in order.
pub(super) fn apply(to: &mut Map<String, Value>, patch: &ScimPatch, resource: &Resource) -> Result<(), Refusal> {
    if patch.operations.is_empty() {
        return Err(Refusal::syntax("Operations: send at least one."));
    }
    if patch.operations.len() > MOST {
        return Err(Refusal::too_many("Operations: send at most 100."));
    }
    patch.operations.iter().try_for_each(|operation| operate(to, operation, resource))
}

fn operate(to: &mut Map<String, Value>, operation: &ScimOperation, resource: &Resource) -> Result<(), Refusal> {
    let does = match operation.op.to_ascii_lowercase().as_str() {
        "add" => Does::Add,
        "replace" => Does::Replace,
        "remove" => Does::Remove,
        _ => return Err(Refusal::syntax("op: send add, replace or remove.")),
    };
    let value = operation.value.as_ref().filter(|value| !value.is_null());
    let path = operation.path.as_deref().map(str::trim).filter(|path| !path.is_empty());
    match (path, does, value) {
        (None, Does::Remove, _) => Err(Refusal::new(400, Some("noTarget"), "path: say what to remove.")),
        (None, _, Some(Value::Object(values))) => {
            values.iter().try_for_each(|(path, value)| named(to, does, path, value, resource))
        }
        (None, _, _) => Err(Refusal::syntax("value: send an object of attributes, or a path.")),
        (Some(path), Does::Remove, value) => remove(to, Target::read(path, resource)?, value),
        (Some(path), Does::Add | Does::Replace, Some(value)) => put(to, does, Target::read(path, resource)?, value),
        (Some(path), Does::Replace, None) => remove(to, Target::read(path, resource)?, None),
        (Some(_), Does::Add, None) => Err(Refusal::syntax("value: send what to add.")),
    }
}

/// One attribute of a value without a path; its name may be a path.
fn named(
    to: &mut Map<String, Value>,
    does: Does,
    path: &str,
    value: &Value,
    resource: &Resource,
) -> Result<(), Refusal> {
    let target = Target::read(path, resource)?;
    if value.is_null() { remove(to, target, None) } else { put(to, does, target, value) }
}

/// The object that holds a place's attribute.
fn holder<'a>(to: &'a mut Map<String, Value>, extension: Option<&Schema>) -> Option<&'a mut Map<String, Value>> {
    match extension {
        None => Some(to),
        Some(extension) => to.entry(extension.id).or_insert_with(|| Value::Object(Map::new())).as_object_mut(),
    }
}

fn only_read(place: &Place) -> Result<(), Refusal> {
    let ours = |attribute: &Attribute| attribute.writes == Writes::Server;
    if ours(place.attribute) || place.part.is_some_and(ours) {
        let why = format!("{}: only Muster sets this.", place.attribute.name);
        return Err(Refusal::new(400, Some("mutability"), why));
    }
    Ok(())
}

fn put(to: &mut Map<String, Value>, does: Does, target: Target, value: &Value) -> Result<(), Refusal> {
    let (place, filter) = match target {
        Target::Ignored => return Ok(()),
        Target::Extension(extension) => return put_extension(to, does, extension, value),
        Target::Attribute(place, filter) => (place, filter),
    };
    only_read(&place)?;
    let Some(to) = holder(to, place.extension) else { return Ok(()) };
    let attribute = place.attribute;
    match (filter, place.part) {
        (None, None) if attribute.many && does == Does::Add => {
            let added = canonical::value(value, attribute)?;
            list(to, attribute, |there| {
                let mut known = Known::of(there.as_slice());
                for one in added.as_array().into_iter().flatten() {
                    if !known.holds(one) {
                        known.put(one);
                        there.push(one.clone());
                    }
                }
                bounded(there, attribute)
            })
        }
        (None, None) => {
            let value = canonical::value(value, attribute)?;
            match (to.get_mut(attribute.name), value) {
                // Parts that are not named stay.
                (Some(Value::Object(there)), Value::Object(sent)) => there.extend(sent),
                (_, value) => drop(to.insert(attribute.name.to_owned(), value)),
            }
            Ok(())
        }
        (None, Some(part)) if attribute.many => {
            let value = canonical::one(value, part)?;
            list(to, attribute, |there| {
                for one in there.iter_mut().filter_map(Value::as_object_mut) {
                    one.insert(part.name.to_owned(), value.clone());
                }
            });
            Ok(())
        }
        (None, Some(part)) => {
            let value = canonical::one(value, part)?;
            let there = to.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Some(there) = there.as_object_mut() {
                there.insert(part.name.to_owned(), value);
            }
            Ok(())
        }
        (Some(filter), part) => list(to, attribute, |there| put_where(there, &filter, (attribute, part), value)),
    }
}

/// Changes the values that a filter holds of. Where it holds of none and says what one would be, that
/// one is made: so do the systems expect it.
fn put_where(
    there: &mut Vec<Value>,
    filter: &Filter,
    (attribute, part): (&'static Attribute, Option<&'static Attribute>),
    value: &Value,
) -> Result<(), Refusal> {
    let value = match part {
        Some(part) => canonical::one(value, part)?,
        None => canonical::one(&with_parts(value, filter), attribute)?,
    };
    let mut fits = false;
    for one in there.iter_mut() {
        if !filter.holds(one, matching::is_exact) {
            continue;
        }
        fits = true;
        match (part, one.as_object_mut(), &value) {
            (Some(part), Some(one), value) => drop(one.insert(part.name.to_owned(), value.clone())),
            (None, Some(one), Value::Object(sent)) => one.extend(sent.clone()),
            _ => {}
        }
    }
    if fits {
        return Ok(());
    }
    let Some(mut made) = described(filter, attribute) else {
        return Err(Refusal::new(400, Some("noTarget"), format!("{}: none of its values fits.", attribute.name)));
    };
    match (part, value) {
        (Some(part), value) => drop(made.insert(part.name.to_owned(), value)),
        (None, Value::Object(sent)) => made.extend(sent),
        (None, _) => {}
    }
    there.push(canonical::one(&Value::Object(made), attribute)?);
    bounded(there, attribute)
}

/// A value for the elements that a filter picks: what the filter says goes without saying.
fn with_parts(value: &Value, filter: &Filter) -> Value {
    match value {
        Value::Object(sent) => {
            let mut whole = Map::new();
            said(filter, &mut whole);
            whole.extend(sent.clone());
            Value::Object(whole)
        }
        other => other.clone(),
    }
}

/// The value that a filter of equalities describes.
fn described(filter: &Filter, attribute: &'static Attribute) -> Option<Map<String, Value>> {
    let mut made = Map::new();
    let whole = said(filter, &mut made);
    let known = made.keys().all(|name| super::schema::find(attribute.parts(), name).is_some());
    (whole && known).then_some(made)
}

/// Collects what a filter says by equality; whether it says nothing else.
fn said(filter: &Filter, into: &mut Map<String, Value>) -> bool {
    match filter {
        Filter::And(one, other) => said(one, into) & said(other, into),
        Filter::Compare(Name { schema: None, attribute, part: None }, Op::Equal, value) => {
            into.insert(attribute.clone(), value.clone());
            true
        }
        _ => false,
    }
}

fn put_extension(
    to: &mut Map<String, Value>,
    does: Does,
    extension: &'static Schema,
    value: &Value,
) -> Result<(), Refusal> {
    let Value::Object(values) = value else { return Err(Refusal::syntax("value: send an object of attributes.")) };
    for (name, value) in values {
        let attribute = super::schema::find(extension.attributes, name)
            .ok_or_else(|| Refusal::path("There is no such attribute; GET /scim/v2/Schemas lists them."))?;
        let target = Target::Attribute(Place { extension: Some(extension), attribute, part: None }, None);
        if value.is_null() { remove(to, target, None)? } else { put(to, does, target, value)? }
    }
    Ok(())
}

/// Takes away; with a value, of an attribute of several only what equals it.
fn remove(to: &mut Map<String, Value>, target: Target, value: Option<&Value>) -> Result<(), Refusal> {
    let (place, filter) = match target {
        Target::Ignored => return Ok(()),
        Target::Extension(extension) => {
            to.remove(extension.id);
            return Ok(());
        }
        Target::Attribute(place, filter) => (place, filter),
    };
    only_read(&place)?;
    let Some(to) = holder(to, place.extension) else { return Ok(()) };
    let attribute = place.attribute;
    if attribute.required && place.part.is_none() && filter.is_none() {
        return Err(Refusal::new(400, Some("mutability"), format!("{}: it cannot be without.", attribute.name)));
    }
    match (filter, place.part) {
        (None, None) => match value.filter(|_| attribute.many) {
            Some(value) => {
                let gone = canonical::value(value, attribute)?;
                let gone = Known::of(gone.as_array().map(Vec::as_slice).unwrap_or_default());
                list(to, attribute, |there| there.retain(|one| !gone.holds(one)));
            }
            None => drop(to.remove(attribute.name)),
        },
        (None, Some(part)) => match to.get_mut(attribute.name) {
            Some(Value::Object(there)) => drop(there.remove(part.name)),
            Some(Value::Array(there)) => remove_part(there, None, part),
            _ => {}
        },
        (Some(filter), None) => list(to, attribute, |there| there.retain(|one| !filter.holds(one, matching::is_exact))),
        (Some(filter), Some(part)) => list(to, attribute, |there| remove_part(there, Some(&filter), part)),
    }
    Ok(())
}

/// Takes a part of values away; a value without its `value` goes whole.
fn remove_part(there: &mut Vec<Value>, filter: Option<&Filter>, part: &Attribute) {
    let fits = |one: &Value| filter.is_none_or(|filter| filter.holds(one, matching::is_exact));
    if part.name == "value" {
        return there.retain(|one| !fits(one));
    }
    for one in there.iter_mut() {
        if fits(one)
            && let Some(one) = one.as_object_mut()
        {
            one.remove(part.name);
        }
    }
}

/// Works on an attribute's values; an attribute that is left without any is absent.
fn list<T>(to: &mut Map<String, Value>, attribute: &Attribute, work: impl FnOnce(&mut Vec<Value>) -> T) -> T {
    let mut there = match to.remove(attribute.name) {
        Some(Value::Array(there)) => there,
        _ => Vec::new(),
    };
    let done = work(&mut there);
    if !there.is_empty() {
        to.insert(attribute.name.to_owned(), Value::Array(there));
    }
    done
}

fn bounded(there: &[Value], attribute: &Attribute) -> Result<(), Refusal> {
    // A group grows beyond it by several changes, each bounded for itself.
    if there.len() > canonical::MOST && attribute.name != "members" {
        return Err(Refusal::too_many(format!("{}: at most {} values.", attribute.name, canonical::MOST)));
    }
    Ok(())
}

//! What of a list is wanted: which page, which attributes.

use serde_json::{Map, Value};
use wire::scim::{LIST, ScimList};

use super::Refusal;
use super::path::Name;
use super::schema::Resource;

/// Most resources of a page.
pub(super) const MOST: usize = 200;

/// Resources of a page where nothing is said.
const USUAL: usize = 100;

/// Most attributes that are named.
const NAMED: usize = 50;

/// A page that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Of those whom it holds of.
    pub(super) filter: Option<String>,
    /// Number of the first, from 1.
    pub(super) start: usize,
    /// How many.
    pub(super) count: usize,
    /// Which attributes.
    pub(super) attributes: Attributes,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page<T> {
    /// How many there are on all pages.
    pub(super) total: usize,
    /// Number of the first on it, from 1.
    pub(super) start: usize,
    /// They.
    pub(super) resources: Vec<T>,
}

impl<T: serde::Serialize> Page<T> {
    /// As the standard writes it, with these attributes.
    pub(super) fn list(&self, attributes: &Attributes, of: &Resource) -> ScimList {
        let resources: Vec<Value> = self.resources.iter().map(|one| attributes.shown(one, of)).collect();
        ScimList {
            schemas: vec![LIST.to_owned()],
            total_results: self.total,
            start_index: self.start,
            items_per_page: resources.len(),
            resources,
        }
    }
}

/// Which attributes of a resource are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    only: Vec<Name>,
    without: Vec<Name>,
}

impl Wanted {
    /// Of the parameters of a request. Those that are not known are left alone.
    pub(super) fn read(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let find = |name: &str| parameters.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str());
        let number = |name: &str| match find(name) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse::<i64>()
                .map(Some)
                .map_err(|_| Refusal::value(format!("{name}: send a whole number."))),
        };
        let at_least = |number: i64, least: i64| usize::try_from(number.max(least)).unwrap_or_default();
        Ok(Self {
            filter: find("filter").map(str::to_owned),
            start: number("startIndex")?.map_or(1, |start| at_least(start, 1)),
            count: number("count")?.map_or(USUAL, |count| at_least(count, 0)).min(MOST),
            attributes: Attributes { only: names(find("attributes"))?, without: names(find("excludedAttributes"))? },
        })
    }
}

fn names(list: Option<&str>) -> Result<Vec<Name>, Refusal> {
    let list = list.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Option<Vec<Name>> = list.take(NAMED + 1).map(Name::read).collect();
    let names = names.filter(|names| names.len() <= NAMED);
    names.ok_or_else(|| Refusal::path("attributes: send at most 50 names of attributes, with commas between them."))
}

impl Attributes {
    /// Whether an attribute of the resource itself is wanted at all.
    pub(super) fn want(&self, attribute: &str) -> bool {
        let named = |names: &[Name]| {
            names.iter().any(|name| name.part.is_none() && name.attribute.eq_ignore_ascii_case(attribute))
        };
        let only = |names: &[Name]| names.iter().any(|name| name.attribute.eq_ignore_ascii_case(attribute));
        (self.only.is_empty() || only(&self.only)) && !named(&self.without)
    }

    /// A resource with these attributes; its identifier and schemas always.
    pub(super) fn shown(&self, resource: &impl serde::Serialize, of: &Resource) -> Value {
        let whole = serde_json::to_value(resource).unwrap_or_default();
        if self.only.is_empty() && self.without.is_empty() {
            return whole;
        }
        let mut shown = Map::new();
        for (name, value) in whole.as_object().into_iter().flatten() {
            let always = name == "id" || name == "schemas";
            let value = match (always, of.extension(name)) {
                (true, _) => Some(value.clone()),
                (false, Some(extension)) => self.extension(value, extension.id),
                (false, None) => self.attribute(name, value, None, of.schema.id),
            };
            if let Some(value) = value {
                shown.insert(name.clone(), value);
            }
        }
        Value::Object(shown)
    }

    fn extension(&self, value: &Value, id: &str) -> Option<Value> {
        let whole = |names: &[Name]| names.iter().any(|name| name.to_string().eq_ignore_ascii_case(id));
        if whole(&self.without) {
            return None;
        }
        if whole(&self.only) {
            return Some(value.clone());
        }
        let parts = value.as_object()?.iter();
        let parts: Map<String, Value> = parts
            .filter_map(|(name, value)| Some((name.clone(), self.attribute(name, value, Some(id), id)?)))
            .collect();
        (!parts.is_empty()).then_some(Value::Object(parts))
    }

    fn attribute(&self, name: &str, value: &Value, extension: Option<&str>, schema: &str) -> Option<Value> {
        let is_it = |one: &&Name| {
            one.attribute.eq_ignore_ascii_case(name)
                && match &one.schema {
                    Some(said) => said.eq_ignore_ascii_case(schema),
                    None => extension.is_none(),
                }
        };
        let only: Vec<&Name> = self.only.iter().filter(is_it).collect();
        let without: Vec<&Name> = self.without.iter().filter(is_it).collect();
        if (only.is_empty() && !self.only.is_empty()) || without.iter().any(|one| one.part.is_none()) {
            return None;
        }
        let some: Vec<&str> = only.iter().filter_map(|one| one.part.as_deref()).collect();
        let some = if some.len() == only.len() { some } else { Vec::new() };
        let none: Vec<&str> = without.iter().filter_map(|one| one.part.as_deref()).collect();
        Some(parts(value, &some, &none))
    }
}

fn parts(value: &Value, only: &[&str], without: &[&str]) -> Value {
    match value {
        Value::Array(all) => Value::Array(all.iter().map(|one| parts(one, only, without)).collect()),
        Value::Object(fields) => {
            let named = |names: &[&str], name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
            let wanted = |name: &str| (only.is_empty() || named(only, name)) && !named(without, name);
            Value::Object(fields.iter().filter(|(name, _)| wanted(name)).map(|(n, v)| (n.clone(), v.clone())).collect())
        }
        other => other.clone(),
    }
}

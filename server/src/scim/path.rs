//! Names of attributes: `userName`, `name.familyName`, `urn:...:User:manager.value`, and in a change
//! `phoneNumbers[type eq "mobile"].value`.

use std::fmt;

use super::Refusal;
use super::filter::Filter;
use super::reader::Reader;
use super::schema::{Attribute, Resource, Schema, find};

/// Longest path of a change, in bytes.
const LONGEST: usize = 1_000;

/// An attribute as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Schema, where it is said.
    pub(super) schema: Option<String>,
    /// Attribute.
    pub(super) attribute: String,
    /// Sub-attribute.
    pub(super) part: Option<String>,
}

impl Name {
    /// Of a text without blanks, brackets and quotes; none when it cannot be a name.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (schema, rest) = match text.rsplit_once(':') {
            Some((schema, rest)) => (Some(schema), rest),
            None => (None, text),
        };
        let (attribute, part) = match rest.split_once('.') {
            Some((attribute, part)) => (attribute, Some(part)),
            None => (rest, None),
        };
        let is_urn = schema.is_none_or(|schema| {
            schema.get(..4).is_some_and(|urn| urn.eq_ignore_ascii_case("urn:"))
                && schema.chars().all(|c| c.is_ascii_alphanumeric() || ":._-".contains(c))
        });
        if !is_urn || !is_word(attribute) || !part.is_none_or(is_word) {
            return None;
        }
        Some(Self { schema: schema.map(str::to_owned), attribute: attribute.to_owned(), part: part.map(str::to_owned) })
    }
}

/// A letter or `$`, then letters, digits, `_` and `-`.
fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '$')
        && text.chars().skip(1).all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.attribute)?;
        match &self.part {
            Some(part) => write!(f, ".{part}"),
            None => Ok(()),
        }
    }
}

/// Where in a resource a name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The extension that holds it.
    pub(super) extension: Option<&'static Schema>,
    /// The attribute.
    pub(super) attribute: &'static Attribute,
    /// The sub-attribute.
    pub(super) part: Option<&'static Attribute>,
}

impl Place {
    /// Where a name leads; none when there is no such attribute.
    pub(super) fn of(name: &Name, resource: &Resource) -> Option<Self> {
        let (extension, attributes) = match &name.schema {
            Some(id) if id.eq_ignore_ascii_case(resource.schema.id) => (None, resource.schema.attributes),
            Some(id) => {
                let extension = resource.extension(id)?;
                (Some(extension), extension.attributes)
            }
            None => (None, resource.schema.attributes),
        };
        let attribute = find(attributes, &name.attribute)?;
        let part = match &name.part {
            Some(part) => Some(find(attribute.parts(), part)?),
            None => None,
        };
        Some(Self { extension, attribute, part })
    }
}

/// What a change is made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An attribute, the elements of it that a filter holds of, a part of it or them.
    Attribute(Place, Option<Filter>),
    /// A whole extension.
    Extension(&'static Schema),
    /// An attribute that is not kept here.
    Ignored,
}

impl Target {
    /// Of the path of a change.
    pub(super) fn read(text: &str, resource: &Resource) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(Refusal::path("The path is too long."));
        }
        if let Some(extension) = resource.extension(text) {
            return Ok(Self::Extension(extension));
        }
        let (name, filter, part) = match text.split_once('[') {
            None => (text, None, None),
            Some((name, rest)) => {
                let (filter, rest) = Reader::within_brackets(rest)?;
                let part = match rest.trim() {
                    "" => None,
                    rest => Some(rest.strip_prefix('.').ok_or_else(|| no_path(resource))?),
                };
                (name, Some(filter), part)
            }
        };
        let mut name = Name::read(name).ok_or_else(|| no_path(resource))?;
        if filter.is_some() && name.part.is_some() {
            return Err(no_path(resource));
        }
        if let Some(part) = part {
            name.part = Some(part.to_owned());
        }
        if name.schema.is_none() && resource.ignores(&name.attribute) {
            return Ok(Self::Ignored);
        }
        let foreign = name
            .schema
            .as_deref()
            .is_some_and(|id| !id.eq_ignore_ascii_case(resource.schema.id) && resource.extension(id).is_none());
        if foreign {
            return Ok(Self::Ignored);
        }
        let place = Place::of(&name, resource).ok_or_else(|| no_path(resource))?;
        if filter.is_some() && !place.attribute.many {
            return Err(Refusal::path("Only attributes of several values take a filter in brackets."));
        }
        Ok(Self::Attribute(place, filter))
    }
}

fn no_path(resource: &Resource) -> Refusal {
    Refusal::path(format!(
        "There is no such attribute of a {}; GET /scim/v2/Schemas lists them.",
        resource.schema.name.to_lowercase()
    ))
}

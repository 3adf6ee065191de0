//! Filters of RFC 7644, section 3.4.2.2: read, written, asked of a resource as JSON.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Refusal;
use super::path::Name;
use super::reader::Reader;

/// Longest filter, in bytes.
const LONGEST: usize = 4_000;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Contains,
    Begins,
    Ends,
    After,
    AtOrAfter,
    Before,
    AtOrBefore,
}

impl Op {
    pub(super) const ALL: [(Op, &'static str); 9] = [
        (Self::Equal, "eq"),
        (Self::NotEqual, "ne"),
        (Self::Contains, "co"),
        (Self::Begins, "sw"),
        (Self::Ends, "ew"),
        (Self::After, "gt"),
        (Self::AtOrAfter, "ge"),
        (Self::Before, "lt"),
        (Self::AtOrBefore, "le"),
    ];

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(op, _)| op)
    }

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(op, _)| *op == self).map_or("eq", |(_, word)| word)
    }

    /// Whether it asks for an order.
    pub(super) fn orders(self) -> bool {
        matches!(self, Self::After | Self::AtOrAfter | Self::Before | Self::AtOrBefore)
    }
}

/// A condition on a resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Present(Name),
    Compare(Name, Op, Value),
    /// One of the attribute's values fits.
    Within(Name, Box<Filter>),
}

impl Eq for Filter {}

impl Filter {
    /// Of a filter's text.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal::filter("The filter is too long: send at most 4,000 bytes."));
        }
        Reader::whole(text)
    }

    /// Every comparison and question in it, those in brackets with the attribute that they are asked of.
    pub(super) fn asks(&self) -> Vec<(Name, Option<Op>)> {
        match self {
            Self::And(one, other) | Self::Or(one, other) => [one.asks(), other.asks()].concat(),
            Self::Not(one) => one.asks(),
            Self::Present(name) => vec![(name.clone(), None)],
            Self::Compare(name, op, _) => vec![(name.clone(), Some(*op))],
            Self::Within(of, inner) => {
                let inner = inner.asks().into_iter();
                inner.map(|(name, op)| (Name { part: Some(name.attribute), ..of.clone() }, op)).collect()
            }
        }
    }

    /// Values of which one must be an attribute's, where the whole filter says so.
    pub(super) fn must_equal(&self, attribute: &str) -> Option<&str> {
        match self {
            Self::And(one, other) => one.must_equal(attribute).or_else(|| other.must_equal(attribute)),
            Self::Compare(name, Op::Equal, Value::String(value)) if name.is_plainly(attribute) => Some(value),
            Self::Within(name, inner) => match inner.as_ref() {
                Self::Compare(part, Op::Equal, Value::String(value)) => {
                    let whole = Name { part: Some(part.attribute.clone()), ..name.clone() };
                    whole.is_plainly(attribute).then_some(value.as_str())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it holds of a resource, or of one of an attribute's values. `exact`: whether the
    /// attribute of this name tells capital letters apart.
    pub(super) fn holds(&self, of: &Value, exact: fn(&Name) -> bool) -> bool {
        match self {
            Self::And(one, other) => one.holds(of, exact) && other.holds(of, exact),
            Self::Or(one, other) => one.holds(of, exact) || other.holds(of, exact),
            Self::Not(one) => !one.holds(of, exact),
            Self::Present(name) => values(of, name).into_iter().any(is_something),
            Self::Compare(name, Op::NotEqual, wanted) => {
                !values(of, name).into_iter().any(|found| compares(found, Op::Equal, wanted, exact(name)))
            }
            Self::Compare(name, op, wanted) => {
                values(of, name).into_iter().any(|found| compares(found, *op, wanted, exact(name)))
            }
            Self::Within(name, inner) => {
                let whole = Name { part: None, ..name.clone() };
                elements(of, &whole).into_iter().any(|one| inner.holds(one, exact))
            }
        }
    }
}

impl Name {
    /// Whether it is this attribute of the resource itself, such as `emails.value`.
    fn is_plainly(&self, attribute: &str) -> bool {
        let own = match &self.part {
            Some(part) => format!("{}.{part}", self.attribute),
            None => self.attribute.clone(),
        };
        own.eq_ignore_ascii_case(attribute)
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty(),
        _ => true,
    }
}

fn field<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    of.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// What an attribute holds, one by one.
fn elements<'a>(of: &'a Value, name: &Name) -> Vec<&'a Value> {
    let of = match &name.schema {
        Some(schema) => field(of, schema).unwrap_or(of),
        None => of,
    };
    match field(of, &name.attribute) {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// What is compared: the part that is named, or the value of what has parts.
fn values<'a>(of: &'a Value, name: &Name) -> Vec<&'a Value> {
    let part = name.part.as_deref();
    let value = |one: &'a Value| match (one, part) {
        (Value::Object(_), part) => field(one, part.unwrap_or("value")),
        (_, None) => Some(one),
        (_, Some(_)) => None,
    };
    elements(of, name).into_iter().filter_map(value).collect()
}

fn compares(found: &Value, op: Op, wanted: &Value, exact: bool) -> bool {
    match (found, wanted) {
        (Value::Bool(found), wanted) => {
            let wanted = match wanted {
                Value::Bool(wanted) => Some(*wanted),
                Value::String(text) => truth(text),
                _ => None,
            };
            op == Op::Equal && wanted == Some(*found)
        }
        (Value::String(found), Value::String(wanted)) => texts(found, op, wanted, exact),
        (Value::Number(found), Value::Number(wanted)) => {
            found.as_f64().zip(wanted.as_f64()).is_some_and(|(found, wanted)| ordered(found.partial_cmp(&wanted), op))
        }
        (Value::Null, Value::Null) => op == Op::Equal,
        _ => false,
    }
}

/// `true` or `false` as some systems write it.
pub(super) fn truth(text: &str) -> Option<bool> {
    [("true", true), ("false", false)].into_iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, is)| is)
}

fn texts(found: &str, op: Op, wanted: &str, exact: bool) -> bool {
    if let (true, Some(found), Some(wanted)) = (op.orders() || op == Op::Equal, time(found), time(wanted)) {
        return ordered(Some(found.cmp(&wanted)), op);
    }
    let (found, wanted) =
        if exact { (found.to_owned(), wanted.to_owned()) } else { (found.to_lowercase(), wanted.to_lowercase()) };
    match op {
        Op::Contains => found.contains(&wanted),
        Op::Begins => found.starts_with(&wanted),
        Op::Ends => found.ends_with(&wanted),
        _ => ordered(Some(found.cmp(&wanted)), op),
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

fn ordered(order: Option<std::cmp::Ordering>, op: Op) -> bool {
    order.is_some_and(|order| match op {
        Op::Equal => order.is_eq(),
        Op::NotEqual => order.is_ne(),
        Op::After => order.is_gt(),
        Op::AtOrAfter => order.is_ge(),
        Op::Before => order.is_lt(),
        Op::AtOrBefore => order.is_le(),
        Op::Contains | Op::Begins | Op::Ends => false,
    })
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(one, other) => write!(f, "({one}) and ({other})"),
            Self::Or(one, other) => write!(f, "({one}) or ({other})"),
            Self::Not(one) => write!(f, "not ({one})"),
            Self::Present(name) => write!(f, "{name} pr"),
            Self::Compare(name, op, value) => write!(f, "{name} {} {value}", op.word()),
            Self::Within(name, inner) => write!(f, "{name}[{inner}]"),
        }
    }
}

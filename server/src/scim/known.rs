//! Values of one attribute, found by what they are: many are looked up among many at once.

use std::collections::HashMap;

use serde_json::Value;

/// Values by their `value` in small letters, each with the `type` that it has. Two are the same where
/// their `value` is, and their `type` where both have one. A value without a `value` is like no other.
#[derive(Default)]
pub(super) struct Known(HashMap<String, Vec<Option<String>>>);

fn folded(of: &Value, part: &str) -> Option<String> {
    of.get(part).and_then(Value::as_str).map(str::to_lowercase)
}

impl Known {
    /// Of these.
    pub(super) fn of(values: &[Value]) -> Self {
        let mut known = Self::default();
        values.iter().for_each(|one| known.put(one));
        known
    }

    /// With one more.
    pub(super) fn put(&mut self, one: &Value) {
        let Some(value) = folded(one, "value") else { return };
        let kinds = self.0.entry(value).or_default();
        let kind = folded(one, "type");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }

    /// Whether one of them is the same as this.
    pub(super) fn holds(&self, one: &Value) -> bool {
        let Some(kinds) = folded(one, "value").and_then(|value| self.0.get(&value)) else { return false };
        let kind = folded(one, "type");
        kind.is_none() || kinds.iter().any(|known| known.is_none() || *known == kind)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_the_same_by_value_and_by_type_where_both_have_one() {
        let known = Known::of(&[json!({ "value": "A@x", "type": "Work" }), json!({ "value": "b@x" }), json!({})]);
        for same in [
            json!({ "value": "a@X", "type": "work" }),
            json!({ "value": "a@x" }),
            json!({ "value": "B@x", "type": "home" }),
        ] {
            assert!(known.holds(&same), "{same}");
        }
        for other in
            [json!({ "value": "a@x", "type": "home" }), json!({ "value": "c@x" }), json!({ "type": "work" }), json!({})]
        {
            assert!(!known.holds(&other), "{other}");
        }
    }
}

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wire::scim::ScimPatch;

use super::filter::{Filter, Op};
use super::matching::is_exact;
use super::path::{Name, Target};
use super::{canonical, patch, schema};

fn name() -> impl Strategy<Value = Name> {
    let word = "[a-zA-Z][a-zA-Z0-9_-]{0,8}".prop_filter("a word of the language", |word| {
        !["not", "and", "or", "pr"].iter().any(|one| one.eq_ignore_ascii_case(word))
    });
    let schema = proptest::option::of("urn:[a-z]{1,6}:[0-9]\\.[0-9]:[A-Z][a-z]{0,6}");
    (schema, word.clone(), proptest::option::of(word)).prop_map(|(schema, attribute, part)| Name {
        schema,
        attribute,
        part,
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| json!(number)),
        Just(Value::Null),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(Op::ALL.to_vec());
    let leaf = prop_oneof![
        name().prop_map(Filter::Present),
        (name(), op, value()).prop_map(|(name, (op, _), value)| Filter::Compare(name, op, value)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| Filter::And(Box::new(one), Box::new(other))),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| Filter::Or(Box::new(one), Box::new(other))),
            inner.clone().prop_map(|one| Filter::Not(Box::new(one))),
            (name(), inner).prop_map(|(name, inner)| Filter::Within(Name { part: None, ..name }, Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn a_filter_that_is_written_is_read_as_the_same(filter in filter()) {
        let text = filter.to_string();
        if text.len() <= 4_000 {
            prop_assert_eq!(Filter::read(&text).unwrap(), filter);
        }
    }

    #[test]
    fn no_text_breaks_the_readers(text in any::<String>(), of in value()) {
        if let Ok(filter) = Filter::read(&text) {
            filter.holds(&of, is_exact);
        }
        let _ = Target::read(&text, &schema::USERS);
    }

    #[test]
    fn no_near_miss_breaks_the_readers(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "(", ")", "[", "]", "\"", "\\", "and", "or", "not", "eq", "pr", "co", "userName", "emails", ".", "value",
                "urn:x:User:", "\"a\"", "true", "1e999", "null", "é", ":",
            ]),
            0..40,
        ),
        blank in any::<bool>(),
    ) {
        let text = words.join(if blank { " " } else { "" });
        if let Ok(filter) = Filter::read(&text) {
            prop_assert_eq!(Filter::read(&filter.to_string()).unwrap(), filter);
        }
        let _ = Target::read(&text, &schema::USERS);
    }

    #[test]
    fn no_change_breaks_a_user(path in any::<String>(), sent in value(), op in "[a-zA-Z]{0,8}") {
        let mut user = user();
        let change = json!({ "Operations": [{ "op": op, "path": path, "value": sent }] });
        let change: ScimPatch = serde_json::from_value(change).unwrap();
        let _ = patch::apply(&mut user, &change, &schema::USERS);
    }
}

fn user() -> Map<String, Value> {
    let user = json!({
        "USERNAME": "a@lakes.example", "displayName": "A", "Active": "True", "password": "x", "groups": [{ "value": "g" }],
        "emails": [{ "value": "a@lakes.example", "type": "work", "primary": "True", "display": "not kept" }],
        "phoneNumbers": [{ "value": "+254705550101", "type": "mobile" }, { "value": "+254705550102", "type": "home" }],
    });
    canonical::resource(&user, &schema::USERS).unwrap()
}

fn changed(operations: Value) -> Result<Map<String, Value>, super::Refusal> {
    let mut user = user();
    let change: ScimPatch = serde_json::from_value(json!({ "Operations": operations })).unwrap();
    patch::apply(&mut user, &change, &schema::USERS)?;
    Ok(user)
}

#[test]
fn what_is_sent_has_one_form() {
    let user = Value::Object(user());
    assert_eq!(user["userName"], "a@lakes.example");
    assert_eq!((&user["active"], &user["emails"][0]["primary"]), (&json!(true), &json!(true)));
    assert!(
        user.get("password").is_none() && user.get("groups").is_none() && user["emails"][0].get("display").is_none()
    );
    for odd in [
        json!({ "rank": 1 }),
        json!({ "userName": 7 }),
        json!({ "active": "yes" }),
        json!({ "emails": [{}] }),
        json!("x"),
    ] {
        assert_eq!(canonical::resource(&odd, &schema::USERS).unwrap_err().status, 400, "{odd}");
    }
    let single = canonical::resource(&json!({ "emails": { "value": "a" } }), &schema::USERS).unwrap();
    assert_eq!(single["emails"], json!([{ "value": "a" }]));
}

#[test]
fn changes_reach_the_values_that_they_name() {
    let mobile =
        changed(json!([{ "op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1" }])).unwrap();
    assert_eq!(mobile["phoneNumbers"][0]["value"], "+1");
    assert_eq!(mobile["phoneNumbers"][1]["value"], "+254705550102");
    let made =
        changed(json!([{ "op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+2" }])).unwrap();
    assert_eq!(made["phoneNumbers"][2], json!({ "value": "+2", "type": "work" }));
    let gone = changed(json!([{ "op": "remove", "path": "phoneNumbers[type eq \"home\"]" }])).unwrap();
    assert_eq!(gone["phoneNumbers"].as_array().unwrap().len(), 1);
    let none = changed(json!([{ "op": "remove", "path": "phoneNumbers" }])).unwrap();
    assert!(!none.contains_key("phoneNumbers"));
    let null = changed(json!([{ "op": "replace", "value": { "displayName": null, "phoneNumbers": null } }]));
    assert!(null.is_ok_and(|user| !user.contains_key("displayName") && !user.contains_key("phoneNumbers")));
    let twice = changed(
        json!([{ "op": "add", "path": "phoneNumbers", "value": [{ "value": "+254705550101", "type": "mobile" }] }]),
    )
    .unwrap();
    assert_eq!(twice["phoneNumbers"].as_array().unwrap().len(), 2, "what is there is not added again");
    let extended =
        changed(json!([{ "op": "add", "value": { "urn:muster:scim:2.0:SecurityProfile:callSign": "B1" } }])).unwrap();
    assert_eq!(extended["urn:muster:scim:2.0:SecurityProfile"], json!({ "callSign": "B1" }));
    let missing = changed(json!([{ "op": "replace", "path": "phoneNumbers[value sw \"+99\"].type", "value": "home" }]));
    assert_eq!(missing.unwrap_err().kind, Some("noTarget"));
}

#[test]
fn filters_ask_what_they_say() {
    let user = Value::Object(user());
    let holds = |text: &str| Filter::read(text).unwrap().holds(&user, is_exact);
    for good in [
        "userName eq \"A@LAKES.example\"",
        "emails.value ew \".example\" and not (active eq false)",
        "phoneNumbers[type eq \"home\" and value sw \"+254\"]",
        "title pr or displayName pr",
        "not (title pr)",
        "title ne \"x\"",
        "active eq true and (userName co \"zzz\" or userName co \"lakes\")",
    ] {
        assert!(holds(good), "{good}");
    }
    for bad in [
        "userName eq \"a@lakes.example\" and active eq false",
        "phoneNumbers[type eq \"home\" and value eq \"+254705550101\"]",
        "active ne true",
        "title eq \"\"",
        "active gt false",
    ] {
        assert!(!holds(bad), "{bad}");
    }
    let narrow = Filter::read("active eq true and emails[value eq \"a\"]").unwrap();
    assert_eq!(narrow.must_equal("emails.value"), Some("a"));
    assert_eq!(Filter::read("userName eq \"a\" or active eq true").unwrap().must_equal("userName"), None);
    assert_eq!(Filter::read("not (userName eq \"a\")").unwrap().must_equal("userName"), None);
}

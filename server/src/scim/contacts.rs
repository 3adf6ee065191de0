//! Addresses, numbers and languages of a user and of the person.

use wire::people::NewPhone;
use wire::scim::{ScimContact, ScimUser};

use super::Refusal;
use super::person::Known;
use crate::kernel::field;
use crate::people::checked_email;

pub(super) fn email(address: &str) -> ScimContact {
    ScimContact { value: address.to_owned(), kind: Some("work".to_owned()), primary: Some(true) }
}

pub(super) fn numbers(phones: &[NewPhone]) -> Vec<ScimContact> {
    let kind = |kind: &str| if kind == "office" { "work".to_owned() } else { kind.to_owned() };
    let number = |(at, phone): (usize, &NewPhone)| ScimContact {
        value: phone.number.clone(),
        kind: Some(kind(&phone.kind)),
        primary: (at == 0).then_some(true),
    };
    phones.iter().enumerate().map(number).collect()
}

/// The primary address, else the one for work, else the first; without any, a user name that is one.
pub(super) fn address(user: &ScimUser, user_name: &str) -> Option<String> {
    let is_work = |one: &&ScimContact| one.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("work"));
    let primary = user.emails.iter().find(|one| one.primary == Some(true));
    let chosen = primary.or_else(|| user.emails.iter().find(is_work)).or_else(|| user.emails.first());
    match chosen {
        Some(one) => Some(one.value.clone()),
        None => checked_email(user_name).ok(),
    }
}

/// The numbers that are said, the primary one first, then those that were proven and are not said: no
/// list takes a number away that is known to reach somebody.
pub(super) fn phones(user: &ScimUser, known: Option<&Known>) -> Result<Vec<NewPhone>, Refusal> {
    let mut said: Vec<&ScimContact> = user.phone_numbers.iter().collect();
    said.sort_by_key(|one| one.primary != Some(true));
    let mut phones: Vec<NewPhone> = Vec::new();
    for one in said {
        let kind = match one.kind.as_deref().map(str::to_lowercase).as_deref() {
            None | Some("mobile") => "mobile",
            Some("work") => "office",
            Some(kind @ ("home" | "satellite" | "radio")) => match kind {
                "home" => "home",
                "satellite" => "satellite",
                _ => "radio",
            },
            // Nobody is reached by them.
            Some("fax" | "pager") => continue,
            Some(_) => {
                return Err(Refusal::value("phoneNumbers.type: send mobile, work, home, satellite or radio."));
            }
        };
        let number = field::number("phoneNumbers.value", &one.value)
            .map_err(|invalid| Refusal::value(format!("phoneNumbers.value: {}", invalid.why)))?;
        if phones.iter().all(|known| known.number != number) {
            phones.push(NewPhone { number, kind: kind.to_owned() });
        }
    }
    for proven in known.map(|known| known.proven.as_slice()).unwrap_or_default() {
        if phones.iter().all(|phone| phone.number != proven.number) {
            phones.push(proven.clone());
        }
    }
    Ok(phones)
}

/// The preferred language first, then the others that are known.
pub(super) fn languages(preferred: Option<&str>, known: &[String]) -> Vec<String> {
    let Some(preferred) = preferred.map(|tag| tag.trim().replace('_', "-")) else { return Vec::new() };
    if known.first() == Some(&preferred) {
        return known.to_vec();
    }
    let others = known.iter().filter(|tag| !tag.eq_ignore_ascii_case(&preferred)).cloned();
    std::iter::once(preferred.clone()).chain(others).take(8).collect()
}

//! Accounts of a run: people who may sign in, some with a code generator.

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use rand::RngExt;
use serde_json::json;
use uuid::Uuid;
use wire::access::AccountLink;
use wire::enrolment::EnrolmentIssued;
use wire::phone::Enrolled;
use wire::setup::SetPassword;
use wire::sign_in::{RecoveryCodes, SecondFactorOffered};

use crate::api::Api;
use crate::device::DeviceKey;
use crate::world::{Tapper, new_person, stations};

/// Requests of the set-up at one time.
const AT_ONCE: usize = 4;

/// Somebody who may sign in and has no rights.
#[derive(Clone)]
pub struct Account {
    /// Who.
    pub person: Uuid,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Makes accounts, through the interface of a signed-in administrator. Those from `generators` on set up a
/// code generator.
pub async fn make(admin: &Api, count: usize, generators: usize, bar: &ProgressBar) -> Result<Vec<Account>> {
    let stations = stations(admin, 1).await?;
    let office = stations.first().context("no office")?.office;
    let one = |index: usize| async move {
        let account = account(admin, office).await?;
        if index >= generators {
            set_up_generator(admin, &account).await?;
        }
        bar.inc(1);
        anyhow::Ok(account)
    };
    stream::iter((0..count).map(one)).buffered(AT_ONCE).try_collect().await
}

async fn account(admin: &Api, office: Uuid) -> Result<Account> {
    let password = format!("load test {:032x}", rand::rng().random::<u128>());
    let email = format!("loadtest-{}@example.org", Uuid::now_v7().simple());
    let person = new_person(admin, office, "Load test account".into(), Some(email.clone())).await?;
    let link: AccountLink = admin.post(&format!("/v1/people/{person}/account"), &json!({})).await?;
    let secret = link.link.split_once("#password=").context("the account's link holds no secret")?.1.to_owned();
    admin.post_only("/v1/password", &SetPassword { secret, password: password.clone() }).await?;
    Ok(Account { person, email, password })
}

/// An account and a phone of its owner.
pub async fn owner(admin: &Api) -> Result<(Account, Tapper)> {
    let stations = stations(admin, 1).await?;
    let account = account(admin, stations.first().context("no office")?.office).await?;
    let path = format!("/v1/people/{}/enrolment", account.person);
    let issued: EnrolmentIssued = admin.post(&path, &json!({})).await?;
    let enrolled: Enrolled = admin.post("/v1/enrol", &DeviceKey::make()?.enrol(&issued.code, "loadtest")?).await?;
    let tapper = Tapper { person: account.person, distress: enrolled.distress, position: None };
    Ok((account, tapper))
}

async fn set_up_generator(admin: &Api, account: &Account) -> Result<()> {
    let (own, _) = admin.sign_in(&account.email, &account.password).await?;
    let offered: SecondFactorOffered = own.post("/v1/second-factor", &json!({})).await?;
    let secret = from_base32(&offered.secret).context("the secret is not base 32")?;
    let code = shown(&secret, Utc::now()).ok_or_else(|| anyhow!("no code could be made"))?;
    own.post::<RecoveryCodes>("/v1/second-factor/confirm", &json!({ "code": code })).await.map(drop)
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits.extend((0..5).rev().map(|at| value >> at & 1));
    }
    Some(bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect())
}

/// What a code generator shows (RFC 6238).
fn shown(secret: &[u8], at: DateTime<Utc>) -> Option<String> {
    let step = (at.timestamp() / 30).to_be_bytes();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step);
    let at = usize::from(tag.as_ref().last()? & 0xf);
    let four: [u8; 4] = tag.as_ref().get(at..at + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_that_of_the_standards_table() {
        let secret = from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(secret, b"12345678901234567890");
        assert_eq!(shown(&secret, DateTime::from_timestamp(1_111_111_109, 0).unwrap()).as_deref(), Some("081804"));
        assert_eq!(from_base32("1"), None);
    }
}

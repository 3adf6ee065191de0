//! Signed tokens: access, distress, case. Each kind has a type of its own in its header, so that none
//! passes for another; all are signed by the installation's Ed25519 key and checked without the
//! database.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CaseHolder, Distress, Hint, PhoneActor};
use crate::kernel::clock::SharedClock;
use crate::kernel::seal::{Keyring, SealKey, sha256};

/// How long an access token works.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(10);

/// Type of access tokens.
const ACCESS: &str = "muster-access+jwt";

/// Type of distress capabilities.
const DISTRESS: &str = "muster-distress+jwt";

/// Type of case tokens.
const CASE: &str = "muster-case+jwt";

/// Issuer and audience.
const MUSTER: &str = "muster";

/// Not a token of this installation, not of the wanted kind, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not one of this installation and kind")]
pub struct Invalid;

/// Why an access token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Forged, foreign or of another kind.
    Invalid,
    /// It was good and has run out. It still says who raises a Not Okay.
    Expired(PhoneActor),
}

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    iss: String,
    aud: String,
    /// The person.
    sub: Uuid,
    /// The device.
    did: Uuid,
    /// When it was issued, seconds since 1970.
    iat: i64,
    #[serde(flatten)]
    more: T,
}

#[derive(Serialize, Deserialize)]
struct AccessClaims {
    exp: i64,
}

#[derive(Serialize, Deserialize)]
struct DistressClaims {
    org: Uuid,
    offs: Vec<Uuid>,
    /// The [`Hint`], sealed: a phone's own storage need not name its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    who: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CaseClaims {
    /// The case, or what stands for it.
    case: Uuid,
    /// The case, sealed, where `case` is not it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
}

/// Signs and checks tokens. Build it once.
pub struct Tokens {
    clock: SharedClock,
    signing: EncodingKey,
    checking: DecodingKey,
    /// Names the key, so that another can follow it one day.
    key_id: String,
    rules: Validation,
    hints: SealKey,
    cases: SealKey,
}

impl Tokens {
    /// With the key that every node of the installation derives alike.
    pub fn new(keyring: &Keyring, clock: SharedClock) -> Self {
        let seed = keyring.derive("tokens", b"");
        #[expect(clippy::expect_used, reason = "every 32 bytes are an Ed25519 seed")]
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.bytes()).expect("32 bytes are a seed");
        #[expect(clippy::expect_used, reason = "fails only when memory does")]
        let pkcs8 = pair.to_pkcs8().expect("a key has a PKCS#8 form");
        let public = pair.public_key().as_ref();
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[MUSTER]);
        rules.set_audience(&[MUSTER]);
        rules.set_required_spec_claims(&["iss", "aud", "sub"]);
        // The injected clock decides about expiry, not the library's.
        rules.validate_exp = false;
        Self {
            clock,
            signing: EncodingKey::from_ed_der(pkcs8.as_ref()),
            checking: DecodingKey::from_ed_der(public),
            key_id: sha256(public).iter().take(4).map(|byte| format!("{byte:02x}")).collect(),
            rules,
            hints: keyring.derive("hints", b""),
            cases: keyring.derive("cases of tokens", b""),
        }
    }

    /// An access token and when it runs out.
    pub fn access(&self, person: Uuid, device: Uuid) -> (String, DateTime<Utc>) {
        let expires = self.clock.now() + ACCESS_LIFE;
        (self.sign(ACCESS, person, device, AccessClaims { exp: expires.timestamp() }), whole(expires.timestamp()))
    }

    /// A distress capability. It never runs out.
    pub fn distress(
        &self,
        person: Uuid,
        device: Uuid,
        organisation: Uuid,
        offices: &[Uuid],
        hint: Option<&Hint>,
    ) -> String {
        let plain = hint.and_then(|hint| serde_json::to_vec(hint).ok());
        let who = plain.map(|plain| URL_SAFE_NO_PAD.encode(self.hints.seal(person.as_bytes(), &plain)));
        self.sign(DISTRESS, person, device, DistressClaims { org: organisation, offs: offices.to_vec(), who })
    }

    fn hint(&self, person: Uuid, who: &str) -> Option<Hint> {
        let sealed = URL_SAFE_NO_PAD.decode(who).ok()?;
        serde_json::from_slice(&self.hints.open(person.as_bytes(), &sealed).ok()?).ok()
    }

    /// A case token. It never runs out; what it may do depends on the case.
    pub fn case(&self, person: Uuid, device: Uuid, case: Uuid) -> String {
        self.sign(CASE, person, device, CaseClaims { case, of: None })
    }

    /// [`Tokens::case`] for a phone that may not learn which case it is: it names `known_as`, and Muster alone reads
    /// the case from it.
    pub fn veiled_case(&self, person: Uuid, device: Uuid, known_as: Uuid, case: Uuid) -> String {
        let sealed = self.cases.seal(&veil(device, known_as), case.as_bytes());
        self.sign(CASE, person, device, CaseClaims { case: known_as, of: Some(URL_SAFE_NO_PAD.encode(sealed)) })
    }

    fn unveiled(&self, device: Uuid, known_as: Uuid, sealed: &str) -> Result<Uuid, Invalid> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Invalid)?;
        let case = self.cases.open(&veil(device, known_as), &sealed).map_err(|_| Invalid)?;
        Uuid::from_slice(&case).map_err(|_| Invalid)
    }

    /// Who holds an access token.
    pub fn verify_access(&self, token: &str) -> Result<PhoneActor, TokenRefusal> {
        let claims: Claims<AccessClaims> = self.verify(ACCESS, token).map_err(|Invalid| TokenRefusal::Invalid)?;
        let actor = PhoneActor { person: claims.sub, device: claims.did, expires: whole(claims.more.exp) };
        if self.clock.now() < actor.expires { Ok(actor) } else { Err(TokenRefusal::Expired(actor)) }
    }

    /// What a distress capability says.
    pub fn verify_distress(&self, token: &str) -> Result<Distress, Invalid> {
        let claims: Claims<DistressClaims> = self.verify(DISTRESS, token)?;
        let Claims { sub: person, did: device, iat, more, .. } = claims;
        let DistressClaims { org: organisation, offs: offices, who } = more;
        let hint = who.and_then(|who| self.hint(person, &who));
        Ok(Distress { person, device, organisation, offices, issued_at: whole(iat), hint })
    }

    /// Which case a case token is for.
    pub fn verify_case(&self, token: &str) -> Result<CaseHolder, Invalid> {
        let claims: Claims<CaseClaims> = self.verify(CASE, token)?;
        let Claims { sub: person, did: device, more: CaseClaims { case: known_as, of }, .. } = claims;
        let case = of.map_or(Ok(known_as), |sealed| self.unveiled(device, known_as, &sealed))?;
        Ok(CaseHolder { person, device, case, known_as })
    }

    fn sign<T: Serialize>(&self, kind: &str, person: Uuid, device: Uuid, more: T) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(kind.to_owned());
        header.kid = Some(self.key_id.clone());
        let iat = self.clock.now().timestamp();
        let claims = Claims { iss: MUSTER.to_owned(), aud: MUSTER.to_owned(), sub: person, did: device, iat, more };
        #[expect(clippy::expect_used, reason = "these claims are JSON and the key is an Ed25519 key")]
        encode(&header, &claims, &self.signing).expect("a token is signed")
    }

    fn verify<T: DeserializeOwned>(&self, kind: &str, token: &str) -> Result<Claims<T>, Invalid> {
        let read = decode::<Claims<T>>(token, &self.checking, &self.rules).map_err(|_| Invalid)?;
        let header = read.header;
        let ours = header.typ.as_deref() == Some(kind) && header.kid.as_deref() == Some(self.key_id.as_str());
        if ours { Ok(read.claims) } else { Err(Invalid) }
    }
}

fn veil(device: Uuid, known_as: Uuid) -> Vec<u8> {
    [device.into_bytes(), known_as.into_bytes()].concat()
}

fn whole(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests;

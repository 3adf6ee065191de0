//! What a phone proves itself by, over HTTP and over its socket: the signature alone decides.

use super::raise::Raiser;
use crate::devices::tokens::{TokenRefusal, Tokens};
use crate::devices::{CaseHolder, PhoneActor};

/// A credential that this installation did not issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotIssued {
    /// As a distress capability.
    #[error("This distress capability was not issued here. Enrol the phone again; call meanwhile.")]
    Capability,
    /// As an access token.
    #[error("This token was not issued here. Enrol the phone again; call meanwhile.")]
    Access,
    /// As the token of a case.
    #[error("This case token was not issued here.")]
    Case,
}

/// Whoever a distress capability belongs to; it never runs out.
pub fn by_capability(tokens: &Tokens, token: &str) -> Result<Raiser, NotIssued> {
    let held = tokens.verify_distress(token).map_err(|_| NotIssued::Capability)?;
    Ok(Raiser {
        person: held.person,
        device: held.device,
        organisation: Some(held.organisation),
        offices: held.offices,
        labels: Vec::new(),
        hint: held.hint,
        texted_from: None,
    })
}

/// Whoever an access token belongs to; one that has expired still says who raises.
pub fn by_access(tokens: &Tokens, token: &str) -> Result<Raiser, NotIssued> {
    let (held, labels) = match tokens.verify_access(token) {
        Ok(held) => (held, Vec::new()),
        Err(TokenRefusal::Expired(held)) => (held, vec!["credential_expired".to_owned()]),
        Err(TokenRefusal::Invalid) => return Err(NotIssued::Access),
    };
    Ok(Raiser { labels, ..at_phone(&held) })
}

/// Whoever is at a phone that has proven itself.
pub fn at_phone(actor: &PhoneActor) -> Raiser {
    Raiser {
        person: actor.person,
        device: actor.device,
        organisation: None,
        offices: Vec::new(),
        labels: Vec::new(),
        hint: None,
        texted_from: None,
    }
}

/// Whoever a case token belongs to.
pub fn case_holder(tokens: &Tokens, token: &str) -> Result<CaseHolder, NotIssued> {
    tokens.verify_case(token).map_err(|_| NotIssued::Case)
}

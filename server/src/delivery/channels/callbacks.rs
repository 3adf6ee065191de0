//! Where gateways reach this server to say what became of a message, and how they prove that it was given to them.

use anyhow::{Context, bail};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Url;
use uuid::Uuid;

use crate::kernel::seal::Keyring;

/// Where gateways say what became of messages.
#[derive(Clone)]
pub struct Callbacks {
    base: Url,
    proofs: Proofs,
}

impl std::fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callbacks").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Callbacks {
    /// At this address of the server, such as `http://127.0.0.1:8080`.
    pub fn new(base: &str, keyring: &Keyring) -> anyhow::Result<Self> {
        let base = Url::parse(base).context("gateway_callbacks is not a URL")?;
        let bare = base.username().is_empty() && base.password().is_none() && base.query().is_none();
        if !["http", "https"].contains(&base.scheme()) || !bare || base.path() != "/" {
            bail!("gateway_callbacks must be an http or https URL without a path, such as http://127.0.0.1:8080");
        }
        Ok(Self { base, proofs: Proofs::new(keyring) })
    }

    /// The address of a route.
    pub(super) fn url(&self, path: &str) -> anyhow::Result<Url> {
        self.base.join(path).context("the address of a callback")
    }

    /// What proves that a message was given to a gateway.
    pub(super) fn proof(&self, message: Uuid) -> String {
        self.proofs.of(message)
    }
}

/// Bytes of a proof. RFC 2104, section 5: at least half of the hash.
const PROOF: usize = 16;

/// What proves that a message was given to a gateway: nobody else can say what became of it.
#[derive(Clone)]
pub struct Proofs(hmac::Key);

impl Proofs {
    /// By the installation's secret.
    pub fn new(keyring: &Keyring) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, keyring.derive("gateway", b"").bytes()))
    }

    /// Of a message: 22 characters. Kannel breaks the header of a longer user and password than 57 characters into lines.
    fn of(&self, message: Uuid) -> String {
        let signed = hmac::sign(&self.0, message.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(signed.as_ref().get(..PROOF).unwrap_or_default())
    }

    /// Whether it is that of a message.
    pub fn holds(&self, message: Uuid, proof: &str) -> bool {
        verify_slices_are_equal(proof.as_bytes(), self.of(message).as_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::SealKey;

    #[test]
    fn a_proof_is_of_one_message_and_one_installation() {
        let of = |base| Callbacks::new(base, &Keyring::new(SealKey::random()));
        let (one, other) = (of("http://127.0.0.1:8080").unwrap(), of("https://muster.example.org/").unwrap());
        let message = Uuid::from_u128(7);
        let proof = one.proof(message);
        assert!(one.proofs.holds(message, &proof));
        assert!(message.simple().to_string().len() + 1 + proof.len() <= 57, "Kannel breaks longer ones");
        assert!(!one.proofs.holds(Uuid::from_u128(8), &proof) && !other.proofs.holds(message, &proof));
        assert!(!one.proofs.holds(message, "") && !one.proofs.holds(message, "%"));
        assert_eq!(other.url("v1/x").unwrap().as_str(), "https://muster.example.org/v1/x");
        for bad in ["", "ftp://h/", "http://u:p@h/", "http://h/path", "http://h/?q"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}

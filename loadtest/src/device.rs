//! A phone's key and its enrolment.

use anyhow::{Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wire::phone::Enrol;

/// A phone that is signed in: its access token, and the key that proves its requests.
pub struct SignedIn {
    /// The access token.
    pub access: String,
    /// The key.
    pub key: DeviceKey,
}

/// A device key: P-256, as a phone's browser makes it.
pub struct DeviceKey(EcdsaKeyPair);

impl DeviceKey {
    /// A new key.
    pub fn make() -> Result<Self> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map(Self)
            .map_err(|_| anyhow!("no device key could be made"))
    }

    /// The request that makes this key a person's device.
    pub fn enrol(&self, code: &str, device_name: &str) -> Result<Enrol> {
        Ok(Enrol {
            code: code.to_owned(),
            public_key: URL_SAFE_NO_PAD.encode(self.0.public_key()),
            proof: self.sign(&format!("muster-enrol|{code}"))?,
            device_name: device_name.to_owned(),
        })
    }

    /// `Muster-Proof` of a request that carries an access token, as of this second since 1970.
    pub fn proof(&self, method: &str, path: &str, seconds: i64, token: &str) -> Result<String> {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
        Ok(format!("{seconds}.{}", self.sign(&format!("{method}\n{path}\n{seconds}\n{hash}"))?))
    }

    fn sign(&self, said: &str) -> Result<String> {
        let signed = self.0.sign(&SystemRandom::new(), said.as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(signed.map_err(|_| anyhow!("the device key did not sign"))?))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn the_proof_is_the_keys_over_the_code() {
        let enrol = DeviceKey::make().unwrap().enrol("AB2C-DE3F", "load").unwrap();
        let key = URL_SAFE_NO_PAD.decode(enrol.public_key).unwrap();
        let proof = URL_SAFE_NO_PAD.decode(enrol.proof).unwrap();
        assert_eq!((key.len(), key[0], proof.len()), (65, 4, 64));
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        key.verify(b"muster-enrol|AB2C-DE3F", &proof).unwrap();
        assert!(key.verify(b"muster-enrol|AB2C-DE3G", &proof).is_err());
    }
}

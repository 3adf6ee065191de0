//! What a push message carries: which message it is, and nothing else, sealed for the browser alone. Source: RFC 8188
//! (aes128gcm) and RFC 8291 (its keys).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use uuid::Uuid;

use super::subscription::{POINT, Subscription};

/// Bytes that are sealed, whatever is sent: the wake-up, the delimiter and its padding (RELIABILITY S26).
pub(super) const WIDTH: usize = 64;

/// Bytes of the salt, and of the key of AES-128.
const SALT: usize = 16;
const KEY: usize = 16;

/// The size of a record that the header names: more than the one record has (RFC 8291, section 4).
const RECORD: u32 = 4096;

/// Ends what is said in the last record; what follows is padding (RFC 8188, section 2).
const LAST: u8 = 2;

/// What a phone is told: `{"m":"<id>"}`, always 44 bytes. By the id it says that it was woken, and asks for the rest
/// over its own connection.
pub(super) fn wake_up(message: Uuid) -> String {
    format!(r#"{{"m":"{message}"}}"#)
}

/// The sender's part of one message's keys; never used for another.
pub(super) struct Sender {
    key: PrivateKey,
    salt: [u8; SALT],
}

impl Sender {
    /// A new one.
    pub(super) fn fresh() -> Result<Self, Unspecified> {
        let mut salt = [0; SALT];
        aws_lc_rs::rand::fill(&mut salt)?;
        Ok(Self { key: PrivateKey::generate(&ECDH_P256)?, salt })
    }
}

/// The body of a push message: `plain`, padded to so many bytes with its delimiter. Fails when it does not fit.
pub(super) fn seal(plain: &[u8], width: usize, to: &Subscription, sender: &Sender) -> Result<Vec<u8>, Unspecified> {
    if plain.len() >= width {
        return Err(Unspecified);
    }
    let public = sender.key.compute_public_key()?;
    let (key, nonce) = keys(to, sender, public.as_ref())?;
    let mut record = plain.to_vec();
    record.push(LAST);
    record.resize(width, 0);
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        nonce,
        Aad::empty(),
        &mut record,
    )?;
    let mut body = Vec::with_capacity(SALT + 5 + POINT + record.len());
    body.extend_from_slice(&sender.salt);
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(u8::try_from(public.as_ref().len()).map_err(|_| Unspecified)?);
    body.extend_from_slice(public.as_ref());
    body.extend_from_slice(&record);
    Ok(body)
}

/// The key and the nonce of the one record (RFC 8291, section 3.4).
fn keys(to: &Subscription, sender: &Sender, public: &[u8]) -> Result<([u8; KEY], Nonce), Unspecified> {
    let agreed = UnparsedPublicKey::new(&ECDH_P256, to.key());
    let shared: [u8; 32] = agree(&sender.key, agreed, Unspecified, |secret| {
        derive(to.secret(), secret, &[b"WebPush: info\0", to.key(), public])
    })?;
    let key = derive(&sender.salt, &shared, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; NONCE_LEN] = derive(&sender.salt, &shared, &[b"Content-Encoding: nonce\0"])?;
    Ok((key, Nonce::assume_unique_for_key(nonce)))
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(N))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::super::outward::Allowed;
    use super::*;

    /// The example of RFC 8291, section 5, with the values of its appendix A.
    const BROWSER: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SENDER: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const SALTED: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS\
                        6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu\
                        lcy4a-fN";

    fn browser() -> Subscription {
        Subscription::new("https://push.example/", BROWSER, AUTH, Allowed::Public).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_met_to_the_byte() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = PrivateKey::from_private_key(&ECDH_P256, &bytes(SENDER)).unwrap();
        let sender = Sender { key, salt: bytes(SALTED).try_into().unwrap() };
        let plain = b"When I grow up, I want to be a watermelon";
        let body = seal(plain, plain.len() + 1, &browser(), &sender).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(body), BODY);
    }

    #[test]
    fn every_message_has_one_size_and_no_two_are_alike() {
        let to = browser();
        let ids = [Uuid::nil(), Uuid::max(), Uuid::now_v7(), Uuid::now_v7()];
        let bodies: std::collections::BTreeSet<Vec<u8>> = ids
            .into_iter()
            .chain(ids)
            .map(|id| seal(wake_up(id).as_bytes(), WIDTH, &to, &Sender::fresh().unwrap()).unwrap())
            .collect();
        assert_eq!(bodies.len(), 8);
        assert!(bodies.iter().all(|body| body.len() == 16 + 4 + 1 + 65 + WIDTH + 16));
    }

    #[test]
    fn what_does_not_fit_is_not_cut() {
        let sender = Sender::fresh().unwrap();
        assert!(seal(&[b'a'; WIDTH], WIDTH, &browser(), &sender).is_err());
        assert!(seal(&[b'a'; WIDTH - 1], WIDTH, &browser(), &sender).is_ok());
    }

    #[test]
    fn a_wake_up_is_one_id_and_nothing_else() {
        let id = Uuid::now_v7();
        let said: serde_json::Value = serde_json::from_str(&wake_up(id)).unwrap();
        assert_eq!(said, serde_json::json!({ "m": id }));
        assert_eq!(wake_up(id).len(), 44);
    }
}

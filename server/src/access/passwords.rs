//! Passwords: which may be chosen, and how they are kept.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::kernel::text::folded;

/// Fewest characters: NIST SP 800-63B-4, section 3.1.1.2, for a password that stands alone.
pub const SHORTEST: usize = 15;

/// Most characters. The bound keeps a request from costing more than a hash.
pub const LONGEST: usize = 128;

/// Sign-ins that may wait for a hash; beyond it they are told to come back.
const WAITING: usize = 48;

/// Further ones for those who have shown that they belong here: a crowd of strangers keeps nobody of the
/// watch from signing in at their own browser, or from proving again who they are.
const WAITING_KNOWN: usize = 16;

/// Who waits for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Anybody.
    Stranger,
    /// A browser that signed in before, a session's owner, the holder of a good link.
    Known,
}

/// Long passwords that everybody tries first, folded, without blanks, digits and signs.
const KNOWN_BAD: &[&str] = &[
    "passwordpassword",
    "passwordpasswordpassword",
    "thisismypassword",
    "mypasswordispassword",
    "letmeinletmein",
    "letmeinplease",
    "correcthorsebatterystaple",
    "qwertyuiopasdfgh",
    "qwertyuiopasdfghjkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgb",
    "abcdefghijklmno",
    "abcdefghijklmnop",
    "abcdefghijklmnopqrstuvwxyz",
    "iloveyouiloveyou",
    "administrator",
    "administratoradministrator",
    "operationscentre",
    "operationscenter",
    "changemechangeme",
    "welcomewelcome",
    "welcometomuster",
    "mustermustermuster",
    "trustnotrustno",
    "sunshinesunshine",
    "unitednations",
    "unitednationssecurity",
    "humanitarian",
];

/// Why a password may not be chosen. It says what to do instead, and never repeats the password.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err("Choose at least 15 characters; three or four unrelated words are good.");
    }
    if length > LONGEST {
        return Err("Choose at most 128 characters.");
    }
    let bare = bare(password);
    if repeats(password) || KNOWN_BAD.contains(&bare.as_str()) {
        return Err("This password is among the first that are tried; choose unrelated words.");
    }
    let local = email.split('@').next().unwrap_or_default();
    if [email, local, name].iter().map(|known| self::bare(known)).any(|known| !known.is_empty() && bare == known) {
        return Err("Your e-mail address or name is no password; choose unrelated words.");
    }
    Ok(())
}

/// The letters alone, folded: "P a s s w o r d !1" is "password".
fn bare(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphabetic()).collect()
}

/// Whether a text of at most four characters, or one that counts up, makes the whole password.
fn repeats(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    let periodic = (1..=4).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b));
    let counts = |step: i64| {
        letters.iter().zip(letters.iter().skip(1)).all(|(a, b)| {
            let next = i64::from(u32::from(*b)) - i64::from(u32::from(*a));
            // From 9 a count goes on at 0, and backwards from 0 at 9.
            next == step || next == -9 * step
        })
    };
    periodic || counts(1) || counts(-1)
}

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least 8.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
}

impl Cost {
    /// OWASP's figure for Argon2id with one lane: 19 MiB, two passes.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2 };
}

/// A cost that Argon2 does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Argon2 takes at least 8 KiB of memory and one pass")]
pub struct UnknownCost;

/// Too many sign-ins wait for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowded;

/// Makes and checks hashes, a few at a time, so that a crowd of sign-ins never takes every core from
/// the alarms.
#[derive(Clone)]
pub struct Hashing {
    argon: Argon2<'static>,
    /// What a password of an unknown account is compared with, for the same work.
    nobody: Arc<str>,
    at_work: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    known: Arc<Semaphore>,
}

impl Hashing {
    /// At this cost, on at most half of the cores at once.
    pub fn new(cost: Cost) -> Result<Self, UnknownCost> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|_| UnknownCost)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_with(&argon, "nobody's password").map_err(|_| UnknownCost)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            argon,
            nobody: nobody.into(),
            at_work: Arc::new(Semaphore::new((cores / 2).max(1))),
            strangers: Arc::new(Semaphore::new(WAITING)),
            known: Arc::new(Semaphore::new(WAITING_KNOWN)),
        })
    }

    /// The hash of a password that a known asker chose, as a PHC string.
    pub async fn hash(&self, password: String) -> Result<String, Crowded> {
        let argon = self.argon.clone();
        let hashed = self.run(Asker::Known, move || hash_with(&argon, &password).ok()).await?;
        hashed.ok_or(Crowded)
    }

    /// [`Hashing::hash`] for a thread that may block.
    pub fn hash_blocking(&self, password: &str) -> Result<String, UnknownCost> {
        hash_with(&self.argon, password).map_err(|_| UnknownCost)
    }

    /// Whether a password belongs to a hash. Without a hash the work is the same and the answer no.
    pub async fn verify(&self, by: Asker, password: String, hash: Option<String>) -> Result<bool, Crowded> {
        metrics::counter!("muster_password_checks_total").increment(1);
        let (argon, nobody) = (self.argon.clone(), Arc::clone(&self.nobody));
        self.run(by, move || {
            let stored = hash.as_deref().unwrap_or(&nobody);
            let Ok(stored) = PasswordHash::new(stored) else { return false };
            let right = argon.verify_password(password.as_bytes(), &stored).is_ok();
            right && hash.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, by: Asker, f: impl FnOnce() -> T + Send + 'static) -> Result<T, Crowded> {
        let places = match by {
            Asker::Stranger => &self.strangers,
            Asker::Known => &self.known,
        };
        let place = Arc::clone(places).try_acquire_owned().map_err(|_| Crowded)?;
        let core = Arc::clone(&self.at_work).acquire_owned().await.map_err(|_| Crowded)?;
        // Both are held until the work is done, also when the caller has gone away.
        let work = move || {
            let done = f();
            drop((place, core));
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Crowded)
    }
}

fn hash_with(argon: &Argon2<'static>, password: &str) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = argon.hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

    fn refused(password: &str) -> bool {
        check(password, "amina.diallo@relief.example", "Amina Diallo Ndiaye").is_err()
    }

    #[test]
    fn length_counts_in_characters_and_nothing_else_is_demanded() {
        assert!(refused("fourteen chars"));
        assert!(!refused("fifteen charact"));
        assert!(!refused("ééééééééééé lampe"));
        assert!(!refused(&"lamp river ".repeat(12).chars().take(LONGEST).collect::<String>()));
        assert!(refused(&"lamp river ".repeat(12).chars().take(LONGEST + 1).collect::<String>()));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "passwordpassword",
            "Password Password 1!",
            "correct horse battery staple",
            "aaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "123456789012345",
            "987654321098765",
            "amina.diallo@relief.example",
            "Amina Diallo Ndiaye 2026",
        ] {
            assert!(refused(bad), "{bad}");
        }
        assert!(!refused("lantern gravel oboe"));
        assert!(!refused("0192837465564738291"));
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let hashing = Hashing::new(CHEAP).unwrap();
        let hash = hashing.hash("lantern gravel oboe".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_ne!(hashing.hash("lantern gravel oboe".into()).await.unwrap(), hash);
        assert!(hashing.verify(Asker::Stranger, "lantern gravel oboe".into(), Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify(Asker::Stranger, "lantern gravel obo".into(), Some(hash)).await.unwrap());
        assert!(!hashing.verify(Asker::Stranger, "nobody's password".into(), None).await.unwrap());
        assert!(
            !hashing.verify(Asker::Stranger, "lantern gravel oboe".into(), Some("not a hash".into())).await.unwrap()
        );
    }

    #[tokio::test]
    async fn a_crowd_of_strangers_is_turned_away_and_keeps_nobody_out_who_is_known() {
        let hashing = Hashing::new(CHEAP).unwrap();
        let crowd = hashing.strangers.acquire_many(WAITING as u32).await.unwrap();
        assert_eq!(hashing.verify(Asker::Stranger, "x".into(), None).await, Err(Crowded));
        assert_eq!(hashing.verify(Asker::Known, "x".into(), None).await, Ok(false));
        assert!(hashing.hash("lantern gravel oboe".into()).await.is_ok());
        drop(crowd);
        let _all = hashing.known.acquire_many(WAITING_KNOWN as u32).await.unwrap();
        assert_eq!(hashing.verify(Asker::Known, "x".into(), None).await, Err(Crowded));
        assert_eq!(hashing.verify(Asker::Stranger, "x".into(), None).await, Ok(false));
    }

    #[test]
    fn the_standard_cost_is_nineteen_mebibytes_and_two_passes() {
        let hash = Hashing::new(Cost::STANDARD).unwrap().hash_blocking("lantern gravel oboe").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
}

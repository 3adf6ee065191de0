//! Settings: `config.default.toml` lists every one with its reason.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;
use wire::case::DeliveryChannel;

use crate::bus::RedisServer;
use crate::delivery::channels::webpush::Allowed;
use crate::delivery::channels::{Callbacks, Channels, Fcm, Sms, Voice, WebPush, sms, voice};
use crate::kernel::seal::Keyring;
use crate::store::{LARGEST_BATCH, Location};

const DEFAULTS: &str = include_str!("../../config.default.toml");

/// Settings as they are in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The data directory.
    pub data: PathBuf,
    /// Database URL; empty for the embedded default.
    pub database: String,
    /// The installation's secret; empty for the default in the data directory.
    pub key_file: PathBuf,
    /// Redis URL; empty for a single node.
    pub redis: String,
    /// Certificates of the authority behind a `rediss:` URL; empty for the machine's.
    pub redis_authority: PathBuf,
    /// Origins of proxies.
    pub public_origins: Vec<String>,
    /// A remote PostgreSQL without TLS is meant.
    pub plain_database: bool,
    /// Who may do more than read the list of their zone must show a second factor.
    pub require_second_factor: bool,
    /// Most writes that one transaction takes.
    pub write_batch: usize,
    /// The HTTP gateway for text messages; empty when there is none.
    pub sms_gateway: String,
    /// The account at it.
    pub sms_user: String,
    /// The account's password.
    pub sms_password: String,
    /// The sender's number or name; empty when the gateway knows it.
    pub sms_from: String,
    /// What the gateway shows when a text message came in; empty when none is taken.
    pub sms_inbound_password: String,
    /// The HTTP gateway for telephone calls; empty when there is none.
    pub voice_gateway: String,
    /// The token that it knows this server by.
    pub voice_token: String,
    /// The number that calls come from; empty when the gateway knows it.
    pub voice_from: String,
    /// Whom a push service can write to about this server, a `mailto:` or https URL; empty when no Web Push is sent.
    pub push_contact: String,
    /// Push services on this machine are meant: for tests.
    pub push_loopback: bool,
    /// The file of Google's service account; empty when nothing is sent by FCM.
    pub fcm_account: PathBuf,
    /// Where FCM is.
    pub fcm_url: String,
    /// Where gateways reach this server; empty when they need not.
    pub gateway_callbacks: String,
    /// Log level.
    pub log: String,
    /// `text` or `json`.
    pub log_format: String,
}

/// What the command line sets.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Settings file; see config.default.toml.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// Where to listen, such as 127.0.0.1:8080.
    #[arg(long, global = true)]
    pub listen: Option<SocketAddr>,
    /// Data directory.
    #[arg(long, global = true)]
    pub data: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://...`.
    #[arg(long, global = true)]
    pub database: Option<String>,
    /// The PostgreSQL on another machine is reached over a private network.
    #[arg(long, global = true)]
    pub plain_database: bool,
}

impl Config {
    /// Defaults, then the file, then the environment, then the flags.
    pub fn load(flags: &Flags, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut table: toml::Table = DEFAULTS.parse().context("config.default.toml")?;
        if let Some(file) = &flags.config {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let own: toml::Table = text.parse().with_context(|| format!("cannot read {}", file.display()))?;
            table.extend(own);
        }
        for name in table.keys().cloned().collect::<Vec<_>>() {
            let variable = format!("MUSTER_{}", name.to_uppercase());
            if let Some(value) = environment(&variable) {
                let value = typed(table.get(&name), &value).with_context(|| format!("{variable} is not understood"))?;
                table.insert(name, value);
            }
        }
        let mut config: Self =
            table.try_into().context("the settings are not understood; config.default.toml lists them")?;
        config.listen = flags.listen.unwrap_or(config.listen);
        config.data = flags.data.clone().unwrap_or(config.data);
        config.database = flags.database.clone().unwrap_or(config.database);
        config.plain_database |= flags.plain_database;
        Ok(config)
    }

    /// Which database; refuses one whose traffic would travel in clear between machines.
    pub fn location(&self) -> anyhow::Result<Location> {
        let url = if self.database.is_empty() {
            format!("sqlite:{}", self.data.join("muster.db").display())
        } else {
            self.database.clone()
        };
        let location = Location::parse(&url)?;
        let remote = location.host().is_some_and(|host| !is_loopback(host));
        if remote && !self.plain_database {
            bail!(
                "the PostgreSQL at {} is on another machine, and the embedded client has no TLS: use a tunnel or a \
                 private network and say so with plain_database",
                location.host().unwrap_or_default()
            );
        }
        Ok(location)
    }

    /// The relay between nodes, if there is one; refuses one beside an embedded database, which has one node.
    pub fn relay(&self) -> anyhow::Result<Option<RedisServer>> {
        if self.redis.is_empty() {
            return Ok(None);
        }
        if matches!(self.location()?, Location::Sqlite(_)) {
            bail!("redis is set, but the embedded database has one node and needs none: set database to a PostgreSQL");
        }
        let authority = Some(self.redis_authority.as_path()).filter(|file| !file.as_os_str().is_empty());
        RedisServer::parse(&self.redis, authority).map(Some)
    }

    /// Most writes that one transaction takes; refuses what the queue does not work with.
    pub fn write_batch(&self) -> anyhow::Result<usize> {
        if !(1..=LARGEST_BATCH).contains(&self.write_batch) {
            bail!("write_batch is {}, and may be 1 to {LARGEST_BATCH}", self.write_batch);
        }
        Ok(self.write_batch)
    }

    /// The channels by which the server can call people.
    pub fn channels(&self, keyring: &Keyring) -> anyhow::Result<Channels> {
        let callbacks = match self.gateway_callbacks.as_str() {
            "" => None,
            base => Some(Callbacks::new(base, keyring)?),
        };
        let mut channels = Channels::default();
        if !self.sms_gateway.is_empty() {
            let (url, user) = (self.sms_gateway.as_str(), self.sms_user.as_str());
            let gateway = sms::Gateway { url, user, password: &self.sms_password, from: &self.sms_from };
            channels = channels.with(DeliveryChannel::Sms, Sms::new(gateway, callbacks.clone())?);
        }
        if !self.voice_gateway.is_empty() {
            let Some(callbacks) = callbacks else {
                bail!("voice_gateway is set and gateway_callbacks is not: nobody could take an alarm by telephone");
            };
            let (url, token, from) = (&*self.voice_gateway, &*self.voice_token, &*self.voice_from);
            channels =
                channels.with(DeliveryChannel::Voice, Voice::new(voice::Gateway { url, token, from }, callbacks)?);
        }
        if !self.push_contact.is_empty() {
            let allowed = if self.push_loopback { Allowed::Loopback } else { Allowed::Public };
            let secret = keyring.derive("vapid", b"");
            let sender = WebPush::new(secret.bytes(), &self.push_contact, allowed).context("push_contact")?;
            channels = channels.with(DeliveryChannel::Webpush, sender);
        }
        if !self.fcm_account.as_os_str().is_empty() {
            let shown = self.fcm_account.display();
            let account = std::fs::read_to_string(&self.fcm_account).with_context(|| format!("cannot read {shown}"))?;
            channels = channels.with(DeliveryChannel::Fcm, Fcm::new(&account, &self.fcm_url).context("fcm_account")?);
        }
        Ok(channels)
    }

    /// The file of the installation's secret.
    pub fn key_path(&self) -> PathBuf {
        if self.key_file.as_os_str().is_empty() { self.data.join("installation.key") } else { self.key_file.clone() }
    }

    /// Settings that work but should not be meant.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.listen.ip().is_loopback() && self.public_origins.is_empty() {
            warnings.push(format!(
                "listening on {} without public_origins: phones and browsers on other machines need https through a proxy, \
                 and its origin must be named",
                self.listen
            ));
        }
        if !self.require_second_factor {
            warnings
                .push("require_second_factor is off: a password alone lets operators and administrators in".to_owned());
        }
        if self.plain_database {
            warnings.push("the database's traffic is not encrypted".to_owned());
        }
        for (gateway, what) in [(&self.sms_gateway, "text messages"), (&self.voice_gateway, "telephone calls")] {
            let host = gateway.strip_prefix("http://").and_then(|rest| rest.split(['/', '?']).next());
            if host.is_some_and(|host| !is_loopback(without_port(host))) {
                warnings.push(format!(
                    "the gateway for {what} is reached without TLS: its password and the numbers travel in clear"
                ));
            }
        }
        let relay =
            self.redis.strip_prefix("redis://").map(|rest| rest.rsplit_once('@').map_or(rest, |(_, host)| host));
        if relay.is_some_and(|host| !is_loopback(host.split(['/', '?']).next().map_or("", without_port))) {
            warnings.push(
                "Redis is reached without TLS: what is relayed is sealed, but its password travels in clear".to_owned(),
            );
        }
        warnings
    }
}

fn without_port(host: &str) -> &str {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name)
}

fn is_loopback(host: &str) -> bool {
    host.is_empty()
        || host == "localhost"
        || host.starts_with('/')
        || host.starts_with('%')
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn typed(like: Option<&toml::Value>, text: &str) -> anyhow::Result<toml::Value> {
    Ok(match like {
        Some(toml::Value::Boolean(_)) => toml::Value::Boolean(text.parse()?),
        Some(toml::Value::Integer(_)) => toml::Value::Integer(text.parse()?),
        Some(toml::Value::Array(_)) => toml::Value::Array(
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(toml::Value::from).collect(),
        ),
        _ => toml::Value::String(text.to_owned()),
    })
}

/// Makes a directory that only its owner can enter.
pub fn private_dir(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::SealKey;

    fn load(environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::load(&Flags::default(), |name| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_default_file_is_complete_and_the_environment_goes_before_it() {
        let config = load(&[]).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.location().unwrap(), Location::Sqlite("muster-data/muster.db".into()));
        let config =
            load(&[("MUSTER_PUBLIC_ORIGINS", "https://a.example, https://b.example"), ("MUSTER_LISTEN", "[::1]:9")])
                .unwrap();
        assert_eq!(config.public_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(config.listen.port(), 9);
    }

    #[test]
    fn a_transaction_takes_between_one_write_and_the_most_that_the_queue_gives() {
        assert_eq!(load(&[]).unwrap().write_batch().unwrap(), LARGEST_BATCH);
        assert_eq!(load(&[("MUSTER_WRITE_BATCH", "1")]).unwrap().write_batch().unwrap(), 1);
        assert!(load(&[("MUSTER_WRITE_BATCH", "0")]).unwrap().write_batch().is_err());
        assert!(load(&[("MUSTER_WRITE_BATCH", "257")]).unwrap().write_batch().is_err());
        assert!(load(&[("MUSTER_WRITE_BATCH", "many")]).is_err());
        assert!(load(&[("MUSTER_WRITE_BATCH", "-1")]).is_err());
    }

    #[test]
    fn a_remote_database_in_clear_must_be_meant() {
        let remote = ("MUSTER_DATABASE", "postgres://u:p@db.example/m");
        assert!(load(&[remote]).unwrap().location().is_err());
        assert!(load(&[remote, ("MUSTER_PLAIN_DATABASE", "true")]).unwrap().location().is_ok());
        assert!(load(&[("MUSTER_DATABASE", "postgres://127.0.0.1/m")]).unwrap().location().is_ok());
    }

    #[test]
    fn a_relay_needs_many_nodes_and_says_when_its_password_travels_in_clear() {
        let postgres = ("MUSTER_DATABASE", "postgres://127.0.0.1/m");
        assert!(load(&[]).unwrap().relay().unwrap().is_none());
        assert!(load(&[("MUSTER_REDIS", "redis://127.0.0.1/")]).unwrap().relay().is_err());
        assert!(load(&[("MUSTER_REDIS", "no url"), postgres]).unwrap().relay().is_err());
        let warned = |url| {
            let config = load(&[("MUSTER_REDIS", url), postgres]).unwrap();
            assert!(config.relay().unwrap().is_some(), "{url}");
            config.warnings().iter().any(|warning| warning.contains("Redis"))
        };
        for url in
            ["redis://127.0.0.1/", "redis://u:p@localhost:7000", "redis://[::1]:7/0", "rediss://u:p@redis.example/"]
        {
            assert!(!warned(url), "{url}");
        }
        assert!(warned("redis://u:p@redis.example:6379/"));
        assert!(warned("redis://redis.example"));
    }

    #[test]
    fn a_gateway_for_text_messages_is_none_by_default_and_says_when_its_password_travels_in_clear() {
        let keyring = Keyring::new(SealKey::random());
        let names = |config: &Config| config.channels(&keyring).map(|channels| channels.names());
        assert!(names(&load(&[]).unwrap()).unwrap().is_empty());
        assert!(names(&load(&[("MUSTER_SMS_GATEWAY", "no url")]).unwrap()).is_err());
        let warned = |url| {
            let config = load(&[("MUSTER_SMS_GATEWAY", url), ("MUSTER_SMS_USER", "muster")]).unwrap();
            assert_eq!(names(&config).unwrap(), [DeliveryChannel::Sms], "{url}");
            config.warnings().iter().any(|warning| warning.contains("text messages"))
        };
        assert!(!warned("http://127.0.0.1:13013/cgi-bin/sendsms") && !warned("https://sms.example/send"));
        assert!(warned("http://sms.example:13013/cgi-bin/sendsms"));

        // Nobody could answer a call whose gateway does not know where to say so.
        let voice = ("MUSTER_VOICE_GATEWAY", "http://127.0.0.1:8090/calls");
        assert!(names(&load(&[voice]).unwrap()).is_err());
        let told = load(&[voice, ("MUSTER_GATEWAY_CALLBACKS", "http://127.0.0.1:8080")]).unwrap();
        assert_eq!(names(&told).unwrap(), [DeliveryChannel::Voice]);
        let afar = load(&[("MUSTER_VOICE_GATEWAY", "http://voice.example/calls")]).unwrap();
        assert!(afar.warnings().iter().any(|warning| warning.contains("telephone calls")));
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("own.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"").unwrap();
        let flags = Flags { config: Some(file), ..Flags::default() };
        assert!(Config::load(&flags, |_| None).is_err());
    }
}

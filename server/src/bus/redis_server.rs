//! Where the Redis is that relays between nodes.

use std::path::Path;

use anyhow::Context;
use redis::{Client, IntoConnectionInfo, ProtocolVersion, TlsCertificates};

/// Where the relay is.
#[derive(Debug, Clone)]
pub struct RedisServer {
    pub(super) client: Client,
}

impl RedisServer {
    /// Of a URL, `redis://user:password@host:port/` or `rediss://...` with TLS, and, for TLS, of a file with the
    /// certificates of its authority in PEM; without it those of the machine count. Nothing is connected.
    pub fn parse(url: &str, authority: Option<&Path>) -> anyhow::Result<Self> {
        // The URL holds a password: it is not part of any message.
        let wrong = "the Redis URL is not understood; it has the form redis://user:password@host:port/";
        let info = url.into_connection_info().map_err(|_| anyhow::anyhow!(wrong))?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let info = info.set_redis_settings(settings);
        let authority = authority.map(|file| {
            std::fs::read(file).with_context(|| format!("cannot read the authority's certificates {}", file.display()))
        });
        let client = match authority.transpose()? {
            _ if !url.starts_with("rediss:") => Client::open(info),
            root_cert => {
                // Another part of the process may have chosen one; then that one is in use.
                let _chosen_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
                Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })
            }
        };
        // What the library says of certificates names no secret; of the URL only its form was checked above.
        Ok(Self { client: client.map_err(|error| anyhow::anyhow!("Redis cannot be used: {error}"))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_is_not_understood_is_refused_without_its_password() {
        for url in ["http://secret@host", "redis:/:secret@", "redis://:secret@host:port"] {
            let error = format!("{:#}", RedisServer::parse(url, None).unwrap_err());
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(RedisServer::parse("redis://:secret@127.0.0.1:1/", None).is_ok());
        assert!(RedisServer::parse("rediss://:secret@127.0.0.1:1/", Some(Path::new("/nowhere/ca.pem"))).is_err());
    }
}

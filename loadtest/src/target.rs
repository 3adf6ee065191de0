//! Which server is loaded, and whether that is allowed.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use anyhow::{Context, Result, bail};
use reqwest::Url;

/// A Muster server by its base address.
#[derive(Debug, Clone)]
pub struct Target {
    /// `http://127.0.0.1:8080`: what a browser would send as `Origin`.
    pub origin: String,
    /// `127.0.0.1:8080`: what goes into `Host`.
    pub authority: String,
    /// Where to connect.
    pub address: SocketAddr,
}

impl Target {
    /// Reads a base address. Refuses anything but plain http, and any host that is not this machine
    /// unless `owned` says that the caller answers for it: a load test of somebody else's server is an attack.
    pub fn parse(text: &str, owned: bool) -> Result<Self> {
        let url =
            Url::parse(text).with_context(|| format!("{text} is not an address such as http://127.0.0.1:8080"))?;
        if url.scheme() != "http" {
            bail!(
                "{text}: loadtest speaks plain http only; aim it at the server itself, not at the proxy in front of it"
            );
        }
        if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            bail!("{text}: give only scheme, host and port");
        }
        let host = url.host_str().with_context(|| format!("{text} names no host"))?;
        if !owned && !is_this_machine(host) {
            bail!("{host} is not this machine; pass --i-own-this-server if you answer for that server");
        }
        let port = url.port_or_known_default().with_context(|| format!("{text} names no port"))?;
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let bare = host.trim_matches(['[', ']']);
        let address = if is_this_machine(host) && bare.parse::<IpAddr>().is_err() {
            SocketAddr::from(([127, 0, 0, 1], port))
        } else {
            (bare, port).to_socket_addrs()?.next().with_context(|| format!("{host} has no address"))?
        };
        Ok(Self { origin: format!("http://{authority}"), authority, address })
    }

    /// The whole address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    bare == "localhost" || bare.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_loaded_without_a_question() {
        for text in [
            "http://127.0.0.1:8080",
            "http://127.8.8.8:1",
            "http://[::1]:8080",
            "http://localhost:8080",
            "http://phone1.localhost:8080",
        ] {
            Target::parse(text, false).unwrap();
        }
        let target = Target::parse("http://localhost:8080/", false).unwrap();
        assert_eq!((target.origin.as_str(), target.authority.as_str()), ("http://localhost:8080", "localhost:8080"));
        assert_eq!(target.url("/v1/session"), "http://localhost:8080/v1/session");
    }

    #[test]
    fn another_machine_needs_its_owners_word() {
        for text in ["http://192.0.2.1:8080", "http://localhost.example:8080", "http://127.0.0.1.example:8080"] {
            let refusal = Target::parse(text, false).unwrap_err().to_string();
            assert!(refusal.contains("--i-own-this-server"), "{refusal}");
        }
        assert_eq!(Target::parse("http://192.0.2.1", true).unwrap().address, SocketAddr::from(([192, 0, 2, 1], 80)));
    }

    #[test]
    fn what_is_not_a_base_address_is_refused() {
        for text in ["https://127.0.0.1", "127.0.0.1:8080", "http://127.0.0.1:8080/v1", "http://me@127.0.0.1", ""] {
            assert!(Target::parse(text, true).is_err(), "{text}");
        }
    }
}

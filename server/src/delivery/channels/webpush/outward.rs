//! Requests to addresses that somebody else wrote. They leave for the public Internet only: what is checked is what is
//! dialled, nothing is redirected, and no proxy stands between (RELIABILITY S33).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};

/// Blocks of IPv4 that are not public. Source: IANA IPv4 Special-Purpose Address Registry, and RFC 5771 for multicast.
const NOT_PUBLIC_4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All of IPv6 that is handed out. Loopback, unspecified, link-local, unique-local, multicast and IPv4-mapped addresses
/// lie outside of it. Source: RFC 4291, section 2.4.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks of it that are not public all the same: special protocols, documentation, 6to4 (which holds an IPv4 address).
/// Source: IANA IPv6 Special-Purpose Address Registry.
const NOT_PUBLIC_6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// How a network without IPv4 writes the IPv4 addresses of others, in the last 32 bits. Source: RFC 6052, section 2.1.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Where a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// The public Internet.
    Public,
    /// This machine as well, also without TLS: for tests.
    Loopback,
}

impl Allowed {
    /// Whether a host of this address may be dialled.
    pub fn admits(self, address: IpAddr) -> bool {
        is_public(address) || (self == Self::Loopback && address.is_loopback())
    }
}

/// The address is not one of the public Internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host is not one of the public Internet")]
pub struct NotPublic;

/// Whether an address belongs to the public Internet, so that nothing of this server's own network answers at it.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => !NOT_PUBLIC_4.iter().any(|block| within_4(four, *block)),
        IpAddr::V6(six) if within_6(six, NAT64) => {
            let [.., a, b, c, d] = six.octets();
            is_public(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
        }
        IpAddr::V6(six) => within_6(six, GLOBAL_UNICAST) && !NOT_PUBLIC_6.iter().any(|block| within_6(six, *block)),
    }
}

/// Whether a URL names this machine: by a loopback address, or as `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    url.host_str() == Some("localhost") || literal(url).is_some_and(|address| address.is_loopback())
}

fn within_4(address: Ipv4Addr, (block, bits): (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits
}

fn within_6(address: Ipv6Addr, (block, bits): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits
}

/// The address that a URL names instead of a host.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

/// A client for addresses that somebody else wrote.
#[derive(Debug, Clone)]
pub struct Outward {
    client: Client,
    allowed: Allowed,
}

impl Outward {
    /// A client that waits so long for a whole answer. Fails where this machine has no certificates to trust.
    pub fn new(allowed: Allowed, patience: Duration) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(patience)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .dns_resolver(Resolver(allowed))
            .build()
            .context("the client for addresses outside")?;
        Ok(Self { client, allowed })
    }

    /// Where its requests may go.
    pub fn allowed(&self) -> Allowed {
        self.allowed
    }

    /// Whether a request may leave for a URL, as far as the URL tells. What a name stands for is checked when it is
    /// looked up, at every connection; an address that is written out is never looked up, and is checked here.
    pub fn check(allowed: Allowed, url: &Url) -> Result<(), NotPublic> {
        if literal(url).is_none_or(|address| allowed.admits(address)) { Ok(()) } else { Err(NotPublic) }
    }

    /// A request to post something there.
    pub fn post(&self, url: &Url) -> Result<RequestBuilder, NotPublic> {
        Self::check(self.allowed, url)?;
        Ok(self.client.post(url.clone()))
    }
}

/// Looks names up and keeps those addresses that may be dialled.
struct Resolver(Allowed);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|one| allowed.admits(one.ip())).collect();
            if admitted.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 \
                      169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 \
                      192.169.0.0 198.17.255.255 198.20.0.0 198.51.101.0 203.0.114.0 223.255.255.255 \
                      2001:200:: 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2a00:1450:4001:81b::200a 3ffe::1 \
                      64:ff9b::8.8.8.8";
        for one in public.split_whitespace() {
            assert!(is_public(one.parse().unwrap()), "{one}");
        }
        let not_public = "0.0.0.0 0.1.2.3 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 \
                          169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 \
                          192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.255 \
                          224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255 \
                          :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:8.8.8.8 ::ffff:127.0.0.1 ::ffff:0:8.8.8.8 \
                          64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8 100::1 \
                          1fff::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 \
                          2002:808:808::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 \
                          fe80::1 febf::1 fec0::1 ff02::1 ff0e::1";
        for one in not_public.split_whitespace() {
            assert!(!is_public(one.parse().unwrap()), "{one}");
        }
    }

    #[test]
    fn loopback_alone_is_added_for_tests() {
        let admits = |one: &str| Allowed::Loopback.admits(one.parse().unwrap());
        assert!(admits("127.0.0.1") && admits("127.9.9.9") && admits("::1") && admits("8.8.8.8"));
        assert!(!admits("10.0.0.1") && !admits("169.254.169.254") && !admits("0.0.0.0") && !admits("::ffff:127.0.0.1"));
    }

    #[test]
    fn an_address_in_a_url_is_seen_however_it_is_written() {
        let check = |url: &str| Outward::check(Allowed::Public, &Url::parse(url).unwrap());
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://017700000001/",
            "https://127.0.0.1./",
            "https://%31%32%37.0.0.1/",
            "https://１２７.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[0:0:0:0:0:0:0:1]:8443/",
            "https://169.254.169.254/latest/meta-data/",
        ] {
            assert_eq!(check(url), Err(NotPublic), "{url}");
        }
        assert!(check("https://8.8.8.8/").is_ok() && check("https://[2606:4700::1111]/").is_ok());
        assert!(check("https://push.example/").is_ok());
    }

    #[test]
    fn loopback_is_told_by_the_url() {
        let of = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(of("http://127.0.0.1:80/") && of("http://[::1]/") && of("http://LOCALHOST:1/"));
        assert!(!of("http://10.0.0.1/") && !of("http://localhost.example/") && !of("http://127.0.0.1.example/"));
    }

    #[tokio::test]
    async fn a_name_that_stands_for_this_machine_is_not_dialled() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let outward = Outward::new(Allowed::Public, Duration::from_secs(5)).unwrap();
        for scheme in ["http", "https"] {
            let url = Url::parse(&format!("{scheme}://localhost:{port}/")).unwrap();
            assert!(outward.post(&url).unwrap().send().await.unwrap_err().is_connect());
        }
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        assert_eq!(outward.post(&Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap()).err(), Some(NotPublic));
    }

    #[tokio::test]
    async fn a_name_that_stands_for_this_machine_is_dialled_in_tests() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://localhost:{}/", listener.local_addr().unwrap().port())).unwrap();
        let outward = Outward::new(Allowed::Loopback, Duration::from_secs(5)).unwrap();
        let request = tokio::spawn(outward.post(&url).unwrap().send());
        drop(listener.accept().await.unwrap());
        assert!(request.await.unwrap().is_err());
    }
}

//! The door: tries to sign in, from browsers of several addresses of this machine.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, StatusCode};
use wire::CSRF_HEADER;
use wire::access::SignIn;

use crate::target::Target;

/// A browser that keeps one connection open.
pub struct Door {
    target: Target,
    client: Client,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The password, and the code, were right.
    In,
    /// They were looked at, and wrong.
    Evaluated,
    /// It was too early: nothing was looked at.
    Delayed,
}

/// One try.
pub struct Tried {
    /// What came of it.
    pub came: Came,
    /// From sending to the whole answer.
    pub took: Duration,
    /// What the browser keeps from now on, when it got in.
    pub browser: Option<String>,
}

/// The `index`th address of this machine: 127.1.0.1 and on. A server elsewhere is reached from one.
pub fn address(index: u32) -> IpAddr {
    let [_, b, c, d] = (index + 1).to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 1 + b, c, d))
}

impl Door {
    /// From an address of this machine.
    pub fn from(target: &Target, address: Option<IpAddr>) -> Result<Self> {
        let client = Client::builder()
            .timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true)
            .local_address(address)
            .no_proxy()
            .tls_certs_only([])
            .build()
            .context("no HTTP client could be made")?;
        Ok(Self { target: target.clone(), client })
    }

    /// Tries to sign in. `kept` is the cookie of a browser that is known.
    pub async fn attempt(&self, email: &str, password: &str, kept: Option<&str>) -> Result<Tried> {
        let body = SignIn { email: email.to_owned(), password: password.to_owned(), code: None };
        let mut request = self.client.post(self.target.url("/v1/session")).json(&body);
        request = request.header(ORIGIN, &self.target.origin).header(CSRF_HEADER, "1");
        if let Some(kept) = kept {
            request = request.header(COOKIE, kept);
        }
        let began = Instant::now();
        let answer = request.send().await.context("POST /v1/session")?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        answer.bytes().await.context("the answer was cut off")?;
        let took = began.elapsed();
        let came = match status {
            StatusCode::OK => Came::In,
            StatusCode::UNAUTHORIZED => Came::Evaluated,
            StatusCode::TOO_MANY_REQUESTS => Came::Delayed,
            other => bail!("POST /v1/session answered {other}"),
        };
        let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
        let browser = pairs.find(|pair| pair.starts_with("__Host-muster-browser=")).map(str::to_owned);
        Ok(Tried { came, took, browser })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_another_one_of_this_machine() {
        let all: std::collections::HashSet<IpAddr> = (0..2_000).map(address).collect();
        assert_eq!(all.len(), 2_000);
        assert!(all.iter().all(IpAddr::is_loopback));
    }
}

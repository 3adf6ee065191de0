//! Which pages may change something: only those that this server itself served.

/// Origins that are ours beyond the one that the request names, such as a proxy's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    public: Vec<String>,
}

/// Headers that say where a request came from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
}

impl Origins {
    /// Besides the server's own, pages of these origins (`https://muster.example`) are ours.
    pub fn new(public: impl IntoIterator<Item = String>) -> Self {
        Self { public: public.into_iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect() }
    }

    /// The origin of the page that sent a request, when it is one of ours: its host is the one that
    /// the request was sent to, over https or, on this machine only, over http; or it is configured.
    /// A request without `Origin` is not from a page of ours: browsers send it with every write.
    pub fn permitted(&self, from: Source<'_>) -> Option<String> {
        if from.fetch_site.is_some_and(|site| site != "same-origin" && site != "none") {
            return None;
        }
        let origin = from.origin?.trim().to_ascii_lowercase();
        let own = from.host.is_some_and(|host| is_own(&origin, &host.trim().to_ascii_lowercase()));
        (own || self.public.contains(&origin)).then_some(origin)
    }
}

fn is_own(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    match scheme {
        "https" => without_port(authority, ":443") == without_port(host, ":443"),
        "http" => without_port(authority, ":80") == without_port(host, ":80") && is_this_machine(authority),
        _ => false,
    }
}

fn without_port<'a>(authority: &'a str, port: &str) -> &'a str {
    authority.strip_suffix(port).unwrap_or(authority)
}

/// Whether a host name stands for this machine by definition, so that no page of another machine
/// can be served under it: loopback addresses, `localhost` and what ends in `.localhost`.
fn is_this_machine(authority: &str) -> bool {
    if let Some(v6) = authority.strip_prefix('[') {
        return v6.split(']').next() == Some("::1");
    }
    let host = authority.split(':').next().unwrap_or_default();
    let v4 = host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    v4 || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(origin: &str, host: &str) -> bool {
        let from = Source { origin: Some(origin), host: Some(host), fetch_site: None };
        Origins::default().permitted(from).is_some()
    }

    #[test]
    fn a_page_of_the_host_that_is_asked_is_ours() {
        assert!(permitted("https://muster.example", "muster.example"));
        assert!(permitted("https://muster.example:8443", "Muster.example:8443"));
        assert!(permitted("https://muster.example", "muster.example:443"));
        assert!(!permitted("https://evil.example", "muster.example"));
        assert!(!permitted("https://muster.example.evil.example", "muster.example"));
        assert!(!permitted("https://muster.example:8443", "muster.example"));
        assert!(!permitted("null", "muster.example"));
        assert!(!permitted("", ""));
    }

    #[test]
    fn plain_http_is_ours_on_this_machine_only() {
        for host in ["127.0.0.1:8080", "localhost:8080", "phone1.localhost:8080", "[::1]:8080", "localhost"] {
            assert!(permitted(&format!("http://{host}"), host), "{host}");
        }
        // A name that an attacker's name server points at this machine.
        assert!(!permitted("http://evil.example:8080", "evil.example:8080"));
        assert!(!permitted("http://10.0.0.5:8080", "10.0.0.5:8080"));
        assert!(!permitted("http://notlocalhost:8080", "notlocalhost:8080"));
        assert!(!permitted("http://127.0.0.1.evil.example", "127.0.0.1.evil.example"));
        assert!(!permitted("http://[::1]:8080", "localhost:8080"));
    }

    #[test]
    fn a_configured_origin_is_ours_whatever_the_host() {
        let origins = Origins::new(["https://Muster.example/".to_owned()]);
        let from = |origin| Source { origin: Some(origin), host: Some("node-3:8080"), fetch_site: None };
        assert_eq!(origins.permitted(from("https://muster.example")).as_deref(), Some("https://muster.example"));
        assert_eq!(origins.permitted(from("http://muster.example")), None);
    }

    #[test]
    fn a_write_from_elsewhere_or_from_nowhere_is_not_ours() {
        let own = Source { origin: Some("https://a.example"), host: Some("a.example"), fetch_site: None };
        let origins = Origins::default();
        for (site, ours) in [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)] {
            assert_eq!(origins.permitted(Source { fetch_site: Some(site), ..own }).is_some(), ours, "{site}");
        }
        assert_eq!(origins.permitted(Source { origin: None, ..own }), None);
        assert_eq!(origins.permitted(Source { host: None, ..own }), None);
    }
}

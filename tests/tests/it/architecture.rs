//! Imports point one way. The rules are data; the `use` lines and paths of the
//! server are read and held to them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What some files may not import, and why.
struct Rule {
    /// The files, by the beginning of their path in `server/src`.
    of: fn(&str) -> bool,
    /// The imports that break the rule.
    breaks: fn(&str, &Import) -> bool,
    /// Why.
    reason: &'static str,
}

/// One path that a file imports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    /// `kernel`, `store`, ... for a path in the crate; otherwise the other crate's name.
    head: String,
    /// The path after it.
    rest: String,
    /// Whether it is of this crate.
    own: bool,
}

/// The slices: one folder a noun.
const SLICES: [&str; 12] = [
    "people",
    "places",
    "access",
    "audit",
    "devices",
    "escalation",
    "distress",
    "watch",
    "board",
    "imports",
    "scim",
    "delivery",
];

/// Where actix may be named: the HTTP edge, each slice's routes, the sockets and the composition root.
const EDGE: [&str; 16] = [
    "http/",
    "people/http",
    "places/http",
    "access/http",
    "audit/http",
    "devices/http",
    "escalation/http",
    "distress/http",
    "watch/http",
    "board/http",
    "imports/http",
    "scim/http",
    "delivery/http",
    "live/http",
    "live/socket.rs",
    "app.rs",
];

const RULES: [Rule; 10] = [
    Rule {
        of: |file| file.starts_with("kernel/"),
        breaks: |_, import| import.own && import.head != "kernel",
        reason: "the kernel stands below everything",
    },
    Rule {
        of: |file| file.starts_with("store/"),
        breaks: |_, import| import.own && !["kernel", "store", "bus", "on"].contains(&import.head.as_str()),
        reason: "the store knows no slice; it announces on the bus",
    },
    Rule {
        of: |file| file.starts_with("bus/"),
        breaks: |_, import| import.own && !["kernel", "bus"].contains(&import.head.as_str()),
        reason: "the bus carries what it is given",
    },
    Rule {
        of: |file| slice(file).is_some(),
        breaks: |file, import| {
            let other = SLICES.contains(&import.head.as_str()) && Some(import.head.as_str()) != slice(file);
            import.own && other && (import.rest == "store" || import.rest.starts_with("store::"))
        },
        reason: "a slice asks another's service, never its rows",
    },
    Rule {
        of: |file| slice(file).is_some() && !is_edge(file) && !is_test(file),
        breaks: |_, import| import.own && ["http", "live", "app", "demo", "admin"].contains(&import.head.as_str()),
        reason: "rules and services know neither HTTP nor sockets",
    },
    Rule {
        of: |file| {
            !file.starts_with("live/")
                && file != "app.rs"
                && !file.starts_with("http/health")
                && !file.starts_with("http/documents")
        },
        breaks: |_, import| import.own && import.head == "live",
        reason: "nothing stands on the live sockets but the composition root and what reports on them",
    },
    Rule {
        of: |file| {
            !file.starts_with("delivery/")
                && !file.starts_with("app")
                && file != "config.rs"
                && !file.starts_with("http/documents")
        },
        breaks: |_, import| import.own && import.head == "delivery",
        reason: "delivery stands on the slices; none of them stands on it",
    },
    Rule {
        of: |file| !(file.starts_with("store/") || is_store_of_slice(file) || is_test(file)),
        breaks: |_, import| {
            !import.own && ["diesel", "diesel_migrations", "pq_sys", "libsqlite3_sys"].contains(&import.head.as_str())
        },
        reason: "only the store and each slice's store.rs name a database",
    },
    Rule {
        of: |file| !is_edge(file) && file != "main.rs" && !is_test(file),
        breaks: |_, import| !import.own && import.head.starts_with("actix"),
        reason: "only the HTTP edge, the slices' routes, the sockets and the composition root name actix",
    },
    Rule {
        of: |file| {
            !["app.rs", "main.rs", "admin.rs"].contains(&file)
                && !file.starts_with("app/")
                && !file.starts_with("demo/")
                && !file.starts_with("admin/")
        },
        breaks: |_, import| import.own && ["app", "demo", "admin"].contains(&import.head.as_str()),
        reason: "the composition root is built on everything; nothing is built on it",
    },
];

fn slice(file: &str) -> Option<&'static str> {
    SLICES.into_iter().find(|slice| file.starts_with(&format!("{slice}/")))
}

fn is_edge(file: &str) -> bool {
    EDGE.iter().any(|edge| file.starts_with(edge))
}

fn is_store_of_slice(file: &str) -> bool {
    slice(file).is_some_and(|slice| file == format!("{slice}/store.rs") || file.starts_with(&format!("{slice}/store/")))
}

fn is_test(file: &str) -> bool {
    file.contains("tests") || file.ends_with("fixture.rs")
}

/// The text without comments, strings and the `mod tests { ... }` at its end.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::new();
    for line in own.lines() {
        let line = line.split("//").next().unwrap_or_default();
        for (at, piece) in line.split('"').enumerate() {
            code.push_str(if at % 2 == 0 { piece } else { "\"\"" });
        }
        code.push('\n');
    }
    code
}

/// Every path that a file names: in `use` trees, and written out in its code.
fn imports(file: &str, text: &str) -> BTreeSet<Import> {
    let code = code(text);
    let mut found = BTreeSet::new();
    let module: Vec<&str> = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let words = statement.trim_start();
        let at = words.rfind("\nuse ").map(|at| at + 1).or_else(|| words.starts_with("use ").then_some(0));
        let at =
            at.or_else(|| words.rfind("pub use ").map(|at| at + 4)).or_else(|| words.rfind(") use ").map(|at| at + 2));
        if let Some(at) = at {
            expand("", words[at..].trim_start_matches("use ").trim(), &mut paths);
        }
    }
    // Paths within the code: `crate::x::y`, `super::x`, `diesel::x`, `actix_web::x`.
    for piece in code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        if piece.contains("::") {
            paths.push(piece.trim_matches(':').to_owned());
        }
    }
    for path in paths {
        if let Some(import) = resolve(&module, &path) {
            found.insert(import);
        }
    }
    found
}

/// The leaves of a `use` tree.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let leaf = tree.split(" as ").next().unwrap_or_default().trim();
        if !leaf.is_empty() {
            paths.push(format!("{prefix}{leaf}"));
        }
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut from) = (0_i32, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &group[from..at], paths);
                from = at + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, &group[from..], paths);
}

/// A path as the crate's root sees it.
fn resolve(module: &[&str], path: &str) -> Option<Import> {
    let mut parts: Vec<&str> = path.split("::").map(str::trim).collect();
    let mut base: Vec<&str> = match parts.first().copied()? {
        "crate" | "$crate" => {
            parts.remove(0);
            Vec::new()
        }
        "self" => {
            parts.remove(0);
            module.to_vec()
        }
        "super" => {
            let mut base = module.to_vec();
            while parts.first() == Some(&"super") {
                parts.remove(0);
                base.pop();
            }
            base
        }
        head if head.chars().next().is_some_and(char::is_lowercase) => {
            return Some(Import { head: head.to_owned(), rest: parts[1..].join("::"), own: false });
        }
        _ => return None,
    };
    base.extend(parts);
    let (head, rest) = base.split_first()?;
    Some(Import { head: (*head).to_owned(), rest: rest.join("::"), own: true })
}

fn sources(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the sources are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(root, &path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("a source can be read")));
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

#[test]
fn imports_point_one_way() {
    let root = workspace().join("server/src");
    let mut files = Vec::new();
    sources(&root, &root, &mut files);
    assert!(files.len() > 60, "{} files were found", files.len());
    let mut broken = Vec::new();
    for (file, text) in &files {
        let imports = imports(file, text);
        for rule in RULES.iter().filter(|rule| (rule.of)(file)) {
            for import in imports.iter().filter(|import| (rule.breaks)(file, import)) {
                let root = if import.own { "crate::" } else { "" };
                broken
                    .push(format!("server/src/{file} imports {root}{}::{}: {}", import.head, import.rest, rule.reason));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_travels_knows_no_server() {
    let manifest = std::fs::read_to_string(workspace().join("mobile-api-spec/Cargo.toml")).expect("the manifest");
    for foreign in ["muster", "actix", "diesel", "tokio"] {
        assert!(!manifest.contains(foreign), "the crate `wire` depends on {foreign}");
    }
}

#[test]
fn the_rules_find_what_they_forbid() {
    let cases = [
        ("kernel/ids.rs", "use crate::store::Store;"),
        ("store/log.rs", "use crate::distress::Case;"),
        ("bus/mod.rs", "use crate::live::Hub;"),
        ("distress/service.rs", "use crate::people::{self, store::{Row, insert}};"),
        ("distress/service.rs", "use crate::{kernel::ids, people::store};"),
        ("distress/service.rs", "fn f() { crate::people::store::insert() }"),
        ("distress/mod.rs", "use super::access::store;"),
        ("access/service.rs", "use crate::http::Fail;"),
        ("distress/raise.rs", "use diesel::prelude::*;"),
        ("distress/raise.rs", "fn f(c: &diesel::PgConnection) {}"),
        ("people/service.rs", "\nuse actix_web::web;"),
        ("live/hub.rs", "use std::time::Duration;\n\npub use actix_ws::Session;"),
        ("distress/service.rs", "use crate::live::Hub;"),
        ("store/mod.rs", "pub(super) use crate::app::App;"),
    ];
    for (file, text) in cases {
        let imports = imports(file, text);
        let found =
            RULES.iter().any(|rule| (rule.of)(file) && imports.iter().any(|import| (rule.breaks)(file, import)));
        assert!(found, "{file}: {text}: {imports:?}");
    }
    let fine = [
        ("distress/service.rs", "use super::store;\nuse crate::people::service::brief;\n// use crate::people::store;"),
        ("distress/store.rs", "use diesel::prelude::*;"),
        ("live/socket.rs", "use actix_ws::Session;"),
        ("live/replay.rs", "fn f() -> &'static str { \"crate::app::App\" }"),
    ];
    for (file, text) in fine {
        let imports = imports(file, text);
        let found =
            RULES.iter().any(|rule| (rule.of)(file) && imports.iter().any(|import| (rule.breaks)(file, import)));
        assert!(!found, "{file}: {text}: {imports:?}");
    }
}

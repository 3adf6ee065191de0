"""What is named in deploy/ exists, and what exists is described. Run by tests/setup/deploy.sh:

    deploy_names.py metrics|alerts|files|queries
"""

import json
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
MANUAL = (ROOT / "docs/operations.md").read_text()

METRIC = re.compile(r"\bmuster_[a-z_]+\b")


def in_source():
    """Kind of each metric in the server's source."""
    kinds = {}
    for file in (ROOT / "server/src").rglob("*.rs"):
        for kind, name in re.findall(r'(?<!describe_)\b(counter|gauge|histogram)!\(\s*"(muster_\w+)"', file.read_text()):
            if kinds.setdefault(name, kind) != kind:
                yield f"{name} is a {kind} in {file} and a {kinds[name]} elsewhere"
    return kinds


def rules():
    """Every alert of the rules."""
    groups = yaml.safe_load((DEPLOY / "prometheus/muster.rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries():
    """Every query of the dashboard, with the title of its panel."""
    dashboard = json.loads((DEPLOY / "grafana/muster.json").read_text())
    return [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", [])]


def metrics():
    """Every metric that is asked for is one of the server's, asked for as its kind is; each is in the manual."""
    kinds = yield from in_source()
    asked = [(rule["alert"], rule["expr"]) for rule in rules()] + queries()
    for where, query in asked:
        for name in sorted(set(METRIC.findall(query))):
            plain = re.sub(r"_(bucket|sum|count)$", "", name)
            if kinds.get(plain) == "histogram":
                if plain == name:
                    yield f"{where}: {name} is a histogram: ask for its _bucket, _sum or _count"
            elif name not in kinds:
                yield f"{where}: the server has no metric {name}"
            elif kinds[name] == "counter" and not re.search(rf"(rate|increase)\({name}\b", query):
                yield f"{where}: {name} is a counter: ask for its rate or increase"
    for name in sorted(kinds):
        if not re.search(rf"^\|.*`{name}[`{{]", MANUAL, re.M):
            yield f"docs/operations.md has no line for {name}"


def alerts():
    """Every alert is explained in the manual, and the tests see it fire and see it not fire."""
    explained = set(re.findall(r"^### (Muster\w+)$", MANUAL, re.M))
    fires, silent = set(), set()
    for file in (DEPLOY / "prometheus").glob("*.test.yml"):
        for test in yaml.safe_load(file.read_text())["tests"]:
            for case in test["alert_rule_test"]:
                (fires if case["exp_alerts"] else silent).add(case["alertname"])
    names = set()
    for rule in rules():
        name = rule["alert"]
        names.add(name)
        if name not in explained:
            yield f"docs/operations.md has no paragraph '### {name}'"
        if rule["annotations"].get("runbook") != f"docs/operations.md#{name.lower()}":
            yield f"{name}: its runbook is not its paragraph in docs/operations.md"
        if rule["labels"].get("severity") not in ("page", "ticket"):
            yield f"{name}: its severity is neither page nor ticket"
        if name not in fires:
            yield f"{name}: no test in which it fires"
        if name not in silent:
            yield f"{name}: no test in which it does not fire"
    for name in sorted(explained - names):
        yield f"docs/operations.md explains {name}, which is no alert"
    told = {word for panel in json.loads((DEPLOY / "grafana/muster.json").read_text())["panels"]
            for word in re.findall(r"\bMuster[A-Z]\w+", panel.get("description", ""))}
    for name in sorted(told - names):
        yield f"the dashboard speaks of {name}, which is no alert"


def files():
    """What is said twice is said alike."""
    channel = re.search(r'channel = "([\d.]+)"', (ROOT / "rust-toolchain.toml").read_text())[1]
    if f"FROM rust:{channel}-" not in (DEPLOY / "Containerfile").read_text():
        yield f"Containerfile does not build with Rust {channel}, as rust-toolchain.toml says"
    folder = DEPLOY / "kubernetes"
    listed = set(yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"])
    there = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml", "monitoring.yaml"}
    for name in sorted(listed ^ there):
        yield f"kubernetes/{name} is listed in kustomization.yaml or there, not both"
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    nodes = {name: one for name, one in compose["services"].items() if name.startswith("muster-")}
    proxied = set(re.findall(r"^    server ([\w-]+):8080 ", (DEPLOY / "nginx/muster.conf").read_text(), re.M))
    if proxied != nodes.keys():
        yield f"nginx sends to {sorted(proxied)}, compose.yaml runs {sorted(nodes)}"
    hosts = dict(entry.split(":") for entry in compose["services"]["nginx"]["extra_hosts"])
    for name, one in nodes.items():
        if hosts.get(name) != one["networks"]["inside"]["ipv4_address"]:
            yield f"compose.yaml: nginx knows {name} by another address than its own"
    made = set(re.findall(r"\bkeep ([\w.-]+) \d+", (DEPLOY / "make-secrets").read_text()))
    if made != compose["secrets"].keys():
        yield f"make-secrets makes {sorted(made)}, compose.yaml wants {sorted(compose['secrets'])}"


def print_queries():
    """The dashboard's queries as recording rules, for promtool."""
    found = [{"record": f"query:{at}", "expr": query.replace("$node", ".*")} for at, (_, query) in enumerate(queries())]
    print(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": found}]}))


CHECKS = {"metrics": metrics, "alerts": alerts, "files": files}

if __name__ == "__main__":
    asked_for = sys.argv[1]
    if asked_for == "queries":
        print_queries()
        sys.exit()
    wrong = list(CHECKS[asked_for]())
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)

# What the tests need from the system: found, installed through apt where that is possible, or named.
# shellcheck shell=bash
: "${quick:?}"
: "${work:?}"

# The newest folder with PostgreSQL's server programs.
postgres_programs() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -Vr); do
    [[ -x $folder/initdb && -x $folder/postgres ]] && echo "$folder" && return
  done
  folder=$(dirname "$(command -v initdb || true)")
  [[ -x $folder/postgres ]] && echo "$folder"
}

node_is_new_enough() {
  command -v npm > /dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2> /dev/null
}

has_browser() { [[ -x /usr/bin/chromium || -n ${MUSTER_CHROMIUM:-} ]]; }

has_firefox() { [[ -x /usr/bin/firefox-esr || -n ${MUSTER_FIREFOX:-} ]]; }

has_arabic_font() { compgen -G '/usr/share/fonts/truetype/noto/NotoSansArabic*' > /dev/null; }

needs_databases() { ! $quick && { wanted rust || wanted e2e; }; }

needs_node() { wanted web-install || wanted e2e; }

# The apt packages that are missing for the steps that run.
missing_packages() {
  command -v cc > /dev/null || echo gcc libc6-dev
  if wanted rust; then # the walk-through by curl
    local program
    for program in curl jq openssl; do command -v $program > /dev/null || echo $program; done
    [[ -x /usr/sbin/bearerbox ]] || echo kannel
    [[ -x /usr/lib/kannel/test/fakesmsc ]] || echo kannel-extras
  fi
  if needs_databases || wanted chaos; then
    [[ -n $(postgres_programs) ]] || echo postgresql
    command -v redis-server > /dev/null || echo redis-server
  fi
  if wanted chaos; then # flushes that fail, and clocks that jump
    command -v fiu-run > /dev/null || echo fiu-utils
    command -v faketime > /dev/null || echo faketime
  fi
  if needs_node; then
    command -v node > /dev/null || echo nodejs
    command -v npm > /dev/null || echo npm
  fi
  if wanted deploy; then
    python3 -c 'import venv, ensurepip' 2> /dev/null || echo python3 python3-venv
    command -v promtool > /dev/null || echo prometheus
    command -v nginx > /dev/null || echo nginx-light
    command -v openssl > /dev/null || echo openssl
    command -v systemd-analyze > /dev/null || echo systemd
    command -v kubectl > /dev/null || echo kubernetes-client
  fi
  if wanted e2e && [[ -f tests/e2e/package.json ]]; then
    has_browser || echo chromium
    has_firefox || echo firefox-esr
    has_arabic_font || echo fonts-noto-core
  fi
}

as_root() {
  if ((EUID == 0)); then env "$@"; else sudo env "$@"; fi
}

install_missing() {
  command -v apt-get > /dev/null || return 1
  ((EUID == 0)) || command -v sudo > /dev/null || return 1
  as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$@" > "$work/apt.log" 2>&1 && return
  tail -n 20 "$work/apt.log"
  return 1
}

# Installs what is missing. What can't be installed is named here and fails in the step that needs it.
find_packages() {
  local missing
  read -ra missing < <(missing_packages | tr '\n' ' ')
  if ((${#missing[@]} > 0)); then
    header "Installing ${missing[*]}"
    install_missing "${missing[@]}"
    read -ra missing < <(missing_packages | tr '\n' ' ')
    ((${#missing[@]} == 0)) || echo "Still missing. Install these (Debian's names): ${missing[*]}"
  fi
  if ! command -v cargo > /dev/null; then
    echo "Rust is missing. Install it from https://rustup.rs; the version in rust-toolchain.toml comes by itself."
  fi
  if needs_node && ! node_is_new_enough; then
    echo "Node 20.19 or newer with npm is missing (found: $(node --version 2> /dev/null || echo none)). Install it from https://nodejs.org."
  fi
}

# The files in deploy/ are linted, each by the tool that knows it. A linter that is not there is a failure.
# shellcheck shell=bash
: "${work:?}"

# Exposure that systemd-analyze gives the unit, times ten: the network and the machine's files are what is left.
exposure=13

linters=target/deploy-lint

# Linters from the Python package index, unless what is there is what the list says.
install_linters() {
  local list=tests/setup/deploy-lint.txt stamp=$linters/.installed-from
  [[ -f $stamp ]] && sha256sum --check --status "$stamp" && return
  rm -rf "$linters"
  python3 -m venv "$linters" && "$linters/bin/pip" install --quiet --disable-pip-version-check --requirement "$list" &&
    sha256sum "$list" > "$stamp"
}

# check NAME COMMAND...: says whether it passed; what it prints is shown only when it did not.
check() {
  local name=$1
  shift
  if "$@" > "$work/check.log" 2>&1; then
    echo "ok      $name"
  else
    echo "FAILED  $name"
    sed 's/^/        /' "$work/check.log"
    wrong=1
  fi
}

lint_nginx() { nginx_settings 18443 18080 127.0.0.1:18001 127.0.0.1:18002 && nginx -t -e stderr -c "$work/nginx/nginx.conf"; }

# The unit with its drop-in, the program being one that exists. systemd-analyze warns and returns 0: any word is wrong.
lint_unit() (
  folder=$work/systemd
  mkdir -p "$folder/muster.service.d" && cp deploy/systemd/shared-key.conf "$folder/muster.service.d/" || exit 1
  sed 's|/usr/local/bin/muster |/bin/true |' deploy/systemd/muster.service > "$folder/muster.service" || exit 1
  cd "$folder" || exit 1
  said=$(systemd-analyze verify ./muster.service 2>&1) && [[ -z $said ]] && exit
  printf '%s\n' "$said"
  exit 1
)

lint_exposure() (
  cd "$work/systemd" && systemd-analyze security --no-pager --offline=true --threshold="$exposure" ./muster.service
)

# What the kustomization gives, by the schemas of an old and of a new Kubernetes.
lint_kubernetes() {
  kubectl kustomize deploy/kubernetes > "$work/kubernetes.yaml" || return 1
  local version
  for version in 1.29 1.37; do
    "$linters/bin/kubernetes-validate" --strict --kubernetes-version "$version" "$work/kubernetes.yaml" || return 1
  done
}

names() { "$linters/bin/python" tests/setup/deploy_names.py "$@"; }

# Every query of the dashboard, as rules.
lint_queries() { names queries > "$work/queries.yml" && promtool check rules "$work/queries.yml"; }

deploy_checks() {
  local wrong=0
  check 'linters installed' install_linters
  check 'Containerfile (hadolint)' "$linters/bin/hadolint" --failure-threshold style deploy/Containerfile
  check 'YAML (yamllint)' "$linters/bin/yamllint" --strict --config-file tests/setup/yamllint.yml deploy
  check 'compose.yaml by the schema' "$linters/bin/check-jsonschema" --builtin-schema vendor.compose-spec deploy/compose.yaml
  check 'nginx' lint_nginx
  check 'systemd unit' lint_unit
  check "systemd unit, exposure at most $exposure" lint_exposure
  check 'Kubernetes by the schemas' lint_kubernetes
  check 'Prometheus rules' promtool check rules deploy/prometheus/muster.rules.yml
  check 'Prometheus rules fire, and only then' promtool test rules deploy/prometheus/*.test.yml
  check 'dashboard, its queries' lint_queries
  check 'names of metrics are the server'\''s, and described' names metrics
  check 'alerts are explained and tested' names alerts
  check 'files agree with one another' names files
  return "$wrong"
}

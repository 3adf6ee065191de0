# The nginx that is shipped (deploy/nginx), with the paths, ports and nodes of this machine put in, and a certificate of
# its own.
# shellcheck shell=bash
: "${work:?}"

PATH=$PATH:/usr/sbin # where Debian puts it, which is not where everybody looks
nginx_pid=

# nginx_settings TLS_PORT PLAIN_PORT NODE...: writes them into $work/nginx. Each NODE is an address and a port.
nginx_settings() {
  local folder=$work/nginx tls=$1 plain=$2
  shift 2
  mkdir -m 711 "$folder" "$folder/cache" "$folder/tls" || return 1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$folder/tls/privkey.pem" -out "$folder/tls/fullchain.pem" 2> "$folder/openssl.log" || { cat "$folder/openssl.log"; return 1; }
  # Each list of nodes keeps what it says of them.
  awk -v nodes="$*" '
    /^upstream / { fresh = 1 }
    !/^    server muster-/ { print; next }
    fresh {
      sub(/^ *server muster-[0-9]+:[0-9]+/, "")
      for (n = split(nodes, node, " "); n; n--) print "    server " node[n] $0
      fresh = 0
    }' deploy/nginx/muster.conf |
    sed -e "s|listen 80;|listen 127.0.0.1:$plain;|" -e "s|listen 443 |listen 127.0.0.1:$tls |" \
      -e "s|/etc/nginx/tls/|$folder/tls/|" -e "s|/var/log/nginx/|$folder/|" > "$folder/muster.conf"
  sed -e "s|/run/nginx.pid|$folder/pid|" -e "s|/var/log/nginx/|$folder/|" -e "s|/var/cache/nginx/|$folder/cache/|" \
    -e "s|/etc/nginx/muster.conf|$folder/muster.conf|" deploy/nginx/nginx.conf > "$folder/nginx.conf"
  ! grep -nE '^[^#]*(/etc/|/var/|/run/|muster-[0-9]|listen [0-9]+[ ;])' "$folder/nginx.conf" "$folder/muster.conf" ||
    { echo 'tests/setup/nginx.sh does not put these lines of deploy/nginx right.'; return 1; }
}

# start_nginx TLS_PORT PLAIN_PORT NODE...
start_nginx() {
  command -v nginx > /dev/null || { echo 'nginx is not installed (Debian: nginx-light).'; return 1; }
  nginx_settings "$@" || return 1
  nginx -e "$work/nginx/error.log" -c "$work/nginx/nginx.conf" -g 'daemon off;' > "$work/nginx/out" 2>&1 &
  nginx_pid=$!
  for _ in {1..100}; do
    kill -0 "$nginx_pid" 2> /dev/null || break
    (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return
    sleep 0.1
  done
  echo 'nginx does not serve:'
  tail -n 20 "$work/nginx/out" "$work/nginx/error.log"
  return 1
}

stop_nginx() {
  [[ -z $nginx_pid ]] || kill -TERM "$nginx_pid" 2> /dev/null
}

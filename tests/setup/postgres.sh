# A PostgreSQL cluster of our own: a temporary folder, a spare port, its own password, flushing to disk.
# It refuses to run as root, so that root starts it as another user. A cluster that is there already is not touched.
# shellcheck shell=bash
: "${work:?}"

pg_bin='' pg_data=''

# Runs a command as the user whom the databases belong to.
as_database_user() {
  if ((EUID != 0)); then "$@"; else (cd / && runuser -u "$database_user" -- "$@"); fi
}

database_user=$(if getent passwd postgres > /dev/null; then echo postgres; else echo nobody; fi)

# A folder in $work that belongs to that user.
database_folder() {
  mkdir -m 700 "$work/$1" || return 1
  ((EUID != 0)) || chown "$database_user" "$work/$1"
  echo "$work/$1"
}

random_word() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# A port on which nobody listens now.
spare_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 10000))
    (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
  done
  echo "$port"
}

start_postgres() {
  local word port
  pg_bin=$(postgres_programs)
  [[ -n $pg_bin ]] || { echo 'PostgreSQL is not installed (Debian: postgresql).'; return 1; }
  pg_data=$(database_folder postgres)/data || return 1
  word=$(random_word)
  (umask 077 && echo "$word" > "$work/postgres/word")
  ((EUID != 0)) || chown "$database_user" "$work/postgres/word"
  as_database_user "$pg_bin/initdb" --pgdata="$pg_data" --username=muster --pwfile="$work/postgres/word" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C > "$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; return 1; }
  for _ in 1 2 3 4 5; do
    port=$(spare_port)
    if as_database_user "$pg_bin/pg_ctl" start --silent --wait --timeout=60 --pgdata="$pg_data" --log="$work/postgres/log" \
      --options="-p $port -h 127.0.0.1 -k '$work/postgres' -c fsync=on -c synchronous_commit=on -c max_connections=200"; then
      export MUSTER_TEST_POSTGRES_URL="postgres://muster:$word@127.0.0.1:$port/postgres"
      echo "PostgreSQL $("$pg_bin/postgres" --version | grep -oE '[0-9.]+' | head -n 1) on port $port"
      return
    fi
  done
  tail -n 20 "$work/postgres/log"
  return 1
}

stop_postgres() {
  [[ -n $pg_data && -f $pg_data/postmaster.pid ]] || return 0
  as_database_user "$pg_bin/pg_ctl" stop --silent --mode=fast --wait --timeout=30 --pgdata="$pg_data" ||
    as_database_user "$pg_bin/pg_ctl" stop --silent --mode=immediate --wait --pgdata="$pg_data"
}

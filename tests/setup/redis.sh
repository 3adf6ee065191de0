# A Redis of our own: a spare port, its own password, nothing kept.
# shellcheck shell=bash
: "${work:?}"

redis_pid=

start_redis() {
  local folder word port
  command -v redis-server > /dev/null || { echo 'Redis is not installed (Debian: redis-server).'; return 1; }
  folder=$(database_folder redis) || return 1
  word=$(random_word)
  for _ in 1 2 3 4 5; do
    port=$(spare_port)
    printf '%s\n' "port $port" 'bind 127.0.0.1' "requirepass $word" 'save ""' 'appendonly no' 'daemonize yes' \
      "dir $folder" "pidfile $folder/pid" "logfile $folder/log" |
      as_database_user redis-server - > /dev/null || continue
    for _ in {1..50}; do
      if [[ -s $folder/pid ]] && (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
        redis_pid=$(< "$folder/pid")
        export MUSTER_TEST_REDIS_URL="redis://default:$word@127.0.0.1:$port"
        echo "Redis $(redis-server --version | grep -oE 'v=[0-9.]+' | cut -c3-) on port $port"
        return
      fi
      sleep 0.1
    done
  done
  tail -n 20 "$folder/log"
  return 1
}

stop_redis() {
  [[ -z $redis_pid ]] || as_database_user kill "$redis_pid" 2> /dev/null
}

# The store of one cluster: Redis, three of them, or PostgreSQL.

ALL_STORES="redis redis-1 redis-2 redis-3 postgres"

# The kind of the store is remembered, because its messages lie in its own places.
read_backplane() { # ""|NAME
  local before=redis
  { read -r before <$run/backplane; } 2>/dev/null || true
  BACKPLANE=${1:-$before}
  case $BACKPLANE in redis | shards | postgres) ;; *) die "--backplane is redis, shards or postgres, not '$BACKPLANE'" ;; esac
  [ "$BACKPLANE" = "$before" ] || ! anything_runs || die "the cluster runs already, with --backplane $before. To change it: ./deploy/local down, then up"
}

stores() { case $BACKPLANE in shards) say redis-1 redis-2 redis-3 ;; *) say "$BACKPLANE" ;; esac }
store_port() { # NAME
  case $1 in redis-*) say $((REDIS_PORT + ${1#redis-} - 1)) ;; *) say "$REDIS_PORT" ;; esac
}
store_url() {
  local name places=()
  if [ "$BACKPLANE" = postgres ]; then
    say "postgres://chat:$(cat $run/postgres-password)@127.0.0.1:$REDIS_PORT/chat"
    return
  fi
  for name in $(stores); do places+=("127.0.0.1:$(store_port "$name")"); done
  if [ "$BACKPLANE" = shards ]; then say "redis-shards://$(IFS=, && say "${places[*]}")"; else say "redis://${places[0]}"; fi
}

packages_of_store() { [ "$BACKPLANE" != postgres ] || say deploy/packages/postgres.txt; }
start_store() { case $1 in postgres) start_postgres ;; *) start_redis "$1" ;; esac } # NAME
store_answers() { case $1 in postgres) postgres_answers ;; *) redis_answers "$1" ;; esac } # NAME

# --- Redis

redis_answers() { [ "$(redis-cli -p "$(store_port "$1")" ping 2>/dev/null)" = PONG ]; } # NAME

start_redis() { # NAME
  running "$1" && return
  local port
  port=$(store_port "$1")
  step "Starting Redis on 127.0.0.1:$port"
  mkdir -p "$run/$1"
  (cd "$run/$1" && exec "$top/deploy/redis-start" --port "$port" --bind 127.0.0.1 --daemonize yes \
    --pidfile "../$1.pid" --logfile "../log/$1.log" \
    --appendonly yes --appendfsync everysec --save '' \
    --maxmemory "$REDIS_MAXMEMORY" --maxmemory-policy noeviction >/dev/null 9>&-)
  wait_for 30 redis_answers "$1" || did_not_start "$1"
}

# --- PostgreSQL

# It does not run as root; its package has a user for it.
as_postgres() {
  if [ "$EUID" -eq 0 ]; then exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else exec "$@"; fi
}

# A database stays with the version that made it.
postgres_program() { # NAME
  local version
  { read -r version <$run/postgres/PG_VERSION; } 2>/dev/null || version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
  [ -x "/usr/lib/postgresql/$version/bin/$1" ] || die "$run/postgres is of PostgreSQL $version, which is not installed"
  say "/usr/lib/postgresql/$version/bin/$1"
}

postgres_answers() { pg_isready -q -U chat -d chat -h 127.0.0.1 -p "$REDIS_PORT"; }
postgres_answers_or_dead() { postgres_answers || not kill -0 "$(cat $run/postgres.pid)" 2>/dev/null; }

# One user, who owns one database and may connect from this machine only. The folder gets its name when it is whole.
make_database() {
  local data=$top/$run/postgres.new log=$run/log/postgres.log initdb server
  [ ! -e "$run/postgres" ] || return 0
  initdb=$(postgres_program initdb) && server=$(postgres_program postgres) || exit
  rm -rf "$data"
  step "Making a database in $run/postgres"
  mkdir -p -m 700 "$data"
  [ "$EUID" -ne 0 ] || chown postgres: "$data"
  (cd / && as_postgres test -w "$data") ||
    die "PostgreSQL does not run as root, and its user postgres may not enter $top. Start the cluster as another user"
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >$run/postgres-password)
  {
    (as_postgres "$initdb" -D "$data" -U postgres -A reject -E UTF8 --locale=C.UTF-8) &&
      printf "create role chat login password '%s'\ncreate database chat owner chat\n" "$(cat $run/postgres-password)" |
      (as_postgres "$server" --single -D "$data" postgres) &&
      echo 'host chat chat 127.0.0.1/32 scram-sha-256' >"$data/pg_hba.conf" &&
      mv "$data" "$run/postgres"
  } >>"$log" 2>&1 || { rm -rf "$data"; did_not_start postgres; }
}

start_postgres() {
  running postgres && return
  local server
  make_database
  server=$(postgres_program postgres) || exit
  step "Starting PostgreSQL on 127.0.0.1:$REDIS_PORT"
  (as_postgres setsid "$server" -D "$top/$run/postgres" -p "$REDIS_PORT" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= </dev/null >>"$run/log/postgres.log" 2>&1 9>&-) &
  echo $! >$run/postgres.pid
  wait_for 30 postgres_answers_or_dead && postgres_answers || did_not_start postgres
}

# Processes known by their pid files, .run/NAME.pid, and their messages to the user.
# NAME is redis, redis-1 to -3, postgres, nginx, lab or a node's id.

run=.run

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
die() {
  printf 'deploy/local: %s\n' "$*" >&2
  exit 1
}

# Two of these commands at once would start each process twice. Fd 9 holds the lock; started processes must not inherit it.
lock() {
  { mkdir -p $run/log $run/temp && exec 9>$run/lock; } 2>/dev/null || die "cannot write in $top/$run; was it made by another user?"
  flock --nonblock 9 || die "another deploy/local is at work here; try again when it is done"
}

# A pid file outlives its process after a crash or a reboot, and another process may have its number then: so the program's
# name must fit, and it must not be a zombie. (/proc/PID/exe tells a zombie, too, but chatd lets only root read that.)
running() { # NAME
  local pid found state program=chatd
  case $1 in redis | redis-[123]) program=redis-server ;; postgres) program=postgres ;; nginx) program=nginx ;; lab) program=python3 ;; esac
  { read -r pid <"$run/$1.pid" && read -r found <"/proc/$pid/comm" && read -r _ _ state _ <"/proc/$pid/stat"; } 2>/dev/null &&
    [ "$found" = "$program" ] && [ "$state" != Z ]
}

not() { ! "$@"; }

# Processes that a dead NGINX left: they hold its port. Workers are in the process group that the master began.
orphans() {
  local master stat pid name group
  { read -r master <$run/nginx.pid; } 2>/dev/null || return 0
  for stat in /proc/[0-9]*/stat; do
    read -r pid name _ _ group _ <"$stat" 2>/dev/null || continue
    [ "$group" != "$master" ] || [ "$name" != "(nginx)" ] || say "$pid"
  done
}
end_orphans() {
  local pids
  running nginx && return
  pids=$(orphans)
  [ -n "$pids" ] || return 0
  step "Stopping the workers of a killed NGINX"
  # shellcheck disable=SC2086   # a list
  kill -KILL $pids
}

wait_for() { # SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -le $deadline ] || return 1
    sleep 0.1
  done
}

terminate() { # NAME      on SIGTERM PostgreSQL would wait for its clients
  local signal=TERM
  [ "$1" != postgres ] || signal=INT
  ! running "$1" || kill -$signal "$(cat "$run/$1.pid")"
}

# Waits until a terminated process has gone, and makes it go if it does not.
wait_gone() { # NAME SECONDS
  if ! wait_for "$2" not running "$1"; then
    say "$1 did not stop within $2 s: killing it"
    kill -KILL "$(cat "$run/$1.pid")"
    wait_for 5 not running "$1"
  fi
  rm -f "$run/$1.pid"
}

check_port() { # PORT SETTING
  local first=1
  [[ $1 =~ ^[0-9]{1,5}$ ]] && [ "$1" -ge 1 ] && [ "$1" -le 65535 ] || die "$2 must be a port, 1 to 65535, not '$1'"
  [ "$EUID" -eq 0 ] || read -r first </proc/sys/net/ipv4/ip_unprivileged_port_start
  [ "$1" -ge "$first" ] || die "$2=$1: ports below $first are for root. Choose another one: $2=8080 ./deploy/local up"
}

# Any answer on loopback means taken.
need_free_port() { # PORT WHAT SETTING EXAMPLE
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null ||
    die "port $1 ($2) is taken by another program. Choose another one: $3=$4 ./deploy/local up"
}

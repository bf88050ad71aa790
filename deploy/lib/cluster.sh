# The nodes chat-1 … chat-N, NGINX and the lab agent of one cluster. Its store: store.sh.

check_count() { # N
  [[ $1 =~ ^[1-9][0-9]?$ ]] || die "the number of nodes must be 1 to 99, not '$1'"
}

ids() { seq -f 'chat-%g' "$1" "$2"; } # FROM TO

# Counts the dead, too: they are missing and `up` brings them back.
node_count() {
  local count=0
  while [ -e "$run/chat-$((count + 1)).pid" ]; do count=$((count + 1)); done
  say $count
}

anything_runs() {
  local name
  for name in $ALL_STORES nginx $(ids 1 "$(node_count)"); do
    ! running "$name" || return 0
  done
  return 1
}

# Ports are chosen at `up` and remembered while the cluster runs. chatd refuses CHAT_ variables it does not know, so these
# end here.
read_ports() { # COMMAND
  local asked_for=${CHAT_PORT-}:${CHAT_REDIS_PORT-}:${CHAT_NODE_PORT-}:${tls:+${CHAT_TLS_PORT:-8443}}
  TLS_PORT=${tls:+${CHAT_TLS_PORT:-8443}} PORT=${CHAT_PORT:-8080} REDIS_PORT=${CHAT_REDIS_PORT:-6380} NODE_PORT=${CHAT_NODE_PORT:-9000}
  if anything_runs; then
    read -r PORT REDIS_PORT NODE_PORT TLS_PORT <$run/ports
    [ "$1" != up ] || [ "$asked_for" = "${CHAT_PORT:+$PORT}:${CHAT_REDIS_PORT:+$REDIS_PORT}:${CHAT_NODE_PORT:+$NODE_PORT}:${tls:+$TLS_PORT}" ] ||
      die "the cluster runs already, on port $PORT${TLS_PORT:+, with TLS on port $TLS_PORT}. To move it: ./deploy/local down, then up"
  fi
  check_port "$PORT" CHAT_PORT
  check_port "$REDIS_PORT" CHAT_REDIS_PORT
  check_port "$NODE_PORT" CHAT_NODE_PORT
  check_port $((NODE_PORT + 999)) CHAT_NODE_PORT
  [ -z "$TLS_PORT" ] || check_port "$TLS_PORT" CHAT_TLS_PORT
  REDIS_MAXMEMORY=${CHAT_REDIS_MAXMEMORY:-512mb} LAB_MODE=${CHAT_LAB_MODE:-automatic}
  unset CHAT_PORT CHAT_REDIS_PORT CHAT_NODE_PORT CHAT_TLS_PORT CHAT_REDIS_MAXMEMORY CHAT_LAB_MODE
}

node_port() { say $((NODE_PORT + ${1#chat-})); } # ID
api_port() { say $((NODE_PORT + 900 + ${1#chat-})); } # ID
lab_port() { say $((NODE_PORT + 800)); }

# Before anything is started, so that a taken port leaves nothing half done.
need_free_ports() { # N
  local id name
  end_orphans
  running nginx || need_free_port "$PORT" "the address people open" CHAT_PORT $((PORT + 1))
  running nginx || [ -z "$TLS_PORT" ] || need_free_port "$TLS_PORT" "the address people open" CHAT_TLS_PORT $((TLS_PORT + 1))
  for name in $(stores); do
    running "$name" || need_free_port "$(store_port "$name")" "the store" CHAT_REDIS_PORT $((REDIS_PORT + 3))
  done
  for id in $(ids 1 "$1"); do
    running "$id" || need_free_port "$(node_port "$id")" "node $id" CHAT_NODE_PORT $((NODE_PORT + 100))
    running "$id" || need_free_port "$(api_port "$id")" "server API of $id" CHAT_NODE_PORT $((NODE_PORT + 100))
  done
}

# probes: is it there, and does it do its work?
node_answers() { deploy/answers 127.0.0.1 "$(node_port "$1")" "${@:2}"; }
node_ready() { node_answers "$1" /ready && node_answers "$1" /nodes "\"id\": *\"$1\""; }   # it works, and the others know it
node_ready_or_dead() { node_ready "$1" || not kill -0 "$(cat "$run/$1.pid")" 2>/dev/null; }
lab_answers() { deploy/answers 127.0.0.1 "$(lab_port)" /lab/agent.json; }
nginx_answers() { deploy/answers 127.0.0.1 "$PORT" "${1:-/health}"; }
nginx_knows_nodes() { nginx_answers "/node/chat-$1/health" && not nginx_answers "/node/chat-$(($1 + 1))/health"; }

did_not_start() { # NAME
  tail -n 15 "$run/log/$1.log" >&2
  die "$1 did not start, see $run/log/$1.log"
}

# A key for the applications of this machine, made once.
need_api_key() {
  [ -z "${CHAT_API_KEYS-}" ] && [ ! -e $run/api-keys.json ] || return 0
  (umask 077 && printf '{"keys":[{"id":"local","secret":"%s","scopes":["publish","read","admin"]}]}\n' \
    "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >$run/api-keys.json)
}

start_node() { # ID
  running "$1" && return
  local address
  address=127.0.0.1:$(node_port "$1")
  need_api_key
  step "Starting $1 on $address"
  (
    ulimit -Sn "$(ulimit -Hn)"   # a descriptor for every client
    export CHAT_TRUSTED_PROXIES=${CHAT_TRUSTED_PROXIES:-127.0.0.1/32}
    CHAT_BACKPLANE=$(store_url)   # no argument, which every user of the machine may read
    export CHAT_BACKPLANE
    exec setsid build/release/bin/chatd --node-id "$1" --listen "$address" --web-root "$top/web" \
      --api-listen "127.0.0.1:$(api_port "$1")" --api-keys "${CHAT_API_KEYS:-$top/$run/api-keys.json}" </dev/null >>"$run/log/$1.log" 2>&1 9>&-
  ) &
  echo $! >"$run/$1.pid"
}

start_lab() {
  running lab && return
  need_free_port "$(lab_port)" "the lab agent" CHAT_NODE_PORT $((NODE_PORT + 100))
  step "Starting the lab agent on 127.0.0.1:$(lab_port)"
  (exec setsid python3 -B deploy/lab/agent.py --listen "127.0.0.1:$(lab_port)" --run "$run" --control deploy/local --mode "$LAB_MODE" \
    </dev/null >>$run/log/lab.log 2>&1 9>&-) &
  echo $! >$run/lab.pid
  wait_for 10 lab_answers || did_not_start lab
}

stop_lab() {
  ! running lab || step "Stopping the lab agent"
  terminate lab
  wait_gone lab 10
}

await_node() { # ID
  wait_for 20 node_ready_or_dead "$1" && node_ready "$1" || did_not_start "$1"
}

# Lets NGINX send requests to chat-1 … chat-N only. A reload cuts no connection: the old worker processes keep theirs until
# they close.
point_nginx_at() { # N
  local id nodes=() lab=()
  for id in $(ids 1 "$1"); do nodes+=("$id=127.0.0.1:$(node_port "$id")"); done
  ! running lab || lab=(--lab "127.0.0.1:$(lab_port)")
  if [ -n "$TLS_PORT" ]; then
    make_certificates
    deploy/nginx/generate "${lab[@]}" "127.0.0.1:$PORT" "tls=$TLS_PORT:$top/$run/tls" "${nodes[@]}" >$run/nginx.conf
  else
    deploy/nginx/generate "${lab[@]}" "$PORT" "${nodes[@]}" >$run/nginx.conf
  fi
  if running nginx; then
    run_nginx -t -q || die "NGINX refused its new configuration $run/nginx.conf"
    kill -HUP "$(cat $run/nginx.pid)"
  else
    step "Starting NGINX on port $PORT"
    run_nginx || die "NGINX did not start"
  fi
  wait_for 10 nginx_knows_nodes "$1" || did_not_start nginx
}

run_nginx() { # ARGUMENT...
  (
    ulimit -Sn "$(ulimit -Hn)"
    exec nginx -p "$top/$run/" -c "$top/$run/nginx.conf" -e stderr "$@" 9>&-
  )
}

scale_to() { # N
  local id name before
  before=$(node_count)
  need_free_ports "$1"
  say "$PORT $REDIS_PORT $NODE_PORT $TLS_PORT" >$run/ports
  say "$BACKPLANE" >$run/backplane
  for name in $(stores); do start_store "$name"; done
  for id in $(ids 1 "$1"); do start_node "$id"; done
  for id in $(ids 1 "$1"); do await_node "$id"; done
  point_nginx_at "$1"
  drain $(($1 + 1)) "$before"
}

# Nodes tell their clients to come back on another node, and leave when they have (after CHAT_DRAIN_SECONDS at most).
drain() { # FROM TO
  local id
  [ "$1" -le "$2" ] || return 0
  step "Draining $(ids "$1" "$2" | paste -sd ' ')"
  for id in $(ids "$1" "$2"); do terminate "$id"; done
  for id in $(ids "$1" "$2"); do wait_gone "$id" $((${CHAT_DRAIN_SECONDS:-10} + 10)); done
}

restart_nodes() {
  local i count
  count=$(node_count)
  for i in $(seq "$count"); do
    drain "$i" "$i"
    : >"$run/chat-$i.pid"   # still one of the cluster
    start_node "chat-$i"
    await_node "chat-$i"
    sleep 3   # NGINX leaves a node out for 2 s after it refused a connection; only then may the next one go
  done
  point_nginx_at "$count"
}

stop_everything() {
  local name
  end_orphans
  stop_lab
  drain 1 "$(node_count)"
  for name in nginx $(stores); do
    ! running "$name" || step "Stopping $name"
    terminate "$name"
    wait_gone "$name" 10
  done
}

# One line a process; fails if one of them is not ready.
status() {
  local id name failed=0
  report() { # NAME ADDRESS PROBE...
    local name=$1 address=$2 state=stopped pid=-
    shift 2
    if running "$name"; then
      pid=$(cat "$run/$name.pid") state=unready
      ! "$@" || state=ready
    fi
    [ $state = ready ] || failed=1
    printf '%-8s %-8s %-7s %s\n' "$name" "$state" "$pid" "$address"
  }
  for name in $(stores); do report "$name" "127.0.0.1:$(store_port "$name")" store_answers "$name"; done
  for id in $(ids 1 "$(node_count)"); do
    report "$id" "127.0.0.1:$(node_port "$id")  http://localhost:$PORT/node/$id/" node_ready "$id"
  done
  report nginx "http://localhost:$PORT${TLS_PORT:+  https://localhost:$TLS_PORT}" nginx_answers
  ! running lab || report lab "127.0.0.1:$(lab_port)" lab_answers
  return $failed
}

# From a bare machine to the built programs.
# shellcheck disable=SC2046,SC2086   # lists of package names are split on purpose

as_root() {
  if [ "$EUID" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() { # LIST...
  local packages log=$run/log/install.log
  command -v apt-get >/dev/null || die "this needs apt-get (Debian 12, Ubuntu 24.04 or newer). Elsewhere: docker-compose up --build"
  packages=$(deploy/packages/missing "$@")
  [ -n "$packages" ] || return 0
  [ "$EUID" -eq 0 ] || command -v sudo >/dev/null ||
    die "no sudo here. Run this as root, then start again: apt-get update && apt-get install -y" $packages
  step Installing $packages "(a minute or two; the output goes to $log)"
  { as_root apt-get update -q && install_without_services $(deploy/packages/missing "$@"); } >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    die "the packages could not be installed, see $log"
  }
}

# Debian starts the services it installs and enables them at boot. The cluster runs its own Redis and NGINX, so policy-rc.d,
# where the machine has none of its own, says no meanwhile. Services that were there before are not touched.
install_without_services() ( # PACKAGE...    in a subshell, whose end, however it comes, takes policy-rc.d away
  policy=/usr/sbin/policy-rc.d
  enabled=" $(systemctl list-unit-files --state=enabled --no-legend 2>/dev/null | cut -d. -f1 | tr '\n' ' ') "
  if [ ! -e $policy ]; then
    trap 'as_root rm -f $policy' EXIT
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends --no-remove "$@" || exit
  [ -d /run/systemd/system ] || exit 0
  for package in "$@"; do
    case $enabled in *" $package "*) continue ;; esac
    case $package in redis-server | postgresql | nginx | haproxy | caddy | prometheus*) as_root systemctl disable --quiet "$package" ;; esac
  done
)

# A folder that was built elsewhere and moved here is configured anew.
if_moved() { # PRESET
  local cache=build/$1/CMakeCache.txt
  [ ! -e "$cache" ] || grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$cache" || echo --fresh
}

build() {
  step "Building chatd and chatctl (build/release)"
  # shellcheck disable=SC2046   # no word or one
  cmake $(if_moved release) --preset release -DCHAT_TESTS=OFF >$run/log/configure.log || die "cmake could not configure the build"
  cmake --build --preset release --target chatd chatctl || die "the build failed"
}

#!/usr/bin/env bash
# Installs what tests and benchmarks start and Debian has, where it is missing; else says what.
set -euo pipefail

PATH="$PATH:/usr/sbin:/usr/bin"
packages=()
need() { command -v "$1" >/dev/null || packages+=("$2"); }

need mariadbd mariadb-server
need redis-server redis-server
need strace strace
need jq jq
need openssl openssl
need ssh-keygen openssh-client
need wrk wrk
need python3 python3
python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
# Debian keeps it off the PATH.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql-15
[ ${#packages[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${packages[@]}")
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Tests and benchmarks need ${packages[*]}. As root on Debian: ${install[*]}" >&2
  exit 1
fi

# The tests start their own servers: those of the system stay down.
# https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
"${install[@]}"

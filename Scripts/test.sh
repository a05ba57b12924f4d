#!/usr/bin/env bash
# Installs what is missing and runs every check.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(uname)" = Linux ] && ! dpkg -s libopenblas-dev liblapacke-dev coinor-libclp-dev zlib1g-dev >/dev/null 2>&1; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq libopenblas-dev liblapacke-dev coinor-libclp-dev zlib1g-dev
fi
swift test -c release --disable-xctest

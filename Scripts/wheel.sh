#!/usr/bin/env bash
# Builds the Python wheel into a folder: wheel.sh [--self-contained] [FOLDER] (default dist).
# A self-contained wheel carries OpenBLAS, LAPACKE and Clp, too, with their licences named beside them;
# otherwise they are the system's (apt: libopenblas0 liblapacke coinor-libclp1 libsqlite3-0).
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

if [ "${1:-}" = --self-contained ]; then
  export EQUIPOISE_BUNDLE=1
  shift
fi
target="$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)"
require_swift
install_dependencies
say "building the wheel (a few minutes the first time)"
python3 -m pip wheel --quiet --no-deps --wheel-dir "$target" Sources/Python
say "the wheel is in $target"

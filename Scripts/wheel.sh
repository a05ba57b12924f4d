#!/usr/bin/env bash
# Builds the Python wheel into a folder: wheel.sh [FOLDER] (default dist).
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

target="$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)"
require_swift
install_dependencies
say "building the wheel (a few minutes the first time)"
python3 -m pip wheel --quiet --no-deps --wheel-dir "$target" Sources/Python
say "the wheel is in $target"

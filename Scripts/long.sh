#!/usr/bin/env bash
# The checks that are too long for every change, in their full form: every method on every table through
# every door, and the whole fuzz. Arguments go to pytest: long.sh -k fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

require_swift
install_dependencies
started=$SECONDS
EQUIPOISE_LONG=1 Scripts/checks/45-doors.sh --durations=10 "$@"
say "the long checks passed in $((SECONDS - started)) s"

#!/usr/bin/env bash
# Instructions and readings of a list of commands against their record: no path becomes dearer unseen.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Scripts/dependencies.sh
[ "$(uname)" = Darwin ] || command -v valgrind >/dev/null || try_apt valgrind
if [ "$(uname)" = Darwin ] || ! command -v valgrind >/dev/null; then
  [ -z "${EQUIPOISE_SKIP_NOTHING:-}" ] || { echo "valgrind is not installed" >&2; exit 1; }
  echo "skipped: valgrind is not installed"
  exit 0
fi
program="${EQUIPOISE_PROGRAM:-$(swift build -c release --show-bin-path)/equipoise}"
[ -x "$program" ] || swift build -c release --product equipoise >/dev/null
python3 Benchmarks/counts.py "$program"

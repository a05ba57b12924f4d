#!/usr/bin/env bash
# The checks that are too long for every change, in their full form: every method on every table through
# every door, and the whole fuzz, whose arguments go to pytest: long.sh -k fuzz. Then 2,000 penalized fits
# against random starts, 10,000 simulated years of detectors, every method on every engine of clusters,
# sets of 4 and 16 GiB under an eighth of that as memory, and Fairlearn's own tests, which pip downloads:
# it fails where they cannot be had, unless EQUIPOISE_WITHOUT_FAIRLEARN=1 says so.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

require_swift
install_dependencies
started=$SECONDS
EQUIPOISE_LONG=1 Scripts/checks/45-doors.sh --durations=10 "$@"
say "the minima of 2,000 random penalized problems"
swift build -c release --build-tests --disable-xctest
EQUIPOISE_LONG=1 swift test -c release --disable-xctest --skip-build --filter PenaltyBasinTests
say "the false alarms of 10,000 simulated years"
EQUIPOISE_LONG=1 swift test -c release --disable-xctest --skip-build --filter tenThousandYears
say "the same bytes of every method from every engine"
EQUIPOISE_LONG=1 Scripts/checks/50-python.sh Tests/Python/test_same_bytes.py
# Sets lie where large temporary files do, and not in a folder that may be memory.
place="$(mktemp -d "${TMPDIR:-/var/tmp}/equipoise-XXXXXX")"
trap 'rm -rf "$place"' EXIT
make_environment "$place/environment" numpy pandas scikit-learn pyarrow pytest
built="$(swift build -c release --show-bin-path)"
for megabytes in 4295 17180; do
  say "a set of $megabytes MB within an eighth of it"
  PYTHONPATH=Sources/Python EQUIPOISE_LIBRARY="$built/libEquipoiseC.so" \
    EQUIPOISE_PROGRAM="$built/equipoise" EQUIPOISE_SET_MB=$megabytes \
    "$python" -m pytest -q -p no:cacheprovider --basetemp="$place/sets" \
    Tests/Python/test_memory.py -k larger_than_the_limit
  rm -rf "$place/sets"
done
if [ "${EQUIPOISE_WITHOUT_FAIRLEARN:-}" = 1 ]; then
  say "without Fairlearn's own tests"
else
  for version in 0.13.0 0.15.0; do
    Scripts/fairlearn-tests.sh "$version" || fail "FAILED: Fairlearn's tests of $version"
  done
fi
say "the long checks passed in $((SECONDS - started)) s"

#!/usr/bin/env bash
# Runs Fairlearn's own unit tests with their imports pointing here, and says which difference of
# InPython.md each failure falls under: fairlearn-tests.sh [VERSION] (default 0.15.0).
#
# The tests are those of the release's archive, which pip gets by the package's name, or of the release's tag
# in Fairlearn's repository, or of FAIRLEARN_SOURCE: a folder or an archive. Where a release has none to be
# had (the archive of 0.15.0 has none), they are those of 0.13.0, with that release installed: its private
# names are what they find. Ends with 3 where there are none at all. Nothing of theirs is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh
root="$PWD"
version="${1:-0.15.0}"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

make_environment "$place/environment"
# What the tests of each version were written for: pandas 3 came after 0.13.
case "$version" in 0.13*) older="pandas<3" ;; *) older="" ;; esac
# shellcheck disable=SC2086
"$python" -m pip install --quiet "fairlearn==$version" $older matplotlib narwhals polars pyarrow lightgbm \
  pytest pytest-mock pytest-mpl pytest-uncollect-if

unpack() { # FOLDER or ARCHIVE, into $place/source
  mkdir -p "$place/source"
  if [ -d "$1" ]; then
    cp -r "$1/." "$place/source"
  else
    tar -xf "$1" -C "$place/source" --strip-components 1
  fi
  [ -d "$place/source/test/unit" ] || { rm -rf "$place/source"; return 1; }
}

# pip unpacks an archive before it asks it for its metadata, which fails for 0.13.0: its setup reads a file
# that the archive has not. What is unpacked stays then, as pip is told not to clean up.
from_archive() { # VERSION
  local found
  mkdir -p "$place/unpacked"
  TMPDIR="$place/unpacked" "$python" -m pip download --quiet --no-clean --no-deps --no-binary fairlearn \
    --dest "$place/unpacked" "fairlearn==$1" >/dev/null 2>&1 || true
  for found in "$place"/unpacked/fairlearn-"$1"*.tar.gz "$place"/unpacked/*/fairlearn_*; do
    if [ -e "$found" ] && unpack "$found"; then rm -rf "$place/unpacked"; return; fi
  done
  rm -rf "$place/unpacked"
  return 1
}

from_repository() { # VERSION
  GIT_TERMINAL_PROMPT=0 git clone --quiet --depth 1 --branch "v$1" https://github.com/fairlearn/fairlearn \
    "$place/source" 2>/dev/null
}

tests="$version"
if [ -n "${FAIRLEARN_SOURCE:-}" ]; then
  unpack "$FAIRLEARN_SOURCE" || fail "no test/unit in $FAIRLEARN_SOURCE"
  tests="$(sed -n 's/^Version: //p' "$place/source/PKG-INFO" 2>/dev/null || true)"
elif ! from_archive "$version" && ! from_repository "$version"; then
  tests=0.13.0
  from_archive "$tests" || {
    say "Fairlearn $version: no tests can be had; name a copy of its source by FAIRLEARN_SOURCE"
    exit 3
  }
fi

built="${EQUIPOISE_BUILT:-$(swift build -c release --show-bin-path)}"
library="$built/libEquipoiseC.so"
[ "$(uname)" != Darwin ] || library="$built/libEquipoiseC.dylib"
export EQUIPOISE_LIBRARY="$library" PYTHONPATH="$root/Sources/Python:$root/Scripts" PYTHONDONTWRITEBYTECODE=1
mkdir -p "$place/tests"
cp -r "$place/source/test" "$place/tests/test"
cp "$place/source/pyproject.toml" "$place/tests/"
"$python" Scripts/fairlearn_tests.py rewrite "$place/tests"
if [ "$tests" = "$version" ]; then
  say "Fairlearn $version: its own tests"
else
  say "the tests of Fairlearn ${tests:-in $FAIRLEARN_SOURCE}, with Fairlearn $version installed for its private names"
fi
(cd "$place/tests" && MPLBACKEND=Agg PYTHONPATH="$PYTHONPATH:$place/tests" timeout "${FAIRLEARN_SECONDS:-3600}" \
  "$python" -m pytest -q -p no:cacheprovider --continue-on-collection-errors -m "not openml" \
  --junitxml="$place/results.xml" test/unit >"$place/log" 2>&1) || true
[ -s "$place/results.xml" ] || { tail -n 30 "$place/log" >&2; exit 1; }
"$python" Scripts/fairlearn_tests.py explain "$place/results.xml" \
  Sources/Equipoise/Documentation.docc/InPython.md

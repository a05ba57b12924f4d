#!/usr/bin/env bash
# Runs Fairlearn's own unit tests with their imports pointing here, and says which difference of
# InPython.md each failure falls under: fairlearn-tests.sh [VERSION] (default 0.15.0).
#
# The archive of a release is asked for by the package's name. Where it has no tests (0.15.0 has none) they
# are those of the release's tag in Fairlearn's repository, or of FAIRLEARN_SOURCE: a folder or an archive
# of that repository. Ends with 3 where there are none to be had. Nothing of theirs is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh
root="$PWD"
version="${1:-0.15.0}"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

python3 -m venv "$place/environment"
python="$place/environment/bin/python"
"$python" -m pip install --quiet --upgrade pip
# What the tests of each version were written for: pandas 3 came after 0.13.
case "$version" in 0.13*) older="pandas<3" ;; *) older="" ;; esac
# shellcheck disable=SC2086
"$python" -m pip install --quiet "fairlearn==$version" $older matplotlib narwhals polars pyarrow pytest pytest-mock \
  pytest-uncollect-if

unpack() { # FOLDER or ARCHIVE, into $place/source
  mkdir -p "$place/source"
  if [ -d "$1" ]; then
    cp -r "$1/." "$place/source"
  else
    tar -xf "$1" -C "$place/source" --strip-components 1
  fi
  [ -d "$place/source/test/unit" ] || { rm -rf "$place/source"; return 1; }
}

if [ -n "${FAIRLEARN_SOURCE:-}" ]; then
  unpack "$FAIRLEARN_SOURCE" || fail "no test/unit in $FAIRLEARN_SOURCE"
else
  "$python" -m pip download --quiet --no-deps --no-binary fairlearn --dest "$place" \
    "fairlearn==$version" >/dev/null 2>&1 || true
  archive="$(find "$place" -maxdepth 1 -name 'fairlearn-*.tar.gz')"
  if [ -z "$archive" ] || ! unpack "$archive"; then
    git clone --quiet --depth 1 --branch "v$version" https://github.com/fairlearn/fairlearn \
      "$place/source" 2>/dev/null || {
      say "Fairlearn $version: its archive has no tests and its repository cannot be reached; name a copy by FAIRLEARN_SOURCE"
      exit 3
    }
  fi
fi

built="${EQUIPOISE_BUILT:-$(swift build -c release --show-bin-path)}"
library="$built/libEquipoiseC.so"
[ "$(uname)" != Darwin ] || library="$built/libEquipoiseC.dylib"
export EQUIPOISE_LIBRARY="$library" PYTHONPATH="$root/Sources/Python:$root/Scripts" PYTHONDONTWRITEBYTECODE=1
mkdir -p "$place/tests"
cp -r "$place/source/test" "$place/tests/test"
cp "$place/source/pyproject.toml" "$place/tests/" 2>/dev/null || true
"$python" Scripts/fairlearn_tests.py rewrite "$place/tests/test/unit"
say "Fairlearn $version: its own tests"
(cd "$place/tests" && MPLBACKEND=Agg PYTHONPATH="$PYTHONPATH:$place/tests" timeout "${FAIRLEARN_SECONDS:-3600}" \
  "$python" -m pytest -q -p no:cacheprovider --continue-on-collection-errors -m "not openml" \
  --junitxml="$place/results.xml" test/unit >"$place/log" 2>&1) || true
[ -s "$place/results.xml" ] || { tail -n 30 "$place/log" >&2; exit 1; }
"$python" Scripts/fairlearn_tests.py explain "$place/results.xml" \
  Sources/Equipoise/Documentation.docc/InPython.md

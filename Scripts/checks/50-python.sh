#!/usr/bin/env bash
# The Python package from its wheel, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

python3 -m venv "$place/environment"
python="$place/environment/bin/python"
"$python" -m pip install --quiet --upgrade pip setuptools wheel
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$place" Sources/Python
"$python" -m pip install --quiet "$place"/equipoise-*.whl pytest
cp -r Tests "$place/Tests"
cd "$place"
"$python" -m pytest -q -p no:cacheprovider Tests/Python
"$python" -m pytest -q -p no:cacheprovider --doctest-modules --pyargs equipoise.linear_model \
  equipoise.metrics._frame equipoise.metrics._audit

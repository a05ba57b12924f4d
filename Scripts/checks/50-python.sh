#!/usr/bin/env bash
# The Python package from its wheel, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

if ! python3 -m venv "$place/environment" >/dev/null 2>&1; then
  . Scripts/dependencies.sh
  say "installing with apt: python3-venv"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
  python3 -m venv "$place/environment"
fi
python="$place/environment/bin/python"
"$python" -m pip install --quiet --upgrade pip setuptools wheel
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$place" Sources/Python
"$python" -m pip install --quiet "$place"/equipoise-*.whl pytest
cp -r Tests "$place/Tests"
cd "$place"
"$python" -m pytest -q -p no:cacheprovider Tests/Python
"$python" -m pytest -q -p no:cacheprovider --doctest-modules --pyargs equipoise.linear_model \
  equipoise.metrics._frame equipoise.metrics._audit

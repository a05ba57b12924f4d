#!/usr/bin/env bash
# The same job through every door, and awkward inputs through all of them: Swift, command line, pipeline
# files, C and Python. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Scripts/dependencies.sh
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

if ! python3 -m venv "$place/environment" >/dev/null 2>&1; then
  say "installing with apt: python3-venv"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
  python3 -m venv "$place/environment"
fi
python="$place/environment/bin/python"
"$python" -m pip install --quiet --upgrade pip
"$python" -m pip install --quiet numpy pandas scikit-learn pyarrow pytest

# Built by the checks before this one, unless the environment names others.
built="$(swift build -c release --show-bin-path)"
for product in equipoise EquipoiseC SwiftDoor; do
  swift build -c release --product "$product" >"$place/build.log" 2>&1 ||
    { cat "$place/build.log" >&2; exit 1; }
done
export EQUIPOISE_BUILT="$built" EQUIPOISE_PACKAGE="$PWD/Sources/Python"
"$python" -m pytest -q -p no:cacheprovider Tests/Doors "$@"

#!/usr/bin/env bash
# The same job through every door, and awkward inputs through all of them: Swift, command line, pipeline
# files, C and Python. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Scripts/dependencies.sh
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

make_environment "$place/environment" numpy pandas scikit-learn pyarrow pytest

# Built by the checks before this one, unless the environment names others.
built="$(swift build -c release --show-bin-path)"
for product in equipoise EquipoiseC SwiftDoor; do
  swift build -c release --product "$product" >"$place/build.log" 2>&1 ||
    { cat "$place/build.log" >&2; exit 1; }
done
export EQUIPOISE_BUILT="$built" EQUIPOISE_PACKAGE="$PWD/Sources/Python"
"$python" -m pytest -q -p no:cacheprovider Tests/Doors "$@"

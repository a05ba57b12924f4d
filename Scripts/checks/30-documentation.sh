#!/usr/bin/env bash
# Compiles the documentation with warnings as errors; the result is .build/documentation.
set -euo pipefail
modules=$(swift build -c release --show-bin-path)/Modules
rooms=Auditing,Criteria,Datasets,Explorer,Jobs,LinearAlgebra,Mitigation,Models,Monitoring,Optimization,PlanFiles,Reports,Rounds,RowSums
graphs=.build/symbols
rm -rf "$graphs" .build/documentation
mkdir -p "$graphs"

tool() { if [ "$(uname)" = Darwin ]; then xcrun "$@"; else "$@"; fi; }
target=$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -n 1)
. Scripts/modules.sh
if [ "$(uname)" = Darwin ]; then flags+=(-sdk "$(xcrun --show-sdk-path)"); fi

# The umbrella re-exports the rooms, so one module documents all of them.
tool swift-symbolgraph-extract -module-name Equipoise -target "$target" -I "$modules" "${flags[@]}" \
  -experimental-allowed-reexported-modules="$rooms" -skip-synthesized-members \
  -minimum-access-level public -output-dir "$graphs"
tool docc convert Sources/Equipoise/Documentation.docc --additional-symbol-graph-dir "$graphs" \
  --fallback-bundle-identifier equipoise --warnings-as-errors --output-path .build/documentation

#!/usr/bin/env bash
# The example package, which depends on this one: its manifest resolves, and its program compiles against
# the modules that the tests built. With EQUIPOISE_SLOW_CHECKS set it is built by itself and run, which
# compiles everything a second time.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -n "${EQUIPOISE_SLOW_CHECKS:-}" ]; then
  exec swift run -c release --package-path Examples/Swift --scratch-path .build/example FairLoans
fi
described="$(swift package --package-path Examples/Swift --scratch-path .build/example describe --type json)"
echo "$described" | grep -q '"product_dependencies"' && echo "$described" | grep -q '"Equipoise"'
modules=$(swift build -c release --show-bin-path)/Modules
. Scripts/modules.sh
swiftc -typecheck -swift-version 6 -I "$modules" "${flags[@]}" \
  Examples/Swift/Sources/FairLoans/main.swift

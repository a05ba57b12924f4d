#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests. Optimized: numerics are too slow otherwise.
# Built apart: `swift test` alone builds in a way of its own, and the checks after it all modules again.
set -euo pipefail
swift build -c release --build-tests --disable-xctest
swift test -c release --disable-xctest --skip-build

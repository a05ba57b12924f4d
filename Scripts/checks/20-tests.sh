#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests. Optimised: numerics are too slow otherwise.
set -euo pipefail
swift test -c release --disable-xctest

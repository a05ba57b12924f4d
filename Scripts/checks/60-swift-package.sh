#!/usr/bin/env bash
# The example package, which depends on this one, builds and runs. It keeps its build beside ours, so
# that only what changed is compiled again.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift run -c release --package-path Examples/Swift --scratch-path .build/example FairLoans

#!/usr/bin/env bash
# The default suite with scikit-learn and Fairlearn beside it, and its record in results/.
#
#   Benchmarks/suite/run.sh [NAME] [OPTIONS OF equipoise bench]
#
# NAME is that of the record, by default the architecture. EQUIPOISE_PROGRAM names the program, PYTHON an
# interpreter with the libraries of ../peers/requirements.txt.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
name="${1:-$(uname -m)}"
[ $# -eq 0 ] || shift
python="${PYTHON:-python3}"
mkdir -p "$here/results"
"${EQUIPOISE_PROGRAM:-equipoise}" bench --methods logistic,reductions,grid-search,threshold-optimizer \
  --adapter "scikit-learn=$python '$here/adapters/with_sklearn.py'" \
  --adapter "fairlearn=$python '$here/adapters/with_fairlearn.py'" \
  --report "$here/results/$name.json" --report "$here/results/$name.html" "$@"

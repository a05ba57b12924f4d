#!/usr/bin/env bash
# Installs what is missing, builds, and compares methods on the bundled Adult data.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

require_swift
install_dependencies
say "building (a few minutes the first time)"
swift build -c release --product equipoise
program="$(swift build -c release --show-bin-path)/equipoise"
say "equipoise compare --dataset adult --sensitive sex"
"$program" compare --dataset adult --sensitive sex
say "the program is $program; '$program --help' shows what else it does"

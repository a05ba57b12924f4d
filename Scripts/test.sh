#!/usr/bin/env bash
# Installs what is missing and runs every check: the files of Scripts/checks, in order of their names.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

require_swift
install_dependencies
started=$SECONDS
count=0
for check in Scripts/checks/*.sh; do
  name=$(basename "$check" .sh)
  name=${name#[0-9]*-}
  say "$name"
  begun=$SECONDS
  "$check" || fail "FAILED: $check after $((SECONDS - begun)) s"
  say "$name took $((SECONDS - begun)) s"
  count=$((count + 1))
done
say "all $count checks passed in $((SECONDS - started)) s"

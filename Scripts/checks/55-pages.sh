#!/usr/bin/env bash
# Every kind of page in a real browser: accessibility, widths, dark mode, paper; and every number of a
# sentence against the JSON. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Scripts/dependencies.sh
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

# axe-playwright-python is here for the axe-core that it carries; numpy counts what pages are held against.
make_environment "$place/environment" pytest playwright axe-playwright-python pypdf numpy

install_browser
if [ -z "$browser" ]; then
  [ -z "${EQUIPOISE_SKIP_NOTHING:-}" ] || fail "There is no Chromium, and none could be installed."
  say "no browser, so pages are not opened: install Chromium and run Scripts/checks/55-pages.sh again"
fi

# Built by the checks before this one, unless the environment names another.
if [ -z "${EQUIPOISE_PROGRAM:-}" ]; then
  swift build -c release --product equipoise >"$place/build.log" 2>&1 ||
    { cat "$place/build.log" >&2; exit 1; }
  EQUIPOISE_PROGRAM="$(swift build -c release --show-bin-path)/equipoise"
fi
export EQUIPOISE_PROGRAM EQUIPOISE_BROWSER="$browser"
"$python" -m pytest -q -p no:cacheprovider Tests/Pages "$@"

# Sourced by the other scripts: finds Swift, and installs the libraries that are missing.

# The oldest Swift that the package builds with.
swift_major=6
swift_minor=2

say() { printf '%s\n' "== $*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

require_swift() {
  local advice="Swift $swift_major.$swift_minor or later is needed: get it from https://www.swift.org/install/, then run this again."
  command -v swift >/dev/null 2>&1 || fail "There is no 'swift' on the path. $advice"
  local version major minor
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  major=${version%%.*}
  minor=${version#*.}
  if [ "${major:-0}" -lt "$swift_major" ] ||
    { [ "$major" -eq "$swift_major" ] && [ "$minor" -lt "$swift_minor" ]; }; then
    fail "This is Swift ${version:-of an unknown version}. $advice"
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; return; fi
  command -v sudo >/dev/null 2>&1 || fail "Installing needs root, and there is no sudo: run as root: $*"
  sudo "$@"
}

# OpenBLAS and LAPACKE (linear algebra), Clp (linear programs), zlib (compressed files), libyaml
# (pipelines), SQLite (counts of monitors), a C++ library (reading numbers), and pkg-config, by which the build finds the others.
install_with_apt() {
  local wanted="libopenblas-dev liblapacke-dev coinor-libclp-dev zlib1g-dev libyaml-dev libsqlite3-dev g++ pkg-config"
  local missing="" package
  for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "installing with apt:$missing"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # The names have no blanks: word splitting is wanted.
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

install_with_brew() {
  local missing="" package
  for package in openblas clp zlib libyaml sqlite pkgconf; do
    brew list --versions "$package" >/dev/null 2>&1 || missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    say "installing with brew:$missing"
    # shellcheck disable=SC2086
    brew install --quiet $missing
  fi
  # Homebrew keeps these apart from the system's own, so they have to be pointed at.
  local path=""
  for package in openblas clp zlib libyaml sqlite; do path="$path$(brew --prefix "$package")/lib/pkgconfig:"; done
  export PKG_CONFIG_PATH="$path${PKG_CONFIG_PATH:-}"
}

# A Python environment of its own in a folder, with packages that pip names: sets `python` to its
# interpreter. make_environment FOLDER [PACKAGE ...]
make_environment() {
  if ! python3 -m venv "$1" >/dev/null 2>&1; then
    say "installing with apt: python3-venv"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
    python3 -m venv "$1"
  fi
  python="$1/bin/python"
  shift
  "$python" -m pip install --quiet --upgrade pip "$@"
}

# A browser that opens pages: sets `browser` to its path, or to nothing where it cannot be had.
find_browser() {
  local name
  for name in chromium chromium-browser google-chrome-stable google-chrome \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    browser=$(command -v "$name") && return 0
  done
  browser=""
}

# Installs a package that only a check needs, where apt is at hand; otherwise nothing.
try_apt() {
  if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1; }; then
    say "installing with apt: $1"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" || return 0
  fi
}

install_browser() {
  find_browser
  [ -z "$browser" ] || return 0
  try_apt chromium
  find_browser
}

# Java, which Spark runs on.
install_java() {
  command -v java >/dev/null 2>&1 || try_apt default-jre-headless
  command -v java >/dev/null 2>&1
}

install_dependencies() {
  if command -v apt-get >/dev/null 2>&1; then
    install_with_apt
  elif command -v brew >/dev/null 2>&1; then
    install_with_brew
  elif [ "$(uname)" = Darwin ]; then
    fail "Homebrew is needed to install OpenBLAS, Clp, libyaml and SQLite: get it from https://brew.sh, then run this again."
  else
    say "neither apt nor brew is here: OpenBLAS, LAPACKE, Clp, zlib, libyaml, SQLite and a C++ compiler must be installed"
  fi
}

#!/usr/bin/env bash
# Builds the program and the C library, and installs them with manual pages and completions for bash, zsh and
# fish: install.sh [PREFIX] (default /usr/local). DESTDIR is put before every path, for packages.
# EQUIPOISE_BUILT names a folder in which all of it is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

prefix="${1:-/usr/local}"
root="${DESTDIR:-}$prefix"
version="$(sed -n 's/.*current = "\(.*\)"/\1/p' Sources/Models/EquipoiseVersion.swift)"
abi="$(sed -n 's/^#define EQP_ABI_VERSION \([0-9]*\)/\1/p' Sources/CEquipoise/include/equipoise.h)"

built="${EQUIPOISE_BUILT:-}"
if [ -z "$built" ]; then
  require_swift
  install_dependencies
  say "building (a few minutes the first time)"
  swift build -c release --product equipoise-launcher
  swift build -c release --product EquipoiseC
  swift build -c release --product generate-manual
  built="$(swift build -c release --show-bin-path)"
fi

say "installing into $root"
mkdir -p "$root/bin" "$root/lib/pkgconfig" "$root/include"
# The program is a small one that runs what the library holds.
install -m 755 "$built/equipoise-launcher" "$root/bin/equipoise"
install -m 644 Sources/CEquipoise/include/equipoise.h "$root/include/equipoise.h"
if [ "$(uname)" = Darwin ]; then
  install -m 755 "$built/libEquipoiseC.dylib" "$root/lib/libequipoise.$abi.dylib"
  install_name_tool -id "$prefix/lib/libequipoise.$abi.dylib" "$root/lib/libequipoise.$abi.dylib"
  ln -sf "libequipoise.$abi.dylib" "$root/lib/libequipoise.dylib"
else
  install -m 755 "$built/libEquipoiseC.so" "$root/lib/libequipoise.so.$version"
  strip --strip-unneeded "$root/lib/libequipoise.so.$version"
  ln -sf "libequipoise.so.$version" "$root/lib/libequipoise.so.$abi"
  ln -sf "libequipoise.so.$abi" "$root/lib/libequipoise.so"
fi

completions() { # SHELL FILE
  mkdir -p "$(dirname "$2")"
  "$root/bin/equipoise" --generate-completion-script "$1" >"$2"
}
completions bash "$root/share/bash-completion/completions/equipoise"
completions zsh "$root/share/zsh/site-functions/_equipoise"
completions fish "$root/share/fish/vendor_completions.d/equipoise.fish"

# A page for each command, named so that 'man equipoise audit' finds it; dated as the source is.
if [ -x "$built/generate-manual" ]; then
  pages="$root/share/man/man1"
  mkdir -p "$pages"
  dated="$(git log -1 --format=%cs 2>/dev/null || true)"
  "$built/generate-manual" "$root/bin/equipoise" --multi-page --output-directory "$pages" ${dated:+--date "$dated"}
  for page in "$pages"/equipoise.*.*.1 "$pages"/equipoise.[a-z]*.1; do
    [ -e "$page" ] || continue
    name="$(basename "$page" .1)"
    mv "$page" "$pages/$(printf '%s' "$name" | tr . -).1"
  done
else
  say "no manual pages: $built has no generate-manual"
fi

cat >"$root/lib/pkgconfig/equipoise.pc" <<END
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: equipoise
Description: Trains debiased models and audits any model
Version: $version
Libs: -L\${libdir} -lequipoise
Cflags: -I\${includedir}
END
say "done: cc program.c \$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs equipoise)"
